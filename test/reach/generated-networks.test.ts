import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { aclJudgement } from '../../controller/reach/acls.ts';
import { egressJudgement, ingressJudgement } from '../../controller/reach/groups.ts';
import { routeJudgement } from '../../controller/reach/routes.ts';
import { SENT_FROM, addRoute, addRule, giveAcl, peer, twoEnds } from '../support/reach/two-ends.ts';
import { EVERYWHERE } from '../support/sandbox/networks.ts';
import type { AclRule, TwoEnds } from '../support/reach/two-ends.ts';

/** What a network is made of besides its two ends: all of it decides something, and much of it may decide against the packet. */
const peerOf = fc.constantFrom('address', 'block', 'everywhere', 'elsewhere', 'group');
const ports = fc.constantFrom([2000, 2000], [0, 65_535], [2001, 2010], [1990, 1999], [1, 2000]);
const rule = fc.record({ protocol: fc.constantFrom('udp', 'tcp', '-1'), ports, peer: peerOf });
const entry = fc.record({
  Egress: fc.boolean(),
  RuleAction: fc.constantFrom('allow', 'allow', 'deny'),
  Protocol: fc.constantFrom('6', '17', '-1'),
  CidrBlock: fc.constantFrom(EVERYWHERE, '10.1.0.0/16', '10.2.0.0/24', '10.1.1.0/24', '10.9.0.0/16'),
  range: fc.constantFrom([2000, 2000], [0, 65_535], [32_768, 60_999], [1, 1999]),
});
const route = fc.record({
  vpc: fc.constantFrom(0, 1),
  DestinationCidrBlock: fc.constantFrom(
    EVERYWHERE,
    '10.1.0.0/16',
    '10.2.0.0/16',
    '10.2.0.0/24',
    '10.1.0.0/24',
  ),
});
const network = fc.record({
  layout: fc.constantFrom('one subnet', 'two subnets', 'two VPCs'),
  protocol: fc.constantFrom('udp', 'tcp'),
  egress: fc.array(rule, { maxLength: 3 }),
  ingress: fc.array(rule, { maxLength: 3 }),
  /** Of the consumer's subnet and the daemon's; undefined: the default one, which allows everything. */
  acls: fc.tuple(
    fc.option(fc.array(entry, { maxLength: 5 }), { nil: undefined, freq: 2 }),
    fc.option(fc.array(entry, { maxLength: 5 }), { nil: undefined, freq: 2 }),
  ),
  routes: fc.uniqueArray(route, {
    maxLength: 4,
    selector: (one) => `${one.vpc} ${one.DestinationCidrBlock}`,
  }),
  isPeeringDeleted: fc.boolean(),
});
type Generated = typeof network extends fc.Arbitrary<infer Value> ? Value : never;

async function build(one: Generated): Promise<TwoEnds> {
  const there = await twoEnds(one.layout);
  const { ec2, vpcs, subnets, groups, ends, blocks } = there;
  for (const direction of ['egress', 'ingress'] as const) {
    const [own, other] = direction === 'egress' ? ([0, 1] as const) : ([1, 0] as const);
    const permissions = one[direction].map(({ protocol, ports: [FromPort, ToPort], peer: named }) => {
      const cidrs = {
        address: `${ends[other].address}/32`,
        block: one.layout === 'one subnet' ? blocks[0] : blocks[other],
        everywhere: EVERYWHERE,
        elsewhere: '10.9.0.0/16',
        group: `${ends[other].address}/31`,
      };
      const isGroup = named === 'group' && vpcs[0] === vpcs[1];
      return {
        IpProtocol: protocol,
        ...(protocol === '-1' ? {} : { FromPort, ToPort }),
        ...(isGroup
          ? { UserIdGroupPairs: [{ GroupId: groups[other] }] }
          : { IpRanges: [{ CidrIp: cidrs[named] }] }),
      };
    });
    const distinct = new Map(permissions.map((permission) => [JSON.stringify(permission), permission]));
    for (const permission of distinct.values()) await addRule(ec2, direction, groups[own], permission);
  }
  if (one.layout === 'two VPCs') {
    const VpcPeeringConnectionId = await peer(there);
    for (const { vpc, DestinationCidrBlock } of one.routes) {
      // A VPC's own block is routed to itself, and nobody can have it otherwise.
      if (DestinationCidrBlock === (vpc === 0 ? '10.1.0.0/16' : '10.2.0.0/16')) continue;
      await addRoute(ec2, vpcs[vpc === 0 ? 0 : 1], { DestinationCidrBlock, VpcPeeringConnectionId });
    }
    if (one.isPeeringDeleted) await ec2.call('DeleteVpcPeeringConnection', { VpcPeeringConnectionId });
  }
  for (const nth of [0, 1] as const) {
    const entries = one.acls[nth]?.map(
      ({ range: [From = 0, To = 0], Protocol, ...rest }): AclRule => ({
        ...rest,
        Protocol,
        ...(Protocol === '-1' ? {} : { PortRange: { From, To } }),
      }),
    );
    if (entries !== undefined) await giveAcl(ec2, vpcs[nth], subnets[nth], entries);
  }
  return there;
}

/** The hop that is about what the sandbox's own judge says that a packet is lost at. */
const HOP_OF = {
  nowhere: 'nowhere',
  'egress rule': 'egress',
  'network ACL out': 'network-acls',
  'network ACL in': 'network-acls',
  route: 'routes',
  'ingress rule': 'ingress',
} as const;

test('in any network, hops are blocked exactly where a packet is lost', async () => {
  let arrived = 0;
  let lost = 0;
  await fc.assert(
    fc.asyncProperty(network, async (generated) => {
      const there = await build(generated);
      const { ec2, ends } = there;
      const flow = there.flow(generated.protocol);
      const seen = await there.look();
      const judgements = {
        egress: egressJudgement(seen, flow),
        'network-acls': aclJudgement(seen, flow),
        routes: routeJudgement(seen, flow),
        ingress: ingressJudgement(seen, flow),
      };
      const blockedAt = Object.entries(judgements).flatMap(([hop, { status }]) =>
        status === 'ok' ? [] : [hop],
      );
      const loss = ec2.sandbox.control.lossOf({
        protocol: generated.protocol,
        fromAddress: ends[0].address,
        fromPort: SENT_FROM,
        toAddress: ends[1].address,
        toPort: 2000,
      });
      arrived += Number(loss === undefined);
      lost += Number(loss !== undefined);
      const agrees = loss === undefined ? blockedAt.length === 0 : blockedAt.includes(HOP_OF[loss]);
      expect({ judgements, loss, agrees }).toMatchObject({ agrees: true });
    }),
    { numRuns: 150 },
  );
  // Of networks that all lose their packets, or none, nothing would be learnt.
  expect(Math.min(arrived, lost)).toBeGreaterThan(5);
});
