import { groupBy } from '../../core/order.ts';
import type { Task } from '../../core/resource.ts';
import type { RunningHost } from './facts.ts';
import type { HostedTask } from './host.ts';

/** What is known of container instances, by their ARN. */
interface KnownOfHosts {
  /** The machine, where that is known. */
  readonly ec2InstanceOf: (arn: string) => string | undefined;
  /** All tasks on it, whoever's they are. */
  readonly tasksOn: (arn: string) => readonly Pick<HostedTask, 'id' | 'ports'>[];
}

/**
 * The hosts on which tasks run. Undefined where fewer tasks were seen to run than ECS counts: a list that lacks one would take its host for
 * one without the daemon.
 */
export function runningHosts(
  tasks: readonly Task[],
  runningCount: number,
  { ec2InstanceOf, tasksOn }: KnownOfHosts,
): readonly RunningHost[] | undefined {
  const running = tasks.filter(({ lastStatus }) => lastStatus === 'RUNNING');
  if (running.length < runningCount) return undefined;
  const byHost = groupBy(
    running.filter(({ host }) => host !== undefined),
    ({ host = '' }) => host,
  );
  return [...byHost].map(([arn, own]) => {
    const ec2InstanceId = ec2InstanceOf(arn);
    const ids = new Set(own.map(({ id }) => id));
    const bound = tasksOn(arn).flatMap(({ id, ports }) => (ids.has(id) ? ports : []));
    // A port may be bound for TCP and for UDP.
    const ports = [...new Set(bound.map(({ port }) => port))].toSorted((a, b) => a - b);
    return {
      id: arn.slice(arn.lastIndexOf('/') + 1),
      ...(ec2InstanceId === undefined ? {} : { ec2InstanceId }),
      health: healthOf(own),
      ...(ports.length === 0 ? {} : { ports }),
    };
  });
}

function healthOf(tasks: readonly Task[]): RunningHost['health'] {
  if (tasks.some(({ healthStatus }) => healthStatus === 'HEALTHY')) return 'HEALTHY';
  return tasks.every(({ healthStatus }) => healthStatus === 'UNHEALTHY') ? 'UNHEALTHY' : 'UNKNOWN';
}
