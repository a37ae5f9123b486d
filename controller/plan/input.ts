import type { KindModel } from '../core/kind.ts';
import type { Desired, KindName } from '../core/resource.ts';
import type { SourceClaim } from '../core/sources.ts';
import type { Self } from '../core/self.ts';
import type { Gate } from './gate.ts';
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
