import { StationkeeperError } from '../core/errors.ts';
import type { OwnTask } from '../core/self.ts';
import { TooLong, boundedText } from './bounded.ts';

/** The agent answers from the same host; AWS's own clients give it seconds too. */
const DEADLINE_MS = 2_000;
/** A task has ten containers at most, with a few KB each. */
const LONGEST_ANSWER_BYTES = 1024 * 1024;

/**
 * Asks the host which ECS task this process runs in (ECS Developer Guide, task metadata endpoint version 4).
 *
 * @param endpoint value of ECS_CONTAINER_METADATA_URI_V4, which ECS sets in every container
 * @throws StationkeeperError `TaskMetadataUnavailable`, which may be tried again
 */
export async function readOwnTask(endpoint: string, deadlineMs = DEADLINE_MS): Promise<OwnTask> {
  const answer = await fetch(`${endpoint}/task`, {
    signal: AbortSignal.timeout(deadlineMs),
    redirect: 'error',
  }).catch((thrown: unknown) => {
    throw unavailable('it does not answer', thrown);
  });
  if (!answer.ok) throw unavailable(`it answered ${answer.status}`);
  const text = await boundedText(answer, LONGEST_ANSWER_BYTES).catch((thrown: unknown) => {
    const isTooLong = thrown instanceof TooLong;
    throw unavailable(isTooLong ? `answered with ${thrown.message}` : 'its answer broke off', thrown);
  });
  const task = ownTaskIn(parsed(text));
  if (task === undefined) throw unavailable('its answer names no task');
  return task;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (thrown) {
    throw unavailable('its answer is no JSON', thrown);
  }
}

/** What the metadata of a task says of it; undefined where that is no task's. Pure. */
export function ownTaskIn(metadata: unknown): OwnTask | undefined {
  const { Cluster, TaskARN, Family, ServiceName } = Object(metadata) as Readonly<Record<string, unknown>>;
  const [, region, accountId, path] =
    /^arn:aws[a-z-]*:ecs:([a-z0-9-]+):(\d{12}):task\/(.+)$/.exec(textOf(TaskARN) ?? '') ?? [];
  // ECS tells the ARN of the cluster or its name, and old task ARNs do not name it.
  const cluster = textOf(Cluster)?.split('/').at(-1);
  if (region === undefined || accountId === undefined || path === undefined || cluster === undefined) {
    return undefined;
  }
  const [taskId, service, family] = [path.split('/').at(-1), textOf(ServiceName), textOf(Family)];
  return {
    region,
    accountId,
    cluster,
    ...(taskId === undefined ? {} : { taskId }),
    ...(service === undefined ? {} : { service }),
    ...(family === undefined ? {} : { family }),
  };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function unavailable(why: string, cause?: unknown): StationkeeperError {
  return new StationkeeperError({
    code: 'TaskMetadataUnavailable',
    retry: 'backoff',
    message: `the task metadata endpoint of ECS failed: ${why}`,
    ...(cause === undefined ? {} : { cause }),
  });
}
