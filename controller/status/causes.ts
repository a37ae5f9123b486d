import { reasonOf } from '../core/errors.ts';
import { groupBy } from '../core/order.ts';
import type { ObjectView } from './conditions.ts';
import { failureText } from './failure.ts';
import type { Failure } from './resource-view.ts';
import type { StatusReport } from './schema.ts';

type Cause = NonNullable<StatusReport['causes']>[number];

/** An object, and the environment that it is of. */
export interface Case extends ObjectView {
  readonly environment: string;
}

/**
 * What is wrong with several objects of an environment in the same way, such as expired credentials: it is one trouble, and is told once,
 * what concerns the most objects first. Pure.
 */
export function causesOf(cases: readonly Case[]): Cause[] {
  const looked = cases.filter(({ reconcile, resources }) => reconcile !== 'disabled' && resources.length > 0);
  return [...groupBy(looked, ({ environment }) => environment)].flatMap(([environment, objects]) => {
    const failures = groupBy(objects.flatMap(failuresOf), keyOf);
    return [...failures.values()]
      .filter((same) => same.length > 1)
      .toSorted((a, b) => b.length - a.length)
      .flatMap((same) => {
        const [first] = same;
        if (first === undefined) return [];
        const { code } = first;
        return [{ reason: reasonOf(code), message: failureText(first), environment, objects: same.length }];
      });
  });
}

/** The first failure of each sort. */
function failuresOf({ resources }: Case): readonly Failure[] {
  const found = new Map<string, Failure>();
  for (const { failure } of resources) {
    if (failure !== undefined && !found.has(keyOf(failure))) found.set(keyOf(failure), failure);
  }
  return [...found.values()];
}

function keyOf({ code, operation = '' }: Failure): string {
  return `${code} ${operation}`;
}
