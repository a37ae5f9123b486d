import type { CreateServiceCommandInput } from '@aws-sdk/client-ecs';
import { describe, expect, test } from 'vitest';
import { nextDaemonMove } from '../../sandbox/ecs/deployments/daemon-rollout.ts';
import { ecsSandbox } from '../support/sandbox/ecs.ts';
import type { EcsSandbox } from '../support/sandbox/ecs.ts';
import {
  cluster,
  daemonsOn,
  eventsOf,
  hostsOf,
  idOf,
  launch,
  onHosts,
  withProvider,
} from '../support/sandbox/hosts.ts';

const INVALID = 'InvalidParameterException: ';

type Changes = Partial<CreateServiceCommandInput>;

async function roll(aws: EcsSandbox, image = 'public.ecr.aws/xray/aws-xray-daemon:3.y'): Promise<void> {
  const taskDefinition = await aws.register(onHosts({ image }));
  await aws.ecs('UpdateService', { cluster, service: 'xray', taskDefinition });
}

/** The fewest healthy daemons, and the most tasks that an instance had at once, until the service is steady. */
async function watched(aws: EcsSandbox): Promise<{ fewestRunning: number; mostOnOne: number }> {
  const seen = { fewestRunning: Number.POSITIVE_INFINITY, mostOnOne: 0 };
  await aws.until(async () => {
    const { deployments = [], runningCount = 0, desiredCount } = await aws.service();
    seen.fewestRunning = Math.min(seen.fewestRunning, runningCount);
    const [tasks, stopping] = [await aws.tasks(), await aws.stopped()];
    const counts = new Map<string | undefined, number>();
    for (const { containerInstanceArn, lastStatus } of [...tasks, ...stopping]) {
      if (lastStatus === 'STOPPED') continue;
      counts.set(containerInstanceArn, (counts.get(containerInstanceArn) ?? 0) + 1);
    }
    seen.mostOnOne = Math.max(seen.mostOnOne, ...counts.values());
    return (
      deployments.length === 1 &&
      runningCount === desiredCount &&
      deployments[0]?.rolloutState === 'COMPLETED'
    );
  });
  return seen;
}

describe('a daemon service', () => {
  test('runs one task on each instance, and counts the instances', async () => {
    const aws = await ecsSandbox();
    const hosts = launch(aws, { count: 3 });
    await daemonsOn(aws);
    await aws.until(async () => (await aws.service()).runningCount === 3);
    await aws.steady();
    expect(await hostsOf(aws)).toEqual(hosts.map(idOf).toSorted());
    expect(await aws.service()).toMatchObject({
      schedulingStrategy: 'DAEMON',
      desiredCount: 3,
      availabilityZoneRebalancing: 'DISABLED',
      placementStrategy: [],
      deploymentConfiguration: { maximumPercent: 100, minimumHealthyPercent: 0 },
      deployments: [{ desiredCount: 3, runningCount: 3 }],
    });
    expect((await eventsOf(aws))[0]).toBe('(service xray) has reached a steady state.');
  });

  test('follows its instances as they come, drain, come back and go', async () => {
    const aws = await ecsSandbox();
    const [first] = launch(aws);
    await daemonsOn(aws);
    await aws.until(async () => (await aws.service()).runningCount === 1);
    const [second] = launch(aws);
    await aws.until(async () => (await aws.service()).runningCount === 2);
    aws.sandbox.control.actOnInstance(idOf(first!), 'drain');
    await aws.until(async () => (await aws.service()).desiredCount === 1);
    expect(await hostsOf(aws)).toEqual([idOf(second!)]);
    aws.sandbox.control.actOnInstance(idOf(first!), 'activate');
    await aws.until(async () => (await aws.service()).runningCount === 2);
    aws.sandbox.control.actOnInstance(idOf(first!), 'terminate');
    await aws.until(async () => (await aws.service()).desiredCount === 1);
    expect(await hostsOf(aws)).toEqual([idOf(second!)]);
  });

  test('is at rest in a cluster without instances', async () => {
    const aws = await ecsSandbox();
    await daemonsOn(aws);
    await aws.steady();
    expect(await aws.service()).toMatchObject({ desiredCount: 0, runningCount: 0 });
  });

  test('puts none where the agent is not heard of, and keeps what runs there', async () => {
    const aws = await ecsSandbox();
    const [host] = launch(aws);
    await daemonsOn(aws);
    await aws.until(async () => (await aws.service()).runningCount === 1);
    aws.sandbox.control.actOnInstance(idOf(host!), 'disconnect');
    const [silent] = launch(aws);
    aws.sandbox.control.actOnInstance(idOf(silent!), 'disconnect');
    aws.advance(10 * 60_000);
    expect(await hostsOf(aws)).toEqual([idOf(host!)]);
    expect(await aws.service()).toMatchObject({ desiredCount: 2, runningCount: 1 });
    expect((await eventsOf(aws)).join()).toContain(
      `The closest matching (container-instance ${idOf(silent!)}) encountered error "AGENT".`,
    );
    aws.sandbox.control.actOnInstance(idOf(silent!), 'connect');
    await aws.until(async () => (await aws.service()).runningCount === 2);
  });

  test('leaves out instances that its constraints do not mean, and stops what they mean no more', async () => {
    const aws = await ecsSandbox();
    const [prod] = launch(aws, { attributes: { stack: 'prod' } });
    const [other] = launch(aws, { attributes: { stack: 'test' } });
    await daemonsOn(aws, onHosts(), {
      placementConstraints: [{ type: 'memberOf', expression: 'attribute:stack == prod' }],
    });
    await aws.until(async () => (await aws.service()).runningCount === 1);
    await aws.steady();
    expect(await aws.service()).toMatchObject({ desiredCount: 1 });
    const attributes = [{ name: 'stack', value: 'test', targetId: prod!.containerInstanceArn! }];
    await aws.ecs('PutAttributes', { cluster, attributes });
    await aws.until(async () => (await aws.service()).desiredCount === 0);
    const [task] = await aws.stopped();
    const id = task?.taskArn?.split('/').at(-1);
    expect(await eventsOf(aws)).toContain(
      `(service xray) (task ${id}) no longer meets the placement constraints of the service.`,
    );
    expect(await hostsOf(aws)).toEqual([]);
    const update = { cluster, service: 'xray', placementConstraints: [] };
    await aws.ecs('UpdateService', update);
    await aws.until(async () => (await aws.service()).runningCount === 2);
    expect(await hostsOf(aws)).toEqual([idOf(prod!), idOf(other!)].toSorted());
  });

  test('says which instance is full, and starts there once there is room', async () => {
    const aws = await ecsSandbox();
    const [host] = launch(aws, { instanceType: 't3.micro' });
    const taskDefinition = await aws.register(onHosts({ memory: 900 }));
    const { tasks = [] } = await aws.ecs('RunTask', { cluster, taskDefinition, launchType: 'EC2' });
    await daemonsOn(aws);
    aws.advance(60_000);
    expect((await eventsOf(aws))[0]).toContain(`${idOf(host!)}) has insufficient memory available`);
    expect(await aws.service()).toMatchObject({ desiredCount: 1, runningCount: 0 });
    await aws.ecs('StopTask', { cluster, task: tasks[0]?.taskArn });
    await aws.until(async () => (await aws.service()).runningCount === 1);
  });

  test('is deleted without force, and stops with its tasks', async () => {
    const aws = await ecsSandbox();
    launch(aws, { count: 2 });
    await daemonsOn(aws);
    await aws.until(async () => (await aws.service()).runningCount === 2);
    await aws.steady();
    await aws.ecs('DeleteService', { cluster, service: 'xray' });
    await aws.until(async () => (await aws.service()).status === 'INACTIVE');
    expect(await hostsOf(aws)).toEqual([]);
  });

  test('is listed by its strategy', async () => {
    const aws = await ecsSandbox();
    await daemonsOn(aws);
    const count = async (schedulingStrategy?: 'DAEMON' | 'REPLICA') =>
      (await aws.ecs('ListServices', { cluster, schedulingStrategy })).serviceArns?.length;
    expect([await count('DAEMON'), await count('REPLICA'), await count()]).toEqual([1, 0, 1]);
  });

  test('runs on the instances of a capacity provider too, whoever they are of', async () => {
    const aws = await ecsSandbox();
    await withProvider(aws, [{ capacityProvider: 'hosts' }]);
    const both = [...launch(aws), ...launch(aws, { capacityProvider: 'hosts' })];
    await daemonsOn(aws);
    await aws.until(async () => (await aws.service()).runningCount === 2);
    expect(await hostsOf(aws)).toEqual(both.map(idOf).toSorted());
  });

  test('of the launch type EXTERNAL runs on instances outside of EC2, and on no other', async () => {
    const aws = await ecsSandbox();
    launch(aws);
    const own = launch(aws, { external: true, count: 2 });
    await daemonsOn(aws, onHosts({}, { requiresCompatibilities: ['EXTERNAL'] }), { launchType: 'EXTERNAL' });
    await aws.until(async () => (await aws.service()).runningCount === 2);
    await aws.steady();
    expect(await hostsOf(aws)).toEqual(own.map(idOf).toSorted());
    expect(await aws.service()).toMatchObject({ desiredCount: 2, launchType: 'EXTERNAL' });
  });
});

describe('a rollout of daemons', () => {
  test('stops a daemon before its successor starts, within the minimum', async () => {
    const aws = await ecsSandbox();
    launch(aws, { count: 4 });
    await daemonsOn(aws, onHosts(), { deploymentConfiguration: { minimumHealthyPercent: 50 } });
    await aws.until(async () => (await aws.service()).runningCount === 4);
    await aws.steady();
    await roll(aws);
    const { fewestRunning, mostOnOne } = await watched(aws);
    expect(fewestRunning).toBe(2);
    expect(mostOnOne).toBe(1);
    const [task] = await aws.tasks();
    expect(task?.containers?.[0]?.image).toBe('public.ecr.aws/xray/aws-xray-daemon:3.y');
  });

  test('may stop all of them, where nobody says otherwise', async () => {
    const aws = await ecsSandbox();
    launch(aws, { count: 4 });
    await daemonsOn(aws);
    await aws.until(async () => (await aws.service()).runningCount === 4);
    await aws.steady();
    await roll(aws);
    expect((await watched(aws)).fewestRunning).toBe(0);
  });

  test('stands still where all of them must run, and says so', async () => {
    const aws = await ecsSandbox();
    launch(aws, { count: 2 });
    await daemonsOn(aws, onHosts(), { deploymentConfiguration: { minimumHealthyPercent: 100 } });
    await aws.until(async () => (await aws.service()).runningCount === 2);
    await aws.steady();
    aws.advance(60_000);
    await roll(aws);
    aws.advance(10 * 60_000);
    expect((await eventsOf(aws))[0]).toBe(
      '(service xray) was unable to stop or start tasks during a deployment because of the service deployment configuration. Update the minimumHealthyPercent or maximumPercent value and try again.',
    );
    expect((await aws.service()).deployments).toMatchObject([
      { status: 'PRIMARY', runningCount: 0, rolloutState: 'IN_PROGRESS' },
      { status: 'ACTIVE', runningCount: 2 },
    ]);
  });

  test('that fails is rolled back by the circuit breaker', async () => {
    const aws = await ecsSandbox();
    launch(aws, { count: 3 });
    await daemonsOn(aws, onHosts(), {
      deploymentConfiguration: {
        minimumHealthyPercent: 50,
        deploymentCircuitBreaker: { enable: true, rollback: true },
      },
    });
    await aws.until(async () => (await aws.service()).runningCount === 3);
    await aws.steady();
    await roll(aws, 'public.ecr.aws/xray/aws-xray-daemon:fail-pull');
    await aws.until(async () => (await eventsOf(aws)).join().includes('rolling back to deployment'));
    await aws.until(async () => (await aws.service()).runningCount === 3);
    await aws.steady();
    expect((await aws.tasks())[0]?.containers?.[0]?.image).toMatch(/:3\.x$/);
  });

  test.each<[what: string, view: Partial<Parameters<typeof nextDaemonMove>[0]>, move: object]>([
    ['stops what the minimum spares', {}, { stopHealthy: 2, blocked: false, done: false }],
    ['waits while launches back off', { mayStart: false }, { stopHealthy: 0, blocked: false }],
    [
      'counts those that are not healthy for nothing',
      { old: { live: 4, healthy: 2 } },
      { stopUnhealthy: 2, stopHealthy: 0 },
    ],
    [
      'waits for those that it has started',
      { old: { live: 2, healthy: 2 }, primary: { live: 2, healthy: 0 } },
      { stopHealthy: 0, blocked: false },
    ],
    ['is blocked at a minimum of all', { minimumHealthyPercent: 100 }, { stopHealthy: 0, blocked: true }],
    [
      'is done when all are new and healthy',
      { old: { live: 0, healthy: 0 }, primary: { live: 4, healthy: 4 } },
      { stopHealthy: 0, done: true },
    ],
    [
      'is not done while an instance lacks one',
      { old: { live: 0, healthy: 0 }, primary: { live: 3, healthy: 3 } },
      { done: false, blocked: false },
    ],
  ])('%s', (_what, view, move) => {
    const four = { live: 4, healthy: 4 };
    const usual = { desiredCount: 4, minimumHealthyPercent: 50, old: four, mayStart: true };
    expect(nextDaemonMove({ ...usual, primary: { live: 0, healthy: 0 }, ...view })).toMatchObject(move);
  });
});

/** AWS's text (containers-roadmap#692). */
const NO_PROVIDERS =
  'Specifying a capacity provider strategy is not supported when you create a service using the DAEMON scheduling strategy.';

describe('what ECS refuses of a daemon service', () => {
  test.each<[what: string, changes: Changes, refusal: string]>([
    [
      'a desired count',
      { desiredCount: 1 },
      'The daemon scheduling strategy does not support a desired count for services. Remove the desired count value and try again',
    ],
    [
      'the launch type FARGATE',
      { launchType: 'FARGATE' },
      'The daemon scheduling strategy does not support the FARGATE launch type. Change the launch type and try again',
    ],
    [
      'a placement strategy',
      { placementStrategy: [{ type: 'random' }] },
      'The daemon scheduling strategy does not support placement strategies. Remove the placement strategy and try again',
    ],
    [
      'a maximum above 100',
      { deploymentConfiguration: { maximumPercent: 200 } },
      'The daemon scheduling strategy does not support values above 100 for maximumPercent on a deployment configuration. Change the maximumPercent value to 100, and try again',
    ],
    [
      'a maximum below 100',
      { deploymentConfiguration: { maximumPercent: 50 } },
      'maximumPercent must be at least 100',
    ],
    [
      'rebalancing',
      { availabilityZoneRebalancing: 'ENABLED' },
      'AvailabilityZoneRebalancing does not support maximumPercent <= 100',
    ],
    [
      'volumes that are configured at launch',
      { volumeConfigurations: [{ name: 'data' }] },
      'The daemon scheduling strategy does not support volume configurations. Remove the volume configurations and try again',
    ],
    ...['FARGATE', 'hosts'].map((capacityProvider): [string, Changes, string] => [
      `a strategy of the provider ${capacityProvider}`,
      { launchType: undefined, capacityProviderStrategy: [{ capacityProvider }] },
      NO_PROVIDERS,
    ]),
  ])('%s', async (_what, changes, refusal) => {
    const aws = await ecsSandbox();
    await withProvider(aws);
    await expect(daemonsOn(aws, onHosts(), changes)).rejects.toThrow(refusal);
    expect((await aws.ecs('ListServices', { cluster })).serviceArns).toEqual([]);
  });

  test.each(['FARGATE', 'hosts'])(
    'no launch type where the cluster has a default strategy of the provider %s',
    async (capacityProvider) => {
      const aws = await ecsSandbox();
      await withProvider(aws, [{ capacityProvider }]);
      await expect(daemonsOn(aws, onHosts(), { launchType: undefined })).rejects.toThrow(NO_PROVIDERS);
    },
  );

  test('on an update too', async () => {
    const aws = await ecsSandbox();
    await daemonsOn(aws);
    const update = { cluster, service: 'xray' };
    expect(await aws.refusal('UpdateService', { ...update, desiredCount: 2 })).toContain(
      `${INVALID}The daemon scheduling strategy does not support a desired count`,
    );
    const placementStrategy = [{ type: 'random' as const }];
    expect(await aws.refusal('UpdateService', { ...update, placementStrategy })).toContain(
      `${INVALID}The daemon scheduling strategy does not support placement strategies.`,
    );
    expect(await aws.refusal('UpdateService', { ...update, placementStrategy: [] })).toBe('accepted');
    await withProvider(aws);
    const capacityProviderStrategy = [{ capacityProvider: 'hosts' }];
    expect(await aws.refusal('UpdateService', { ...update, capacityProviderStrategy })).toContain(
      NO_PROVIDERS,
    );
    expect(await aws.refusal('UpdateService', { ...update, capacityProviderStrategy: [] })).toBe('accepted');
  });

  test('being scaled', async () => {
    const aws = await ecsSandbox();
    await daemonsOn(aws);
    const target = aws.call('application-autoscaling', 'RegisterScalableTarget', {
      ServiceNamespace: 'ecs',
      ResourceId: `service/${cluster}/xray`,
      ScalableDimension: 'ecs:service:DesiredCount',
      MinCapacity: 1,
      MaxCapacity: 2,
    });
    await expect(target).rejects.toThrow('cannot be scaled');
  });
});
