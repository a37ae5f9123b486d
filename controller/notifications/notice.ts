import type { Concerned } from './problem.ts';
import type { Severity } from './severity.ts';

/** What a message tells; the type of the CloudEvent is this behind `dev.stationkeeper.`. */
export type NoticeType =
  | 'incident.opened'
  | 'incident.updated'
  | 'incident.resolved'
  | 'change.applied'
  | 'change.deleted'
  | 'drift.healed'
  | 'rollout.done'
  | 'digest'
  | 'test';

/** One message to one receiver, in all that its forms are made of. */
export interface Notice {
  /** Unique, and the same however often it is sent. */
  readonly id: string;
  readonly type: NoticeType;
  /** What it is about: the same in all messages about one incident. */
  readonly subject: string;
  /** Grows from message to message about one subject, over restarts too: epoch milliseconds. */
  readonly sequence: number;
  /** ISO 8601. */
  readonly time: string;
  readonly severity: Severity;
  /** CamelCase; `Digest` and `Test` for those. */
  readonly reason: string;
  /** At most 80 characters. */
  readonly title: string;
  /** A few short lines below the title. */
  readonly lines: readonly string[];
  readonly links: readonly Link[];
  readonly objects: readonly Concerned[];
  /** Empty: all of them, or none in particular. */
  readonly environments: readonly string[];
  /** ISO 8601: since when it is so; absent where nobody knows. */
  readonly since?: string;
  readonly foundAtStart: boolean;
  /** What a digest stands for, the worst first; empty for any other. */
  readonly members: readonly Notice[];
}

export interface Link {
  readonly label: string;
  readonly url: string;
}
