import { resourceKey } from '../core/resource.ts';
import type { Observed } from '../core/resource.ts';
import type { PlanInput } from './input.ts';

/** Whether one of these ARNs and ids is the resource's. */
export function refersTo(references: readonly string[], { arn, outputs }: Observed): boolean {
  return references.some((reference) => reference === arn || reference === outputs['id']);
}

/** What refers to a resource in AWS, as far as it was seen. */
export function usersIn({ snapshot, models }: PlanInput, used: Observed): readonly Observed[] {
  const key = resourceKey(used.id);
  return [...snapshot.items.values()].filter(
    (item) =>
      item.id.environment === used.id.environment &&
      resourceKey(item.id) !== key &&
      refersTo(models.get(item.id.kind)?.uses?.(item) ?? [], used),
  );
}
