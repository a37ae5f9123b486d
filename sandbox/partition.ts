import { partition } from '@aws-sdk/core/client';

/** `aws`, `aws-cn`, `aws-eusc` …: the partition of a Region's ARNs, by the SDK's own data. */
export function partitionOf(region: string): string {
  return partition(region).name;
}

/** What the names of a Region's hosts end with: `amazonaws.com`. */
export function hostSuffixOf(region: string): string {
  return partition(region).dnsSuffix;
}

/** Whether there is such a Region, as far as the SDK knows. */
export function isRegion(region: string): boolean {
  return 'description' in partition(region);
}
