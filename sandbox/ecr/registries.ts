import { accessDenied } from '../authorization/refusals.ts';
import { policyAllows } from '../authorization/resource-policies.ts';
import type { CallContext } from '../call.ts';
import { AwsError } from '../error.ts';
import { partitionOf } from '../partition.ts';
import type { RegionState } from '../state.ts';
import { callerOf } from '../sts/caller.ts';
import { checkRegistryId, checkRepositoryName } from './checks.ts';
import type { Repository } from './state.ts';

export interface RepositoryReference {
  readonly registryId?: string | undefined;
  readonly repositoryName?: string | undefined;
}

export function repositoryArn({ region }: CallContext, registryId: string, name: string): string {
  return `arn:${partitionOf(region)}:ecr:${region}:${registryId}:repository/${name}`;
}

/**
 * The repository that a call is about, in the caller's registry or in another one whose repository's policy lets the caller in.
 *
 * @param operation as the policy names it: `DescribeImages`
 * @throws InvalidParameterException, RepositoryNotFoundException, AccessDeniedException
 */
export function requireRepository(
  context: CallContext,
  reference: RepositoryReference,
  operation: string,
): Repository {
  const name = checkRepositoryName(reference.repositoryName);
  const registryId = checkRegistryId(reference.registryId, context.accountId);
  const found = registryOf(context, registryId)?.ecr.repositories.get(name);
  refuseStrangers(context, { registryId, name, operation, policy: found?.policy });
  if (found === undefined) throw repositoryNotFound(name, registryId);
  return found;
}

/** What an account holds in the Region of the call; undefined where nobody has looked yet. */
export function registryOf(context: CallContext, registryId: string): RegionState | undefined {
  return registryId === context.accountId ? context.state : context.stateOf(registryId);
}

/** Throws AccessDeniedException for another account's repository whose policy does not let the caller in: it is asked before anything is looked for. */
export function refuseStrangers(
  context: CallContext,
  {
    registryId,
    name,
    operation,
    policy,
  }: {
    readonly registryId: string;
    readonly name: string;
    readonly operation: string;
    readonly policy: string | undefined;
  },
): void {
  if (registryId === context.accountId) return;
  const action = `ecr:${operation}`;
  const resource = repositoryArn(context, registryId, name);
  const caller = callerOf(context).arn;
  if (policy !== undefined && policyAllows(policy, { action, resource }, { ...context, caller })) return;
  throw accessDenied(
    { service: 'ecr', caller, action, resource },
    `because no resource-based policy allows the ${action} action`,
  );
}

function repositoryNotFound(name: string, registryId: string): AwsError {
  return new AwsError(
    'RepositoryNotFoundException',
    `The repository with name '${name}' does not exist in the registry with id '${registryId}'`,
  );
}
