import { CLOUD_MAP_AND_ECS_BY_HAND } from './by-hand-cloud-map-ecs.ts';
import { SCALING_BY_HAND } from './by-hand-scaling.ts';
import { IAM_LOGS_AND_EC2_BY_HAND } from './by-hand-iam-logs-ec2.ts';

/** What makes each of the drifts of the tables. */
export const BY_HAND = {
  ...IAM_LOGS_AND_EC2_BY_HAND,
  ...CLOUD_MAP_AND_ECS_BY_HAND,
  ...SCALING_BY_HAND,
} as const;
