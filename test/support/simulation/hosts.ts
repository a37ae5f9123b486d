import { daemonHosts } from '../../../sandbox/ecs/services/daemon-hosts.ts';
import type { DaemonHost } from '../../../sandbox/ecs/services/daemon-hosts.ts';
import { primaryOf } from '../../../sandbox/ecs/state.ts';
import type { ServiceRecord } from '../../../sandbox/ecs/state.ts';
import type { Daemon } from './commit.ts';
import { hasOwnNetwork, isOnEveryHost } from './host-commit.ts';
import { OWNER_TAG } from './live.ts';
import type { Place } from './live.ts';

/** Of the instances of its cluster, what the sandbox's scheduler makes of each for a service on every one of them. */
export function hostsOf(service: ServiceRecord, { state }: Place): readonly DaemonHost[] {
  const primary = primaryOf(service);
  return primary === undefined ? [] : daemonHosts({ state }, service, primary);
}

/** How many tasks a daemon is to have. */
export function countOf(daemon: Daemon, service: ServiceRecord, place: Place): number | undefined {
  if (!isOnEveryHost(daemon)) return daemon.spec.desiredCount;
  return hostsOf(service, place).filter(({ isMeant }) => isMeant).length;
}

/** Whether ECS makes no records of its kind, so that the controller registers its hosts. */
export function registersHosts(daemon: Daemon): boolean {
  return daemon.spec.serviceDiscovery !== undefined && !hasOwnNetwork(daemon);
}

/** What is to be registered of the hosts of a daemon, and what is registered by the controller: ids with addresses. */
export function registrationsOf(daemon: Daemon, service: ServiceRecord, place: Place, vpcId: string) {
  const { servicediscovery: cloudMap } = place.state;
  const discovery = [...cloudMap.services.values()].find(({ name, namespaceId }) => {
    const namespace = cloudMap.namespaces.get(namespaceId);
    const isNamed = namespace?.name === daemon.spec.serviceDiscovery?.namespace;
    return isNamed && namespace?.zone?.vpcId === vpcId && name === daemon.metadata.name;
  });
  const wanted = hostsOf(service, place)
    .filter(({ isMeant }) => isMeant)
    .map(({ host: { id, privateIpv4Address = '' } }) => `${id} ${privateIpv4Address}`);
  const actual = [...(discovery?.instances.values() ?? [])]
    .filter(({ attributes }) => attributes[OWNER_TAG] !== undefined)
    .map(({ id, attributes }) => `${id} ${attributes['AWS_INSTANCE_IPV4'] ?? ''}`);
  return { wanted: wanted.toSorted(), actual: actual.toSorted() };
}
