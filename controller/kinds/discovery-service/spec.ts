import type { Reference } from '../../core/reference.ts';
import type { NamespaceOutputs } from '../namespace/facts.ts';

export interface DnsRecord {
  readonly type: 'A' | 'AAAA' | 'SRV';
  /** Seconds. */
  readonly ttl: number;
}

export type RoutingPolicy = 'MULTIVALUE' | 'WEIGHTED';

/** What the controller registers of hosts, and when. */
export interface HostRegistration {
  /** Undefined where the daemon has no one port on its hosts. */
  readonly port?: number;
  /** Whether its tasks have a health check, without which a running one is as good as a healthy one. */
  readonly awaitsHealth: boolean;
}

/**
 * A Cloud Map service that ECS registers tasks in, or the controller their hosts; always with a custom health check, without which ECS
 * kills the tasks (reference: ECS and Cloud Map).
 */
export interface DiscoveryServiceSpec {
  readonly name: string;
  readonly namespace: Reference<NamespaceOutputs>;
  readonly description?: string;
  /** None: it is found by DiscoverInstances alone. */
  readonly dnsRecords: readonly DnsRecord[];
  /** Undefined where the manifest says none: MULTIVALUE where it is made, and otherwise what it has. */
  readonly routingPolicy?: RoutingPolicy;
  /** What the controller registers in it; absent where ECS does. */
  readonly hosts?: HostRegistration;
}
