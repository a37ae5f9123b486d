import type { CloudMapState, DiscoveryService, Instance, InstanceHealth } from './state.ts';

/** What ECS does when a task starts: an upsert by id. Does nothing where the service is gone. */
export function registerTaskInstance(
  state: CloudMapState,
  serviceId: string,
  instance: {
    readonly id: string;
    readonly attributes: Readonly<Record<string, string>>;
    readonly health: InstanceHealth;
  },
): void {
  const service = state.services.get(serviceId);
  if (service !== undefined) putInstance(service, { ...instance, creatorRequestId: undefined });
}

/** Does nothing where there is no such instance. */
export function setInstanceHealth(
  state: CloudMapState,
  serviceId: string,
  instanceId: string,
  health: InstanceHealth,
): void {
  const service = state.services.get(serviceId);
  const instance = service?.instances.get(instanceId);
  if (service === undefined || instance === undefined) return;
  if (instance.health !== health) service.instancesRevision += 1;
  instance.health = health;
  instance.reportedHealth = health;
}

/** Does nothing where there is no such instance. */
export function deregisterTaskInstance(state: CloudMapState, serviceId: string, instanceId: string): void {
  const service = state.services.get(serviceId);
  if (service?.instances.delete(instanceId) === true) service.instancesRevision += 1;
}

export function findDiscoveryServiceByArn(state: CloudMapState, arn: string): DiscoveryService | undefined {
  const service = state.services.get(arn.slice(arn.lastIndexOf('/') + 1));
  return service?.arn === arn ? service : undefined;
}

export function putInstance(service: DiscoveryService, instance: Omit<Instance, 'reportedHealth'>): void {
  service.instances.set(instance.id, { ...instance, reportedHealth: instance.health });
  service.instancesRevision += 1;
}
