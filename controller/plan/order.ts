import type { KindName } from '../core/resource.ts';
import type { PlanInput } from './input.ts';

/** Where kinds stand in the order of creation; deletion goes the other way. */
export function rankIn({ models }: Pick<PlanInput, 'models'>): (kind: KindName) => number {
  const order = [...models.keys()];
  return (kind) => order.indexOf(kind);
}
