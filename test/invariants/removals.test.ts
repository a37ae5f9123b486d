import { describe, expect, test } from 'vitest';
import { createBounds } from '../support/simulation/bounds.ts';
import { BEFORE_EACH_CALL } from '../support/simulation/invariants.ts';
import type { BeforeCall } from '../support/simulation/invariants.ts';
import type { Live } from '../support/simulation/live.ts';
import type { Mutation } from '../support/simulation/mutation.ts';
import { NOTHING_KNOWN } from '../support/simulation/wanted.ts';

/** What the worlds' judges make of removals, where git has dropped more at once than the budget lets go. */

const CALM = { monotonic: () => 0 };
const DAEMONS = ['a', 'b', 'c', 'd'];
const OURS = DAEMONS.flatMap((daemon) => [live('service', daemon), live('role', daemon)]);

function live(kind: 'service' | 'role', daemon: string): Live {
  return {
    key: `${kind} ${daemon}`,
    kind,
    region: kind === 'role' ? '' : 'us-east-1',
    name: daemon,
    id: `${kind}/${daemon}`,
    arn: `${kind}/${daemon}`,
    tags: new Map([
      ['stationkeeper:owner', 'stationkeeper'],
      ['stationkeeper:environment', 'home'],
      ['stationkeeper:manifest', `DaemonService/${daemon}`],
      ['stationkeeper:prune', 'enabled'],
      ['stationkeeper:deletion-policy', 'delete'],
    ]),
    fingerprint: () => '',
  };
}

function before(name: string, effect: 'delete' | 'part', key: string, isGoing: BeforeCall['isGoing']) {
  const touched = OURS.filter((one) => one.key === key);
  const mutation: Mutation = { name, region: 'us-east-1', input: {}, effect, touched };
  return {
    mutation,
    owner: 'stationkeeper',
    source: undefined,
    environments: new Map([['us-east-1', 'home']]),
    wanted: { ...NOTHING_KNOWN, frozen: false },
    wantedAlready: undefined,
    live: OURS,
    visible: new Set(OURS.map(({ id }) => id)),
    isGoing,
    goesOn: () => false,
    services: [],
    self: undefined,
    confirmed: new Set<string>(),
    budget: 3,
  } satisfies BeforeCall;
}

describe.each([
  ['a whole resource', 'iam:DeleteRole', 'delete'],
  ['a part of one', 'iam:DeleteRolePolicy', 'part'],
] as const)('%s of an object, with more objects dropped than may go', (_what, name, effect) => {
  const { isGoing, done } = createBounds(CALM);
  done(before('ecs:DeleteService', 'delete', 'service a', isGoing));
  const judged = (daemon: string): string | undefined =>
    BEFORE_EACH_CALL.deletesWithinBudget(before(name, effect, `role ${daemon}`, isGoing));

  test('may go where the removal of the object had begun before', () => {
    expect(judged('a')).toBeUndefined();
  });

  test('may not go where the object would be another one', () => {
    expect(judged('b')).toContain('although 4 objects would go');
  });
});

test('an object counts among those that go from the first part of it that is taken', () => {
  const bounds = createBounds(CALM);
  for (const daemon of ['a', 'b', 'c'])
    bounds.done(before('iam:DeleteRolePolicy', 'part', `role ${daemon}`, bounds.isGoing));
  const fourth = before('iam:DeleteRolePolicy', 'part', 'role d', bounds.isGoing);
  expect(bounds.broken(fourth)['removesFewWithinAnHour']).toContain('home|DaemonService/d');
});
