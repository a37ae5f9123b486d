import { describe, expect, test } from 'vitest';
import { chooseNamespace, whyNotTold } from '../../controller/kinds/namespace/choice.ts';
import type { AskedVpc, Candidate } from '../../controller/kinds/namespace/choice.ts';
import { deepFreeze } from '../support/plans/deep-freeze.ts';

const NAME = 'services.example.org';
const MANAGED = { name: NAME, isManaged: true };
const USED = { name: NAME, isManaged: false };

/** `a` has the zone `Za`. */
function candidate(id: string, fields: Partial<Candidate> = {}): Candidate {
  return { id, isOurs: false, zoneId: `Z${id}`, ...fields };
}

const a = candidate('a');
const b = candidate('b');
const ours = candidate('ours', { isOurs: true });
const oursToo = candidate('ours-too', { isOurs: true });

function vpcAsking(...zones: readonly string[]): AskedVpc {
  return { vpcId: 'vpc-1', zones: new Set(zones) };
}

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

describe("by the zones that the Environment's VPC asks", () => {
  test.each([
    ["the VPC's among several", USED, [a, b], ['Zb'], 'b'],
    ["the VPC's that is not ours, to be taken over or held", MANAGED, [a], ['Za'], 'a'],
    ['none where a manifest makes one, and all others are of other VPCs', MANAGED, [a, b], ['Zx'], 'none'],
    ["the VPC's among several of ours", MANAGED, [ours, oursToo, a], ['Zours-too', 'Za'], 'ours-too'],
    ['unclear where what is used is in other VPCs only', USED, [a, b], [], 'unclear'],
    ['unclear where all that are ours are in other VPCs', MANAGED, [ours, oursToo], [], 'unclear'],
    ['unclear where a zone is not told', MANAGED, [candidate('a', { zoneId: undefined })], [], 'unclear'],
    ['unclear where the VPC asks two', USED, [a, b], ['Za', 'Zb'], 'unclear'],
  ])('is meant %s', (_what, sought, candidates, zones, meant) => {
    const choice = chooseNamespace(sought, deepFreeze(candidates), vpcAsking(...zones));
    expect(choice.type === 'this' ? choice.id : choice.type).toBe(meant);
  });
});

describe('what is unclear is said with the ids, and what to do', () => {
  test.each([
    [
      USED,
      [b, a],
      '2 private namespaces are named services.example.org (a, b), and by Route 53 no hosted zone of theirs is associated with vpc-1; set spec.serviceDiscovery.namespaceId to the id of the one to use',
    ],
    [
      MANAGED,
      [ours, oursToo, a],
      '2 private namespaces carry our tags and are named services.example.org (ours, ours-too), and by Route 53 no hosted zone of theirs is associated with vpc-1; take the tag stationkeeper:owner off all but the one to use',
    ],
  ])('%j', (sought, candidates, why) => {
    expect(chooseNamespace(sought, candidates, vpcAsking())).toEqual({ type: 'unclear', why });
  });

  test('also where Route 53 could not be asked', () => {
    expect(whyNotTold(USED, [a, b], 'vpc-1', 'refused')).toBe(
      '2 private namespaces are named services.example.org (a, b), and which of them is in vpc-1 could not be asked: refused; allow that, or set spec.serviceDiscovery.namespaceId to the id of the one to use',
    );
    expect(whyNotTold(MANAGED, [a], 'vpc-1', 'refused')).toBe(
      'the private namespace a is named services.example.org, and whether it is in vpc-1 could not be asked: refused; allow that, or remove the Namespace from git and set spec.serviceDiscovery.namespaceId to the id of the one to use',
    );
  });
});
