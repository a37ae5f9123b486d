import type { Target } from './schedule.ts';

/** A target that an Environment has begun, by the tag on what was made for it (`held.ts`). */
export interface Held extends Target {
  /** Epoch milliseconds by AWS's clock: when the tag was written. */
  readonly since: number;
}

/** One deployment of an ECS service (ECS API reference, ServiceDeploymentBrief). */
export interface DeploymentFact {
  /** Epoch milliseconds by AWS's clock. */
  readonly createdAt: number;
  /** Epoch milliseconds by AWS's clock; absent while it goes on. */
  readonly finishedAt?: number;
  /** `stopped` is none that succeeded, and none that ECS gave up: people, or a later one, ended it. */
  readonly state: 'inProgress' | 'succeeded' | 'failed' | 'stopped';
}

/** What one Environment holds of a definition, as anybody may read it again: of this alone a rollout is decided. */
export interface MemberFacts {
  readonly environment: string;
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
  readonly lastDeployment?: 'inProgress' | 'completed' | 'failed';
  /** Those since the tag was written, oldest first; ECS may list fewer than there were. */
  readonly deployments: readonly DeploymentFact[];
}
