import type { KindModel } from '../core/kind.ts';
import type { Desired, KindName } from '../core/resource.ts';
import type { Target } from '../core/rollout/target.ts';
import type { SourceClaim } from '../core/sources.ts';
import type { Self } from '../core/self.ts';
import type { PruneRules } from './prune-rules.ts';
import type { Snapshot } from './snapshot.ts';

/** What a plan is made from. It stands below the rules, so that each of them can read it. */
export interface PlanInput {
  readonly owner: string;
  /** Absent: of resources nobody asks which source they belong to. */
  readonly source?: SourceClaim;
  /** Of the source, that wants it so; absent where it was never read. */
  readonly revision?: string;
  readonly desired: readonly Desired[];
  readonly snapshot: Snapshot;
  /** In the order in which the kinds are created. */
  readonly models: ReadonlyMap<KindName, KindModel>;
  /** `observe` plans everything and lets nothing be done. */
  readonly mode: 'enforce' | 'observe';
  /** Resources that failed and whose time has not come again, with the reason to show; by resource key. */
  readonly failed: ReadonlyMap<string, string>;
  /** Mutations that AWS is still working on, with what to say; by resource key. */
  readonly started: ReadonlyMap<string, string>;
  /** Fields that are left alone for now, by resource key. */
  readonly resting?: ReadonlyMap<string, Resting>;
  readonly prune: PruneRules;
  /** Gates of the objects that go through a Rollout, by manifest; absent: all that git changes is done. */
  readonly gates?: ReadonlyMap<string, Gate>;
  /** Where the controller itself runs, if on ECS: it never removes that. */
  readonly self?: Self;
}

/** Fields of a resource that are not corrected although they differ. */
export interface Resting {
  readonly paths: ReadonlySet<string>;
  readonly reason: string;
}

/** Whether what git has changed of an object may be done in an Environment now, as its Rollout says (contract section 6). */
export interface Gate {
  readonly target: Target;
  /** Why git's changes wait, for people; undefined where they go on. */
  readonly waits: string | undefined;
  /** Epoch milliseconds by AWS's clock: since when it has begun its target; of one that waits, the time of the pass. */
  readonly since: number;
  /** Its turn has just come: that is written down before anything is changed. */
  readonly begins?: true;
  /** Nothing of it is there yet: it is not gone, and is made when its turn comes. */
  readonly isNew: boolean;
  /** The resources that it wants, to be written down where it begins (core/rollout/record.ts). */
  readonly record: string;
}
