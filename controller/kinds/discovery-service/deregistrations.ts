import { inBatchesOf, mapConcurrently } from '../../aws/collect.ts';
import type { Aws } from '../../aws/operations.ts';
import { hasCode } from '../../core/errors.ts';
import type { InstanceOperations } from './instance-operations.ts';

const AT_ONCE = 5;
const TASKS_AT_ONCE = 100;

/** The form of a task's id. Other instances have ids of other forms, for which DescribeTasks refuses the whole request. */
const TASK_ID = /^([0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/**
 * Deregisters instances whose task is over; ECS has the last word on each, and one whose task is not over stays. `registrant` is
 * the ECS service that registered them, `cluster/service`: without it nothing is done. Returns what Cloud Map still works on, in words.
 */
type Deregister = (
  serviceId: string,
  registrant: string | undefined,
  instances: readonly string[],
) => Promise<string | undefined>;

export function createDeregistrations(aws: Aws, operations: InstanceOperations): Deregister {
  return async (serviceId, registrant, instances) => {
    if (instances.length === 0 || registrant === undefined) return undefined;
    const over = await withoutLiveTask(aws, registrant, instances);
    const ended = await mapConcurrently(AT_ONCE, over, (instance) =>
      operations.deregister(serviceId, instance),
    );
    const running = ended.filter((isOver) => !isOver).length;
    if (running === 0) return undefined;
    return `${running} stale ${running === 1 ? 'instance is' : 'instances are'} being deregistered`;
  };
}

/** Those of the instances whose task ECS calls stopped, or does not know any more. */
async function withoutLiveTask(
  aws: Aws,
  registrant: string,
  ids: readonly string[],
): Promise<readonly string[]> {
  const [cluster = ''] = registrant.split('/');
  const batches = inBatchesOf(
    TASKS_AT_ONCE,
    ids.filter((id) => TASK_ID.test(id)),
  );
  try {
    const answers = await mapConcurrently(AT_ONCE, batches, (tasks) =>
      aws.ecs.describeTasks({ cluster, tasks }),
    );
    const live = answers.flatMap(({ tasks = [] }) =>
      tasks.flatMap(({ taskArn, lastStatus }) =>
        lastStatus === 'STOPPED' || lastStatus === 'DELETED' ? [] : [idIn(taskArn)],
      ),
    );
    const untold = answers.flatMap(({ failures = [] }) =>
      failures.flatMap(({ arn, reason }) => (reason === 'MISSING' ? [] : [idIn(arn)])),
    );
    const staying = new Set([...live, ...untold]);
    return ids.filter((id) => !staying.has(id));
  } catch (thrown) {
    if (hasCode(thrown, 'ClusterNotFoundException')) return ids;
    throw thrown;
  }
}

function idIn(arn: string | undefined): string {
  return arn?.split('/').at(-1) ?? '';
}
