import type {
  CreateLogStreamCommandInput,
  CreateLogStreamCommandOutput,
  DescribeLogStreamsCommandInput,
  DescribeLogStreamsCommandOutput,
} from '@aws-sdk/client-cloudwatch-logs';
import type { Answer } from '../answer.ts';
import { AwsError } from '../error.ts';
import type { CallContext } from '../sandbox.ts';
import { checkLogStreamName, logsPage } from './checks.ts';
import { requireLogGroup } from './log-groups.ts';

export function createLogStream(
  input: CreateLogStreamCommandInput,
  { state, world }: CallContext,
): Answer<CreateLogStreamCommandOutput> {
  const group = requireLogGroup(state.logs, input.logGroupName);
  const name = checkLogStreamName(input.logStreamName);
  if (group.streams.has(name)) {
    throw new AwsError('ResourceAlreadyExistsException', 'The specified log stream already exists');
  }
  group.streams.set(name, {
    name,
    arn: `${group.arn}:log-stream:${name}`,
    creationTime: world.now(),
  });
  return {};
}

/** By name. The sandbox stores no events, so ordering by the last one is ordering by name too. */
export function describeLogStreams(
  input: DescribeLogStreamsCommandInput,
  { state }: CallContext,
): Answer<DescribeLogStreamsCommandOutput> {
  const { logStreamNamePrefix: prefix = '', orderBy } = input;
  if (prefix !== '' && orderBy === 'LastEventTime') {
    throw new AwsError(
      'InvalidParameterException',
      'Cannot order by LastEventTime with a logStreamNamePrefix.',
    );
  }
  const group = requireLogGroup(state.logs, input.logGroupName);
  const page = logsPage(
    input,
    (start) => group.streams.from(start),
    (stream) => stream.name.startsWith(prefix),
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
