import type {
  InputLogEvent,
  PutLogEventsCommandInput,
  PutLogEventsCommandOutput,
  RejectedLogEventsInfo,
} from '@aws-sdk/client-cloudwatch-logs';
import type { Answer } from '../answer.ts';
import type { CallContext } from '../call.ts';
import { AwsError } from '../error.ts';
import { checkLogStreamName, invalid } from './checks.ts';
import { addEvents, bytesOf, requireLogStream } from './events.ts';
import { requireLogGroup } from './log-groups.ts';
import type { LogGroup } from './state.ts';

/** API reference, PutLogEvents. */
const MOST_EVENTS = 10_000;
const MOST_BYTES = 1_048_576;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const OLDEST_MS = 14 * DAY_MS;
const NEWEST_MS = 2 * HOUR_MS;

interface Written {
  readonly timestamp: number;
  readonly message: string;
}

/**
 * Takes a batch in the order of time; what is too old or too new is left out, and the answer says which. Throws InvalidParameterException,
 * ResourceNotFoundException.
 */
export function putLogEvents(
  input: PutLogEventsCommandInput,
  { state: { logs }, world }: CallContext,
): Answer<PutLogEventsCommandOutput> {
  const streamName = checkLogStreamName(input.logStreamName);
  const events = checkBatch(input.logEvents);
  const group = requireLogGroup(logs, input.logGroupName);
  const stream = requireLogStream(group, streamName);
  const { taken, rejected } = sorted(events, group, world.now());
  addEvents(logs, { group, stream }, taken, world);
  return {
    // Nobody needs it any more, and AWS still gives one.
    nextSequenceToken: String(logs.eventCount).padStart(56, '0'),
    ...(rejected === undefined ? {} : { rejectedLogEventsInfo: rejected }),
  };
}

function checkBatch(events: readonly InputLogEvent[] | undefined): readonly Written[] {
  if (events === undefined) throw invalid('null', 'logEvents', 'Member must not be null');
  const { length } = events;
  const value = `'[${length} items]'`;
  if (length === 0) throw invalid(value, 'logEvents', 'Member must have length greater than or equal to 1');
  if (length > MOST_EVENTS) {
    throw invalid(value, 'logEvents', `Member must have length less than or equal to ${MOST_EVENTS}`);
  }
  const written = events.map(checkEvent);
  const times = written.map(({ timestamp }) => timestamp);
  if (times.some((time, index) => time < (times[index - 1] ?? time))) {
    throw refused('Log events in a single PutLogEvents request must be in chronological order.');
  }
  if (times.at(-1)! - times[0]! > DAY_MS) {
    throw refused('The batch of log events in a single PutLogEvents request cannot span more than 24 hours.');
  }
  const bytes = written.reduce((sum, { message }) => sum + bytesOf(message), 0);
  if (bytes > MOST_BYTES) throw refused(`Upload too large: ${bytes} bytes exceeds limit of ${MOST_BYTES}`);
  return written;
}

function checkEvent({ timestamp, message }: InputLogEvent, index: number): Written {
  const member = `logEvents.${index + 1}.member`;
  if (timestamp === undefined) throw invalid('null', `${member}.timestamp`, 'Member must not be null');
  if (message === undefined) throw invalid('null', `${member}.message`, 'Member must not be null');
  if (timestamp < 0) {
    throw invalid(
      `'${timestamp}'`,
      `${member}.timestamp`,
      'Member must have value greater than or equal to 0',
    );
  }
  if (message === '') {
    throw invalid(`''`, `${member}.message`, 'Member must have length greater than or equal to 1');
  }
  return { timestamp, message };
}

function sorted(
  events: readonly Written[],
  { retentionInDays }: LogGroup,
  now: number,
): { readonly taken: readonly Written[]; readonly rejected: RejectedLogEventsInfo | undefined } {
  const expired = retentionInDays === undefined ? Number.NEGATIVE_INFINITY : now - retentionInDays * DAY_MS;
  const oldest = now - OLDEST_MS;
  const firstTooNew = events.findIndex(({ timestamp }) => timestamp > now + NEWEST_MS);
  const end = firstTooNew === -1 ? events.length : firstTooNew;
  const expiredEnd = beginAt(events, expired);
  const tooOldEnd = beginAt(events, oldest);
  const taken = events.slice(Math.max(expiredEnd, tooOldEnd), end);
  const rejected: RejectedLogEventsInfo = {
    ...(firstTooNew === -1 ? {} : { tooNewLogEventStartIndex: firstTooNew }),
    ...(tooOldEnd === 0 ? {} : { tooOldLogEventEndIndex: tooOldEnd }),
    ...(expiredEnd === 0 ? {} : { expiredLogEventEndIndex: expiredEnd }),
  };
  return { taken, rejected: Object.keys(rejected).length === 0 ? undefined : rejected };
}

/** How many of the events lie before a time. */
function beginAt(events: readonly Written[], time: number): number {
  return events.filter(({ timestamp }) => timestamp < time).length;
}

function refused(message: string): AwsError {
  return new AwsError('InvalidParameterException', message);
}
