import type { Consumer, Listener } from '../../core/consumer.ts';
import type { Reference } from '../../core/reference.ts';
import type { ResourceId } from '../../core/resource.ts';
import type { NamespaceOutputs } from '../../kinds/namespace/facts.ts';
import type { ServiceOutputs } from '../../kinds/service/facts.ts';
import { reachedAt } from '../registration.ts';
import type { DaemonServiceManifestSpec } from '../schema/daemon-service.ts';

/** What a daemon service is reached by, and who is to reach it. */
export interface Reached {
  readonly service: Reference<ServiceOutputs>;
  /** Where its name is, where its manifest gives it one. */
  readonly discovery?: {
    readonly discoveryService: ResourceId;
    readonly namespace: Reference<NamespaceOutputs>;
  };
  /** What its containers map. */
  readonly listeners: readonly Listener[];
  /** What the statements of its task role let it call. */
  readonly actions: readonly string[];
  readonly consumers: readonly Consumer[];
}

export function reachedBy(
  spec: DaemonServiceManifestSpec,
  found: Omit<Reached, 'listeners' | 'actions' | 'consumers'>,
): Reached {
  return { ...found, listeners: listenersOf(spec), actions: actionsOf(spec), consumers: consumersOf(spec) };
}

function listenersOf({ containers, networkMode }: DaemonServiceManifestSpec): readonly Listener[] {
  const listeners = containers
    .flatMap(({ portMappings = [] }) => portMappings)
    .filter(({ containerPort }) => containerPort !== undefined)
    .map((mapping) => ({ protocol: mapping.protocol ?? 'tcp', port: reachedAt(mapping, networkMode) }));
  return [...new Map(listeners.map((one) => [`${one.protocol} ${one.port ?? ''}`, one])).values()];
}

function actionsOf({ taskRole }: DaemonServiceManifestSpec): readonly string[] {
  const allowing = (taskRole?.statements ?? []).filter(({ effect = 'Allow' }) => effect === 'Allow');
  return [...new Set(allowing.flatMap(({ actions }) => actions))];
}

function consumersOf({ consumers = [] }: DaemonServiceManifestSpec): readonly Consumer[] {
  return consumers.map(({ name, securityGroup }) => ({ name, securityGroup }));
}
