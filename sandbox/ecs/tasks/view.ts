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
import type { TaskRecord } from '../state.ts';
import { showTags } from '../tags.ts';
import { platformOf, runningVersion } from '../task-definitions/platform.ts';

/** A task as DescribeTasks answers it. */
export function showTask(task: TaskRecord, withTags: boolean): Task {
  const { networkInterface, overrides, rollout } = task;
  const { definition } = rollout.taskDefinition;
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
    clusterArn: task.cluster.arn,
    containers: (definition.containerDefinitions ?? []).map((container) =>
      showContainer(task, container.name ?? '', {
        image: container.image,
        ...sizeOf({ ...container, ...overrideOf(task, container.name) }),
        healthStatus: container.healthCheck === undefined ? 'UNKNOWN' : task.health,
      }),
    ),
    cpu: overrides.cpu ?? definition.cpu,
    memory: overrides.memory ?? definition.memory,
    desiredStatus: task.desiredStatus,
    enableExecuteCommand: task.enableExecuteCommand,
    group: task.group,
    healthStatus: task.health,
    lastStatus: task.lastStatus,
    ...(task.capacityProvider === undefined ? {} : { capacityProviderName: task.capacityProvider }),
    launchType: 'FARGATE',
    overrides: {
      ...overrides,
      containerOverrides: (definition.containerDefinitions ?? []).map(
        ({ name }) => overrideOf(task, name) ?? { name },
      ),
      inferenceAcceleratorOverrides: [],
    },
    platformVersion: runningVersion(rollout.taskDefinition, rollout.platformVersion),
    platformFamily: platformOf(rollout.taskDefinition).family,
    ...(task.startedBy === undefined ? {} : { startedBy: task.startedBy }),
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
  const hasRun = task.times.startedAt !== undefined;
  const hasStopped = task.times.executionStoppedAt !== undefined;
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
