import type { ContainerDefinition, RegisterTaskDefinitionCommandInput } from '@aws-sdk/client-ecs';
import { expect, test } from 'vitest';
import { TASK_ROLE, ecsSandbox, taskDefinitionInput } from '../support/ecs-sandbox.ts';

const [CONTAINER] = taskDefinitionInput().containerDefinitions!;

const container = (changes: Partial<ContainerDefinition>) => ({
  containerDefinitions: [{ ...CONTAINER, ...changes }],
});

test('a definition comes back with the defaults and spellings that AWS gives it', async () => {
  const aws = await ecsSandbox();
  const { taskDefinition } = await aws.ecs(
    'RegisterTaskDefinition',
    taskDefinitionInput({
      family: 'collector',
      cpu: '.25 vCPU',
      memory: '0.5GB',
      ...container({
        portMappings: [{ containerPort: 4317 }],
        environment: [
          { name: 'A', value: '1' },
          { name: 'B', value: '2' },
        ],
        healthCheck: { command: ['CMD', '/healthcheck'] },
      }),
    }),
  );
  expect(taskDefinition).toMatchObject({
    taskDefinitionArn: 'arn:aws:ecs:us-east-1:385605022855:task-definition/collector:1',
    revision: 1,
    status: 'ACTIVE',
    cpu: '256',
    memory: '512',
    volumes: [],
    placementConstraints: [],
    compatibilities: ['EC2', 'FARGATE'],
    requiresCompatibilities: ['FARGATE'],
    registeredAt: expect.any(Date),
    registeredBy: expect.any(String),
  });
  expect(taskDefinition?.requiresAttributes).toContainEqual({ name: 'ecs.capability.task-eni' });
  expect(taskDefinition?.containerDefinitions).toEqual([
    {
      name: 'xray',
      image: CONTAINER!.image,
      cpu: 0,
      essential: true,
      portMappings: [{ containerPort: 4317, hostPort: 4317, protocol: 'tcp' }],
      environment: expect.arrayContaining([{ name: 'A', value: '1' }]),
      healthCheck: { command: ['CMD', '/healthcheck'], interval: 30, timeout: 5, retries: 3 },
      environmentFiles: [],
      mountPoints: [],
      volumesFrom: [],
      systemControls: [],
    },
  ]);
});

test('every registration is a new revision, and its number is never used again', async () => {
  const aws = await ecsSandbox();
  expect(await aws.register()).toMatch(/:2$/);
  expect(await aws.register()).toMatch(/:3$/);
  await aws.ecs('DeregisterTaskDefinition', { taskDefinition: 'xray:3' });
  await aws.ecs('DeleteTaskDefinitions', { taskDefinitions: ['xray:3'] });
  aws.advance(10_000);
  expect(await aws.refusal('DescribeTaskDefinition', { taskDefinition: 'xray:3' })).toBe(
    'ClientException: Unable to describe task definition.',
  );
  expect(await aws.register()).toMatch(/:4$/);
});

test('a bare family means its newest ACTIVE revision', async () => {
  const aws = await ecsSandbox();
  await aws.register();
  await aws.register();
  await aws.ecs('DeregisterTaskDefinition', { taskDefinition: 'xray:3' });
  const { taskDefinition } = await aws.ecs('DescribeTaskDefinition', { taskDefinition: 'xray' });
  expect(taskDefinition?.revision).toBe(2);
  const { taskDefinition: third } = await aws.ecs('DescribeTaskDefinition', { taskDefinition: 'xray:3' });
  expect(third).toMatchObject({ status: 'INACTIVE', deregisteredAt: expect.any(Date) });
});

test('a revision in use outlives its deletion', async () => {
  const aws = await ecsSandbox();
  await aws.ecs('CreateService', aws.serviceInput());
  await aws.steady();
  const { failures } = await aws.ecs('DeleteTaskDefinitions', { taskDefinitions: ['xray:1'] });
  expect(failures?.[0]?.reason).toContain('still in ACTIVE status');
  await aws.ecs('DeregisterTaskDefinition', { taskDefinition: 'xray:1' });
  await aws.ecs('DeleteTaskDefinitions', { taskDefinitions: ['xray:1'] });
  aws.advance(60_000);
  const used = await aws.ecs('DescribeTaskDefinition', { taskDefinition: 'xray:1' });
  expect(used.taskDefinition?.status).toBe('DELETE_IN_PROGRESS');
  await aws.ecs('DeleteService', { cluster: 'daemons', service: 'xray', force: true });
  aws.advance(60_000);
  expect(await aws.refusal('DescribeTaskDefinition', { taskDefinition: 'xray:1' })).toContain(
    'ClientException',
  );
});

test('tags are answered only where they are asked for', async () => {
  const aws = await ecsSandbox();
  const tags = [{ key: 'team', value: 'platform' }];
  await aws.register({ tags });
  expect(await aws.ecs('DescribeTaskDefinition', { taskDefinition: 'xray' })).not.toHaveProperty('tags');
  const tagged = await aws.ecs('DescribeTaskDefinition', { taskDefinition: 'xray', include: ['TAGS'] });
  expect(tagged.tags).toEqual(tags);
});

test('definitions are listed by family and revision, in both directions, page by page', async () => {
  const aws = await ecsSandbox();
  for (let revision = 2; revision <= 12; revision++) await aws.register();
  for (const sort of ['ASC', 'DESC'] as const) {
    const revisions: string[] = [];
    let nextToken: string | undefined;
    do {
      const input = { familyPrefix: 'xray', sort, maxResults: 5, nextToken };
      const page = await aws.ecs('ListTaskDefinitions', input);
      expect(page.taskDefinitionArns?.length).toBeLessThanOrEqual(5);
      revisions.push(...(page.taskDefinitionArns ?? []).map((arn) => arn.slice(arn.lastIndexOf(':') + 1)));
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    const ascending = Array.from({ length: 12 }, (_, index) => String(index + 1));
    expect(revisions).toEqual(sort === 'ASC' ? ascending : ascending.toReversed());
  }
  expect((await aws.ecs('ListTaskDefinitions', { familyPrefix: 'xr' })).taskDefinitionArns).toEqual([]);
  expect((await aws.ecs('ListTaskDefinitionFamilies', { familyPrefix: 'xr' })).families).toEqual(['xray']);
});

test.each([
  ['256', '512'],
  ['512', '4096'],
  ['1024', '8192'],
  ['4096', '30720'],
  ['16384', '122880'],
])('Fargate offers %s CPU units with %s MiB', async (cpu, memory) => {
  const aws = await ecsSandbox();
  expect(await aws.register({ cpu, memory })).toMatch(/:2$/);
});

const AWSLOGS = { 'awslogs-group': '/stationkeeper/xray', 'awslogs-region': 'us-east-1' };

test.each<[string, Partial<RegisterTaskDefinitionCommandInput>, string]>([
  ['an unknown CPU size', { cpu: '400', memory: '600' }, "Invalid 'cpu' setting for task."],
  ['a bad pair', { cpu: '256', memory: '4096' }, 'No Fargate configuration exists for given values.'],
  ['no CPU', { cpu: undefined }, "Fargate requires that 'cpu' be defined at the task level."],
  ['another network mode', { networkMode: 'bridge' }, 'Fargate only supports network mode ‘awsvpc’.'],
  ['no container', { containerDefinitions: [] }, 'Container list cannot be empty.'],
  ['no image', container({ image: undefined }), 'Container.image should not be null or empty.'],
  ['a bad family', { family: 'x ray' }, 'Family contains invalid characters.'],
  ['a role that does not exist', { taskRoleArn: `${TASK_ROLE}-other` }, 'Role is not valid'],
  ['an empty role', { executionRoleArn: '' }, 'Role is not valid'],
  [
    'another host port',
    container({ portMappings: [{ containerPort: 2000, hostPort: 80 }] }),
    'When networkMode=awsvpc, the host ports and container ports in port mappings must match.',
  ],
  [
    'more memory than the task has',
    container({ memory: 1024 }),
    "The 'memory' setting for container is greater than for the task.",
  ],
  [
    'awslogs without a stream prefix',
    container({ logConfiguration: { logDriver: 'awslogs', options: AWSLOGS } }),
    "Log driver awslogs option 'awslogs-stream-prefix' should not be null or empty.",
  ],
  [
    'awslogs without an execution role',
    {
      executionRoleArn: undefined,
      ...container({
        logConfiguration: {
          logDriver: 'awslogs',
          options: { ...AWSLOGS, 'awslogs-stream-prefix': 'docker' },
        },
      }),
    },
    'Fargate requires task definition to have execution role ARN to support log driver awslogs.',
  ],
  [
    'an ECR image without an execution role',
    {
      executionRoleArn: undefined,
      ...container({ image: '385605022855.dkr.ecr.us-east-1.amazonaws.com/xray:3' }),
    },
    'Fargate requires task definition to have execution role ARN to support ECR images.',
  ],
  [
    'a privileged container',
    container({ privileged: true }),
    'Fargate compatible task definitions do not support privileged.',
  ],
  [
    'little storage',
    { ephemeralStorage: { sizeInGiB: 20 } },
    "The 'ephemeralStorage' size should be at least 21.",
  ],
])('%s is refused', async (_, changes, message) => {
  const aws = await ecsSandbox();
  const refusal = await aws.refusal('RegisterTaskDefinition', taskDefinitionInput(changes));
  expect(refusal).toBe(`ClientException: ${message}`);
});

test('what Fargate does not support may still be registered for EC2, and no service of Fargate takes it', async () => {
  const aws = await ecsSandbox();
  const ec2 = { requiresCompatibilities: ['EC2' as const], ...container({ privileged: true }) };
  await aws.register({ family: 'privileged', ...ec2 });
  const input = aws.serviceInput({ taskDefinition: 'privileged' });
  expect(await aws.refusal('CreateService', input)).toBe(
    'InvalidParameterException: Task definition does not support launch_type FARGATE.',
  );
});
