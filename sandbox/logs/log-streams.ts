import type {
  CreateLogStreamCommandInput,
  CreateLogStreamCommandOutput,
  DeleteLogStreamCommandInput,
  DeleteLogStreamCommandOutput,
  DescribeLogStreamsCommandInput,
  DescribeLogStreamsCommandOutput,
  LogStream as LogStreamShape,
} from '@aws-sdk/client-cloudwatch-logs';
import type { Answer } from '../answer.ts';
import type { CallContext } from '../call.ts';
import { AwsError } from '../error.ts';
import { SortedMap } from '../sorted-map.ts';
import { checkEnum, checkLogStreamName, logsPage } from './checks.ts';
import { forgetEventsOf, requireLogStream } from './events.ts';
import { refuseProtected, requireLogGroup, requireNamedLogGroup } from './log-groups.ts';
import type { LogGroup, LogStream } from './state.ts';

/** Most streams that the sandbox keeps in a Region; AWS has no limit. */
const MAX_STREAMS = 100_000;

export function createLogStream(
  input: CreateLogStreamCommandInput,
  { state, world }: CallContext,
): Answer<CreateLogStreamCommandOutput> {
  const name = checkLogStreamName(input.logStreamName);
  const group = requireLogGroup(state.logs, input.logGroupName);
  if (group.streams.has(name)) {
    throw new AwsError('ResourceAlreadyExistsException', 'The specified log stream already exists');
  }
  if (state.logs.streamCount >= MAX_STREAMS) {
    throw new AwsError('LimitExceededException', `The sandbox holds ${MAX_STREAMS} log streams at most.`);
  }
  state.logs.streamCount += 1;
  group.streams.set(name, {
    name,
    arn: `${group.arn}:log-stream:${name}`,
    creationTime: Math.floor(world.now()),
    firstEventTimestamp: undefined,
    lastEventTimestamp: undefined,
    lastIngestionTime: undefined,
  });
  return {};
}

/** Throws ValidationException while the group is protected from deletion. */
export function deleteLogStream(
  input: DeleteLogStreamCommandInput,
  { state }: CallContext,
): Answer<DeleteLogStreamCommandOutput> {
  const name = checkLogStreamName(input.logStreamName);
  const group = requireLogGroup(state.logs, input.logGroupName);
  refuseProtected(group);
  forgetEventsOf(state.logs, group, requireLogStream(group, name));
  group.streams.delete(name);
  state.logs.streamCount -= 1;
  return {};
}

/** Answers streams by name, or by the time of their last event; those without one come first then. */
export function describeLogStreams(
  input: DescribeLogStreamsCommandInput,
  { state }: CallContext,
): Answer<DescribeLogStreamsCommandOutput> {
  const { logStreamNamePrefix: prefix, orderBy, descending = false } = input;
  checkEnum(orderBy, 'orderBy', ['LogStreamName', 'LastEventTime']);
  if (prefix !== undefined && orderBy === 'LastEventTime') {
    throw new AwsError(
      'InvalidParameterException',
      'Cannot order by LastEventTime with a logStreamNamePrefix.',
    );
  }
  if (prefix !== undefined) checkLogStreamName(prefix, 'logStreamNamePrefix');
  const group = requireNamedLogGroup(state.logs, input);
  const ordered = orderBy === 'LastEventTime' ? byLastEvent(group) : group.streams;
  const page = logsPage(input, (start) => (descending ? backwards(ordered, start) : ordered.from(start)), {
    keep: (stream) => stream.name.startsWith(prefix ?? ''),
  });
  return { logStreams: page.items.map(showStream), nextToken: page.nextToken };
}

function showStream(stream: LogStream): LogStreamShape {
  const { firstEventTimestamp, lastEventTimestamp, lastIngestionTime } = stream;
  return {
    logStreamName: stream.name,
    arn: stream.arn,
    creationTime: stream.creationTime,
    ...(firstEventTimestamp === undefined ? {} : { firstEventTimestamp }),
    ...(lastEventTimestamp === undefined ? {} : { lastEventTimestamp }),
    ...(lastIngestionTime === undefined ? {} : { lastIngestionTime }),
    storedBytes: 0,
  };
}

function byLastEvent({ streams }: LogGroup): SortedMap<LogStream> {
  const ordered = new SortedMap<LogStream>();
  for (const stream of streams.values()) {
    ordered.set(`${String(stream.lastEventTimestamp ?? 0).padStart(20, '0')} ${stream.name}`, stream);
  }
  return ordered;
}

function backwards(streams: SortedMap<LogStream>, start: string): (readonly [string, LogStream])[] {
  return [...streams.from('')].toReversed().filter(([key]) => start === '' || key <= start);
}
