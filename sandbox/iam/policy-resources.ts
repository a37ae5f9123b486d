import { malformed } from './malformed.ts';

/** What S3 has in a Region; its buckets are named without one. */
const REGIONAL_IN_S3 = /^(?:\*|accesspoint|access-grants|async-request|job|storage-lens)/;

/**
 * Throws MalformedPolicyDocument for what IAM takes for no resource: it takes half an ARN, of its own partition, with the service in full (IAM
 * user guide, Resource and ARNs; its texts as people report them).
 */
export function checkResource(resource: string, partition: string): void {
  if (resource === '*') return;
  const [prefix, its = '', service, region = '', , ...rest] = resource.split(':');
  if (prefix !== 'arn' || !resource.includes(':')) {
    throw malformed(`Resource ${resource} must be in ARN format or "*".`);
  }
  if (its !== '*' && its !== partition) {
    throw malformed(`Partition "${its}" is not valid for resource "${resource}".`);
  }
  if (service === undefined || service === '' || /[*?]/.test(service)) {
    throw malformed('Resource vendor must be fully qualified and cannot contain regexes.');
  }
  if (rest.length === 0) {
    if (resource.includes('::')) throw malformed('The policy failed legacy parsing');
    return;
  }
  if (region === '') return;
  if (service === 'iam') throw malformed(`IAM resource ${resource} cannot contain region information.`);
  if (service === 's3' && !REGIONAL_IN_S3.test(rest.join(':'))) {
    throw malformed(`Resource ${resource} can not contain region information.`);
  }
}
