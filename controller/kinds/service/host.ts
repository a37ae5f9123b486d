import type { ContainerInstance, Resource, Task as ApiTask } from '@aws-sdk/client-ecs';
import type { QueriedInstance } from '../../core/cluster-query/evaluate.ts';
import type { HostPort } from './task-needs.ts';

/** A container instance, as far as it decides whether a daemon can be on it. What AWS did not tell is undefined. */
export interface Host extends QueriedInstance {
  readonly arn: string;
  /** The last part of its ARN. */
  readonly id: string;
  /** ACTIVE, DRAINING, REGISTERING, REGISTRATION_FAILED, DEREGISTERING, INACTIVE. */
  readonly status: string;
  readonly statusReason?: string | undefined;
  readonly zone?: string | undefined;
  readonly instanceType?: string | undefined;
  /** Outside of EC2 (ECS Anywhere). */
  readonly isExternal: boolean;
  /** Whether tasks have their interfaces through a trunk of its own. */
  readonly hasTrunk: boolean;
  /** Epoch milliseconds by AWS's clock: since when the agent has not been heard of, where AWS tells. */
  readonly impairedSince?: number | undefined;
  /** CPU units. */
  readonly cpuLeft?: number | undefined;
  readonly memoryLeftMiB?: number | undefined;
  /** How many it has, and how many of them are left. */
  readonly gpus?: { readonly all: number; readonly left: number } | undefined;
  readonly subnet?: string | undefined;
  readonly vpc?: string | undefined;
  readonly takenPorts: Readonly<Record<HostPort['protocol'], ReadonlySet<number> | undefined>>;
}

/** Where a host is, and the subnets in which it may have interfaces. */
export type Location = Pick<Host, 'vpc' | 'zone'>;

/** A task on a host, whoever's it is. */
export interface HostedTask {
  readonly id: string;
  /** `service:web`, or `family:batch`. */
  readonly group: string;
  /** Of the host. */
  readonly ports: readonly HostPort[];
  readonly hasInterface: boolean;
}

export function hostOf(instance: ContainerInstance, tasks: readonly HostedTask[]): Host {
  const { containerInstanceArn: arn = '', attributes = [], remainingResources: left = [] } = instance;
  const values = new Map<string, string>();
  for (const { name = '', value = '' } of attributes) values.set(name, value);
  const connectivity = instance.healthStatus?.details?.find(({ type }) => type === 'AGENT_CONNECTIVITY');
  return {
    arn,
    id: arn.slice(arn.lastIndexOf('/') + 1),
    status: instance.status ?? 'ACTIVE',
    statusReason: instance.statusReason,
    zone: values.get('ecs.availability-zone'),
    instanceType: values.get('ecs.instance-type'),
    isExternal: values.has('ecs.capability.external'),
    hasTrunk: values.has('ecs.awsvpc-trunk-id'),
    impairedSince: connectivity?.status === 'IMPAIRED' ? connectivity.lastStatusChange?.getTime() : undefined,
    cpuLeft: amountOf(left, 'CPU'),
    memoryLeftMiB: amountOf(left, 'MEMORY'),
    gpus: gpusOf(instance),
    subnet: values.get('ecs.subnet-id'),
    vpc: values.get('ecs.vpc-id'),
    takenPorts: { tcp: portsOf(left, 'PORTS'), udp: portsOf(left, 'PORTS_UDP') },
    attributes: values,
    agentConnected: instance.agentConnected,
    agentVersion: instance.versionInfo?.agentVersion,
    ec2InstanceId: instance.ec2InstanceId ?? null,
    registeredAt: instance.registeredAt?.getTime(),
    runningTasksCount: instance.runningTasksCount,
    taskGroups: tasks.map(({ group }) => group),
  };
}

/** One without GPUs has no such resource. Undefined where AWS told no resources at all. */
function gpusOf({ registeredResources, remainingResources }: ContainerInstance): Host['gpus'] {
  if (registeredResources === undefined || remainingResources === undefined) return undefined;
  return { all: namesOf(registeredResources, 'GPU').length, left: namesOf(remainingResources, 'GPU').length };
}

function namesOf(resources: readonly Resource[], name: string): readonly string[] {
  return resources.find((resource) => resource.name === name)?.stringSetValue ?? [];
}

function amountOf(resources: readonly Resource[], name: string): number | undefined {
  return resources.find((resource) => resource.name === name)?.integerValue;
}

/** Of ports ECS tells those that are taken (ECS API reference, ContainerInstance, remainingResources). */
function portsOf(resources: readonly Resource[], name: string): ReadonlySet<number> | undefined {
  const taken = resources.find((resource) => resource.name === name)?.stringSetValue;
  return taken && new Set(taken.map(Number));
}

export function hostedTask(task: ApiTask): HostedTask {
  const { taskArn = '', group = '', attachments = [], containers = [] } = task;
  return {
    id: taskArn.slice(taskArn.lastIndexOf('/') + 1),
    group,
    hasInterface: attachments.some(({ type }) => type === 'ElasticNetworkInterface'),
    ports: containers.flatMap(({ networkBindings = [] }) =>
      networkBindings.flatMap(({ hostPort, protocol }) =>
        hostPort === undefined
          ? []
          : [{ port: hostPort, protocol: protocol === 'udp' ? 'udp' : 'tcp' } as const],
      ),
    ),
  };
}
