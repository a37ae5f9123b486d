import { beforeEach, describe, expect, test } from 'vitest';
import { createAsked } from '../../controller/core/asked.ts';
import { StationkeeperError } from '../../controller/core/errors.ts';
import { resourceKey } from '../../controller/core/resource.ts';
import type { Desired, Observed } from '../../controller/core/resource.ts';
import { withSeen } from '../../controller/plan/snapshot.ts';
import type { Snapshot } from '../../controller/plan/snapshot.ts';
import type { TakenStep } from '../../controller/reconcile/memory/disputes.ts';
import { createFailures } from '../../controller/reconcile/memory/failures.ts';
import type { Failures } from '../../controller/reconcile/memory/failures.ts';
import { VirtualClock } from '../../sandbox/virtual-clock.ts';
import { desiredResource, observedResource, snapshotOf } from '../support/plans/resources.ts';
import { createStep, updateStep } from '../support/plans/steps.ts';

const WANTED = desiredResource();
const THERE = observedResource(WANTED, { fields: { size: 'other' } });
const KEY = resourceKey(WANTED.id);
const ELSEWHERE = desiredResource({ environment: 'other' });
const REFUSED = new StationkeeperError({ code: 'Refused', message: 'it was refused', retry: 'backoff' });

let clock: VirtualClock;
let failures: Failures;
let asked: ReturnType<typeof createAsked>;

beforeEach(() => {
  clock = new VirtualClock();
  asked = createAsked(clock);
  failures = createFailures(clock, () => 1, asked);
});

function fails(desired: Desired | undefined = WANTED, observed: Observed | undefined = THERE): void {
  failures.failed((desired ?? WANTED).id, REFUSED, desired, observed);
}

/** A pass that wants and reads this. */
function review(desired: readonly Desired[] = [WANTED], snapshot: Snapshot = snapshotOf([THERE])): void {
  failures.review('default', desired, snapshot);
}

describe('what has failed', () => {
  test('is left alone, and says why, until its time has come', async () => {
    fails();
    await clock.advance(999);
    review();
    expect([...failures.held()]).toEqual([[KEY, 'it was refused']]);
    expect([...failures.setbacks()]).toMatchObject([
      [KEY, { id: WANTED.id, error: REFUSED, attempts: 1, nextAttemptAt: 1_000 }],
    ]);
    await clock.advance(1);
    review();
    expect(failures.held().size).toBe(0);
    expect(failures.setbacks().size).toBe(0);
  });

  test('is tried again at once where somebody asks for it, as if it had not failed before', async () => {
    fails();
    await clock.advance(1_000);
    review();
    fails();
    await clock.advance(1);
    asked.ask();
    review();
    expect(failures.held().size).toBe(0);
    await clock.advance(1);
    fails();
    review();
    expect(failures.setbacks().get(KEY)).toMatchObject({ attempts: 1 });
  });

  test('waits longer after the next failure, and not after it was found as wanted in between', async () => {
    fails();
    await clock.advance(1_000);
    review();
    fails();
    expect(failures.setbacks().get(KEY)).toMatchObject({ attempts: 2, nextAttemptAt: 3_000 });
    failures.succeeded(WANTED.id);
    expect(failures.held().size).toBe(0);
    fails();
    expect(failures.setbacks().get(KEY)?.attempts).toBe(3);
    failures.settled(WANTED.id);
    fails();
    expect(failures.setbacks().get(KEY)?.attempts).toBe(1);
  });

  test.each<readonly [string, readonly Desired[], readonly Observed[]]>([
    ['another spec is wanted', [desiredResource({ fields: { size: 'big' } })], [THERE]],
    ['another policy is wanted', [desiredResource({ policy: { allowReplace: true } })], [THERE]],
    ['it is wanted no more', [], [THERE]],
    ['its state has changed', [WANTED], [observedResource(WANTED)]],
    ['its tags have changed', [WANTED], [{ ...THERE, tags: {} }]],
    ['it is gone', [WANTED], []],
  ])('is tried at once, as if for the first time, where %s', (_what, desired, items) => {
    fails();
    review(desired, snapshotOf(items));
    expect(failures.held().size).toBe(0);
    fails();
    expect(failures.setbacks().get(KEY)?.attempts).toBe(1);
  });

  test('is left alone where nothing has changed, also of what is not there', () => {
    failures.failed(WANTED.id, REFUSED, WANTED, undefined);
    review([WANTED], snapshotOf([]));
    expect(failures.held().size).toBe(1);
  });

  test('is left alone where it could not be read: nothing is known to have changed', () => {
    fails();
    const seen = { type: 'seen', items: [], unseen: [{ id: WANTED.id, why: 'no answer' }] } as const;
    review([WANTED], withSeen(snapshotOf([]), 'default', 'log-group', seen));
    expect(failures.held().size).toBe(1);
  });

  test('is forgotten, with how often it failed, once it is neither wanted nor there', async () => {
    fails();
    await clock.advance(1_000);
    review([], snapshotOf([]));
    fails();
    expect(failures.setbacks().get(KEY)?.attempts).toBe(1);
  });

  test.each<readonly [string, readonly Desired[], readonly Observed[]]>([
    ['wanted', [WANTED], []],
    ['there', [], [THERE]],
  ])('counts on while it is only %s', async (_what, desired, items) => {
    failures.failed(WANTED.id, REFUSED, desired[0], items[0]);
    await clock.advance(1_000);
    review(desired, snapshotOf(items));
    failures.failed(WANTED.id, REFUSED, desired[0], items[0]);
    expect(failures.setbacks().get(KEY)?.attempts).toBe(2);
  });

  test('counts anew once it was neither wanted nor there after its time had come, and elsewhere counts on', async () => {
    fails();
    const failsElsewhere = (): void => failures.failed(ELSEWHERE.id, REFUSED, ELSEWHERE, undefined);
    failsElsewhere();
    await clock.advance(1_000);
    review();
    failures.review('other', [ELSEWHERE], snapshotOf([THERE]));
    expect(failures.setbacks().size).toBe(0);
    review([], snapshotOf([]));
    fails();
    failsElsewhere();
    expect([...failures.setbacks().values()].map(({ attempts }) => attempts)).toEqual([1, 2]);
  });

  test('counts on while it could not be read and its time has not come, wanted or not', () => {
    failures.failed(WANTED.id, REFUSED, undefined, THERE);
    const unread = withSeen(snapshotOf([]), 'default', 'log-group', { type: 'unseen', why: 'throttled' });
    review([], unread);
    failures.failed(WANTED.id, REFUSED, undefined, THERE);
    expect(failures.setbacks().get(KEY)?.attempts).toBe(2);
  });
});

describe('environments', () => {
  test('are reviewed each by itself', async () => {
    fails(ELSEWHERE, undefined);
    await clock.advance(1_000);
    review([], snapshotOf([]));
    expect(failures.held().size).toBe(1);
    fails(ELSEWHERE, undefined);
    expect(failures.setbacks().get(resourceKey(ELSEWHERE.id))?.attempts).toBe(2);
  });

  test('that there are no more are forgotten, with how often something failed there', () => {
    fails();
    fails(ELSEWHERE);
    failures.disputes.tookInVain(updateStep({ environment: 'other' }) as TakenStep);
    expect(failures.setbacks().size).toBe(3);
    failures.forgetOthers(['default']);
    expect([...failures.setbacks().keys()]).toEqual([KEY]);
    fails();
    fails(ELSEWHERE);
    expect([...failures.setbacks().values()].map(({ attempts }) => attempts)).toEqual([2, 1]);
  });
});

test('what does not stay is held as what failed is, whose reason counts where there are both', () => {
  failures.disputes.tookInVain(createStep({ kind: 'log-group' }) as TakenStep);
  expect(failures.held().get(KEY)).toMatch(/still differs after the create/);
  expect(failures.setbacks().get(KEY)?.error.code).toBe('NotConverging');
  fails();
  expect(failures.held().get(KEY)).toBe('it was refused');
  expect(failures.setbacks().get(KEY)?.error).toBe(REFUSED);
});
