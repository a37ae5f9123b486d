import type { AutoScalingGroupProvider, CapacityProviderUpdateStatus } from '@aws-sdk/client-ecs';

export interface ClusterAttachment {
  readonly id: string;
  status: 'PRECREATED' | 'CREATED' | 'DELETING';
}

/** A capacity provider of one's own: an Auto Scaling group. */
export interface CapacityProviderRecord {
  readonly arn: string;
  readonly name: string;
  status: 'ACTIVE' | 'INACTIVE';
  /** Of the last change; undefined where there was none. */
  updateStatus: CapacityProviderUpdateStatus | undefined;
  /** With every default in place. */
  group: AutoScalingGroupProvider;
  readonly tags: Map<string, string>;
}
