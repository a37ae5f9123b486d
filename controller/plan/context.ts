import type { KindModel, Needs } from '../core/kind.ts';
import { ownerOf } from '../core/ownership.ts';
import { resourceKey } from '../core/resource.ts';
import type { KindName } from '../core/resource.ts';
import { claimIn } from './claim.ts';
import type { PlanInput } from './input.ts';
import type { SelfProtection } from './self.ts';
import { whyUnseen } from './snapshot.ts';
import type { Step } from './step.ts';

/** What a step is planned in: the input, and what was planned before. */
export interface PlanContext extends PlanInput {
  /** Steps of the resources that come before; what a resource needs always does. */
  readonly planned: ReadonlyMap<string, Step>;
  /** Keys of all desired resources. */
  readonly wanted: ReadonlySet<string>;
  /** Keys of what is used and never changed. */
  readonly external: ReadonlySet<string>;
  readonly protection: SelfProtection;
}

export function modelOf({ models }: Pick<PlanInput, 'models'>, kind: KindName): KindModel {
  const model = models.get(kind);
  if (model === undefined) throw new Error(`no model for the kind ${kind}`);
  return model;
}

/** Outputs of what exists and is ours, or declared external; what belongs to others is never built upon. */
export function needsOf(context: PlanContext, environment: string): Needs {
  const claim = claimIn(environment, context);
  return (id) => {
    const key = resourceKey(id);
    const observed = context.snapshot.items.get(key);
    if (observed === undefined || whyUnseen(context.snapshot, id) !== undefined) return undefined;
    return context.external.has(key) || ownerOf(claim, observed.tags) === 'us' ? observed.outputs : undefined;
  };
}
