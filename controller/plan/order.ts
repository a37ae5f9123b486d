import type { KindName } from '../core/resource.ts';
import type { PlanInput } from './input.ts';

const ranks = new WeakMap<PlanInput['models'], ReadonlyMap<KindName, number>>();

/** Where kinds stand in the order of creation; deletion goes the other way. */
export function rankIn({ models }: Pick<PlanInput, 'models'>): (kind: KindName) => number {
  const rank = ranks.get(models) ?? new Map([...models.keys()].map((kind, index) => [kind, index]));
  ranks.set(models, rank);
  return (kind) => rank.get(kind) ?? -1;
}

/** Whether what is of one kind may stand on what is of another, directly or by what it stands on. */
export function standsOnIn(input: Pick<PlanInput, 'models'>): (kind: KindName, other: KindName) => boolean {
  const rank = rankIn(input);
  const standsOn = (kind: KindName, other: KindName): boolean => {
    // What is made later carries nothing that was there before, which is also why this comes to an end.
    if (rank(kind) <= rank(other)) return false;
    const under = input.models.get(kind)?.facts.builtOn;
    return under === undefined || under.includes(other) || under.some((each) => standsOn(each, other));
  };
  return standsOn;
}
