import type { Place } from '../place.ts';
import { SortedMap } from '../sorted-map.ts';
import type { TaggingState } from '../tagging/state.ts';
import type { World } from '../world.ts';
import { regionalDomain } from './addresses.ts';
import type { AddressPool } from './addresses.ts';
import type { InterfaceKind } from './interface-kinds.ts';
import type {
  AclAssociation,
  CidrAssociation,
  DhcpOptions,
  EgressOnlyGateway,
  ElasticAddress,
  InternetGateway,
  NatGateway,
  NetworkAcl,
  PeeringConnection,
  RouteTable,
  TableAssociation,
  VpcEndpoint,
} from './network-state.ts';

export interface Vpc {
  readonly vpcId: string;
  readonly cidrBlock: string;
  readonly cidrAssociationId: string;
  /** The blocks that were added to the first one. */
  readonly otherBlocks: CidrAssociation[];
  /** An Amazon-provided /56. */
  ipv6: CidrAssociation | undefined;
  readonly isDefault: boolean;
  /** The table of every subnet that has none of its own. */
  mainRouteTable: TableAssociation;
  /** `default` where it has none. */
  dhcpOptionsId: string;
  enableDnsSupport: boolean;
  enableDnsHostnames: boolean;
  enableNetworkAddressUsageMetrics: boolean;
}

export interface Subnet {
  readonly subnetId: string;
  readonly vpcId: string;
  readonly cidrBlock: string;
  readonly availabilityZone: string;
  readonly defaultForAz: boolean;
  mapPublicIpOnLaunch: boolean;
  hostnameType: 'ip-name' | 'resource-name';
  resourceNameDnsARecord: boolean;
  ipv6: CidrAssociation | undefined;
  assignIpv6AddressOnCreation: boolean;
  enableDns64: boolean;
  resourceNameDnsAaaaRecord: boolean;
  /** Undefined where the subnet uses the main table. */
  routeTable: TableAssociation | undefined;
  networkAcl: AclAssociation;
  readonly addresses: AddressPool;
  readonly interfaceIds: Set<string>;
}

export type Direction = 'ingress' | 'egress';

/** The other side of a rule. */
export type Peer =
  | { readonly type: 'ipv4'; readonly cidr: string }
  | { readonly type: 'ipv6'; readonly cidr: string }
  | { readonly type: 'prefix-list'; readonly prefixListId: string }
  | {
      readonly type: 'group';
      readonly groupId: string;
      /** Of a group in another VPC. */
      readonly peering?: { readonly vpcId: string; readonly vpcPeeringConnectionId: string };
    };

/** What a rule allows; two rules of one group never allow the same. */
export interface Permission {
  readonly direction: Direction;
  /** `tcp`, `udp`, `icmp`, `icmpv6`, another protocol's number, or `-1` for all. */
  readonly protocol: string;
  /** -1 where the protocol has no ports, or for every ICMP type or code. */
  readonly fromPort: number;
  readonly toPort: number;
  readonly peer: Peer;
}

export interface SecurityGroupRule {
  readonly ruleId: string;
  readonly groupId: string;
  /** Epoch milliseconds from which DescribeSecurityGroupRules shows it. */
  readonly visibleAt: number;
  permission: Permission;
  description: string | undefined;
}

export interface SecurityGroup {
  readonly groupId: string;
  readonly groupName: string;
  readonly description: string;
  readonly vpcId: string;
  /** Epoch milliseconds from which reads show it. */
  readonly visibleAt: number;
  /** By permission key, in the order they were added. */
  readonly rules: Map<string, SecurityGroupRule>;
  /** Interfaces that use the group. */
  readonly interfaceIds: Set<string>;
  /** Rules of this or other groups that name the group as their peer. */
  readonly referencingRuleIds: Set<string>;
}

export interface NetworkInterface {
  readonly networkInterfaceId: string;
  readonly subnetId: string;
  readonly vpcId: string;
  readonly availabilityZone: string;
  /** What it was made for. */
  readonly kind: InterfaceKind;
  readonly privateIpv4Address: string;
  /** From Amazon's pool, for as long as the interface is there; elastic addresses are apart from it. */
  readonly publicIpv4Address: string | undefined;
  readonly ipv6Addresses: string[];
  readonly macAddress: string;
  readonly securityGroupIds: readonly string[];
  readonly description: string;
  readonly attachmentId: string;
  readonly attachTime: Date;
  /** Of an instance's first interface. */
  readonly instanceId: string | undefined;
}

/** A machine that runs as a container instance. */
export interface Ec2Instance {
  readonly instanceId: string;
  /** Undefined where its identity document does not say. */
  readonly instanceType: string | undefined;
  readonly reservationId: string;
  readonly launchTime: Date;
  readonly availabilityZone: string | undefined;
  readonly subnetId: string | undefined;
  /** Undefined of one that is terminated. */
  privateIpv4Address: string | undefined;
  /** Its own, where the sandbox has made it. */
  networkInterfaceId: string | undefined;
  state: 'running' | 'terminated';
}

export interface Ec2State {
  readonly place: Place;
  /** The Region's own set of options, which new VPCs have. */
  readonly dhcpOptionsId: string;
  readonly dhcpOptions: SortedMap<DhcpOptions>;
  readonly internetGateways: SortedMap<InternetGateway>;
  readonly egressOnlyGateways: SortedMap<EgressOnlyGateway>;
  readonly addresses: SortedMap<ElasticAddress>;
  readonly natGateways: SortedMap<NatGateway>;
  readonly peeringConnections: SortedMap<PeeringConnection>;
  readonly vpcEndpoints: SortedMap<VpcEndpoint>;
  readonly routeTables: SortedMap<RouteTable>;
  readonly networkAcls: SortedMap<NetworkAcl>;
  /** What requests with a client token made; written by client-tokens.ts alone. */
  readonly madeByToken: Map<string, MadeByToken>;
  readonly vpcs: SortedMap<Vpc>;
  readonly subnets: SortedMap<Subnet>;
  readonly groups: SortedMap<SecurityGroup>;
  /** Group ids by VPC, then by lower-case name: names are unique per VPC whatever their case. */
  readonly groupNames: Map<string, Map<string, string>>;
  readonly rules: SortedMap<SecurityGroupRule>;
  readonly interfaces: SortedMap<NetworkInterface>;
  readonly instances: SortedMap<Ec2Instance>;
  /** Tags by resource id, for every EC2 resource that has any; written by tag-store.ts alone. */
  readonly tags: SortedMap<ReadonlyMap<string, string>>;
}

/** What a request with a client token made. */
export interface MadeByToken {
  readonly id: string;
  /** JSON text of the request. */
  readonly request: string;
}

/** What EC2's stores need of a call. */
export interface Ec2Context {
  readonly world: World;
  readonly state: { readonly ec2: Ec2State; readonly tagging: TaggingState };
}

/** A state that holds nothing at all; a real Region also has its default network (network-store.ts). */
export function createEc2State(place: Place, world: World): Ec2State {
  const dhcpOptionsId = newId(world, 'dopt');
  const dhcpOptions = new SortedMap<DhcpOptions>();
  dhcpOptions.set(dhcpOptionsId, regionalDhcpOptions(dhcpOptionsId, place.region));
  return {
    place,
    dhcpOptionsId,
    dhcpOptions,
    internetGateways: new SortedMap(),
    egressOnlyGateways: new SortedMap(),
    addresses: new SortedMap(),
    natGateways: new SortedMap(),
    peeringConnections: new SortedMap(),
    vpcEndpoints: new SortedMap(),
    routeTables: new SortedMap(),
    networkAcls: new SortedMap(),
    madeByToken: new Map(),
    vpcs: new SortedMap(),
    subnets: new SortedMap(),
    groups: new SortedMap(),
    groupNames: new Map(),
    rules: new SortedMap(),
    interfaces: new SortedMap(),
    instances: new SortedMap(),
    tags: new SortedMap(),
  };
}

/**
 * Whether reads show it by now. What was just made is not yet visible to all of them, and its id then counts as not
 * found (Eventual consistency in the Amazon EC2 API, EC2 developer guide). Only reads lag here: names stay unique, and
 * changes by id take effect, from the moment of creation.
 */
export function isVisible(world: World, made: { readonly visibleAt: number }): boolean {
  return made.visibleAt <= world.now();
}

/** `vpc-` and 17 hexadecimal digits. */
export function newId(world: World, prefix: string): string {
  return `${prefix}-0${world.randomText(16)}`;
}

/** What a Region gives its VPCs: the resolver of each VPC, and the names of its addresses. */
function regionalDhcpOptions(dhcpOptionsId: string, region: string): DhcpOptions {
  return {
    dhcpOptionsId,
    configurations: new Map([
      ['domain-name', [regionalDomain(region)]],
      ['domain-name-servers', ['AmazonProvidedDNS']],
    ]),
  };
}
