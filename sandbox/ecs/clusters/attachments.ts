import type { Attachment } from '@aws-sdk/client-ecs';
import type { CallContext } from '../../call.ts';
import { AwsError } from '../../error.ts';
import { uuid } from '../ids.ts';
import type { ClusterRecord } from '../state.ts';
import { FARGATE_PROVIDERS } from './capacity-strategies.ts';

/** AWS's text, of a cluster whose providers are being attached. Throws UpdateInProgressException. */
export function requireAttached({ attachmentsStatus }: ClusterRecord): void {
  if (attachmentsStatus !== 'UPDATE_IN_PROGRESS') return;
  throw new AwsError(
    'UpdateInProgressException',
    'The specified cluster is in a busy state. Cluster attachments must be in UPDATE_COMPLETE or UPDATE_FAILED state before they can be updated.',
  );
}

/**
 * Attaches the Auto Scaling groups that the cluster's providers are now and detaches the others, which takes AWS a while; Fargate's providers
 * need nothing (developer guide, cluster capacity providers).
 */
export function attachProviders({ world }: CallContext, cluster: ClusterRecord): void {
  const { attachments, capacityProviders } = cluster;
  const groups = capacityProviders.filter((name) => !FARGATE_PROVIDERS.includes(name));
  const fresh = groups.filter((name) => !attachments.has(name));
  const old = [...attachments.keys()].filter((name) => !groups.includes(name));
  if (fresh.length === 0 && old.length === 0) return;
  for (const name of fresh) attachments.set(name, { id: uuid(world), status: 'PRECREATED' });
  for (const name of old) attachments.get(name)!.status = 'DELETING';
  cluster.attachmentsStatus = 'UPDATE_IN_PROGRESS';
  world.after(world.pick(world.timing.ecs.capacityProviderChange), () => {
    for (const name of old) attachments.delete(name);
    for (const attachment of attachments.values()) attachment.status = 'CREATED';
    cluster.attachmentsStatus = 'UPDATE_COMPLETE';
  });
}

/** The scaling policy that ECS has in each group. */
export function showAttachments({ attachments }: ClusterRecord): Attachment[] {
  return [...attachments].map(([name, { id, status }]) => ({
    id,
    type: 'as_policy',
    status,
    details: [
      { name: 'capacityProviderName', value: name },
      { name: 'scalingPolicyName', value: `ECSManagedAutoScalingPolicy-${id}` },
    ],
  }));
}
