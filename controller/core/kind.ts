import type { KindFacts } from './facts.ts';
import type { Desired, FieldChange, Health, Observed, Outputs, ResourceId } from './resource.ts';

/**
 * Outputs of the resources that a resource needs. Undefined while the needed resource does not exist, is not
 * ours to use or was not seen; a model then leaves the fields that depend on it out of its diff.
 */
export type Needs = (id: ResourceId) => Outputs | undefined;

/** The pure half of a kind. Synchronous, deterministic, never mutates its input (law 1). */
export interface KindModel<Spec = unknown, State = unknown> {
  readonly facts: KindFacts;
  /** The resources whose outputs this one uses; it is created after them. */
  needs(desired: Desired<Spec>): readonly ResourceId[];
  /** What differs, with AWS's normalisations undone on both sides; empty right after a create or an update. */
  diff(desired: Desired<Spec>, observed: Observed<State>, needs: Needs): readonly FieldChange[];
  /**
   * True where an update makes a new object with new outputs (a task definition revision), so that
   * dependents change with it.
   */
  readonly updateChangesOutputs: boolean;
  /** Whether a change is mere tidying, which nothing that uses the resource has to wait for. Absent: none is. */
  isAside?(change: FieldChange): boolean;
  /** ARNs and ids of what it refers to in AWS: none of that goes before it has let go of it. */
  uses?(observed: Observed<State>): readonly string[];
  /** The changes by which it lets go of something that is to be made anew; empty where it cannot be without it. */
  letGo?(observed: Observed<State>, used: Observed): readonly FieldChange[];
  /** What deleting it removes besides itself, and why it must not be deleted, where something forbids it. */
  removal?(observed: Observed<State>): Removing;
  /** AWS cannot rename it, and another name is a replacement: made under the new name, then deleted under the old. */
  readonly renameReplaces?: true;
  /** What replacing it interrupts, for the plan; absent where a replacement interrupts nothing. */
  readonly replaceInterrupts?: string;
}

export interface Removing {
  readonly changes: readonly FieldChange[];
  /** Why only people can let it go. */
  readonly held?: string;
  /** What AWS has to end by itself before. */
  readonly waits?: string;
}

/** The health of a kind that has no health of its own. */
export const HEALTHY: Health = { status: 'Healthy', message: '' };
