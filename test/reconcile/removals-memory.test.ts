import { beforeEach, describe, expect, test } from 'vitest';
import { StationkeeperError } from '../../controller/core/errors.ts';
import type { Retry } from '../../controller/core/errors.ts';
import { manifestKey } from '../../controller/core/resource.ts';
import type { KindName } from '../../controller/core/resource.ts';
import type { MutationOutcome } from '../../controller/reconcile/apply.ts';
import { createRemovals } from '../../controller/reconcile/memory/removals.ts';
import type { Removals } from '../../controller/reconcile/memory/removals.ts';
import { VirtualClock } from '../../sandbox/virtual-clock.ts';
import { desiredResource, planInput } from '../support/plans/resources.ts';

const HERE = { name: 'default', models: planInput().models };
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

let clock: VirtualClock;
let removals: Removals;

beforeEach(() => {
  clock = new VirtualClock();
  removals = createRemovals(clock, { count: 3 });
});

/** What became of the deletion of a resource of the manifest `xray`. */
function outcome(overrides: Partial<MutationOutcome> = {}, kind: KindName = 'service'): MutationOutcome {
  const { id, manifest } = desiredResource({ kind });
  return {
    id,
    manifest,
    type: 'delete',
    changes: [],
    changedBy: 'git',
    reason: '',
    releases: false,
    result: 'done',
    at: new Date(clock.now()).toISOString(),
    ...overrides,
  };
}

const XRAY = manifestKey(desiredResource().manifest);
const OTEL = manifestKey(desiredResource({ name: 'otel' }).manifest);
const NOBODY: ReadonlySet<string> = new Set();

/** Which manifests count as gone in `default`, where no manifest is left. */
function counted(gone: ReadonlySet<string> = NOBODY): readonly string[] {
  return [...removals.recent('default', gone, []).keys()];
}

describe('what a pass took away', () => {
  test('counts for an hour, and says until when, and that this process has begun it', async () => {
    await clock.advance(5 * MINUTE_MS);
    removals.took(HERE, [outcome()], []);
    await clock.advance(10 * MINUTE_MS);
    expect([...removals.recent('default', NOBODY, [])]).toEqual([
      [XRAY, { until: '2026-11-22T10:05:00Z', begunByUs: true }],
    ]);
    await clock.advance(50 * MINUTE_MS - 1);
    expect(counted()).toEqual([XRAY]);
    await clock.advance(1);
    expect(counted()).toEqual([]);
  });

  test('counts for as long as the budget says', async () => {
    removals = createRemovals(clock, { count: 3, perMs: 90_000 });
    removals.took(HERE, [outcome()], []);
    expect(removals.recent('default', NOBODY, []).get(XRAY)?.until).toBe('2026-11-22T09:01:30Z');
    await clock.advance(90_000);
    expect(counted()).toEqual([]);
  });

  test.each<readonly [string, string, Retry, readonly string[]]>([
    ['counts where the answer was lost: it may be gone', 'RequestTimeout', 'backoff', [XRAY]],
    ['counts not where AWS refuses it for good', 'InvalidParameterException', 'never', []],
    ['counts not where something else must go first', 'DependencyViolation', 'wait', []],
    ['counts not where it is denied', 'AccessDenied', 'backoff', []],
    ['counts not where it is throttled', 'ThrottlingException', 'backoff', []],
    ['counts not where nobody is known by the credentials', 'ExpiredToken', 'backoff', []],
  ])('%s', (_what, code, retry, expected) => {
    const error = new StationkeeperError({ code, message: code, retry });
    removals.took(HERE, [outcome({ result: 'failed', error })], []);
    expect(counted()).toEqual(expected);
  });

  test('counts in its own environment only', () => {
    removals.took({ ...HERE, name: 'other' }, [outcome()], []);
    expect(counted()).toEqual([]);
    expect([...removals.recent('other', NOBODY, []).keys()]).toEqual([XRAY]);
  });

  test('counts no more once its manifest is wanted again', () => {
    removals.took(HERE, [outcome()], []);
    expect(removals.recent('default', NOBODY, [desiredResource()]).size).toBe(0);
    expect(removals.recent('default', NOBODY, [desiredResource({ name: 'otel' })]).size).toBe(1);
  });

  test.each<readonly [string, boolean, Partial<MutationOutcome>, KindName]>([
    ['a deletion that is done', true, {}, 'service'],
    ['a deletion that AWS works on', true, { result: 'started' }, 'service'],
    ['a release', true, { releases: true }, 'service'],
    ['the deletion of what is released by default', true, {}, 'log-group'],
    ['the release of what is released by default', false, { releases: true }, 'log-group'],
    ['a deletion that failed', false, { result: 'failed' }, 'service'],
    ['an update', false, { type: 'update' }, 'service'],
    ['a replacement', false, { type: 'replace' }, 'service'],
  ])('%s is counted: %s', (_what, isCounted, overrides, kind) => {
    removals.took(HERE, [outcome(overrides, kind)], []);
    expect(counted()).toEqual(isCounted ? [XRAY] : []);
  });

  test('is not counted where its manifest stays, which may well let go of one of its resources', () => {
    removals.took(HERE, [outcome()], [desiredResource()]);
    expect(counted()).toEqual([]);
    removals.took(HERE, [outcome()], [desiredResource({ name: 'otel' })]);
    expect(counted()).toEqual([XRAY]);
  });
});

describe('what AWS still shows as gone', () => {
  test('counts until it may have gone before that time, and was not begun by this process', async () => {
    await clock.advance(5 * MINUTE_MS);
    expect([...removals.recent('default', new Set([XRAY, OTEL]), [])]).toEqual([
      [XRAY, { until: '2026-11-22T10:00:00Z', begunByUs: false }],
      [OTEL, { until: '2026-11-22T10:00:00Z', begunByUs: false }],
    ]);
    await clock.advance(55 * MINUTE_MS - 1);
    expect(counted(new Set([XRAY]))).toEqual([XRAY]);
    await clock.advance(1);
    expect(counted(new Set([XRAY]))).toEqual([]);
  });

  test('is asked about from the start of this process, whenever that was', async () => {
    await clock.advance(HOUR_MS);
    removals = createRemovals(clock, { count: 3 });
    expect(removals.recent('default', new Set([XRAY]), []).get(XRAY)?.until).toBe('2026-11-22T11:00:00Z');
  });

  test.each([
    ['as short as the budget’s time', 10 * MINUTE_MS, '2026-11-22T09:10:00Z'],
    ['as long as ECS shows it, however long the budget’s time', 24 * HOUR_MS, '2026-11-22T10:00:00Z'],
  ])('counts %s', (_what, perMs, until) => {
    removals = createRemovals(clock, { count: 3, perMs });
    expect(removals.recent('default', new Set([XRAY]), []).get(XRAY)?.until).toBe(until);
  });

  test('does not count where its manifest is wanted again', () => {
    expect([...removals.recent('default', new Set([XRAY, OTEL]), [desiredResource()]).keys()]).toEqual([
      OTEL,
    ]);
  });

  test('is known to be of this process where a pass took it away', () => {
    removals.took(HERE, [outcome()], []);
    expect(removals.recent('default', new Set([XRAY]), []).get(XRAY)?.begunByUs).toBe(true);
  });
});
