import type {
  Attachment,
  Container,
  DescribeTasksCommandInput,
  DescribeTasksCommandOutput,
  Failure,
  ListTasksCommandInput,
  ListTasksCommandOutput,
  StopTaskCommandInput,
  StopTaskCommandOutput,
  Task,
} from '@aws-sdk/client-ecs';
import type { Answer } from '../answer.ts';
import type { CallContext } from '../sandbox.ts';
import { tagsChanged } from '../tagging/state.ts';
import { clusterName, requireCluster } from './clusters.ts';
import { invalidParameter, requireBatch, requireOneOf } from './errors.ts';
import { ecsArn, resourcePath } from './names.ts';
import { filtered, readPageFrom } from './pages.ts';
import { platformOf, runningVersion } from './platform.ts';
import { requireSameCluster, requireService } from './service-store.ts';
import type { ClusterRecord, TaskRecord } from './state.ts';
import { showTags } from './tags.ts';
import { forgetStopped, stopTask as stopRunningTask } from './task-life.ts';

const MOST_DESCRIBED = 100;
const LAUNCH_TYPES = ['EC2', 'FARGATE', 'EXTERNAL', 'MANAGED_INSTANCES'];

/** Tasks meant to run, or with desiredStatus STOPPED those that are not; none is ever meant to be PENDING. */
export function listTasks(
  input: ListTasksCommandInput,
  context: CallContext,
): Answer<ListTasksCommandOutput> {
  const { desiredStatus = 'RUNNING', launchType } = input;
  requireOneOf('desired status', desiredStatus, ['RUNNING', 'PENDING', 'STOPPED']);
  if (launchType !== undefined) requireOneOf('launch type', launchType, LAUNCH_TYPES);
  checkStartedBy(input);
  const cluster = requireCluster(context, input.cluster);
  forgetStopped(context, cluster);
  const service =
    input.serviceName === undefined ? undefined : requireService(context, cluster, input.serviceName);
  const isListed = (task: TaskRecord): boolean =>
    task.desiredStatus === desiredStatus &&
    (service === undefined || task.service === service) &&
    (input.family === undefined || task.deployment.rollout.taskDefinition.family === input.family) &&
    (input.startedBy === undefined || task.deployment.id === input.startedBy) &&
    (launchType === undefined || launchType === 'FARGATE') &&
    input.containerInstance === undefined;
  const candidates = (start: string): Iterable<readonly [string, TaskRecord]> =>
    service !== undefined && desiredStatus === 'RUNNING'
      ? byId(service.tasks, start)
      : cluster.tasks.from(start);
  const { items, nextToken } = readPageFrom(
    (start) => filtered(candidates(start), ([, task]) => isListed(task)),
    input,
    { size: 100 },
  );
  return { taskArns: items.map(({ arn }) => arn), nextToken };
}

function byId(tasks: Iterable<TaskRecord>, start: string): (readonly [string, TaskRecord])[] {
  return [...tasks]
    .filter(({ id }) => id >= start)
    .map((task) => [task.id, task] as const)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
}

/** It cannot be combined with other filters (API reference, ListTasks). */
function checkStartedBy({ startedBy, serviceName, family, containerInstance }: ListTasksCommandInput): void {
  if (startedBy === undefined || (serviceName ?? family ?? containerInstance) === undefined) return;
  throw invalidParameter(
    'When you specify startedBy as the filter, it must be the only filter that you use.',
  );
}

function findTask(
  context: CallContext,
  cluster: ClusterRecord,
  reference: string | undefined,
): TaskRecord | undefined {
  const path = resourcePath(context, 'task', reference ?? '') ?? '';
  const [first = '', id] = path.split('/');
  if (id !== undefined) requireSameCluster(first, cluster);
  return cluster.tasks.get(id ?? first);
}

export function describeTasks(
  input: DescribeTasksCommandInput,
  context: CallContext,
): Answer<DescribeTasksCommandOutput> {
  requireBatch('tasks', input.tasks, MOST_DESCRIBED);
  for (const field of input.include ?? []) requireOneOf('include', field, ['TAGS']);
  const cluster = requireCluster(context, input.cluster);
  forgetStopped(context, cluster);
  const withTags = input.include?.includes('TAGS') === true;
  const tasks: Task[] = [];
  const failures: Failure[] = [];
  for (const reference of new Set(input.tasks)) {
    const found = findTask(context, cluster, reference);
    if (found !== undefined) tasks.push(showTask(found, withTags));
    else failures.push({ arn: missingArn(context, input.cluster, reference), reason: 'MISSING' });
  }
  return { tasks, failures };
}

function missingArn(context: CallContext, cluster: string | undefined, task: string): string {
  return task.startsWith('arn:') ? task : ecsArn(context, `task/${clusterName(context, cluster)}/${task}`);
}

/** The service replaces it. Its tags go at once (API reference, StopTask). */
export function stopTask(input: StopTaskCommandInput, context: CallContext): Answer<StopTaskCommandOutput> {
  const cluster = requireCluster(context, input.cluster);
  forgetStopped(context, cluster);
  const task = findTask(context, cluster, input.task);
  if (task === undefined) throw invalidParameter('The referenced task was not found.');
  task.tags.clear();
  tagsChanged(context.state.tagging, task.arn, task.tags);
  stopRunningTask(context, task, {
    code: 'UserInitiated',
    reason: input.reason ?? 'Task stopped by user',
    exitCode: 0,
  });
  return { task: showTask(task, true) };
}

function showTask(task: TaskRecord, withTags: boolean): Task {
  const { rollout } = task.deployment;
  const { definition } = rollout.taskDefinition;
  const { service, networkInterface } = task;
  return {
    attachments: [showAttachment(task)],
    attributes: [
      {
        name: 'ecs.cpu-architecture',
        value: (definition.runtimePlatform?.cpuArchitecture ?? 'X86_64').toLowerCase(),
      },
    ],
    ...(networkInterface === undefined
      ? {}
      : { availabilityZone: networkInterface.availabilityZone, connectivity: 'CONNECTED' }),
    clusterArn: service.cluster.arn,
    containers: (definition.containerDefinitions ?? []).map((container) =>
      showContainer(task, container.name ?? '', {
        image: container.image,
        cpu: String(container.cpu ?? 0),
        ...(container.memory === undefined ? {} : { memory: String(container.memory) }),
        ...(container.memoryReservation === undefined
          ? {}
          : { memoryReservation: String(container.memoryReservation) }),
        healthStatus: container.healthCheck === undefined ? 'UNKNOWN' : task.health,
      }),
    ),
    cpu: definition.cpu,
    memory: definition.memory,
    desiredStatus: task.desiredStatus,
    enableExecuteCommand: service.options.enableExecuteCommand,
    group: `service:${service.name}`,
    healthStatus: task.health,
    lastStatus: task.lastStatus,
    ...(service.options.capacityProviderStrategy[0]?.capacityProvider === undefined
      ? {}
      : { capacityProviderName: service.options.capacityProviderStrategy[0].capacityProvider }),
    launchType: 'FARGATE',
    overrides: { containerOverrides: [], inferenceAcceleratorOverrides: [] },
    platformVersion: runningVersion(rollout.taskDefinition, rollout.platformVersion),
    platformFamily: platformOf(rollout.taskDefinition).family,
    startedBy: task.deployment.id,
    ...(task.stop === undefined ? {} : { stopCode: task.stop.code, stoppedReason: task.stop.reason }),
    ...task.times,
    tags: withTags ? showTags(task.tags) : [],
    taskArn: task.arn,
    taskDefinitionArn: rollout.taskDefinition.arn,
    version: task.version,
    ephemeralStorage: { sizeInGiB: definition.ephemeralStorage?.sizeInGiB ?? 20 },
    fargateEphemeralStorage: { sizeInGiB: definition.ephemeralStorage?.sizeInGiB ?? 20 },
  };
}

function showContainer(task: TaskRecord, name: string, container: Container): Container {
  const hasRun = task.times.startedAt !== undefined;
  const hasStopped = task.times.executionStoppedAt !== undefined;
  const up = hasRun ? 'RUNNING' : 'PENDING';
  return {
    ...container,
    containerArn: `${task.arn.replace(':task/', ':container/')}/${name}`,
    taskArn: task.arn,
    name,
    lastStatus: hasStopped ? 'STOPPED' : up,
    ...(hasRun ? { runtimeId: `${task.id}-${name}` } : {}),
    ...(hasStopped ? showEnd(task, name) : {}),
    networkInterfaces:
      task.networkInterface === undefined
        ? []
        : [
            {
              attachmentId: task.attachmentId,
              privateIpv4Address: task.networkInterface.privateIpv4Address,
            },
          ],
  };
}

/** The container at fault ended as it did; the others were told to. */
function showEnd({ stop, times }: TaskRecord, name: string): Pick<Container, 'exitCode' | 'reason'> {
  const isAtFault = stop?.container === undefined || stop.container === name;
  const exitCode = isAtFault ? stop?.exitCode : 0;
  return {
    ...(times.startedAt === undefined || exitCode === undefined ? {} : { exitCode }),
    ...(isAtFault && stop?.containerReason !== undefined ? { reason: stop.containerReason } : {}),
  };
}

function showAttachment(task: TaskRecord): Attachment {
  const { networkInterface } = task;
  const ended = task.lastStatus === 'STOPPED' ? 'DELETED' : 'ATTACHED';
  return {
    id: task.attachmentId,
    type: 'ElasticNetworkInterface',
    status: networkInterface === undefined ? 'PRECREATED' : ended,
    details: [
      { name: 'subnetId', value: task.subnetId },
      ...(networkInterface === undefined
        ? []
        : [
            { name: 'networkInterfaceId', value: networkInterface.networkInterfaceId },
            { name: 'macAddress', value: networkInterface.macAddress },
            { name: 'privateIPv4Address', value: networkInterface.privateIpv4Address },
          ]),
    ],
  };
}
