import { partition } from '@aws-sdk/core/client';

/** The SDK tries patterns, and every call and every ARN asks: what it knows is remembered, which are a few dozen Regions. */
const known = new Map<string, ReturnType<typeof partition>>();

function lookedUp(region: string): ReturnType<typeof partition> {
  const found = known.get(region) ?? partition(region);
  if ('description' in found) known.set(region, found);
  return found;
}

/** `aws`, `aws-cn`, `aws-eusc` …: the partition of a Region's ARNs, by the SDK's own data. */
export function partitionOf(region: string): string {
  return lookedUp(region).name;
}

/** What the names of a Region's hosts end with: `amazonaws.com`. */
export function hostSuffixOf(region: string): string {
  return lookedUp(region).dnsSuffix;
}

/** Whether there is such a Region, as far as the SDK knows. */
export function isRegion(region: string): boolean {
  return 'description' in lookedUp(region);
}
