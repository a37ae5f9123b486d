import type {
  ClusterServiceConnectDefaults,
  ClusterServiceConnectDefaultsRequest,
} from '@aws-sdk/client-ecs';
import type { CallContext } from '../../call.ts';
import { AwsError } from '../../error.ts';

/** The ARN of a Cloud Map namespace by its name or ARN. */
export function findNamespaceArn({ state }: CallContext, nameOrArn: string): string | undefined {
  for (const { name, arn } of state.servicediscovery.namespaces.values()) {
    if (name === nameOrArn || arn === nameOrArn) return arn;
  }
  return undefined;
}

/** Throws NamespaceNotFoundException: where AWS would make an HTTP namespace of a new name, the sandbox, which has none, says so. */
export function requireNamespaceArn(context: CallContext, nameOrArn: string): string {
  const found = findNamespaceArn(context, nameOrArn);
  if (found !== undefined) return found;
  throw new AwsError('NamespaceNotFoundException', 'The specified namespace was not found.');
}

/** What services of the cluster get that name no namespace; an empty name is none (API reference, ClusterServiceConnectDefaultsRequest). */
export function readServiceConnectDefaults(
  context: CallContext,
  asked: ClusterServiceConnectDefaultsRequest | undefined,
): ClusterServiceConnectDefaults | undefined {
  const { namespace = '' } = asked ?? {};
  return namespace === '' ? undefined : { namespace: requireNamespaceArn(context, namespace) };
}
