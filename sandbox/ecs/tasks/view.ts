import type {
  Attachment,
  Container,
  ContainerDefinition,
  ContainerOverride,
  Task,
} from '@aws-sdk/client-ecs';
import { createHash } from 'node:crypto';
import { privateDnsName } from '../../ec2/interfaces.ts';
import { uuidOf } from '../ids.ts';
import type { RunsOn, TaskRecord } from '../state.ts';
import { showTags } from '../tags.ts';
import { platformOf, runningVersion } from '../task-definitions/platform.ts';

/** A task as DescribeTasks answers it. */
export function showTask(task: TaskRecord, withTags: boolean): Task {
  const { networkInterface, overrides, rollout, host } = task;
  const { definition } = rollout.taskDefinition;
  const availabilityZone = host?.availabilityZone ?? networkInterface?.availabilityZone;
  return {
    attachments: task.subnetId === undefined ? [] : [showAttachment(task)],
    attributes: [
      {
        name: 'ecs.cpu-architecture',
        value:
          host?.cpuArchitecture ?? (definition.runtimePlatform?.cpuArchitecture ?? 'X86_64').toLowerCase(),
      },
    ],
    ...(availabilityZone === undefined ? {} : { availabilityZone }),
    ...(task.times.connectivityAt === undefined ? {} : { connectivity: 'CONNECTED' as const }),
    ...(host === undefined ? {} : { containerInstanceArn: host.arn }),
    clusterArn: task.cluster.arn,
    containers: (definition.containerDefinitions ?? []).map((container) =>
      showContainer(task, container.name ?? '', {
        image: container.image,
        ...sizeOf({ ...container, ...overrideOf(task, container.name) }),
        healthStatus:
          container.healthCheck === undefined
            ? 'UNKNOWN'
            : (task.containers.get(container.name ?? '')?.health ?? task.health),
      }),
    ),
    ...sizeShown(task),
    desiredStatus: task.desiredStatus,
    enableExecuteCommand: task.enableExecuteCommand,
    group: task.group,
    healthStatus: task.health,
    lastStatus: task.lastStatus,
    ...(task.capacityProvider === undefined ? {} : { capacityProviderName: task.capacityProvider }),
    launchType: launchTypeOf(task),
    overrides: {
      ...overrides,
      containerOverrides: (definition.containerDefinitions ?? []).map(
        ({ name }) => overrideOf(task, name) ?? { name },
      ),
      inferenceAcceleratorOverrides: [],
    },
    ...(host === undefined ? showPlatform(task) : {}),
    ...(task.startedBy === undefined ? {} : { startedBy: task.startedBy }),
    ...(task.stop === undefined ? {} : { stopCode: task.stop.code, stoppedReason: task.stop.reason }),
    ...task.times,
    tags: withTags ? showTags(task.tags) : [],
    taskArn: task.arn,
    taskDefinitionArn: rollout.taskDefinition.arn,
    version: task.version,
  };
}

/** Fargate's alone. */
function showPlatform({ rollout: { taskDefinition, platformVersion } }: TaskRecord): Partial<Task> {
  const sizeInGiB = taskDefinition.definition.ephemeralStorage?.sizeInGiB ?? 20;
  return {
    platformVersion: runningVersion(taskDefinition, platformVersion),
    platformFamily: platformOf(taskDefinition).family,
    ephemeralStorage: { sizeInGiB },
    fargateEphemeralStorage: { sizeInGiB },
  };
}

/** What the task runs on. */
export function launchTypeOf({ host }: TaskRecord): RunsOn {
  if (host === undefined) return 'FARGATE';
  return host.isExternal ? 'EXTERNAL' : 'EC2';
}

/** Of a task on an instance what is reserved for it, also where that is what its containers ask for. */
function sizeShown({ overrides, rollout, host }: TaskRecord): Pick<Task, 'cpu' | 'memory'> {
  if (host !== undefined) {
    return { cpu: String(host.reservation.cpu), memory: String(host.reservation.memoryMiB) };
  }
  const { cpu, memory } = rollout.taskDefinition.definition;
  return { cpu: overrides.cpu ?? cpu, memory: overrides.memory ?? memory };
}

function overrideOf({ overrides }: TaskRecord, name: string | undefined): ContainerOverride | undefined {
  return overrides.containerOverrides?.find((override) => override.name === name);
}

function sizeOf({
  cpu = 0,
  memory,
  memoryReservation,
}: ContainerDefinition): Pick<Container, 'cpu' | 'memory' | 'memoryReservation'> {
  return {
    cpu: String(cpu),
    ...(memory === undefined ? {} : { memory: String(memory) }),
    ...(memoryReservation === undefined ? {} : { memoryReservation: String(memoryReservation) }),
  };
}

function showContainer(task: TaskRecord, name: string, container: Container): Container {
  const own = task.containers.get(name);
  const hasRun = own === undefined ? task.times.startedAt !== undefined : own.startedAt !== undefined;
  const hasStopped = task.times.executionStoppedAt !== undefined || own?.status === 'STOPPED';
  const up = hasRun ? 'RUNNING' : 'PENDING';
  const digest = digestOf(`${task.id} ${name}`);
  const hasImage = task.times.pullStoppedAt !== undefined;
  return {
    ...container,
    containerArn: `${task.arn.replace(':task/', ':container/')}/${uuidOf(digest)}`,
    taskArn: task.arn,
    name,
    lastStatus: hasStopped ? 'STOPPED' : up,
    ...(hasImage ? { imageDigest: `sha256:${digestOf(container.image ?? '')}` } : {}),
    ...(hasRun ? { runtimeId: `${task.id}-${runtimeNumber(digest)}` } : {}),
    ...(hasStopped ? showEnd(task, name) : {}),
    ...(task.host === undefined
      ? {}
      : { networkBindings: hasRun ? [...(task.host.reservation.bindings.get(name) ?? [])] : [] }),
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

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Ten digits. */
function runtimeNumber(digest: string): string {
  return String(1_000_000_000 + (Number.parseInt(digest.slice(-8), 16) % 9_000_000_000));
}

/** The container at fault ended as it did; the others were told to. */
function showEnd(
  { stop, times, containers }: TaskRecord,
  name: string,
): Pick<Container, 'exitCode' | 'reason'> {
  const own = containers.get(name);
  if (own !== undefined) {
    return {
      ...(own.exitCode === undefined ? {} : { exitCode: own.exitCode }),
      ...((own.neverStarts ?? own.reason) === undefined ? {} : { reason: own.neverStarts ?? own.reason }),
    };
  }
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
      { name: 'subnetId', value: task.subnetId ?? '' },
      ...(networkInterface === undefined
        ? []
        : [
            { name: 'networkInterfaceId', value: networkInterface.networkInterfaceId },
            { name: 'macAddress', value: networkInterface.macAddress },
            {
              name: 'privateDnsName',
              value: privateDnsName(regionOf(task), networkInterface.privateIpv4Address),
            },
            { name: 'privateIPv4Address', value: networkInterface.privateIpv4Address },
          ]),
    ],
  };
}

function regionOf({ arn }: TaskRecord): string {
  return arn.split(':')[3] ?? '';
}
