import type { IpPermission } from '@aws-sdk/client-ec2';
import { readNetwork } from '../../../controller/aws/network.ts';
import type { Network } from '../../../controller/aws/network.ts';
import { openDoor } from '../../../controller/aws/door.ts';
import type { Aws } from '../../../controller/aws/operations.ts';
import { endOf } from '../../../controller/reach/flow.ts';
import type { End, Flow } from '../../../controller/reach/flow.ts';
import { VirtualClock } from '../../../sandbox/virtual-clock.ts';
import { serviceSandbox } from '../sandbox/service.ts';
import { interfaceIn, newGroup, newSubnet, newVpc } from '../sandbox/networks.ts';
import type { Ec2 } from '../sandbox/networks.ts';

/** A port that a consumer sends from, which its kernel chose. */
export const SENT_FROM = 40_000;

/** How long AWS may take until it shows a new group to everybody. */
const KNOWN_AFTER_MS = 20_000;

export type Layout = 'one subnet' | 'two subnets' | 'two VPCs';

/** A consumer's network interface and a daemon's, each with a group that lets nothing pass. */
export interface TwoEnds {
  readonly ec2: Ec2;
  readonly aws: Aws;
  /** Of the consumer, and of the daemon. */
  readonly vpcs: readonly [string, string];
  readonly subnets: readonly [string, string];
  readonly blocks: readonly [string, string];
  readonly groups: readonly [string, string];
  readonly ends: readonly [End, End];
  /** All that there is about them, read by the controller's own reads. */
  look(): Promise<Network>;
  flow(protocol: Flow['protocol'], port?: number): Flow;
}

export async function twoEnds(layout: Layout): Promise<TwoEnds> {
  const ec2 = serviceSandbox('ec2');
  const aws = doorTo(ec2);
  const first = await newVpc(ec2, '10.1.0.0/16');
  const second = layout === 'two VPCs' ? await newVpc(ec2, '10.2.0.0/16') : first;
  const vpcs = [first, second] as const;
  const blocks = ['10.1.0.0/24', layout === 'two VPCs' ? '10.2.0.0/24' : '10.1.1.0/24'] as const;
  const near = await newSubnet(ec2, first, blocks[0]);
  const far = layout === 'one subnet' ? near : await newSubnet(ec2, second, blocks[1]);
  const subnets = [near, far] as const;
  const groups = [await newGroup(ec2, first, 'consumer'), await newGroup(ec2, second, 'daemon')] as const;
  const ends = [
    endOf(await interfaceIn(ec2, first, near, groups[0], 'xray')),
    endOf(await interfaceIn(ec2, second, far, groups[1], 'logs')),
  ] as const;
  return {
    ec2,
    aws,
    vpcs,
    subnets,
    blocks,
    groups,
    ends,
    look() {
      ec2.advance(KNOWN_AFTER_MS);
      return readNetwork(aws, {
        vpcId: second,
        consumers: [{ name: 'app', securityGroup: { id: groups[0] } }],
        addresses: [ends[1].address],
        zones: [],
      });
    },
    flow: (protocol, port = 2000) => ({
      protocol,
      port,
      from: ends[0],
      to: ends[1],
      sentFrom: { first: SENT_FROM, last: SENT_FROM },
    }),
  };
}

/** The controller's door to the AWS of a test. */
function doorTo({ sandbox }: Pick<Ec2, 'sandbox'>): Aws {
  return openDoor({
    transport: ({ service, operation, input }) =>
      sandbox.call({ service, operation, input, region: 'us-east-1' }),
    clock: new VirtualClock(),
    random: () => 0.5,
    waitCodes: new Set(),
    onRequest() {},
  });
}

export async function addRule(
  ec2: Ec2,
  direction: 'egress' | 'ingress',
  GroupId: string,
  permission: IpPermission,
): Promise<void> {
  const operation = direction === 'egress' ? 'AuthorizeSecurityGroupEgress' : 'AuthorizeSecurityGroupIngress';
  await ec2.call(operation, { GroupId, IpPermissions: [permission] });
}

export interface AclRule {
  readonly Egress: boolean;
  readonly RuleAction: 'allow' | 'deny';
  readonly Protocol: string;
  readonly CidrBlock: string;
  readonly PortRange?: { readonly From: number; readonly To: number };
}

/** Gives a subnet a network ACL of its own, with these entries in their order. */
export async function giveAcl(ec2: Ec2, VpcId: string, subnet: string, entries: readonly AclRule[]) {
  const { NetworkAcl } = await ec2.call('CreateNetworkAcl', { VpcId });
  const NetworkAclId = NetworkAcl?.NetworkAclId ?? '';
  for (const [nth, entry] of entries.entries()) {
    await ec2.call('CreateNetworkAclEntry', { ...entry, NetworkAclId, RuleNumber: 10 * (nth + 1) });
  }
  const { NetworkAcls = [] } = await ec2.call('DescribeNetworkAcls', {
    Filters: [{ Name: 'association.subnet-id', Values: [subnet] }],
  });
  const associations = NetworkAcls.flatMap(({ Associations = [] }) => Associations);
  const AssociationId = associations.find((one) => one.SubnetId === subnet)?.NetworkAclAssociationId ?? '';
  await ec2.call('ReplaceNetworkAclAssociation', { AssociationId, NetworkAclId });
}

/** Peers the two VPCs; the connection is active after it. */
export async function peer({ ec2, vpcs }: TwoEnds): Promise<string> {
  const { VpcPeeringConnection } = await ec2.call('CreateVpcPeeringConnection', {
    VpcId: vpcs[0],
    PeerVpcId: vpcs[1],
  });
  const VpcPeeringConnectionId = VpcPeeringConnection?.VpcPeeringConnectionId ?? '';
  await ec2.call('AcceptVpcPeeringConnection', { VpcPeeringConnectionId });
  ec2.advance(5_000);
  return VpcPeeringConnectionId;
}

/** Adds a route to the main table of a VPC. */
export async function addRoute(
  ec2: Ec2,
  vpc: string,
  route: {
    readonly DestinationCidrBlock: string;
    readonly VpcPeeringConnectionId?: string;
    readonly GatewayId?: string;
  },
): Promise<void> {
  const { RouteTables = [] } = await ec2.call('DescribeRouteTables', {
    Filters: [
      { Name: 'vpc-id', Values: [vpc] },
      { Name: 'association.main', Values: ['true'] },
    ],
  });
  await ec2.call('CreateRoute', { RouteTableId: RouteTables[0]?.RouteTableId ?? '', ...route });
}
