import type {
  GetInstancesHealthStatusCommandInput,
  GetInstancesHealthStatusCommandOutput,
  HealthStatus,
  UpdateInstanceCustomHealthStatusCommandInput,
  UpdateInstanceCustomHealthStatusCommandOutput,
} from '@aws-sdk/client-servicediscovery';
import type { Answer } from '../answer.ts';
import type { CallContext } from '../call.ts';
import { AwsError } from '../error.ts';
import { cloudMapPage, invalidInput } from './checks.ts';
import { setInstanceHealth } from './instances.ts';
import { requireInstance } from './registrations.ts';
import { requireService } from './services.ts';
import type { DiscoveryService, Instance } from './state.ts';

/** Shows after one interval, unless the opposite is reported before. Throws CustomHealthNotFound, InstanceNotFound. */
export function updateInstanceCustomHealthStatus(
  input: UpdateInstanceCustomHealthStatusCommandInput,
  { state: { servicediscovery: state }, world }: CallContext,
): Answer<UpdateInstanceCustomHealthStatusCommandOutput> {
  const service = requireService(state, input.ServiceId);
  if (!service.customHealthCheck) {
    throw new AwsError('CustomHealthNotFound', `The service ${service.id} has no custom health check.`);
  }
  const instance = requireInstance(service, input.InstanceId);
  const status = input.Status;
  if (status !== 'HEALTHY' && status !== 'UNHEALTHY') {
    throw invalidInput('Status must be HEALTHY or UNHEALTHY.');
  }
  if (instance.reportedHealth === status) return {};
  instance.reportedHealth = status;
  world.after(world.pick(world.timing.servicediscovery.customHealthChange), () => {
    const current = service.instances.get(instance.id);
    if (current === instance && instance.reportedHealth === status) {
      setInstanceHealth(state, service.id, instance.id, status);
    }
  });
  return {};
}

export function getInstancesHealthStatus(
  input: GetInstancesHealthStatusCommandInput,
  { state }: CallContext,
): Answer<GetInstancesHealthStatusCommandOutput> {
  const service = requireService(state.servicediscovery, input.ServiceId);
  if (input.Instances?.length === 0) throw invalidInput('Instances must not be empty.');
  const asked = input.Instances?.map((id) => requireInstance(service, id));
  const wanted = asked === undefined ? undefined : new Set(asked);
  const page = cloudMapPage(input, (start) => instancesFrom(service, wanted, start));
  return {
    Status: Object.fromEntries(page.items.map((instance) => [instance.id, shownHealth(service, instance)])),
    NextToken: page.nextToken,
  };
}

/** UNKNOWN where nothing checks the service's instances. */
export function shownHealth(service: DiscoveryService, instance: Instance): HealthStatus {
  return hasHealthCheck(service) ? instance.health : 'UNKNOWN';
}

/** Whether somebody tells how instances are. Route 53's own checks find all of them well here, where nothing listens. */
export function hasHealthCheck({ customHealthCheck, healthCheck }: DiscoveryService): boolean {
  return customHealthCheck || healthCheck !== undefined;
}

function* instancesFrom(
  service: DiscoveryService,
  wanted: ReadonlySet<Instance> | undefined,
  start: string,
): Generator<readonly [string, Instance]> {
  for (const entry of service.instances.from(start)) {
    if (wanted === undefined || wanted.has(entry[1])) yield entry;
  }
}
