import { AwsError } from './error.ts';
import { isRegion } from './partition.ts';

/** AWS's Regions that anybody can have an account in, for DescribeRegions (AWS Regions and Availability Zones). */
export const REGIONS: readonly string[] = `
  af-south-1 ap-east-1 ap-east-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1
  ap-south-2 ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-4 ap-southeast-5
  ap-southeast-6 ap-southeast-7 ca-central-1 ca-west-1 eu-central-1 eu-central-2 eu-north-1
  eu-south-1 eu-south-2 eu-west-1 eu-west-2 eu-west-3 il-central-1 me-central-1 me-south-1
  mx-central-1 sa-east-1 us-east-1 us-east-2 us-west-1 us-west-2 cn-north-1 cn-northwest-1
  us-gov-east-1 us-gov-west-1 eusc-de-east-1
`
  .trim()
  .split(/\s+/);

/**
 * Throws what the service answers to a signature for a region that there is not: EC2's AuthFailure, the query
 * services' SignatureDoesNotMatch, InvalidSignatureException of those that speak JSON.
 */
export function requireRegion(region: string, service: string): void {
  if (isRegion(region)) return;
  if (service === 'ec2') {
    throw new AwsError('AuthFailure', 'AWS was not able to validate the provided access credentials', 401);
  }
  throw new AwsError(
    ['iam', 'route53', 'sts'].includes(service) ? 'SignatureDoesNotMatch' : 'InvalidSignatureException',
    `Credential should be scoped to a valid region: ${region} is none.`,
    403,
  );
}
