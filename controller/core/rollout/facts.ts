import type { DeploymentFact, LastDeployment } from './deployment.ts';
import type { Target } from './target.ts';

export type { DeploymentFact } from './deployment.ts';

/** A target that an Environment has begun, by the tag on what was made for it (`held.ts`). */
export interface Held extends Target {
  /** Epoch milliseconds by AWS's clock: when the tag was written. */
  readonly since: number;
  /** Git's change did not touch the Environment, so that nobody let it begin: it approves nothing. */
  readonly isUntouched?: true;
}

/** What one Environment holds of a definition, as anybody may read it again: of this alone a rollout is decided. */
export interface MemberFacts {
  readonly environment: string;
  /** It has not been looked at yet: neither good nor bad is known of it, and nothing else here counts. */
  readonly isPending?: true;
  /** Why nothing is done there whatever git says: `stationkeeper.dev/reconcile: observe`; absent where something is. */
  readonly leftAlone?: string;
  /** Why it cannot be read now; of one that cannot, nothing else counts. */
  readonly unread?: string;
  /** Whether anything of the definition is ours there. */
  readonly isThere: boolean;
  /** Absent where nothing there says which target it has begun. */
  readonly held?: Held;
  /** A step that git made and that is left, as people read it: `update service/xray: taskDefinition`; absent where none is. */
  readonly stepOfGit?: string;
  /** Why it is ill, of what is Degraded there; absent where nothing is. */
  readonly degraded?: string;
  /** Its service is not there. */
  readonly isMissing: boolean;
  /** The last deployment of its service as DescribeServices has it; absent where there is none, or ECS does not tell. */
  readonly lastDeployment?: LastDeployment;
  /** Those since the tag was written, oldest first; ECS may list fewer than there were. */
  readonly deployments: readonly DeploymentFact[];
}

/** What one Environment holds of all definitions that go through a Rollout, by manifest. */
export type FactsByManifest = ReadonlyMap<string, MemberFacts>;
