import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Service } from '@aws-sdk/client-ecs';
import { describe, expect, test } from 'vitest';
import type { Step } from '../../controller/plan/step.ts';
import { cluster, daemonService, namespace, yamlOf } from '../support/manifests/documents.ts';
import type { ManifestDocument } from '../support/manifests/documents.ts';
import { expectConverged } from '../support/reports/converged.ts';
import { createReporter } from '../support/reports/reporter.ts';
import { callsTo } from '../support/world/account.ts';
import { exportFrom } from '../support/world/export.ts';
import { createWorld, stepsOf } from '../support/world/world.ts';
import type { World } from '../support/world/world.ts';

const CONTAINER = {
  name: 'agent',
  image: 'example.org/agent:1',
  memory: 256,
  portMappings: [{ containerPort: 8125, protocol: 'udp' as const }],
};

const ON_HOSTS = { schedulingStrategy: 'DAEMON', networkMode: 'host' } as const;

type Daemon = ManifestDocument<'DaemonService'>;

/** An agent in the cluster `hosts`; over what is said, it is on every host. */
function agent(
  over: Partial<Daemon['spec']> = {},
  annotations: Readonly<Record<string, string>> = {},
): Daemon {
  const { spec, ...document } = daemonService({ name: 'agent', annotations });
  const { cpu: _cpu, memory: _memory, ...rest } = spec;
  return { ...document, spec: { ...rest, cluster: 'hosts', containers: [CONTAINER], ...ON_HOSTS, ...over } };
}

const textOf = (...daemons: readonly Daemon[]): string => yamlOf(cluster({ name: 'hosts' }), ...daemons);

/** What there is, on so many hosts, with nothing left to do. */
async function settledOn(count: number, daemon: Daemon): Promise<World> {
  const world = createWorld({ files: { 'agent.yaml': textOf() } });
  await world.settle();
  if (count > 0) world.sandbox.control.launchInstances({ cluster: 'hosts', count });
  await changeTo(world, daemon);
  return world;
}

/** Until all is as this wants it. */
async function changeTo(world: World, daemon: Daemon): Promise<void> {
  world.files.set('agent.yaml', textOf(daemon));
  await rest(world);
}

async function rest(world: World): Promise<void> {
  await world.settle(100);
  await world.clock.advance(300_000);
  await world.settle(100);
  expectConverged(createReporter().record(await world.pass()));
  world.calls.length = 0;
}

async function serviceOf({ sandbox }: World): Promise<Service> {
  const { services } = await callsTo(sandbox)('ecs', 'DescribeServices', {
    cluster: 'hosts',
    services: ['agent'],
  });
  return (services as Service[])[0]!;
}

/** What a plan does about the service, where git wants this. */
async function planned(world: World, daemon: Daemon): Promise<Step | undefined> {
  world.files.set('agent.yaml', textOf(daemon));
  const { plan } = await world.pass({ dryRun: true });
  return plan.steps.find(({ id }) => id.kind === 'service');
}

const NEXT = { containers: [{ ...CONTAINER, image: 'example.org/agent:2' }] };

describe('a daemon on every host', () => {
  test('has a task on each, and on one that comes later, without anything to do', async () => {
    const world = await settledOn(3, agent());
    expect(await serviceOf(world)).toMatchObject({
      schedulingStrategy: 'DAEMON',
      launchType: 'EC2',
      desiredCount: 3,
      runningCount: 3,
      deploymentConfiguration: { minimumHealthyPercent: 50, maximumPercent: 100 },
      availabilityZoneRebalancing: 'DISABLED',
    });
    world.sandbox.control.launchInstances({ cluster: 'hosts', count: 2 });
    await rest(world);
    expect(await serviceOf(world)).toMatchObject({ desiredCount: 5, runningCount: 5 });
    expect(world.mutations()).toEqual([]);
  });

  test('is well in a cluster that has no host yet', async () => {
    const world = await settledOn(0, agent());
    const report = createReporter().record(await world.pass());
    expect(report.objects.find(({ name }) => name === 'agent')).toMatchObject({
      health: 'Healthy',
      tasks: { desired: 0, running: 0 },
    });
  });

  test('is rolled out host by host, as the plan has said', async () => {
    const world = await settledOn(4, agent());
    const step = await planned(world, agent(NEXT));
    expect(step?.reason).toBe(
      'follows task-definition/agent; its rollout stops the task of each of 4 hosts, at most 2 at a time, and a host has none until the next one runs',
    );
    await changeTo(world, agent(NEXT));
    expect(await serviceOf(world)).toMatchObject({
      desiredCount: 4,
      runningCount: 4,
      taskDefinition: expect.stringMatching(/agent:2$/),
    });
  });

  test('on one host is held before a rollout that could never end, until it may be without a task', async () => {
    const world = await settledOn(1, agent());
    expect(await planned(world, agent(NEXT))).toMatchObject({
      type: 'hold',
      why: 'policy',
      called: 'RolloutCannotProceed',
      reason: expect.stringMatching(/write deployment: \{ minimumHealthyPercent: 0 \}$/),
    });
    await world.settle();
    expect(world.mutations()).toEqual([]);
    const ready = createReporter()
      .record(await world.pass())
      .objects.find(({ name }) => name === 'agent')
      ?.conditions.find(({ type }) => type === 'Ready');
    expect(ready).toMatchObject({ status: 'False', reason: 'RolloutCannotProceed' });

    await changeTo(world, agent({ ...NEXT, deployment: { minimumHealthyPercent: 0 } }));
    expect(await serviceOf(world)).toMatchObject({
      runningCount: 1,
      taskDefinition: expect.stringMatching(/agent:2$/),
    });
  });

  test('leaves hosts that its constraints exclude, and comes back to all once there are none', async () => {
    const some = {
      servicePlacementConstraints: [{ type: 'memberOf' as const, expression: 'attribute:stack == prod' }],
    };
    const world = await settledOn(2, agent());
    world.sandbox.control.launchInstances({ cluster: 'hosts', count: 3, attributes: { stack: 'prod' } });
    await rest(world);
    await changeTo(world, agent(some));
    expect(await serviceOf(world)).toMatchObject({ desiredCount: 3, runningCount: 3 });
    await changeTo(world, agent({ servicePlacementConstraints: [] }));
    expect(await serviceOf(world)).toMatchObject({
      desiredCount: 5,
      runningCount: 5,
      placementConstraints: [],
    });
  });

  test('is exported with its strategy and without a count, and then nothing is left to do', async () => {
    const world = await settledOn(3, agent());
    const { code, out } = await exportFrom(world);
    expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining('schedulingStrategy: DAEMON') });
    expect(out).not.toContain('desiredCount');
    world.files.clear();
    world.files.set('exported.yaml', out);
    world.restart();
    const { plan, wanted } = await world.pass({ dryRun: true });
    expect({ errors: wanted.errors, steps: stepsOf(plan) }).toEqual({ errors: [], steps: [] });
  });
});

const ON_FARGATE = {
  schedulingStrategy: 'REPLICA',
  networkMode: 'awsvpc',
  cpu: 256,
  memory: 512,
} as const;

describe.each<[string, Partial<Daemon['spec']>, Partial<Daemon['spec']>]>([
  ['from Fargate to every host', ON_FARGATE, {}],
  ['from every host to Fargate', {}, ON_FARGATE],
  ['from a count of tasks on hosts to every host', { schedulingStrategy: 'REPLICA', launchType: 'EC2' }, {}],
])('a daemon that moves %s', (_what, from, to) => {
  test('is replaced where that is allowed, and the plan says what it interrupts', async () => {
    const world = await settledOn(3, agent(from));
    expect(await planned(world, agent(to))).toMatchObject({
      type: 'hold',
      why: 'policy',
      intent: 'replace',
      reason: expect.stringMatching(
        /AWS cannot change .*in place; .*replacing it interrupts the daemon: all its tasks stop before new ones start; a DaemonService of another name beside it interrupts nothing/,
      ),
    });
    await changeTo(world, agent(to, { 'stationkeeper.dev/allow-replace': 'true' }));
    const { schedulingStrategy = 'DAEMON' } = to;
    expect(await serviceOf(world)).toMatchObject({
      schedulingStrategy,
      runningCount: schedulingStrategy === 'DAEMON' ? 3 : 1,
    });
  });
});

describe('a daemon that moves beside itself, as docs/manifests.md has it', () => {
  const text = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'manifests.md'), 'utf8');
  const [, documents = ''] =
    /## Moving a daemon between launch types[^]*?```yaml\n([^]*?)```/.exec(text) ?? [];
  const [former = '', next = ''] = documents.split('---\n');
  const surroundings = yamlOf(cluster({ name: 'main' }), namespace({ name: 'services.example.org' }));

  /** How many tasks run under each name. */
  async function running(world: World): Promise<Readonly<Record<string, number | undefined>>> {
    const { services } = await callsTo(world.sandbox)('ecs', 'DescribeServices', {
      cluster: 'main',
      services: ['xray', 'xray-on-hosts'],
    });
    const found = (services as Service[]).filter(({ status }) => status === 'ACTIVE');
    return Object.fromEntries(found.map(({ serviceName, runningCount }) => [serviceName!, runningCount]));
  }

  test('runs under both names for a while, is replaced nowhere, and then nothing of the former one is left', async () => {
    const world = createWorld({ files: { 'around.yaml': surroundings, 'former.yaml': former } });
    await world.settle();
    world.sandbox.control.launchInstances({ cluster: 'main', count: 3 });
    await rest(world);
    expect(await running(world)).toEqual({ xray: 1 });

    world.files.set('next.yaml', next);
    await rest(world);
    expect(await running(world)).toEqual({ xray: 1, 'xray-on-hosts': 3 });

    world.files.delete('former.yaml');
    const results = await world.settle(100);
    expect(results.flatMap(({ plan }) => plan.steps).filter(({ type }) => type === 'replace')).toEqual([]);
    await rest(world);
    expect(await running(world)).toEqual({ 'xray-on-hosts': 3 });
    const { out } = await exportFrom(world);
    expect(out.match(/^kind: DaemonService$/gm)).toHaveLength(1);
  });
});
