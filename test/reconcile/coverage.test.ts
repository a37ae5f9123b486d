import { describe, expect, it } from 'vitest';
import type { ContainerInstance } from '@aws-sdk/client-ecs';
import type { CoverageStatus } from '../../controller/status/coverage.ts';
import { cluster, daemonService, yamlOf } from '../support/manifests/documents.ts';
import { createReporter, objectIn } from '../support/reports/reporter.ts';
import { callsTo } from '../support/world/account.ts';
import { createWorld } from '../support/world/world.ts';
import type { World } from '../support/world/world.ts';

const MINUTE_MS = 60_000;
const HOST_TYPE = 'm5.large';
const HOSTS = 50;

/** An agent on the network of its hosts, on those of one stack. */
function agent(image = 'example.org/agent:1'): ReturnType<typeof daemonService> {
  return daemonService({
    name: 'agent',
    cluster: 'hosts',
    schedulingStrategy: 'DAEMON',
    networkMode: 'host',
    servicePlacementConstraints: [{ type: 'memberOf', expression: 'attribute:stack == prod' }],
    containers: [
      {
        name: 'agent',
        image,
        privileged: true,
        portMappings: [{ containerPort: 8125, protocol: 'udp' }],
      },
    ],
  });
}

/** One with a network interface of its own. */
const PROXY = {
  name: 'proxy',
  cluster: 'hosts',
  schedulingStrategy: 'DAEMON',
  networkMode: 'awsvpc',
} as const;

type KnownCoverage = Exclude<CoverageStatus, { readonly unknown: string }>;

/** What is told of a daemon after another pass. */
async function told(world: World, reporter = createReporter(), name = 'agent') {
  return objectIn(reporter.record(await world.pass()), name);
}

function known(coverage: CoverageStatus | undefined): KnownCoverage {
  if (coverage === undefined || 'unknown' in coverage) throw new Error(`unknown: ${coverage?.unknown ?? ''}`);
  return coverage;
}

/** A cluster with hosts of the stack prod. */
async function withHosts(count: number): Promise<{ world: World; hosts: readonly ContainerInstance[] }> {
  const world = createWorld({ files: { 'cluster.yaml': yamlOf(cluster({ name: 'hosts' })) } });
  await world.settle();
  const hosts = world.sandbox.control.launchInstances({
    cluster: 'hosts',
    count,
    instanceType: HOST_TYPE,
    attributes: { stack: 'prod' },
  });
  return { world, hosts };
}

async function withAgents(count: number): Promise<{ world: World; hosts: readonly ContainerInstance[] }> {
  const made = await withHosts(count);
  made.world.files.set('agent.yaml', yamlOf(agent()));
  await made.world.settle();
  return made;
}

/** Somebody's task on a host, which takes something of it. */
async function occupy(
  { sandbox }: World,
  { ec2InstanceId, attributes = [] }: ContainerInstance,
  takes: {
    readonly cpu?: number;
    readonly memory?: number;
    readonly udpPort?: number;
    readonly interfaces?: number;
  },
): Promise<void> {
  const call = callsTo(sandbox);
  const { cpu = 0, memory = 16, udpPort, interfaces = 0 } = takes;
  const portMappings =
    udpPort === undefined ? [] : [{ hostPort: udpPort, containerPort: udpPort, protocol: 'udp' }];
  await call('ecs', 'RegisterTaskDefinition', {
    family: 'squatter',
    networkMode: interfaces > 0 ? 'awsvpc' : 'bridge',
    requiresCompatibilities: ['EC2'],
    containerDefinitions: [{ name: 'main', image: 'example.org/squatter:1', cpu, memory, portMappings }],
  });
  const subnet = attributes.find(({ name }) => name === 'ecs.subnet-id')?.value;
  await call('ecs', 'RunTask', {
    cluster: 'hosts',
    taskDefinition: 'squatter',
    group: 'squatters',
    launchType: 'EC2',
    count: Math.max(1, interfaces),
    placementConstraints: [{ type: 'memberOf', expression: `ec2InstanceId == ${ec2InstanceId}` }],
    ...(interfaces > 0 ? { networkConfiguration: { awsvpcConfiguration: { subnets: [subnet] } } } : {}),
  });
}

/** Ends the daemon's task on a host, as the kernel does where memory is short. */
async function kill({ sandbox }: World, { containerInstanceArn }: ContainerInstance): Promise<void> {
  const answer = await callsTo(sandbox)('ecs', 'ListTasks', {
    cluster: 'hosts',
    serviceName: 'agent',
    containerInstance: containerInstanceArn,
  });
  const [arn = ''] = answer['taskArns'] as readonly string[];
  sandbox.control.stopTask(arn, { reason: 'Essential container in task exited', exitCode: 137 });
}

describe('a cluster of 50 hosts with a gap of every cause at once', () => {
  async function everyCause() {
    const { world, hosts } = await withHosts(HOSTS);
    const { control } = world.sandbox;
    const call = callsTo(world.sandbox);
    const [draining, gone, other, bare, squatted, busy, full, crowded, dying] = hosts;
    control.actOnInstance(draining!.containerInstanceArn!, 'drain');
    control.actOnInstance(gone!.containerInstanceArn!, 'disconnect');
    await call('ecs', 'PutAttributes', {
      cluster: 'hosts',
      attributes: [{ name: 'stack', value: 'test', targetId: other!.containerInstanceArn }],
    });
    await call('ecs', 'DeleteAttributes', {
      cluster: 'hosts',
      attributes: [
        { name: 'com.amazonaws.ecs.capability.privileged-container', targetId: bare!.containerInstanceArn },
      ],
    });
    await occupy(world, squatted!, { udpPort: 8125 });
    await occupy(world, busy!, { cpu: 1900 });
    await occupy(world, full!, { memory: 7400 });
    await occupy(world, crowded!, { interfaces: 2 });
    await world.clock.advance(MINUTE_MS);
    world.files.set('agent.yaml', yamlOf(agent(), daemonService(PROXY)));
    await world.settle(200);
    const reporter = createReporter();
    await world.clock.advance(6 * MINUTE_MS);
    await told(world, reporter);
    await kill(world, dying!);
    await world.clock.advance(5_000);
    const report = reporter.record(await world.pass());
    return { world, hosts, report, agent: objectIn(report, 'agent'), proxy: objectIn(report, 'proxy') };
  }

  it('tells of each host that lacks the daemon why, in which zone, and counts the others', async () => {
    const { hosts, agent, proxy } = await everyCause();
    const coverage = known(agent.coverage);
    expect(coverage).toMatchObject({ eligible: 49, running: 42, missing: 7, notEligible: 1, undecided: 0 });
    const byHost = new Map(coverage.gaps.map((gap) => [gap.ec2InstanceId, gap]));
    const told = hosts.slice(0, 9).map(({ ec2InstanceId }) => byHost.get(ec2InstanceId)?.cause);
    expect(told).toEqual([
      'Draining',
      'AgentDisconnected',
      undefined,
      'AttributeMissing',
      'PortTaken',
      'CpuShort',
      'MemoryShort',
      undefined,
      'TaskStops',
    ]);
    for (const { zone } of coverage.gaps) expect(zone).toMatch(/^us-east-1[a-f]$/);
    expect(byHost.get(hosts[4]!.ec2InstanceId)?.message).toMatch(
      /8125\/udp is taken by task \w+ of squatters/,
    );
    expect(byHost.get(hosts[8]!.ec2InstanceId)?.message).toContain('exit code 137');
    expect(
      known(proxy.coverage).gaps.find(({ ec2InstanceId }) => ec2InstanceId === hosts[7]!.ec2InstanceId),
    ).toMatchObject({
      cause: 'NoInterface',
      message: expect.stringContaining('m5.large has 2 for tasks, and 2 have one'),
    });
    expect(agent).toMatchObject({
      health: 'Degraded',
      conditions: [
        { reason: 'CoverageGap', message: expect.stringContaining('7 of 49 hosts lack it') },
        {},
        {},
      ],
    });
  });

  it('agrees with the scheduler: every host either runs the daemon, or is told of', async () => {
    const { world, agent } = await everyCause();
    const answer = await callsTo(world.sandbox)('ecs', 'ListTasks', {
      cluster: 'hosts',
      serviceName: 'agent',
    });
    const { running, placing, missing, notEligible } = known(agent.coverage);
    expect((answer['taskArns'] as readonly string[]).length).toBe(running);
    expect(running + placing + missing + notEligible).toBe(HOSTS);
  });
});

describe('a daemon that was just made', () => {
  it('tells of the hosts that it belongs on from the first look on, before ECS has counted them', async () => {
    const { world } = await withHosts(3);
    world.files.set('agent.yaml', yamlOf(agent()));
    const reporter = createReporter();
    let first = await told(world, reporter);
    for (let pass = 0; pass < 5 && first.coverage === undefined; pass += 1)
      first = await told(world, reporter);
    expect(known(first.coverage)).toMatchObject({ eligible: 3 });
    expect(first.conditions.map(({ message }) => message).join()).not.toContain('no host');
  });
});

describe('a gap', () => {
  it('is Progressing at first, then Degraded, and gone once the daemon runs there', async () => {
    const { world, hosts } = await withAgents(3);
    const { control } = world.sandbox;
    const reporter = createReporter();
    expect(await told(world, reporter)).toMatchObject({ health: 'Healthy' });
    control.actOnInstance(hosts[0]!.containerInstanceArn!, 'drain');
    await world.clock.advance(MINUTE_MS);
    const first = await told(world, reporter);
    expect(first).toMatchObject({ health: 'Progressing', coverage: { eligible: 3, running: 2, missing: 1 } });
    await world.clock.advance(5 * MINUTE_MS);
    const later = await told(world, reporter);
    expect(later).toMatchObject({ health: 'Degraded', conditions: [{ reason: 'CoverageGap' }, {}, {}] });
    expect(known(later.coverage).gaps[0]?.since).toBe(known(first.coverage).gaps[0]?.since);
    control.actOnInstance(hosts[0]!.containerInstanceArn!, 'activate');
    await world.clock.advance(3 * MINUTE_MS);
    expect(await told(world, reporter)).toMatchObject({
      health: 'Healthy',
      coverage: { running: 3, gaps: [] },
    });
  });

  it('begins anew with a controller that starts, and an agent is disconnected since ECS says so', async () => {
    const { world } = await withAgents(2);
    const [late] = world.sandbox.control.launchInstances({ cluster: 'hosts', attributes: { stack: 'prod' } });
    world.sandbox.control.actOnInstance(late!.containerInstanceArn!, 'disconnect');
    const disconnectedAt = new Date(world.clock.now()).toISOString();
    await world.clock.advance(30 * MINUTE_MS);
    world.restart();
    const startedAt = new Date(world.clock.now()).toISOString();
    const { coverage, health } = await told(world);
    expect(health).toBe('Progressing');
    expect(known(coverage).gaps).toMatchObject([
      {
        since: startedAt,
        cause: 'AgentDisconnected',
        message: expect.stringContaining(`since ${disconnectedAt}`),
      },
    ]);
  });

  it('of a rollout keeps nobody from being told that it goes on, and is none in the end', async () => {
    const { world } = await withAgents(4);
    world.files.set('agent.yaml', yamlOf(agent('example.org/agent:2')));
    const reporter = createReporter();
    const seen = new Set<string>();
    for (let look = 0; look < 60; look += 1) {
      const { coverage, conditions } = await told(world, reporter);
      for (const { cause } of known(coverage).gaps) seen.add(cause);
      expect(conditions[0]?.reason).not.toBe('CoverageGap');
      await world.clock.advance(5_000);
    }
    expect([...seen]).toEqual(['RolloutUnderWay']);
    expect(await told(world, reporter)).toMatchObject({
      health: 'Healthy',
      coverage: { running: 4, gaps: [] },
    });
  });
});

describe('what is read', () => {
  it('is the hosts of a cluster once for all its daemons, a hundred to a request, and each revision once', async () => {
    const { world } = await withHosts(120);
    const names = ['a', 'b', 'c'];
    const daemons = names.map((name) => daemonService({ ...PROXY, name, networkMode: 'bridge' }));
    world.files.set('daemons.yaml', yamlOf(...daemons));
    await world.settle(200);
    const before = world.calls.length;
    await world.pass();
    const calls = world.calls.slice(before).map(({ name }) => name);
    const count = (name: string): number => calls.filter((one) => one === `ecs:${name}`).length;
    expect(count('ListContainerInstances')).toBe(2);
    expect(count('DescribeContainerInstances')).toBe(2);
  });

  it('is nothing of hosts where no daemon belongs on every host', async () => {
    const { world } = await withHosts(2);
    world.files.set(
      'a.yaml',
      yamlOf(daemonService({ name: 'a', cluster: 'hosts', networkMode: 'bridge', launchType: 'EC2' })),
    );
    await world.settle();
    expect(world.calls.filter(({ name }) => name.includes('ContainerInstances'))).toEqual([]);
    expect(await told(world, createReporter(), 'a')).not.toHaveProperty('coverage');
  });

  it.each(['ecs:ListContainerInstances', 'ecs:DescribeContainerInstances'])(
    'is unknown while %s hangs, and the daemon is seen and mended all the same',
    async (silent) => {
      const { world } = await withAgents(2);
      world.intercept((call, perform) => (call.name === silent ? new Promise(() => undefined) : perform()));
      world.files.set('agent.yaml', yamlOf(agent('example.org/agent:2')));
      const { outcomes } = await world.pass();
      expect(outcomes.filter(({ result }) => result === 'failed')).toEqual([]);
      expect(world.mutations()).toContain('ecs:UpdateService');
      expect((await told(world)).coverage).toEqual({
        unknown:
          'the hosts of the cluster cannot be read: ECS has not answered within 8 s; it is asked again in the next pass',
      });
    },
  );

  it.each(['ecs:ListContainerInstances', 'ecs:DescribeContainerInstances'])(
    'is unknown without %s, which hinders nothing else',
    async (refused) => {
      const { world } = await withHosts(2);
      world.intercept((call, perform) => {
        if (call.name !== refused) return perform();
        return Promise.reject(
          Object.assign(new Error(`User is not authorized to perform: ${refused}`), {
            name: 'AccessDeniedException',
            $metadata: { httpStatusCode: 400 },
          }),
        );
      });
      world.files.set('agent.yaml', yamlOf(agent()));
      await world.settle();
      const { coverage, health, sync } = await told(world);
      expect({ health, sync }).toEqual({ health: 'Healthy', sync: 'Synced' });
      expect(coverage).toEqual({
        unknown: expect.stringMatching(`hosts of the cluster cannot be read: .*add .*"Action":"${refused}"`),
      });
    },
  );
});
