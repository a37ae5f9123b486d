import { describe, expect, test } from 'vitest';
import { chooseNamespace, whyNotTold } from '../../controller/kinds/namespace/choice.ts';
import type { Candidate } from '../../controller/kinds/namespace/choice.ts';
import { deepFreeze } from '../support/plans/deep-freeze.ts';

const NAME = 'services.example.org';
const VPC = 'vpc-1';
const MANAGED = { name: NAME, isManaged: true };
const USED = { name: NAME, isManaged: false };

/** Of whose zone nothing is known yet. */
function candidate(id: string, fields: Partial<Candidate> = {}): Candidate {
  return { id, type: 'private-dns', isOurs: false, vpcs: [], ...fields };
}

function within(one: Candidate, ...vpcs: readonly string[]): Candidate {
  return { ...one, vpcs };
}

const a = candidate('a');
const b = candidate('b');
const ours = candidate('ours', { isOurs: true });
const oursToo = candidate('ours-too', { isOurs: true });

describe('without a word of Route 53', () => {
  test.each([
    ['none, where there is none', MANAGED, [], 'none'],
    ['the only one that is used', USED, [a], 'a'],
    ['the only one that is ours', MANAGED, [ours], 'ours'],
    ['ours among those of others', MANAGED, [a, ours, b], 'ours'],
    ['ours among those of others, where it is only used', USED, [a, ours], 'ours'],
    ['nothing where a manifest makes one, and the only one is not ours', MANAGED, [a], 'ask'],
    ['nothing of several that are not ours', USED, [a, b], 'ask'],
    ['nothing of several that are ours', MANAGED, [ours, oursToo], 'ask'],
  ])('is meant %s', (_what, sought, candidates, meant) => {
    const choice = chooseNamespace(sought, deepFreeze(candidates), undefined);
    expect(choice.type === 'this' ? choice.id : choice.type).toBe(meant);
  });
});

const isPublic = (one: Candidate): Candidate => ({ ...one, type: 'public-dns' });
const isHttp = (one: Candidate): Candidate => ({ ...one, type: 'http' });

describe('among namespaces of several types', () => {
  test.each([
    ['the private one of others', USED, [isHttp(a), b], 'b'],
    ['the public one, where there is no private one', USED, [isHttp(a), isPublic(b)], 'b'],
    ['the HTTP one, where there is no other', USED, [isHttp(a)], 'a'],
    [
      'none, where others have one of another type',
      { ...MANAGED, type: 'public-dns' },
      [a, isHttp(b)],
      'none',
    ],
    ['what others have of the type', { ...MANAGED, type: 'http' }, [a, isHttp(b)], 'b'],
    [
      'what is ours of the type, whatever else is',
      { ...MANAGED, type: 'http' },
      [ours, isHttp(oursToo)],
      'ours-too',
    ],
    [
      'ours of another type, to be made anew',
      { ...MANAGED, type: 'public-dns' },
      [isPublic(a), ours],
      'ours',
    ],
    [
      'nothing of several public ones of others',
      { ...MANAGED, type: 'public-dns' },
      [isPublic(a), isPublic(b)],
      'unclear',
    ],
    [
      'nothing of several of ours that all have another type',
      { ...MANAGED, type: 'public-dns' },
      [ours, isHttp(oursToo)],
      'unclear',
    ],
  ] as const)('is meant %s', (_what, sought, candidates, meant) => {
    const choice = chooseNamespace(sought, deepFreeze([...candidates]), undefined);
    expect(choice.type === 'this' ? choice.id : choice.type).toBe(meant);
  });

  test('Route 53 is asked for private ones alone', () => {
    const sought = { ...MANAGED, type: 'private-dns' } as const;
    expect(chooseNamespace(sought, [a, isPublic(b)], undefined)).toEqual({ type: 'ask' });
    expect(chooseNamespace(sought, [within(a, 'vpc-2'), isPublic(b)], VPC)).toEqual({ type: 'none' });
  });

  test('what is unclear is told with the type', () => {
    const sought = { ...MANAGED, type: 'public-dns' } as const;
    expect(chooseNamespace(sought, [isPublic(a), isPublic(b)], VPC)).toEqual({
      type: 'unclear',
      why: '2 public namespaces are named services.example.org (a, b); remove the Namespace from git and set spec.serviceDiscovery.namespaceId to the id of the one to use',
    });
  });
});

describe('by the VPCs that Route 53 tells', () => {
  test.each([
    ["the VPC's among several", USED, [within(a, 'vpc-2'), within(b, 'vpc-3', VPC)], 'b'],
    ["the VPC's among several, of which one is not told", USED, [a, within(b, VPC)], 'b'],
    ["the VPC's that is not ours, to be taken over or held", MANAGED, [within(a, VPC)], 'a'],
    ['the only one there is, where its VPC is not told', MANAGED, [a], 'a'],
    [
      'none where a manifest makes one, and all are in other VPCs',
      MANAGED,
      [within(a, 'vpc-2'), within(b, 'vpc-3')],
      'none',
    ],
    [
      "the VPC's among several of ours",
      MANAGED,
      [within(ours, 'vpc-2'), within(oursToo, VPC), within(a, VPC)],
      'ours-too',
    ],
    [
      'unclear where what is used is in other VPCs only',
      USED,
      [within(a, 'vpc-2'), within(b, 'vpc-3')],
      'unclear',
    ],
    [
      'unclear where all that are ours are in other VPCs',
      MANAGED,
      [within(ours, 'vpc-2'), within(oursToo, 'vpc-3')],
      'unclear',
    ],
    [
      'unclear where one of several is not told, which may be it',
      MANAGED,
      [within(a, 'vpc-2'), b],
      'unclear',
    ],
    ['unclear where the VPC has two', USED, [within(a, VPC), within(b, VPC)], 'unclear'],
  ])('is meant %s', (_what, sought, candidates, meant) => {
    const choice = chooseNamespace(sought, deepFreeze(candidates), VPC);
    expect(choice.type === 'this' ? choice.id : choice.type).toBe(meant);
  });
});

describe('what is unclear is said with the ids, and what to do', () => {
  test.each([
    [
      USED,
      [within(b, 'vpc-2'), a],
      '2 private namespaces are named services.example.org (a, b in vpc-2), and Route 53 shows none of their hosted zones in vpc-1; set spec.serviceDiscovery.namespaceId to the id of the one to use',
    ],
    [
      MANAGED,
      [ours, oursToo, a],
      '2 private namespaces carry our tags and are named services.example.org (ours, ours-too), and Route 53 shows none of their hosted zones in vpc-1; take the tag stationkeeper:owner off all but the one to use',
    ],
  ])('%j', (sought, candidates, why) => {
    expect(chooseNamespace(sought, candidates, VPC)).toEqual({ type: 'unclear', why });
  });

  test('also where Route 53 could not be asked', () => {
    expect(whyNotTold(USED, [a, b], 'refused')).toBe(
      "2 private namespaces are named services.example.org (a, b), and which of them is the Environment's could not be asked: refused; see to that, or set spec.serviceDiscovery.namespaceId to the id of the one to use",
    );
    expect(whyNotTold(MANAGED, [a], 'refused')).toBe(
      "the private namespace a is named services.example.org, and whether it is the Environment's could not be asked: refused; see to that, or remove the Namespace from git and set spec.serviceDiscovery.namespaceId to the id of the one to use",
    );
  });
});
