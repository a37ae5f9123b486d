import type { CreateServiceCommandInput } from '@aws-sdk/client-ecs';
import { describe, expect, test } from 'vitest';
import { ecsSandbox } from '../support/sandbox/ecs.ts';
import type { EcsSandbox } from '../support/sandbox/ecs.ts';
import { container } from '../support/sandbox/task-definition-refusals.ts';
import type { TaskDefinitionChanges } from '../support/sandbox/task-definition-refusals.ts';

const INVALID = 'InvalidParameterException: ';
const SECRET = 'arn:aws:secretsmanager:us-east-1:385605022855:secret:prod/db-AbCdEf';

test.each<[string, (aws: EcsSandbox) => Partial<CreateServiceCommandInput>, string]>([
  ['an unknown cluster', () => ({ cluster: 'other' }), 'ClusterNotFoundException: Cluster not found.'],
  ['an unknown family', () => ({ taskDefinition: 'other' }), 'ClientException: TaskDefinition not found.'],
  ['an unknown revision', () => ({ taskDefinition: 'xray:9' }), 'ClientException: TaskDefinition not found.'],
  [
    'a platform that does not exist',
    () => ({ platformVersion: '9.9' }),
    'PlatformUnknownException: The specified platform does not exist.',
  ],
  [
    'no network',
    () => ({ networkConfiguration: undefined }),
    `${INVALID}Network Configuration must be provided when networkMode 'awsvpc' is specified.`,
  ],
  [
    'an unknown subnet',
    () => ({ networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } } }),
    `${INVALID}Error retrieving subnet information for [subnet-1]: The subnet ID 'subnet-1' does not exist (ErrorCode: InvalidSubnetID.NotFound)`,
  ],
  [
    'an unknown security group',
    ({ subnets }) => ({
      networkConfiguration: { awsvpcConfiguration: { subnets: [...subnets], securityGroups: ['sg-1'] } },
    }),
    `${INVALID}Error retrieving security group information for [sg-1]: The security group 'sg-1' does not exist (ErrorCode: InvalidGroup.NotFound)`,
  ],
  [
    'six security groups',
    ({ subnets, securityGroup }) => ({
      networkConfiguration: {
        awsvpcConfiguration: {
          subnets: [...subnets],
          securityGroups: Array.from({ length: 6 }, () => securityGroup),
        },
      },
    }),
    `${INVALID}securityGroups can have at most 5 items.`,
  ],
  [
    'an unknown registry',
    () => ({
      serviceRegistries: [{ registryArn: 'arn:aws:servicediscovery:us-east-1:385605022855:service/srv-1' }],
    }),
    `${INVALID}Service registry arn:aws:servicediscovery:us-east-1:385605022855:service/srv-1 was not found.`,
  ],
  [
    'both percentages 100',
    () => ({ deploymentConfiguration: { minimumHealthyPercent: 100, maximumPercent: 100 } }),
    `${INVALID}Both maximumPercent and minimumHealthyPercent cannot be 100 as this will block deployments.`,
  ],
  [
    'the launch type MANAGED_INSTANCES',
    () => ({ launchType: 'MANAGED_INSTANCES' }),
    `${INVALID}The launch type MANAGED_INSTANCES is not available. The sandbox does not have it.`,
  ],
  [
    'the strategy DAEMON',
    () => ({ schedulingStrategy: 'DAEMON', desiredCount: undefined }),
    `${INVALID}The daemon scheduling strategy does not support the FARGATE launch type. Change the launch type and try again`,
  ],
  [
    'a launch type and a strategy',
    () => ({ capacityProviderStrategy: [{ capacityProvider: 'FARGATE' }] }),
    `${INVALID}Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again.`,
  ],
])('%s is refused', async (_, changes, refusal) => {
  const aws = await ecsSandbox();
  expect(await aws.refusal('CreateService', aws.serviceInput(changes(aws)))).toBe(refusal);
  expect((await aws.ecs('ListServices', { cluster: 'daemons' })).serviceArns).toEqual([]);
});

type Changes =
  | Partial<CreateServiceCommandInput>
  | ((aws: EcsSandbox) => Partial<CreateServiceCommandInput> | Promise<Partial<CreateServiceCommandInput>>);

const network = (configuration: object) => ({
  networkConfiguration: { awsvpcConfiguration: configuration as { subnets: string[] } },
});
const percent = (minimumHealthyPercent: number, maximumPercent: number) => ({
  deploymentConfiguration: { minimumHealthyPercent, maximumPercent },
});
const threshold = (type: string, value: number) => ({
  deploymentConfiguration: {
    deploymentCircuitBreaker: {
      enable: true,
      rollback: true,
      thresholdConfiguration: { type: type as 'COUNT', value },
    },
  },
});
const notHere = 'The sandbox does not have it.';

/** A subnet and a security group of another VPC. */
async function elsewhere(aws: EcsSandbox): Promise<{ subnet: string; group: string }> {
  const { Vpc } = await aws.call('ec2', 'CreateVpc', { CidrBlock: '10.9.0.0/16' });
  const VpcId = Vpc!.VpcId!;
  const { Subnet } = await aws.call('ec2', 'CreateSubnet', { VpcId, CidrBlock: '10.9.0.0/24' });
  const { GroupId } = await aws.call('ec2', 'CreateSecurityGroup', {
    VpcId,
    GroupName: 'a',
    Description: 'a',
  });
  return { subnet: Subnet!.SubnetId!, group: GroupId! };
}

describe('CreateService', () => {
  test.each<[string, Changes, string]>([
    ['no name', { serviceName: '' }, 'Service name contains invalid characters.'],
    ['a client token of 37 characters', { clientToken: 'x'.repeat(37) }, 'idempotency token longer than 36.'],
    ['a client token with a space', { clientToken: 'a b' }, 'idempotency token contains invalid characters.'],
    ['no desired count', { desiredCount: undefined }, 'DesiredCount is missing'],
    ['a negative desired count', { desiredCount: -1 }, 'DesiredCount can not be lesser than 0'],
    [
      'an unknown strategy',
      { schedulingStrategy: 'ANY' as 'REPLICA' },
      'Scheduling strategy should be one of [REPLICA,DAEMON]',
    ],
    [
      'an unknown launch type',
      { launchType: 'LAMBDA' as 'EC2' },
      'launch type should be one of [EC2,FARGATE,EXTERNAL,MANAGED_INSTANCES]',
    ],
    [
      'a DAEMON with a count',
      { launchType: 'EC2', schedulingStrategy: 'DAEMON' },
      'The daemon scheduling strategy does not support a desired count for services. Remove the desired count value and try again',
    ],
    [
      'a role',
      { role: 'ecsServiceRole' },
      'You cannot specify an IAM role for services that require a service linked role.',
    ],
    ['no subnets', network({ subnets: [] }), 'subnets can not be empty.'],
    [
      '17 subnets',
      network({ subnets: Array.from({ length: 17 }, () => 'subnet-1') }),
      'subnets can have at most 16 items.',
    ],
    [
      'an unknown assignPublicIp',
      ({ subnets }) => network({ subnets, assignPublicIp: 'YES' }),
      'assignPublicIp should be one of [ENABLED,DISABLED]',
    ],
    ['a minimum above 100', percent(101, 200), 'minimumHealthyPercent must be at most 100'],
    ['a negative minimum', percent(-1, 200), 'minimumHealthyPercent must be at least 0'],
    ['a maximum below 100', percent(0, 99), 'maximumPercent must be at least 100'],
    [
      'a breaker that opens at none',
      threshold('COUNT', 0),
      'thresholdConfiguration.value must be at least 1',
    ],
    [
      'a breaker that opens at 101 %',
      threshold('BOUNDED_PERCENT', 101),
      'thresholdConfiguration.value must be at most 100',
    ],
    [
      'a breaker of another type',
      threshold('SHARE', 1),
      'Circuit breaker threshold type should be one of [BOUNDED_PERCENT,COUNT,UNBOUNDED_PERCENT]',
    ],
    [
      'rebalancing without room',
      { ...percent(50, 100), availabilityZoneRebalancing: 'ENABLED' },
      'AvailabilityZoneRebalancing does not support maximumPercent <= 100',
    ],
    [
      'placement constraints',
      { placementConstraints: [{ type: 'distinctInstance' }] },
      'Placement constraints are not supported with FARGATE launch type.',
    ],
    [
      'placement strategies',
      { placementStrategy: [{ type: 'random' }] },
      'Placement strategies are not supported with FARGATE launch type.',
    ],
    [
      'other tag rules',
      { propagateTags: 'ALL' as 'NONE' },
      'propagateTags should be one of [SERVICE,TASK_DEFINITION,NONE]',
    ],
    [
      'a negative grace period',
      { healthCheckGracePeriodSeconds: -1 },
      'healthCheckGracePeriodSeconds must be between 0 and 2147483647',
    ],
    [
      'another controller',
      { deploymentController: { type: 'CODE_DEPLOY' } },
      `The deployment controller CODE_DEPLOY is not available. ${notHere}`,
    ],
    [
      'a Classic Load Balancer',
      { loadBalancers: [{ loadBalancerName: 'a', containerName: 'xray', containerPort: 2000 }] },
      'Unable to assume role and validate the listeners configured on your load balancer. Please verify that the ECS service role being passed has the proper permissions.',
    ],
    [
      'blue/green',
      { deploymentConfiguration: { strategy: 'BLUE_GREEN' } },
      `The deployment strategy BLUE_GREEN is not available. ${notHere}`,
    ],
    [
      'commands without a task role',
      async (aws) => ({
        taskDefinition: await aws.register({ taskRoleArn: undefined }),
        enableExecuteCommand: true,
      }),
      "The service couldn't be created because a valid taskRoleArn is not being used. Specify a valid task role in your task definition and try again.",
    ],
    [
      'a provider that the cluster has not',
      { launchType: undefined, capacityProviderStrategy: [{ capacityProvider: 'FARGATE' }] },
      'The specified capacity provider strategy cannot contain a capacity provider that is not associated with the cluster. Associate the capacity provider with the cluster and try again.',
    ],
  ])('refuses %s', async (_, changes, message) => {
    const aws = await ecsSandbox();
    const input = aws.serviceInput(typeof changes === 'function' ? await changes(aws) : changes);
    expect(await aws.refusal('CreateService', input)).toBe(INVALID + message);
    expect((await aws.ecs('ListServices', { cluster: 'daemons' })).serviceArns).toEqual([]);
  });

  test('refuses subnets and groups of several VPCs', async () => {
    const aws = await ecsSandbox();
    const { subnet, group } = await elsewhere(aws);
    const [home = ''] = aws.subnets;
    expect(await aws.refusal('CreateService', aws.serviceInput(network({ subnets: [home, subnet] })))).toBe(
      `${INVALID}The subnets must all be in the same VPC.`,
    );
    const mixed = aws.serviceInput(network({ subnets: [home], securityGroups: [group] }));
    expect(await aws.refusal('CreateService', mixed)).toBe(
      `${INVALID}The security group ${group} and the subnets must be in the same VPC.`,
    );
  });

  test.each<[string, string, TaskDefinitionChanges]>([
    ['PlatformUnknownException', '1.0.0', {}],
    ['PlatformTaskDefinitionIncompatibilityException', '1.3.0', { cpu: '8192', memory: '16384' }],
    ['PlatformTaskDefinitionIncompatibilityException', '1.3.0', { ephemeralStorage: { sizeInGiB: 30 } }],
    [
      'PlatformTaskDefinitionIncompatibilityException',
      '1.3.0',
      { runtimePlatform: { cpuArchitecture: 'ARM64', operatingSystemFamily: 'LINUX' } },
    ],
    [
      'PlatformTaskDefinitionIncompatibilityException',
      '1.3.0',
      container({ linuxParameters: { capabilities: { add: ['SYS_PTRACE'] } } }),
    ],
    [
      'PlatformTaskDefinitionIncompatibilityException',
      '1.3.0',
      container({ secrets: [{ name: 'KEY', valueFrom: `${SECRET}:password::` }] }),
    ],
    ['accepted', '1.3.0', container({ secrets: [{ name: 'KEY', valueFrom: SECRET }] })],
    ['accepted', '1.3.0', {}],
    ['accepted', '1.4.0', { cpu: '8192', memory: '16384' }],
  ])('answers %s for Linux platform %s and %j', async (code, platformVersion, changes) => {
    const aws = await ecsSandbox();
    await aws.register(changes);
    const refusal = await aws.refusal('CreateService', aws.serviceInput({ platformVersion }));
    expect(refusal.split(':')[0]).toBe(code);
  });
});

test('a cluster holds five thousand services', async () => {
  const aws = await ecsSandbox();
  for (let index = 0; index < 5000; index++) {
    await aws.ecs('CreateService', aws.serviceInput({ serviceName: `daemon-${index}`, desiredCount: 0 }));
  }
  expect(await aws.refusal('CreateService', aws.serviceInput())).toBe(
    `${INVALID}You have reached the limit of 5000 services per cluster.`,
  );
  await aws.ecs('DeleteService', { cluster: 'daemons', service: 'daemon-0' });
  expect(await aws.refusal('CreateService', aws.serviceInput())).toBe('accepted');
});
