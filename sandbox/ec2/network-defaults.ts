import type {
  AttachmentStatus,
  DescribeInternetGatewaysCommandInput,
  DescribeInternetGatewaysCommandOutput,
  DescribeNetworkAclsCommandInput,
  DescribeNetworkAclsCommandOutput,
  DescribeRouteTablesCommandInput,
  DescribeRouteTablesCommandOutput,
  NetworkAclEntry,
  Route,
} from '@aws-sdk/client-ec2';
import type { Answer } from '../answer.ts';
import type { CallContext } from '../call.ts';
import { ec2Page, entriesOf, filterBy, listed, neverMatching } from './filters.ts';
import { requireByIds } from './ids.ts';
import type { Ec2State, Vpc } from './state.ts';

/*
 * What every VPC comes with: its main route table and its default network ACL; a default VPC also has an internet
 * gateway (Default VPCs, Amazon VPC user guide). They cannot be changed here, so they are not kept: their ids have
 * the VPC's own digits.
 */

/** The model knows only the states of other attachments (InternetGatewayAttachment, EC2 API reference). */
const ATTACHED_TO_VPC = 'available' as AttachmentStatus;

export function describeRouteTables(
  input: DescribeRouteTablesCommandInput,
  { state: { ec2 } }: CallContext,
): Answer<DescribeRouteTablesCommandOutput> {
  const routesOf = (vpc: Vpc, read: (route: Route) => string | undefined) => routes(vpc).map(read);
  const keep = filterBy<Vpc>(
    input.Filters,
    {
      'association.main': () => ['true'],
      'association.route-table-association-id': (vpc) => [related('rtbassoc', vpc)],
      'association.route-table-id': (vpc) => [related('rtb', vpc)],
      'owner-id': () => [ec2.place.accountId],
      'route-table-id': (vpc) => [related('rtb', vpc)],
      'route.destination-cidr-block': (vpc) => routesOf(vpc, (route) => route.DestinationCidrBlock),
      'route.destination-ipv6-cidr-block': (vpc) => routesOf(vpc, (route) => route.DestinationIpv6CidrBlock),
      'route.gateway-id': (vpc) => routesOf(vpc, (route) => route.GatewayId),
      'route.origin': (vpc) => routesOf(vpc, (route) => route.Origin),
      'route.state': (vpc) => routesOf(vpc, (route) => route.State),
      'vpc-id': (vpc) => [vpc.vpcId],
      ...neverMatching(
        'association.gateway-id',
        'association.subnet-id',
        'route.destination-prefix-list-id',
        'route.egress-only-internet-gateway-id',
        'route.instance-id',
        'route.nat-gateway-id',
        'route.transit-gateway-id',
        'route.vpc-peering-connection-id',
      ),
    },
    noTags,
  );
  const entries = entriesOf(chosen(ec2, 'routeTable', 'rtb', input.RouteTableIds), vpcIdOf);
  const page = ec2Page(input, entries, keep, { least: 5, most: 100 });
  return {
    RouteTables: page.items.map((vpc) => ({
      RouteTableId: related('rtb', vpc),
      VpcId: vpc.vpcId,
      OwnerId: ec2.place.accountId,
      Associations: [
        {
          Main: true,
          RouteTableAssociationId: related('rtbassoc', vpc),
          RouteTableId: related('rtb', vpc),
          AssociationState: { State: 'associated' },
        },
      ],
      PropagatingVgws: [],
      Routes: routes(vpc),
      Tags: [],
    })),
    NextToken: page.nextToken,
  };
}

export function describeInternetGateways(
  input: DescribeInternetGatewaysCommandInput,
  { state: { ec2 } }: CallContext,
): Answer<DescribeInternetGatewaysCommandOutput> {
  const keep = filterBy<Vpc>(
    input.Filters,
    {
      'attachment.state': () => ['available'],
      'attachment.vpc-id': (vpc) => [vpc.vpcId],
      'internet-gateway-id': (vpc) => [internetGatewayOf(vpc)],
      'owner-id': () => [ec2.place.accountId],
    },
    noTags,
  );
  const entries = entriesOf(chosen(ec2, 'internetGateway', 'igw', input.InternetGatewayIds), vpcIdOf);
  const page = ec2Page(input, entries, (vpc) => internetGatewayOf(vpc) !== undefined && keep(vpc));
  return {
    InternetGateways: page.items.map((vpc) => ({
      InternetGatewayId: internetGatewayOf(vpc),
      OwnerId: ec2.place.accountId,
      Attachments: [{ State: ATTACHED_TO_VPC, VpcId: vpc.vpcId }],
      Tags: [],
    })),
    NextToken: page.nextToken,
  };
}

export function describeNetworkAcls(
  input: DescribeNetworkAclsCommandInput,
  { state: { ec2 } }: CallContext,
): Answer<DescribeNetworkAclsCommandOutput> {
  const subnetIds = (vpc: Vpc) =>
    [...ec2.subnets.values()].filter(({ vpcId }) => vpcId === vpc.vpcId).map(({ subnetId }) => subnetId);
  const entryValues = (read: (entry: NetworkAclEntry) => unknown) => (vpc: Vpc) =>
    aclEntries(vpc).map((entry) => String(read(entry)));
  const keep = filterBy<Vpc>(
    input.Filters,
    {
      'association.association-id': (vpc) => subnetIds(vpc).map(aclAssociation),
      'association.network-acl-id': (vpc) => [related('acl', vpc)],
      'association.subnet-id': subnetIds,
      default: () => ['true'],
      'entry.cidr': entryValues((entry) => entry.CidrBlock),
      'entry.egress': entryValues((entry) => entry.Egress),
      'entry.ipv6-cidr': entryValues((entry) => entry.Ipv6CidrBlock),
      'entry.protocol': entryValues((entry) => entry.Protocol),
      'entry.rule-action': entryValues((entry) => entry.RuleAction),
      'entry.rule-number': entryValues((entry) => entry.RuleNumber),
      'network-acl-id': (vpc) => [related('acl', vpc)],
      'owner-id': () => [ec2.place.accountId],
      'vpc-id': (vpc) => [vpc.vpcId],
      ...neverMatching('entry.icmp.code', 'entry.icmp.type', 'entry.port-range.from', 'entry.port-range.to'),
    },
    noTags,
  );
  const page = ec2Page(
    input,
    entriesOf(chosen(ec2, 'networkAcl', 'acl', input.NetworkAclIds), vpcIdOf),
    keep,
  );
  return {
    NetworkAcls: page.items.map((vpc) => ({
      NetworkAclId: related('acl', vpc),
      VpcId: vpc.vpcId,
      OwnerId: ec2.place.accountId,
      IsDefault: true,
      Associations: subnetIds(vpc).map((subnetId) => ({
        NetworkAclAssociationId: aclAssociation(subnetId),
        NetworkAclId: related('acl', vpc),
        SubnetId: subnetId,
      })),
      Entries: aclEntries(vpc),
      Tags: [],
    })),
    NextToken: page.nextToken,
  };
}

/** The id of a VPC's internet gateway; undefined where the VPC has none. */
export function internetGatewayOf(vpc: Vpc): string | undefined {
  return vpc.isDefault ? related('igw', vpc) : undefined;
}

function routes(vpc: Vpc): Route[] {
  const local = { GatewayId: 'local', Origin: 'CreateRouteTable', State: 'active' } as const;
  const gateway = internetGatewayOf(vpc);
  return [
    { DestinationCidrBlock: vpc.cidrBlock, ...local },
    ...(vpc.ipv6CidrBlock === undefined ? [] : [{ DestinationIpv6CidrBlock: vpc.ipv6CidrBlock, ...local }]),
    ...(gateway === undefined
      ? []
      : [
          {
            DestinationCidrBlock: '0.0.0.0/0',
            GatewayId: gateway,
            Origin: 'CreateRoute' as const,
            State: 'active' as const,
          },
        ]),
  ];
}

/** All is allowed both ways; the last rule denies what no other names. */
function aclEntries(vpc: Vpc): NetworkAclEntry[] {
  const blocks = [
    { CidrBlock: '0.0.0.0/0', first: 100, last: 32_767 },
    ...(vpc.ipv6CidrBlock === undefined ? [] : [{ Ipv6CidrBlock: '::/0', first: 101, last: 32_768 }]),
  ];
  return [true, false].flatMap((Egress) =>
    blocks.flatMap(({ first, last, ...block }): NetworkAclEntry[] => [
      { ...block, Egress, Protocol: '-1', RuleAction: 'allow', RuleNumber: first },
      { ...block, Egress, Protocol: '-1', RuleAction: 'deny', RuleNumber: last },
    ]),
  );
}

/** The VPCs whose `prefix-…` the ids name; all of them where there are no ids. */
function chosen(
  ec2: Ec2State,
  kind: 'routeTable' | 'internetGateway' | 'networkAcl',
  prefix: string,
  ids: readonly string[] | undefined,
): readonly Vpc[] {
  const vpcs = [...ec2.vpcs.values()];
  const wanted = listed(ids);
  if (wanted === undefined) return vpcs;
  return requireByIds(kind, wanted, (id) =>
    vpcs.find((vpc) => related(prefix, vpc) === id && (prefix !== 'igw' || vpc.isDefault)),
  );
}

function related(prefix: string, vpc: Vpc): string {
  return `${prefix}-${vpc.vpcId.slice('vpc-'.length)}`;
}

function aclAssociation(subnetId: string): string {
  return `aclassoc-${subnetId.slice('subnet-'.length)}`;
}

function vpcIdOf(vpc: Vpc): string {
  return vpc.vpcId;
}

function noTags(): ReadonlyMap<string, string> {
  return new Map();
}
