import { partition } from '@aws-sdk/core/client';

/** AWS's partitions and Regions, by the SDK's own data: where its endpoints lie is where calls go. */

/** `aws`, `aws-cn`, `aws-eusc` …: the partition of a Region, and of the ARNs there. One that nobody knows is taken for one of `aws`. */
export function partitionOf(region: string): string {
  return partition(region).name;
}

/** Whether the SDK of this version knows the Region; newer ones may know more. */
export function isKnownRegion(region: string): boolean {
  return 'description' in partition(region);
}
