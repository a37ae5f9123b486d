import type { SubnetMapping } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { CallContext } from '../call.ts';
import {
  attachInterface,
  detachInterface,
  findSecurityGroup,
  findSubnet,
  freeAddressCount,
} from '../ec2/interfaces.ts';
import { AwsError } from '../error.ts';
import { invalidConfiguration, validationError } from './errors.ts';
import type { LoadBalancerRecord, LoadBalancerZone } from './state.ts';

interface Places {
  readonly Subnets?: readonly string[] | undefined;
  readonly SubnetMappings?: readonly SubnetMapping[] | undefined;
}

/** Subnets of one VPC, each in a zone of its own: as many as the type needs. */
export interface FoundPlaces {
  readonly vpcId: string;
  readonly mappings: readonly (SubnetMapping & { readonly SubnetId: string; readonly zoneName: string })[];
}

/** So many addresses a subnet has to have left before a load balancer goes there (Subnets for your load balancer, ELB user guide). */
const FEWEST_ADDRESSES = 8;

/** `present` are the balancer's zones of now. Throws ValidationError, SubnetNotFound, InvalidConfigurationRequest, InvalidSubnet. */
export function readPlaces(
  { state: { ec2 } }: CallContext,
  { Subnets = [], SubnetMappings = [] }: Places,
  type: LoadBalancerRecord['type'],
  present: readonly LoadBalancerZone[] = [],
): FoundPlaces {
  if (Subnets.length > 0 && SubnetMappings.length > 0) {
    throw validationError('You cannot specify both subnets and subnet mappings');
  }
  const asked = [...Subnets.map((SubnetId): SubnetMapping => ({ SubnetId })), ...SubnetMappings];
  const mappings = asked.map((mapping) => {
    const found = findSubnet(ec2, mapping.SubnetId ?? '');
    if (found === undefined) {
      throw new AwsError('SubnetNotFound', `The subnet ID '${mapping.SubnetId}' does not exist`);
    }
    return {
      ...mapping,
      SubnetId: found.subnetId,
      zoneName: found.availabilityZone,
      vpcId: found.vpcId,
      free: freeAddressCount(found.addresses),
    };
  });
  const [first] = mappings;
  if (first === undefined) throw validationError('A load balancer must have at least one subnet');
  if (mappings.some(({ vpcId }) => vpcId !== first.vpcId)) {
    throw invalidConfiguration('All subnets must belong to the same VPC');
  }
  const zones = new Set(mappings.map(({ zoneName }) => zoneName));
  if (type === 'application' && zones.size < 2) {
    throw validationError('At least two subnets in two different Availability Zones must be specified');
  }
  if (zones.size < mappings.length) {
    throw invalidConfiguration(
      'A load balancer cannot be attached to multiple subnets in the same Availability Zone',
    );
  }
  const short = mappings.find(
    ({ SubnetId, free }) => free < FEWEST_ADDRESSES && !present.some(({ subnetId }) => subnetId === SubnetId),
  );
  if (short !== undefined) {
    throw new AwsError(
      'InvalidSubnet',
      `Not enough IP space available in ${short.SubnetId}. ELB requires at least ${FEWEST_ADDRESSES} free IP addresses in each subnet.`,
    );
  }
  return { vpcId: first.vpcId, mappings };
}

/** Groups of the VPC. Throws InvalidSecurityGroup. */
export function checkSecurityGroups(
  { state: { ec2 } }: CallContext,
  groups: readonly string[],
  vpcId: string,
): void {
  if (groups.every((id) => findSecurityGroup(ec2, id)?.vpcId === vpcId)) return;
  throw new AwsError('InvalidSecurityGroup', 'One or more security groups are invalid');
}

type Placed = Pick<LoadBalancerRecord, 'arn' | 'securityGroups'>;

/** An interface of the balancer in each subnet, which holds its groups. */
export function attachZones(
  context: CallContext,
  { arn, securityGroups }: Placed,
  { mappings }: Pick<FoundPlaces, 'mappings'>,
): LoadBalancerZone[] {
  const [, path = ''] = arn.split(':loadbalancer/');
  return mappings.map(({ SubnetId, zoneName, AllocationId, PrivateIPv4Address, IPv6Address }) => {
    const { networkInterfaceId } = attachInterface(context, {
      subnetId: SubnetId,
      securityGroupIds: securityGroups,
      description: `ELB ${path}`,
      kind: path.startsWith('net/') ? 'networkLoadBalancer' : 'applicationLoadBalancer',
    });
    const address = {
      ...(AllocationId === undefined ? {} : { AllocationId }),
      ...(PrivateIPv4Address === undefined ? {} : { PrivateIPv4Address }),
      ...(IPv6Address === undefined ? {} : { IPv6Address }),
    };
    const addresses = Object.keys(address).length === 0 ? [] : [address];
    return { zoneName, subnetId: SubnetId, addresses, networkInterfaceId };
  });
}

/** At once where the balancer goes on with others; those of one that is gone stay in use for a while. */
export function detachZones(
  context: CallContext,
  zones: readonly LoadBalancerZone[],
  when: 'now' | 'later',
): void {
  const detach = () => {
    for (const { networkInterfaceId } of zones) detachInterface(context, networkInterfaceId);
  };
  if (when === 'now') detach();
  else
    context.world.after(
      context.world.pick(context.world.timing.elasticloadbalancing.interfaceDetachment),
      detach,
    );
}
