import type { Origin } from './origin.ts';
import type {
  Absent,
  Desired,
  ManifestRef,
  Observed,
  Owner,
  ResourceId,
  Tags,
  Work,
} from '../core/resource.ts';

/**
 * Why nothing is done although something could be:
 * `unseen`: AWS could not be read, so nothing is known (law 2);
 * `missing`: an external resource does not exist or is not as it has to be for what uses it, or `adopt` found nothing to adopt;
 * `not-ours`: it exists without our tag, or with another's;
 * `waiting`: something it needs is missing or about to change (law 3);
 * `policy`: an annotation or mode forbids it (`reconcile`, `allow-replace`, `prune`, observe mode, frozen pruning), or only people
 * can let it go on (a revision that was rolled back, instances of others in what is to be deleted);
 * `budget`: more deletions than the prune budget allows, not confirmed;
 * `failed`: it was tried and failed; tried again later, or Stalled;
 * `rollout`: git changed it, and its Environment has not begun what its Rollout takes through the stages.
 */
export type HoldWhy =
  | 'unseen'
  | 'missing'
  | 'not-ours'
  | 'waiting'
  | 'policy'
  | 'budget'
  | 'failed'
  | 'rollout';

/** What a hold holds back; `none` where the resource is as wanted or nothing is known. */
export type Intent = 'create' | 'update' | 'replace' | 'delete' | 'none';

/** A step says what differs, also on a keep (ignored drift) and a hold; tag differences have paths `tags.<key>`. */
interface StepBase extends Work {
  readonly id: ResourceId;
  readonly manifest: ManifestRef;
  /** One line for people; empty for a plain keep. */
  readonly reason: string;
  /** Whom it belongs to; `nobody` where it does not exist. */
  readonly owner: Owner;
  /**
   * Where the changes come from: `git`, directly or through what it needs (Changed), or `aws`, where somebody changed what we
   * applied (Drifted).
   */
  readonly changedBy: Origin;
}

export interface CreateStep extends StepBase {
  readonly type: 'create';
  readonly desired: Desired;
  readonly tags: Tags;
}
export interface UpdateStep extends StepBase {
  readonly type: 'update';
  readonly desired: Desired;
  readonly observed: Observed;
  readonly tags: Tags;
  /** It exists without an owner and the manifest's adoption policy takes it over. */
  readonly adopts: boolean;
}
export interface ReplaceStep extends StepBase {
  readonly type: 'replace';
  readonly desired: Desired;
  readonly observed: Observed;
  readonly tags: Tags;
}
export interface DeleteStep extends StepBase {
  readonly type: 'delete';
  readonly observed: Observed;
  /** Untag and leave, instead of deleting. */
  readonly release: boolean;
  /** The tags that a release leaves on it. */
  readonly leaves: Tags;
}
export interface KeepStep extends StepBase {
  readonly type: 'keep';
  /** Why tasks could not be started from it, if there were to be any; absent where nothing is known to be in their way. */
  readonly couldNotStart?: string;
  /** Undefined for what we own and no manifest names, but may not remove. */
  readonly desired?: Desired;
  readonly observed: Observed;
}
/** Why a step is not taken now, although there is something to do. */
export interface Obstacle {
  readonly why: HoldWhy;
  readonly reason: string;
  /** AWS ends it, without anybody doing anything; absent where another step of the plan, or people, have to. */
  readonly endsByItself?: true;
  /** What it is called where people look for it, as a condition's reason; absent where `why` says all. */
  readonly called?: 'RolloutCannotProceed' | 'RolloutWaiting' | Absent['called'];
}
export interface HoldStep extends StepBase, Obstacle {
  readonly type: 'hold';
  readonly intent: Intent;
  /** It hinders nothing but that tasks start anew, and what would start them says so. */
  readonly neededToStart?: true;
  /** The source that it belongs to, where it is held for that. */
  readonly otherSource?: string;
  /** Where the intent is to delete: it is untagged and left instead. */
  readonly release?: boolean;
  readonly desired?: Desired;
  readonly observed?: Observed;
}

/** Every desired or owned resource appears in a plan as exactly one step (law 1). */
export type Step = CreateStep | UpdateStep | ReplaceStep | DeleteStep | KeepStep | HoldStep;

export interface Plan {
  /** In order of creation; deletions last, in reverse order. */
  readonly steps: readonly Step[];
  /** Digest of what the plan would change; of the deletions alone where the prune budget holds any. What `confirm` names. */
  readonly hash: string;
  readonly summary: PlanSummary;
}

/**
 * Counts as the summary line shows them, each step once but for what is left to other sources: what is held under `hold`, unless it only waits for another step of
 * the same plan, which is counted as what it will then be.
 */
export interface PlanSummary {
  readonly create: number;
  readonly update: number;
  readonly replace: number;
  readonly delete: number;
  /** Untagged and left, instead of deleted. */
  readonly release: number;
  readonly keep: number;
  readonly hold: number;
}

/** What a step does, or will do once it is no longer held. */
export function intentOf(step: Step): Intent {
  if (step.type === 'hold') return step.intent;
  return step.type === 'keep' ? 'none' : step.type;
}

/** Whether a step holds what another source has and this one does not want, which concerns nobody here. */
export function isLeftToOther(step: Step): boolean {
  return step.type === 'hold' && step.otherSource !== undefined && step.desired === undefined;
}

/** Whether it lets something of ours go without deleting it, or will. */
export function isRelease(step: Step): boolean {
  return (step.type === 'delete' || step.type === 'hold') && step.release === true;
}
