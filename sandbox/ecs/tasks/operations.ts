import type {
  DescribeTasksCommandInput,
  DescribeTasksCommandOutput,
  Failure,
  ListTasksCommandInput,
  ListTasksCommandOutput,
  StopTaskCommandInput,
  StopTaskCommandOutput,
  Task,
} from '@aws-sdk/client-ecs';
import type { Answer } from '../../answer.ts';
import type { CallContext } from '../../call.ts';
import { tagsChanged } from '../../tagging/state.ts';
import { clusterName, requireCluster } from '../clusters/store.ts';
import { invalidParameter, requireBatch, requireOneOf } from '../errors.ts';
import { requireHost, tasksOn } from '../instances/store.ts';
import { ecsArn } from '../names.ts';
import { filtered, readPageFrom } from '../pages.ts';
import { taskContext } from '../services/scheduler.ts';
import { requireService } from '../services/store.ts';
import type { TaskRecord } from '../state.ts';
import { forgetStopped, stopTask as stopRunningTask } from './ending.ts';
import { findTask } from './store.ts';
import { launchTypeOf, showTask } from './view.ts';

const MOST_DESCRIBED = 100;
/** Most characters of `startedBy` (API reference, RunTask). */
const MOST_STARTED_BY = 128;
const LAUNCH_TYPES = ['EC2', 'FARGATE', 'EXTERNAL', 'MANAGED_INSTANCES'];

/** Tasks meant to run, or with desiredStatus STOPPED those that are not; none is ever meant to be PENDING. */
export function listTasks(
  input: ListTasksCommandInput,
  context: CallContext,
): Answer<ListTasksCommandOutput> {
  const { desiredStatus = 'RUNNING', launchType } = input;
  requireOneOf('desired status', desiredStatus, ['RUNNING', 'PENDING', 'STOPPED']);
  if (launchType !== undefined) requireOneOf('launch type', launchType, LAUNCH_TYPES);
  checkStartedBy(input);
  const cluster = requireCluster(context, input.cluster);
  forgetStopped(context, cluster);
  const service =
    input.serviceName === undefined ? undefined : requireService(context, cluster, input.serviceName);
  const on =
    input.containerInstance === undefined
      ? undefined
      : requireHost(context, cluster, input.containerInstance);
  const isListed = (task: TaskRecord): boolean =>
    task.desiredStatus === desiredStatus &&
    (service === undefined || task.owner?.service === service) &&
    (input.family === undefined || task.rollout.taskDefinition.family === input.family) &&
    (input.startedBy === undefined || task.startedBy === input.startedBy) &&
    (launchType === undefined || launchType === launchTypeOf(task)) &&
    (on === undefined || task.host?.id === on.id);
  const known = desiredStatus !== 'RUNNING' ? undefined : (service?.tasks ?? (on && tasksOn(cluster, on)));
  const candidates = (start: string): Iterable<readonly [string, TaskRecord]> =>
    known === undefined ? cluster.tasks.from(start) : byId(known, start);
  const { items, nextToken } = readPageFrom(
    (start) => filtered(candidates(start), ([, task]) => isListed(task)),
    input,
    { size: 100 },
  );
  return { taskArns: items.map(({ arn }) => arn), nextToken };
}

function byId(tasks: Iterable<TaskRecord>, start: string): (readonly [string, TaskRecord])[] {
  return [...tasks]
    .filter(({ id }) => id >= start)
    .map((task) => [task.id, task] as const)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
}

/** Refuses `startedBy` beside other filters (API reference, ListTasks). */
function checkStartedBy({ startedBy, serviceName, family, containerInstance }: ListTasksCommandInput): void {
  if (startedBy === undefined) return;
  if (startedBy.length > MOST_STARTED_BY) {
    throw invalidParameter(`startedBy longer than ${MOST_STARTED_BY}.`);
  }
  if ((serviceName ?? family ?? containerInstance) === undefined) return;
  throw invalidParameter(
    'When you specify startedBy as the filter, it must be the only filter that you use.',
  );
}

export function describeTasks(
  input: DescribeTasksCommandInput,
  context: CallContext,
): Answer<DescribeTasksCommandOutput> {
  requireBatch('tasks', input.tasks, MOST_DESCRIBED, 'taskIds');
  for (const field of input.include ?? []) requireOneOf('include', field, ['TAGS']);
  const cluster = requireCluster(context, input.cluster);
  forgetStopped(context, cluster);
  const withTags = input.include?.includes('TAGS') === true;
  const tasks: Task[] = [];
  const failures: Failure[] = [];
  for (const reference of new Set(input.tasks)) {
    const found = findTask(context, cluster, reference);
    if (found !== undefined) tasks.push(showTask(found, withTags));
    else failures.push({ arn: missingArn(context, input.cluster, reference), reason: 'MISSING' });
  }
  return { tasks, failures };
}

function missingArn(context: CallContext, cluster: string | undefined, task: string): string {
  return task.startsWith('arn:') ? task : ecsArn(context, `task/${clusterName(context, cluster)}/${task}`);
}

/** The service replaces it. Its tags go at once (API reference, StopTask). */
export function stopTask(input: StopTaskCommandInput, context: CallContext): Answer<StopTaskCommandOutput> {
  const cluster = requireCluster(context, input.cluster);
  forgetStopped(context, cluster);
  const task = findTask(context, cluster, input.task);
  if (task === undefined) throw invalidParameter('The referenced task was not found.');
  task.tags.clear();
  tagsChanged(context, task.arn, task.tags);
  stopRunningTask(taskContext(context), task, {
    code: 'UserInitiated',
    reason: input.reason ?? 'Task stopped by user',
    exitCode: 0,
  });
  return { task: showTask(task, true) };
}
