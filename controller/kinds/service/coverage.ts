import { questionOf } from '../../core/cluster-query/evaluate.ts';
import { parseQuery } from '../../core/cluster-query/parse.ts';
import { compareText } from '../../core/order.ts';
import type { Coverage, Gap, Health, KnownCoverage, Stops, Task } from '../../core/resource.ts';
import { reasonOf } from './gaps.ts';
import type { Reason } from './gaps.ts';
import type { Host, HostedTask } from './host.ts';
import type { TaskNeeds } from './task-needs.ts';

/** A service with one task on every host, as it stands. */
export interface Daemon {
  /** Of the revision that is to run. */
  readonly needs: TaskNeeds;
  /** Expressions of the service's own placement constraints. */
  readonly expressions: readonly string[];
  /** Whose hosts it is on; empty: on those of EC2, whoever's they are. */
  readonly capacityProviders: readonly string[];
  readonly tasks: readonly Task[];
  readonly stops: Stops | undefined;
  readonly isRollingOut: boolean;
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
  const statusOf = new Map<string, Set<string>>();
  for (const { host, lastStatus } of daemon.tasks) {
    if (host !== undefined) statusOf.set(host, (statusOf.get(host) ?? new Set()).add(lastStatus));
  }
  const isEligible = eligibility(daemon);
  return hosts.all.map((host) => {
    const statuses = statusOf.get(host.arn) ?? new Set();
    return { host, is: verdictOf(daemon, hosts, { host, statuses, isEligible: isEligible(host) }) };
  });
}

interface Case {
  readonly host: Host;
  /** Of the daemon's tasks on it. */
  readonly statuses: ReadonlySet<string>;
  readonly isEligible: boolean | undefined;
}

function verdictOf(daemon: Daemon, hosts: Hosts, { host, statuses, isEligible }: Case): Verdict['is'] {
  if (isEligible === false) return 'not eligible';
  if (statuses.has('RUNNING')) return 'running';
  // A task that stops again and again is on its way again and again.
  const isPlacing = [...statuses].some((status) => PLACING.has(status));
  if (isPlacing && daemon.stops?.onHosts?.[host.arn] === undefined) return 'placing';
  if (isEligible === undefined) return 'undecided';
  const disconnectedSince = hosts.disconnectedSince(host);
  const { needs, stops, isRollingOut, events } = daemon;
  return reasonOf({
    host,
    // What it has on the host already is taken from what is left there.
    needs: isPlacing ? { ...needs, cpu: 0, memoryMiB: 0, ports: [], hasInterface: false } : needs,
    others: hosts.tasksOn(host.arn),
    disconnectedSince,
    stops,
    isRollingOut,
    events,
  });
}

/** Undefined where a constraint cannot be decided, and none is false. */
function eligibility(daemon: Daemon): (host: Host) => boolean | undefined {
  const questions = [...daemon.needs.expressions, ...daemon.expressions].map((text) => {
    const parsed = parseQuery(text);
    return 'error' in parsed ? () => undefined : questionOf(parsed.expression);
  });
  const { capacityProviders } = daemon;
  return (host) => {
    if (LEAVING.has(host.status) || host.isExternal) return false;
    if (capacityProviders.length > 0 && !capacityProviders.includes(host.capacityProvider ?? ''))
      return false;
    const truths = questions.map((isTrueOf) => isTrueOf(host));
    if (truths.includes(false)) return false;
    return truths.includes(undefined) ? undefined : true;
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
