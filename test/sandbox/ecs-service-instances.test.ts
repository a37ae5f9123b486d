import type { CreateServiceCommandInput, Service } from '@aws-sdk/client-ecs';
import { describe, expect, test } from 'vitest';
import { ecsSandbox } from '../support/sandbox/ecs.ts';
import type { EcsSandbox } from '../support/sandbox/ecs.ts';
import { ON_EC2, container } from '../support/sandbox/task-definition-refusals.ts';
import type { TaskDefinitionChanges } from '../support/sandbox/task-definition-refusals.ts';

const INVALID = 'InvalidParameterException: ';
const NO_INSTANCES =
  '(service xray) was unable to place a task because no container instance met all of its requirements. Reason: No Container Instances were found in your cluster. For more information, see the Troubleshooting section of the Amazon ECS Developer Guide.';

/** What instances of EC2 cannot run: Neuron devices. */
const ON_MANAGED_INSTANCES: TaskDefinitionChanges = {
  requiresCompatibilities: ['MANAGED_INSTANCES'],
  ...container({ resourceRequirements: [{ type: 'NeuronDevice', value: 'ALL' }] }),
};

type Changes = Partial<CreateServiceCommandInput>;

/** A service for instances whose tasks are behind a bridge. */
async function onInstances(aws: EcsSandbox, changes: Changes = {}): Promise<CreateServiceCommandInput> {
  const taskDefinition = await aws.register(ON_EC2);
  return aws.serviceInput({ launchType: 'EC2', networkConfiguration: undefined, taskDefinition, ...changes });
}

const messages = ({ events = [] }: Service) => events.map(({ message }) => message);

describe('a service for instances in a cluster without any', () => {
  test.each(['EC2', 'EXTERNAL'] as const)(
    'of launch type %s is taken, runs nothing and says why',
    async (launchType) => {
      const aws = await ecsSandbox();
      await aws.ecs('CreateService', await onInstances(aws, { launchType }));
      aws.advance(60 * 60_000);
      const service = await aws.service();
      expect(service).toMatchObject({ launchType, desiredCount: 2, runningCount: 0, pendingCount: 0 });
      expect(service.deployments).toMatchObject([
        { launchType, rolloutState: 'IN_PROGRESS', failedTasks: 0 },
      ]);
      expect(messages(service)).toEqual([NO_INSTANCES]);
      expect(await aws.tasks()).toEqual([]);
    },
  );

  test('says the same again after six hours at the earliest', async () => {
    const aws = await ecsSandbox();
    await aws.ecs('CreateService', await onInstances(aws));
    aws.advance(60_000);
    await aws.ecs('UpdateService', { cluster: 'daemons', service: 'xray', desiredCount: 3 });
    aws.advance(60_000);
    expect(messages(await aws.service())).toEqual([NO_INSTANCES]);
    aws.advance(6 * 60 * 60_000);
    await aws.ecs('UpdateService', { cluster: 'daemons', service: 'xray', desiredCount: 4 });
    aws.advance(60_000);
    expect(messages(await aws.service())).toEqual([NO_INSTANCES, NO_INSTANCES]);
  });

  test('is complete as soon as it wants no task, and is deleted', async () => {
    const aws = await ecsSandbox();
    await aws.ecs('CreateService', await onInstances(aws, { desiredCount: 0 }));
    await aws.steady();
    await aws.ecs('DeleteService', { cluster: 'daemons', service: 'xray' });
    await aws.until(async () => (await aws.service()).status === 'INACTIVE');
    expect((await aws.ecs('ListServices', { cluster: 'daemons' })).serviceArns).toEqual([]);
  });

  test('has no platform, and a network only where its tasks have one of their own', async () => {
    const aws = await ecsSandbox();
    await aws.ecs('CreateService', await onInstances(aws));
    const behindBridge = await aws.service();
    expect(behindBridge).not.toHaveProperty('platformVersion');
    expect(behindBridge).not.toHaveProperty('platformFamily');
    expect(behindBridge).not.toHaveProperty('networkConfiguration');
    await aws.ecs(
      'CreateService',
      aws.serviceInput({ serviceName: 'own', launchType: 'EC2', taskDefinition: 'xray:1' }),
    );
    expect((await aws.service('own')).networkConfiguration?.awsvpcConfiguration?.subnets).toEqual(
      aws.subnets,
    );
  });

  test('is listed and counted apart from those on Fargate', async () => {
    const aws = await ecsSandbox();
    await aws.ecs('CreateService', await onInstances(aws, { launchType: undefined }));
    await aws.ecs('CreateService', aws.serviceInput({ serviceName: 'fargate', taskDefinition: 'xray:1' }));
    const listed = async (launchType: 'EC2' | 'FARGATE' | 'EXTERNAL') =>
      (await aws.ecs('ListServices', { cluster: 'daemons', launchType })).serviceArns?.length;
    expect([await listed('EC2'), await listed('FARGATE'), await listed('EXTERNAL')]).toEqual([1, 1, 0]);
    const { clusters } = await aws.ecs('DescribeClusters', {
      clusters: ['daemons'],
      include: ['STATISTICS'],
    });
    expect(clusters?.[0]?.statistics).toContainEqual({ name: 'activeEC2ServiceCount', value: '1' });
    expect(clusters?.[0]?.statistics).toContainEqual({ name: 'activeFargateServiceCount', value: '1' });
  });

  test('keeps where its tasks are to be placed, as AWS spells it, until it is cleared', async () => {
    const aws = await ecsSandbox();
    await aws.ecs(
      'CreateService',
      await onInstances(aws, {
        placementConstraints: [
          { type: 'distinctInstance' },
          { type: 'memberOf', expression: 'attribute:a exists' },
        ],
        placementStrategy: [
          { type: 'spread', field: 'host' },
          { type: 'binpack', field: 'memory' },
        ],
      }),
    );
    const update = { cluster: 'daemons', service: 'xray' };
    await aws.ecs('UpdateService', { ...update, placementConstraints: [] });
    expect(await aws.service()).toMatchObject({
      placementConstraints: [],
      placementStrategy: [
        { type: 'spread', field: 'instanceId' },
        { type: 'binpack', field: 'MEMORY' },
      ],
    });
  });
});

test.each<[string, Changes, string]>([
  [
    'a definition that EC2 cannot run',
    { taskDefinition: 'managed' },
    'Task definition does not support launch_type EC2.',
  ],
  [
    'a definition with a network of its own on EXTERNAL',
    { launchType: 'EXTERNAL', taskDefinition: 'xray:1' },
    'Task definition does not support launch_type EXTERNAL.',
  ],
  [
    'no network for tasks that have one of their own',
    { taskDefinition: 'xray:1' },
    "Network Configuration must be provided when networkMode 'awsvpc' is specified.",
  ],
  [
    'a network for tasks that have none of their own',
    { networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } } },
    'Network Configuration is not valid for the given networkMode of this task definition.',
  ],
  [
    'a platform version',
    { platformVersion: 'LATEST' },
    'The platform version must be null when specifying an EC2 launch type.',
  ],
  [
    'eleven placement constraints',
    { placementConstraints: Array.from({ length: 11 }, () => ({ type: 'distinctInstance' as const })) },
    'placementConstraints can have at most 10 items.',
  ],
  [
    'six placement strategies',
    { placementStrategy: Array.from({ length: 6 }, () => ({ type: 'random' as const })) },
    'placementStrategy can have at most 5 items.',
  ],
  [
    'a constraint with an expression that takes none',
    { placementConstraints: [{ type: 'distinctInstance', expression: 'attribute:a exists' }] },
    'constraint.expression should be null or empty for distinctInstance.',
  ],
  [
    'a constraint without its expression',
    { placementConstraints: [{ type: 'memberOf' }] },
    'constraint.expression should not be null or empty.',
  ],
  [
    'binpack by ports',
    { placementStrategy: [{ type: 'binpack', field: 'ports' }] },
    "binpack field 'ports' is invalid",
  ],
  ['spread over nothing', { placementStrategy: [{ type: 'spread' }] }, "spread field '' is invalid"],
])('a service for instances with %s is refused', async (_what, changes, refusal) => {
  const aws = await ecsSandbox();
  await aws.register({ family: 'managed', ...ON_MANAGED_INSTANCES });
  const input = await onInstances(aws, changes);
  expect(await aws.refusal('CreateService', input)).toBe(`${INVALID}${refusal}`);
});

test('tasks with a network of their own have no public address on instances', async () => {
  const aws = await ecsSandbox();
  const awsvpcConfiguration = { subnets: [...aws.subnets], assignPublicIp: 'ENABLED' as const };
  const input = aws.serviceInput({ launchType: 'EC2', networkConfiguration: { awsvpcConfiguration } });
  expect(await aws.refusal('CreateService', input)).toBe(
    `${INVALID}Assign public IP is not supported for this launch type.`,
  );
});

describe('service discovery on instances', () => {
  test.each<[string, 'host' | 'none', Changes['launchType'], string]>([
    [
      'the host’s network needs a container’s port',
      'host',
      'EC2',
      "When specifying 'host' or 'bridge' for networkMode, values for 'containerName' and 'containerPort' must be specified from the task definition.",
    ],
    [
      'no network has no registry',
      'none',
      'EC2',
      "Service registries are not supported when networkMode 'none' is specified.",
    ],
    [
      'instances of one’s own have none',
      'host',
      'EXTERNAL',
      'Service registries are not supported with EXTERNAL launch type.',
    ],
  ])('%s', async (_what, networkMode, launchType, refusal) => {
    const aws = await ecsSandbox();
    const { Vpcs = [] } = await aws.call('ec2', 'DescribeVpcs', {});
    await aws.call('servicediscovery', 'CreatePrivateDnsNamespace', {
      Name: 'a.example',
      Vpc: Vpcs[0]!.VpcId!,
    });
    aws.advance(120_000);
    const { Namespaces = [] } = await aws.call('servicediscovery', 'ListNamespaces', {});
    const { Service: discovery } = await aws.call('servicediscovery', 'CreateService', {
      Name: 'xray',
      NamespaceId: Namespaces[0]!.Id!,
      DnsConfig: { DnsRecords: [{ Type: 'SRV', TTL: 60 }] },
      HealthCheckCustomConfig: {},
    });
    const [xray] = (await aws.ecs('DescribeTaskDefinition', { taskDefinition: 'xray' })).taskDefinition!
      .containerDefinitions!;
    const taskDefinition = await aws.register({
      ...ON_EC2,
      networkMode,
      ...(networkMode === 'none' ? { containerDefinitions: [{ ...xray, portMappings: [] }] } : {}),
    });
    const serviceRegistries = [{ registryArn: discovery!.Arn!, port: 2000 }];
    const input = await onInstances(aws, { taskDefinition, launchType, serviceRegistries });
    expect(await aws.refusal('CreateService', input)).toBe(`${INVALID}${refusal}`);
  });
});

test('a service keeps its launch type: what its new definition cannot run on is refused', async () => {
  const aws = await ecsSandbox();
  await aws.ecs('CreateService', await onInstances(aws));
  const taskDefinition = await aws.register(ON_MANAGED_INSTANCES);
  const update = { cluster: 'daemons', service: 'xray', taskDefinition };
  expect(await aws.refusal('UpdateService', update)).toBe(
    `${INVALID}Task definition does not support launch_type EC2.`,
  );
});
