import type {
  CapacityProviderStrategyItem,
  ContainerDefinition,
  ContainerInstance,
  CreateCapacityProviderCommandInput,
  CreateServiceCommandInput,
  RegisterTaskDefinitionCommandInput,
} from '@aws-sdk/client-ecs';
import type { EcsSandbox } from './ecs.ts';

export const cluster = 'daemons';

type HostLaunch = Parameters<EcsSandbox['sandbox']['control']['launchInstances']>[0];

/** Container instances of the cluster `daemons`. */
export function launch(aws: EcsSandbox, changes: HostLaunch = {}): readonly ContainerInstance[] {
  return aws.sandbox.control.launchInstances({ cluster, ...changes });
}

/** Of the capacity provider `hosts`. */
export const AUTO_SCALING_GROUP =
  'arn:aws:autoscaling:us-east-1:385605022855:autoScalingGroup:8b4f3a6e-0000-4000-8000-000000000000:autoScalingGroupName/hosts';

export function providerInput(
  changes: Partial<CreateCapacityProviderCommandInput> = {},
): CreateCapacityProviderCommandInput {
  return {
    name: 'hosts',
    autoScalingGroupProvider: { autoScalingGroupArn: AUTO_SCALING_GROUP },
    ...changes,
  };
}

/** The cluster has the provider `hosts` beside Fargate's, and that default strategy. */
export async function withProvider(
  aws: EcsSandbox,
  defaultCapacityProviderStrategy: readonly CapacityProviderStrategyItem[] = [],
): Promise<void> {
  await aws.ecs('CreateCapacityProvider', providerInput());
  await aws.ecs('PutClusterCapacityProviders', {
    cluster,
    capacityProviders: ['FARGATE', 'hosts'],
    defaultCapacityProviderStrategy: [...defaultCapacityProviderStrategy],
  });
}

export function idOf({ containerInstanceArn = '' }: ContainerInstance): string {
  return containerInstanceArn.split('/').at(-1)!;
}

/** One container behind a bridge that takes little, with changes to it and to the definition. */
export function onHosts(
  container: Partial<ContainerDefinition> = {},
  changes: Partial<RegisterTaskDefinitionCommandInput> = {},
): Partial<RegisterTaskDefinitionCommandInput> {
  return {
    networkMode: 'bridge',
    requiresCompatibilities: ['EC2'],
    cpu: undefined,
    memory: undefined,
    containerDefinitions: [
      { name: 'xray', image: 'public.ecr.aws/xray/aws-xray-daemon:3.x', cpu: 128, memory: 256, ...container },
    ],
    ...changes,
  };
}

/** A service on container instances; its family is registered first. */
export async function serviceOnHosts(
  aws: EcsSandbox,
  definition: Partial<RegisterTaskDefinitionCommandInput> = onHosts(),
  changes: Partial<CreateServiceCommandInput> = {},
): Promise<void> {
  const taskDefinition = await aws.register(definition);
  const input = { launchType: 'EC2', taskDefinition, networkConfiguration: undefined, ...changes } as const;
  await aws.ecs('CreateService', aws.serviceInput(input));
}

/** A daemon on each container instance. */
export async function daemonsOn(
  aws: EcsSandbox,
  definition: Partial<RegisterTaskDefinitionCommandInput> = onHosts(),
  changes: Partial<CreateServiceCommandInput> = {},
): Promise<void> {
  await serviceOnHosts(aws, definition, {
    schedulingStrategy: 'DAEMON',
    desiredCount: undefined,
    ...changes,
  });
}

/** The instances that tasks of a service run on, by id, sorted. */
export async function hostsOf(aws: EcsSandbox, service = 'xray'): Promise<readonly string[]> {
  const tasks = await aws.tasks(service);
  return tasks.map(({ containerInstanceArn = '' }) => containerInstanceArn.split('/').at(-1)!).toSorted();
}

/** What a service says, newest first. */
export async function eventsOf(aws: EcsSandbox, service = 'xray'): Promise<readonly string[]> {
  return ((await aws.service(service)).events ?? []).map(({ message = '' }) => message);
}

export async function describedHost(aws: EcsSandbox, host: ContainerInstance): Promise<ContainerInstance> {
  const { containerInstances = [] } = await aws.ecs('DescribeContainerInstances', {
    cluster,
    containerInstances: [idOf(host)],
  });
  return containerInstances[0]!;
}

export function remainingOf({ remainingResources = [] }: ContainerInstance, name: string) {
  const resource = remainingResources.find((each) => each.name === name);
  return resource?.stringSetValue ?? resource?.integerValue;
}
