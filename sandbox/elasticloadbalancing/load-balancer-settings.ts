import type {
  DescribeCapacityReservationCommandInput,
  DescribeCapacityReservationCommandOutput,
  DescribeLoadBalancerAttributesCommandInput,
  DescribeLoadBalancerAttributesCommandOutput,
  ModifyLoadBalancerAttributesCommandInput,
  ModifyLoadBalancerAttributesCommandOutput,
  SetIpAddressTypeCommandInput,
  SetIpAddressTypeCommandOutput,
  SetSecurityGroupsCommandInput,
  SetSecurityGroupsCommandOutput,
  SetSubnetsCommandInput,
  SetSubnetsCommandOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Answer } from '../answer.ts';
import type { CallContext } from '../call.ts';
import { LOAD_BALANCER_ATTRIBUTES, setAttributes, showAttributes } from './attributes.ts';
import { invalidConfiguration, requireOneOf } from './errors.ts';
import { showZones } from './load-balancers.ts';
import type { LoadBalancerRecord } from './state.ts';
import { requireLoadBalancer } from './store.ts';
import { attachZones, checkSecurityGroups, detachZones, readPlaces } from './zones.ts';

export function describeLoadBalancerAttributes(
  input: DescribeLoadBalancerAttributesCommandInput,
  context: CallContext,
): Answer<DescribeLoadBalancerAttributesCommandOutput> {
  const { type, attributes } = requireLoadBalancer(context, input.LoadBalancerArn);
  return { Attributes: showAttributes(LOAD_BALANCER_ATTRIBUTES[type], attributes) };
}

export function modifyLoadBalancerAttributes(
  input: ModifyLoadBalancerAttributesCommandInput,
  context: CallContext,
): Answer<ModifyLoadBalancerAttributesCommandOutput> {
  const { type, attributes } = requireLoadBalancer(context, input.LoadBalancerArn);
  const defaults = LOAD_BALANCER_ATTRIBUTES[type];
  setAttributes('Load balancer', defaults, { set: attributes, asked: input.Attributes });
  return { Attributes: showAttributes(defaults, attributes) };
}

/** A network load balancer that was made without groups stays without (user guide, security groups for your Network Load Balancer). */
export function setSecurityGroups(
  input: SetSecurityGroupsCommandInput,
  context: CallContext,
): Answer<SetSecurityGroupsCommandOutput> {
  const balancer = requireLoadBalancer(context, input.LoadBalancerArn);
  const groups = input.SecurityGroups ?? [];
  const { EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic: enforces } = input;
  checkSecurityGroups(context, groups, balancer.vpcId);
  if (balancer.type === 'network' && balancer.securityGroups.length === 0 && groups.length > 0) {
    throw invalidConfiguration(
      'Security groups cannot be set on a Network Load Balancer that was created without security groups',
    );
  }
  if (groups.length === 0 && balancer.securityGroups.length > 0) {
    throw invalidConfiguration('A load balancer with security groups must have at least one security group');
  }
  if (enforces !== undefined) {
    requireOneOf('Enforcement on PrivateLink traffic', enforces, ['on', 'off']);
    balancer.enforcesRulesOnPrivateLink = enforces;
  }
  balancer.securityGroups = [...groups];
  replaceZones(context, balancer, balancer.zones.map(mappingOf));
  return {
    SecurityGroupIds: balancer.securityGroups,
    ...(balancer.enforcesRulesOnPrivateLink === undefined
      ? {}
      : {
          EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic: balancer.enforcesRulesOnPrivateLink as 'on',
        }),
  };
}

export function setSubnets(
  input: SetSubnetsCommandInput,
  context: CallContext,
): Answer<SetSubnetsCommandOutput> {
  const balancer = requireLoadBalancer(context, input.LoadBalancerArn);
  const places = readPlaces(context, input, balancer.type, balancer.zones);
  if (places.vpcId !== balancer.vpcId) {
    throw invalidConfiguration('The subnets must belong to the VPC of the load balancer');
  }
  if (input.IpAddressType !== undefined) balancer.ipAddressType = input.IpAddressType;
  replaceZones(context, balancer, places.mappings);
  return { AvailabilityZones: showZones(balancer), IpAddressType: balancer.ipAddressType };
}

export function setIpAddressType(
  input: SetIpAddressTypeCommandInput,
  context: CallContext,
): Answer<SetIpAddressTypeCommandOutput> {
  const balancer = requireLoadBalancer(context, input.LoadBalancerArn);
  const { IpAddressType: type = 'ipv4' } = input;
  requireOneOf('IP address type', type, ['ipv4', 'dualstack', 'dualstack-without-public-ipv4']);
  balancer.ipAddressType = type;
  return { IpAddressType: type };
}

/** Nobody can reserve here. */
export function describeCapacityReservation(
  input: DescribeCapacityReservationCommandInput,
  context: CallContext,
): Answer<DescribeCapacityReservationCommandOutput> {
  requireLoadBalancer(context, input.LoadBalancerArn);
  return { CapacityReservationState: [] };
}

type Mapping = Parameters<typeof attachZones>[2]['mappings'][number];

function mappingOf({
  subnetId,
  zoneName,
  addresses: [address],
}: LoadBalancerRecord['zones'][number]): Mapping {
  return { ...address, SubnetId: subnetId, zoneName };
}

function replaceZones(
  context: CallContext,
  balancer: LoadBalancerRecord,
  mappings: readonly Mapping[],
): void {
  detachZones(context, balancer.zones, 'now');
  balancer.zones = attachZones(context, balancer, { mappings });
}
