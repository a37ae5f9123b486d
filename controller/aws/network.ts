import type {
  Filter,
  NatGateway,
  NetworkAcl,
  NetworkInterface,
  RouteTable,
  SecurityGroup,
  SecurityGroupRule,
  Subnet,
  VpcEndpoint,
  VpcPeeringConnection,
} from '@aws-sdk/client-ec2';
import type { Consumer } from '../core/consumer.ts';
import { asStationkeeperError } from '../core/errors.ts';
import { valueOf } from '../core/read.ts';
import type { Read } from '../core/read.ts';
import { collect, inBatchesOf, mapConcurrently } from './collect.ts';
import type { Aws } from './operations.ts';

/** What EC2 and Route 53 have around daemons and their consumers, in AWS's own shapes. */
export interface Network {
  /** The groups that consumers are named by. */
  readonly groups: Read<readonly SecurityGroup[]>;
  /** Those that have the groups of consumers or the addresses of daemons, and those of the endpoints. */
  readonly interfaces: Read<readonly NetworkInterface[]>;
  /** Of the groups of these interfaces, and of consumers. */
  readonly rules: Read<readonly SecurityGroupRule[]>;
  readonly subnets: Read<readonly Subnet[]>;
  readonly routeTables: Read<readonly RouteTable[]>;
  readonly networkAcls: Read<readonly NetworkAcl[]>;
  readonly peerings: Read<readonly VpcPeeringConnection[]>;
  /** Of the VPC of the daemons, as the endpoints are. */
  readonly natGateways: Read<readonly NatGateway[]>;
  readonly endpoints: Read<readonly VpcEndpoint[]>;
  /** By the id of a VPC: whether its resolver knows private hosted zones (VPC user guide, DNS attributes). */
  readonly resolvers: ReadonlyMap<string, Read<boolean>>;
  /** By the id of a hosted zone: the VPCs that it is associated with. */
  readonly zones: ReadonlyMap<string, Read<readonly string[]>>;
}

/** What a look at the network is about. */
export interface NetworkQuestion {
  /** The VPC of the daemons. */
  readonly vpcId: string;
  readonly consumers: readonly Consumer[];
  /** IPv4, of the daemons. */
  readonly addresses: readonly string[];
  /** Ids of private hosted zones. */
  readonly zones: readonly string[];
}

/** Most values of a filter (EC2 API reference, DescribeNetworkInterfaces). */
const VALUES_AT_ONCE = 200;
const CONCURRENT_READS = 5;

/** Reads what there is about the question, many things a call. Never throws: what cannot be read says so. */
export async function readNetwork(
  { ec2, route53 }: Pick<Aws, 'ec2' | 'route53'>,
  { vpcId, consumers, addresses, zones }: NetworkQuestion,
): Promise<Network> {
  const inVpc = [{ Name: 'vpc-id', Values: [vpcId] }];
  const [groups, ours, natGateways, endpoints, peerings, zoneVpcs] = await Promise.all([
    read(() => consumerGroups(ec2, consumers)),
    read(() => interfacesBy(ec2, 'addresses.private-ip-address', addresses, inVpc)),
    read(() =>
      collect(async (NextToken) => {
        const page = await ec2.describeNatGateways({ Filter: inVpc, NextToken });
        return { items: page.NatGateways, next: page.NextToken };
      }),
    ),
    read(() =>
      collect(async (NextToken) => {
        const page = await ec2.describeVpcEndpoints({ Filters: inVpc, NextToken });
        return { items: page.VpcEndpoints, next: page.NextToken };
      }),
    ),
    read(() =>
      collect(async (NextToken) => {
        const page = await ec2.describeVpcPeeringConnections({ NextToken });
        return { items: page.VpcPeeringConnections, next: page.NextToken };
      }),
    ),
    eachRead(zones, async (Id) => {
      const { VPCs = [] } = await route53.getHostedZone({ Id });
      return VPCs.flatMap((vpc) => vpc.VPCId ?? []);
    }),
  ]);
  const consumerIds = valueOf(groups).flatMap(({ GroupId }) => GroupId ?? []);
  const endpointIds = valueOf(endpoints).flatMap(({ NetworkInterfaceIds = [] }) => NetworkInterfaceIds);
  const [theirs, ofEndpoints] = await Promise.all([
    read(() => interfacesBy(ec2, 'group-id', consumerIds)),
    read(() => interfacesBy(ec2, 'network-interface-id', endpointIds)),
  ]);
  const interfaces = all(ours, theirs, ofEndpoints);
  const vpcIds = unique([vpcId, ...valueOf(interfaces).map(({ VpcId }) => VpcId)]);
  const inVpcs = [{ Name: 'vpc-id', Values: [...vpcIds] }];
  const groupIds = unique([
    ...valueOf(groups).map(({ GroupId }) => GroupId),
    ...valueOf(interfaces).flatMap(({ Groups = [] }) => Groups.map(({ GroupId }) => GroupId)),
  ]);
  const [rules, subnets, routeTables, networkAcls, resolvers] = await Promise.all([
    read(() => rulesOf(ec2, groupIds)),
    read(() =>
      collect(async (NextToken) => {
        const page = await ec2.describeSubnets({ Filters: inVpcs, NextToken });
        return { items: page.Subnets, next: page.NextToken };
      }),
    ),
    read(() =>
      collect(async (NextToken) => {
        const page = await ec2.describeRouteTables({ Filters: inVpcs, NextToken });
        return { items: page.RouteTables, next: page.NextToken };
      }),
    ),
    read(() =>
      collect(async (NextToken) => {
        const page = await ec2.describeNetworkAcls({ Filters: inVpcs, NextToken });
        return { items: page.NetworkAcls, next: page.NextToken };
      }),
    ),
    eachRead(zones.length === 0 ? [] : vpcIds, (VpcId) => knowsZones(ec2, VpcId)),
  ]);
  return {
    groups,
    interfaces,
    rules,
    subnets,
    routeTables,
    networkAcls,
    peerings,
    natGateways,
    endpoints,
    resolvers,
    zones: zoneVpcs,
  };
}

/** Both attributes have to be on (VPC user guide, DNS attributes for your VPC). */
async function knowsZones(ec2: Aws['ec2'], VpcId: string): Promise<boolean> {
  const [support, hostnames] = await Promise.all([
    ec2.describeVpcAttribute({ VpcId, Attribute: 'enableDnsSupport' }),
    ec2.describeVpcAttribute({ VpcId, Attribute: 'enableDnsHostnames' }),
  ]);
  return support.EnableDnsSupport?.Value === true && hostnames.EnableDnsHostnames?.Value === true;
}

/** The groups that the consumers name: ids and names together, each set of tags by itself. A superset, as filters know wildcards. */
async function consumerGroups(
  ec2: Aws['ec2'],
  consumers: readonly Consumer[],
): Promise<readonly SecurityGroup[]> {
  const named = consumers.map(({ securityGroup }) => securityGroup);
  const ids = unique(named.map(({ id }) => id));
  const names = unique(named.map(({ name }) => name));
  const filters: readonly Filter[][] = [
    ...inBatchesOf(VALUES_AT_ONCE, ids).map((Values) => [{ Name: 'group-id', Values }]),
    ...inBatchesOf(VALUES_AT_ONCE, names).map((Values) => [{ Name: 'group-name', Values }]),
    ...named.flatMap(({ tags }) =>
      tags === undefined
        ? []
        : [Object.entries(tags).map(([key, value]) => ({ Name: `tag:${key}`, Values: [value] }))],
    ),
  ];
  const found = await mapConcurrently(CONCURRENT_READS, filters, (Filters) =>
    collect(async (NextToken) => {
      const page = await ec2.describeSecurityGroups({ Filters, NextToken });
      return { items: page.SecurityGroups, next: page.NextToken };
    }),
  );
  return [...new Map(found.flat().map((group) => [group.GroupId, group])).values()];
}

async function interfacesBy(
  ec2: Aws['ec2'],
  Name: string,
  values: readonly string[],
  besides: Filter[] = [],
): Promise<readonly NetworkInterface[]> {
  const found = await mapConcurrently(
    CONCURRENT_READS,
    inBatchesOf(VALUES_AT_ONCE, unique(values)),
    (Values) =>
      collect(async (NextToken) => {
        const Filters = [{ Name, Values }, ...besides];
        const page = await ec2.describeNetworkInterfaces({ Filters, NextToken });
        return { items: page.NetworkInterfaces, next: page.NextToken };
      }),
  );
  return found.flat();
}

async function rulesOf(ec2: Aws['ec2'], groupIds: readonly string[]): Promise<readonly SecurityGroupRule[]> {
  const found = await mapConcurrently(CONCURRENT_READS, inBatchesOf(VALUES_AT_ONCE, groupIds), (Values) =>
    collect(async (NextToken) => {
      const Filters = [{ Name: 'group-id', Values }];
      const page = await ec2.describeSecurityGroupRules({ Filters, MaxResults: 1000, NextToken });
      return { items: page.SecurityGroupRules, next: page.NextToken };
    }),
  );
  return found.flat();
}

/** A read that is refused or fails leaves something unknown; its message has what to allow (`core/denial.ts`). */
export async function read<Value>(begin: () => Promise<Value>): Promise<Read<Value>> {
  try {
    return { value: await begin() };
  } catch (thrown) {
    return { unread: asStationkeeperError(thrown).message };
  }
}

/** One read for each key, a few at once. */
export async function eachRead<Value>(
  keys: readonly string[],
  begin: (key: string) => Promise<Value>,
): Promise<ReadonlyMap<string, Read<Value>>> {
  const results = await mapConcurrently(
    CONCURRENT_READS,
    unique(keys),
    async (key) => [key, await read(() => begin(key))] as const,
  );
  return new Map(results);
}

/** Several reads as one, which is unread where one of them is. */
function all<Item>(...reads: readonly Read<readonly Item[]>[]): Read<readonly Item[]> {
  return reads.find((one) => 'unread' in one) ?? { value: reads.flatMap(valueOf) };
}

function unique(values: readonly (string | undefined)[]): string[] {
  return [...new Set(values.flatMap((value) => value ?? []))];
}
