import type {
  ModifySubnetAttributeCommandInput,
  ModifySubnetAttributeCommandOutput,
} from '@aws-sdk/client-ec2';
import type { Answer } from '../answer.ts';
import type { CallContext } from '../call.ts';
import { AwsError } from '../error.ts';
import { requireSubnet } from './lookups.ts';
import { requireOneAttribute } from './vpc-attributes.ts';

/**
 * One attribute per request (ModifySubnetAttribute, EC2 API reference). Throws InvalidParameterCombination,
 * InvalidParameterValue, Unsupported.
 */
export function modifySubnetAttribute(
  input: ModifySubnetAttributeCommandInput,
  { state }: CallContext,
): Answer<ModifySubnetAttributeCommandOutput> {
  const subnet = requireSubnet(state.ec2, input.SubnetId ?? '');
  const publicIp = input.MapPublicIpOnLaunch?.Value;
  const hostnameType = input.PrivateDnsHostnameTypeOnLaunch;
  const aRecord = input.EnableResourceNameDnsARecordOnLaunch?.Value;
  const aaaaRecord = input.EnableResourceNameDnsAAAARecordOnLaunch?.Value;
  const dns64 = input.EnableDns64?.Value;
  const ipv6Address = input.AssignIpv6AddressOnCreation?.Value;
  const customerOwnedIp = input.MapCustomerOwnedIpOnLaunch?.Value;
  requireOneAttribute([publicIp, hostnameType, aRecord, aaaaRecord, dns64, ipv6Address, customerOwnedIp]);
  if (customerOwnedIp === true) {
    throw new AwsError('Unsupported', 'The sandbox does not serve MapCustomerOwnedIpOnLaunch.');
  }
  if (ipv6Address === true && subnet.ipv6 === undefined) {
    throw new AwsError(
      'InvalidParameterValue',
      `Invalid value 'true' for assignIpv6AddressOnCreation. ${subnet.subnetId} has no IPv6 CIDR block.`,
    );
  }
  if (hostnameType !== undefined && hostnameType !== 'ip-name' && hostnameType !== 'resource-name') {
    throw new AwsError(
      'InvalidParameterValue',
      `Value (${String(hostnameType)}) for parameter privateDnsHostnameTypeOnLaunch is invalid.`,
    );
  }
  subnet.mapPublicIpOnLaunch = publicIp ?? subnet.mapPublicIpOnLaunch;
  subnet.hostnameType = hostnameType ?? subnet.hostnameType;
  subnet.resourceNameDnsARecord = aRecord ?? subnet.resourceNameDnsARecord;
  subnet.resourceNameDnsAaaaRecord = aaaaRecord ?? subnet.resourceNameDnsAaaaRecord;
  subnet.enableDns64 = dns64 ?? subnet.enableDns64;
  subnet.assignIpv6AddressOnCreation = ipv6Address ?? subnet.assignIpv6AddressOnCreation;
  return {};
}
