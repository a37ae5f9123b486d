import type {
  CreateClusterCommandOutput,
  CreateServiceCommandInput,
  RegisterTaskDefinitionCommandInput,
} from '@aws-sdk/client-ecs';
import type { SdkClients } from './sdk.ts';

export const IMAGE = 'public.ecr.aws/xray/aws-xray-daemon:3.x';

/** Answers the cluster of this name, new or not. */
export function createCluster({ ecs }: SdkClients, clusterName: string): Promise<CreateClusterCommandOutput> {
  return ecs.createCluster({ clusterName });
}

/** The next revision of a family for Fargate. */
export async function registered(
  { ecs }: SdkClients,
  family: string,
  more: Partial<RegisterTaskDefinitionCommandInput> = {},
) {
  const { taskDefinition } = await ecs.registerTaskDefinition({
    family,
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    cpu: '256',
    memory: '512',
    containerDefinitions: [
      { name: 'xray', image: IMAGE, portMappings: [{ containerPort: 2000, protocol: 'udp' }] },
    ],
    ...more,
  });
  return taskDefinition;
}

async function network({ ec2 }: SdkClients): Promise<CreateServiceCommandInput['networkConfiguration']> {
  const { Subnets } = await ec2.describeSubnets({ Filters: [{ Name: 'default-for-az', Values: ['true'] }] });
  const [first] = Subnets ?? [];
  const { SecurityGroups } = await ec2.describeSecurityGroups({
    Filters: [
      { Name: 'vpc-id', Values: [first?.VpcId ?? ''] },
      { Name: 'group-name', Values: ['default'] },
    ],
  });
  return {
    awsvpcConfiguration: {
      subnets: [first?.SubnetId ?? ''],
      securityGroups: SecurityGroups?.map((group) => group.GroupId ?? ''),
    },
  };
}

/** A service of one task, in a cluster and of a task definition of this name, both made for it. */
export async function service(aws: SdkClients, name: string, more: Partial<CreateServiceCommandInput> = {}) {
  await createCluster(aws, name);
  await registered(aws, name);
  const { service: created } = await aws.ecs.createService({
    cluster: name,
    serviceName: 'xray',
    taskDefinition: name,
    desiredCount: 1,
    launchType: 'FARGATE',
    networkConfiguration: await network(aws),
    ...more,
  });
  return created;
}
