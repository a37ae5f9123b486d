import type { CallContext } from '../../call.ts';
import { AwsError } from '../../error.ts';
import { createLogGroup } from '../../logs/log-groups.ts';
import { checkLogStreamName, checkNewLogGroupName } from '../../logs/checks.ts';
import { findLogGroup } from '../../logs/state.ts';
import type { TaskRecord } from '../state.ts';
import { LOG_GROUP_MISSING, logsRefused } from './failures.ts';
import { uninitialized } from './stops.ts';

/**
 * Why a task cannot log: the group of an awslogs driver is missing, or CloudWatch Logs takes no group or stream of its name.
 * `awslogs-create-group` makes the group instead (reference: Fargate validity). Groups of other regions are taken on trust.
 */
export function logsRefusal(
  context: CallContext,
  task: TaskRecord,
): ReturnType<typeof uninitialized> | undefined {
  const { definition } = task.rollout.taskDefinition;
  for (const { name = '', logConfiguration } of definition.containerDefinitions ?? []) {
    if (logConfiguration?.logDriver !== 'awslogs') continue;
    const { options = {} } = logConfiguration;
    const group = options['awslogs-group'];
    const stream = logStreamOf(options, name, task);
    const why = whyNotNamed(group, stream);
    if (why !== undefined) return uninitialized(logsRefused(why));
    const isElsewhere = (options['awslogs-region'] ?? context.region) !== context.region;
    if (group === undefined || isElsewhere || findLogGroup(context.state.logs, group) !== undefined) continue;
    if (options['awslogs-create-group']?.toLowerCase() !== 'true') return uninitialized(LOG_GROUP_MISSING);
    createLogGroup({ logGroupName: group }, context);
  }
  return undefined;
}

/** The stream of a container: `prefix/container/task` (ECS Developer Guide, awslogs-stream-prefix). */
export function logStreamOf(
  options: Readonly<Record<string, string>>,
  container: string,
  { id }: Pick<TaskRecord, 'id'>,
): string {
  return `${options['awslogs-stream-prefix'] ?? ''}/${container}/${id}`;
}

/** What CloudWatch Logs says against the name of a group, or of a stream (API reference, CreateLogStream). */
function whyNotNamed(group: string | undefined, stream: string): string | undefined {
  try {
    checkNewLogGroupName(group);
    checkLogStreamName(stream);
    return undefined;
  } catch (error) {
    if (error instanceof AwsError) return `${error.name}: ${error.message}`;
    throw error;
  }
}
