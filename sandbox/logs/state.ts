import type { LogGroupClass } from '@aws-sdk/client-cloudwatch-logs';
import { SortedMap } from '../sorted-map.ts';

export interface LogGroup {
  readonly name: string;
  /** Without the trailing `:*`. */
  readonly arn: string;
  /** Epoch milliseconds. */
  readonly creationTime: number;
  readonly class: LogGroupClass;
  readonly kmsKeyId: string | undefined;
  deletionProtectionEnabled: boolean;
  /** Days; undefined keeps events for ever. */
  retentionInDays: number | undefined;
  readonly tags: Map<string, string>;
  /** By name. */
  readonly streams: SortedMap<LogStream>;
  /** Of all its streams, by `id`. */
  readonly events: LogEvent[];
  /** As AWS counts `events`. */
  eventBytes: number;
}

export interface LogStream {
  readonly name: string;
  readonly arn: string;
  readonly creationTime: number;
  /** Epoch milliseconds of the earliest and the latest event that it was ever given, and of when it was given one; undefined before. */
  firstEventTimestamp: number | undefined;
  lastEventTimestamp: number | undefined;
  lastIngestionTime: number | undefined;
}

export interface LogEvent {
  /** 56 digits, which sort by time and, where that is the same, as the events came. */
  readonly id: string;
  readonly stream: string;
  /** Epoch milliseconds. */
  readonly timestamp: number;
  /** Epoch milliseconds. */
  readonly ingestionTime: number;
  readonly message: string;
}

export interface LogsState {
  /** By name. */
  readonly groups: SortedMap<LogGroup>;
  /** Of all groups. */
  streamCount: number;
  /** Events ever put, which numbers them. */
  eventCount: number;
  /** Of the events that all groups hold. */
  eventBytes: number;
}

export function createLogsState(): LogsState {
  return { groups: new SortedMap(), streamCount: 0, eventCount: 0, eventBytes: 0 };
}

export function findLogGroup(state: LogsState, name: string): LogGroup | undefined {
  return state.groups.get(name);
}
