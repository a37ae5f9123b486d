import type { TestOptions } from 'vitest';
import { groupBy } from '../../../controller/core/order.ts';

declare module 'vitest' {
  interface TaskMeta {
    /** Why this machine, or this AWS, leaves the test out. */
    skipped?: string;
  }
}

/**
 * Options of a test, or of a suite, that cannot be run for this reason, which is told at the end of the run; undefined where it can.
 * What only a running test finds out it says itself: `skip(condition, reason)` of its context.
 */
export function skippedFor(reason: string | undefined): TestOptions {
  return reason === undefined ? {} : { skip: true, meta: { skipped: reason } };
}

/** A test that was not run, and why; undefined where nobody said. */
export interface Skipped {
  readonly name: string;
  readonly reason: string | undefined;
}

const NAMED = 3;

/** Lines for people: reason by reason, the most frequent first, and last what has none. */
export function tellSkipped(skipped: readonly Skipped[]): readonly string[] {
  const said = skipped.filter(({ reason }) => reason !== undefined);
  const unsaid = skipped.filter(({ reason }) => reason === undefined);
  const byReason = [...groupBy(said, ({ reason = '' }) => reason)].toSorted(
    ([, a], [, b]) => b.length - a.length,
  );
  return [
    ...(said.length === 0 ? [] : [`${said.length} skipped:`]),
    ...byReason.map(([reason, tests]) => `  ${reason}: ${counted(tests)}`),
    ...(unsaid.length === 0
      ? []
      : [
          `${unsaid.length} skipped without a reason, which fails the run: ${counted(unsaid)}`,
          '  Give one: skippedFor(reason) of test/support/runs/skipped.ts as the options of the test or the suite, or skip(reason)',
          '  inside the test. If another test has .only, take that away.',
        ]),
  ];
}

function counted(tests: readonly Skipped[]): string {
  const names = tests.slice(0, NAMED).map(({ name }) => name);
  const more = tests.length - names.length;
  const all = more === 0 ? names : [...names, `and ${more} more`];
  return `${tests.length} ${tests.length === 1 ? 'test' : 'tests'} (${all.join('; ')})`;
}
