import { DEFAULT_ACCOUNT_ID } from '../../../sandbox/sandbox.ts';
import type { AwsService } from '../../../controller/aws/operations.ts';
import type { CallsFetched } from '../sandbox/fetched.ts';
import type { CallsBalancing } from '../sandbox/target-groups.ts';
import type { World } from './world.ts';

/** Somebody else's calls to the AWS of a world, as any SDK makes them. */
export interface OtherTool {
  readonly call: <Answer = Record<string, unknown>>(
    service: AwsService,
    operation: string,
    input: object,
  ) => Promise<Answer>;
}

export const TRUST = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Principal: { Service: 'ecs-tasks.amazonaws.com' }, Action: 'sts:AssumeRole' },
  ],
});

export const WRITE_TRACES = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Action: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], Resource: '*' },
  ],
});

export const MANAGED_EXECUTION_POLICY =
  'arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy';

export function otherTool({ sandbox, clock }: World): OtherTool {
  return {
    call: async <Answer>(service: string, operation: string, input: object) =>
      (await clock.run(
        sandbox.call({ service, operation, input, region: 'us-east-1', accountId: DEFAULT_ACCOUNT_ID }),
      )) as Answer,
  };
}

/** Makes in a world's account what tasks fetch. */
export function fetchedIn({ sandbox }: Pick<World, 'sandbox'>): CallsFetched {
  return (service, operation, input) => sandbox.call({ service, operation, input, region: 'us-east-1' });
}

/** Somebody else's calls to the Elastic Load Balancing of a world. */
export function balancingIn(world: World): CallsBalancing {
  const { call } = otherTool(world);
  return (operation, input) => call('elasticloadbalancing', operation, input);
}

export interface Stack {
  readonly vpc: string;
  readonly subnets: readonly string[];
  readonly group: string;
  readonly registry: string;
  readonly namespaceId: string;
}

export interface StackOptions {
  readonly name?: string;
  /** Record types of the discovery service; A where nothing is said. */
  readonly records?: readonly ('A' | 'SRV')[];
  /** Laid over the registry of the service, which is its place in the discovery service. */
  readonly registry?: object;
  /** Laid over the inputs of RegisterTaskDefinition, its first container, CreateService and CreateCluster. */
  readonly definition?: object;
  readonly container?: object;
  readonly service?: object;
  readonly cluster?: object;
}

/** The X-Ray daemon's stack with the settings that Terraform's provider sends (test/clients/xray.tf), running. */
export async function buildStack(
  world: World,
  { name = 'terraform-xray', records = ['A'], ...over }: StackOptions = {},
): Promise<Stack> {
  const { call } = otherTool(world);
  const network = await networkOf(world);
  const { vpc, subnets } = network;
  const role = async (of: string): Promise<string> => {
    const { Role } = await call<{ Role: { Arn: string } }>('iam', 'CreateRole', {
      RoleName: `${name}-${of}`,
      AssumeRolePolicyDocument: TRUST,
      Tags: [{ Key: 'team', Value: 'platform' }],
    });
    return Role.Arn;
  };
  const executionRoleArn = await role('execution');
  await call('iam', 'AttachRolePolicy', {
    RoleName: `${name}-execution`,
    PolicyArn: MANAGED_EXECUTION_POLICY,
  });
  const taskRoleArn = await role('task');
  await call('iam', 'PutRolePolicy', {
    RoleName: `${name}-task`,
    PolicyName: 'write-traces',
    PolicyDocument: WRITE_TRACES,
  });
  await call('logs', 'CreateLogGroup', { logGroupName: `/terraform/${name}` });
  await call('logs', 'PutRetentionPolicy', { logGroupName: `/terraform/${name}`, retentionInDays: 7 });
  const group = await securityGroup(world, name, vpc);
  await call('servicediscovery', 'CreatePrivateDnsNamespace', {
    Name: `${name}.example.org`,
    Vpc: vpc,
    Description: 'shared daemons',
    CreatorRequestId: name,
  });
  await world.clock.advance(180_000);
  const { Namespaces } = await call<{ Namespaces: { Id: string; Name: string }[] }>(
    'servicediscovery',
    'ListNamespaces',
    {},
  );
  const namespaceId = Namespaces.find(({ Name }) => Name === `${name}.example.org`)!.Id;
  const { Service: discovery } = await call<{ Service: { Arn: string } }>(
    'servicediscovery',
    'CreateService',
    {
      Name: 'xray',
      NamespaceId: namespaceId,
      DnsConfig: { RoutingPolicy: 'MULTIVALUE', DnsRecords: records.map((Type) => ({ Type, TTL: 45 })) },
      HealthCheckCustomConfig: { FailureThreshold: 1 },
    },
  );
  await call('ecs', 'CreateCluster', {
    clusterName: `${name}-daemons`,
    settings: [{ name: 'containerInsights', value: 'enabled' }],
    ...over.cluster,
  });
  await call('ecs', 'RegisterTaskDefinition', {
    family: name,
    requiresCompatibilities: ['FARGATE'],
    networkMode: 'awsvpc',
    cpu: '256',
    memory: '512',
    executionRoleArn,
    taskRoleArn,
    containerDefinitions: [
      {
        name: 'xray',
        image: 'public.ecr.aws/xray/aws-xray-daemon:3.x',
        command: ['-o'],
        portMappings: [
          { containerPort: 2000, protocol: 'udp' },
          { containerPort: 2000, protocol: 'tcp' },
        ],
        environment: [{ name: 'AWS_REGION', value: 'us-east-1' }],
        logConfiguration: {
          logDriver: 'awslogs',
          options: {
            'awslogs-group': `/terraform/${name}`,
            'awslogs-region': 'us-east-1',
            'awslogs-stream-prefix': 'docker',
          },
        },
        ...over.container,
      },
    ],
    ...over.definition,
  });
  await call('ecs', 'CreateService', {
    cluster: `${name}-daemons`,
    serviceName: 'xray',
    taskDefinition: name,
    desiredCount: 2,
    launchType: 'FARGATE',
    networkConfiguration: {
      awsvpcConfiguration: { subnets, securityGroups: [group], assignPublicIp: 'ENABLED' },
    },
    serviceRegistries: [{ registryArn: discovery.Arn, ...over.registry }],
    ...over.service,
  });
  await world.clock.advance(180_000);
  return { ...network, group, registry: discovery.Arn, namespaceId };
}

export async function networkOf(
  world: World,
): Promise<{ readonly vpc: string; readonly subnets: readonly string[] }> {
  const { call } = otherTool(world);
  const { Vpcs } = await call<{ Vpcs: { VpcId: string }[] }>('ec2', 'DescribeVpcs', {
    Filters: [{ Name: 'is-default', Values: ['true'] }],
  });
  const vpc = Vpcs[0]!.VpcId;
  const { Subnets } = await call<{ Subnets: { SubnetId: string }[] }>('ec2', 'DescribeSubnets', {
    Filters: [{ Name: 'vpc-id', Values: [vpc] }],
  });
  return { vpc, subnets: Subnets.map(({ SubnetId }) => SubnetId) };
}

/** Makes a group with ports, a rule for itself, one for the whole internet with a description, and not the egress that AWS adds. */
async function securityGroup(world: World, name: string, vpc: string): Promise<string> {
  const { call } = otherTool(world);
  const { GroupId } = await call<{ GroupId: string }>('ec2', 'CreateSecurityGroup', {
    GroupName: name,
    Description: 'X-Ray daemon',
    VpcId: vpc,
  });
  await world.clock.advance(60_000);
  const ranges = [{ CidrIp: '172.31.0.0/16' }];
  await call('ec2', 'AuthorizeSecurityGroupIngress', {
    GroupId,
    IpPermissions: [
      {
        IpProtocol: 'udp',
        FromPort: 2000,
        ToPort: 2000,
        IpRanges: [{ CidrIp: '0.0.0.0/0', Description: 'segments' }],
      },
      { IpProtocol: 'tcp', FromPort: 2000, ToPort: 2010, IpRanges: ranges },
      { IpProtocol: 'icmp', FromPort: -1, ToPort: -1, IpRanges: ranges },
      { IpProtocol: '-1', UserIdGroupPairs: [{ GroupId }] },
    ],
  });
  await call('ec2', 'RevokeSecurityGroupEgress', {
    GroupId,
    IpPermissions: [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
  });
  await call('ec2', 'AuthorizeSecurityGroupEgress', {
    GroupId,
    IpPermissions: [{ IpProtocol: 'tcp', FromPort: 443, ToPort: 443, IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
  });
  return GroupId;
}

/** Ids of the tasks that run in a cluster. */
export async function runningTasks(world: World, cluster: string): Promise<readonly string[]> {
  const { taskArns } = await otherTool(world).call<{ taskArns: string[] }>('ecs', 'ListTasks', { cluster });
  return taskArns.toSorted();
}
