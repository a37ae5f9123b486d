import { groupBy } from '../../core/order.ts';
import type { Task } from '../../core/resource.ts';
import type { RunningHost } from './facts.ts';

/**
 * The hosts on which tasks run. Undefined where fewer tasks were seen to run than ECS counts: a list that lacks one would take its host for
 * one without the daemon. `ec2InstanceOf` tells the machine of a container instance by its ARN, where that is known.
 */
export function runningHosts(
  tasks: readonly Task[],
  runningCount: number,
  ec2InstanceOf: (arn: string) => string | undefined,
): readonly RunningHost[] | undefined {
  const running = tasks.filter(({ lastStatus }) => lastStatus === 'RUNNING');
  if (running.length < runningCount) return undefined;
  const byHost = groupBy(
    running.filter(({ host }) => host !== undefined),
    ({ host = '' }) => host,
  );
  return [...byHost].map(([arn, own]) => {
    const ec2InstanceId = ec2InstanceOf(arn);
    return {
      id: arn.slice(arn.lastIndexOf('/') + 1),
      ...(ec2InstanceId === undefined ? {} : { ec2InstanceId }),
      health: healthOf(own),
    };
  });
}

function healthOf(tasks: readonly Task[]): RunningHost['health'] {
  if (tasks.some(({ healthStatus }) => healthStatus === 'HEALTHY')) return 'HEALTHY';
  return tasks.every(({ healthStatus }) => healthStatus === 'UNHEALTHY') ? 'UNHEALTHY' : 'UNKNOWN';
}
