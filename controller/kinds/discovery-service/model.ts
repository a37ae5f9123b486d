import type { KindModel } from '../../core/kind.ts';
import { environmentId } from '../../core/resource.ts';
import type { FieldChange, ResourceId } from '../../core/resource.ts';
import { compareCollection, compareFields } from '../../plan/compare.ts';

export interface DnsRecord {
  readonly type: 'A' | 'AAAA' | 'SRV';
  /** Seconds. */
  readonly ttl: number;
}

/**
 * A Cloud Map service that ECS registers tasks in; always with a custom health check, without which ECS
 * kills the tasks (reference: ECS and Cloud Map). Outputs: `id`, `arn`, `name`; `registered` is `none` where nothing has
 * been registered for a while.
 */
export interface DiscoveryServiceSpec {
  readonly name: string;
  readonly namespace: ResourceId;
  readonly description?: string;
  readonly dnsRecords: readonly DnsRecord[];
}

export interface DiscoveryServiceState {
  readonly id: string;
  readonly description: string | undefined;
  /** By record type; TTL in seconds. */
  readonly dnsRecords: Readonly<Record<string, { readonly ttl: number }>>;
  /** Whether it has a custom health check: Cloud Map ignores what is in it (reference: Cloud Map). */
  readonly customHealthCheck: boolean;
}

export const discoveryServiceModel: KindModel<DiscoveryServiceSpec, DiscoveryServiceState> = {
  name: 'discovery-service',
  updateChangesOutputs: false,
  replaceInterrupts: 'its name, which resolves again once ECS has registered new tasks',
  needs: ({ id, spec }) => [environmentId(id.environment), spec.namespace],
  diff: ({ spec }, { state }) => [
    ...compareFields({ description: spec.description }, state),
    ...compareCollection('dnsRecords', recordsByType(spec.dnsRecords), state.dnsRecords).map(
      typesAreReplaced,
    ),
    ...compareFields({ customHealthCheck: true }, state, { replace: ['customHealthCheck'] }),
  ],
};

export function recordsByType(records: readonly DnsRecord[]): DiscoveryServiceState['dnsRecords'] {
  return Object.fromEntries(records.map(({ type, ttl }) => [type, { ttl }]));
}

/** UpdateService changes the TTL of a record, and neither adds nor removes a type. */
function typesAreReplaced(change: FieldChange): FieldChange {
  return change.path.endsWith(']') ? { ...change, by: 'replace' } : change;
}
