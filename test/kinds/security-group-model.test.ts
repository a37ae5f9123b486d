import { describe, expect, test } from 'vitest';
import { HEALTHY } from '../../controller/core/kind.ts';
import { environmentId } from '../../controller/core/reference.ts';
import type { Observed } from '../../controller/core/resource.ts';
import { ruleKey, securityGroupModel } from '../../controller/kinds/security-group/model.ts';
import type {
  SecurityGroupRule,
  SecurityGroupSpec,
  SecurityGroupState,
} from '../../controller/kinds/security-group/model.ts';
import { deepFreeze } from '../support/plans/deep-freeze.ts';
import { desiredOf } from '../support/kinds/desired.ts';

const UDP: SecurityGroupRule = { protocol: 'udp', fromPort: 2000, toPort: 2000, peer: '172.31.0.0/16' };

function changes(
  wanted: readonly SecurityGroupRule[],
  actual: readonly SecurityGroupRule[],
  description = 'xray',
  said: { readonly description?: string } = { description: 'xray' },
) {
  const spec = {
    name: 'xray',
    ...said,
    environment: environmentId('default'),
    ingress: wanted,
    egress: [],
  };
  const state = { id: 'sg-1', description, vpcId: 'vpc-1', ingress: actual, egress: [] };
  const id = { environment: 'default', kind: 'security-group', name: 'xray' } as const;
  return securityGroupModel.diff(
    deepFreeze(desiredOf<SecurityGroupSpec>(id, spec)),
    deepFreeze<Observed<SecurityGroupState>>({
      id,
      owner: 'us',
      tags: {},
      state,
      outputs: {},
      health: HEALTHY,
    }),
    () => undefined,
  );
}

test.each([
  ['a port', UDP, 'udp 2000 172.31.0.0/16'],
  ['a range', { ...UDP, toPort: 2005 }, 'udp 2000-2005 172.31.0.0/16'],
  ['a protocol number', { ...UDP, protocol: '17' }, 'udp 2000 172.31.0.0/16'],
  ['everything, with the ports that AWS drops', { ...UDP, protocol: '-1' }, 'all 172.31.0.0/16'],
  ['another protocol, which has no ports', { ...UDP, protocol: '50' }, '50 172.31.0.0/16'],
  ['ICMP type and code', { ...UDP, protocol: '1', fromPort: 8, toPort: 0 }, 'icmp 8/0 172.31.0.0/16'],
  ['another group', { ...UDP, peer: 'sg-0A' }, 'udp 2000 sg-0a'],
])('a rule for %s has one name', (_case, rule, key) => {
  expect(ruleKey(rule)).toBe(key);
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
});

describe('the description of a group', () => {
  test('can only be replaced where the manifest gives another', () => {
    expect(changes([], [], 'other')).toEqual([
      { path: 'description', from: 'other', to: 'xray', by: 'replace' },
    ]);
  });

  test('is not ours where the manifest gives none, so that a group made by others can be adopted', () => {
    expect(changes([], [], 'other', {})).toEqual([]);
  });
});
