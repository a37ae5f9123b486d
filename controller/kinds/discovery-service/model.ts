import type { KindModel } from '../../core/kind.ts';
import { environmentId } from '../../core/reference.ts';
import type { Reference } from '../../core/reference.ts';
import type { FieldChange, Registration, Tags, Upkeep } from '../../core/resource.ts';
import { compareCollection, compareFields } from '../../plan/compare.ts';
import type { NamespaceOutputs } from '../namespace/facts.ts';
import { discoveryServiceFacts, registrantOf } from './facts.ts';

export interface DnsRecord {
  readonly type: 'A' | 'AAAA' | 'SRV';
  /** Seconds. */
  readonly ttl: number;
}

/**
 * A Cloud Map service that ECS registers tasks in; always with a custom health check, without which ECS
 * kills the tasks (reference: ECS and Cloud Map).
 */
export interface DiscoveryServiceSpec {
  readonly name: string;
  readonly namespace: Reference<NamespaceOutputs>;
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
  /** Ids of instances that its ECS service registered and whose tasks have been gone for a while. */
  readonly stale?: readonly string[];
}

export const discoveryServiceModel: KindModel<DiscoveryServiceSpec, DiscoveryServiceState> = {
  facts: discoveryServiceFacts,
  updateChangesOutputs: false,
  replaceInterrupts: 'its name, which resolves again once ECS has registered new tasks',
  needs: ({ id, spec }) => [environmentId(id.environment), spec.namespace],
  says: ({ spec }) => ({ ...spec, dnsRecords: recordsByType(spec.dnsRecords), customHealthCheck: true }),
  diff: ({ spec }, { state }) => [
    ...compareFields({ description: spec.description }, state),
    ...compareCollection('dnsRecords', recordsByType(spec.dnsRecords), state.dnsRecords).map(
      typesAreReplaced,
    ),
    ...compareFields({ customHealthCheck: true }, state, { replace: ['customHealthCheck'] }),
  ],
  upkeep: (_desired, { state }) => deregistrations(state),
  removal({ state, tags, registrations = [] }) {
    const upkeep = deregistrations(state);
    const foreign = registrations.filter(({ registeredBy }) => !isRegistrant(tags, registeredBy));
    if (foreign.length > 0) return { upkeep, held: foreignHold(foreign) };
    const leaving = registrations.filter(({ id }) => !(state.stale ?? []).includes(id)).length;
    if (leaving === 0) return { upkeep };
    return { upkeep, waits: `waits until ECS has deregistered ${leaving} instances`, endsByItself: true };
  },
};

function deregistrations({ stale = [] }: DiscoveryServiceState): readonly Upkeep[] {
  return stale.map((id) => ({
    what: 'instances',
    which: id,
    from: 'registered, and its task is no more',
    to: null,
    isTidying: true,
  }));
}

function isRegistrant(tags: Tags, registeredBy: string | undefined): boolean {
  return registeredBy !== undefined && registeredBy === registrantOf(tags);
}

const NAMED_AT_MOST = 3;

function foreignHold(foreign: readonly Registration[]): string {
  const names = foreign.slice(0, NAMED_AT_MOST).map(({ id }) => id);
  const more = foreign.length - names.length;
  return `AWS deletes no discovery service that has instances, and of these ${foreign.length} were not registered by ECS for its daemon: ${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}; deregister what is not needed`;
}

export function recordsByType(records: readonly DnsRecord[]): DiscoveryServiceState['dnsRecords'] {
  return Object.fromEntries(records.map(({ type, ttl }) => [type, { ttl }]));
}

/** UpdateService changes the TTL of a record, and neither adds nor removes a type. */
function typesAreReplaced(change: FieldChange): FieldChange {
  return change.path.endsWith(']') ? { ...change, by: 'replace' } : change;
}
