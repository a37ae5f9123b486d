import { describe, expect, test } from 'vitest';
import { HEALTHY } from '../../controller/core/kind.ts';
import { environmentId } from '../../controller/core/reference.ts';
import type { Desired, Observed } from '../../controller/core/resource.ts';
import { ruleKey } from '../../controller/core/security-group-rule.ts';
import type { SecurityGroupRule } from '../../controller/core/security-group-rule.ts';
import { securityGroupModel } from '../../controller/kinds/security-group/model.ts';
import type {
  Referrer,
  SecurityGroupSpec,
  SecurityGroupState,
} from '../../controller/kinds/security-group/model.ts';
import { fromApiRule, toPermission } from '../../controller/aws/permission.ts';
import { deepFreeze } from '../support/plans/deep-freeze.ts';
import { desiredOf } from '../support/kinds/desired.ts';

const UDP: SecurityGroupRule = { protocol: 'udp', fromPort: 2000, toPort: 2000, peer: '172.31.0.0/16' };

const ID = { environment: 'default', kind: 'security-group', name: 'xray' } as const;

function desired(spec: Partial<SecurityGroupSpec>): Desired<SecurityGroupSpec> {
  const rest = { name: 'xray', environment: environmentId('default'), ingress: [], egress: [] };
  return deepFreeze(desiredOf<SecurityGroupSpec>(ID, { ...rest, ...spec }));
}

function observed(state: Partial<SecurityGroupState>): Observed<SecurityGroupState> {
  const rest = { id: 'sg-1', description: 'xray', vpcId: 'vpc-1', ingress: [], egress: [] };
  return deepFreeze<Observed<SecurityGroupState>>({
    id: ID,
    owner: 'us',
    tags: {},
    state: { ...rest, ...state },
    outputs: {},
    health: HEALTHY,
  });
}

function differences(spec: Partial<SecurityGroupSpec>, state: Partial<SecurityGroupState>) {
  return securityGroupModel.diff(desired(spec), observed(state), () => undefined);
}

function changes(wanted: readonly SecurityGroupRule[], actual: readonly SecurityGroupRule[]) {
  return differences({ ingress: wanted }, { ingress: actual });
}

test.each([
  ['a port', UDP, 'udp 2000 172.31.0.0/16'],
  ['a range', { ...UDP, toPort: 2005 }, 'udp 2000-2005 172.31.0.0/16'],
  ['a protocol number', { ...UDP, protocol: '17' }, 'udp 2000 172.31.0.0/16'],
  ['everything, with the ports that AWS drops', { ...UDP, protocol: '-1' }, 'all 172.31.0.0/16'],
  ['another protocol, which has no ports', { ...UDP, protocol: '50' }, '50 172.31.0.0/16'],
  ['ICMP type and code', { ...UDP, protocol: '1', fromPort: 8, toPort: 0 }, 'icmp 8/0 172.31.0.0/16'],
  ['ICMP for IPv6', { ...UDP, protocol: '58', fromPort: 128, toPort: -1 }, 'icmpv6 128/-1 172.31.0.0/16'],
  ['a protocol in capitals', { ...UDP, protocol: 'TCP' }, 'tcp 2000 172.31.0.0/16'],
  ['one end of a range that is not given', { ...UDP, toPort: null }, 'udp 172.31.0.0/16'],
  ['the other end that is not given', { ...UDP, fromPort: null }, 'udp 172.31.0.0/16'],
  ['another group', { ...UDP, peer: 'sg-0A' }, 'udp 2000 sg-0a'],
])('a rule for %s has one name', (_case, rule, key) => {
  expect(ruleKey(rule)).toBe(key);
});

describe('a rule for the group that it is in', () => {
  const own = { ...UDP, peer: 'sg-1' };
  const self = { ...UDP, peer: 'self' };

  test('is in AWS a rule for its id, and no difference', () => {
    expect(changes([self], [own])).toEqual([]);
  });

  test('is told as self where it is missing', () => {
    expect(changes([self], [])).toMatchObject([
      { path: 'ingress[udp 2000 self]', from: null, to: 'allowed' },
    ]);
  });

  test('is told by its id where nobody wants it, which is how it can be left to others', () => {
    expect(changes([], [own])).toMatchObject([{ path: 'ingress[udp 2000 sg-1]', from: 'allowed', to: null }]);
  });

  test('is no difference where the manifest has the id', () => {
    expect(changes([own], [own])).toEqual([]);
  });

  test('stands for both where the manifest has it by its id as well', () => {
    expect(changes([self, own], [own])).toEqual([]);
  });

  test('differs by its description like any other', () => {
    expect(changes([{ ...self, description: 'gossip' }], [own])).toMatchObject([
      { path: 'ingress[udp 2000 self]', from: 'allowed', to: 'allowed: gossip' },
    ]);
  });
});

describe('a rule for a group of another account', () => {
  const theirs = { ...UDP, peer: 'sg-2', userId: '111122223333', vpcPeeringConnectionId: 'pcx-1' };

  test('is the same rule whether or not the account is said, as a group id is of one account', () => {
    expect(changes([{ ...UDP, peer: 'sg-2' }], [theirs])).toEqual([]);
    expect(changes([theirs], [{ ...UDP, peer: 'sg-2' }])).toEqual([]);
  });

  test('is asked of EC2 with its account and connection', () => {
    expect(toPermission({ ...theirs, description: 'spans' }, 'sg-1')).toEqual({
      IpProtocol: 'udp',
      FromPort: 2000,
      ToPort: 2000,
      UserIdGroupPairs: [
        {
          GroupId: 'sg-2',
          UserId: '111122223333',
          VpcPeeringConnectionId: 'pcx-1',
          Description: 'spans',
        },
      ],
    });
  });

  test('is read with them', () => {
    const ReferencedGroupInfo = {
      GroupId: 'sg-2',
      UserId: '111122223333',
      VpcId: 'vpc-2',
      VpcPeeringConnectionId: 'pcx-1',
      PeeringStatus: 'active',
    };
    const rule = { IpProtocol: 'udp', FromPort: 2000, ToPort: 2000, GroupOwnerId: '385605022855' };
    expect(fromApiRule({ ...rule, ReferencedGroupInfo })).toEqual(theirs);
  });
});

describe('the rules of a group', () => {
  test('are as wanted in any order and notation', () => {
    const tcp = { ...UDP, protocol: 'tcp' };
    const ids = [
      { ...tcp, protocol: '6', id: 'sgr-1' },
      { ...UDP, protocol: 'UDP', id: 'sgr-2' },
    ];
    expect(changes([UDP, tcp], ids)).toEqual([]);
  });

  test('are all ours: one that is missing and one that is too many differ', () => {
    expect(changes([UDP], [{ ...UDP, peer: '0.0.0.0/0' }])).toEqual([
      { path: 'ingress[udp 2000 172.31.0.0/16]', from: null, to: 'allowed', by: 'update' },
      { path: 'ingress[udp 2000 0.0.0.0/0]', from: 'allowed', to: null, by: 'update' },
    ]);
  });

  test('differ in a description', () => {
    expect(changes([{ ...UDP, description: 'segments' }], [UDP])).toEqual([
      { path: 'ingress[udp 2000 172.31.0.0/16]', from: 'allowed', to: 'allowed: segments', by: 'update' },
    ]);
  });

  test('have no description where it is empty', () => {
    expect(changes([UDP], [{ ...UDP, description: '' }])).toEqual([]);
    expect(changes([{ ...UDP, description: '' }], [UDP])).toEqual([]);
  });

  test('count by the first of two with one name', () => {
    const twice = [UDP, { ...UDP, description: 'again' }];
    expect(changes(twice, [UDP])).toEqual([]);
  });

  test('differ outwards as they do inwards', () => {
    expect(differences({ egress: [UDP] }, { egress: [{ ...UDP, toPort: 2001 }] })).toEqual([
      { path: 'egress[udp 2000 172.31.0.0/16]', from: null, to: 'allowed', by: 'update' },
      { path: 'egress[udp 2000-2001 172.31.0.0/16]', from: 'allowed', to: null, by: 'update' },
    ]);
  });
});

describe('the description of a group', () => {
  test('can only be replaced where the manifest gives another', () => {
    expect(differences({ description: 'xray' }, { description: 'other' })).toEqual([
      { path: 'description', from: 'other', to: 'xray', by: 'replace' },
    ]);
  });

  test('is not ours where the manifest gives none, so that a group made by others can be adopted', () => {
    expect(differences({}, { description: 'other' })).toEqual([]);
  });
});

test('a group comes after the environment whose VPC it is in', () => {
  const environment = environmentId('of-it');
  expect(securityGroupModel.needs(desired({ environment }))).toEqual([environment]);
});

test('git says the rules of a group as differences name and show them', () => {
  const spec = {
    description: 'xray',
    ingress: [{ ...UDP, description: 'segments' }, UDP],
    egress: [{ ...UDP, protocol: '-1', peer: '0.0.0.0/0' }],
  };
  expect(securityGroupModel.says!(desired(spec))).toEqual({
    description: 'xray',
    ingress: { 'udp 2000 172.31.0.0/16': 'allowed: segments' },
    egress: { 'all 0.0.0.0/0': 'allowed' },
  });
});

describe('a group that goes', () => {
  const referrers = (count: number): readonly Referrer[] =>
    Array.from({ length: count }, (_, index) => ({
      id: `sg-${index}`,
      name: `app-${index}`,
      rule: `ingress[tcp ${index} sg-1]`,
    }));
  const removal = (state: Partial<SecurityGroupState>) => securityGroupModel.removal!(observed(state));
  const named = (count: number) =>
    referrers(count)
      .map(({ id, name, rule }) => `security group ${name} (${id}) names it in its rule ${rule}`)
      .join(', ');

  test('is held by nothing while no rule of another names it', () => {
    expect(removal({})).toEqual({ upkeep: [] });
    expect(removal({ referredBy: [] })).toEqual({ upkeep: [] });
  });

  test.each([
    [1, `${named(1)}; take that out of the other group, or of the manifest that wants it there`],
    [3, `${named(3)}; take that out of`],
    [5, `${named(3)} and 2 more rules do; take that out of`],
  ])('is held by %i rules of others, of which three at most are named', (count, text) => {
    const { upkeep, held } = removal({ referredBy: referrers(count) });
    expect(upkeep).toEqual([]);
    expect(held).toContain(`AWS deletes no security group that a rule of another names: ${text}`);
  });
});
