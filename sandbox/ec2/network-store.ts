import { createAddressPool, formatIpv4Cidr, parseIpv4Cidr } from './addresses.ts';
import { addSecurityGroup } from './group-store.ts';
import { newId } from './state.ts';
import type { Ec2Context, Subnet, Vpc } from './state.ts';

const DEFAULT_VPC_CIDR = '172.31.0.0/16';
/** Blocks of the default subnets, by the suffix of their zone. */
const DEFAULT_SUBNET_CIDRS = { a: '172.31.0.0/20', b: '172.31.16.0/20', c: '172.31.32.0/20' } as const;

/** What a new account has in each region: the default VPC with its subnets. */
export function addDefaultNetwork(context: Ec2Context): void {
  const { region } = context.state.ec2.place;
  const vpc = addVpc(context, { cidrBlock: DEFAULT_VPC_CIDR, isDefault: true, hasIpv6: false });
  for (const [zone, cidrBlock] of Object.entries(DEFAULT_SUBNET_CIDRS)) {
    addSubnet(context, {
      vpcId: vpc.vpcId,
      cidrBlock,
      availabilityZone: `${region}${zone}`,
      defaultForAz: true,
      mapPublicIpOnLaunch: true,
    });
  }
}

/** Every VPC comes with its default security group, whose members may reach each other and everything else. */
export function addVpc(
  { world, state }: Ec2Context,
  vpc: Pick<Vpc, 'cidrBlock' | 'isDefault'> & { readonly hasIpv6: boolean },
): Vpc {
  const { cidrBlock, isDefault, hasIpv6 } = vpc;
  const vpcId = newId(world, 'vpc');
  const added: Vpc = {
    cidrBlock,
    isDefault,
    vpcId,
    cidrAssociationId: newId(world, 'vpc-cidr-assoc'),
    ipv6CidrBlock: hasIpv6 ? ipv6BlockOf(vpcId) : undefined,
    enableDnsSupport: true,
    enableDnsHostnames: isDefault,
    enableNetworkAddressUsageMetrics: false,
  };
  state.ec2.vpcs.set(added.vpcId, added);
  addSecurityGroup(
    { world, state },
    {
      groupName: 'default',
      description: 'default VPC security group',
      vpcId: added.vpcId,
      visibleAt: world.now(),
      openWithinGroup: true,
    },
  );
  return added;
}

export function addSubnet(
  { world, state }: Ec2Context,
  subnet: Pick<Subnet, 'vpcId' | 'cidrBlock' | 'availabilityZone' | 'defaultForAz' | 'mapPublicIpOnLaunch'>,
): Subnet {
  const cidr = parseIpv4Cidr(subnet.cidrBlock);
  if (cidr === undefined) throw new Error(`Not a CIDR block: ${subnet.cidrBlock}.`);
  const added: Subnet = {
    ...subnet,
    cidrBlock: formatIpv4Cidr(cidr),
    subnetId: newId(world, 'subnet'),
    hostnameType: 'ip-name',
    resourceNameDnsARecord: false,
    addresses: createAddressPool(cidr),
    interfaceIds: new Set(),
  };
  state.ec2.subnets.set(added.subnetId, added);
  return added;
}

/** A /56 of Amazon's, told apart by the VPC's own digits. */
function ipv6BlockOf(vpcId: string): string {
  const digits = vpcId.slice(-6);
  return `2600:1f18:1${digits.slice(0, 3)}:1${digits.slice(3, 4)}00::/56`;
}
