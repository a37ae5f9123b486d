import type { KindModel } from '../core/kind.ts';
import { findingsFrom, needsFrom } from '../core/outputs.ts';
import type { Findings, Needs } from '../core/outputs.ts';
import { ownerOf, revisionTag } from '../core/ownership.ts';
import { resourceKey } from '../core/resource.ts';
import type { Desired, KindName, Observed, ResourceId, Tags } from '../core/resource.ts';
import type { Belonging } from './belonging.ts';
import { claimIn } from './claim.ts';
import type { PlanInput } from './input.ts';
import type { SelfProtection } from './self.ts';
import { whyUnseen } from './snapshot.ts';
import type { Step } from './step.ts';

/** What a step is planned in: the input, and what was planned before. */
export interface PlanContext extends PlanInput {
  /** Steps of the resources that come before this one, among them all that it needs. */
  readonly planned: ReadonlyMap<string, Step>;
  /** What waits with the change that it belongs to, by resource key. */
  readonly belongings: ReadonlyMap<string, Belonging>;
  /** Keys of all desired resources. */
  readonly wanted: ReadonlySet<string>;
  /** Keys of what is used and never changed. */
  readonly external: ReadonlySet<string>;
  readonly protection: SelfProtection;
}

/** The model of a kind; a kind without one is a fault in the program and throws. */
export function modelOf({ models }: Pick<PlanInput, 'models'>, kind: KindName): KindModel {
  const model = models.get(kind);
  if (model === undefined) throw new Error(`no model for the kind ${kind}`);
  return model;
}

/** The outputs that models may build on in an environment. */
export function needsOf(context: PlanContext, environment: string): Needs {
  return needsFrom(usableIn(context, environment));
}

/** What a resource is made of, by what its needs give now. */
export function partsOf(desired: Desired, context: PlanContext): unknown {
  const { environment, kind } = desired.id;
  return modelOf(context, kind).parts?.(desired, needsOf(context, environment));
}

/** The tag that says which revision wants it so, on what tells that. */
export function revisionTold({ id }: Desired, context: PlanContext): Tags {
  return modelOf(context, id.kind).facts.tellsRevision === true ? revisionTag(context.revision) : {};
}

/** The findings that the model of a resource may ask for. */
export function findingsOf(context: PlanContext, { environment, kind }: ResourceId): Findings {
  return findingsFrom(usableIn(context, environment), modelOf(context, kind).facts);
}

/** What exists and is ours, or declared external; what belongs to others is never built upon. */
function usableIn(context: PlanContext, environment: string): (id: ResourceId) => Observed | undefined {
  const claim = claimIn(environment, context);
  return (id) => {
    const key = resourceKey(id);
    const observed = context.snapshot.items.get(key);
    if (observed === undefined || whyUnseen(context.snapshot, id) !== undefined) return undefined;
    const isUsable = context.external.has(key) || ownerOf(claim, observed.tags) === 'us';
    return isUsable ? observed : undefined;
  };
}
