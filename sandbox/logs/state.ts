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
}

export interface LogStream {
  readonly name: string;
  readonly arn: string;
  readonly creationTime: number;
}

export interface LogsState {
  /** By name. */
  readonly groups: SortedMap<LogGroup>;
  /** Of all groups. */
  streamCount: number;
}

export function createLogsState(): LogsState {
  return { groups: new SortedMap(), streamCount: 0 };
}

export function findLogGroup(state: LogsState, name: string): LogGroup | undefined {
  return state.groups.get(name);
}
