import type {
  CreateLogGroupCommandInput,
  CreateLogGroupCommandOutput,
  DeleteLogGroupCommandInput,
  DeleteLogGroupCommandOutput,
  DeleteRetentionPolicyCommandInput,
  DeleteRetentionPolicyCommandOutput,
  PutLogGroupDeletionProtectionCommandInput,
  PutLogGroupDeletionProtectionCommandOutput,
  PutRetentionPolicyCommandInput,
  PutRetentionPolicyCommandOutput,
} from '@aws-sdk/client-cloudwatch-logs';
import type { Answer } from '../answer.ts';
import type { CallContext } from '../call.ts';
import { AwsError } from '../error.ts';
import { partitionOf } from '../partition.ts';
import { SortedMap } from '../sorted-map.ts';
import { tagsChanged } from '../tagging/state.ts';
import {
  checkKmsKeyId,
  checkLogGroupClass,
  checkLogGroupIdentifier,
  checkLogGroupName,
  checkNewLogGroupName,
  checkRetention,
  invalid,
} from './checks.ts';
import { findLogGroup } from './state.ts';
import type { LogGroup, LogsState } from './state.ts';
import { newTags } from './tag-rules.ts';

/** AWS has room for a million (CloudWatch Logs quotas); a process has not. */
const MAX_GROUPS = 100_000;

export function createLogGroup(
  input: CreateLogGroupCommandInput,
  context: CallContext,
): Answer<CreateLogGroupCommandOutput> {
  const { region, accountId, world } = context;
  const { logs } = context.state;
  const name = checkNewLogGroupName(input.logGroupName);
  checkLogGroupClass(input.logGroupClass);
  checkKmsKeyId(input.kmsKeyId);
  const tags = newTags(input.tags);
  if (logs.groups.has(name)) {
    throw new AwsError('ResourceAlreadyExistsException', 'The specified log group already exists');
  }
  if (logs.groups.size >= MAX_GROUPS)
    throw new AwsError('LimitExceededException', 'Resource limit exceeded.');
  const group: LogGroup = {
    name,
    arn: `arn:${partitionOf(region)}:logs:${region}:${accountId}:log-group:${name}`,
    creationTime: Math.floor(world.now()),
    class: input.logGroupClass ?? 'STANDARD',
    kmsKeyId: input.kmsKeyId,
    deletionProtectionEnabled: input.deletionProtectionEnabled ?? false,
    retentionInDays: undefined,
    tags,
    streams: new SortedMap(),
    events: [],
    eventBytes: 0,
  };
  logs.groups.set(name, group);
  tagsChanged(context, group.arn, group.tags);
  return {};
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

export function putLogGroupDeletionProtection(
  input: PutLogGroupDeletionProtectionCommandInput,
  { state }: CallContext,
): Answer<PutLogGroupDeletionProtectionCommandOutput> {
  const { deletionProtectionEnabled: enabled } = input;
  if (enabled === undefined) throw invalid('null', 'deletionProtectionEnabled', 'Member must not be null');
  requireLogGroup(state.logs, checkLogGroupIdentifier(input.logGroupIdentifier)).deletionProtectionEnabled =
    enabled;
  return {};
}

/** Throws ValidationException while the group is protected from deletion. */
export function deleteLogGroup(
  input: DeleteLogGroupCommandInput,
  context: CallContext,
): Answer<DeleteLogGroupCommandOutput> {
  const { logs } = context.state;
  const group = requireLogGroup(logs, input.logGroupName);
  refuseProtected(group);
  logs.groups.delete(group.name);
  logs.streamCount -= group.streams.size;
  logs.eventBytes -= group.eventBytes;
  tagsChanged(context, group.arn, undefined);
  return {};
}

/** Deletion protection keeps a group and what is in it. Throws ValidationException. */
export function refuseProtected({ deletionProtectionEnabled }: LogGroup): void {
  if (!deletionProtectionEnabled) return;
  throw new AwsError(
    'ValidationException',
    'The specified log group cannot be deleted because deletion protection is enabled.',
  );
}

/** The group of a request that names one by exactly one of two members. Throws InvalidParameterException, ResourceNotFoundException. */
export function requireNamedLogGroup(
  logs: LogsState,
  {
    logGroupName,
    logGroupIdentifier,
  }: { readonly logGroupName?: string | undefined; readonly logGroupIdentifier?: string | undefined },
): LogGroup {
  if ((logGroupName === undefined) === (logGroupIdentifier === undefined)) {
    throw new AwsError(
      'InvalidParameterException',
      'Exactly one of logGroupName and logGroupIdentifier is needed.',
    );
  }
  return requireLogGroup(logs, logGroupName ?? checkLogGroupIdentifier(logGroupIdentifier));
}

/** Throws InvalidParameterException, ResourceNotFoundException. */
export function requireLogGroup(logs: LogsState, logGroupName: string | undefined): LogGroup {
  const group = findLogGroup(logs, checkLogGroupName(logGroupName));
  if (group === undefined) {
    throw new AwsError('ResourceNotFoundException', 'The specified log group does not exist.');
  }
  return group;
}
