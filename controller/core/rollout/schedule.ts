import type { ManifestRef } from '../resource.ts';
import type { Target } from './target.ts';

export type { Target } from './target.ts';

/** What a Rollout says: how a definition goes through its Environments (contract section 6). */
export interface Schedule {
  /** The Rollout's name. */
  readonly name: string;
  /** In order; an Environment is in the first that takes it. */
  readonly stages: readonly Stage[];
  /** Digests of definitions that git approves, by the definition's name. */
  readonly approved: Readonly<Record<string, string>>;
  /** How long an Environment may take from when it began. */
  readonly progressDeadlineMs: number;
  /** When an Environment may begin; none: always. */
  readonly windows: readonly Window[];
}

export interface Stage {
  readonly name: string;
  /** How many of its Environments may be under way at once. Absent: all. */
  readonly maxConcurrent?: Amount;
  /** How many may have failed for the stage to go on, and for the next to open. */
  readonly maxFailures: number;
  /** How long an Environment that is done is watched before it counts for the next stage. */
  readonly soakMs: number;
  readonly needsApproval: boolean;
}

/** A number, or a part of all that there are. */
export type Amount = { readonly count: number } | { readonly percent: number };

/** Hours on some days of the week in a time zone. */
export interface Window {
  readonly days: readonly Day[];
  /** Minutes since midnight. Where `to` is not after `from`, it is on the day after. */
  readonly from: number;
  readonly to: number;
  /** A name of the IANA time zone database: `Europe/Berlin`. */
  readonly timeZone: string;
}

export const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const;
export type Day = (typeof DAYS)[number];

/** `staged`: through the stages. `paused`: nothing begins. `skip`: everything begins at once. */
export type RolloutMode = 'staged' | 'paused' | 'skip';

/** A definition that names a Rollout, and so goes through its stages. */
export interface StagedDefinition {
  readonly manifest: ManifestRef;
  /** Digest of it as written, which `approved` names. */
  readonly digest: string;
  /** Name of the Rollout. */
  readonly rollout: string;
  /** Why there is no schedule to go by, as a sentence with what to do; absent where there is one. */
  readonly unscheduled?: string;
  /** Undefined where there is none to go by: nothing begins then. */
  readonly schedule: Schedule | undefined;
  /** What the annotations on it and on its Rollout come to: paused before skip before staged. */
  readonly mode: RolloutMode;
  /** Which of the two documents says so, and is to be changed to end it: `Rollout/fleet`. Absent where it is staged. */
  readonly modeSaidBy?: string;
  /** By Environment's name, each once. */
  readonly members: readonly Member[];
}

/** One Environment of a definition. */
export interface Member {
  readonly environment: string;
  readonly target: Target;
  /** Index of its stage; undefined where no stage takes it. */
  readonly stage: number | undefined;
  /** Why it is not known what is wanted there, as its document, or that of its Environment, is wrong; absent where it is known. */
  readonly unfit?: string;
}
