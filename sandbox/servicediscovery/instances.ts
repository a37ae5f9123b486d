import type { CloudMapState, DiscoveryService, Instance, InstanceHealth } from './state.ts';

/** Cloud Map quotas: the first is fixed, the second can be raised in AWS. */
const MAX_INSTANCES_PER_SERVICE = 1000;
const MAX_INSTANCES_PER_NAMESPACE = 2000;

/**
 * What ECS does when a task starts: an upsert by id. False where the service is gone, or it or its namespace has
 * as many instances as it can.
 */
export function registerTaskInstance(
  state: CloudMapState,
  serviceId: string,
  instance: {
    readonly id: string;
    readonly attributes: Readonly<Record<string, string>>;
    readonly health: InstanceHealth;
  },
): boolean {
  const service = state.services.get(serviceId);
  if (service === undefined || !reserveInstance(state, service, instance.id)) return false;
  putInstance(state, service, { ...instance, creatorRequestId: undefined });
  return true;
}

/** Does nothing where there is no such instance. */
export function setInstanceHealth(
  state: CloudMapState,
  serviceId: string,
  instanceId: string,
  health: InstanceHealth,
): void {
  const instance = state.services.get(serviceId)?.instances.get(instanceId);
  if (instance === undefined) return;
  instance.health = health;
  instance.reportedHealth = health;
}

/** Does nothing where there is no such instance. */
export function deregisterTaskInstance(state: CloudMapState, serviceId: string, instanceId: string): void {
  const service = state.services.get(serviceId);
  if (service?.instances.delete(instanceId) !== true) return;
  service.instancesRevision += 1;
  countInstances(state, service, -1);
}

export function findDiscoveryServiceByArn(state: CloudMapState, arn: string): DiscoveryService | undefined {
  const service = state.services.get(arn.slice(arn.lastIndexOf('/') + 1));
  return service?.arn === arn ? service : undefined;
}

/** Keeps a place for an instance until `putInstance` or `releaseInstance`. False where a quota leaves none. */
export function reserveInstance(state: CloudMapState, service: DiscoveryService, id: string): boolean {
  const { instances, registering } = service;
  if (instances.has(id) || registering.has(id)) return true;
  const inNamespace = state.namespaces.get(service.namespaceId)?.instanceCount ?? 0;
  if (instances.size + registering.size >= MAX_INSTANCES_PER_SERVICE) return false;
  if (inNamespace >= MAX_INSTANCES_PER_NAMESPACE) return false;
  registering.add(id);
  countInstances(state, service, 1);
  return true;
}

/** An upsert by id, whatever the quotas: they are checked when a place is reserved. */
export function putInstance(
  state: CloudMapState,
  service: DiscoveryService,
  instance: Omit<Instance, 'reportedHealth'>,
): void {
  const reserved = service.registering.delete(instance.id);
  if (!reserved && !service.instances.has(instance.id)) countInstances(state, service, 1);
  service.instances.set(instance.id, { ...instance, reportedHealth: instance.health });
  service.instancesRevision += 1;
}

/** Gives up the place of an instance that was not registered after all. */
export function releaseInstance(state: CloudMapState, service: DiscoveryService, id: string): void {
  if (service.registering.delete(id)) countInstances(state, service, -1);
}

function countInstances(state: CloudMapState, { namespaceId }: DiscoveryService, change: number): void {
  const namespace = state.namespaces.get(namespaceId);
  if (namespace !== undefined) namespace.instanceCount += change;
}
