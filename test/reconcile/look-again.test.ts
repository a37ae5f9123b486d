import { describe, expect, test } from 'vitest';
import { StationkeeperError } from '../../controller/core/errors.ts';
import type { Step } from '../../controller/plan/step.ts';
import type { MutationOutcome } from '../../controller/reconcile/apply.ts';
import type { EnvironmentPass } from '../../controller/reconcile/environment-pass.ts';
import type { Setback } from '../../controller/reconcile/memory/setbacks.ts';
import { createPauses, leastPauseMs, nextLook } from '../../controller/reconcile/next-look.ts';
import { VirtualClock } from '../../sandbox/virtual-clock.ts';
import { desiredResource, snapshotOf } from '../support/plans/resources.ts';
import { holdStep, keepStep, updateStep } from '../support/plans/steps.ts';
import { outcomeOf } from '../support/reports/reports.ts';

const clock = new VirtualClock();

/** A pass over an environment, in which nothing is to do unless this says so. */
function passOf(
  overrides: Partial<EnvironmentPass> & { readonly steps?: readonly Step[] } = {},
): EnvironmentPass {
  return {
    name: 'default',
    revision: 'abc',
    before: [],
    steps: [keepStep()],
    snapshot: snapshotOf([]),
    outcomes: [],
    unread: new Map(),
    reads: 0,
    reach: new Map(),
    isOverdue: false,
    isLagging: false,
    isOutdated: false,
    place: undefined,
    ...overrides,
  };
}

function setback(nextAttemptAt: number, environment = 'default'): Setback {
  const error = new StationkeeperError({ code: 'Refused', message: '', retry: 'backoff' });
  return { id: desiredResource({ environment }).id, error, attempts: 1, nextAttemptAt };
}

function lookAgainInMs(
  passes: readonly EnvironmentPass[],
  ...setbacks: readonly Setback[]
): number | undefined {
  return nextLook(passes, new Map(setbacks.map((one, index) => [`${index}`, one])), [], {
    clock,
    awsClock: clock,
  }).lookAgainInMs;
}

/** What became of an update. */
function outcome(overrides: Partial<MutationOutcome> = {}): MutationOutcome {
  const { error: _none, ...done } = outcomeOf(updateStep());
  return { ...done, ...overrides };
}

const started = outcome({ result: 'started', checkAgainInMs: 7_000 });
const PROGRESSING = { health: { status: 'Progressing', message: '1 of 2' } } as const;
const DEGRADED = { health: { status: 'Degraded', message: 'crashing' } } as const;

describe('after a pass it is looked again', () => {
  test.each<readonly [string, Partial<EnvironmentPass>, number | undefined]>([
    ['at the interval only, where nothing is under way', {}, undefined],
    ['at the interval only, where something is ill', { steps: [keepStep(DEGRADED)] }, undefined],
    [
      'at the interval only, where something is held by policy',
      { steps: [holdStep({ why: 'policy', intent: 'update' })] },
      undefined,
    ],
    [
      'at the interval only, where what waits has nothing to do',
      { steps: [holdStep({ why: 'waiting' })] },
      undefined,
    ],
    [
      'at the interval only, where a step failed and its time is remembered',
      { outcomes: [outcome({ result: 'failed' })] },
      undefined,
    ],
    ['soon, where a step was done', { outcomes: [outcome()] }, 1_000],
    ['when AWS may have done what was begun', { outcomes: [started] }, 7_000],
    ['at the soonest of these', { outcomes: [started, outcome()] }, 1_000],
    ['soon, where something is on its way', { steps: [keepStep(), keepStep(PROGRESSING)] }, 1_000],
    [
      'at the interval only, where a step waits for another that is not taken',
      { steps: [keepStep(), holdStep({ why: 'waiting', intent: 'create' })] },
      undefined,
    ],
    [
      'soon, where AWS ends what a step waits for',
      { steps: [keepStep(), holdStep({ why: 'waiting', intent: 'create', endsByItself: true })] },
      1_000,
    ],
    ['soon, where a step is left to be taken', { steps: [keepStep(), updateStep()] }, 1_000],
    ['soon, where the source has moved on', { isOutdated: true }, 1_000],
    [
      'when what was begun may be done, whatever waits for it',
      { outcomes: [started], steps: [holdStep({ why: 'waiting', intent: 'create' })] },
      7_000,
    ],
    ['soon, where a read lagged', { isLagging: true }, 1_000],
    [
      'a little later, where the pass has not come to its end',
      { isOverdue: true, outcomes: [outcome()] },
      5_000,
    ],
  ])('%s', (_what, pass, expected) => {
    expect(lookAgainInMs([passOf(pass)])).toBe(expected);
  });

  test('when what failed there may be tried again, at once where that is over', () => {
    expect(
      lookAgainInMs([passOf()], setback(clock.monotonic() + 3_000), setback(clock.monotonic() + 9_000)),
    ).toBe(3_000);
    expect(lookAgainInMs([passOf()], setback(clock.monotonic() - 3_000))).toBe(0);
    expect(lookAgainInMs([passOf()], setback(clock.monotonic() + 3_000, 'other'))).toBeUndefined();
  });

  test('at the soonest of all environments', () => {
    expect(lookAgainInMs([passOf(), passOf({ outcomes: [started] }), passOf({ isOverdue: true })])).toBe(
      5_000,
    );
    expect(lookAgainInMs([])).toBeUndefined();
  });
});

describe('the reads of an environment', () => {
  const at = (name: string, place: EnvironmentPass['place']): EnvironmentPass =>
    passOf({ name, reads: 60, place });
  const leastMs = (...passes: readonly EnvironmentPass[]): number =>
    nextLook(passes, new Map(), [], { clock, awsClock: clock }).leastPauseMs;
  const PLACE = {
    accountId: '111111111111',
    region: 'eu-west-1',
    partition: 'aws',
    vpcId: 'vpc-1',
    subnetIds: [],
  };

  test('count with those of another one in the same account and Region', () => {
    expect(leastMs(at('a', PLACE), at('b', { ...PLACE, vpcId: 'vpc-2' }))).toBe(14_000);
  });

  test.each<readonly [string, EnvironmentPass['place']]>([
    ['another Region', { ...PLACE, region: 'us-east-1' }],
    ['another account', { ...PLACE, accountId: '222222222222' }],
    ['a place that is not known', undefined],
  ])('count by themselves beside one in %s', (_what, place) => {
    expect(leastMs(at('a', PLACE), at('b', place))).toBe(2_000);
  });

  test('count by themselves where neither place is known', () => {
    expect(leastMs(at('a', undefined), at('b', undefined))).toBe(2_000);
  });

  test('need no pause where there are none, or no more than the first fill', () => {
    expect(leastPauseMs([])).toBe(0);
    expect(leastPauseMs([{ place: 'a', reads: 50 }])).toBe(0);
    expect(leastPauseMs([{ place: 'a', reads: 51 }])).toBe(200);
  });
});

describe('the pause', () => {
  const NOTHING = { leastPauseMs: 0, outcomes: [], failures: new Map(), finishedAtMonotonic: 0 };

  test('is never shorter than a fifth of a second, nor longer than the interval', () => {
    const pauses = createPauses(60_000);
    expect(pauses.after({ ...NOTHING, lookAgainInMs: 0 })).toBe(200);
    expect(pauses.after({ ...NOTHING, lookAgainInMs: 90_000 })).toBe(60_000);
  });

  test('is half the time that nothing has come of looking, ten seconds at most, and then an eighth of it', () => {
    const pauses = createPauses(60_000);
    const after = (ms: number): number =>
      pauses.after({ ...NOTHING, lookAgainInMs: 1_000, finishedAtMonotonic: ms });
    expect([0, 1_000, 4_000, 20_000, 40_000, 80_000, 160_000, 480_000, 900_000].map(after)).toEqual([
      1_000, 1_000, 2_000, 10_000, 10_000, 10_000, 20_000, 60_000, 60_000,
    ]);
  });

  test('is short again once somebody asks', () => {
    const pauses = createPauses(60_000);
    const at = (ms: number): number =>
      pauses.after({ ...NOTHING, lookAgainInMs: 1_000, finishedAtMonotonic: ms });
    expect([at(0), at(80_000)]).toEqual([1_000, 10_000]);
    pauses.reset();
    expect(at(90_000)).toBe(1_000);
  });

  test('is not shortened by what is still the same thing under way, and is by another step on it', () => {
    const pauses = createPauses(60_000);
    const at = (ms: number, type: 'create' | 'delete'): number =>
      pauses.after({
        ...NOTHING,
        lookAgainInMs: 1_000,
        outcomes: [outcome({ type, result: 'started' })],
        finishedAtMonotonic: ms,
      });
    expect([at(0, 'create'), at(80_000, 'create'), at(90_000, 'delete')]).toEqual([1_000, 10_000, 1_000]);
  });
});
