import type { RoutingPolicy } from './spec.ts';

export interface DiscoveryServiceState {
  readonly id: string;
  readonly description: string | undefined;
  /** By record type; TTL in seconds. */
  readonly dnsRecords: Readonly<Record<string, { readonly ttl: number }>>;
  /** Undefined where there are no records for it to choose among. */
  readonly routingPolicy?: RoutingPolicy;
  /** Whether it has a custom health check: Cloud Map ignores what is in it (reference: Cloud Map). */
  readonly customHealthCheck: boolean;
  /** Ids of instances that its ECS service registered and whose tasks have been gone for a while. */
  readonly stale?: readonly string[];
  /** What is to be done about instances that stand for hosts; absent where nothing is. */
  readonly hosts?: HostWork;
}

/** An instance that stands for a host. */
export interface HostInstance {
  /** Id of the container instance. */
  readonly id: string;
  readonly attributes: Readonly<Record<string, string>>;
}

export interface HostWork {
  /** Instances that are missing, or have other attributes. */
  readonly register: readonly (HostInstance & { readonly isThere: boolean })[];
  /** Ids of ours on whose hosts no task runs. */
  readonly leave: readonly string[];
  /** Ids of ours whose health Cloud Map has otherwise. */
  readonly report: readonly { readonly id: string; readonly status: 'HEALTHY' | 'UNHEALTHY' }[];
}

export const NO_HOST_WORK: HostWork = { register: [], leave: [], report: [] };
