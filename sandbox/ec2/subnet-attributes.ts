import type {
  ModifySubnetAttributeCommandInput,
  ModifySubnetAttributeCommandOutput,
} from '@aws-sdk/client-ec2';
import type { Answer } from '../answer.ts';
import type { CallContext } from '../call.ts';
import { AwsError } from '../error.ts';
import { requireSubnet } from './lookups.ts';
import { requireOneAttribute } from './vpc-attributes.ts';

/** What is off in every subnet of the sandbox, and cannot be turned on. */
const NOT_SERVED = [
  'AssignIpv6AddressOnCreation',
  'EnableDns64',
  'EnableResourceNameDnsAAAARecordOnLaunch',
  'MapCustomerOwnedIpOnLaunch',
] as const;

/** One attribute per request (ModifySubnetAttribute, EC2 API reference). Throws InvalidParameterCombination, Unsupported. */
export function modifySubnetAttribute(
  input: ModifySubnetAttributeCommandInput,
  { state }: CallContext,
): Answer<ModifySubnetAttributeCommandOutput> {
  const subnet = requireSubnet(state.ec2, input.SubnetId ?? '');
  const publicIp = input.MapPublicIpOnLaunch?.Value;
  const hostnameType = input.PrivateDnsHostnameTypeOnLaunch;
  const aRecord = input.EnableResourceNameDnsARecordOnLaunch?.Value;
  requireOneAttribute([publicIp, hostnameType, aRecord, ...NOT_SERVED.map((name) => input[name]?.Value)]);
  const wanted = NOT_SERVED.find((name) => input[name]?.Value === true);
  if (wanted !== undefined) throw new AwsError('Unsupported', `The sandbox does not serve ${wanted}.`);
  if (hostnameType !== undefined && hostnameType !== 'ip-name' && hostnameType !== 'resource-name') {
    throw new AwsError(
      'InvalidParameterValue',
      `Value (${String(hostnameType)}) for parameter privateDnsHostnameTypeOnLaunch is invalid.`,
    );
  }
  subnet.mapPublicIpOnLaunch = publicIp ?? subnet.mapPublicIpOnLaunch;
  subnet.hostnameType = hostnameType ?? subnet.hostnameType;
  subnet.resourceNameDnsARecord = aRecord ?? subnet.resourceNameDnsARecord;
  return {};
}
