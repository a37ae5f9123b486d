import type { Hidden } from '../hidden.ts';
import { SortedMap } from '../sorted-map.ts';

export interface SecretVersion {
  readonly id: string;
  readonly createdAt: Date;
  /** Text, or binary data in base64. */
  readonly value: Hidden;
  readonly isBinary: boolean;
  /** Staging labels; each is that of one version at most. */
  readonly stages: Set<string>;
}

export interface Secret {
  readonly name: string;
  /** Ends in a dash and six characters. */
  readonly arn: string;
  readonly createdAt: Date;
  readonly tags: Map<string, string>;
  /** By id, oldest first. */
  readonly versions: Map<string, SecretVersion>;
  description: string | undefined;
  kmsKeyId: string | undefined;
  changedAt: Date;
  /** When it will be gone; undefined unless somebody has deleted it. */
  deletedAt: Date | undefined;
  policy: string | undefined;
}

export interface SecretsManagerState {
  /** By name. */
  readonly secrets: SortedMap<Secret>;
}

export function createSecretsManagerState(): SecretsManagerState {
  return { secrets: new SortedMap() };
}
