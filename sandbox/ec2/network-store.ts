import type { World } from '../world.ts';
import { createAddressPool, formatIpv4Cidr, parseIpv4Cidr } from './addresses.ts';
import { addSecurityGroup, removeSecurityGroup } from './group-store.ts';
import { defaultSecurityGroupOf } from './lookups.ts';
import type { AclEntry, CidrAssociation, NetworkAcl, RouteTable } from './network-state.ts';
import { newId } from './state.ts';
import type { Ec2Context, Ec2State, Subnet, Vpc } from './state.ts';
import { forgetTags } from './tag-store.ts';

const EVERYWHERE = '0.0.0.0/0';

const DEFAULT_VPC_CIDR = '172.31.0.0/16';
/** Blocks of the default subnets, by the suffix of their zone. */
const DEFAULT_SUBNET_CIDRS = { a: '172.31.0.0/20', b: '172.31.16.0/20', c: '172.31.32.0/20' } as const;

/** What a new account has in each region: the default VPC with its subnets, and a gateway to the internet. */
export function addDefaultNetwork(context: Ec2Context): void {
  const { ec2 } = context.state;
  const vpc = addVpc(context, { cidrBlock: DEFAULT_VPC_CIDR, isDefault: true, hasIpv6: false });
  const internetGatewayId = ownId('igw', vpc.vpcId);
  ec2.internetGateways.set(internetGatewayId, {
    internetGatewayId,
    vpcId: vpc.vpcId,
    routeTable: undefined,
  });
  ec2.routeTables.get(vpc.mainRouteTable.routeTableId)?.routes.set(EVERYWHERE, {
    destination: { member: 'DestinationCidrBlock', value: EVERYWHERE },
    target: { member: 'GatewayId', id: internetGatewayId },
  });
  for (const [zone, cidrBlock] of Object.entries(DEFAULT_SUBNET_CIDRS)) {
    addSubnet(context, {
      vpcId: vpc.vpcId,
      cidrBlock,
      availabilityZone: `${ec2.place.region}${zone}`,
      defaultForAz: true,
      mapPublicIpOnLaunch: true,
    });
  }
}

/**
 * Every VPC comes with its default security group, whose members may reach each other and everything else, its main route table and its
 * default network ACL, which lets everything pass.
 */
export function addVpc(
  context: Ec2Context,
  vpc: Pick<Vpc, 'cidrBlock' | 'isDefault'> & { readonly hasIpv6: boolean },
): Vpc {
  const { world, state } = context;
  const { cidrBlock, isDefault, hasIpv6 } = vpc;
  const vpcId = newId(world, 'vpc');
  const added: Vpc = {
    cidrBlock,
    isDefault,
    vpcId,
    cidrAssociationId: newId(world, 'vpc-cidr-assoc'),
    otherBlocks: [],
    ipv6: hasIpv6 ? newIpv6Block(world, vpcId) : undefined,
    mainRouteTable: {
      associationId: ownId('rtbassoc', vpcId),
      routeTableId: addRouteTable(state.ec2, ownId('rtb', vpcId), vpcId).routeTableId,
    },
    dhcpOptionsId: state.ec2.dhcpOptionsId,
    enableDnsSupport: true,
    enableDnsHostnames: isDefault,
    enableNetworkAddressUsageMetrics: false,
  };
  state.ec2.vpcs.set(added.vpcId, added);
  addDefaultNetworkAcl(state.ec2, added);
  addSecurityGroup(context, {
    groupName: 'default',
    description: 'default VPC security group',
    vpcId: added.vpcId,
    visibleAt: world.now(),
    openWithinGroup: true,
  });
  return added;
}

/** A VPC goes with all that it came with. */
export function removeVpc(context: Ec2Context, vpc: Vpc): void {
  const { ec2 } = context.state;
  const { vpcId } = vpc;
  const group = defaultSecurityGroupOf(ec2, vpcId);
  if (group !== undefined) removeSecurityGroup(context, group);
  ec2.groupNames.delete(vpcId);
  const { networkAclId } = defaultNetworkAclOf(ec2, vpcId);
  ec2.networkAcls.delete(networkAclId);
  ec2.routeTables.delete(vpc.mainRouteTable.routeTableId);
  ec2.vpcs.delete(vpcId);
  for (const id of [networkAclId, vpc.mainRouteTable.routeTableId, vpcId]) forgetTags(context, id);
}

/** An Amazon-provided /56 for a VPC. */
export function newIpv6Block(world: World, vpcId: string): CidrAssociation {
  return { associationId: newId(world, 'vpc-cidr-assoc'), cidrBlock: ipv6BlockOf(vpcId) };
}

export function addRouteTable(ec2: Ec2State, routeTableId: string, vpcId: string): RouteTable {
  const added: RouteTable = { routeTableId, vpcId, routes: new Map() };
  ec2.routeTables.set(routeTableId, added);
  return added;
}

/** A subnet begins with its VPC's default network ACL and main route table. */
export function addSubnet(
  { world, state }: Ec2Context,
  subnet: Pick<Subnet, 'vpcId' | 'cidrBlock' | 'availabilityZone' | 'defaultForAz' | 'mapPublicIpOnLaunch'>,
): Subnet {
  const cidr = parseIpv4Cidr(subnet.cidrBlock);
  if (cidr === undefined) throw new Error(`Not a CIDR block: ${subnet.cidrBlock}.`);
  const subnetId = newId(world, 'subnet');
  const added: Subnet = {
    ...subnet,
    cidrBlock: formatIpv4Cidr(cidr),
    subnetId,
    hostnameType: 'ip-name',
    resourceNameDnsARecord: false,
    ipv6: undefined,
    assignIpv6AddressOnCreation: false,
    enableDns64: false,
    resourceNameDnsAaaaRecord: false,
    routeTable: undefined,
    networkAcl: {
      associationId: ownId('aclassoc', subnetId),
      networkAclId: defaultNetworkAclOf(state.ec2, subnet.vpcId).networkAclId,
    },
    addresses: createAddressPool(cidr),
    interfaceIds: new Set(),
  };
  state.ec2.subnets.set(added.subnetId, added);
  return added;
}

function defaultNetworkAclOf(ec2: Ec2State, vpcId: string): NetworkAcl {
  for (const acl of ec2.networkAcls.values()) if (acl.vpcId === vpcId && acl.isDefault) return acl;
  throw new Error(`${vpcId} has no default network ACL.`);
}

function addDefaultNetworkAcl(ec2: Ec2State, vpc: Vpc): void {
  const blocks = [
    { block: { CidrBlock: EVERYWHERE }, ruleNumber: 100 },
    ...(vpc.ipv6 === undefined ? [] : [{ block: { Ipv6CidrBlock: '::/0' }, ruleNumber: 101 }]),
  ];
  const entries = [true, false].flatMap((egress) =>
    blocks.map(
      ({ block, ruleNumber }): AclEntry => ({
        block,
        ruleNumber,
        egress,
        protocol: '-1',
        ruleAction: 'allow',
        portRange: undefined,
        icmpTypeCode: undefined,
      }),
    ),
  );
  const networkAclId = ownId('acl', vpc.vpcId);
  ec2.networkAcls.set(networkAclId, {
    networkAclId,
    vpcId: vpc.vpcId,
    isDefault: true,
    entries: new Map(entries.map((entry) => [aclEntryKey(entry), entry])),
  });
}

/** Tells the entries of a network ACL apart. */
export function aclEntryKey({ egress, ruleNumber }: Pick<AclEntry, 'egress' | 'ruleNumber'>): string {
  return `${egress ? 'egress' : 'ingress'} ${ruleNumber}`;
}

/** The id of what comes with something: it has the digits of what it comes with. */
function ownId(prefix: string, owner: string): string {
  return `${prefix}-${owner.slice(owner.lastIndexOf('-') + 1)}`;
}

/** A /56 of Amazon's, told apart by the VPC's own digits. */
function ipv6BlockOf(vpcId: string): string {
  const digits = vpcId.slice(-6);
  return `2600:1f18:1${digits.slice(0, 3)}:1${digits.slice(3, 4)}00::/56`;
}
