import type { StationkeeperError } from '../core/errors.ts';
import type { Course } from '../core/rollout/course.ts';
import type { Self } from '../core/self.ts';
import type { Plan } from '../plan/step.ts';
import type { MutationOutcome } from './apply.ts';
import type { Setback } from './memory/setbacks.ts';
import type { ConsumerReach } from './reach/consumers.ts';
import type { Wanted } from './wanted.ts';

/** What a pass says of the next look (next-look.ts). */
export interface NextLook {
  /** Where something is under way: when to look again, although the interval is not over. */
  readonly lookAgainInMs: number | undefined;
  /**
   * Something is under way, or ends by itself: another look may find more to do, or all of it done. What only people can lift is
   * not, nor what waits for that.
   */
  readonly isUnderWay: boolean;
  /** The pause to keep however much is under way: looking at all of it costs AWS's read quotas, which others share. See `leastPauseMs`. */
  readonly leastPauseMs: number;
}

/** What a pass found, did and left: what status/ reports. */
export interface PassResult extends NextLook {
  readonly wanted: Wanted;
  /** By environment: the revision that its part is about; an older one than is wanted now where AWS is slow to answer there. */
  readonly revisions: ReadonlyMap<string, string>;
  /** What there was to do when the pass began. */
  readonly before: Plan;
  /** What is still to do, and why it was not done. */
  readonly plan: Plan;
  /** As what the controller ran on ECS, if there. */
  readonly self: Self | undefined;
  readonly outcomes: readonly MutationOutcome[];
  /** Why resources could not be read, by resource key. */
  readonly unread: ReadonlyMap<string, StationkeeperError>;
  /** What failed or did not last, and is left alone for now, of the environments that have come to their end; by resource key. */
  readonly failures: ReadonlyMap<string, Setback>;
  /** How the definitions that go through a Rollout stand, of what was seen when the environments had come to their end; by kind and name. */
  readonly courses: readonly Course[];
  /** Whether consumers reach their daemons, by object. */
  readonly reach: ReadonlyMap<string, readonly ConsumerReach[]>;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly finishedAt: string;
  /** The same moment on the Clock's monotonic scale, which failures' next attempts are on. */
  readonly finishedAtMonotonic: number;
  readonly durationMs: number;
  /** Attempts since the pass before ended: what hangs beyond its own pass counts in the next one. */
  readonly awsRequests: number;
  /** Mutations that were made. */
  readonly changes: number;
}
