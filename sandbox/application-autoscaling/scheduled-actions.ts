import type {
  DeleteScheduledActionCommandInput,
  DeleteScheduledActionCommandOutput,
  DescribeScheduledActionsCommandInput,
  DescribeScheduledActionsCommandOutput,
  PutScheduledActionCommandInput,
  PutScheduledActionCommandOutput,
} from '@aws-sdk/client-application-auto-scaling';
import type { Answer } from '../answer.ts';
import type { CallContext } from '../call.ts';
import { partitionOf } from '../partition.ts';
import { checkIdentity, checkName, inWords, invalid, notFound, page, requireTarget } from './checks.ts';
import { DIMENSION, NAMESPACE } from './state.ts';

/** Kept, and never run. Throws ValidationException, ObjectNotFoundException. */
export function putScheduledAction(
  input: PutScheduledActionCommandInput,
  { accountId, region, state, world }: CallContext,
): Answer<PutScheduledActionCommandOutput> {
  const name = checkName(input.ScheduledActionName, 'scheduledActionName');
  const target = requireTarget(state.applicationAutoScaling, input);
  const before = target.scheduledActions.get(name);
  const { Schedule: schedule = before?.schedule, ScalableTargetAction: action = before?.action } = input;
  if (schedule === undefined || !/^(at|rate|cron)\(.+\)$/.test(schedule)) {
    throw invalid('Schedule must be an at, rate or cron expression');
  }
  if (action?.MinCapacity === undefined && action?.MaxCapacity === undefined) {
    throw invalid('At least one of minimum capacity and maximum capacity should be provided');
  }
  target.scheduledActions.set(name, {
    arn: `arn:${partitionOf(region)}:autoscaling:${region}:${accountId}:scheduledAction:${target.arn.split('/').at(-1)}:resource/${NAMESPACE}/${target.resourceId}:scheduledActionName/${name}`,
    name,
    createdAt: before?.createdAt ?? world.date(),
    schedule,
    timezone: input.Timezone ?? before?.timezone,
    startTime: input.StartTime ?? before?.startTime,
    endTime: input.EndTime ?? before?.endTime,
    action,
  });
  return {};
}

/** Throws ValidationException, InvalidNextTokenException. */
export function describeScheduledActions(
  input: DescribeScheduledActionsCommandInput,
  { state }: CallContext,
): Answer<DescribeScheduledActionsCommandOutput> {
  const all = [...state.applicationAutoScaling.targets.values()].flatMap(({ resourceId, scheduledActions }) =>
    [...scheduledActions.values()].map((one) => [`${resourceId} ${one.name}`, { resourceId, one }] as const),
  );
  const { ResourceId, ScheduledActionNames = [] } = input;
  const { items, nextToken } = page(
    input,
    all,
    ({ resourceId, one }) =>
      (ResourceId === undefined || resourceId === ResourceId) &&
      (ScheduledActionNames.length === 0 || ScheduledActionNames.includes(one.name)),
  );
  return {
    ScheduledActions: items.map(({ resourceId, one }) => ({
      ScheduledActionName: one.name,
      ScheduledActionARN: one.arn,
      ServiceNamespace: NAMESPACE,
      Schedule: one.schedule,
      Timezone: one.timezone,
      ResourceId: resourceId,
      ScalableDimension: DIMENSION,
      StartTime: one.startTime,
      EndTime: one.endTime,
      ScalableTargetAction: one.action,
      CreationTime: one.createdAt,
    })),
    NextToken: nextToken,
  };
}

/** Throws ValidationException, ObjectNotFoundException. */
export function deleteScheduledAction(
  input: DeleteScheduledActionCommandInput,
  { state }: CallContext,
): Answer<DeleteScheduledActionCommandOutput> {
  const resourceId = checkIdentity(input);
  const actions = state.applicationAutoScaling.targets.get(resourceId)?.scheduledActions;
  if (actions?.delete(input.ScheduledActionName ?? '') === true) return {};
  throw notFound(
    `No scheduled action found for ${inWords(resourceId)}, scheduled action name: ${input.ScheduledActionName}`,
  );
}
