import type { ObjectStatus } from '../status/schema.ts';
import type { Severity } from './severity.ts';

/** An object that a message is about, as far as messages tell of it. */
export interface Concerned extends Pick<ObjectStatus, 'kind' | 'name' | 'environment' | 'tasks' | 'links'> {
  /** What the report says of it. */
  readonly message: string;
  /** ISO 8601: since when the report knows it so. */
  readonly since: string;
  /** ISO 8601; absent where nothing is tried again. */
  readonly nextRetryAt?: string;
}

/** One thing that is wrong, with all objects that it keeps from being well. */
export interface Problem {
  /** Names the cause from report to report: `DaemonService/xray/ImageNotFound`. */
  readonly key: string;
  /** CamelCase. */
  readonly reason: string;
  readonly severity: Severity;
  /** In a few words, for a title: `image not found`. */
  readonly what: string;
  /** In a few more words, the cause and what to do: `the image or its tag does not exist: check the image in the manifest`. */
  readonly cause?: string;
  /** In a sentence or two: all that the report says. */
  readonly message: string;
  /** Empty where it is of no object, such as a source that cannot be read. */
  readonly objects: readonly Concerned[];
  /** Environments of the objects and, of what is no object of one, those that it concerns; empty: all. */
  readonly environments: readonly string[];
  /** What people can do, where the message does not say it. */
  readonly next?: string;
  /** How long it must last before it is told, in milliseconds; what ends by itself sooner is nobody's concern. */
  readonly settleMs: number;
}

/** Something that happened, is over, and needs nobody. */
export interface Happening {
  readonly type: 'applied' | 'deleted' | 'healed' | 'rollout-done';
  /** CamelCase. */
  readonly reason: string;
  readonly what: string;
  readonly message: string;
  readonly objects: readonly Concerned[];
  /** As a Problem has them. */
  readonly environments: readonly string[];
}

/** How a thing is named in a message without the Environment: `xray` for a daemon, `Cluster/main` for anything else. */
export function shownName({ kind, name }: Pick<Concerned, 'kind' | 'name'>): string {
  return kind === 'DaemonService' ? name : `${kind}/${name}`;
}
