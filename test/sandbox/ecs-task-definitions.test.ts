import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import { expect, test } from 'vitest';
import { ecsSandbox, taskDefinitionInput } from '../support/sandbox/ecs.ts';

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
    compatibilities: ['EC2', 'MANAGED_INSTANCES', 'FARGATE'],
    requiresCompatibilities: ['FARGATE'],
    registeredAt: expect.any(Date),
    registeredBy: 'arn:aws:iam::385605022855:user/sandbox',
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

test('an INACTIVE revision is refused to new users after up to ten minutes, and keeps those it has', async () => {
  const aws = await ecsSandbox();
  await aws.ecs('CreateService', aws.serviceInput());
  await aws.ecs(
    'CreateService',
    aws.serviceInput({ serviceName: 'other', taskDefinition: await aws.register() }),
  );
  await aws.ecs('DeregisterTaskDefinition', { taskDefinition: 'xray:1' });
  expect(
    await aws.refusal('CreateService', aws.serviceInput({ serviceName: 'late', taskDefinition: 'xray:1' })),
  ).toBe('accepted');
  aws.advance(10 * 60_000);
  const inactive = 'ClientException: TaskDefinition is inactive';
  const toFirst = { cluster: 'daemons', service: 'other', taskDefinition: 'xray:1' };
  expect(await aws.refusal('UpdateService', toFirst)).toBe(inactive);
  expect(
    await aws.refusal('CreateService', aws.serviceInput({ serviceName: 'later', taskDefinition: 'xray:1' })),
  ).toBe(inactive);
  await aws.ecs('UpdateService', { cluster: 'daemons', service: 'xray', desiredCount: 3 });
  await aws.until(async () => (await aws.service()).runningCount === 3);
});

test('only an INACTIVE revision is deleted; it is refused to new users at once and goes with its last user', async () => {
  const aws = await ecsSandbox();
  await aws.ecs('CreateService', aws.serviceInput());
  await aws.steady();
  const active = await aws.ecs('DeleteTaskDefinitions', { taskDefinitions: ['xray:1'] });
  expect(active).toEqual({
    taskDefinitions: [],
    failures: [
      { arn: expect.stringMatching(/:1$/), reason: expect.stringContaining('still in ACTIVE status') },
    ],
  });
  await aws.ecs('DeregisterTaskDefinition', { taskDefinition: 'xray:1' });
  const { taskDefinitions } = await aws.ecs('DeleteTaskDefinitions', { taskDefinitions: ['xray:1'] });
  expect(taskDefinitions).toMatchObject([{ revision: 1, status: 'DELETE_IN_PROGRESS' }]);
  const late = aws.serviceInput({ serviceName: 'late', taskDefinition: 'xray:1' });
  expect(await aws.refusal('CreateService', late)).toBe('ClientException: TaskDefinition is inactive');
  aws.advance(60_000);
  const used = await aws.ecs('DescribeTaskDefinition', { taskDefinition: 'xray:1' });
  expect(used.taskDefinition?.status).toBe('DELETE_IN_PROGRESS');
  await aws.ecs('UpdateService', { cluster: 'daemons', service: 'xray', desiredCount: 1 });
  await aws.until(async () => (await aws.service()).runningCount === 1);
  await aws.ecs('DeleteService', { cluster: 'daemons', service: 'xray', force: true });
  aws.advance(2 * 60_000);
  expect(await aws.refusal('DescribeTaskDefinition', { taskDefinition: 'xray:1' })).toBe(
    'ClientException: Unable to describe task definition.',
  );
  expect((await aws.ecs('ListTaskDefinitionFamilies', {})).families).toEqual([]);
  expect(await aws.register()).toMatch(/:2$/);
});

test.each([
  ['no revision', 'xray', 'Invalid revision number. Number: null'],
  ['no number', 'xray:new', 'Invalid revision number. Number: new'],
  [
    'an unknown revision',
    'xray:9',
    'The specified task definition does not exist. Specify a valid account, family, revision and try again.',
  ],
])('%s is neither deregistered nor deleted', async (_, taskDefinition, message) => {
  const aws = await ecsSandbox();
  const refused = `ClientException: ${message}`;
  expect(await aws.refusal('DeregisterTaskDefinition', { taskDefinition })).toBe(refused);
  expect(await aws.refusal('DeleteTaskDefinitions', { taskDefinitions: [taskDefinition] })).toBe(refused);
});

test('at most ten revisions are deleted at once', async () => {
  const aws = await ecsSandbox();
  const eleven = Array.from({ length: 11 }, (_, index) => `xray:${index + 1}`);
  expect(await aws.refusal('DeleteTaskDefinitions', { taskDefinitions: eleven })).toBe(
    'InvalidParameterException: taskDefinitions can have at most 10 items.',
  );
});

test('families whose names begin alike are listed without repeating or forgetting any', async () => {
  const aws = await ecsSandbox();
  const names = ['xray', 'xray-a', 'xray-a-b', 'xray_c', 'xrayz'];
  for (const family of names.slice(1)) await aws.register({ family });
  const arns: string[] = [];
  let nextToken: string | undefined;
  do {
    const page = await aws.ecs('ListTaskDefinitions', { maxResults: 1, nextToken });
    arns.push(...(page.taskDefinitionArns ?? []));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  expect(arns.map((arn) => arn.slice(arn.indexOf('/') + 1))).toEqual(names.map((name) => `${name}:1`));
  expect((await aws.ecs('ListTaskDefinitionFamilies', { familyPrefix: 'xray-' })).families).toEqual([
    'xray-a',
    'xray-a-b',
  ]);
});

test('INACTIVE families are told from ACTIVE ones', async () => {
  const aws = await ecsSandbox();
  await aws.register({ family: 'other' });
  await aws.ecs('DeregisterTaskDefinition', { taskDefinition: 'other:1' });
  const families = async (status: 'ACTIVE' | 'INACTIVE' | 'ALL') =>
    (await aws.ecs('ListTaskDefinitionFamilies', { status })).families;
  expect(await families('ACTIVE')).toEqual(['xray']);
  expect(await families('INACTIVE')).toEqual(['other']);
  expect(await families('ALL')).toEqual(['other', 'xray']);
  expect((await aws.ecs('ListTaskDefinitions', { status: 'INACTIVE' })).taskDefinitionArns).toEqual([
    expect.stringMatching(/other:1$/),
  ]);
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

test('an empty role is none, as Ansible sends it', async () => {
  const aws = await ecsSandbox();
  const { taskDefinition } = await aws.ecs(
    'RegisterTaskDefinition',
    taskDefinitionInput({ taskRoleArn: '' }),
  );
  expect(taskDefinition?.taskRoleArn).toBeUndefined();
});
