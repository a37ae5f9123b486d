import { describe, expect, it, test } from 'vitest';
import { manifestKey, resourceKey } from '../../controller/core/resource.ts';
import type { Observed, Seen } from '../../controller/core/resource.ts';
import {
  EMPTY_SNAPSHOT,
  seenAll,
  seenWhole,
  whyNotWhole,
  withRemembered,
  withSeen,
} from '../../controller/plan/snapshot.ts';
import type { Snapshot } from '../../controller/plan/snapshot.ts';
import { desiredResource, observedResource, snapshotOf } from '../support/plans/resources.ts';

const OURS = observedResource(desiredResource({ kind: 'role' }));
const FOREIGN = observedResource(desiredResource({ kind: 'role', name: 'foreign' }), { owner: 'nobody' });
const ELSEWHERE = observedResource(desiredResource({ kind: 'role', environment: 'other' }));
const NOTHING: Seen = { type: 'seen', items: [], unseen: [] };
const UNSEEN: Seen = { type: 'unseen', why: 'throttled' };

describe('a kind', () => {
  test.each<readonly [string, boolean, Seen]>([
    ['all was read', true, NOTHING],
    ['nothing was read', false, UNSEEN],
    ['one resource was not', false, { ...NOTHING, unseen: [{ id: OURS.id, why: 'no answer' }] }],
    ['it is not known what is left over', false, { ...NOTHING, leftoversUnseen: 'throttled' }],
  ])('of which %s was seen whole: %s', (_what, isWhole, seen) => {
    const snapshot = withSeen(EMPTY_SNAPSHOT, 'default', 'role', seen);
    expect(seenWhole(snapshot, 'default', 'role')).toBe(isWhole);
    expect(seenWhole(snapshot, 'default', 'service')).toBe(true);
    expect(seenWhole(snapshot, 'other', 'role')).toBe(true);
    const more = withSeen(snapshot, 'default', 'service', NOTHING);
    expect([seenAll(more, 'default'), seenAll(more, 'other')]).toEqual([isWhole, true]);
    expect(seenAll(withSeen(more, 'other', 'cluster', UNSEEN), 'default')).toBe(isWhole);
  });

  test.each<readonly [string, string, Seen]>([
    ['nothing was read', 'throttled', UNSEEN],
    ['one resource was not', 'no answer', { ...NOTHING, unseen: [{ id: OURS.id, why: 'no answer' }] }],
    ['it is not known what is left over', 'no list', { ...NOTHING, leftoversUnseen: 'no list' }],
  ])('of which %s says why: %s', (_what, why, seen) => {
    const snapshot = withSeen(EMPTY_SNAPSHOT, 'default', 'role', seen);
    expect(whyNotWhole(snapshot, 'default', 'role')).toBe(`not every role could be read: ${why}`);
  });
});

it('knows by environment the manifests of what AWS shows as gone, of all kinds', () => {
  const one = { kind: 'DaemonService', name: 'one' } as const;
  const two = { kind: 'Cluster', name: 'two' } as const;
  const seen = [
    ['default', 'service', [one, two]],
    ['default', 'cluster', [two]],
    ['other', 'service', [one]],
  ] as const;
  const snapshot = seen.reduce(
    (so, [environment, kind, gone]) => withSeen(so, environment, kind, { ...NOTHING, gone }),
    EMPTY_SNAPSHOT,
  );
  expect(snapshot.gone).toEqual(
    new Map([
      ['default', new Set([manifestKey(one), manifestKey(two)])],
      ['other', new Set([manifestKey(one)])],
    ]),
  );
  expect(snapshotOf([OURS]).gone).toEqual(new Map());
});

describe('what an earlier pass saw', () => {
  /** What is remembered of it where the roles are seen so by now. */
  function remembered(earlier: Snapshot | undefined, now: Seen): readonly string[] {
    const snapshot = withSeen(EMPTY_SNAPSHOT, 'default', 'role', now);
    const { outOfSight, ...seen } = withRemembered(snapshot, 'default', earlier);
    expect(seen).toEqual((({ outOfSight: _none, ...rest }) => rest)(snapshot));
    return [...outOfSight.keys()];
  }

  const key = resourceKey(OURS.id);
  const before = snapshotOf([OURS, FOREIGN, ELSEWHERE], ['default', 'other']);

  test.each<readonly [string, readonly string[], Seen]>([
    ['could not be read', [key], UNSEEN],
    ['could not be listed', [key], { ...NOTHING, leftoversUnseen: 'throttled' }],
    ['were read whole without it', [], NOTHING],
    ['were read with it, and not whole', [], { ...NOTHING, items: [OURS], leftoversUnseen: 'throttled' }],
  ])('is remembered of ours where its like %s: %j', (_what, keys, now) => {
    expect(remembered(before, now)).toEqual(keys);
  });

  it('is nothing where there was no pass before, or nothing of ours', () => {
    expect(remembered(undefined, UNSEEN)).toEqual([]);
    expect(remembered(snapshotOf([FOREIGN]), UNSEEN)).toEqual([]);
  });

  it('is remembered for as long as it is not known to be gone', () => {
    const unseen = withSeen(EMPTY_SNAPSHOT, 'default', 'role', UNSEEN);
    const once = withRemembered(unseen, 'default', before);
    expect(remembered(once, UNSEEN)).toEqual([key]);
    expect(remembered(once, NOTHING)).toEqual([]);
  });

  it('is remembered as it was seen last', () => {
    const changed: Observed = { ...OURS, state: { size: 'big' } };
    const unseen = withSeen(EMPTY_SNAPSHOT, 'default', 'role', UNSEEN);
    const once = withRemembered(unseen, 'default', before);
    const again = { ...snapshotOf([changed]), outOfSight: once.outOfSight };
    expect(withRemembered(unseen, 'default', again).outOfSight.get(key)).toBe(changed);
  });
});
