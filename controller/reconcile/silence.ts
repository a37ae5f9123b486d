import type { CallUnderWay } from '../aws/door.ts';
import { StationkeeperError } from '../core/errors.ts';
import type { Clock } from '../core/ports.ts';

/** What AWS is asked for and does not answer. */
export interface Silence {
  /** `ecs:DescribeServices`. */
  readonly operation: string;
  /** Wall clock, ISO 8601 to the second: the same for as long as the silence lasts. */
  readonly since: string;
}

/** How long AWS has to be silent: as long as one attempt of a call is given, since what takes less may yet be answered. */
const SILENT_AFTER_MS = 15_000;

/** The oldest of the calls under way, where none was answered for long; `lastAnswerAt` is on the Clock's monotonic scale. */
export function silenceOf(
  underWay: ReadonlySet<CallUnderWay>,
  lastAnswerAt: number,
  clock: Clock,
): Silence | undefined {
  const [oldest] = underWay;
  if (oldest === undefined) return undefined;
  const forMs = clock.monotonic() - Math.max(lastAnswerAt, oldest.since);
  if (forMs < SILENT_AFTER_MS) return undefined;
  const since = `${new Date(clock.now() - forMs).toISOString().slice(0, 19)}Z`;
  return { operation: oldest.operation, since };
}

/** The error that stands for what is not known meanwhile. */
export function notAnswering(environment: string, { operation, since }: Silence): StationkeeperError {
  return new StationkeeperError({
    code: 'NotAnswering',
    message: `${operation} has had no answer since ${since} in environment "${environment}"; check the network and the endpoint`,
    retry: 'backoff',
    operation,
  });
}
