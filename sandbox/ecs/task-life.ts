import type { HealthCheck } from '@aws-sdk/client-ecs';
import { AwsError } from '../error.ts';
import { attachInterface, defaultSecurityGroupOf, detachInterface, findSubnet } from '../ec2/interfaces.ts';
import type { CallContext } from '../sandbox.ts';
import { tagsChanged } from '../tagging/state.ts';
import {
  deregisterTaskInstance,
  findDiscoveryServiceByArn,
  registerTaskInstance,
  setInstanceHealth,
} from '../servicediscovery/instances.ts';
import { uuid } from './ids.ts';
import { ecsArn } from './names.ts';
import type { DeploymentRecord, ServiceRecord, TaskRecord, TaskStatus, TaskStop } from './state.ts';
import type { Range } from '../timing.ts';

/** How many stopped tasks a cluster remembers. */
const STOPPED_TASKS_REMEMBERED = 1000;
/** ECS API reference, HealthCheck. */
const DEFAULT_HEALTH_CHECK_INTERVAL_S = 30;

type Phase = 'provisioning' | 'pending' | 'activating' | 'healthyAfterRunning';

/** Launches a task of a deployment; it climbs to RUNNING by itself, and wakes its service whenever it counts. */
export function startTask(
  context: CallContext,
  service: ServiceRecord,
  deployment: DeploymentRecord,
): TaskRecord {
  const { world } = context;
  const id = world.randomText(32);
  const task: TaskRecord = {
    id,
    arn: ecsArn(context, `task/${service.cluster.name}/${id}`),
    service,
    deployment,
    subnetId: emptiestSubnet(service, deployment),
    attachmentId: uuid(world),
    tags: tagsFor(service, deployment),
    lastStatus: 'PROVISIONING',
    desiredStatus: 'RUNNING',
    health: 'UNKNOWN',
    outlivedStart: false,
    version: 1,
    times: { createdAt: world.date() },
    networkInterface: undefined,
    registeredIn: undefined,
    stop: undefined,
  };
  service.cluster.tasks.set(id, task);
  tagsChanged(context.state.tagging, task.arn, task.tags);
  service.tasks.add(task);
  deployment.tasks.add(task);
  climb(context, task, 'provisioning', () => provision(context, task));
  return task;
}

/** Tasks spread over the subnets of their service. */
function emptiestSubnet(service: ServiceRecord, deployment: DeploymentRecord): string {
  const load = new Map(deployment.rollout.network.subnets.map((subnetId) => [subnetId, 0]));
  for (const { subnetId, desiredStatus } of service.tasks) {
    const count = load.get(subnetId);
    if (count !== undefined && desiredStatus === 'RUNNING') load.set(subnetId, count + 1);
  }
  return [...load].reduce((least, next) => (next[1] < least[1] ? next : least))[0];
}

function tagsFor(service: ServiceRecord, deployment: DeploymentRecord): Map<string, string> {
  const { propagateTags, enableECSManagedTags } = service.options;
  const propagated = {
    SERVICE: service.tags,
    TASK_DEFINITION: deployment.rollout.taskDefinition.tags,
    NONE: [],
  };
  const managed = [
    ['aws:ecs:clusterName', service.cluster.name],
    ['aws:ecs:serviceName', service.name],
  ] as const;
  return new Map([...propagated[propagateTags], ...(enableECSManagedTags ? managed : [])]);
}

/** Runs the next step up after the phase's time, unless the task was told to stop meanwhile. */
function climb(context: CallContext, task: TaskRecord, phase: Phase, step: () => void): void {
  const { world } = context;
  world.after(world.pick(world.timing.ecs[phase]), () => {
    if (task.desiredStatus === 'RUNNING') step();
  });
}

function move(task: TaskRecord, status: TaskStatus): void {
  task.lastStatus = status;
  task.version += 1;
}

function provision(context: CallContext, task: TaskRecord): void {
  const { network } = task.deployment.rollout;
  const { ec2 } = context.state;
  const vpcId = findSubnet(ec2, task.subnetId)?.vpcId ?? '';
  const defaultGroup = defaultSecurityGroupOf(ec2, vpcId)?.groupId;
  const securityGroupIds =
    network.securityGroups.length > 0 || defaultGroup === undefined ? network.securityGroups : [defaultGroup];
  try {
    task.networkInterface = attachInterface(ec2, context.world, {
      subnetId: task.subnetId,
      securityGroupIds,
      description: ecsArn(context, `attachment/${task.attachmentId}`),
    });
  } catch (thrown) {
    if (!(thrown instanceof AwsError)) throw thrown;
    fail(
      context,
      task,
      `Unexpected EC2 error while attempting to Create Network Interface in subnet '${task.subnetId}': ${thrown.name}`,
    );
    return;
  }
  move(task, 'PENDING');
  task.times.connectivityAt = context.world.date();
  task.times.pullStartedAt = context.world.date();
  climb(context, task, 'pending', () => activate(context, task));
}

function activate(context: CallContext, task: TaskRecord): void {
  const unpullable = imagesOf(task).find((image) => tagOf(image).startsWith('fail-'));
  if (unpullable !== undefined) {
    fail(
      context,
      task,
      `CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref ${unpullable}: ${unpullable}: not found`,
    );
    return;
  }
  move(task, 'ACTIVATING');
  task.times.pullStoppedAt = context.world.date();
  if (!register(context, task)) {
    fail(context, task, 'Timeout waiting for service discovery instance provisioning to complete.');
    return;
  }
  climb(context, task, 'activating', () => run(context, task));
}

function imagesOf(task: TaskRecord): string[] {
  const { definition } = task.deployment.rollout.taskDefinition;
  return (definition.containerDefinitions ?? []).map(({ image }) => image ?? '');
}

/** `3.x` of `public.ecr.aws/xray/aws-xray-daemon:3.x`. */
function tagOf(image: string): string {
  const name = image.slice(image.lastIndexOf('/') + 1);
  const colon = name.indexOf(':');
  return colon === -1 ? 'latest' : name.slice(colon + 1);
}

/** Makes the task an instance of its registry; false where that is gone. Attributes: reference, ECS ↔ Cloud Map. */
function register(context: CallContext, task: TaskRecord): boolean {
  const { registries, taskDefinition } = task.deployment.rollout;
  const [registry] = registries;
  if (registry === undefined || task.networkInterface === undefined) return true;
  const cloudMap = context.state.servicediscovery;
  const discoveryService = findDiscoveryServiceByArn(cloudMap, registry.registryArn ?? '');
  if (discoveryService === undefined) return false;
  const firstPort = taskDefinition.definition.containerDefinitions?.flatMap(
    ({ portMappings = [] }) => portMappings,
  )[0]?.containerPort;
  const port = registry.port ?? registry.containerPort ?? firstPort;
  registerTaskInstance(cloudMap, discoveryService.id, {
    id: task.id,
    health: healthCheckOf(task) !== undefined ? 'UNHEALTHY' : 'HEALTHY',
    attributes: {
      AWS_INSTANCE_IPV4: task.networkInterface.privateIpv4Address,
      ...(port === undefined ? {} : { AWS_INSTANCE_PORT: String(port) }),
      AVAILABILITY_ZONE: task.networkInterface.availabilityZone,
      REGION: context.region,
      ECS_SERVICE_NAME: task.service.name,
      ECS_CLUSTER_NAME: task.service.cluster.name,
      ECS_TASK_DEFINITION_FAMILY: taskDefinition.family,
    },
  });
  task.registeredIn = discoveryService.id;
  return true;
}

function run(context: CallContext, task: TaskRecord): void {
  move(task, 'RUNNING');
  task.times.startedAt = context.world.date();
  const health = healthCheckOf(task);
  if (health === undefined) {
    countSuccess(task);
    climb(context, task, 'healthyAfterRunning', () => {
      task.outlivedStart = true;
      task.service.wake();
    });
    return;
  }
  const { interval = DEFAULT_HEALTH_CHECK_INTERVAL_S } = health;
  context.world.after(interval * 1000, () => {
    if (task.desiredStatus === 'RUNNING') becomeHealthy(context, task);
  });
}

function becomeHealthy(context: CallContext, task: TaskRecord): void {
  task.health = 'HEALTHY';
  task.version += 1;
  if (task.registeredIn !== undefined) {
    setInstanceHealth(context.state.servicediscovery, task.registeredIn, task.id, 'HEALTHY');
  }
  countSuccess(task);
}

/** An essential container's health check decides; without one, running for a while is enough. */
function healthCheckOf(task: TaskRecord): HealthCheck | undefined {
  const { definition } = task.deployment.rollout.taskDefinition;
  return (definition.containerDefinitions ?? []).find(
    ({ essential, healthCheck }) => essential === true && healthCheck !== undefined,
  )?.healthCheck;
}

/** Counts towards the minimum healthy percent. */
export function isHealthy(task: TaskRecord): boolean {
  if (task.lastStatus !== 'RUNNING' || task.desiredStatus !== 'RUNNING') return false;
  return task.health === 'HEALTHY' || task.outlivedStart;
}

function countSuccess({ deployment, service }: TaskRecord): void {
  if (service.options.deploymentConfiguration.deploymentCircuitBreaker?.resetOnHealthyTask !== false) {
    deployment.failedTasks = 0;
  }
  deployment.failedRounds = 0;
  service.wake();
}

function fail(context: CallContext, task: TaskRecord, reason: string): void {
  const { deployment } = task;
  const now = context.world.now();
  deployment.failedTasks += 1;
  deployment.updatedAt = context.world.date();
  if (now >= deployment.retryAt) {
    const { launchRetry, launchRetryMost } = context.world.timing.ecs;
    deployment.retryAt =
      now + Math.min(launchRetryMost.least, launchRetry.least * 2 ** deployment.failedRounds);
    deployment.failedRounds += 1;
  }
  stopTask(context, task, { code: 'TaskFailedToStart', reason, containerReason: reason });
}

/** Takes a task down to STOPPED, out of service discovery first. Does nothing where it is on its way already. */
export function stopTask(context: CallContext, task: TaskRecord, stop: TaskStop): void {
  if (task.desiredStatus === 'STOPPED') return;
  const { world } = context;
  const hasRun = task.lastStatus === 'RUNNING';
  task.desiredStatus = 'STOPPED';
  task.stop = stop;
  task.times.stoppingAt = world.date();
  if (task.registeredIn !== undefined) {
    deregisterTaskInstance(context.state.servicediscovery, task.registeredIn, task.id);
    task.registeredIn = undefined;
  }
  const { deactivating, stopping, deprovisioning } = world.timing.ecs;
  sink(context, task, [
    ...(hasRun ? ([['DEACTIVATING', deactivating]] as const) : []),
    ['STOPPING', stopping],
    ['DEPROVISIONING', deprovisioning],
  ]);
  task.service.wake();
}

function sink(context: CallContext, task: TaskRecord, down: readonly (readonly [TaskStatus, Range])[]): void {
  const [next, ...rest] = down;
  if (next === undefined) {
    end(context, task);
    return;
  }
  move(task, next[0]);
  if (next[0] === 'DEPROVISIONING') task.times.executionStoppedAt = context.world.date();
  context.world.after(context.world.pick(next[1]), () => sink(context, task, rest));
}

function end(context: CallContext, task: TaskRecord): void {
  move(task, 'STOPPED');
  task.times.stoppedAt = context.world.date();
  tagsChanged(context.state.tagging, task.arn, undefined);
  if (task.networkInterface !== undefined) {
    detachInterface(context.state.ec2, task.networkInterface.networkInterfaceId);
  }
  task.service.tasks.delete(task);
  task.deployment.tasks.delete(task);
  task.service.cluster.stoppedTasks.push(task);
  forgetStopped(context, task.service.cluster);
  task.service.wake();
}

/** Forgets what stopped long ago, and the oldest where there are too many. */
export function forgetStopped(context: CallContext, cluster: ServiceRecord['cluster']): void {
  const { stoppedTasks, tasks } = cluster;
  const since = context.world.now() - context.world.timing.ecs.stoppedTaskVisible.least;
  while (
    stoppedTasks.length > STOPPED_TASKS_REMEMBERED ||
    (stoppedTasks[0]?.times.stoppedAt?.getTime() ?? Number.POSITIVE_INFINITY) < since
  ) {
    const forgotten = stoppedTasks.shift();
    if (forgotten !== undefined) tasks.delete(forgotten.id);
  }
}
