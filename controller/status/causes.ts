import { groupBy } from '../core/order.ts';
import type { ObjectView } from './conditions.ts';
import { failureMessage, reasonOf } from './failure.ts';
import type { Failure } from './resource-view.ts';
import { displayId } from '../core/resource.ts';
import type { ResourceId } from '../core/resource.ts';
import type { StatusReport } from './schema.ts';

type Cause = NonNullable<StatusReport['causes']>[number];

/** An object, and the environment that it is of. */
export interface Case extends ObjectView {
  readonly environment: string;
}

/**
 * What is wrong with everything of an environment in the same way, such as expired credentials: it is one trouble, and is told once. Pure.
 */
export function causesOf(cases: readonly Case[]): Cause[] {
  const looked = cases.filter(({ reconcile, resources }) => reconcile !== 'disabled' && resources.length > 0);
  return [...groupBy(looked, ({ environment }) => environment)].flatMap(([environment, objects]) => {
    const [first, ...others] = objects.map(failuresOf);
    if (first === undefined || others.length === 0) return [];
    return [...first]
      .filter(([code]) => others.every((failures) => failures.has(code)))
      .map(([code, { id, failure }]) => ({
        reason: reasonOf(code),
        message: failureMessage(displayId(id), failure),
        environment,
        objects: objects.length,
      }));
  });
}

/** The first failure of each code. */
function failuresOf({ resources }: Case) {
  const found = new Map<string, { readonly id: ResourceId; readonly failure: Failure }>();
  for (const { step, failure } of resources) {
    if (failure !== undefined && !found.has(failure.code)) found.set(failure.code, { id: step.id, failure });
  }
  return found;
}
