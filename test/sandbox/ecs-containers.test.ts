import type { ContainerDefinition, Task } from '@aws-sdk/client-ecs';
import { describe, expect, it } from 'vitest';
import { toldRuntime } from '../support/sandbox/container-runtime.ts';
import { ecsSandbox } from '../support/sandbox/ecs.ts';
import type { EcsSandbox } from '../support/sandbox/ecs.ts';

const logConfiguration = {
  logDriver: 'awslogs',
  options: {
    'awslogs-group': '/stationkeeper/xray',
    'awslogs-region': 'us-east-1',
    'awslogs-stream-prefix': 'docker',
  },
} as const;

const xray: ContainerDefinition = { name: 'xray', image: 'xray:3.x' };
const healthCheck = {
  command: ['CMD-SHELL', 'curl -f http://localhost/'],
  interval: 10,
  timeout: 3,
  retries: 2,
};

/** A task of these containers that are run as the test says, at its start. */
async function taskOf(...containerDefinitions: ContainerDefinition[]) {
  return taskIn(toldRuntime(), containerDefinitions);
}

async function taskIn(runtime: ReturnType<typeof toldRuntime>, containerDefinitions: ContainerDefinition[]) {
  const aws = await ecsSandbox({ runtime });
  await aws.register({ containerDefinitions });
  const { tasks = [] } = await aws.ecs('RunTask', { ...runInput(aws), cluster: 'daemons' });
  const tasksNow = async (): Promise<Task> =>
    (await aws.ecs('DescribeTasks', { cluster: 'daemons', tasks: [tasks[0]!.taskArn!] })).tasks![0]!;
  await aws.until(() => Promise.resolve(runtime.started.length > 0));
  return { aws, runtime, task: tasksNow, taskArn: tasks[0]!.taskArn! };
}

function runInput({ subnets, securityGroup }: EcsSandbox) {
  return {
    taskDefinition: 'xray',
    launchType: 'FARGATE' as const,
    networkConfiguration: {
      awsvpcConfiguration: { subnets: [...subnets], securityGroups: [securityGroup] },
    },
  };
}

async function until(aws: EcsSandbox, task: () => Promise<Task>, status: string): Promise<void> {
  await aws.until(async () => (await task()).lastStatus === status);
}

describe('a container that is run for real', () => {
  it('makes its task RUNNING once it has started', async () => {
    const { runtime, task } = await taskOf(xray);
    expect(await task()).toMatchObject({ lastStatus: 'ACTIVATING', containers: [{ lastStatus: 'PENDING' }] });
    runtime.letAllRun();
    expect(await task()).toMatchObject({ lastStatus: 'RUNNING', containers: [{ lastStatus: 'RUNNING' }] });
  });

  it('is told its task, its address, and its command, entry point and folder', async () => {
    const { runtime, task } = await taskOf({
      ...xray,
      command: ['--log-level', 'dev'],
      entryPoint: ['/xray'],
      workingDirectory: '/srv',
      portMappings: [{ containerPort: 2000, protocol: 'udp' }, { containerPort: 2001 }],
    });
    const { containers = [] } = await task();
    expect(runtime.container('xray').launch).toMatchObject({
      image: 'xray:3.x',
      group: 'family:xray',
      accountId: '385605022855',
      region: 'us-east-1',
      address: containers[0]?.networkInterfaces?.[0]?.privateIpv4Address,
      hasOwnInterface: true,
      ports: [
        { protocol: 'udp', port: 2000 },
        { protocol: 'tcp', port: 2001 },
      ],
      command: ['--log-level', 'dev'],
      entryPoint: ['/xray'],
      workingDirectory: '/srv',
    });
  });

  it("has its variables, the values of its secrets, and its role's credentials", async () => {
    const runtime = toldRuntime();
    const aws = await ecsSandbox({ runtime });
    const { ARN: secretArn = '' } = await aws.call('secretsmanager', 'CreateSecret', {
      Name: 'token',
      SecretString: '{"key":"hush","port":7}',
    });
    await aws.call('ssm', 'PutParameter', { Name: 'level', Value: 'debug', Type: 'String' });
    await aws.register({
      containerDefinitions: [
        {
          ...xray,
          environment: [
            { name: 'A', value: 'a' },
            { name: 'B', value: 'b' },
          ],
          secrets: [
            { name: 'KEY', valueFrom: `${secretArn}:key::` },
            { name: 'PORT', valueFrom: `${secretArn}:port::` },
            { name: 'LEVEL', valueFrom: 'level' },
          ],
        },
      ],
    });
    await aws.ecs('RunTask', {
      ...runInput(aws),
      cluster: 'daemons',
      overrides: {
        containerOverrides: [{ name: 'xray', command: ['-v'], environment: [{ name: 'B', value: 'over' }] }],
      },
    });
    await aws.until(() => Promise.resolve(runtime.started.length > 0));
    const { environment, command, taskId } = runtime.container('xray').launch;
    expect(environment).toMatchObject({
      A: 'a',
      B: 'over',
      KEY: 'hush',
      PORT: '7',
      LEVEL: 'debug',
      AWS_REGION: 'us-east-1',
      AWS_EXECUTION_ENV: 'AWS_ECS_FARGATE',
    });
    expect(command).toEqual(['-v']);
    const caller = await aws.sandbox.call({
      service: 'sts',
      operation: 'GetCallerIdentity',
      input: {},
      region: 'us-east-1',
      accessKeyId: environment['AWS_ACCESS_KEY_ID']!,
    });
    expect(caller).toMatchObject({
      Arn: `arn:aws:sts::385605022855:assumed-role/xray-task/${taskId}`,
    });
    expect(JSON.stringify(aws.sandbox.control.state())).not.toContain('hush');
  });

  it('that ends ends its task, with its exit code, where it is essential', async () => {
    const { aws, runtime, task } = await taskOf(xray, { name: 'side', image: 'side', essential: false });
    runtime.letAllRun();
    runtime.container('side').events.exited(3);
    expect(await task()).toMatchObject({ lastStatus: 'RUNNING' });
    runtime.container('xray').events.exited(139);
    await until(aws, task, 'STOPPED');
    expect(await task()).toMatchObject({
      stopCode: 'EssentialContainerExited',
      stoppedReason: 'Essential container in task exited',
      containers: expect.arrayContaining([
        expect.objectContaining({ name: 'xray', exitCode: 139 }),
        expect.objectContaining({ name: 'side', exitCode: 3 }),
      ]),
    });
  });

  it('that cannot start ends its task, and says why', async () => {
    const { aws, runtime, task } = await taskOf(xray);
    runtime.container('xray').events.failed('CannotStartContainerError: no such file');
    await until(aws, task, 'STOPPED');
    expect(await task()).toMatchObject({
      stopCode: 'TaskFailedToStart',
      containers: [{ reason: 'CannotStartContainerError: no such file' }],
    });
  });

  it('is replaced by its service', async () => {
    const runtime = toldRuntime();
    const aws = await ecsSandbox({ runtime });
    await aws.ecs('CreateService', aws.serviceInput({ desiredCount: 1 }));
    await aws.until(() => Promise.resolve(runtime.started.length === 1));
    runtime.letAllRun();
    await aws.steady();
    runtime.container('xray').events.exited(1);
    await aws.until(() => Promise.resolve(runtime.started.length === 2));
    runtime.letAllRun();
    await aws.steady();
    expect(runtime.started[1]?.launch.address).not.toBe(runtime.started[0]?.launch.address);
  });

  it('writes to the stream of its task, and goes on where its group is gone', async () => {
    const runtime = toldRuntime();
    const aws = await ecsSandbox({ runtime });
    await aws.call('logs', 'CreateLogGroup', { logGroupName: '/stationkeeper/xray' });
    await aws.register({ containerDefinitions: [{ ...xray, logConfiguration }] });
    await aws.ecs('RunTask', { ...runInput(aws), cluster: 'daemons' });
    await aws.until(() => Promise.resolve(runtime.started.length > 0));
    const { events, launch } = runtime.container('xray');
    events.wrote(['one', 'two']);
    const written = await aws.call('logs', 'FilterLogEvents', { logGroupName: '/stationkeeper/xray' });
    expect(written.events).toMatchObject([
      { logStreamName: `docker/xray/${launch.taskId}`, message: 'one' },
      { message: 'two' },
    ]);
    await aws.call('logs', 'DeleteLogGroup', { logGroupName: '/stationkeeper/xray' });
    expect(() => events.wrote(['three'])).not.toThrow();
  });
});

describe('containers that stop', () => {
  it('are told by SIGTERM, and killed once their stop timeout is over; the task waits for them', async () => {
    const { aws, runtime, task, taskArn } = await taskOf({ ...xray, stopTimeout: 60 });
    runtime.letAllRun();
    await aws.ecs('StopTask', { cluster: 'daemons', task: taskArn });
    await until(aws, task, 'STOPPING');
    const { signals, events } = runtime.container('xray');
    aws.advance(59_000);
    expect([signals, (await task()).lastStatus]).toEqual([['SIGTERM'], 'STOPPING']);
    aws.advance(1000);
    expect([signals, (await task()).lastStatus]).toEqual([['SIGTERM', 'SIGKILL'], 'STOPPING']);
    events.exited(137);
    await until(aws, task, 'STOPPED');
    expect((await task()).containers).toMatchObject([{ exitCode: 137 }]);
  });

  it('go before those that they depend on', async () => {
    const { aws, runtime, task, taskArn } = await taskOf(xray, {
      name: 'app',
      image: 'app',
      dependsOn: [{ containerName: 'xray', condition: 'START' }],
    });
    runtime.letAllRun();
    runtime.letAllRun();
    expect((await task()).lastStatus).toBe('RUNNING');
    await aws.ecs('StopTask', { cluster: 'daemons', task: taskArn });
    await until(aws, task, 'STOPPING');
    const [first, second] = [runtime.container('app'), runtime.container('xray')];
    expect([first.signals, second.signals]).toEqual([['SIGTERM'], []]);
    first.events.exited(0);
    expect(second.signals).toEqual(['SIGTERM']);
    second.events.exited(0);
    await until(aws, task, 'STOPPED');
  });

  it('a task whose container never started waits for nothing', async () => {
    const { aws, runtime, task, taskArn } = await taskOf(
      { ...xray, healthCheck },
      { name: 'app', image: 'app', dependsOn: [{ containerName: 'xray', condition: 'HEALTHY' }] },
    );
    runtime.letAllRun();
    await aws.ecs('StopTask', { cluster: 'daemons', task: taskArn });
    await until(aws, task, 'STOPPING');
    runtime.container('xray').events.exited(0);
    await until(aws, task, 'STOPPED');
    expect(runtime.started).toHaveLength(1);
  });
});

describe('a health check that is run', () => {
  const checked = { ...xray, healthCheck };

  it('comes every interval, with its timeout, and makes its task HEALTHY', async () => {
    const { aws, runtime, task } = await taskOf(checked);
    runtime.letAllRun();
    const { checks } = runtime.container('xray');
    aws.advance(9_999);
    expect(checks).toEqual([]);
    aws.advance(1);
    expect(checks.map(({ check }) => check)).toEqual([
      { command: ['/bin/sh', '-c', 'curl -f http://localhost/'], timeoutMs: 3000 },
    ]);
    expect(await task()).toMatchObject({ healthStatus: 'UNKNOWN' });
    checks[0]!.answer(true);
    expect(await task()).toMatchObject({
      healthStatus: 'HEALTHY',
      containers: [{ healthStatus: 'HEALTHY' }],
    });
    aws.advance(10_000);
    expect(checks).toHaveLength(2);
  });

  it('that fails as often in a row as it may makes its task UNHEALTHY', async () => {
    const { aws, runtime, task } = await taskOf(checked);
    runtime.letAllRun();
    const { checks } = runtime.container('xray');
    const health: (string | undefined)[] = [];
    for (const [index, passed] of [false, true, false, false].entries()) {
      aws.advance(10_000);
      checks[index]!.answer(passed);
      health.push((await task()).healthStatus);
    }
    expect(health).toEqual(['UNKNOWN', 'HEALTHY', 'HEALTHY', 'UNHEALTHY']);
  });

  it('that fails in the start period does not count', async () => {
    const { aws, runtime, task } = await taskOf({
      ...xray,
      healthCheck: { ...healthCheck, startPeriod: 25 },
    });
    runtime.letAllRun();
    const { checks } = runtime.container('xray');
    const health: (string | undefined)[] = [];
    for (const index of [0, 1, 2, 3]) {
      aws.advance(10_000);
      checks[index]!.answer(false);
      health.push((await task()).healthStatus);
    }
    expect(health).toEqual(['UNKNOWN', 'UNKNOWN', 'UNKNOWN', 'UNHEALTHY']);
  });

  it('a service replaces what is UNHEALTHY', async () => {
    const runtime = toldRuntime();
    const aws = await ecsSandbox({ runtime });
    await aws.register({ containerDefinitions: [checked] });
    await aws.ecs('CreateService', aws.serviceInput({ desiredCount: 1 }));
    await aws.until(() => Promise.resolve(runtime.started.length === 1));
    runtime.letAllRun();
    const [first] = runtime.started;
    for (const index of [0, 1]) {
      aws.advance(10_000);
      first!.checks[index]!.answer(false);
    }
    await aws.until(() => Promise.resolve(runtime.started.length === 2));
    expect(runtime.started[1]?.launch.taskId).not.toBe(first!.launch.taskId);
  });
});

describe('a container that waits for another', () => {
  const app = (condition: 'START' | 'HEALTHY' | 'COMPLETE' | 'SUCCESS'): ContainerDefinition => ({
    name: 'app',
    image: 'app',
    dependsOn: [{ containerName: 'first', condition }],
  });
  const first = { name: 'first', image: 'first', essential: false, healthCheck };
  const names = (runtime: ReturnType<typeof toldRuntime>) => runtime.started.map(({ launch }) => launch.name);

  it('to START starts behind it', async () => {
    const { runtime } = await taskOf(app('START'), first);
    expect(names(runtime)).toEqual(['first']);
    runtime.letAllRun();
    expect(names(runtime)).toEqual(['first', 'app']);
  });

  it('to be HEALTHY starts once it is, and its task runs only then', async () => {
    const { aws, runtime, task } = await taskOf(app('HEALTHY'), first);
    runtime.letAllRun();
    aws.advance(10_000);
    expect([names(runtime), (await task()).lastStatus]).toEqual([['first'], 'ACTIVATING']);
    runtime.container('first').checks[0]!.answer(true);
    runtime.letAllRun();
    expect([names(runtime), (await task()).lastStatus]).toEqual([['first', 'app'], 'RUNNING']);
  });

  it.each([
    ['COMPLETE', 1, ['first', 'app']],
    ['COMPLETE', 0, ['first', 'app']],
    ['SUCCESS', 0, ['first', 'app']],
    ['SUCCESS', 1, ['first']],
  ] as const)('to be %s, which exits with %d: %o start', async (condition, exitCode, starting) => {
    const { runtime } = await taskOf(app(condition), first);
    runtime.letAllRun();
    runtime.container('first').events.exited(exitCode);
    expect(names(runtime)).toEqual(starting);
  });

  it('in vain ends its task, which says for what', async () => {
    const { aws, runtime, task } = await taskOf(app('SUCCESS'), first);
    runtime.letAllRun();
    runtime.container('first').events.exited(1);
    await until(aws, task, 'STOPPED');
    expect(await task()).toMatchObject({
      stopCode: 'TaskFailedToStart',
      stoppedReason:
        'Container app cannot start: it waits for container first to be SUCCESS, and it will not be any more.',
    });
  });

  it('longer than the start timeout ends its task', async () => {
    const { aws, runtime, task } = await taskOf(app('COMPLETE'), { ...first, startTimeout: 120 });
    runtime.letAllRun();
    aws.advance(119_000);
    expect((await task()).desiredStatus).toBe('RUNNING');
    aws.advance(1000);
    expect(await task()).toMatchObject({
      desiredStatus: 'STOPPED',
      stoppedReason:
        'Container app cannot start: it waits for container first to be COMPLETE, and it was not within 120 s.',
    });
  });

  it('that runs as nothing does not wait', async () => {
    const { runtime } = await taskIn(
      toldRuntime((image) => image === 'app'),
      [app('SUCCESS'), first],
    );
    expect(names(runtime)).toEqual(['app']);
  });
});

it('what is reset is told to nobody any more', async () => {
  const { aws, runtime } = await taskOf(xray);
  aws.sandbox.control.reset();
  expect(runtime.started).toEqual([]);
});

it('with a runtime the clock is the wall clock, and speed shortens only what AWS takes time for', async () => {
  const { sandbox } = await ecsSandbox({ runtime: toldRuntime() });
  const { createSandbox } = await import('../../sandbox/sandbox.ts');
  let now = 0;
  const clock = { now: () => now, sleep: () => Promise.resolve() };
  const fast = createSandbox({ clock, speed: 20, runtime: toldRuntime() }).world;
  now = 1000;
  fast.settle();
  expect(fast.now()).toBe(1000);
  expect(fast.timing.ecs.healthyAfterRunning.least).toBe(2000);
  expect(sandbox.world.timing.ecs.healthyAfterRunning.least).toBe(40_000);
});
