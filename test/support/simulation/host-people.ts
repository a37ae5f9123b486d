import type { InstanceAction } from '../../../sandbox/control/instances.ts';
import type { HostRecord } from '../../../sandbox/ecs/instances/state.ts';
import { registeredHosts, tasksOn } from '../../../sandbox/ecs/instances/store.ts';
import type { ClusterRecord } from '../../../sandbox/ecs/state.ts';
import { AwsError } from '../../../sandbox/error.ts';
import { callsTo } from '../world/account.ts';
import type { World } from '../world/world.ts';
import type { Chance } from './chance.ts';
import { HOSTS_CLUSTER } from './host-commit.ts';
import { hereIn } from './live.ts';
import type { Place } from './live.ts';

/** What happens to container instances: what people do with them, and what becomes of machines. */
export const HOST_ACTS = [
  'launches instances',
  'drains an instance',
  'activates an instance',
  'disconnects an agent',
  'connects an agent',
  'terminates an instance',
  'fills an instance up',
  'ends what fills instances up',
  'runs a service on instances',
  'changes an attribute of an instance',
  'takes a capability from an instance',
  'kills a task on an instance',
] as const;
type HostAct = (typeof HOST_ACTS)[number];

/** People who have container instances. */
export interface HostPeople {
  /** One of `HOST_ACTS`; tells to what, undefined where there is none, or AWS refuses. */
  act(what: string, chance: Chance): Promise<string | undefined>;
  /** There is room for every daemon on three instances at least: what was in the way ends, and who was away is back. */
  makeRoom(): Promise<void>;
}

/** One with room, and interfaces, for all that a world can have. */
const LARGE = 'm5.4xlarge';
const TYPES: readonly [string, ...string[]] = ['t3.micro', 't3.medium', 't4g.medium', 'm5.large', LARGE];
const ENOUGH = 3;
/** So many interfaces of tasks has the large one. */
const INTERFACES = 7;
const SQUATTERS = 'squatters';
/** Every daemon here logs by it. */
const CAPABILITY = 'com.amazonaws.ecs.capability.logging-driver.awslogs';
const PORTS: readonly [number, number] = [8125, 9100];

interface Found {
  readonly place: Place;
  readonly cluster: ClusterRecord;
  readonly hosts: readonly HostRecord[];
}

export function createHostPeople(world: World): HostPeople {
  const { control } = world.sandbox;

  /** The cluster of instances, in every region where there is one: an Environment that moves leaves its own behind. */
  function clusters(): readonly Found[] {
    return hereIn(world).places.flatMap((place) => {
      const cluster = place.state.ecs.clusters.get(HOSTS_CLUSTER);
      return cluster?.status === 'ACTIVE' ? [{ place, cluster, hosts: [...registeredHosts(cluster)] }] : [];
    });
  }

  function anyHost(
    chance: Chance,
    suits: (host: HostRecord) => boolean = () => true,
  ): (Found & { readonly host: HostRecord }) | undefined {
    return chance.any(
      clusters().flatMap((found) => found.hosts.filter(suits).map((host) => ({ ...found, host }))),
    );
  }

  /** Now and then outside of EC2, or in the network of somebody else. */
  function launch({ cluster, place }: Found, chance: Chance): string {
    const stack = chance.any(['prod', 'test', undefined]);
    const attributes = stack === undefined ? {} : { attributes: { stack } };
    const instanceType = chance.one(TYPES);
    const count = chance.whole(1, 3);
    const [where, told] = chance.one<() => readonly [object, string]>([
      () => [{ external: true }, 'outside of EC2'],
      () => {
        const subnets = [...place.state.ec2.subnets.values()].filter(({ defaultForAz }) => !defaultForAz);
        return [{ subnetId: chance.any(subnets)?.subnetId }, 'in another VPC'];
      },
      ...Array.from({ length: 6 }, () => () => [{}, 'in any zone'] as const),
    ])();
    control.launchInstances({ cluster: cluster.arn, count, instanceType, ...attributes, ...where });
    return `${count} ${instanceType} ${told}, stack ${stack ?? '-'}`;
  }

  function acting(action: InstanceAction, chance: Chance, suits: (host: HostRecord) => boolean) {
    const found = anyHost(chance, suits);
    if (found === undefined) return undefined;
    control.actOnInstance(found.host.arn, action);
    return nameOf(found.host);
  }

  async function fill(chance: Chance): Promise<string | undefined> {
    const found = anyHost(chance, ({ isExternal }) => !isExternal);
    if (found === undefined) return undefined;
    const { place, cluster, host } = found;
    const [subnet] = host.subnetId === undefined ? [] : [host.subnetId];
    const takes = chance.one<'cpu' | 'memory' | 'port' | 'interfaces'>([
      'cpu',
      'memory',
      'port',
      'interfaces',
    ]);
    const left = {
      cpu: host.resources.cpu - host.taken.cpu,
      memory: host.resources.memoryMiB - host.taken.memoryMiB,
    };
    const port = chance.one(PORTS);
    const call = callsTo(world.sandbox, { region: place.region });
    await call('ecs', 'RegisterTaskDefinition', {
      family: SQUATTERS,
      networkMode: takes === 'interfaces' ? 'awsvpc' : 'bridge',
      requiresCompatibilities: ['EC2'],
      containerDefinitions: [
        {
          name: 'main',
          image: 'example.org/squatter:1',
          cpu: takes === 'cpu' ? Math.max(2, left.cpu - chance.whole(0, 100)) : 2,
          memory: takes === 'memory' ? Math.max(6, left.memory - chance.whole(0, 100)) : 6,
          ...(takes === 'port'
            ? { portMappings: [{ containerPort: port, hostPort: port, protocol: 'udp' }] }
            : {}),
        },
      ],
    });
    const { tasks } = await call('ecs', 'RunTask', {
      cluster: cluster.arn,
      taskDefinition: SQUATTERS,
      group: SQUATTERS,
      launchType: 'EC2',
      placementConstraints: [{ type: 'memberOf', expression: `ec2InstanceId == ${host.ec2InstanceId}` }],
      ...(takes === 'interfaces'
        ? { networkConfiguration: { awsvpcConfiguration: { subnets: [subnet] } } }
        : {}),
    });
    return (tasks as unknown[]).length === 0 ? undefined : `${takes} of ${nameOf(host)}`;
  }

  async function endSquatters(): Promise<string | undefined> {
    let ended = 0;
    for (const { place, cluster } of clusters()) {
      const call = callsTo(world.sandbox, { region: place.region });
      const service = cluster.services.get(SQUATTERS);
      if (service?.status === 'ACTIVE') {
        await call('ecs', 'DeleteService', { cluster: cluster.arn, service: SQUATTERS, force: true });
        ended += 1;
      }
      for (const { arn, group, desiredStatus } of cluster.tasks.values()) {
        if (group !== SQUATTERS || desiredStatus === 'STOPPED') continue;
        await call('ecs', 'StopTask', { cluster: cluster.arn, task: arn });
        ended += 1;
      }
    }
    return ended === 0 ? undefined : `${ended} of them`;
  }

  /** Somebody else's, which ECS puts where there is room. */
  async function runService(chance: Chance): Promise<string | undefined> {
    const found = chance.any(clusters());
    if (found === undefined) return undefined;
    const { place, cluster } = found;
    const call = callsTo(world.sandbox, { region: place.region });
    const port = chance.one(PORTS);
    await call('ecs', 'RegisterTaskDefinition', {
      family: SQUATTERS,
      networkMode: 'host',
      requiresCompatibilities: ['EC2'],
      containerDefinitions: [
        {
          name: 'main',
          image: 'example.org/squatter:1',
          cpu: chance.one([64, 900]),
          memory: 128,
          portMappings: [{ containerPort: port, protocol: 'udp' }],
        },
      ],
    });
    await call('ecs', 'CreateService', {
      cluster: cluster.arn,
      serviceName: SQUATTERS,
      taskDefinition: SQUATTERS,
      launchType: 'EC2',
      desiredCount: chance.whole(1, 3),
    });
    return `on port ${port}`;
  }

  async function setStack(chance: Chance): Promise<string | undefined> {
    const found = anyHost(chance);
    if (found === undefined) return undefined;
    const value = chance.one(['prod', 'test']);
    await callsTo(world.sandbox, { region: found.place.region })('ecs', 'PutAttributes', {
      cluster: found.cluster.arn,
      attributes: [{ name: 'stack', value, targetId: found.host.arn }],
    });
    return `stack=${value} of ${nameOf(found.host)}`;
  }

  async function takeCapability(chance: Chance): Promise<string | undefined> {
    const found = anyHost(chance, ({ attributes }) => attributes.has(CAPABILITY));
    if (found === undefined) return undefined;
    await callsTo(world.sandbox, { region: found.place.region })('ecs', 'DeleteAttributes', {
      cluster: found.cluster.arn,
      attributes: [{ name: CAPABILITY, targetId: found.host.arn }],
    });
    return nameOf(found.host);
  }

  function kill(chance: Chance): string | undefined {
    const found = anyHost(chance, ({ taskIds }) => taskIds.size > 0);
    const task = found && chance.any(tasksOn(found.cluster, found.host));
    if (found === undefined || task === undefined) return undefined;
    control.stopTask(task.arn, { reason: 'Essential container in task exited', exitCode: 137 });
    return `${task.group} on ${nameOf(found.host)}`;
  }

  const acts: Readonly<
    Record<HostAct, (chance: Chance) => Promise<string | undefined> | string | undefined>
  > = {
    'launches instances': (chance) => {
      const found = chance.any(clusters());
      return found && launch(found, chance);
    },
    'drains an instance': (chance) => acting('drain', chance, ({ status }) => status === 'ACTIVE'),
    'activates an instance': (chance) => acting('activate', chance, ({ status }) => status === 'DRAINING'),
    'disconnects an agent': (chance) => acting('disconnect', chance, ({ agentConnected }) => agentConnected),
    'connects an agent': (chance) => acting('connect', chance, ({ agentConnected }) => !agentConnected),
    'terminates an instance': (chance) => acting('terminate', chance, () => true),
    'fills an instance up': fill,
    'ends what fills instances up': endSquatters,
    'runs a service on instances': runService,
    'changes an attribute of an instance': setStack,
    'takes a capability from an instance': takeCapability,
    'kills a task on an instance': kill,
  };

  return {
    async act(what, chance) {
      try {
        return await acts[what as HostAct](chance);
      } catch (thrown) {
        if (thrown instanceof AwsError) return undefined;
        throw thrown;
      }
    },
    async makeRoom() {
      await endSquatters();
      for (const { place, cluster, hosts } of clusters()) {
        const kept = hosts.filter((host) => isRoomy(host, place));
        for (const host of hosts) {
          const { arn, agentConnected, status } = host;
          if (!kept.includes(host)) control.actOnInstance(arn, 'terminate');
          else if (!agentConnected) control.actOnInstance(arn, 'connect');
          if (kept.includes(host) && status === 'DRAINING') control.actOnInstance(arn, 'activate');
        }
        if (kept.length >= ENOUGH) continue;
        control.launchInstances({
          cluster: cluster.arn,
          count: ENOUGH - kept.length,
          instanceType: LARGE,
          attributes: { stack: 'prod' },
        });
      }
    },
  };
}

/** Whether every daemon that its constraints let there has a place on it. */
function isRoomy({ interfaces, attributes, subnetId = '' }: HostRecord, { state: { ec2 } }: Place): boolean {
  const isInDefaultVpc = ec2.subnets.get(subnetId)?.defaultForAz === true;
  return interfaces >= INTERFACES && attributes.has(CAPABILITY) && isInDefaultVpc;
}

function nameOf({ id, availabilityZone = 'nowhere' }: HostRecord): string {
  return `${id.slice(0, 8)} in ${availabilityZone}`;
}
