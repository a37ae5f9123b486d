/** One deployment of an ECS service (ECS API reference, ServiceDeploymentBrief). */
export interface DeploymentFact {
  /** Epoch milliseconds by AWS's clock. */
  readonly createdAt: number;
  /** Epoch milliseconds by AWS's clock; absent while it goes on. */
  readonly finishedAt?: number;
  /** `stopped` is none that succeeded, and none that ECS gave up: people, or a later one, ended it. */
  readonly state: 'inProgress' | 'succeeded' | 'failed' | 'stopped';
}

/** What the last deployment of a service has come to, as DescribeServices has it. */
export type LastDeployment = 'inProgress' | 'completed' | 'failed';
