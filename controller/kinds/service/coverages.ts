import type { Service } from '@aws-sdk/client-ecs';
import { mapConcurrently } from '../../aws/collect.ts';
import type { Aws } from '../../aws/operations.ts';
import { groupBy } from '../../core/order.ts';
import type { Clock } from '../../core/ports.ts';
import { resourceKey } from '../../core/resource.ts';
import type { Coverage, ResourceId, Stops, Task } from '../../core/resource.ts';
import { createTaskNeedsReader, hostsIn } from './cluster-hosts.ts';
import type { Read } from './cluster-hosts.ts';
import { coverageOf, standingOf, verdictsOf } from './coverage.ts';
import type { Daemon, Hosts } from './coverage.ts';
import { createGapSightings } from './gap-sightings.ts';
import type { HostedTask } from './host.ts';
import type { TaskNeeds } from './task-needs.ts';

const CONCURRENT_READS = 5;

/** A service as it was described, with what its cluster runs. */
export interface Candidate {
  readonly id: ResourceId;
  readonly service: Service;
  readonly stops: Stops | undefined;
  /** Whether its hosts have to be known, whatever it is. */
  readonly registersHosts: boolean;
  readonly seen:
    | { readonly tasks: readonly Task[]; readonly tasksOn: (host: string) => readonly HostedTask[] }
    | { readonly unreadable: string };
}

/** Looks at the hosts of daemons, and remembers since when which lack theirs. */
export interface Coverages {
  /**
   * By resource key, of those that have one task on every host. `candidates` are all services that git wants; a cluster without such a one costs
   * nothing, one with them a list of its hosts and their descriptions, a hundred to a request. What cannot be read hinders nothing
   * else: the coverage is then unknown. `now`: by AWS's clock.
   */
  look(candidates: readonly Candidate[], now: number): Promise<ReadonlyMap<string, Coverage>>;
  /** The machine of a host that was read in the last look, by the host's ARN. */
  ec2InstanceOf(host: string): string | undefined;
}

export function createCoverages(ecs: Aws['ecs'], clock: Clock): Coverages {
  const needsReader = createTaskNeedsReader(ecs, clock);
  const sightings = createGapSightings(clock);
  const machines = new Map<string, string>();

  async function hostsOf(
    cluster: string,
    tasksOn: (host: string) => readonly HostedTask[],
    now: number,
  ): Promise<Read<Hosts>> {
    const read = await hostsIn(ecs, clock, cluster, tasksOn);
    if ('unknown' in read) return read;
    const all = read.found;
    for (const { arn, ec2InstanceId } of all) if (ec2InstanceId) machines.set(arn, ec2InstanceId);
    // Each agent is asked for once, whichever daemons there are.
    const since = new Map(all.map((host) => [host.arn, sightings.disconnectedSince(host, now)]));
    const locations = new Map(all.map((host) => [host.subnet, host]));
    return {
      found: {
        all,
        tasksOn,
        disconnectedSince: ({ arn }) => since.get(arn),
        locationOf: (subnet) => locations.get(subnet),
      },
    };
  }

  function coverage(candidate: Candidate, hosts: Read<Hosts>, needs: Read<TaskNeeds>): Coverage {
    const { id, service, seen, stops } = candidate;
    if ('unreadable' in seen) return { unknown: `its tasks cannot be read: ${seen.unreadable}` };
    if ('unknown' in hosts) return { unknown: `the hosts of the cluster cannot be read: ${hosts.unknown}` };
    if ('unknown' in needs) return { unknown: `its task definition cannot be read: ${needs.unknown}` };
    const { tasks } = seen;
    const key = resourceKey(id);
    const left = sightings.left(key, new Set(standingOf(tasks).keys()));
    const daemon = daemonOf(service, { needs: needs.found, tasks, left, stops });
    return coverageOf(verdictsOf(daemon, hosts.found), (host) => sightings.lacked(key, host, stops));
  }

  return {
    async look(candidates, now) {
      const daemons = candidates.filter(({ service }) => isDaemon(service));
      sightings.begin();
      machines.clear();
      const reading = needsReader.of(new Set(daemons.map(({ service }) => revisionOf(service))));
      const onHosts = candidates.filter((one) => isDaemon(one.service) || one.registersHosts);
      const clusters = groupBy(onHosts, ({ id: { scope = '' } }) => scope);
      const found = await mapConcurrently(CONCURRENT_READS, [...clusters], async ([cluster, own]) => {
        const tasksOn = own.flatMap(({ seen }) => ('tasksOn' in seen ? [seen.tasksOn] : []))[0];
        const hosts = await hostsOf(cluster, tasksOn ?? (() => []), now);
        const needs = await reading;
        return own
          .filter(({ service }) => isDaemon(service))
          .map(
            (one) =>
              [resourceKey(one.id), coverage(one, hosts, needs.get(revisionOf(one.service))!)] as const,
          );
      });
      sightings.end();
      return new Map(found.flat());
    },
    ec2InstanceOf: (host) => machines.get(host),
  };
}

function isDaemon({ schedulingStrategy, status }: Service): boolean {
  return schedulingStrategy === 'DAEMON' && status === 'ACTIVE';
}

/** ARN of the revision that is to run. */
function revisionOf({ deployments = [], taskDefinition = '' }: Service): string {
  return deployments.find(({ status }) => status === 'PRIMARY')?.taskDefinition ?? taskDefinition;
}

function daemonOf(
  { deployments = [], placementConstraints = [], launchType, networkConfiguration, events = [] }: Service,
  known: Pick<Daemon, 'needs' | 'tasks' | 'left' | 'stops'>,
): Daemon {
  return {
    ...known,
    expressions: placementConstraints.flatMap(({ expression }) => expression ?? []),
    isExternal: launchType === 'EXTERNAL',
    subnets: networkConfiguration?.awsvpcConfiguration?.subnets ?? [],
    isRollingOut:
      deployments.length > 1 || deployments.some(({ rolloutState }) => rolloutState === 'IN_PROGRESS'),
    events: events.map(({ message }) => message ?? ''),
  };
}
