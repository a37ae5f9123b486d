import type { CallContext } from '../call.ts';
import { AwsError } from '../error.ts';
import { partitionOf } from '../partition.ts';
import { accountIdOfAccessKey } from './access-keys.ts';
import type { Caller, Session } from './state.ts';

/** Who calls. Without credentials that the sandbox gave out, everybody is the account's one user. */
export function callerOf(context: CallContext): Caller {
  const { accountId, region } = context;
  return (
    sessionOf(context)?.caller ?? {
      arn: `arn:${partitionOf(region)}:iam::${accountId}:user/sandbox`,
      userId: `AIDASANDBOX${accountId.slice(-10)}`,
    }
  );
}

/** Throws ExpiredToken, InvalidClientTokenId (temporary credentials that nobody gave out, or that are forgotten). */
export function requireCaller(context: CallContext): Caller {
  const { accessKeyId = '', world } = context;
  const session = sessionOf(context);
  if (session === undefined && accountIdOfAccessKey(accessKeyId) !== undefined) {
    throw new AwsError('InvalidClientTokenId', 'The security token included in the request is invalid.', 403);
  }
  if (session !== undefined && world.clientNow() >= session.expiresAt) {
    throw new AwsError('ExpiredToken', 'The security token included in the request is expired', 403);
  }
  return callerOf(context);
}

export function sessionOf({ accessKeyId = '', accounts }: CallContext): Session | undefined {
  for (const { sts } of accounts.values()) {
    const session = sts.sessions.get(accessKeyId);
    if (session !== undefined) return session;
  }
  return undefined;
}
