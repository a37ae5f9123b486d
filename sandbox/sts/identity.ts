import type {
  GetAccessKeyInfoCommandInput,
  GetAccessKeyInfoCommandOutput,
  GetCallerIdentityCommandInput,
  GetCallerIdentityCommandOutput,
} from '@aws-sdk/client-sts';
import type { Answer } from '../answer.ts';
import type { CallContext } from '../call.ts';
import { accountIdOfAccessKey } from './access-keys.ts';
import { requireCaller } from './caller.ts';
import { checkText } from './checks.ts';

/** Throws ExpiredToken, InvalidClientTokenId. */
export function getCallerIdentity(
  _input: GetCallerIdentityCommandInput,
  context: CallContext,
): Answer<GetCallerIdentityCommandOutput> {
  const { arn, userId } = requireCaller(context);
  return { Account: context.accountId, Arn: arn, UserId: userId };
}

/** A key that the sandbox did not give out belongs to the caller's account. */
export function getAccessKeyInfo(
  input: GetAccessKeyInfoCommandInput,
  { accountId }: CallContext,
): Answer<GetAccessKeyInfoCommandOutput> {
  const key = checkText(input.AccessKeyId, 'accessKeyId', { min: 16, max: 128, pattern: '[\\w]*' });
  return { Account: accountIdOfAccessKey(key) ?? accountId };
}
