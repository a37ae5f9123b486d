import type { ResourceId } from '../../core/resource.ts';

export interface DnsRecord {
  readonly type: 'A' | 'AAAA' | 'SRV';
  /** Seconds. */
  readonly ttl: number;
}

/**
 * A Cloud Map service that ECS registers tasks in; always with a custom health check, without which ECS
 * kills the tasks (reference: ECS and Cloud Map). Outputs: `id`, `arn`, `name`.
 */
export interface DiscoveryServiceSpec {
  readonly name: string;
  readonly namespace: ResourceId;
  readonly description?: string;
  readonly dnsRecords: readonly DnsRecord[];
}
