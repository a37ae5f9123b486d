import { manifestKey } from '../core/resource.ts';
import type { Observed } from '../core/resource.ts';
import type { PlanInput } from './input.ts';

/** When a resource was made: what AWS does not tell the age of (a security group) is as young as the youngest of its manifest. */
export function createdAtOf(item: Observed, { snapshot }: Pick<PlanInput, 'snapshot'>): number | undefined {
  if (item.createdAt !== undefined || item.manifest === undefined) return item.createdAt;
  const manifest = manifestKey(item.manifest);
  const ages = [...snapshot.items.values()].flatMap((other) =>
    other.id.environment === item.id.environment &&
    other.manifest !== undefined &&
    manifestKey(other.manifest) === manifest
      ? (other.createdAt ?? [])
      : [],
  );
  return ages.length === 0 ? undefined : Math.max(...ages);
}
