import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { breakerThreshold, nextMove } from '../../sandbox/ecs/deployments/rollout.ts';
import { ecsSandbox, taskDefinitionInput } from '../support/sandbox/ecs.ts';
import type { EcsSandbox } from '../support/sandbox/ecs.ts';

const [CONTAINER] = taskDefinitionInput().containerDefinitions!;
const BROKEN = [{ ...CONTAINER, image: 'public.ecr.aws/xray/aws-xray-daemon:fail-pull' }];
const BREAKER = { enable: true, rollback: true };

type Changes = Parameters<EcsSandbox['serviceInput']>[0];

async function runningIn(options: Parameters<typeof ecsSandbox>[0], changes: Changes): Promise<EcsSandbox> {
  const aws = await ecsSandbox(options);
  await aws.ecs('CreateService', aws.serviceInput(changes));
  await aws.steady();
  return aws;
}

const update = (aws: EcsSandbox, changes: object) =>
  aws.ecs('UpdateService', { cluster: 'daemons', service: 'xray', ...changes });

/** Whatever exits count against the breaker: what does not get to run always does. */
describe.each(['healthy', 'running'] as const)('where an exit counts unless the task was %s', (breaker) => {
  const running = (changes: Changes = {}) => runningIn({ breaker }, changes);

  test.each([
    { desiredCount: 4, minimumHealthyPercent: 100, maximumPercent: 200 },
    { desiredCount: 4, minimumHealthyPercent: 50, maximumPercent: 100 },
    { desiredCount: 3, minimumHealthyPercent: 50, maximumPercent: 150 },
    { desiredCount: 1, minimumHealthyPercent: 0, maximumPercent: 100 },
  ])(
    'a rollout of $desiredCount tasks stays within $minimumHealthyPercent and $maximumPercent percent',
    async (bounds) => {
      const { desiredCount, ...deploymentConfiguration } = bounds;
      const aws = await running({ desiredCount, deploymentConfiguration });
      const revision = await aws.register();
      await update(aws, { taskDefinition: revision });
      const least = Math.ceil((desiredCount * bounds.minimumHealthyPercent) / 100);
      const most = Math.floor((desiredCount * bounds.maximumPercent) / 100);
      const seen: { running: number; live: number }[] = [];
      await aws.until(async () => {
        const { runningCount = 0, pendingCount = 0, deployments = [] } = await aws.service();
        seen.push({ running: runningCount, live: runningCount + pendingCount });
        return deployments.length === 1 && deployments[0]?.rolloutState === 'COMPLETED';
      });
      expect(seen.length).toBeGreaterThan(5);
      expect(Math.min(...seen.map((moment) => moment.running))).toBeGreaterThanOrEqual(least);
      expect(Math.max(...seen.map((moment) => moment.live))).toBeLessThanOrEqual(most);
      const tasks = await aws.tasks();
      expect(tasks.map(({ taskDefinitionArn }) => taskDefinitionArn)).toEqual(
        Array.from({ length: desiredCount }, () => revision),
      );
    },
  );

  test('percentages that allow neither a start nor a stop leave the deployment where it is, and say so', async () => {
    const aws = await running({ desiredCount: 1, deploymentConfiguration: { maximumPercent: 150 } });
    await update(aws, { forceNewDeployment: true });
    aws.advance(60_000);
    const { deployments, events } = await aws.service();
    expect(deployments).toMatchObject([
      { status: 'PRIMARY', rolloutState: 'IN_PROGRESS', runningCount: 0 },
      { status: 'ACTIVE', rolloutState: 'COMPLETED', runningCount: 1 },
    ]);
    expect(events?.[0]?.message).toContain('because of the service deployment configuration');
  });

  test('during a rollout the old deployment is ACTIVE, and gone when the new one has completed', async () => {
    const aws = await running();
    const before = await aws.service();
    await update(aws, { forceNewDeployment: true });
    const during = await aws.service();
    expect(during.deployments?.map(({ id, status }) => [id, status])).toEqual([
      [expect.stringMatching(/^ecs-svc\/\d{19}$/), 'PRIMARY'],
      [before.deployments?.[0]?.id, 'ACTIVE'],
    ]);
    await aws.steady();
    const after = await aws.service();
    expect(after.deployments?.map(({ id }) => id)).toEqual([during.deployments?.[0]?.id]);
  });

  test('an image that cannot be pulled never runs, and its task says why', async () => {
    const aws = await ecsSandbox({ breaker });
    await aws.register({ containerDefinitions: BROKEN });
    await aws.ecs('CreateService', aws.serviceInput({ desiredCount: 1 }));
    await aws.until(async () => (await aws.stopped())[0]?.lastStatus === 'STOPPED');
    const [task] = await aws.stopped();
    expect(task).toMatchObject({
      stopCode: 'TaskFailedToStart',
      stoppedReason: expect.stringMatching(
        /^CannotPullContainerError: .*aws-xray-daemon:fail-pull: not found$/,
      ),
      containers: [{ reason: expect.stringContaining('CannotPullContainerError') }],
    });
    expect(task?.startedAt).toBeUndefined();
  });

  test('without a breaker a broken rollout backs off, complains once and stays in progress', async () => {
    const aws = await ecsSandbox({ breaker });
    await aws.register({ containerDefinitions: BROKEN });
    await aws.ecs('CreateService', aws.serviceInput({ desiredCount: 1 }));
    aws.advance(60 * 60_000);
    const { deployments, events = [] } = await aws.service();
    const [deployment] = deployments ?? [];
    expect(deployment?.rolloutState).toBe('IN_PROGRESS');
    expect(deployment?.failedTasks).toBeGreaterThan(8);
    expect(deployment?.failedTasks).toBeLessThan(20);
    const complaints = events.filter(({ message }) => message?.includes('unable to consistently start'));
    expect(complaints).toHaveLength(1);
  });

  test('the breaker of a first deployment stops launching: there is nothing to roll back to', async () => {
    const aws = await ecsSandbox({ breaker });
    await aws.register({ containerDefinitions: BROKEN });
    const deploymentConfiguration = { deploymentCircuitBreaker: BREAKER };
    await aws.ecs('CreateService', aws.serviceInput({ deploymentConfiguration }));
    aws.advance(120_000);
    const { deployments } = await aws.service();
    expect(deployments).toMatchObject([
      {
        status: 'PRIMARY',
        rolloutState: 'FAILED',
        rolloutStateReason: 'ECS deployment circuit breaker: tasks failed to start.',
        runningCount: 0,
        pendingCount: 0,
      },
    ]);
    expect(aws.sandbox.world.untilNextEvent()).toBeUndefined();
  });

  test('the breaker rolls back to the last completed deployment, whose tasks ran all the time', async () => {
    const aws = await running({ deploymentConfiguration: { deploymentCircuitBreaker: BREAKER } });
    const before = await aws.service();
    const tasksBefore = (await aws.tasks()).map(({ taskArn }) => taskArn);
    await update(aws, { taskDefinition: await aws.register({ containerDefinitions: BROKEN }) });
    let least = 2;
    await aws.until(async () => {
      const { runningCount = 0, deployments } = await aws.service();
      least = Math.min(least, runningCount);
      return deployments?.some(({ rolloutState }) => rolloutState === 'FAILED') === true;
    });
    const failed = await aws.service();
    expect(failed.deployments).toMatchObject([
      {
        id: before.deployments?.[0]?.id,
        status: 'PRIMARY',
        rolloutState: 'IN_PROGRESS',
        rolloutStateReason: `ECS deployment circuit breaker: rolling back to deploymentId ${before.deployments?.[0]?.id}.`,
      },
      { status: 'ACTIVE', rolloutState: 'FAILED', failedTasks: expect.any(Number) },
    ]);
    await aws.steady();
    const after = await aws.service();
    expect(least).toBe(2);
    expect(after.taskDefinition).toBe(before.taskDefinition);
    expect((await aws.tasks()).map(({ taskArn }) => taskArn)).toEqual(tasksBefore);
  });

  test('without rollback a failed rollout keeps the old tasks running until it is mended', async () => {
    const deploymentCircuitBreaker = { enable: true, rollback: false };
    const aws = await running({ deploymentConfiguration: { deploymentCircuitBreaker } });
    await update(aws, { taskDefinition: await aws.register({ containerDefinitions: BROKEN }) });
    aws.advance(120_000);
    expect((await aws.service()).runningCount).toBe(2);
    expect((await aws.service()).deployments?.[0]?.rolloutState).toBe('FAILED');
    const good = await aws.register();
    await update(aws, { taskDefinition: good });
    await aws.steady();
    expect((await aws.tasks()).map(({ taskDefinitionArn }) => taskDefinitionArn)).toEqual([good, good]);
  });

  test('a broken first deployment is mended by a good image', async () => {
    const aws = await ecsSandbox({ breaker });
    await aws.register({ containerDefinitions: BROKEN });
    const deploymentConfiguration = { deploymentCircuitBreaker: BREAKER };
    await aws.ecs('CreateService', aws.serviceInput({ deploymentConfiguration }));
    aws.advance(120_000);
    await update(aws, { taskDefinition: await aws.register() });
    await aws.steady();
    expect((await aws.service()).deployments?.[0]).toMatchObject({ failedTasks: 0, runningCount: 2 });
  });

  test('an old task that dies during a rollout that cannot succeed is replaced', async () => {
    const deploymentCircuitBreaker = { enable: true, rollback: false };
    const aws = await running({ deploymentConfiguration: { deploymentCircuitBreaker } });
    await update(aws, { taskDefinition: await aws.register({ containerDefinitions: BROKEN }) });
    await aws.until(async () => (await aws.service()).deployments?.[0]?.rolloutState === 'FAILED');
    const [victim] = await aws.tasks();
    await aws.ecs('StopTask', { cluster: 'daemons', task: victim?.taskArn });
    expect((await aws.service()).runningCount).toBe(1);
    await aws.until(async () => (await aws.service()).runningCount === 2);
    const definitions = (await aws.tasks()).map(({ taskDefinitionArn }) => taskDefinitionArn);
    expect(new Set(definitions)).toEqual(new Set([victim?.taskDefinitionArn]));
  });

  test('a change of the desired count alone starts no deployment', async () => {
    const aws = await running();
    const before = await aws.service();
    await update(aws, { desiredCount: 5 });
    await aws.until(async () => (await aws.service()).runningCount === 5);
    await update(aws, { desiredCount: 1 });
    await aws.until(async () => (await aws.service()).runningCount === 1);
    aws.advance(5000);
    const after = await aws.service();
    expect(after.deployments?.map(({ id }) => id)).toEqual(before.deployments?.map(({ id }) => id));
    expect(after.events?.[0]?.message).toBe('(service xray) has reached a steady state.');
  });
});

const running = (changes: Changes = {}) => runningIn({}, changes);

test.each([
  [1, 3],
  [6, 3],
  [7, 4],
  [100, 50],
  [1000, 200],
])('with %i tasks desired the breaker opens after %i failures', (desiredCount, failures) => {
  expect(breakerThreshold(desiredCount, undefined)).toBe(failures);
});

test.each([
  [{ type: 'COUNT', value: 7 }, 1000, 7],
  [{ type: 'BOUNDED_PERCENT', value: 10 }, 10, 3],
  [{ type: 'UNBOUNDED_PERCENT', value: 10 }, 10, 1],
  [{ type: 'UNBOUNDED_PERCENT', value: 50 }, 1000, 500],
])('the threshold %j of %i tasks desired is %i failures', (configuration, desiredCount, failures) => {
  expect(breakerThreshold(desiredCount, configuration)).toBe(failures);
});

test('an UNHEALTHY task is replaced before it is stopped where there is room, and after it where not', () => {
  const oneSick = {
    desiredCount: 2,
    minimumHealthyPercent: 50,
    primary: { live: 1, healthy: 1 },
    old: { live: 1, healthy: 0 },
    sick: 1,
    mayStart: true,
    oldIsProven: false,
  };
  expect(nextMove({ ...oneSick, maximumPercent: 200 })).toMatchObject({ startPrimary: 1, stopOld: 0 });
  expect(nextMove({ ...oneSick, maximumPercent: 100 })).toMatchObject({ startPrimary: 0, stopOld: 1 });
});

test('the next move never breaks the bounds, whatever runs', () => {
  const counted = fc
    .tuple(fc.nat(12), fc.nat(12))
    .map(([live, healthy]) => ({ live, healthy: Math.min(live, healthy) }));
  const view = fc.record({
    desiredCount: fc.nat(8),
    minimumHealthyPercent: fc.integer({ min: 0, max: 100 }),
    maximumPercent: fc.integer({ min: 100, max: 200 }),
    primary: counted,
    old: counted,
    sick: fc.nat(4),
    mayStart: fc.boolean(),
    oldIsProven: fc.boolean(),
  });
  fc.assert(
    fc.property(view, (now) => {
      const move = nextMove(now);
      const least = Math.ceil((now.desiredCount * now.minimumHealthyPercent) / 100);
      const most = Math.max(
        Math.floor((now.desiredCount * now.maximumPercent) / 100),
        now.old.live === 0 ? now.desiredCount : 0,
      );
      const started = move.startPrimary + move.startOld;
      const stoppedHealthy = Math.max(0, move.stopOld - (now.old.live - now.old.healthy));
      const healthy = now.primary.healthy + now.old.healthy;
      for (const amount of Object.values(move).filter((part) => typeof part === 'number')) {
        expect(amount).toBeGreaterThanOrEqual(0);
      }
      expect(move.stopOld).toBeLessThanOrEqual(now.old.live);
      const live = now.primary.live + now.old.live;
      expect(started === 0 || live + started <= most).toBe(true);
      expect(stoppedHealthy === 0 || healthy - stoppedHealthy >= least).toBe(true);
    }),
  );
});

test('a service at rest says so again every six hours, and its ids stay the same', async () => {
  const aws = await running();
  const rest = async () =>
    ((await aws.service()).events ?? []).filter(({ message }) =>
      message?.endsWith('has reached a steady state.'),
    );
  expect(await rest()).toHaveLength(1);
  aws.advance(13 * 60 * 60_000);
  const repeated = await rest();
  const times = repeated.map(({ createdAt }) => Number(createdAt));
  expect(times.map((at) => (at - times.at(-1)!) / 3_600_000)).toEqual([12, 6, 0]);
  expect(await rest()).toEqual(repeated);
  await update(aws, { desiredCount: 3 });
  await aws.until(async () => (await aws.service()).runningCount === 3);
  const after = (await aws.service()).events ?? [];
  const ordered = after.map(({ createdAt }) => Number(createdAt));
  expect(ordered).toEqual(ordered.toSorted((a, b) => b - a));
  expect(await rest()).toEqual(expect.arrayContaining(repeated));
});

test('a service shows its hundred newest events', async () => {
  const aws = await running();
  aws.advance(60 * 24 * 60 * 60_000);
  expect((await aws.service()).events).toHaveLength(100);
});

test('a complaint is repeated after six hours at the earliest', async () => {
  const aws = await ecsSandbox();
  await aws.register({ containerDefinitions: BROKEN });
  await aws.ecs('CreateService', aws.serviceInput({ desiredCount: 1 }));
  aws.advance(7 * 60 * 60_000);
  const events = (await aws.service()).events ?? [];
  const complaints = events.filter(({ message }) => message?.includes('was unable to place a task'));
  expect(complaints).toHaveLength(2);
  const [second, first] = complaints.map(({ createdAt }) => Number(createdAt));
  expect(second! - first!).toBeGreaterThan(6 * 60 * 60_000);
});

test('a failing launch is tried again after ever longer pauses, at most a quarter of an hour', async () => {
  const aws = await ecsSandbox();
  await aws.register({ containerDefinitions: BROKEN });
  await aws.ecs('CreateService', aws.serviceInput({ desiredCount: 1 }));
  aws.advance(4 * 60 * 60_000);
  const starts = ((await aws.service()).events ?? [])
    .filter(({ message }) => message?.includes('has started'))
    .map(({ createdAt }) => Number(createdAt))
    .toReversed();
  const pauses = starts.slice(1).map((at, index) => at - starts[index]!);
  expect(pauses[0]).toBeLessThan(60_000);
  expect(pauses.at(-1)).toBeGreaterThan(15 * 60_000);
  expect(Math.max(...pauses)).toBeLessThan(16.5 * 60_000);
  await update(aws, { forceNewDeployment: true });
  const [deployment] = (await aws.service()).deployments ?? [];
  aws.advance(5000);
  expect((await aws.service()).deployments?.find(({ id }) => id === deployment?.id)?.pendingCount).toBe(1);
});
