import { resourceKey } from '../core/resource.ts';
import type { Observed } from '../core/resource.ts';
import type { PlanInput } from './input.ts';

/** Whether one of these ARNs and ids is the resource's. */
export function refersTo(references: readonly string[], { arn, outputs }: Observed): boolean {
  return references.some((reference) => reference === arn || reference === outputs['id']);
}

/** What refers to a resource in AWS, as far as it was seen. */
export function usersIn(input: PlanInput, used: Observed): readonly Observed[] {
  const { items, byReference } = referencesIn(input);
  const key = resourceKey(used.id);
  const places = [used.arn, used.outputs['id']].flatMap((reference) =>
    typeof reference === 'string' ? (byReference.get(reference) ?? []) : [],
  );
  return [...new Set(places)]
    .toSorted((a, b) => a - b)
    .map((place) => items[place]!)
    .filter(({ id }) => id.environment === used.id.environment && resourceKey(id) !== key);
}

/** What was seen, and which of it refers to an ARN or id, by place. */
interface References extends Pick<PlanInput, 'models'> {
  readonly items: readonly Observed[];
  readonly byReference: ReadonlyMap<string, readonly number[]>;
}

/** Of all that goes it is asked who uses it: looking through everything each time would take the square of that. */
const references = new WeakMap<PlanInput['snapshot']['items'], References>();

function referencesIn({ snapshot, models }: PlanInput): References {
  const known = references.get(snapshot.items);
  if (known?.models === models) return known;
  const items = [...snapshot.items.values()];
  const byReference = new Map<string, number[]>();
  for (const [place, item] of items.entries()) {
    for (const reference of models.get(item.id.kind)?.uses?.(item) ?? []) {
      const places = byReference.get(reference);
      if (places === undefined) byReference.set(reference, [place]);
      else places.push(place);
    }
  }
  const found = { models, items, byReference };
  references.set(snapshot.items, found);
  return found;
}
