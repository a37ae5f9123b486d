import type { Observed } from '../core/resource.ts';
import type { PlanInput } from './input.ts';
import { seenOf } from './snapshot.ts';

/** When a resource was made: what AWS does not tell the age of (a security group) is as young as the youngest of its manifest. */
export function createdAtOf(item: Observed, { snapshot }: Pick<PlanInput, 'snapshot'>): number | undefined {
  if (item.createdAt !== undefined || item.manifest === undefined) return item.createdAt;
  const ages = seenOf(snapshot, item.id.environment, item.manifest).flatMap(
    ({ createdAt }) => createdAt ?? [],
  );
  return ages.length === 0 ? undefined : Math.max(...ages);
}
