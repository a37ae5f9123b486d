import type { CallContext } from '../../call.ts';
import { createLogGroup } from '../../logs/log-groups.ts';
import { findLogGroup } from '../../logs/state.ts';
import type { TaskRecord } from '../state.ts';
import { LOG_GROUP_MISSING, uninitialized } from './failures.ts';

/**
 * Why a task cannot log: the group of an awslogs driver is missing. `awslogs-create-group` makes it instead
 * (reference: Fargate validity). Groups of other regions are taken on trust.
 */
export function logsRefusal(
  context: CallContext,
  task: TaskRecord,
): ReturnType<typeof uninitialized> | undefined {
  const { definition } = task.rollout.taskDefinition;
  for (const { logConfiguration } of definition.containerDefinitions ?? []) {
    if (logConfiguration?.logDriver !== 'awslogs') continue;
    const { options = {} } = logConfiguration;
    const group = options['awslogs-group'];
    const isElsewhere = (options['awslogs-region'] ?? context.region) !== context.region;
    if (group === undefined || isElsewhere || findLogGroup(context.state.logs, group) !== undefined) continue;
    if (options['awslogs-create-group'] !== 'true') return uninitialized(LOG_GROUP_MISSING);
    createLogGroup({ logGroupName: group }, context);
  }
  return undefined;
}
