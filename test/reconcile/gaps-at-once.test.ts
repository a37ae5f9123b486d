import type { ContainerInstance } from '@aws-sdk/client-ecs';
import { beforeAll, describe, expect, it } from 'vitest';
import { GAP_CAUSES } from '../../controller/core/resource.ts';
import type { StatusReport } from '../../controller/status/schema.ts';
import { environment, yamlOf } from '../support/manifests/documents.ts';
import { createReporter, objectIn } from '../support/reports/reporter.ts';
import { callsTo } from '../support/world/account.ts';
import { agent, daemonOnHosts, known, launch, occupy, withHosts } from '../support/world/hosts.ts';
import type { KnownCoverage } from '../support/world/hosts.ts';
import type { World } from '../support/world/world.ts';

const HOSTS = 50;
const MINUTE_MS = 60_000;
/** Where the roller is, and where the proxy has no subnet. */
const ROLLED_OUT_IN = 'us-east-1b';
const WITHOUT_SUBNET = 'us-east-1c';

const image = (version: number) => `example.org/daemon:${version}`;

/** One with a network interface of its own. */
const PROXY = daemonOnHosts({ name: 'proxy', networkMode: 'awsvpc' });

const WITH_GPUS = {
  servicePlacementConstraints: [
    { type: 'memberOf' as const, expression: 'attribute:ecs.instance-type == g4dn.xlarge' },
  ],
};

/** One that needs a GPU, on the hosts with GPUs. */
const TRAINER = daemonOnHosts({
  name: 'trainer',
  ...WITH_GPUS,
  containers: [
    { name: 'trainer', image: image(1), memory: 64, resourceRequirements: [{ type: 'GPU', value: '1' }] },
  ],
});

/** One that runs on all the hosts with GPUs that there are. */
const METER = daemonOnHosts({
  name: 'meter',
  ...WITH_GPUS,
  containers: [{ name: 'meter', image: image(1), memory: 64 }],
});

/** One whose tasks the kernel ends soon after they have started. */
const CRASHER = daemonOnHosts({
  name: 'crasher',
  ...WITH_GPUS,
  containers: [{ name: 'crasher', image: 'example.org/crasher:fail-exit-137', memory: 64 }],
});

const NAMES = ['agent', 'proxy', 'trainer', 'meter', 'crasher', 'roller'];

/** One in one zone, whose next version is rolled out. */
function roller(version: number) {
  return daemonOnHosts({
    name: 'roller',
    servicePlacementConstraints: [
      { type: 'memberOf', expression: `attribute:ecs.availability-zone == ${ROLLED_OUT_IN}` },
    ],
    containers: [{ name: 'roller', image: image(version), memory: 64 }],
  });
}

describe('a cluster of 50 hosts with a gap of every cause at once', () => {
  let world: World;
  let report: StatusReport;
  /** By what is the matter with them. */
  let hosts: Readonly<Record<string, ContainerInstance>>;

  const of = (name: string): KnownCoverage => known(objectIn(report, name).coverage);
  const gapOf = (name: string, host: string) =>
    of(name).gaps.find(({ ec2InstanceId }) => ec2InstanceId === hosts[host]?.ec2InstanceId);

  beforeAll(async () => {
    const made = await withHosts(HOSTS - 3);
    ({ world } = made);
    const [draining, away, excluded, bare, squatted, busy, full, crowded, remote] = made.hosts;
    const [shared] = launch(world, { instanceType: 'g4dn.xlarge' });
    const { control } = world.sandbox;
    const call = callsTo(world.sandbox);
    control.actOnInstance(draining!.containerInstanceArn!, 'drain');
    control.actOnInstance(away!.containerInstanceArn!, 'disconnect');
    await call('ecs', 'PutAttributes', {
      cluster: 'hosts',
      attributes: [{ name: 'stack', value: 'test', targetId: excluded!.containerInstanceArn }],
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
    await occupy(world, shared!, { gpus: 1 });
    await world.clock.advance(MINUTE_MS);
    const { Subnets } = (await call('ec2', 'DescribeSubnets')) as {
      readonly Subnets: readonly { readonly SubnetId: string; readonly AvailabilityZone: string }[];
    };
    const subnets = Subnets.filter(({ AvailabilityZone }) => AvailabilityZone !== WITHOUT_SUBNET);
    const place = environment({ subnets: subnets.map(({ SubnetId }) => SubnetId) });
    world.files.set('daemons.yaml', yamlOf(place, agent(), PROXY, TRAINER, METER, CRASHER));
    world.files.set('roller.yaml', yamlOf(roller(1)));
    await world.settle(200);
    const reporter = createReporter();
    const look = async (afterMs: number): Promise<void> => {
      await world.clock.advance(afterMs);
      report = reporter.record(await world.pass());
    };
    await look(6 * MINUTE_MS);

    world.files.set('roller.yaml', yamlOf(roller(2)));
    await look(0);
    await world.clock.advance(4_000);
    // It lost its agent before it got a daemon, and not yet for long enough to be a cause.
    const [late] = launch(world, { instanceType: 'g4dn.xlarge' });
    control.actOnInstance(late!.containerInstanceArn!, 'disconnect');
    // It is REGISTERING until its trunk is there.
    await call('ecs', 'PutAccountSettingDefault', { name: 'awsvpcTrunking', value: 'enabled' });
    const [joining] = launch(world);
    hosts = {
      draining: draining!,
      away: away!,
      excluded: excluded!,
      bare: bare!,
      squatted: squatted!,
      busy: busy!,
      full: full!,
      crowded: crowded!,
      remote: remote!,
      shared: shared!,
      late: late!,
      joining: joining!,
    };
    await look(1_000);
  });

  it('has them all', () => {
    const gaps = NAMES.flatMap((name) => of(name).gaps);
    expect(new Set(gaps.map(({ cause }) => cause))).toEqual(new Set(GAP_CAUSES));
    for (const { zone } of gaps) expect(zone).toMatch(/^us-east-1[a-c]$/);
  });

  it.each([
    ['draining', 'agent', 'Draining', 'the host is DRAINING'],
    [
      'joining',
      'agent',
      'NotRegistered',
      'the host is REGISTERING; ECS starts tasks on it once it is ACTIVE',
    ],
    ['away', 'agent', 'AgentDisconnected', 'is disconnected since 2026-11-22T'],
    [
      'bare',
      'agent',
      'AttributeMissing',
      'lacks the attribute com.amazonaws.ecs.capability.privileged-container',
    ],
    ['squatted', 'agent', 'PortTaken', /8125\/udp is taken by task \w+ of squatters/],
    ['busy', 'agent', 'CpuShort', 'it needs 256 CPU units and 148 are left, 108 short'],
    ['full', 'agent', 'MemoryShort', 'it needs 512 MiB of memory and 382 are left, 130 short'],
    ['shared', 'trainer', 'GpuShort', 'it needs 1 GPU and 0 are left, 1 short'],
    ['remote', 'proxy', 'NoSubnet', 'the host is in us-east-1c, where the service has no subnet'],
    ['crowded', 'proxy', 'NoInterface', 'm5.large has 2 for tasks, and 2 have one'],
    ['shared', 'crasher', 'TaskStops', 'exit code 137'],
    ['late', 'meter', 'Unknown', 'nothing that ECS shows says why'],
  ])('tells of the %s host why it lacks the %s: %s', (host, name, cause, message) => {
    expect(gapOf(name, host)).toMatchObject({ cause, message: expect.stringMatching(message) });
  });

  it('tells of hosts that a rollout has emptied', () => {
    const { gaps, eligible, running } = of('roller');
    const emptied = gaps.filter(({ cause }) => cause === 'RolloutUnderWay');
    expect(emptied.length).toBeGreaterThan(0);
    expect(running).toBeGreaterThanOrEqual(eligible / 2);
    for (const { zone } of emptied) expect(zone).toBe(ROLLED_OUT_IN);
  });

  it('counts the others, and is Degraded for the gaps', () => {
    expect(gapOf('agent', 'excluded')).toBeUndefined();
    expect(of('agent')).toMatchObject({
      eligible: 49,
      running: 41,
      missing: 8,
      notEligible: 1,
      undecided: 0,
    });
    expect(objectIn(report, 'agent')).toMatchObject({
      health: 'Degraded',
      conditions: [
        { reason: 'CoverageGap', message: expect.stringContaining('7 of 49 hosts lack it') },
        {},
        {},
      ],
    });
  });

  // The crasher's next task is on its way, and yet its host is told of.
  it.each(NAMES.filter((name) => name !== 'crasher'))(
    'agrees with the scheduler of the %s: every host either runs it, or is told of',
    async (name) => {
      const { taskArns } = await callsTo(world.sandbox)('ecs', 'ListTasks', {
        cluster: 'hosts',
        serviceName: name,
      });
      const { running, placing, missing, notEligible, gaps } = of(name);
      expect((taskArns as readonly string[]).length).toBe(running + placing);
      expect(running + placing + missing + notEligible).toBe(HOSTS);
      expect(gaps).toHaveLength(missing);
    },
  );
});
