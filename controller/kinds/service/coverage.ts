import { questionOf } from '../../core/cluster-query/evaluate.ts';
import { parseQuery } from '../../core/cluster-query/parse.ts';
import { compareText } from '../../core/order.ts';
import type { Coverage, Gap, Health, KnownCoverage, Stops, Task } from '../../core/resource.ts';
import { reasonOf } from './gaps.ts';
import type { Reason } from './gaps.ts';
import type { Host, HostedTask, Location } from './host.ts';
import type { TaskNeeds } from './task-needs.ts';

/** A service with one task on every host, as it stands. */
export interface Daemon {
  /** Of the revision that is to run. */
  readonly needs: TaskNeeds;
  /** Expressions of the service's own placement constraints. */
  readonly expressions: readonly string[];
  /** Whether it is on hosts outside of EC2, or on those of EC2. */
  readonly isExternal: boolean;
  readonly tasks: readonly Task[];
  /** ARNs of hosts that had a task of it until a moment ago: what that took is not given back yet. */
  readonly left: ReadonlySet<string>;
  readonly stops: Stops | undefined;
  readonly isRollingOut: boolean;
  /** Of its tasks' own interfaces; empty where they have none. */
  readonly subnets: readonly string[];
  /** Messages, newest first. */
  readonly events: readonly string[];
}

/** A cluster's hosts, and what runs on each. */
export interface Hosts {
  readonly all: readonly Host[];
  /** By the ARN of the host. */
  tasksOn(host: string): readonly HostedTask[];
  /** Epoch milliseconds: since when its agent is disconnected; undefined where it is not, or not for long enough to be a cause. */
  disconnectedSince(host: Host): number | undefined;
  /** Of a subnet; undefined where no host is in it. */
  locationOf(subnet: string): Location | undefined;
}

/** What is to be said of one host. */
export interface Verdict {
  readonly host: Host;
  readonly is: 'running' | 'placing' | 'not eligible' | 'undecided' | Reason;
}

const PLACING: ReadonlySet<string> = new Set(['PROVISIONING', 'PENDING', 'ACTIVATING']);
/** A host that is on its way out of the cluster is none of it. */
const LEAVING: ReadonlySet<string> = new Set(['DEREGISTERING', 'INACTIVE']);

/**
 * Says of each host whether the daemon runs on it, and if not, why. Whether a host is eligible comes first: where a constraint is false, no
 * task is missing, whatever else there is about the host. One on which it runs is eligible as far as nothing says otherwise. Pure.
 */
export function verdictsOf(daemon: Daemon, hosts: Hosts): readonly Verdict[] {
  const standing = standingOf(daemon.tasks);
  const isEligible = eligibility(daemon);
  return hosts.all.map((host) => ({
    host,
    is: verdictOf(daemon, hosts, { host, standing: standing.get(host.arn), isEligible: isEligible(host) }),
  }));
}

/** Whether there is a task on its way on a host, or one that runs, by the ARN of the host. */
export function standingOf(tasks: readonly Task[]): ReadonlyMap<string, 'running' | 'placing'> {
  const standing = new Map<string, 'running' | 'placing'>();
  for (const { host, lastStatus } of tasks) {
    if (host === undefined) continue;
    if (lastStatus === 'RUNNING') standing.set(host, 'running');
    else if (PLACING.has(lastStatus) && !standing.has(host)) standing.set(host, 'placing');
  }
  return standing;
}

interface Case {
  readonly host: Host;
  /** Of the daemon's tasks on it; undefined where there is none. */
  readonly standing: 'running' | 'placing' | undefined;
  readonly isEligible: boolean | undefined;
}

function verdictOf(daemon: Daemon, hosts: Hosts, { host, standing, isEligible }: Case): Verdict['is'] {
  if (isEligible === false) return 'not eligible';
  if (standing === 'running') return 'running';
  // A task that stops again and again is on its way again and again.
  if (standing === 'placing' && daemon.stops?.onHosts?.[host.arn] === undefined) return 'placing';
  if (isEligible === undefined) return 'undecided';
  const { needs, stops, isRollingOut, subnets, events } = daemon;
  const hasTaken = standing === 'placing' || daemon.left.has(host.arn);
  return reasonOf({
    host,
    // What a task of its own has taken there is no cause.
    needs: hasTaken ? { ...needs, cpu: 0, memoryMiB: 0, gpus: 0, ports: [], hasInterface: false } : needs,
    others: hosts.tasksOn(host.arn),
    disconnectedSince: hosts.disconnectedSince(host),
    stops,
    isRollingOut,
    subnets,
    locationOf: (subnet) => hosts.locationOf(subnet),
    events,
  });
}

/** Undefined where a constraint cannot be decided, and none is false. */
function eligibility(daemon: Daemon): (host: Host) => boolean | undefined {
  const questions = [...daemon.needs.expressions, ...daemon.expressions].map((text) => {
    const parsed = parseQuery(text);
    return 'error' in parsed ? () => undefined : questionOf(parsed.expression);
  });
  return (host) => {
    if (LEAVING.has(host.status) || host.isExternal !== daemon.isExternal) return false;
    let isDecided = true;
    for (const isTrueOf of questions) {
      const holds = isTrueOf(host);
      if (holds === false) return false;
      if (holds === undefined) isDecided = false;
    }
    return isDecided ? true : undefined;
  };
}

/**
 * Counts verdicts, and lists the gaps, the longest first. Pure.
 *
 * @param lacked since when a host lacks it
 */
export function coverageOf(
  verdicts: readonly Verdict[],
  lacked: (host: Host) => Pick<Gap, 'since' | 'isLasting'>,
): KnownCoverage {
  const counts = { running: 0, placing: 0, 'not eligible': 0, undecided: 0 };
  const gaps: Gap[] = [];
  for (const { host, is } of verdicts) {
    if (typeof is === 'string') counts[is] += 1;
    else gaps.push({ ...named(host), ...lacked(host), ...is });
  }
  const { running, placing, undecided } = counts;
  return {
    eligible: running + placing + gaps.length,
    running,
    placing,
    missing: gaps.length,
    notEligible: counts['not eligible'],
    undecided,
    gaps: gaps.toSorted((a, b) => a.since - b.since || compareText(a.host, b.host)),
  };
}

function named({ id, ec2InstanceId, zone }: Host): Pick<Gap, 'host' | 'ec2InstanceId' | 'zone'> {
  return {
    host: id,
    ...(ec2InstanceId === undefined || ec2InstanceId === null ? {} : { ec2InstanceId }),
    ...(zone === undefined ? {} : { zone }),
  };
}

/**
 * The health of a service that fares so, with what its coverage says: a gap that no rollout explains is on its way at first, and then
 * something is wrong. What is degraded by itself says more. Pure.
 */
export function healthWith(health: Health, coverage: Coverage | undefined): Health {
  if (coverage === undefined || 'unknown' in coverage || health.status === 'Degraded') return health;
  const gaps = coverage.gaps.filter(({ cause }) => cause !== 'RolloutUnderWay');
  const [longest] = gaps;
  if (longest === undefined) return health;
  const cause = `${gaps.length} of ${coverage.eligible} hosts ${gaps.length === 1 ? 'lacks' : 'lack'} it: ${causesOf(gaps)}`;
  const which = gaps.length === 1 ? nameOf(longest) : `the longest is ${nameOf(longest)}`;
  const message = `${health.message}; ${cause}; ${which}, since ${new Date(longest.since).toISOString()}: ${longest.message}`;
  return longest.isLasting
    ? { status: 'Degraded', reason: 'CoverageGap', cause, message }
    : { status: 'Progressing', cause, message };
}

function nameOf({ host, ec2InstanceId, zone }: Gap): string {
  return `${ec2InstanceId ?? host}${zone === undefined ? '' : ` (${zone})`}`;
}

function causesOf(gaps: readonly Gap[]): string {
  return [...new Set(gaps.map(({ cause }) => cause))].join(', ');
}
