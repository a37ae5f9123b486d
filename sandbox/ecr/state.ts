import type { EncryptionConfiguration, ImageTagMutability, PullThroughCacheRule } from '@aws-sdk/client-ecr';
import { SortedMap } from '../sorted-map.ts';
import type { Manifest } from './manifests.ts';

/** Whether tags can be moved, but for those that match a filter: to them the opposite applies. */
export interface TagMutability {
  readonly setting: ImageTagMutability;
  /** With wildcards; empty where the setting has no exclusions. */
  readonly exclusions: readonly string[];
}

export interface Repository {
  readonly name: string;
  readonly arn: string;
  /** The account that it is in. */
  readonly registryId: string;
  readonly uri: string;
  readonly createdAt: Date;
  readonly encryption: EncryptionConfiguration;
  readonly tags: Map<string, string>;
  mutability: TagMutability;
  scanOnPush: boolean;
  /** Texts as they were put. */
  lifecyclePolicy: string | undefined;
  policy: string | undefined;
  /** By digest. */
  readonly images: SortedMap<Image>;
  /** Tag → digest of the image that has it. */
  readonly tagged: SortedMap<string>;
}

/** An image, or an index of several. */
export interface Image {
  readonly digest: string;
  readonly manifest: Manifest;
  readonly pushedAt: Date;
  /** In the order in which it got them. */
  readonly tags: Set<string>;
}

export interface EcrState {
  /** By name. */
  readonly repositories: SortedMap<Repository>;
  /** By the prefix of the repositories that they fill. */
  readonly pullThroughCacheRules: SortedMap<PullThroughCacheRule>;
}

export function createEcrState(): EcrState {
  return { repositories: new SortedMap(), pullThroughCacheRules: new SortedMap() };
}
