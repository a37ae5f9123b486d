import type {
  DescribeVpcAttributeCommandInput,
  DescribeVpcAttributeCommandOutput,
  ModifyVpcAttributeCommandInput,
  ModifyVpcAttributeCommandOutput,
} from '@aws-sdk/client-ec2';
import type { Answer } from '../answer.ts';
import type { CallContext } from '../call.ts';
import { AwsError } from '../error.ts';
import { requireVpc } from './lookups.ts';

/** One attribute per request. Throws InvalidParameterValue for another. */
export function describeVpcAttribute(
  input: DescribeVpcAttributeCommandInput,
  { state }: CallContext,
): Answer<DescribeVpcAttributeCommandOutput> {
  const vpc = requireVpc(state.ec2, input.VpcId ?? '');
  switch (input.Attribute) {
    case 'enableDnsSupport':
      return { VpcId: vpc.vpcId, EnableDnsSupport: { Value: vpc.enableDnsSupport } };
    case 'enableDnsHostnames':
      return { VpcId: vpc.vpcId, EnableDnsHostnames: { Value: vpc.enableDnsHostnames } };
    case 'enableNetworkAddressUsageMetrics':
      return {
        VpcId: vpc.vpcId,
        EnableNetworkAddressUsageMetrics: { Value: vpc.enableNetworkAddressUsageMetrics },
      };
    case undefined:
      throw new AwsError('MissingParameter', 'The request must contain the parameter attribute');
    default:
      throw new AwsError(
        'InvalidParameterValue',
        `Value (${String(input.Attribute)}) for parameter attribute is invalid. Unknown attribute.`,
      );
  }
}

/**
 * One attribute per request; DNS hostnames need DNS support (ModifyVpcAttribute, EC2 API reference). Throws
 * InvalidParameterCombination.
 */
export function modifyVpcAttribute(
  input: ModifyVpcAttributeCommandInput,
  { state }: CallContext,
): Answer<ModifyVpcAttributeCommandOutput> {
  const vpc = requireVpc(state.ec2, input.VpcId ?? '');
  const support = input.EnableDnsSupport?.Value;
  const hostnames = input.EnableDnsHostnames?.Value;
  const metrics = input.EnableNetworkAddressUsageMetrics?.Value;
  requireOneAttribute([support, hostnames, metrics]);
  if (hostnames === true && !vpc.enableDnsSupport) {
    throw new AwsError(
      'InvalidParameterCombination',
      'DNS hostnames need DNS support, which is not enabled.',
    );
  }
  vpc.enableDnsSupport = support ?? vpc.enableDnsSupport;
  vpc.enableDnsHostnames = hostnames ?? vpc.enableDnsHostnames;
  vpc.enableNetworkAddressUsageMetrics = metrics ?? vpc.enableNetworkAddressUsageMetrics;
  return {};
}

/** Throws InvalidParameterCombination where none or several are given. */
export function requireOneAttribute(values: readonly unknown[]): void {
  const given = values.filter((value) => value !== undefined).length;
  if (given === 0) throw new AwsError('InvalidParameterCombination', 'No attributes specified.');
  if (given > 1) {
    throw new AwsError('InvalidParameterCombination', 'Fields for multiple attribute types specified');
  }
}
