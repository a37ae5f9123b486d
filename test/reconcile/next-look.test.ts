import { describe, expect, test } from 'vitest';
import { StationkeeperError } from '../../controller/core/errors.ts';
import type { Retry } from '../../controller/core/errors.ts';
import { createPauses, isUnderWay, leastPauseMs } from '../../controller/reconcile/next-look.ts';
import type { PauseBasis } from '../../controller/reconcile/next-look.ts';
import { createStep, holdStep, keepStep } from '../support/plans/steps.ts';

const INTERVAL_MS = 60_000;
const NOTHING: PauseBasis = {
  lookAgainInMs: 1_000,
  leastPauseMs: 0,
  outcomes: [],
  failures: new Map(),
  finishedAtMonotonic: 0,
};

function outcome(result: 'done' | 'started' | 'failed', name = 'a'): PauseBasis['outcomes'][number] {
  return {
    id: { environment: 'default', kind: 'namespace', name },
    manifest: { kind: 'Namespace', name },
    type: 'create',
    changes: [],
    changedBy: 'git',
    reason: '',
    releases: false,
    result,
    at: '',
  };
}

/** When passes look, in seconds, for so long, where each says the same. */
function looks(
  forSeconds: number,
  what: Partial<PauseBasis> = {},
  pauses = createPauses(INTERVAL_MS),
): number[] {
  const times = [0];
  for (let now = 0; now < forSeconds * 1000; times.push(now / 1000)) {
    now += pauses.after({ ...NOTHING, ...what, finishedAtMonotonic: now });
  }
  return times;
}

test('what takes AWS a minute and a half is noticed within some ten seconds, by some fifteen looks', () => {
  const times = looks(90);
  expect(times.slice(0, 5)).toEqual([0, 1, 2, 3, 4.5]);
  expect(times.length).toBeLessThan(18);
  const lateness = times.slice(1).map((at, index) => at - times[index]!);
  expect(Math.max(...lateness)).toBeLessThan(12);
});

test('what does not end within minutes is looked at every interval, and no more', () => {
  const times = looks(3_600);
  expect(times.at(-1)! - times.at(-2)!).toBe(60);
  expect(times.length).toBeLessThan(100);
});

test('a fleet that takes many requests to look at is looked at seldomer, but every interval', () => {
  expect(looks(60, { leastPauseMs: 20_000 })).toEqual([0, 20, 40, 60]);
  expect(looks(120, { leastPauseMs: 300_000 })).toEqual([0, 60, 120]);
});

test('what asks to be looked at later is', () => {
  expect(looks(20, { lookAgainInMs: 5_000 })).toEqual([0, 5, 10, 15, 22.5]);
});

test.each([
  ['a step that was taken', outcome('done')],
  ['another thing that was begun', outcome('started', 'b')],
])('after %s it is looked soon again', (_what, news) => {
  const pauses = createPauses(INTERVAL_MS);
  const begun = { outcomes: [outcome('started')] };
  looks(80, begun, pauses);
  expect(pauses.after({ ...NOTHING, ...begun, finishedAtMonotonic: 90_000 })).toBeGreaterThan(9_000);
  expect(pauses.after({ ...NOTHING, outcomes: [news], finishedAtMonotonic: 100_000 })).toBe(1_000);
});

test('a failure is no news, and its next attempt is waited for no longer than it asks', () => {
  const pauses = createPauses(INTERVAL_MS);
  looks(80, {}, pauses);
  const failures = new Map([['a', { nextAttemptAt: 93_000 }]]) as unknown as PauseBasis['failures'];
  const failed = { ...NOTHING, outcomes: [outcome('failed')], failures, finishedAtMonotonic: 90_000 };
  expect(pauses.after(failed)).toBe(3_000);
});

test('once there is nothing to watch the interval counts, and what begins then is looked at soon', () => {
  const pauses = createPauses(INTERVAL_MS);
  looks(80, {}, pauses);
  expect(pauses.after({ ...NOTHING, lookAgainInMs: undefined, finishedAtMonotonic: 90_000 })).toBe(60_000);
  expect(pauses.after({ ...NOTHING, finishedAtMonotonic: 150_000 })).toBe(1_000);
});

describe('the least pause, which spares the read quotas of an account and Region', () => {
  const eightRegions = Array.from({ length: 8 }, (_, index) => ({
    place: `111111111111/r${index}`,
    reads: 16,
  }));

  test('is none for eight environments of 16 requests each, in different places', () => {
    expect(leastPauseMs(eightRegions)).toBe(0);
  });

  test('is that of the one environment that needs one, however many others there are', () => {
    expect(leastPauseMs([...eightRegions, { place: '222222222222/r0', reads: 128 }])).toBe(15_600);
  });

  test('counts environments of one account and Region together', () => {
    expect(leastPauseMs(eightRegions.map(({ reads }) => ({ place: '111111111111/r0', reads })))).toBe(15_600);
  });
});

describe('whether more may come by itself', () => {
  const AT_REST = {
    steps: [],
    outcomes: [],
    unread: new Map(),
    isOverdue: false,
    isLagging: false,
    isOutdated: false,
  };
  const failed = (retry: Retry) => ({
    error: new StationkeeperError({ code: 'Refused', message: 'it was refused', retry }),
  });
  const unreadFor = (code: string) =>
    new Map([['a', new StationkeeperError({ code, message: 'not read', retry: 'backoff' })]]);
  const waiting = holdStep({ why: 'waiting', intent: 'replace', exists: true });
  const progressing = keepStep({ health: { status: 'Progressing', message: '1 of 2 tasks running' } });
  const notOurs = holdStep({
    why: 'not-ours',
    exists: true,
    health: { status: 'Progressing', message: '1 of 2 tasks running' },
  });
  const degraded = keepStep({ health: { status: 'Degraded', message: 'tasks stop' } });

  test.each([
    ['an environment that has not come to its end', { isOverdue: true }],
    ['a read that was older than our own write', { isLagging: true }],
    ['a source that has moved on', { isOutdated: true }],
    ['a step that was taken', { outcomes: [outcome('done')] }],
    ['a step that AWS works on', { outcomes: [outcome('started')] }],
    ['a step that could be taken', { steps: [createStep()] }],
    ['what AWS ends before a step can be taken', { steps: [{ ...waiting, endsByItself: true as const }] }],
    ['what is not well yet', { steps: [progressing] }],
    ['a read that AWS throttled', { unread: unreadFor('ThrottlingException') }],
  ])('is told by %s', (_what, seen) => {
    expect(isUnderWay({ ...AT_REST, ...seen }, [])).toBe(true);
  });

  test.each(['backoff', 'wait'] as const)('is told by a failure that is tried again: %s', (retry) => {
    expect(isUnderWay(AT_REST, [failed(retry)])).toBe(true);
  });

  test.each([
    ['a step that failed', { outcomes: [outcome('failed')] }],
    ['a step that waits for another', { steps: [waiting] }],
    ['what people have to allow', { steps: [holdStep({ why: 'policy', intent: 'update', exists: true })] }],
    ['a read that AWS refused', { unread: unreadFor('AccessDenied') }],
    [
      'an environment that does not answer',
      {
        steps: [holdStep({ kind: 'environment', name: 'default', why: 'unseen' })],
        unread: unreadFor('EndpointUnreachable'),
      },
    ],
    ['what nobody can help but people', { steps: [degraded] }],
    ['what is not well yet of somebody else', { steps: [notOurs] }],
  ])('is not told by %s', (_what, seen) => {
    expect(isUnderWay({ ...AT_REST, ...seen }, [failed('never')])).toBe(false);
  });
});
