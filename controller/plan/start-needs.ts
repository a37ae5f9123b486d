import { displayId, resourceKey } from '../core/resource.ts';
import type { Desired, FieldChange } from '../core/resource.ts';
import { modelOf } from './context.ts';
import type { PlanContext } from './context.ts';
import { intentOf } from './step.ts';

/** What tasks need that start from a resource and is known not to be there, with what helps; undefined where nothing is. */
export function lackingToStart(desired: Desired, context: PlanContext): string | undefined {
  for (const id of modelOf(context, desired.id.kind).startNeeds?.(desired) ?? []) {
    const step = context.planned.get(resourceKey(id));
    if (step?.type === 'hold' && step.why === 'missing') return `${displayId(id)}: ${step.reason}`;
  }
  return undefined;
}

/** A step that there would be to take for something that git wants. */
interface Starting {
  readonly type: 'create' | 'update' | 'replace' | 'let-go';
  readonly desired: Desired;
  /** Upkeep among them, as it is listed. */
  readonly changes: readonly FieldChange[];
}

/**
 * Why tasks could not start that a step would start: by themselves, or from what it needs, as long as that stays as it is. What is to change
 * says so itself, and what runs from it before goes on.
 */
export function whyUnstartable(
  { type, desired, changes }: Starting,
  context: PlanContext,
): string | undefined {
  const model = modelOf(context, desired.id.kind);
  const isStarting =
    type === 'create' || type === 'replace' || changes.some(({ path }) => model.startsTasks?.(desired, path));
  if (model.startsTasks === undefined || !isStarting) return undefined;
  const startedFrom = model
    .needs(desired)
    .map((id) => context.planned.get(resourceKey(id)))
    .flatMap((step) =>
      step !== undefined && intentOf(step) === 'none' && 'desired' in step && step.desired !== undefined
        ? [step.desired]
        : [],
    );
  for (const one of [desired, ...startedFrom]) {
    const lacking = lackingToStart(one, context);
    if (lacking !== undefined) return lacking;
  }
  return undefined;
}
