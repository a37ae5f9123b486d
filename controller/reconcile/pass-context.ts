import type { AwsClock, Clock } from '../core/ports.ts';
import type { Self } from '../core/self.ts';
import type { PruneBudget } from '../plan/prune-rules.ts';
import type { Source } from '../source/source.ts';
import type { ProgressListener } from './apply.ts';
import type { Environments } from './environments.ts';
import type { Approvals } from './memory/approvals.ts';
import type { Failures } from './memory/failures.ts';
import type { FilesReader } from './wanted.ts';

/** What passes need from the world around them. */
export interface PassContext {
  readonly source: Source;
  /** Understands what the source holds. */
  readonly readFiles: FilesReader;
  readonly environments: Environments;
  readonly failures: Failures;
  readonly clock: Clock;
  readonly awsClock: AwsClock;
  readonly owner: string;
  /** Ids of sources whose resources are taken for this one's. */
  readonly takesOver?: readonly string[];
  readonly mode: 'enforce' | 'observe';
  /** `these` looks at what the manifests name only, and removes nothing. */
  readonly scope: 'these' | 'all-owned';
  readonly pruneBudget: PruneBudget;
  /** Stages of Rollouts that somebody approved through the API; absent where nobody can. */
  readonly approvals?: Approvals;
  /** Attempts of AWS calls so far, of all environments. */
  readonly requestCount: () => number;
  /** As what it runs on ECS itself, if there; asked once a pass. Absent: nowhere. */
  readonly self?: () => Promise<Self | undefined>;
}

export interface PassRequest {
  /** AWS is read and the plan returned; nothing is changed. */
  readonly dryRun: boolean;
  /** Deletions confirmed by the hash of the plan that named them, by resource key. */
  readonly confirmed: ReadonlySet<string>;
  readonly signal: AbortSignal;
  readonly listener?: ProgressListener;
  /**
   * How long an environment is waited for; undefined: until it has come to its end. What takes longer goes on by itself,
   * is shown as it was last seen, and its outcomes are those of the pass in which it ends.
   */
  readonly patienceMs?: number;
}
