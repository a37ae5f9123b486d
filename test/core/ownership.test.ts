import { describe, expect, it } from 'vitest';
import {
  appliedThisSpec,
  canonicalJson,
  leftoverPolicy,
  ownerOf,
  ownership,
  whatHelps,
  whoseIs,
} from '../../controller/core/ownership.ts';
import { desiredResource, tagsOf } from '../support/plans/resources.ts';

const CLAIM = { owner: 'stationkeeper', environment: 'default' };

describe('whose a resource is', () => {
  it.each([
    ['without our tag', {}, 'nobody'],
    ['with our owner and environment', tagsOf(CLAIM, desiredResource()), 'us'],
    ['with another owner', tagsOf({ ...CLAIM, owner: 'other' }, desiredResource()), 'another'],
    [
      'with another environment of ours',
      tagsOf({ ...CLAIM, environment: 'eu' }, desiredResource()),
      'another',
    ],
    ['with our owner but no environment', { 'stationkeeper:owner': 'stationkeeper' }, 'another'],
  ] as const)('%s', (_what, tags, owner) => {
    expect(ownerOf(CLAIM, tags)).toBe(owner);
  });

  it.each([
    ['another owner', { owner: 'other', environment: 'default' }, 'the owner "other"'],
    ['another environment', { owner: 'stationkeeper', environment: 'eu' }, 'the environment "eu"'],
    [
      'the same environment elsewhere',
      { owner: 'stationkeeper', environment: 'default', region: 'eu-west-1' },
      'the environment "default" in eu-west-1',
    ],
  ])('is said in words: %s', (_what, claim, words) => {
    const tags = tagsOf(claim, desiredResource({ kind: 'role' }));
    expect(whoseIs({ ...CLAIM, region: 'us-east-1' }, tags)).toBe(words);
  });

  it.each([
    ['another owner', { owner: 'other', environment: 'eu' }, /^use another name here, .*retain\)$/],
    [
      'another environment, which may be the former name of this one',
      { owner: 'stationkeeper', environment: 'eu' },
      /^use another name here, .*; where this Environment was named "eu" before, name it so again, or set its tag stationkeeper:environment to "default"$/,
    ],
  ])('is said with what helps: %s', (_what, claim, words) => {
    expect(whatHelps(CLAIM, tagsOf(claim, desiredResource({ kind: 'role' })))).toMatch(words);
  });

  it('is said with what helps where a tag of ours was taken away', () => {
    expect(whatHelps(CLAIM, { 'stationkeeper:owner': 'stationkeeper' })).toBe(
      'set its tag stationkeeper:environment to "default" where it is of this one',
    );
  });

  it('is said where a tag of ours was taken away', () => {
    expect(whoseIs(CLAIM, { 'stationkeeper:owner': 'stationkeeper' })).toContain('stationkeeper:environment');
  });

  it('is told with its manifest only where it is ours', () => {
    const tags = tagsOf(CLAIM, desiredResource({ manifest: 'xray' }));
    expect(ownership(CLAIM, tags)).toMatchObject({
      owner: 'us',
      manifest: { kind: 'DaemonService', name: 'xray' },
    });
    expect(ownership({ ...CLAIM, owner: 'other' }, tags)).not.toHaveProperty('manifest');
  });
});

describe('the tags of a resource', () => {
  it('are its labels and everything that must be known without its manifest', () => {
    const desired = desiredResource({ labels: { team: 'a' }, policy: { deletion: 'retain', prune: false } });
    expect(tagsOf(CLAIM, desired)).toMatchObject({
      team: 'a',
      'stationkeeper:owner': 'stationkeeper',
      'stationkeeper:manifest': 'DaemonService/xray',
      'stationkeeper:deletion-policy': 'retain',
      'stationkeeper:prune': 'disabled',
    });
  });

  it('tell whether exactly this spec was applied', () => {
    const tags = tagsOf(CLAIM, desiredResource());
    expect(appliedThisSpec(desiredResource(), tags)).toBe(true);
    expect(appliedThisSpec(desiredResource({ fields: { size: 'big' } }), tags)).toBe(false);
    expect(appliedThisSpec(desiredResource({ labels: { team: 'a' } }), tags)).toBe(false);
  });

  it.each([{}, { 'stationkeeper:deletion-policy': 'nonsense', 'stationkeeper:prune': 'nonsense' }])(
    'that cannot be read mean the careful answer',
    (tags) => {
      expect(leftoverPolicy(tags)).toEqual({ deletion: 'retain', prune: false });
    },
  );
});

it('canonical JSON is the same for equal values whatever the order of their keys', () => {
  expect(canonicalJson({ b: [{ d: 1, c: 2 }], a: undefined })).toBe(canonicalJson({ b: [{ c: 2, d: 1 }] }));
});
