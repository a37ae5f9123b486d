import type { CallContext } from '../../call.ts';
import { AwsError } from '../../error.ts';
import { updateInstanceCustomHealthStatus } from '../../servicediscovery/health.ts';
import {
  deregisterTaskInstance,
  findDiscoveryServiceByArn,
  registerTaskInstance,
} from '../../servicediscovery/instances.ts';
import type { CloudMapState, DiscoveryService } from '../../servicediscovery/state.ts';
import type { TaskRecord } from '../state.ts';
import { healthChecksOf } from './health.ts';

export const DISCOVERY_TIMEOUT = 'Timeout waiting for service discovery instance provisioning to complete.';

interface Continuation {
  readonly registered: () => void;
  readonly timedOut: () => void;
}

/**
 * Makes a task an instance of its registry, where it has one; this takes as long as a Cloud Map operation. Where the
 * registry is gone, full, or cannot be told of the task's health, the task waits in vain
 * (reference: ECS ↔ Cloud Map).
 */
export function registerTask(
  context: CallContext,
  task: TaskRecord,
  { registered, timedOut }: Continuation,
): void {
  const [registry] = task.rollout.registries;
  if (registry === undefined) {
    registered();
    return;
  }
  const { state, world } = context;
  const cloudMap = state.servicediscovery;
  const waitInVain = () => {
    world.after(world.pick(world.timing.ecs.discoveryTimeout), timedOut);
  };
  const asked = findDiscoveryServiceByArn(cloudMap, registry.registryArn ?? '');
  if (asked === undefined) {
    waitInVain();
    return;
  }
  world.after(world.pick(world.timing.servicediscovery.operation), () => {
    if (task.desiredStatus !== 'RUNNING') return;
    const health = healthChecksOf(task).length > 0 ? 'UNHEALTHY' : 'HEALTHY';
    const taken =
      cloudMap.services.get(asked.id) === asked &&
      registerTaskInstance(cloudMap, asked.id, {
        id: task.id,
        health,
        attributes: {
          ...attributesOf(context, task),
          // What ECS says of a health check of one's own, which stays as it was said first.
          ...(asked.customHealthCheck ? { AWS_INIT_HEALTH_STATUS: health } : {}),
        },
      });
    if (taken) task.registeredIn = asked.id;
    if (taken && isKeptInformed(cloudMap, asked)) registered();
    else waitInVain();
  });
}

/** Whether ECS hears of an instance: not in a private zone, which Route 53 cannot check, without a custom health check (reference: ECS ↔ Cloud Map). */
function isKeptInformed({ namespaces }: CloudMapState, service: DiscoveryService): boolean {
  const isPrivate = namespaces.get(service.namespaceId)?.type === 'DNS_PRIVATE';
  return !isPrivate || service.customHealthCheck || service.type === 'HTTP';
}

/** The attributes that ECS registers a task with (reference: ECS ↔ Cloud Map, attributes). */
function attributesOf({ region }: CallContext, task: TaskRecord): Record<string, string> {
  const { registries, taskDefinition } = task.rollout;
  const { containerDefinitions = [] } = taskDefinition.definition;
  const [registry] = registries;
  const firstPort = containerDefinitions.flatMap(({ portMappings = [] }) => portMappings)[0]?.containerPort;
  const port = boundPort(task) ?? registry?.port ?? registry?.containerPort ?? firstPort;
  const { host, networkInterface } = task;
  const address = networkInterface?.privateIpv4Address ?? host?.privateIpv4Address;
  const zone = networkInterface?.availabilityZone ?? host?.availabilityZone;
  return {
    ...(address === undefined ? {} : { AWS_INSTANCE_IPV4: address }),
    ...(zone === undefined ? {} : { AVAILABILITY_ZONE: zone }),
    ...(host === undefined ? {} : { EC2_INSTANCE_ID: host.ec2InstanceId }),
    ...(port === undefined ? {} : { AWS_INSTANCE_PORT: String(port) }),
    REGION: region,
    ...(task.owner === undefined ? {} : { ECS_SERVICE_NAME: task.owner.service.name }),
    ECS_CLUSTER_NAME: task.cluster.name,
    ECS_TASK_DEFINITION_FAMILY: taskDefinition.family,
  };
}

/** The port of the host that the registry's container has: behind a bridge it is another than the container's own. */
function boundPort({ host, rollout }: TaskRecord): number | undefined {
  const { containerName = '', containerPort } = rollout.registries[0] ?? {};
  const bindings = host?.reservation.bindings.get(containerName) ?? [];
  return bindings.find((binding) => binding.containerPort === containerPort)?.hostPort;
}

/** Tells Cloud Map, which shows it after its own interval. An instance that is gone stays gone. */
export function reportHealthy(context: CallContext, task: TaskRecord): void {
  if (task.registeredIn === undefined) return;
  const report = { ServiceId: task.registeredIn, InstanceId: task.id, Status: 'HEALTHY' } as const;
  try {
    updateInstanceCustomHealthStatus(report, context);
  } catch (thrown) {
    if (!(thrown instanceof AwsError)) throw thrown;
  }
}

/** Takes as long as a Cloud Map operation. One that fails leaves an orphan behind. */
export function deregisterTask({ state, world }: CallContext, task: TaskRecord): void {
  const serviceId = task.registeredIn;
  task.registeredIn = undefined;
  if (serviceId === undefined || task.failure?.at === 'deregistration') return;
  world.after(world.pick(world.timing.servicediscovery.operation), () =>
    deregisterTaskInstance(state.servicediscovery, serviceId, task.id),
  );
}
