import type { Held } from './facts.ts';
import type { RolloutMode, StagedDefinition } from './schedule.ts';

/** Where one Environment is on a definition's way through its Rollout. */
export type Turn = {
  readonly environment: string;
  /** Index of its stage; undefined where no stage takes it. */
  readonly stage: number | undefined;
  /** Whether it holds the target, so that what git changed there goes on. */
  readonly hasBegun: boolean;
  /** The target that it has begun, be it this one or a former one; absent where nothing there says any. */
  readonly held?: Held;
  /** One sentence for people, with numbers, as a waiting object shows it: `stage 2 of 3 waits for canary: 3 of 4 done, soaks until 14:05`. */
  readonly says: string;
} & (
  | { readonly state: 'done' }
  /** Done; watched until then, in epoch milliseconds. */
  | { readonly state: 'soaking'; readonly until: number }
  /** Begun and not done; fails at `deadline`. */
  | { readonly state: 'progressing'; readonly deadline: number }
  /** It may begin now. */
  | { readonly state: 'begins' }
  | { readonly state: 'waiting' }
  | { readonly state: 'failed'; readonly why: string }
);

export type TurnState = Turn['state'];

/** One stage as it stands. */
export interface StageCourse {
  readonly name: string;
  /** Environments of the definition in it. */
  readonly size: number;
  readonly counts: Readonly<Record<TurnState, number>>;
  /** Whether its Environments may begin, as far as the stages before it go. */
  readonly isOpen: boolean;
  readonly approval: 'notNeeded' | 'given' | 'needed';
  /** How many may be under way at once. */
  readonly slots: number;
}

/** How a definition stands on its way, as a function of facts and time alone. */
export interface Course {
  readonly definition: StagedDefinition;
  readonly mode: RolloutMode;
  /** By Environment's name. */
  readonly turns: ReadonlyMap<string, Turn>;
  readonly stages: readonly StageCourse[];
  /**
   * `done`: everywhere. `progressing`: something is under way, may begin, or ends by itself. `approval`: a stage waits for somebody.
   * `paused`: an annotation holds it. `window`: nothing but a window is waited for. `failed`: a stage has more failures than it may.
   */
  readonly condition: 'done' | 'progressing' | 'approval' | 'window' | 'paused' | 'failed';
  /** One sentence for people: what it does or waits for, or the first cause of its failure, and what to do. */
  readonly says: string;
  /** Epoch milliseconds: when time alone changes a decision; absent where it does not. */
  readonly nextAt?: number;
}

/** A stage that somebody approved through the API, for as long as the process lives. */
export interface Approval {
  readonly rollout: string;
  readonly stage: string;
  /** Of the definition. */
  readonly digest: string;
}
