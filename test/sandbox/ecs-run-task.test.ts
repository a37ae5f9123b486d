import type { RunTaskCommandInput } from '@aws-sdk/client-ecs';
import { expect, test } from 'vitest';
import { TASK_ROLE, ecsSandbox, taskDefinitionInput } from '../support/sandbox/ecs.ts';
import type { EcsSandbox } from '../support/sandbox/ecs.ts';

const INVALID = 'InvalidParameterException: ';

function runInput(aws: EcsSandbox, changes: Partial<RunTaskCommandInput> = {}): RunTaskCommandInput {
  const { networkConfiguration } = aws.serviceInput();
  return {
    cluster: 'daemons',
    taskDefinition: 'xray',
    launchType: 'FARGATE',
    networkConfiguration,
    ...changes,
  };
}

async function run(aws: EcsSandbox, changes: Partial<RunTaskCommandInput> = {}): Promise<string[]> {
  const { tasks = [] } = await aws.ecs('RunTask', runInput(aws, changes));
  return tasks.map(({ taskArn = '' }) => taskArn);
}

async function statuses(aws: EcsSandbox, tasks: string[]): Promise<(string | undefined)[]> {
  const { tasks: found = [] } = await aws.ecs('DescribeTasks', { cluster: 'daemons', tasks });
  return found.map(({ lastStatus }) => lastStatus);
}

async function reach(aws: EcsSandbox, tasks: string[], status: string): Promise<void> {
  await aws.until(async () => (await statuses(aws, tasks)).every((each) => each === status));
}

test('a task of no service is PROVISIONING first, then runs until somebody stops it', async () => {
  const aws = await ecsSandbox();
  const { tasks, failures } = await aws.ecs('RunTask', runInput(aws));
  expect(failures).toEqual([]);
  expect(tasks).toHaveLength(1);
  expect(tasks?.[0]).toMatchObject({
    lastStatus: 'PROVISIONING',
    desiredStatus: 'RUNNING',
    group: 'family:xray',
    launchType: 'FARGATE',
    version: 1,
  });
  expect(tasks?.[0]?.startedBy).toBeUndefined();
  const arns = [tasks?.[0]?.taskArn ?? ''];
  await reach(aws, arns, 'RUNNING');
  await aws.ecs('StopTask', { cluster: 'daemons', task: arns[0], reason: 'enough' });
  await reach(aws, arns, 'STOPPED');
  const stopped = await aws.ecs('DescribeTasks', { cluster: 'daemons', tasks: arns });
  expect(stopped.tasks?.[0]).toMatchObject({ stopCode: 'UserInitiated', stoppedReason: 'enough' });
  expect((await aws.ecs('ListTasks', { cluster: 'daemons' })).taskArns).toEqual([]);
});

test('up to ten are started at once, over the subnets, with what the request says of them', async () => {
  const aws = await ecsSandbox();
  const arns = await run(aws, {
    count: 10,
    startedBy: 'nightly/1 job',
    group: 'jobs',
    tags: [{ key: 'job', value: 'nightly' }],
    enableECSManagedTags: true,
  });
  expect(new Set(arns).size).toBe(10);
  const { tasks = [] } = await aws.ecs('DescribeTasks', {
    cluster: 'daemons',
    tasks: arns,
    include: ['TAGS'],
  });
  for (const task of tasks) {
    expect(task).toMatchObject({ group: 'jobs', startedBy: 'nightly/1 job' });
    expect(task.tags).toEqual([
      { key: 'job', value: 'nightly' },
      { key: 'aws:ecs:clusterName', value: 'daemons' },
    ]);
  }
  const subnets = tasks.map(({ attachments }) => attachments?.[0]?.details?.[0]?.value);
  expect(new Set(subnets).size).toBe(aws.subnets.length);
  const listed = await aws.ecs('ListTasks', { cluster: 'daemons', startedBy: 'nightly/1 job' });
  expect(listed.taskArns).toHaveLength(10);
});

test('overrides are shown as given, beside the containers that have none', async () => {
  const aws = await ecsSandbox();
  const containerOverrides = [{ name: 'xray', command: ['--help'], cpu: 128 }];
  const [arn = ''] = await run(aws, { overrides: { cpu: '.5 vCPU', memory: '1024', containerOverrides } });
  const { tasks } = await aws.ecs('DescribeTasks', { cluster: 'daemons', tasks: [arn] });
  expect(tasks?.[0]).toMatchObject({
    cpu: '512',
    memory: '1024',
    overrides: { containerOverrides, cpu: '512', memory: '1024' },
    containers: [{ name: 'xray', cpu: '128' }],
  });
});

test('its container exits, and it is not replaced', async () => {
  const aws = await ecsSandbox();
  const [container] = taskDefinitionInput().containerDefinitions ?? [];
  const taskDefinition = await aws.register({
    family: 'job',
    containerDefinitions: [{ ...container, image: 'job:fail-exit-0' }],
  });
  const arns = await run(aws, { taskDefinition });
  await reach(aws, arns, 'STOPPED');
  const { tasks } = await aws.ecs('DescribeTasks', { cluster: 'daemons', tasks: arns });
  expect(tasks?.[0]).toMatchObject({
    stopCode: 'EssentialContainerExited',
    containers: [{ exitCode: 0, lastStatus: 'STOPPED' }],
  });
  aws.advance(600_000);
  expect((await aws.ecs('ListTasks', { cluster: 'daemons' })).taskArns).toEqual([]);
});

test('its network interface goes some time after it, and its revision is kept as long as it runs', async () => {
  const aws = await ecsSandbox();
  const taskDefinition = await aws.register({ family: 'job' });
  const arns = await run(aws, { taskDefinition });
  await reach(aws, arns, 'RUNNING');
  const interfaces = async () => (await aws.call('ec2', 'DescribeNetworkInterfaces', {})).NetworkInterfaces;
  expect(await interfaces()).toHaveLength(1);
  await aws.ecs('DeregisterTaskDefinition', { taskDefinition });
  await aws.ecs('DeleteTaskDefinitions', { taskDefinitions: [taskDefinition] });
  aws.advance(300_000);
  const described = await aws.ecs('DescribeTaskDefinition', { taskDefinition });
  expect(described.taskDefinition?.status).toBe('DELETE_IN_PROGRESS');
  await aws.ecs('StopTask', { cluster: 'daemons', task: arns[0] });
  aws.advance(300_000);
  expect(await interfaces()).toEqual([]);
  expect(await aws.refusal('DescribeTaskDefinition', { taskDefinition })).toContain('ClientException: ');
});

test('a cluster with a task of no service is not deleted', async () => {
  const aws = await ecsSandbox();
  const [task] = await run(aws);
  expect(await aws.refusal('DeleteCluster', { cluster: 'daemons' })).toContain(
    'ClusterContainsTasksException: ',
  );
  await aws.ecs('StopTask', { cluster: 'daemons', task });
  aws.advance(60_000);
  expect((await aws.ecs('DeleteCluster', { cluster: 'daemons' })).cluster?.status).toBe('INACTIVE');
});

test('a service does not take a task that it did not start for its own', async () => {
  const aws = await ecsSandbox();
  await aws.ecs('CreateService', aws.serviceInput({ desiredCount: 1 }));
  await aws.steady();
  await reach(aws, await run(aws), 'RUNNING');
  expect((await aws.service()).runningCount).toBe(1);
  expect(await aws.tasks()).toHaveLength(1);
  const { clusters } = await aws.ecs('DescribeClusters', { clusters: ['daemons'] });
  expect(clusters?.[0]?.runningTasksCount).toBe(2);
});

test('a repetition with its clientToken answers with the same tasks, another request is a conflict', async () => {
  const aws = await ecsSandbox();
  const first = await run(aws, { clientToken: 'once' });
  expect(await run(aws, { clientToken: 'once' })).toEqual(first);
  const other = aws.ecs('RunTask', runInput(aws, { clientToken: 'once', count: 2 }));
  await expect(other).rejects.toMatchObject({ name: 'ConflictException', resourceIds: first });
  expect(await run(aws)).not.toEqual(first);
});

test('a role that cannot be assumed yet is refused, and taken some seconds later', async () => {
  const aws = await ecsSandbox();
  const statement = {
    Effect: 'Allow',
    Principal: { Service: 'ecs-tasks.amazonaws.com' },
    Action: 'sts:AssumeRole',
  };
  await aws.call('iam', 'CreateRole', {
    RoleName: 'new',
    AssumeRolePolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [statement] }),
  });
  const input = runInput(aws, { overrides: { taskRoleArn: TASK_ROLE.replace('xray-task', 'new') } });
  expect(await aws.refusal('RunTask', input)).toContain('ClientException: ECS was unable to assume the role');
  aws.advance(15_000);
  expect(await aws.refusal('RunTask', input)).toBe('accepted');
});

test('without the service-linked role no task is run', async () => {
  const aws = await ecsSandbox();
  // IAM looks for the role's users in the region of the call only.
  await aws.sandbox.call({
    service: 'iam',
    operation: 'DeleteServiceLinkedRole',
    input: { RoleName: 'AWSServiceRoleForECS' },
    region: 'eu-west-1',
  });
  aws.advance(15_000);
  expect(await aws.refusal('RunTask', runInput(aws))).toContain('Unable to assume the service linked role.');
});

test.each<[string, Partial<RunTaskCommandInput>, string]>([
  ['an unknown cluster', { cluster: 'other' }, 'ClusterNotFoundException: Cluster not found.'],
  ['an unknown definition', { taskDefinition: 'other' }, 'ClientException: TaskDefinition not found.'],
  ['no task', { count: 0 }, INVALID],
  ['eleven tasks', { count: 11 }, INVALID],
  ['no network', { networkConfiguration: undefined }, `${INVALID}Network Configuration must be provided`],
  [
    'no launch type, which means EC2, where there are no instances',
    { launchType: undefined },
    `${INVALID}No Container Instances were found in your cluster.`,
  ],
  [
    'a platform version on EC2',
    { launchType: 'EC2', platformVersion: '1.4.0' },
    `${INVALID}The platform version`,
  ],
  [
    'a launch type and a strategy',
    { capacityProviderStrategy: [{ capacityProvider: 'FARGATE' }] },
    `${INVALID}Specifying both a launch type and capacity provider strategy`,
  ],
  ['a platform version that is none', { platformVersion: '9.9.9' }, 'PlatformUnknownException: '],
  ['the group of a service', { group: 'service:xray' }, `${INVALID}Invalid namespace for group.`],
  ['a startedBy with a dot', { startedBy: 'a.b' }, INVALID],
  ['a startedBy over 128', { startedBy: 'a'.repeat(129) }, `${INVALID}startedBy longer than 128.`],
  ['tags of a service', { propagateTags: 'SERVICE' }, INVALID],
  ['a placement', { placementConstraints: [{ type: 'distinctInstance' }] }, INVALID],
  [
    'an override of a container that there is not',
    { overrides: { containerOverrides: [{ name: 'web' }] } },
    `${INVALID}Override for container named web is not a container in the TaskDefinition.`,
  ],
  [
    'overrides over 8192 characters',
    { overrides: { containerOverrides: [{ name: 'xray', command: ['x'.repeat(8192)] }] } },
    `${INVALID}Container Overrides length must be at most 8192`,
  ],
  [
    'a size that Fargate has not',
    { overrides: { cpu: '256', memory: '4096' } },
    'ClientException: No Fargate configuration exists for given values.',
  ],
  ['a clientToken over 64', { clientToken: 'a'.repeat(65) }, INVALID],
])('a run with %s is refused', async (_, changes, refusal) => {
  const aws = await ecsSandbox();
  expect(await aws.refusal('RunTask', runInput(aws, changes))).toContain(refusal);
});

test('the sandbox is shown whole and put back to its beginning with tasks of no service in it', async () => {
  const aws = await ecsSandbox();
  await run(aws, { clientToken: 'once' });
  expect(JSON.stringify(aws.sandbox.control.state())).toContain('family:xray');
  aws.sandbox.control.reset();
  expect(await aws.refusal('ListTasks', { cluster: 'daemons' })).toContain('ClusterNotFoundException');
});
