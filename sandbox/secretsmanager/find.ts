import { accessDenied } from '../authorization/refusals.ts';
import { policyAllows } from '../authorization/resource-policies.ts';
import type { CallContext } from '../call.ts';
import { AwsError } from '../error.ts';
import type { RegionState } from '../state.ts';
import { callerOf } from '../sts/caller.ts';
import { checkLength, invalidRequest } from './checks.ts';
import type { Secret } from './state.ts';

/** A secret by its name, its ARN, or its ARN without the six characters at the end. */
export function findSecret(
  { secretsManager: { secrets } }: RegionState,
  secretId: string,
): Secret | undefined {
  const [, name = secretId] = /^arn:[^:]+:secretsmanager:[^:]+:\d+:secret:(.+)$/.exec(secretId) ?? [];
  const found = secrets.get(name) ?? secrets.get(name.replace(/-[a-zA-Z0-9]{6}$/, ''));
  if (found === undefined || name === secretId) return secrets.get(secretId);
  return found.arn === secretId || found.arn.slice(0, -7) === secretId ? found : undefined;
}

/**
 * The secret that a call is about, also one of another account whose policy lets the caller in.
 *
 * @param operation as policies name it: `DescribeSecret`
 * @throws ResourceNotFoundException, AccessDeniedException, ValidationException
 */
export function requireSecret(context: CallContext, secretId: string | undefined, operation: string): Secret {
  const id = secretId ?? '';
  checkLength(id, 'secretId', { least: 1, most: 2048 });
  const [, region, accountId = context.accountId] =
    /^arn:[^:]+:secretsmanager:([^:]+):(\d{12}):/.exec(id) ?? [];
  const isHere = region === undefined || region === context.region;
  const state = accountId === context.accountId ? context.state : context.stateOf(accountId);
  const found = isHere && state !== undefined ? findSecret(state, id) : undefined;
  if (accountId !== context.accountId) refuseStranger(context, id, found, operation);
  if (found === undefined) throw secretNotFound();
  return found;
}

/** A secret that nobody has deleted. Throws as requireSecret does, and InvalidRequestException. */
export function requireLiveSecret(
  context: CallContext,
  secretId: string | undefined,
  operation: string,
): Secret {
  const secret = requireSecret(context, secretId, operation);
  refuseDeleted(secret);
  return secret;
}

/** Throws InvalidRequestException for a secret that somebody has deleted. */
export function refuseDeleted({ deletedAt }: Secret): void {
  if (deletedAt === undefined) return;
  throw invalidRequest("You can't perform this operation on the secret because it was marked for deletion.");
}

export function secretNotFound(): AwsError {
  return new AwsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
}

function refuseStranger(
  context: CallContext,
  resource: string,
  secret: Secret | undefined,
  operation: string,
): void {
  const action = `secretsmanager:${operation}`;
  const caller = callerOf(context).arn;
  const policy = secret?.policy;
  if (policy !== undefined && policyAllows(policy, { action, resource }, { ...context, caller })) return;
  throw accessDenied(
    { service: 'secretsmanager', caller, action, resource },
    `because no resource-based policy allows the ${action} action`,
  );
}
