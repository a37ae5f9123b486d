import type {
  DescribeLogGroupsCommandInput,
  DescribeLogGroupsCommandOutput,
  ListLogGroupsCommandInput,
  ListLogGroupsCommandOutput,
  LogGroup as LogGroupShape,
} from '@aws-sdk/client-cloudwatch-logs';
import type { Answer } from '../answer.ts';
import type { CallContext } from '../call.ts';
import { AwsError } from '../error.ts';
import {
  checkAccountIdentifiers,
  checkLogGroupClass,
  checkLogGroupIdentifier,
  checkLogGroupName,
  checkText,
  logsPage,
} from './checks.ts';
import type { LogGroup, LogsState } from './state.ts';

const MAX_IDENTIFIERS = 50;
const MAX_LISTED = 1000;

/**
 * Answers log groups in the order of names: by prefix or by a part of the name, never exactly and never both; or by a list of names alone.
 * Throws InvalidParameterException.
 */
export function describeLogGroups(
  input: DescribeLogGroupsCommandInput,
  { state: { logs } }: CallContext,
): Answer<DescribeLogGroupsCommandOutput> {
  const { logGroupNamePrefix, logGroupNamePattern: pattern, logGroupClass, logGroupIdentifiers } = input;
  checkLogGroupClass(logGroupClass);
  checkAccountIdentifiers(input.accountIdentifiers);
  if (logGroupNamePrefix !== undefined && pattern !== undefined) {
    throw new AwsError(
      'InvalidParameterException',
      'LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.',
    );
  }
  const prefix =
    logGroupNamePrefix === undefined ? '' : checkLogGroupName(logGroupNamePrefix, 'logGroupNamePrefix');
  if (pattern !== undefined && pattern !== '') checkLogGroupName(pattern, 'logGroupNamePattern');
  const named = logGroupIdentifiers === undefined ? undefined : namesOf(logGroupIdentifiers, input);
  const page = logsPage(input, (start) => withPrefix(logs, prefix, start), {
    keep: (group) =>
      group.name.includes(pattern ?? '') &&
      (named === undefined || named.has(group.name)) &&
      (logGroupClass === undefined || group.class === logGroupClass),
  });
  const shape = pattern === undefined || pattern === '' ? groupShape : briefShape;
  return { logGroups: page.items.map(shape), nextToken: page.nextToken };
}

/** The newer list; the pattern's parts are alternatives, `^` before one makes it a prefix. Throws InvalidParameterException. */
export function listLogGroups(
  input: ListLogGroupsCommandInput,
  { state: { logs } }: CallContext,
): Answer<ListLogGroupsCommandOutput> {
  for (const member of ['dataSources', 'fieldIndexNames', 'logGroupTags'] as const) {
    if (input[member] === undefined) continue;
    throw new AwsError('InvalidParameterException', `The sandbox does not filter log groups by ${member}.`);
  }
  checkLogGroupClass(input.logGroupClass);
  checkAccountIdentifiers(input.accountIdentifiers);
  const parts = patternParts(input.logGroupNamePattern);
  const page = logsPage(input, (start) => logs.groups.from(start), {
    most: MAX_LISTED,
    keep: (group) =>
      (input.logGroupClass === undefined || group.class === input.logGroupClass) &&
      (parts === undefined || parts.some((part) => matches(group.name, part))),
  });
  return {
    logGroups: page.items.map((group) => ({
      logGroupName: group.name,
      logGroupArn: group.arn,
      logGroupClass: group.class,
    })),
    nextToken: page.nextToken,
  };
}

function namesOf(
  identifiers: readonly string[],
  { logGroupNamePrefix, logGroupNamePattern, logGroupClass }: DescribeLogGroupsCommandInput,
): ReadonlySet<string> {
  if (identifiers.length === 0 || identifiers.length > MAX_IDENTIFIERS) {
    throw new AwsError(
      'InvalidParameterException',
      `logGroupIdentifiers must have from 1 to ${MAX_IDENTIFIERS} items.`,
    );
  }
  if ([logGroupNamePrefix, logGroupNamePattern, logGroupClass].some((other) => other !== undefined)) {
    throw new AwsError(
      'InvalidParameterException',
      'logGroupIdentifiers cannot be used together with other filters.',
    );
  }
  return new Set(identifiers.map(checkLogGroupIdentifier));
}

function patternParts(pattern: string | undefined): readonly string[] | undefined {
  if (pattern === undefined) return undefined;
  const part = '\\^?[\\.\\-_\\/#A-Za-z0-9]{3,24}';
  return checkText(pattern, 'logGroupNamePattern', 129, `(${part})(\\|${part}){0,4}`).split('|');
}

function matches(name: string, part: string): boolean {
  return part.startsWith('^') ? name.startsWith(part.slice(1)) : name.includes(part);
}

function* withPrefix(logs: LogsState, prefix: string, start: string): Generator<readonly [string, LogGroup]> {
  for (const entry of logs.groups.from(start > prefix ? start : prefix)) {
    if (!entry[0].startsWith(prefix)) return;
    yield entry;
  }
}

/** What is answered where a pattern was asked for (DescribeLogGroups, API reference). */
function briefShape({ name, arn, creationTime }: LogGroup): LogGroupShape {
  return { logGroupName: name, arn: `${arn}:*`, creationTime };
}

/** `arn` ends in `:*`, for policies; `logGroupArn` does not, for tags (DescribeLogGroups, API reference). */
function groupShape(group: LogGroup): LogGroupShape {
  return {
    ...briefShape(group),
    logGroupArn: group.arn,
    logGroupClass: group.class,
    metricFilterCount: 0,
    storedBytes: group.eventBytes,
    deletionProtectionEnabled: group.deletionProtectionEnabled,
    ...(group.kmsKeyId === undefined ? {} : { kmsKeyId: group.kmsKeyId }),
    ...(group.retentionInDays === undefined ? {} : { retentionInDays: group.retentionInDays }),
  };
}
