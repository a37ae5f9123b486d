import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import type { CallContext } from '../../call.ts';
import { AwsError } from '../../error.ts';
import { createLogStream } from '../../logs/log-streams.ts';
import { putLogEvents } from '../../logs/put-events.ts';
import type { TaskRecord } from '../state.ts';
import { logStreamOf } from '../tasks/logs.ts';
import { stateIn } from '../tasks/secret-values.ts';

/** Lines of one call, so that it stays within what PutLogEvents takes. */
const LINES_AT_ONCE = 1000;

/** Where a container's output goes: with the driver awslogs to its stream, which is made for it, else nowhere. */
export function openLog(
  context: CallContext,
  task: TaskRecord,
  { name = '', logConfiguration }: ContainerDefinition,
): (lines: readonly string[]) => void {
  if (logConfiguration?.logDriver !== 'awslogs') return () => undefined;
  const { options = {} } = logConfiguration;
  const region = options['awslogs-region'] ?? context.region;
  const state = stateIn(context, region);
  if (state === undefined) return () => undefined;
  const there = { ...context, region, state };
  const stream = { logGroupName: options['awslogs-group'], logStreamName: logStreamOf(options, name, task) };
  unlessRefused(() => createLogStream(stream, there));
  return (lines) => {
    const timestamp = Math.floor(context.world.now());
    for (let at = 0; at < lines.length; at += LINES_AT_ONCE) {
      const logEvents = lines.slice(at, at + LINES_AT_ONCE).map((message) => ({ timestamp, message }));
      unlessRefused(() => putLogEvents({ ...stream, logEvents }, there));
    }
  };
}

/** A container does not end because its log group does: what it writes is lost, as in ECS. */
function unlessRefused(call: () => unknown): void {
  try {
    call();
  } catch (thrown) {
    if (!(thrown instanceof AwsError)) throw thrown;
  }
}
