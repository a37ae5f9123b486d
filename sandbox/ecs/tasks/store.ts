import type { CallContext } from '../../call.ts';
import { invalidParameter } from '../errors.ts';
import { identifierPath, pathParts } from '../names.ts';
import { requireSameCluster } from '../services/store.ts';
import type { ClusterRecord, TaskRecord } from '../state.ts';

/** Hexadecimal digits, or a UUID as ids were before 2021. */
const TASK_ID_LENGTHS = [32, 36];

/** The task of an id or ARN, stopped ones included while they are remembered. Throws InvalidParameterException for what can be none. */
export function findTask(
  context: CallContext,
  cluster: ClusterRecord,
  reference: string | undefined,
): TaskRecord | undefined {
  const [first = '', second] = pathParts(identifierPath(context, 'task', reference ?? ''), 2);
  if (second !== undefined) requireSameCluster(first, cluster);
  const id = second ?? first;
  if (!TASK_ID_LENGTHS.includes(id.length)) {
    throw invalidParameter(`taskId length should be one of [${TASK_ID_LENGTHS.join(',')}]`);
  }
  return cluster.tasks.get(id);
}
