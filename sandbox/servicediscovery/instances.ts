import type { CloudMapState, DiscoveryService, InstanceHealth } from './state.ts';

/** What ECS does when a task starts: an upsert by id. Does nothing where the service is gone, as ECS then only retries. */
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
  if (service === undefined) return;
  service.instances.set(instance.id, { ...instance, creatorRequestId: undefined });
  service.instancesRevision += 1;
}

export function setInstanceHealth(
  state: CloudMapState,
  serviceId: string,
  instanceId: string,
  health: InstanceHealth,
): void {
  const service = state.services.get(serviceId);
  const instance = service?.instances.get(instanceId);
  if (service === undefined || instance === undefined || instance.health === health) return;
  instance.health = health;
  service.instancesRevision += 1;
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
