import type { KindFacts } from './facts.ts';
import type { Findings, Needs } from './outputs.ts';
import type { Desired, FieldChange, Health, Observed, ResourceId, Upkeep } from './resource.ts';

/** The pure half of a kind. Synchronous, deterministic, never mutates its input (law 1). */
export interface KindModel<Spec = unknown, State = unknown> {
  readonly facts: KindFacts;
  /** The resources whose outputs this one uses, and which are created before it. */
  needs(desired: Desired<Spec>): readonly ResourceId[];
  /**
   * What all that is wanted of the kind comes to once it is seen what it needs: more where git leaves to AWS how many, fewer where several
   * are one thing in AWS. Absent: each stands for itself.
   */
  inAws?(desired: readonly Desired<Spec>[], needs: Needs): readonly Desired<Spec>[];
  /** What differs, with AWS's normalisations undone on both sides; empty right after a create or an update. */
  diff(desired: Desired<Spec>, observed: Observed<State>, needs: Needs): readonly FieldChange[];
  /**
   * True where an update makes a new object with new outputs (a task definition revision), so that
   * dependents change with it.
   */
  readonly updateChangesOutputs: boolean;
  /**
   * What it is made of by what its needs give: where that is not what it was last made of, a difference in it is git's. Absent where git
   * says all of it in the spec.
   */
  parts?(desired: Desired<Spec>, needs: Needs): unknown;
  /**
   * What git says, by the paths of differences, whatever else exists: what is equal from one commit to the next, git has not changed.
   * Absent: the spec has it so.
   */
  says?(desired: Desired<Spec>): object;
  /** The same as it was when the resource was last written, where AWS itself keeps that. */
  saidBefore?(observed: Observed<State>): object;
  /** Why it cannot be made as it is wanted with what its needs are, and the path at which it is to use that; absent where all that is there fits. */
  unfit?(desired: Desired<Spec>, needs: Needs): Unfit | undefined;
  /** What tasks that start from it need beside its own needs, and do not while they run. */
  startNeeds?(desired: Desired<Spec>): readonly ResourceId[];
  /** Whether a change at this path starts tasks anew, or makes what they are to be started from. Absent: none does. */
  startsTasks?(desired: Desired<Spec>, path: string): boolean;
  /** The path at which what it uses of another resource shows; absent where it never does. */
  takesUp?(desired: Desired<Spec>, need: ResourceId): string | undefined;
  /** What is to be put in order besides what differs. Absent: nothing ever is. */
  upkeep?(desired: Desired<Spec>, observed: Observed<State>, findings: Findings): readonly Upkeep[];
  /** ARNs and ids of what the resource refers to in AWS: nothing of that goes before the resource has let go of it. */
  uses?(observed: Observed<State>): readonly string[];
  /** The changes by which the resource lets go of `used`, which is to be made anew; empty where it cannot be without that. */
  letGo?(observed: Observed<State>, used: Observed): readonly FieldChange[];
  /** What deleting the resource removes besides itself, and why it must not be deleted, where something forbids that. */
  removal?(observed: Observed<State>): Removing;
  /** AWS cannot rename the resource, and another name is a replacement: it is made under the new name, then deleted under the old. */
  readonly renameReplaces?: true;
  /** AWS deletes the resource while others use it, and these take up what is made anew. */
  readonly replacedWhileUsed?: true;
  /**
   * What changes at these paths do to what runs, where they start it anew and something stops for that. Absent: an update stops nothing.
   */
  restart?(
    desired: Desired<Spec>,
    observed: Observed<State>,
    paths: readonly string[],
  ): RestartOutlook | undefined;
  /** What replacing the resource interrupts, as plans say it; absent where a replacement interrupts nothing. */
  readonly replaceInterrupts?: string;
}

/** What stops where an update starts tasks anew, as plans say it. */
export interface RestartOutlook {
  readonly says: string;
  /** Why it could never end, and what to do; absent where it can. */
  readonly cannot?: string;
}

export interface Unfit {
  readonly path: string;
  /** One line, with what to do. */
  readonly why: string;
}

export interface Removing {
  readonly upkeep: readonly Upkeep[];
  /** Why only people can let it go. */
  readonly held?: string;
  /** What has to end before. */
  readonly waits?: string;
  /** AWS ends what is waited for, without anybody doing anything. */
  readonly endsByItself?: true;
}

/** The health of a kind that has no health of its own. */
export const HEALTHY: Health = { status: 'Healthy', message: '' };
