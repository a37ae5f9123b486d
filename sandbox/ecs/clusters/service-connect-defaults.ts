import type {
  ClusterServiceConnectDefaults,
  ClusterServiceConnectDefaultsRequest,
} from '@aws-sdk/client-ecs';
import type { CallContext } from '../../call.ts';
import { AwsError } from '../../error.ts';
import { startHttpNamespace } from '../../servicediscovery/namespace-creation.ts';
import { invalidParameter } from '../errors.ts';

/** The ARN of a Cloud Map namespace by its name or ARN. */
export function findNamespaceArn({ state }: CallContext, nameOrArn: string): string | undefined {
  for (const { name, arn } of state.servicediscovery.namespaces.values()) {
    if (name === nameOrArn || arn === nameOrArn) return arn;
  }
  return undefined;
}

/** Throws NamespaceNotFoundException. */
export function requireNamespaceArn(context: CallContext, nameOrArn: string): string {
  const found = findNamespaceArn(context, nameOrArn);
  if (found !== undefined) return found;
  throw new AwsError('NamespaceNotFoundException', 'The specified namespace was not found.');
}

/**
 * What services of the cluster get that name no namespace; an empty name is none, and of a new name ECS makes an HTTP namespace (API
 * reference, ClusterServiceConnectDefaultsRequest). Throws NamespaceNotFoundException for an ARN, and what Cloud Map throws.
 */
export function readServiceConnectDefaults(
  context: CallContext,
  asked: ClusterServiceConnectDefaultsRequest | undefined,
): ClusterServiceConnectDefaults | undefined {
  const { namespace = '' } = asked ?? {};
  if (namespace === '') return undefined;
  const found = findNamespaceArn(context, namespace);
  if (found !== undefined || namespace.startsWith('arn:')) {
    return { namespace: found ?? requireNamespaceArn(context, namespace) };
  }
  return { namespace: makeHttpNamespace(context, namespace) };
}

/** The ARN of a namespace that is there when Cloud Map has made it. Throws InvalidParameterException for a name that cannot be. */
function makeHttpNamespace(context: CallContext, name: string): string {
  if (/[<>"/]/.test(name)) {
    throw invalidParameter(
      'The namespace name cannot contain greater than, less than, double quotes or slash.',
    );
  }
  return startHttpNamespace({ Name: name, Tags: [{ Key: 'AmazonECSManaged', Value: 'true' }] }, context);
}
