import type { KindModel } from '../../core/kind.ts';
import { environmentId } from '../../core/reference.ts';
import type { FieldChange, Registration, Tags, Upkeep } from '../../core/resource.ts';
import { compareCollection, compareFields } from '../../plan/compare.ts';
import { discoveryServiceFacts, registrantOf } from './facts.ts';
import type { DiscoveryServiceSpec, DnsRecord } from './spec.ts';
import { NO_HOST_WORK } from './state.ts';
import type { DiscoveryServiceState } from './state.ts';
import { someOf } from '../../core/some-of.ts';

export const discoveryServiceModel: KindModel<DiscoveryServiceSpec, DiscoveryServiceState> = {
  facts: discoveryServiceFacts,
  updateChangesOutputs: false,
  replaceInterrupts: 'its name, which resolves again once new tasks, or their hosts, are registered',
  needs: ({ id, spec }) => [environmentId(id.environment), spec.namespace],
  says: ({ spec }) => ({
    ...spec,
    dnsRecords: recordsByType(spec.dnsRecords),
    customHealthCheck: true,
    ...(spec.hosts === undefined ? {} : { registration: 'controller' }),
  }),
  unfit({ spec: { dnsRecords, namespace } }, needs) {
    const isHttp = needs(namespace)?.type === 'http';
    return isHttp && dnsRecords.length > 0
      ? { path: 'dnsRecords', why: noRecordsIn(namespace.name) }
      : undefined;
  },
  diff: ({ spec }, { state, registrations }, needs) => [
    // Cloud Map updates nothing in an HTTP namespace (Cloud Map API reference, UpdateService).
    ...compareFields({ description: spec.description, routingPolicy: spec.routingPolicy }, state, {
      replace: needs(spec.namespace)?.type === 'http' ? ['description', 'routingPolicy'] : ['routingPolicy'],
    }),
    ...compareCollection('dnsRecords', recordsByType(spec.dnsRecords), state.dnsRecords).map(
      typesAreReplaced,
    ),
    ...compareFields({ customHealthCheck: true }, state, { replace: ['customHealthCheck'] }),
    ...mixed(spec, registrations),
  ],
  upkeep: ({ spec }, { state, registrations }) => [
    ...deregistrations(state),
    ...hostUpkeep(state, mixed(spec, registrations).length > 0),
  ],
  removal({ state, tags, registrations = [] }) {
    const ours = registrations.flatMap(({ id, ours }) => (ours === undefined ? [] : [id]));
    const upkeep = [...deregistrations(state), ...leaving(ours)];
    const others = registrations.filter((one) => one.ours === undefined);
    const foreign = others.filter(({ registeredBy }) => !isRegistrant(tags, registeredBy));
    if (foreign.length > 0) return { upkeep, held: foreignHold(foreign) };
    const leavingLater = others.filter(({ id }) => !(state.stale ?? []).includes(id)).length;
    if (leavingLater === 0) return { upkeep };
    return {
      upkeep,
      waits: `waits until ECS has deregistered ${leavingLater} instances`,
      endsByItself: true,
    };
  },
};

function noRecordsIn(namespace: string): string {
  return `the namespace ${namespace} is an HTTP namespace, in which nothing has a name in DNS; write dnsRecords: [], and clients ask DiscoverInstances, or use another namespace`;
}

function deregistrations({ stale = [] }: DiscoveryServiceState): readonly Upkeep[] {
  return stale.map((id) => ({
    what: 'instances',
    which: id,
    from: 'registered, and its task is gone',
    to: null,
    isTidying: true,
  }));
}

/** What the controller does about hosts, but for new registrations where ECS has its own beside them. */
function hostUpkeep({ hosts = NO_HOST_WORK }: DiscoveryServiceState, isMixed: boolean): readonly Upkeep[] {
  const register = isMixed ? [] : hosts.register;
  return [
    ...leaving(hosts.leave),
    ...register.map(({ id, attributes, isThere }) => ({
      what: 'instances',
      which: id,
      from: isThere ? 'registered, with other attributes' : 'not registered, and its host runs the daemon',
      to: shownAddress(attributes),
      isTidying: true,
    })),
    ...hosts.report.map(({ id, status }) => ({
      what: 'health',
      which: id,
      from: status === 'HEALTHY' ? 'UNHEALTHY' : 'HEALTHY',
      to: status,
      isTidying: true,
    })),
  ];
}

function leaving(ids: readonly string[]): readonly Upkeep[] {
  return ids.map((which) => ({
    what: 'instances',
    which,
    from: 'registered for its host, on which no task runs',
    to: null,
    isTidying: true,
  }));
}

function shownAddress(attributes: Readonly<Record<string, string>>): string {
  const { AWS_INSTANCE_IPV4: ipv4, AWS_INSTANCE_IPV6: ipv6, AWS_INSTANCE_PORT: port } = attributes;
  const address = ipv4 ?? `[${ipv6 ?? ''}]`;
  return port === undefined ? address : `${address}:${port}`;
}

/** ECS registers in it what the controller is to register: two that each know nothing of the other would both answer for one host. */
function mixed(
  { hosts }: DiscoveryServiceSpec,
  registrations: readonly Registration[] = [],
): readonly FieldChange[] {
  if (hosts === undefined) return [];
  const byEcs = registrations.filter(
    ({ ours, registeredBy }) => ours === undefined && registeredBy !== undefined,
  );
  if (byEcs.length === 0) return [];
  const services = [...new Set(byEcs.map(({ registeredBy }) => registeredBy))].join(', ');
  const held = `ECS has registered ${byEcs.length} ${byEcs.length === 1 ? 'task' : 'tasks'} of ${services} in it, and the controller registers nothing beside what ECS does; remove this registry from that service, or write another serviceDiscovery.name`;
  return [{ path: 'registration', from: 'ecs', to: 'controller', by: 'update', held }];
}

function isRegistrant(tags: Tags, registeredBy: string | undefined): boolean {
  return registeredBy !== undefined && registeredBy === registrantOf(tags);
}

const NAMED_AT_MOST = 3;

function foreignHold(foreign: readonly Registration[]): string {
  const names = someOf(
    foreign.map(({ id }) => id),
    NAMED_AT_MOST,
  );
  return `AWS deletes no discovery service that has instances, and of these ${foreign.length} were not registered by ECS for its daemon: ${names}; deregister what is not needed`;
}

export function recordsByType(records: readonly DnsRecord[]): DiscoveryServiceState['dnsRecords'] {
  return Object.fromEntries(records.map(({ type, ttl }) => [type, { ttl }]));
}

/** UpdateService changes the TTL of a record, and neither adds nor removes a type. */
function typesAreReplaced(change: FieldChange): FieldChange {
  return change.path.endsWith(']') ? { ...change, by: 'replace' } : change;
}
