import { defineConfig } from 'vitest/config';
import { BaseSequencer } from 'vitest/node';
import type { TestSpecification } from 'vitest/node';

/**
 * The tests that mutants of a folder are tried with, in this order, until one notices: a room's own, as they alone say what it must
 * do. Stryker runs them for every mutant, so that the controller against the sandbox is left to `npm test`.
 */
const TESTS: readonly (readonly [room: string, tests: readonly string[]])[] = [
  ['controller/plan', ['test/plan/*.test.ts', 'test/kinds/compare.test.ts']],
  [
    'controller/reconcile',
    [
      'bookkeeping',
      'former-places',
      'head',
      'kind-reads',
      'removals-memory',
      'convergence',
      'disputes-memory',
      'failures-memory',
      'environment-runtimes',
      'failures-pace',
      'look-again',
      'loop',
      'next-look',
      'observe',
      'pass',
      'patience',
      'rehearse',
      'retired-environments',
      'still-ours',
      'wanted',
    ].map((name) => `test/reconcile/${name}.test.ts`),
  ],
  ['controller/kinds', ['test/kinds/*-model.test.ts', 'test/kinds/*-models.test.ts']],
];

const folder = process.env['MUTATED_FOLDER'] ?? '';
const tests = TESTS.find(([room]) => `${folder}/`.startsWith(`${room}/`))?.[1];
if (tests === undefined) throw new Error(`no tests are named here for mutants of "${folder}"`);

class AsListed extends BaseSequencer {
  override sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number =>
      tests!.findIndex((test) => moduleId.endsWith(test));
    return Promise.resolve(files.toSorted((a, b) => rank(a) - rank(b)));
  }
}

export default defineConfig({
  test: {
    include: [...tests],
    sequence: { sequencer: AsListed },
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
    // A busy machine notices nothing.
    testTimeout: 60_000,
    // Loading the SDK anew for every file would take as long as all the tests.
    isolate: false,
  },
});
