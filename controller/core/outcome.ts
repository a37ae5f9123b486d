import type { FieldChange, ManifestRef, ResourceId } from './resource.ts';

/** What became of one step that changes AWS. `Failure` is how an error is told there: as it was thrown, or as people read it. */
export interface Outcome<Failure> {
  readonly id: ResourceId;
  readonly manifest: ManifestRef;
  readonly type: 'create' | 'update' | 'replace' | 'delete';
  /** What differed, and who had made it differ. */
  readonly changes: readonly FieldChange[];
  readonly changedBy: 'git' | 'aws';
  /** Why the step was planned, in words; empty where there is nothing to add. */
  readonly reason: string;
  /** A deletion that untags and leaves. */
  readonly releases: boolean;
  readonly result: 'done' | 'started' | 'failed';
  /** What AWS works on, for `started`. */
  readonly message?: string;
  readonly error?: Failure;
  /** For `started`: when to look again. */
  readonly checkAgainInMs?: number;
  /** ISO 8601. */
  readonly at: string;
}
