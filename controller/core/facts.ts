import type { Calls, ResourceType } from './authorization.ts';
import type { Giving } from './reference.ts';
import type { Desired, FieldChange, KindName, ManifestKind, Observed, Tags } from './resource.ts';
import type { OwnTask } from './self.ts';

/**
 * What is known of a kind beside its model and its driver, `kinds/<kind>/facts.ts`: data, and small pure functions. Whoever needs
 * to know something of a kind asks here, and so names none. `Outputs` is what it gives to those that use it, `Findings` what its
 * driver finds out for other kinds.
 */
export interface KindFacts<out Outputs = unknown, out Findings = unknown> extends Giving<Outputs, Findings> {
  /** `log-group`, as in `log-group/xray`. */
  readonly name: KindName;
  /** The kind that its names are unique in, which is what `scope` of its ids names; absent: account and region. */
  readonly scope?: KindName;
  /** It belongs to the account, whose regions share it. */
  readonly isGlobal?: true;
  /** Whose outputs its driver reads it with, beside the environment's. */
  readonly readAfter?: readonly KindName[];
  /** Whose drivers' findings it makes use of. */
  readonly learnsFrom?: readonly KindName[];
  /** The manifests that are about it; absent: it serves what they are about. */
  readonly mainOf?: ManifestKind;
  /** What runs tasks; absent: none run as it. */
  readonly workload?: Workload;
  /** It is retained unless its manifest says of it alone that it goes; so it speaks for nothing else of its manifest. */
  readonly retainedByDefault?: true;
  /** Whether the controller's own task runs as it, from it or in it. */
  isOwn?(observed: Observed, task: OwnTask): boolean;
  /** Tags that it carries beside those of every kind. */
  tags?(desired: Desired): Tags;
  /** As what IAM knows it; absent where none is ever made. */
  readonly resourceType?: ResourceType;
  /**
   * The AWS operations that it is read and changed by, and what each takes in IAM: all that this program may do. Sources: AWS's
   * Service Authorization Reference, which a test compares it with, and what is named where it says more.
   */
  readonly calls: Calls;
  /** AWS's error codes for what ends once something else in AWS has, so that it is waited for. */
  readonly waitCodes?: readonly string[];
  /** As what the tagging API lists it, where the inventory is asked for it: `ecs:cluster`, or a whole service. */
  readonly inventoryType?: string;
  /** From so many on, `observe-many` is a use of it. */
  readonly listedFrom?: number;
}

/**
 * A kind that runs tasks, maybe the controller's own. It goes only when the workload that takes its place is well, and no second one is
 * started beside the one that the controller runs as.
 */
export interface Workload {
  /** Whether a change ends its tasks for good. */
  stops(change: FieldChange): boolean;
}
