import type {
  CreateLogStreamCommandInput,
  CreateLogStreamCommandOutput,
  DeleteLogStreamCommandInput,
  DeleteLogStreamCommandOutput,
  DescribeLogStreamsCommandInput,
  DescribeLogStreamsCommandOutput,
} from '@aws-sdk/client-cloudwatch-logs';
import type { Answer } from '../answer.ts';
import type { CallContext } from '../call.ts';
import { AwsError } from '../error.ts';
import { checkEnum, checkLogGroupIdentifier, checkLogStreamName, logsPage } from './checks.ts';
import { refuseProtected, requireLogGroup } from './log-groups.ts';
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
  if (!group.streams.delete(name)) {
    throw new AwsError('ResourceNotFoundException', 'The specified log stream does not exist.');
  }
  state.logs.streamCount -= 1;
  return {};
}

/** Answers streams by name. The sandbox stores no events, so ordering by the last one is ordering by name too. */
export function describeLogStreams(
  input: DescribeLogStreamsCommandInput,
  { state }: CallContext,
): Answer<DescribeLogStreamsCommandOutput> {
  const { logGroupName, logGroupIdentifier, logStreamNamePrefix: prefix, orderBy, descending } = input;
  checkEnum(orderBy, 'orderBy', ['LogStreamName', 'LastEventTime']);
  if (prefix !== undefined && orderBy === 'LastEventTime') {
    throw new AwsError(
      'InvalidParameterException',
      'Cannot order by LastEventTime with a logStreamNamePrefix.',
    );
  }
  if (prefix !== undefined) checkLogStreamName(prefix, 'logStreamNamePrefix');
  if ((logGroupName === undefined) === (logGroupIdentifier === undefined)) {
    throw new AwsError(
      'InvalidParameterException',
      'Exactly one of logGroupName and logGroupIdentifier is needed.',
    );
  }
  const group = requireLogGroup(state.logs, logGroupName ?? checkLogGroupIdentifier(logGroupIdentifier));
  const page = logsPage(
    input,
    (start) => (descending === true ? backwards(group, start) : group.streams.from(start)),
    { keep: (stream) => stream.name.startsWith(prefix ?? '') },
  );
  return {
    logStreams: page.items.map((stream) => ({
      logStreamName: stream.name,
      arn: stream.arn,
      creationTime: stream.creationTime,
      storedBytes: 0,
    })),
    nextToken: page.nextToken,
  };
}

function backwards({ streams }: LogGroup, start: string): (readonly [string, LogStream])[] {
  return [...streams.from('')].toReversed().filter(([name]) => start === '' || name <= start);
}
