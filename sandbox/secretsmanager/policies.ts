import type {
  DeleteResourcePolicyCommandInput,
  DeleteResourcePolicyCommandOutput,
  GetResourcePolicyCommandInput,
  GetResourcePolicyCommandOutput,
  PutResourcePolicyCommandInput,
  PutResourcePolicyCommandOutput,
} from '@aws-sdk/client-secrets-manager';
import type { Answer } from '../answer.ts';
import type { CallContext } from '../call.ts';
import { AwsError } from '../error.ts';
import { checkResourcePolicy } from '../iam/policy-document.ts';
import { checkLength } from './checks.ts';
import { requireLiveSecret, requireSecret } from './find.ts';

/** Throws ResourceNotFoundException. */
export function getResourcePolicy(
  input: GetResourcePolicyCommandInput,
  context: CallContext,
): Answer<GetResourcePolicyCommandOutput> {
  const { arn, name, policy } = requireSecret(context, input.SecretId, 'GetResourcePolicy');
  return { ARN: arn, Name: name, ...(policy === undefined ? {} : { ResourcePolicy: policy }) };
}

/** Throws ResourceNotFoundException, InvalidRequestException, MalformedPolicyDocumentException, ValidationException. */
export function putResourcePolicy(
  input: PutResourcePolicyCommandInput,
  context: CallContext,
): Answer<PutResourcePolicyCommandOutput> {
  checkLength(input.ResourcePolicy, 'resourcePolicy', { least: 1, most: 20_480 });
  const secret = requireLiveSecret(context, input.SecretId, 'PutResourcePolicy');
  try {
    secret.policy = checkResourcePolicy(input.ResourcePolicy, context);
  } catch (thrown) {
    if (!(thrown instanceof AwsError)) throw thrown;
    throw new AwsError('MalformedPolicyDocumentException', 'This resource policy contains invalid Json');
  }
  return { ARN: secret.arn, Name: secret.name };
}

/** Throws ResourceNotFoundException, InvalidRequestException. */
export function deleteResourcePolicy(
  input: DeleteResourcePolicyCommandInput,
  context: CallContext,
): Answer<DeleteResourcePolicyCommandOutput> {
  const secret = requireLiveSecret(context, input.SecretId, 'DeleteResourcePolicy');
  secret.policy = undefined;
  return { ARN: secret.arn, Name: secret.name };
}
