import { cluster } from '../manifests/documents.ts';
import type { Chance } from './chance.ts';
import { SECRET, daemonsOf, fileOf, newDaemon, regionsOf, withDocument } from './commit.ts';
import type { Commit, Daemon } from './commit.ts';
import { ofDaemon, specWith } from './git-edits.ts';
import type { GitEdit } from './git-edits.ts';

/** What git says in a world that has container instances: a cluster of them, and what runs there. */

/** Name of the cluster that instances are in. */
export const HOSTS_CLUSTER = 'hosts';

const NAMES = ['node-agent', 'log-agent', 'tracer', 'exporter'] as const;
/** Few enough that daemons come to want the same one. */
const PORTS: readonly [number, number] = [8125, 9100];
/** CPU units and MiB: what every instance has room for, and what the small ones have not. */
const SMALL = { cpu: 64, memory: 64 } as const;
const SIZES: readonly [Size, ...Size[]] = [SMALL, { cpu: 512, memory: 300 }, { cpu: 1200, memory: 2600 }];
const MODES: readonly ['host', ...('bridge' | 'awsvpc')[]] = ['host', 'bridge', 'awsvpc'];
/** Constraints on the attributes that people give instances, and on those that ECS does. */
const EXPRESSIONS: readonly [string, ...string[]] = [
  'attribute:stack == prod',
  'attribute:stack !exists',
  'attribute:ecs.instance-type =~ m5.*',
  'attribute:ecs.availability-zone in [us-east-1a, us-east-1b]',
  'attribute:ecs.cpu-architecture == x86_64 and not(attribute:stack == test)',
];

type Size = Pick<Container, 'cpu' | 'memory'>;
type Container = Daemon['spec']['containers'][number];
type Constraints = NonNullable<Daemon['spec']['servicePlacementConstraints']>;

export function isOnEveryHost({ spec }: Daemon): boolean {
  return spec.schedulingStrategy === 'DAEMON';
}

/** Whether its tasks have a network interface, and with it security groups, of their own. */
export function hasOwnNetwork({ spec: { networkMode = 'awsvpc' } }: Daemon): boolean {
  return networkMode === 'awsvpc';
}

/** The commit with the cluster, and one to three daemons on its instances. */
export function withHosts(commit: Commit, chance: Chance): Commit {
  const [{ environment }, ...others] = regionsOf(commit);
  const where = others.length > 0 ? { environment } : {};
  const bare = withDocument(commit, cluster({ name: HOSTS_CLUSTER, ...where }));
  const names = NAMES.slice(0, chance.whole(1, 3));
  return names.reduce((before, name) => withDocument(before, newHosted(before, name, chance)), bare);
}

function newHosted(commit: Commit, name: string, chance: Chance): Daemon {
  const [{ environment }, ...others] = regionsOf(commit);
  const {
    cpu: _cpu,
    memory: _memory,
    desiredCount: _count,
    ...common
  } = newDaemon(commit, name, chance).spec;
  const networkMode = chance.one(MODES);
  const isReplica = chance.happens(0.2);
  const { securityGroup, serviceDiscovery, deployment: _deployment, ...rest } = common;
  const minimumHealthyPercent = chance.one([0, 50, 50, 75]);
  return {
    ...newDaemon(commit, name, chance),
    spec: {
      ...rest,
      ...(others.length > 0 ? { environment } : {}),
      cluster: HOSTS_CLUSTER,
      networkMode,
      ...(isReplica
        ? { launchType: 'EC2', desiredCount: chance.whole(1, 2) }
        : { schedulingStrategy: 'DAEMON', deployment: { minimumHealthyPercent } }),
      ...(chance.happens(0.4) ? { servicePlacementConstraints: constraintsBy(chance) } : {}),
      ...(networkMode === 'awsvpc' ? { securityGroup } : {}),
      ...(serviceDiscovery === undefined || (isReplica && networkMode !== 'awsvpc')
        ? {}
        : { serviceDiscovery: { ...serviceDiscovery, namespace: 'services.example.org' } }),
      containers: common.containers.map((container) => ({
        ...container,
        ...chance.one(SIZES),
        environment: { LOG_LEVEL: 'info', API_TOKEN: SECRET },
        portMappings: [portOf(networkMode, chance.one(PORTS), chance.happens(0.3))],
      })),
    },
  };
}

/** `isChosen`: behind a bridge, by ECS. */
function portOf(networkMode: string, port: number, isChosen = false) {
  const hostPort = networkMode === 'bridge' && !isChosen ? { hostPort: port } : {};
  return { containerPort: port, protocol: 'udp' as const, ...hostPort };
}

function constraintsBy(chance: Chance): Constraints {
  return [{ type: 'memberOf', expression: chance.one(EXPRESSIONS) }];
}

/** What people commit to a world with instances, beside all else. */
export const HOST_EDITS: Readonly<Record<string, GitEdit>> = {
  'another constraint': ofDaemon(
    (daemon, chance) =>
      specWith(daemon, {
        servicePlacementConstraints: chance.happens(0.7) ? constraintsBy(chance) : [],
      }),
    isHosted,
  ),
  'another host port': ofDaemon(
    (daemon, chance) => withContainer(daemon, portChange(daemon, chance.one(PORTS))),
    isHosted,
  ),
  'another size on instances': ofDaemon(
    (daemon, chance) => withContainer(daemon, chance.one(SIZES)),
    isHosted,
  ),
  'another minimum on instances': ofDaemon(
    (daemon, chance) => specWith(daemon, { deployment: { minimumHealthyPercent: chance.one([0, 50, 75]) } }),
    isOnEveryHost,
  ),
  'another image on instances': ofDaemon(
    (daemon, chance) =>
      withContainer(daemon, { image: `example.org/${daemon.metadata.name}:${chance.whole(2, 9)}` }),
    isHosted,
  ),
  'an image that ends on instances': ofDaemon(
    (daemon, chance) =>
      withContainer(daemon, {
        image: `example.org/${daemon.metadata.name}:${chance.one(['fail-exit-3', 'fail-pull'])}`,
      }),
    isHosted,
  ),
  'a new daemon on instances': (commit, chance) => {
    const taken = new Set(daemonsOf(commit).map(({ metadata }) => metadata.name));
    const name = chance.any(NAMES.filter((each) => !taken.has(each)));
    return name === undefined || !commit.documents.has(fileOf(cluster({ name: HOSTS_CLUSTER })))
      ? commit
      : withDocument(commit, newHosted(commit, name, chance));
  },
};

function isHosted({ spec }: Daemon): boolean {
  return spec.cluster === HOSTS_CLUSTER;
}

function withContainer(daemon: Daemon, changes: Partial<Container>): Daemon {
  return specWith(daemon, {
    containers: daemon.spec.containers.map((container) => ({ ...container, ...changes })),
  });
}

function portChange({ spec }: Daemon, port: number): Partial<Container> {
  return { portMappings: [portOf(spec.networkMode ?? 'awsvpc', port)] };
}

/** As many tasks as there are instances at least (host-people.ts), each of which has a port of its own. */
const MOST_REPLICAS = 3;

/**
 * Each finds room where instances are large: of a size that fits, with a port that no other has, and an image that goes on. A rollout may stop every
 * task, which one instance needs; and what is counted goes anywhere.
 */
export function withRoom(commit: Commit): Commit {
  return daemonsOf(commit)
    .filter(isHosted)
    .reduce((before, daemon, index) => {
      const [container] = daemon.spec.containers;
      const fails = typeof container?.image === 'string' && container.image.includes(':fail-');
      const image = fails ? { image: `example.org/${daemon.metadata.name}:mended` } : {};
      const { desiredCount = 1 } = daemon.spec;
      const placed = isOnEveryHost(daemon)
        ? specWith(daemon, { deployment: { minimumHealthyPercent: 0 } })
        : specWith(daemon, {
            desiredCount: Math.min(desiredCount, MOST_REPLICAS),
            servicePlacementConstraints: [],
          });
      return withDocument(
        before,
        withContainer(placed, { ...SMALL, ...image, ...portChange(daemon, 8200 + index) }),
      );
    }, commit);
}
