import type {
  DescribeAccountAttributesCommandInput,
  DescribeAccountAttributesCommandOutput,
} from '@aws-sdk/client-ec2';
import type { Answer } from '../answer.ts';
import type { CallContext } from '../call.ts';
import { AwsError } from '../error.ts';
import { listed } from './filters.ts';
import { defaultVpc } from './lookups.ts';

/** Answers AWS's quotas as they are before any increase. */
export function describeAccountAttributes(
  input: DescribeAccountAttributesCommandInput,
  { state }: CallContext,
): Answer<DescribeAccountAttributesCommandOutput> {
  const attributes = new Map<string, string>([
    ['supported-platforms', 'VPC'],
    ['default-vpc', defaultVpc(state.ec2)?.vpcId ?? 'none'],
    ['max-instances', '20'],
    ['vpc-max-security-groups-per-interface', '5'],
    ['max-elastic-ips', '5'],
    ['vpc-max-elastic-ips', '5'],
  ]);
  const names: readonly string[] = listed(input.AttributeNames) ?? [...attributes.keys()];
  return {
    AccountAttributes: names.map((name) => {
      const value = attributes.get(name);
      if (value === undefined) {
        throw new AwsError(
          'InvalidParameterValue',
          `Value (${name}) for parameter attributeName is invalid. Unknown attribute.`,
        );
      }
      return { AttributeName: name, AttributeValues: [{ AttributeValue: value }] };
    }),
  };
}
