import { needsFrom } from '../../core/outputs.ts';
import type { Read } from '../../core/read.ts';
import { environmentId } from '../../core/reference.ts';
import type { Observed, ResourceId } from '../../core/resource.ts';
import type { Reached } from '../../manifest/expand/reached.ts';
import { seenIn, whyUnseen } from '../../plan/snapshot.ts';
import type { Snapshot } from '../../plan/snapshot.ts';
import type { Daemon } from '../../reach/daemon.ts';

/** A daemon as a snapshot has it; unread where its Environment was not seen. */
export function daemonSeen(
  { service, discovery, listeners, actions }: Reached,
  snapshot: Snapshot,
): Read<Daemon> {
  const needs = needsFrom(seenIn(snapshot));
  const place = needs(environmentId(service.environment));
  if (place === undefined) {
    return {
      unread: whyUnseen(snapshot, environmentId(service.environment)) ?? 'the controller looks again',
    };
  }
  const namespace = discovery && needs(discovery.namespace);
  const registry = discovery && seen(snapshot, discovery.discoveryService);
  const itself = seen(snapshot, service);
  return {
    value: {
      vpcId: place.vpcId,
      listeners,
      actions,
      discovery: registry && member(registry, ({ discovery: found }) => found),
      zoneId: namespace?.type === 'private-dns' ? namespace.hostedZoneId : undefined,
      registrations: (registry !== undefined && 'value' in registry && registry.value.registrations) || [],
      tasks: member(itself, ({ tasks }) => tasks),
      revision: member(itself, () => needs(service)?.taskDefinition || undefined),
    },
  };
}

function seen(snapshot: Snapshot, id: ResourceId): Read<Observed> {
  const found = seenIn(snapshot)(id);
  if (found !== undefined) return { value: found };
  return { unread: whyUnseen(snapshot, id) ?? `${id.kind}/${id.name} does not exist: apply its manifest` };
}

function member<Value>(from: Read<Observed>, find: (observed: Observed) => Value | undefined): Read<Value> {
  if ('unread' in from) return from;
  const value = find(from.value);
  return value === undefined ? { unread: 'AWS did not return it; the controller looks again' } : { value };
}
