import type { ContainerDefinition, Service, Task } from '@aws-sdk/client-ecs';
import { describe, expect, test } from 'vitest';
import { DEFAULT_ACCOUNT_ID } from '../../sandbox/sandbox.ts';
import { ecsSandbox, taskDefinitionInput } from '../support/sandbox/ecs.ts';
import type { EcsSandbox } from '../support/sandbox/ecs.ts';

const REPOSITORY = 'public.ecr.aws/xray/aws-xray-daemon';
const [CONTAINER] = taskDefinitionInput().containerDefinitions!;
const HEALTH_CHECK = { command: ['CMD', '/healthcheck'], interval: 10, retries: 2 };

const withTag = (tag: string, more: Partial<ContainerDefinition> = {}): ContainerDefinition[] => [
  { ...CONTAINER!, image: `${REPOSITORY}:${tag}`, ...more },
];

async function serviceOf(
  containerDefinitions: ContainerDefinition[],
  changes: Parameters<EcsSandbox['serviceInput']>[0] = {},
  options: Parameters<typeof ecsSandbox>[0] = {},
): Promise<EcsSandbox> {
  const aws = await ecsSandbox(options);
  await aws.register({ containerDefinitions });
  await aws.ecs('CreateService', aws.serviceInput({ desiredCount: 1, ...changes }));
  return aws;
}

async function firstStopped(aws: EcsSandbox): Promise<Task> {
  await aws.until(async () => (await aws.stopped()).some(({ lastStatus }) => lastStatus === 'STOPPED'));
  return (await aws.stopped()).find(({ lastStatus }) => lastStatus === 'STOPPED')!;
}

const messages = ({ events = [] }: Service): string[] => events.map(({ message = '' }) => message);

/** Reference: deployments and failures, explain map. */
test.each([
  ['fail-pull', /^CannotPullContainerError: pull image manifest .*failed to resolve ref .*: not found$/],
  ['fail-3.x', /^CannotPullContainerError: .*aws-xray-daemon:fail-3\.x: not found$/],
  ['fail-pull-timeout', /^CannotPullContainerError: .*dial tcp .*: i\/o timeout$/],
  ['fail-pull-denied', /^CannotPullContainerError: .*pull access denied, repository does not exist/],
  ['fail-pull-rate', /^CannotPullContainerError: .*429 Too Many Requests - toomanyrequests/],
  ['fail-pull-platform', /^CannotPullContainerError: .*does not contain descriptor .*'linux\/amd64'$/],
  ['fail-start', /^CannotStartContainerError: failed to get container status: /],
  ['fail-architecture', /^CannotStartContainerError: .*exec format error/],
])(
  'the image tag %s keeps the container from running, and container and task say why',
  async (tag, reason) => {
    const aws = await serviceOf(withTag(tag));
    const task = await firstStopped(aws);
    expect(task).toMatchObject({
      stopCode: 'TaskFailedToStart',
      stoppedReason: expect.stringMatching(reason),
      containers: [{ lastStatus: 'STOPPED', reason: task.stoppedReason }],
    });
    expect(task.startedAt).toBeUndefined();
    expect(task.containers?.[0]?.exitCode).toBeUndefined();
    const { deployments, ...service } = await aws.service();
    expect(deployments).toMatchObject([{ rolloutState: 'IN_PROGRESS', failedTasks: 1 }]);
    expect(messages(service)).toContain(
      `(service xray) was unable to place a task. Reason: ${task.stoppedReason}.`,
    );
  },
);

test.each([
  ['fail-secrets', /^ResourceInitializationError: unable to pull secrets or registry auth: /],
  [
    'fail-logging',
    /^ResourceInitializationError: failed to validate logger args: .*log group does not exist/,
  ],
  [
    'fail-address',
    /^Unexpected EC2 error while attempting to Create Network Interface in subnet 'subnet-\w+': InsufficientFreeAddressesInSubnet$/,
  ],
])('the image tag %s keeps the task from starting, and only the task says why', async (tag, reason) => {
  const task = await firstStopped(await serviceOf(withTag(tag)));
  expect(task).toMatchObject({
    stopCode: 'TaskFailedToStart',
    stoppedReason: expect.stringMatching(reason),
  });
  expect(task.containers?.[0]?.reason).toBeUndefined();
  expect(task.startedAt).toBeUndefined();
});

test.each([
  ['fail-exit', 1],
  ['fail-exit-0', 0],
  ['fail-exit-139', 139],
])(
  'with the image tag %s an essential container exits with %i soon after its start',
  async (tag, exitCode) => {
    const sidecar = { ...CONTAINER!, name: 'sidecar', essential: false, portMappings: [] };
    const aws = await serviceOf([...withTag(tag), sidecar]);
    const task = await firstStopped(aws);
    expect(task).toMatchObject({
      stopCode: 'EssentialContainerExited',
      stoppedReason: 'Essential container in task exited',
    });
    expect(new Map(task.containers?.map((container) => [container.name, container.exitCode]))).toEqual(
      new Map([
        ['xray', exitCode],
        ['sidecar', 0],
      ]),
    );
    expect(Number(task.stoppingAt) - Number(task.startedAt)).toBeLessThanOrEqual(3000);
  },
);

describe('tasks that reach RUNNING and exit before they are healthy', () => {
  const deploymentConfiguration = { deploymentCircuitBreaker: { enable: true, rollback: true } };

  test('count against the breaker', async () => {
    const aws = await serviceOf(withTag('fail-exit'), { deploymentConfiguration });
    aws.advance(60 * 60_000);
    const service = await aws.service();
    expect(service.deployments).toMatchObject([{ rolloutState: 'FAILED', failedTasks: 3 }]);
    expect(await aws.stopped()).toHaveLength(3);
    expect(messages(service).join()).toContain('deployment failed: tasks failed to start.');
  });

  test('roll back to what worked', async () => {
    const aws = await serviceOf(withTag('3.x'), { deploymentConfiguration });
    await aws.steady();
    const before = (await aws.service()).taskDefinition;
    const taskDefinition = await aws.register({ containerDefinitions: withTag('fail-exit') });
    await aws.ecs('UpdateService', { cluster: 'daemons', service: 'xray', taskDefinition });
    await aws.steady();
    expect((await aws.service()).taskDefinition).toBe(before);
  });

  test('are replaced without any backoff, for ever and uncounted, where the sandbox is set so', async () => {
    const aws = await serviceOf(withTag('fail-exit'), { deploymentConfiguration }, { breaker: 'running' });
    aws.advance(60 * 60_000);
    const service = await aws.service();
    expect(service.deployments).toMatchObject([{ rolloutState: 'IN_PROGRESS', failedTasks: 0 }]);
    expect((await aws.stopped()).length).toBeGreaterThan(60);
    expect(messages(service).join()).not.toContain('unable to consistently start');
  });
});

test.each(['healthy', 'running'] as const)(
  'tasks that exit after they were healthy do not count (%s)',
  async (breaker) => {
    const deploymentCircuitBreaker = { enable: true, rollback: true };
    const aws = await serviceOf(
      withTag('fail-memory'),
      { deploymentConfiguration: { deploymentCircuitBreaker } },
      { breaker },
    );
    aws.advance(60 * 60_000);
    expect((await aws.service()).deployments).toMatchObject([{ rolloutState: 'COMPLETED', failedTasks: 0 }]);
  },
);

test('a container that exits and is not essential leaves its task running', async () => {
  const aws = await serviceOf([
    ...withTag('3.x'),
    ...withTag('fail-exit', { name: 'init', essential: false, portMappings: [] }),
  ]);
  await aws.steady();
  aws.advance(10 * 60_000);
  expect(await aws.stopped()).toEqual([]);
});

test('a container out of memory is killed with 137 after it ran for a while, and its deployment had completed', async () => {
  const aws = await serviceOf(withTag('fail-memory'));
  await aws.steady();
  const task = await firstStopped(aws);
  const outOfMemory = 'OutOfMemoryError: Container killed due to memory usage';
  expect(task).toMatchObject({
    stopCode: 'EssentialContainerExited',
    stoppedReason: outOfMemory,
    containers: [{ exitCode: 137, reason: outOfMemory }],
  });
  await aws.until(async () => (await aws.service()).runningCount === 1);
});

test('a missing log group of the awslogs driver keeps tasks from starting until it is made', async () => {
  const logConfiguration = {
    logDriver: 'awslogs' as const,
    options: {
      'awslogs-group': '/stationkeeper/xray',
      'awslogs-region': 'us-east-1',
      'awslogs-stream-prefix': 'docker',
    },
  };
  const aws = await serviceOf(withTag('3.x', { logConfiguration }));
  expect(await firstStopped(aws)).toMatchObject({
    stopCode: 'TaskFailedToStart',
    stoppedReason: expect.stringMatching(
      /^ResourceInitializationError: failed to validate logger args: .*ResourceNotFoundException: The specified log group does not exist/,
    ),
  });
  await aws.call('logs', 'CreateLogGroup', { logGroupName: '/stationkeeper/xray' });
  await aws.steady();
});

test.each(['true', 'True'])('awslogs-create-group %s makes the log group', async (create) => {
  const options = {
    'awslogs-group': '/stationkeeper/xray',
    'awslogs-region': 'us-east-1',
    'awslogs-stream-prefix': 'docker',
    'awslogs-create-group': create,
  };
  const aws = await serviceOf(withTag('3.x', { logConfiguration: { logDriver: 'awslogs', options } }));
  await aws.steady();
  const { logGroups } = await aws.call('logs', 'DescribeLogGroups', {});
  expect(logGroups?.map(({ logGroupName }) => logGroupName)).toEqual(['/stationkeeper/xray']);
});

test('a subnet without free addresses takes no more tasks', async () => {
  const aws = await ecsSandbox();
  const { Vpcs = [] } = await aws.call('ec2', 'DescribeVpcs', {});
  const { Subnet } = await aws.call('ec2', 'CreateSubnet', {
    VpcId: Vpcs[0]?.VpcId,
    CidrBlock: '172.31.240.0/28',
  });
  const subnets = [Subnet!.SubnetId!];
  const networkConfiguration = {
    awsvpcConfiguration: { subnets, securityGroups: [aws.securityGroup], assignPublicIp: 'ENABLED' as const },
  };
  await aws.ecs('CreateService', aws.serviceInput({ desiredCount: 12, networkConfiguration }));
  expect(await firstStopped(aws)).toMatchObject({
    stopCode: 'TaskFailedToStart',
    stoppedReason: `Unexpected EC2 error while attempting to Create Network Interface with public IP assignment enabled in subnet '${subnets[0]}': InsufficientFreeAddressesInSubnet`,
  });
  await aws.until(async () => (await aws.service()).runningCount === 11);
});

test('a security group that is gone keeps new tasks from starting', async () => {
  const aws = await serviceOf(withTag('3.x'), { desiredCount: 0 });
  await aws.call('ec2', 'DeleteSecurityGroup', { GroupId: aws.securityGroup });
  await aws.ecs('UpdateService', { cluster: 'daemons', service: 'xray', desiredCount: 1 });
  expect((await firstStopped(aws)).stoppedReason).toMatch(
    /^Unexpected EC2 error while attempting to Create Network Interface in subnet .*: InvalidGroup\.NotFound$/,
  );
});

test('with a role that does not trust tasks nothing is launched, and ECS says so', async () => {
  const aws = await ecsSandbox();
  const { Role } = await aws.call('iam', 'CreateRole', {
    RoleName: 'of-another-service',
    AssumeRolePolicyDocument: JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
    }),
  });
  aws.advance(60_000);
  const taskDefinition = await aws.register({ taskRoleArn: Role!.Arn });
  await aws.ecs('CreateService', aws.serviceInput({ desiredCount: 1, taskDefinition }));
  aws.advance(600_000);
  expect(messages(await aws.service()).join()).toContain(`unable to assume the role '${Role!.Arn}'`);
  expect([...(await aws.tasks()), ...(await aws.stopped())]).toEqual([]);
});

test.each([
  { StringEquals: { 'aws:SourceAccount': DEFAULT_ACCOUNT_ID } },
  { ArnLike: { 'aws:SourceArn': `arn:aws:ecs:us-east-1:${DEFAULT_ACCOUNT_ID}:*` } },
])('with a role that trusts tasks under %o, as AWS advises, tasks are launched', async (Condition) => {
  const aws = await ecsSandbox();
  const { Role } = await aws.call('iam', 'CreateRole', {
    RoleName: 'of-this-account',
    AssumeRolePolicyDocument: JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Service: 'ecs-tasks.amazonaws.com' },
          Action: 'sts:AssumeRole',
          Condition,
        },
      ],
    }),
  });
  aws.advance(60_000);
  const taskDefinition = await aws.register({ taskRoleArn: Role!.Arn });
  await aws.ecs('CreateService', aws.serviceInput({ desiredCount: 1, taskDefinition }));
  await aws.steady();
  expect(await aws.tasks()).toHaveLength(1);
});

test('with a role that cannot yet be assumed nothing is launched; ECS says so once and tries again after 30 s', async () => {
  const aws = await ecsSandbox();
  const trust = {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: { Service: 'ecs-tasks.amazonaws.com' }, Action: 'sts:AssumeRole' },
    ],
  };
  const { Role } = await aws.call('iam', 'CreateRole', {
    RoleName: 'young',
    AssumeRolePolicyDocument: JSON.stringify(trust),
  });
  aws.advance(2000);
  const taskDefinition = await aws.register({ taskRoleArn: Role!.Arn });
  await aws.ecs('CreateService', aws.serviceInput({ desiredCount: 1, taskDefinition }));
  await aws.until(async () => ((await aws.service()).events ?? []).length > 0);
  const service = await aws.service();
  expect(messages(service)).toEqual([
    `(service xray) failed to launch a task with (error ECS was unable to assume the role '${Role!.Arn}' that was provided for this task. Please verify that the role being passed has the proper trust relationship and permissions and that your IAM user has permissions to pass this role.).`,
  ]);
  expect([...(await aws.tasks()), ...(await aws.stopped())]).toEqual([]);
  await aws.steady();
  const [task] = await aws.tasks();
  const waited = Number(task?.createdAt) - Number(service.events?.[0]?.createdAt);
  expect(waited).toBeGreaterThanOrEqual(30_000);
  expect(waited).toBeLessThan(35_000);
});

test('a deleted role keeps lost tasks from being replaced', async () => {
  const aws = await serviceOf(withTag('3.x'));
  await aws.steady();
  await aws.call('iam', 'DeleteRole', { RoleName: 'xray-task' });
  const [victim] = await aws.tasks();
  await aws.ecs('StopTask', { cluster: 'daemons', task: victim?.taskArn });
  aws.advance(10 * 60_000);
  const service = await aws.service();
  expect(service.runningCount).toBe(0);
  const complaints = messages(service).filter((message) => message.includes('unable to assume the role'));
  expect(complaints).toHaveLength(1);
});

test('a health check that never passes makes the task UNHEALTHY, and ECS replaces and then stops it', async () => {
  const aws = await serviceOf(withTag('fail-health', { healthCheck: HEALTH_CHECK }));
  await aws.until(async () => (await aws.tasks()).some(({ healthStatus }) => healthStatus === 'UNHEALTHY'));
  const [sick] = (await aws.tasks()).filter(({ healthStatus }) => healthStatus === 'UNHEALTHY');
  const id = sick?.taskArn?.split('/').at(-1);
  const service = await aws.service();
  expect(messages(service)).toContain(`(service xray) (task ${id}) failed container health checks.`);
  expect(service.deployments).toMatchObject([{ rolloutState: 'IN_PROGRESS', failedTasks: 1 }]);
  await aws.until(async () => (await aws.service()).runningCount === 2);
  expect(await firstStopped(aws)).toMatchObject({
    stopCode: 'ServiceSchedulerInitiated',
    stoppedReason: 'Task failed container health checks',
    healthStatus: 'UNHEALTHY',
  });
});

test('without room above the desired count an UNHEALTHY task is stopped first', async () => {
  const aws = await serviceOf(withTag('fail-health-later', { healthCheck: HEALTH_CHECK }), {
    desiredCount: 2,
    deploymentConfiguration: { minimumHealthyPercent: 0, maximumPercent: 100 },
  });
  let most = 0;
  await aws.until(async () => {
    const { runningCount = 0, pendingCount = 0 } = await aws.service();
    most = Math.max(most, runningCount + pendingCount);
    return (await aws.stopped()).length >= 2;
  });
  expect(most).toBe(2);
});

test('a failing health check opens the circuit breaker, and ECS rolls back', async () => {
  const deploymentCircuitBreaker = { enable: true, rollback: true };
  const aws = await serviceOf(withTag('3.x', { healthCheck: HEALTH_CHECK }), {
    deploymentConfiguration: { deploymentCircuitBreaker },
  });
  await aws.steady();
  const before = await aws.service();
  const taskDefinition = await aws.register({
    containerDefinitions: withTag('fail-health', { healthCheck: HEALTH_CHECK }),
  });
  await aws.ecs('UpdateService', { cluster: 'daemons', service: 'xray', taskDefinition });
  await aws.until(async () =>
    ((await aws.service()).deployments ?? []).some(({ rolloutState }) => rolloutState === 'FAILED'),
  );
  await aws.steady();
  const after = await aws.service();
  expect(after.taskDefinition).toBe(before.taskDefinition);
  expect(after.deployments?.[0]?.id).toBe(before.deployments?.[0]?.id);
});

test('a health check that fails later leaves the deployment COMPLETED, and its tasks are replaced', async () => {
  const aws = await serviceOf(withTag('fail-health-later', { healthCheck: HEALTH_CHECK }));
  await aws.steady();
  expect((await aws.tasks())[0]?.healthStatus).toBe('HEALTHY');
  expect((await firstStopped(aws)).stoppedReason).toBe('Task failed container health checks');
  expect((await aws.service()).deployments).toMatchObject([{ rolloutState: 'COMPLETED', failedTasks: 0 }]);
});
