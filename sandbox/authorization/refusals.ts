import { AwsError } from '../error.ts';

interface Refused {
  readonly service: string;
  readonly caller: string;
  readonly action: string;
  readonly resource: string;
}

/** What services that speak XML call it; those that speak JSON say `AccessDeniedException`. */
const XML = ['elasticloadbalancing', 'iam', 'route53', 'sts'];

/**
 * A refusal in the code and words of the service (IAM user guide, troubleshoot access denied error messages).
 *
 * @param why which policy is to blame, as AWS ends the sentence
 */
export function accessDenied({ service, caller, action, resource }: Refused, why: string): AwsError {
  const said = `User: ${caller} is not authorized to perform: ${action} on resource: ${resource} ${why}`;
  if (service === 'ec2') {
    const encoded = Buffer.from(JSON.stringify({ action, resource, caller })).toString('base64url');
    return new AwsError(
      'UnauthorizedOperation',
      `You are not authorized to perform this operation. ${said}. Encoded authorization failure message: ${encoded}`,
      403,
    );
  }
  return XML.includes(service)
    ? new AwsError('AccessDenied', said, 403)
    : new AwsError('AccessDeniedException', said);
}
