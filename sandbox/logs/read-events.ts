import type {
  FilterLogEventsCommandInput,
  FilterLogEventsCommandOutput,
  GetLogEventsCommandInput,
  GetLogEventsCommandOutput,
} from '@aws-sdk/client-cloudwatch-logs';
import type { Answer } from '../answer.ts';
import type { CallContext } from '../call.ts';
import { AwsError } from '../error.ts';
import { startOf, takePage } from '../paging.ts';
import { checkLogStreamName, invalid } from './checks.ts';
import { bytesOf, leastIdAt, positionOf, requireLogStream } from './events.ts';
import { filterPattern } from './filter-pattern.ts';
import { requireNamedLogGroup } from './log-groups.ts';
import type { LogEvent, LogGroup } from './state.ts';

/** Most events of an answer, and their bytes (API reference, GetLogEvents). */
const MOST_EVENTS = 10_000;
const MOST_BYTES = 1_048_576;
const MOST_STREAMS = 100;

/**
 * Events of one stream from a time up to, and without, another, earliest first in every answer. `startFromHead` says at which end the first
 * answer begins; a token then leads on in its own direction, and is given back as it was where that comes to an end. Throws
 * InvalidParameterException, ResourceNotFoundException.
 */
export function getLogEvents(
  input: GetLogEventsCommandInput,
  { state }: CallContext,
): Answer<GetLogEventsCommandOutput> {
  const { startTime = 0, endTime, startFromHead = false, nextToken } = input;
  const limit = checkLimit(input.limit);
  const stream = checkLogStreamName(input.logStreamName);
  const token = nextToken === undefined ? undefined : readToken(nextToken);
  const group = requireNamedLogGroup(state.logs, input);
  requireLogStream(group, stream);
  const end = endTime === undefined ? group.events.length : positionOf(group.events, leastIdAt(endTime));
  const events = between(group, startTime, end).filter((event) => event.stream === stream);
  const forward = token?.forward ?? startFromHead;
  const at = token?.id ?? (forward ? '' : LAST);
  const page = forward
    ? fitting(events.slice(positionOf(events, after(at))), limit)
    : fitting(events.slice(0, positionOf(events, at)).toReversed(), limit).toReversed();
  return {
    events: page.map(({ timestamp, ingestionTime, message }) => ({ timestamp, ingestionTime, message })),
    nextForwardToken: `f/${page.at(-1)?.id ?? token?.id ?? FIRST}/s`,
    nextBackwardToken: `b/${page[0]?.id ?? token?.id ?? FIRST}/s`,
  };
}

const FIRST = '0'.repeat(56);
/** Sorts behind every id. */
const LAST = ':';

/** Sorts behind one id and before the next. */
function after(id: string): string {
  return id === '' ? id : `${id} `;
}

function readToken(token: string): { readonly forward: boolean; readonly id: string } {
  const [, direction, id] = /^([fb])\/(\d{56})\/s$/.exec(token) ?? [];
  if (id === undefined) {
    throw new AwsError('InvalidParameterException', 'The specified nextToken is invalid.');
  }
  return { forward: direction === 'f', id };
}

/**
 * Events of a group up to and with a time, of all streams, of those named or of those that begin so. Where `startFromHead` is false the latest come
 * first; a token keeps to the direction that it was given in. Throws InvalidParameterException, ResourceNotFoundException.
 */
export function filterLogEvents(
  input: FilterLogEventsCommandInput,
  { state }: CallContext,
): Answer<FilterLogEventsCommandOutput> {
  const { startTime = 0, endTime } = input;
  const limit = checkLimit(input.limit);
  const matches = filterPattern(input.filterPattern);
  const group = requireNamedLogGroup(state.logs, input);
  const isOfStream = streamsAsked(group, input);
  const { start, fromHead } = readPosition(input);
  const end = endTime === undefined ? group.events.length : positionOf(group.events, leastIdAt(endTime + 1));
  const events = between(group, startTime, end);
  const entries = fromHead
    ? events.slice(positionOf(events, start))
    : events.slice(0, positionOf(events, after(start === '' ? LAST : start))).toReversed();
  const kept = entries.filter((event) => isOfStream(event.stream) && matches(event.message));
  const size = fitting(kept, limit).length;
  const { items, nextToken } = takePage(
    kept.map((event) => [`${fromHead ? 'f' : 'b'}${event.id}`, event] as const),
    size,
  );
  return {
    events: items.map(({ id, stream, timestamp, ingestionTime, message }) => ({
      eventId: id,
      logStreamName: stream,
      timestamp,
      ingestionTime,
      message,
    })),
    searchedLogStreams: [],
    nextToken,
  };
}

/** Where a page begins, and in which direction it goes. */
function readPosition({ nextToken, startFromHead = true }: FilterLogEventsCommandInput): {
  readonly start: string;
  readonly fromHead: boolean;
} {
  if (nextToken === undefined) return { start: '', fromHead: startFromHead };
  const [, direction, id] = /^([fb])(\d{56})$/.exec(startOf(nextToken) ?? '') ?? [];
  if (id !== undefined) return { start: id, fromHead: direction === 'f' };
  throw new AwsError('InvalidParameterException', 'The specified nextToken is invalid.');
}

function streamsAsked(
  group: LogGroup,
  { logStreamNames, logStreamNamePrefix: prefix }: FilterLogEventsCommandInput,
): (name: string) => boolean {
  if (logStreamNames !== undefined && prefix !== undefined) {
    throw new AwsError(
      'InvalidParameterException',
      'logStreamNames and logStreamNamePrefix exclude each other.',
    );
  }
  if (prefix !== undefined) {
    checkLogStreamName(prefix, 'logStreamNamePrefix');
    return (name) => name.startsWith(prefix);
  }
  if (logStreamNames === undefined) return () => true;
  const { length } = logStreamNames;
  const value = `'[${length} items]'`;
  if (length === 0) {
    throw invalid(value, 'logStreamNames', 'Member must have length greater than or equal to 1');
  }
  if (length > MOST_STREAMS) {
    throw invalid(value, 'logStreamNames', `Member must have length less than or equal to ${MOST_STREAMS}`);
  }
  for (const name of logStreamNames) requireLogStream(group, checkLogStreamName(name, 'logStreamNames'));
  const names = new Set(logStreamNames);
  return (name) => names.has(name);
}

/** Events from a time on, up to an index. */
function between({ events }: LogGroup, startTime: number, end: number): readonly LogEvent[] {
  return events.slice(positionOf(events, leastIdAt(startTime)), end);
}

/** As many as an answer holds, one at least. */
function fitting(events: readonly LogEvent[], limit: number): readonly LogEvent[] {
  let bytes = 0;
  const tooMany = events.findIndex(({ message }, index) => {
    bytes += bytesOf(message);
    return index === limit || (index > 0 && bytes > MOST_BYTES);
  });
  return tooMany === -1 ? events : events.slice(0, tooMany);
}

function checkLimit(limit = MOST_EVENTS): number {
  if (limit < 1) throw invalid(`'${limit}'`, 'limit', 'Member must have value greater than or equal to 1');
  if (limit > MOST_EVENTS) {
    throw invalid(`'${limit}'`, 'limit', `Member must have value less than or equal to ${MOST_EVENTS}`);
  }
  return limit;
}
