import { createHash } from 'node:crypto';
import type { CallContext } from '../call.ts';
import { uuidOf } from '../ecs/ids.ts';
import { partitionOf } from '../partition.ts';

/** The key that AWS keeps for ECR in an account and Region: ARN. */
export function awsKeyArn({ accountId, region }: Pick<CallContext, 'accountId' | 'region'>): string {
  const id = uuidOf(createHash('sha256').update(`${accountId}/${region}/aws/ecr`).digest('hex'));
  return `arn:${partitionOf(region)}:kms:${region}:${accountId}:key/${id}`;
}
