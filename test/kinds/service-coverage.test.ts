import { describe, expect, it } from 'vitest';
import type { Gap, Health, KnownCoverage, Stops, Task } from '../../controller/core/resource.ts';
import { coverageOf, healthWith, verdictsOf } from '../../controller/kinds/service/coverage.ts';
import type { Daemon, Hosts, Verdict } from '../../controller/kinds/service/coverage.ts';
import type { Host, HostedTask, Location } from '../../controller/kinds/service/host.ts';
import type { TaskNeeds } from '../../controller/kinds/service/task-needs.ts';

const NEEDS: TaskNeeds = {
  revision: 'agent:3',
  cpu: 128,
  memoryMiB: 256,
  gpus: 0,
  ports: [],
  hasInterface: false,
  attributes: [],
  expressions: [],
};
const DAEMON: Daemon = {
  needs: NEEDS,
  expressions: [],
  isExternal: false,
  tasks: [],
  left: new Set(),
  stops: undefined,
  isRollingOut: false,
  subnets: [],
  events: [],
};

function hostWith(over: Partial<Host> = {}, attributes: Readonly<Record<string, string>> = {}): Host {
  return {
    arn: 'arn:aws:ecs:eu-west-1:385605022855:container-instance/main/h1',
    id: 'h1',
    status: 'ACTIVE',
    zone: 'eu-west-1a',
    instanceType: 'm5.large',
    isExternal: false,
    hasTrunk: false,
    cpuLeft: 2048,
    memoryLeftMiB: 7680,
    takenPorts: { tcp: new Set([22]), udp: new Set() },
    agentConnected: true,
    ec2InstanceId: 'i-0abc',
    attributes: new Map(Object.entries({ 'ecs.os-type': 'linux', ...attributes })),
    taskGroups: [],
    ...over,
  };
}

const HOST = hostWith();

const LOCATIONS: Readonly<Record<string, Location>> = {
  'subnet-a': { vpc: 'vpc-1', zone: 'eu-west-1a' },
  'subnet-b': { vpc: 'vpc-1', zone: 'eu-west-1b' },
};

interface Around {
  readonly daemon?: Partial<Daemon>;
  readonly needs?: Partial<TaskNeeds>;
  readonly others?: readonly HostedTask[];
  readonly disconnectedSince?: number;
}

function verdictOf(
  host: Host,
  { daemon, needs, others = [], disconnectedSince }: Around = {},
): Verdict['is'] {
  const hosts: Hosts = {
    all: [host],
    tasksOn: () => others,
    disconnectedSince: () => disconnectedSince,
    locationOf: (subnet) => LOCATIONS[subnet],
  };
  const [verdict] = verdictsOf({ ...DAEMON, needs: { ...NEEDS, ...needs }, ...daemon }, hosts);
  return verdict!.is;
}

function taskThat(lastStatus: string, host = HOST.arn): Task {
  return { id: 't1', lastStatus, healthStatus: 'UNKNOWN', host };
}

function otherTask(over: Partial<HostedTask> = {}): HostedTask {
  return { id: 'abc', group: 'service:web', ports: [], hasInterface: false, ...over };
}

const STOPS: Stops = {
  count: 1,
  reason: 'exit code 1',
  onHosts: { [HOST.arn]: { reason: 'container agent: exit code 1', at: Date.UTC(2026, 10, 30, 12) } },
};
const SINCE = Date.UTC(2026, 10, 30, 11);

/** Every cause, the first first: where several hold, the one above counts. */
const CAUSES: readonly (readonly [string, Host, Around, string])[] = [
  [
    'Draining',
    hostWith({ status: 'DRAINING' }),
    {},
    'the host is DRAINING, so that ECS stops its daemon and starts none; set it ACTIVE, or terminate it',
  ],
  [
    'NotRegistered',
    hostWith({ status: 'REGISTRATION_FAILED', statusReason: 'no trunk' }),
    {},
    'the host is REGISTRATION_FAILED: no trunk; ECS starts tasks on it once it is ACTIVE',
  ],
  [
    'AgentDisconnected',
    HOST,
    { disconnectedSince: SINCE },
    'the ECS agent of the host is disconnected since 2026-11-30T11:00:00.000Z; check that the host runs, the agent on it, and its way to ECS',
  ],
  [
    'AttributeMissing',
    HOST,
    { needs: { attributes: [{ name: 'ecs.capability.task-eni' }] } },
    'the host lacks the attribute ecs.capability.task-eni, which agent:3 requires',
  ],
  [
    'PortTaken',
    hostWith({ takenPorts: { tcp: new Set(), udp: new Set([8125]) } }),
    {
      needs: { ports: [{ protocol: 'udp', port: 8125 }] },
      others: [otherTask({ ports: [{ protocol: 'udp', port: 8125 }] })],
    },
    'host port 8125/udp is taken by task abc of service:web;',
  ],
  [
    'CpuShort',
    hostWith({ cpuLeft: 100 }),
    { needs: { cpu: 256 } },
    'it needs 256 CPU units and 100 are left, 156 short; make room',
  ],
  [
    'MemoryShort',
    hostWith({ memoryLeftMiB: 200 }),
    {},
    'it needs 256 MiB of memory and 200 are left, 56 short; make room',
  ],
  [
    'GpuShort',
    hostWith({ gpus: { all: 4, left: 1 } }),
    { needs: { gpus: 2 } },
    'it needs 2 GPUs and 1 are left, 1 short; make room',
  ],
  [
    'NoSubnet',
    HOST,
    { needs: { hasInterface: true }, daemon: { subnets: ['subnet-b'] } },
    'the host is in eu-west-1a, where the service has no subnet (subnet-b); add one of that zone to subnets',
  ],
  [
    'NoInterface',
    HOST,
    {
      needs: { hasInterface: true },
      others: [otherTask({ hasInterface: true }), otherTask({ hasInterface: true })],
    },
    'no network interface is left: m5.large has 2 for tasks, and 2 have one;',
  ],
  [
    'TaskStops',
    HOST,
    { daemon: { stops: STOPS } },
    'its task started and stopped at 2026-11-30T12:00:00.000Z: container agent: exit code 1',
  ],
  [
    'RolloutUnderWay',
    HOST,
    { daemon: { isRollingOut: true } },
    'a rollout is under way, and ECS has no new task on this host yet',
  ],
  ['Unknown', HOST, {}, 'nothing that ECS shows says why;'],
];

describe('why a host lacks its daemon', () => {
  it.each(CAUSES)('%s', (cause, host, around, message) => {
    expect(verdictOf(host, around)).toEqual({ cause, message: expect.stringContaining(message) });
  });

  const pairs = CAUSES.flatMap(([cause, host, around], nth) =>
    CAUSES.slice(nth + 1).map(([later, laterHost, laterAround]) => ({
      cause,
      later,
      // What is unusual about either host.
      host: { ...laterHost, ...unusual(host) },
      around: joined(laterAround, around),
    })),
  );

  it.each(pairs)('$cause, also where $later holds', ({ cause, host, around }) => {
    expect(verdictOf(host, around)).toMatchObject({ cause });
  });

  function unusual(host: Host): Partial<Host> {
    return Object.fromEntries(
      Object.entries(host).filter(
        ([key, value]) => value !== HOST[key as keyof Host] && key !== 'attributes',
      ),
    );
  }

  function joined(a: Around, b: Around): Around {
    return {
      ...a,
      ...b,
      needs: { ...a.needs, ...b.needs },
      daemon: { ...a.daemon, ...b.daemon },
      others: [...(a.others ?? []), ...(b.others ?? [])],
    };
  }
});

describe('of causes, in particular', () => {
  it('an attribute that has to have a value is missing where it has another', () => {
    const needs = { attributes: [{ name: 'ecs.cpu-architecture', value: 'arm64' }, { name: 'gone' }] };
    expect(verdictOf(hostWith({}, { 'ecs.cpu-architecture': 'x86_64' }), { needs })).toMatchObject({
      message: expect.stringContaining('the host lacks 2 attributes: ecs.cpu-architecture=arm64, gone'),
    });
    expect(verdictOf(hostWith({}, { 'ecs.cpu-architecture': 'arm64', gone: '' }), { needs })).toMatchObject({
      cause: 'Unknown',
    });
  });

  it.each([
    [{ protocol: 'tcp', port: 22 } as const, 'taken by the host itself, as ECS reserves it'],
    [{ protocol: 'tcp', port: 80 } as const, 'taken by for a reason that ECS does not show'],
  ])('a port $port that no task shows', (port, message) => {
    const host = hostWith({ takenPorts: { tcp: new Set([22, 80]), udp: undefined } });
    expect(verdictOf(host, { needs: { ports: [port] } })).toMatchObject({
      cause: 'PortTaken',
      message: expect.stringContaining(message),
    });
  });

  it('the same port of another protocol is free', () => {
    const host = hostWith({ takenPorts: { tcp: new Set([8125]), udp: new Set() } });
    const needs = { ports: [{ protocol: 'udp', port: 8125 } as const] };
    expect(verdictOf(host, { needs })).toMatchObject({ cause: 'Unknown' });
  });

  it('CPU and memory that are both short are both told', () => {
    expect(verdictOf(hostWith({ cpuLeft: 0, memoryLeftMiB: 0 }))).toMatchObject({
      cause: 'CpuShort',
      message: expect.stringContaining('128 short, and it needs 256 MiB of memory and 0 are left, 256 short'),
    });
  });

  it.each([
    ['a trunk gives more', { hasTrunk: true }, 2, 'Unknown'],
    ['a trunk has its own end', { hasTrunk: true }, 10, 'NoInterface'],
    ['a type that is not known here says nothing', { instanceType: 'x2idn.16xlarge' }, 30, 'Unknown'],
  ])('interfaces: %s', (_what, over, used, cause) => {
    const others = Array.from({ length: used }, () => otherTask({ hasInterface: true }));
    expect(verdictOf(hostWith(over), { needs: { hasInterface: true }, others })).toMatchObject({ cause });
  });

  const events = [
    '(service agent) was unable to place a task because no container instance met all of its requirements. The closest matching (container-instance h1) encountered error "RESOURCE:ENI".',
  ];

  it('interfaces: what ECS says of a host counts, of whatever type it is', () => {
    const host = hostWith({ instanceType: 'x2idn.16xlarge' });
    expect(verdictOf(host, { needs: { hasInterface: true }, daemon: { events } })).toMatchObject({
      cause: 'NoInterface',
    });
  });

  it.each<[string, TaskNeeds['gpus'], Host['gpus'], string | undefined]>([
    ['all of a host that has none', 'ALL', { all: 0, left: 0 }, 'it needs 1 GPU and 0 are left, 1 short'],
    [
      'all of a host of which one is in use',
      'ALL',
      { all: 4, left: 3 },
      'it needs 4 GPUs, all of the host, and 3 are left, 1 short',
    ],
    ['all of a host of which none is in use', 'ALL', { all: 4, left: 4 }, undefined],
    ['one of a host that has none', 1, { all: 0, left: 0 }, 'it needs 1 GPU and 0 are left, 1 short'],
  ])('GPUs: %s', (_what, gpus, ofHost, message) => {
    const verdict = verdictOf(hostWith({ gpus: ofHost }), { needs: { gpus } });
    expect(verdict).toMatchObject({ cause: message === undefined ? 'Unknown' : 'GpuShort' });
    expect(JSON.stringify(verdict)).toContain(message ?? '');
  });

  it.each<[string, readonly string[], readonly string[], string]>([
    ['the subnet of the host itself is one of its own', ['subnet-x', 'subnet-own'], [], 'Unknown'],
    ['another subnet is in the zone of the host', ['subnet-a'], [], 'Unknown'],
    ['the zone of a subnet is not known', ['subnet-b', 'subnet-x'], [], 'Unknown'],
    [
      'the zone of a subnet is not known, and ECS tells of an attribute',
      ['subnet-b', 'subnet-x'],
      ['(service agent) … (container-instance h1) is missing an attribute required by your task.'],
      'NoSubnet',
    ],
  ])('subnets: where %s', (_what, subnets, events, cause) => {
    const daemon = { subnets, events };
    expect(
      verdictOf(hostWith({ subnet: 'subnet-own' }), { needs: { hasInterface: true }, daemon }),
    ).toMatchObject({ cause });
  });

  it('a host in another VPC than the subnets has none of them, whatever its zone', () => {
    const daemon = { subnets: ['subnet-x', 'subnet-a'] };
    const around = { needs: { hasInterface: true }, daemon };
    expect(verdictOf(hostWith({ subnet: 'subnet-own', vpc: 'vpc-2' }), around)).toEqual({
      cause: 'NoSubnet',
      message: expect.stringContaining(
        'the host is in vpc-2, and the subnets of the service are in vpc-1; keep the daemon off such hosts',
      ),
    });
    expect(verdictOf(hostWith({ subnet: 'subnet-own', vpc: 'vpc-1' }), around)).toMatchObject({
      cause: 'Unknown',
    });
  });

  it('what ECS said last of the host is told where nothing else shows', () => {
    expect(verdictOf(HOST, { daemon: { events } })).toEqual({
      cause: 'Unknown',
      message: expect.stringContaining('ECS says: was unable to place a task'),
    });
    expect(verdictOf(hostWith({ id: 'h2' }), { daemon: { events } })).toEqual({
      cause: 'Unknown',
      message: expect.stringContaining('nothing that ECS shows says why'),
    });
  });

  it('what its own task has not given back yet is no cause', () => {
    const host = hostWith({
      cpuLeft: 0,
      memoryLeftMiB: 0,
      takenPorts: { tcp: new Set([80]), udp: new Set() },
    });
    const needs = { ports: [{ protocol: 'tcp', port: 80 } as const] };
    const left = new Set([HOST.arn]);
    expect(verdictOf(host, { needs, daemon: { left, isRollingOut: true } })).toMatchObject({
      cause: 'RolloutUnderWay',
    });
    expect(verdictOf(host, { needs, daemon: { left: new Set(['another']) } })).toMatchObject({
      cause: 'PortTaken',
    });
  });

  it('a task that stops again and again is not on its way, and what it has taken is no cause', () => {
    const daemon = { tasks: [taskThat('PENDING')], stops: STOPS };
    const host = hostWith({ cpuLeft: 0, memoryLeftMiB: 0 });
    expect(verdictOf(host, { daemon })).toMatchObject({ cause: 'TaskStops' });
  });
});

describe('where no task is missing', () => {
  it.each<[string, Host, Around, Verdict['is']]>([
    ['it runs', HOST, { daemon: { tasks: [taskThat('RUNNING')] } }, 'running'],
    [
      'it runs on one that drains',
      hostWith({ status: 'DRAINING' }),
      { daemon: { tasks: [taskThat('RUNNING')] } },
      'running',
    ],
    ['it starts', HOST, { daemon: { tasks: [taskThat('PENDING')] } }, 'placing'],
    [
      'a constraint of the service is false',
      HOST,
      { daemon: { expressions: ['attribute:ecs.os-type == windows'] } },
      'not eligible',
    ],
    [
      'one of the task definition is',
      HOST,
      { needs: { expressions: ['attribute:gpu exists'] } },
      'not eligible',
    ],
    [
      'a constraint is false of one that drains',
      hostWith({ status: 'DRAINING' }),
      { daemon: { expressions: ['attribute:gpu exists'] } },
      'not eligible',
    ],
    ['it is outside of EC2', hostWith({ isExternal: true }), {}, 'not eligible'],
    ['it is of EC2, and the daemon outside of it', HOST, { daemon: { isExternal: true } }, 'not eligible'],
    [
      'both are outside of EC2, and it runs',
      hostWith({ isExternal: true }),
      { daemon: { isExternal: true, tasks: [taskThat('RUNNING')] } },
      'running',
    ],
    ['it goes', hostWith({ status: 'DEREGISTERING' }), {}, 'not eligible'],
    [
      'a constraint cannot be decided',
      HOST,
      { daemon: { expressions: ['attribute:ecs.os-type =~ l++'] } },
      'undecided',
    ],
    ['a constraint cannot be read', HOST, { daemon: { expressions: ['ecs.os-type is linux'] } }, 'undecided'],
    [
      'it runs where a constraint cannot be decided',
      HOST,
      { daemon: { expressions: ['attribute:ecs.os-type =~ l++'], tasks: [taskThat('RUNNING')] } },
      'running',
    ],
  ])('%s', (_what, host, around, is) => {
    expect(verdictOf(host, around)).toBe(is);
  });

  it('a constraint is asked of the groups of tasks on the host', () => {
    const around = { daemon: { expressions: ['task:group == service:web'] } };
    expect(verdictOf(hostWith({ taskGroups: ['service:web'] }), around)).toMatchObject({ cause: 'Unknown' });
    expect(verdictOf(HOST, around)).toBe('not eligible');
  });
});

describe('the coverage of a daemon', () => {
  const verdicts: readonly Verdict[] = [
    { host: hostWith({ id: 'a' }), is: 'running' },
    {
      host: hostWith({ id: 'b', ec2InstanceId: null, zone: undefined }),
      is: { cause: 'CpuShort', message: 'm' },
    },
    { host: hostWith({ id: 'c' }), is: { cause: 'Draining', message: 'm' } },
    { host: hostWith({ id: 'd' }), is: 'placing' },
    { host: hostWith({ id: 'e' }), is: 'not eligible' },
    { host: hostWith({ id: 'f' }), is: 'undecided' },
  ];

  it('counts each host once, and lists the gaps, the longest first', () => {
    const since = new Map([
      ['b', 2_000],
      ['c', 1_000],
    ]);
    const coverage = coverageOf(verdicts, ({ id }) => ({ since: since.get(id)!, isLasting: false }));
    expect(coverage).toEqual({
      eligible: 4,
      running: 1,
      placing: 1,
      missing: 2,
      notEligible: 1,
      undecided: 1,
      gaps: [
        {
          host: 'c',
          ec2InstanceId: 'i-0abc',
          zone: 'eu-west-1a',
          since: 1_000,
          isLasting: false,
          cause: 'Draining',
          message: 'm',
        },
        { host: 'b', since: 2_000, isLasting: false, cause: 'CpuShort', message: 'm' },
      ],
    });
  });
});

describe('health with a coverage', () => {
  const healthy: Health = { status: 'Healthy', message: 'tasks running on 2 of 2 hosts' };
  const gap: Gap = {
    host: 'h1',
    ec2InstanceId: 'i-0abc',
    zone: 'eu-west-1a',
    since: SINCE,
    isLasting: true,
    cause: 'PortTaken',
    message: 'host port 80/tcp is taken',
  };

  function covered(...gaps: readonly Gap[]): KnownCoverage {
    const missing = gaps.length;
    return { eligible: 2 + missing, running: 2, placing: 0, missing, notEligible: 0, undecided: 0, gaps };
  }

  it.each<[string, Health, Parameters<typeof healthWith>[1]]>([
    ['there is none', healthy, undefined],
    ['nothing is missing', healthy, covered()],
    ['it is unknown', healthy, { unknown: 'AccessDenied' }],
    ['a rollout is under way', healthy, covered({ ...gap, cause: 'RolloutUnderWay' })],
    ['it is degraded by itself', { status: 'Degraded', reason: 'CrashLooping', message: 'm' }, covered(gap)],
  ])('is as it was where %s', (_what, health, coverage) => {
    expect(healthWith(health, coverage)).toEqual(health);
  });

  it('is Progressing while a gap may be one of a host that has just joined', () => {
    expect(healthWith(healthy, covered({ ...gap, isLasting: false }))).toEqual({
      status: 'Progressing',
      cause: '1 of 3 hosts lacks it: PortTaken',
      message:
        'tasks running on 2 of 2 hosts; 1 of 3 hosts lacks it: PortTaken; i-0abc (eu-west-1a), since 2026-11-30T11:00:00.000Z: host port 80/tcp is taken',
    });
  });

  it('is Degraded, CoverageGap, once one lasts, and tells the longest and the causes of all', () => {
    const other: Gap = { ...gap, host: 'h2', since: SINCE + 1, isLasting: false, cause: 'Draining' };
    expect(healthWith(healthy, covered(gap, other))).toEqual({
      status: 'Degraded',
      reason: 'CoverageGap',
      cause: '2 of 4 hosts lack it: PortTaken, Draining',
      message:
        'tasks running on 2 of 2 hosts; 2 of 4 hosts lack it: PortTaken, Draining; the longest is i-0abc (eu-west-1a), since 2026-11-30T11:00:00.000Z: host port 80/tcp is taken',
    });
  });
});
