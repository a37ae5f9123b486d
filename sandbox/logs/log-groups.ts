import type {
  CreateLogGroupCommandInput,
  CreateLogGroupCommandOutput,
  DeleteLogGroupCommandInput,
  DeleteLogGroupCommandOutput,
  DeleteRetentionPolicyCommandInput,
  DeleteRetentionPolicyCommandOutput,
  DescribeLogGroupsCommandInput,
  DescribeLogGroupsCommandOutput,
  LogGroup as LogGroupShape,
  PutRetentionPolicyCommandInput,
  PutRetentionPolicyCommandOutput,
} from '@aws-sdk/client-cloudwatch-logs';
import type { Answer } from '../answer.ts';
import { AwsError } from '../error.ts';
import { partitionOf } from '../partition.ts';
import type { CallContext } from '../sandbox.ts';
import { SortedMap } from '../sorted-map.ts';
import { tagsChanged } from '../tagging/state.ts';
import { checkLogGroupName, checkRetention, logsPage } from './checks.ts';
import { findLogGroup } from './state.ts';
import type { LogGroup, LogsState } from './state.ts';
import { withTags } from './tag-rules.ts';

export function createLogGroup(
  input: CreateLogGroupCommandInput,
  { state: { logs, tagging }, region, accountId, world }: CallContext,
): Answer<CreateLogGroupCommandOutput> {
  const name = checkLogGroupName(input.logGroupName);
  if (logs.groups.has(name)) {
    throw new AwsError('ResourceAlreadyExistsException', 'The specified log group already exists');
  }
  const group: LogGroup = {
    name,
    arn: `arn:${partitionOf(region)}:logs:${region}:${accountId}:log-group:${name}`,
    creationTime: world.now(),
    class: input.logGroupClass ?? 'STANDARD',
    kmsKeyId: input.kmsKeyId,
    deletionProtectionEnabled: input.deletionProtectionEnabled ?? false,
    retentionInDays: undefined,
    tags: withTags(new Map(), input.tags ?? {}),
    streams: new SortedMap(),
  };
  logs.groups.set(name, group);
  tagsChanged(tagging, group.arn, group.tags);
  return {};
}

/** By prefix or by a part of the name: never exactly, and never both. */
export function describeLogGroups(
  input: DescribeLogGroupsCommandInput,
  { state: { logs } }: CallContext,
): Answer<DescribeLogGroupsCommandOutput> {
  const { logGroupNamePrefix, logGroupNamePattern: pattern, logGroupClass } = input;
  if (logGroupNamePrefix !== undefined && pattern !== undefined) {
    throw new AwsError(
      'InvalidParameterException',
      'LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.',
    );
  }
  const prefix =
    logGroupNamePrefix === undefined ? '' : checkLogGroupName(logGroupNamePrefix, 'logGroupNamePrefix');
  if (pattern !== undefined && pattern !== '') checkLogGroupName(pattern, 'logGroupNamePattern');
  const page = logsPage(
    input,
    (start) => withPrefix(logs, prefix, start),
    (group) =>
      group.name.includes(pattern ?? '') && (logGroupClass === undefined || group.class === logGroupClass),
  );
  return { logGroups: page.items.map(groupShape), nextToken: page.nextToken };
}

export function putRetentionPolicy(
  input: PutRetentionPolicyCommandInput,
  { state }: CallContext,
): Answer<PutRetentionPolicyCommandOutput> {
  const name = checkLogGroupName(input.logGroupName);
  const days = checkRetention(input.retentionInDays);
  requireLogGroup(state.logs, name).retentionInDays = days;
  return {};
}

export function deleteRetentionPolicy(
  input: DeleteRetentionPolicyCommandInput,
  { state }: CallContext,
): Answer<DeleteRetentionPolicyCommandOutput> {
  requireLogGroup(state.logs, input.logGroupName).retentionInDays = undefined;
  return {};
}

export function deleteLogGroup(
  input: DeleteLogGroupCommandInput,
  { state: { logs, tagging } }: CallContext,
): Answer<DeleteLogGroupCommandOutput> {
  const group = requireLogGroup(logs, input.logGroupName);
  if (group.deletionProtectionEnabled) {
    throw new AwsError(
      'ValidationException',
      'The specified log group cannot be deleted because deletion protection is enabled.',
    );
  }
  logs.groups.delete(group.name);
  tagsChanged(tagging, group.arn, undefined);
  return {};
}

/** Throws InvalidParameterException, ResourceNotFoundException. */
export function requireLogGroup(logs: LogsState, logGroupName: string | undefined): LogGroup {
  const group = findLogGroup(logs, checkLogGroupName(logGroupName));
  if (group === undefined) {
    throw new AwsError('ResourceNotFoundException', 'The specified log group does not exist.');
  }
  return group;
}

function* withPrefix(logs: LogsState, prefix: string, start: string): Generator<readonly [string, LogGroup]> {
  for (const entry of logs.groups.from(start > prefix ? start : prefix)) {
    if (!entry[0].startsWith(prefix)) return;
    yield entry;
  }
}

/** `arn` ends in `:*`, for policies; `logGroupArn` does not, for tags (DescribeLogGroups, API reference). */
function groupShape(group: LogGroup): LogGroupShape {
  return {
    logGroupName: group.name,
    arn: `${group.arn}:*`,
    logGroupArn: group.arn,
    creationTime: group.creationTime,
    logGroupClass: group.class,
    metricFilterCount: 0,
    storedBytes: 0,
    deletionProtectionEnabled: group.deletionProtectionEnabled,
    ...(group.kmsKeyId === undefined ? {} : { kmsKeyId: group.kmsKeyId }),
    ...(group.retentionInDays === undefined ? {} : { retentionInDays: group.retentionInDays }),
  };
}
