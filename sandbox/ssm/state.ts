import type { ParameterTier, ParameterType } from '@aws-sdk/client-ssm';
import type { Hidden } from '../hidden.ts';
import { SortedMap } from '../sorted-map.ts';

export interface ParameterVersion {
  /** Counts from 1. */
  readonly version: number;
  readonly type: ParameterType;
  readonly value: Hidden;
  readonly description: string | undefined;
  /** Of a SecureString. */
  readonly keyId: string | undefined;
  readonly allowedPattern: string | undefined;
  readonly tier: ParameterTier;
  readonly dataType: string;
  readonly policies: string | undefined;
  readonly modifiedAt: Date;
  /** ARN. */
  readonly modifiedBy: string;
  /** Each is that of one version at most. */
  readonly labels: Set<string>;
}

export interface Parameter {
  readonly name: string;
  readonly arn: string;
  readonly tags: Map<string, string>;
  /** Oldest first, the last in force. */
  readonly versions: ParameterVersion[];
}

export interface SsmState {
  /** By name. */
  readonly parameters: SortedMap<Parameter>;
}

export function createSsmState(): SsmState {
  return { parameters: new SortedMap() };
}

export function latestOf({ versions }: Parameter): ParameterVersion {
  return versions.at(-1)!;
}
