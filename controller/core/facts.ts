import type { Calls, ResourceType } from './authorization.ts';
import type { NameRules } from './name-rules.ts';
import type { Paths } from './paths.ts';
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
  /** What may be its name; absent where none is ever made. */
  readonly naming?: NameRules;
  /** What its service refuses as a tag beside what every service refuses. */
  readonly tagging?: TagRules;
  /** Resources of the kind belong to the account, whose Regions share them. */
  readonly isGlobal?: true;
  /**
   * The kinds that it may stand on, beside what those stand on: of one manifest, none of them goes before it. Absent, which is the careful
   * answer: every kind that is made before it.
   */
  readonly builtOn?: readonly KindName[];
  /** The kinds whose outputs and findings its driver reads with, beside the environment; they are read before. */
  readonly readAfter?: readonly KindName[];
  /** The kinds whose findings its driver and its model may ask for. */
  readonly learnsFrom?: readonly KindName[];
  /** What helps where one that is used does not exist, as no manifest can declare it; absent: one can. */
  readonly whereAbsent?: string;
  /**
   * Only tasks that start need it: one that is not there, or that cannot be looked at, hinders nothing but that tasks are started anew, and
   * what would start them says so.
   */
  readonly neededToStart?: true;
  /** The manifests that are about it; absent: it serves what they are about. */
  readonly mainOf?: ManifestKind;
  /** What is to be known of a kind that runs tasks; absent: the kind runs none. */
  readonly workload?: Workload;
  /**
   * A resource of the kind is retained unless its manifest says of it alone that it goes; so it speaks for nothing else of its manifest.
   */
  readonly retainedByDefault?: true;
  /** Whether the controller's own task runs as the resource, from it or in it. */
  isOwn?(observed: Observed, task: OwnTask): boolean;
  /** Says, in a tag, which revision of the source changed it last. */
  readonly tellsRevision?: true;
  /** Tags that a resource of the kind carries beside those of every kind. */
  tags?(desired: Desired): Tags;
  /** The paths that differences in it can have, beside `tags`; absent where it is not compared. */
  readonly paths?: Paths;
  /** As what IAM knows the kind; absent where no resource of it is ever made. */
  readonly resourceType?: ResourceType;
  /**
   * The AWS operations that the kind is read and changed by, and what each takes in IAM: all that this program may do. Sources: AWS's
   * Service Authorization Reference, which a test compares it with, and what is named where it says more.
   */
  readonly calls: Calls;
  /** AWS's error codes for a refusal that ends once something else in AWS has ended, so that it is waited out. */
  readonly waitCodes?: readonly string[];
  /** As what the tagging API lists the kind, where the inventory is asked for it: `ecs:cluster`, or a whole service. */
  readonly inventoryType?: string;
  /** The number of resources from which on `observe-many` is a use of the kind. */
  readonly listedFrom?: number;
}

/** How a service's rules for tags are narrower than those of all. */
export interface TagRules {
  /** Most characters of a key, where that is less than 128. */
  readonly mostInKey?: number;
  /** Keys that differ in case alone are one key. */
  readonly ignoresCase?: true;
  /** No value may start with `aws:` either. */
  readonly reservesValues?: true;
}

/**
 * A kind that runs tasks, maybe the controller's own. It goes only when the workload that takes its place is well, and no second one is
 * started beside the one that the controller runs as.
 */
export interface Workload {
  /** Whether a change ends its tasks for good. */
  stops(change: FieldChange): boolean;
}
