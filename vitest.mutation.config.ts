import { defineConfig } from 'vitest/config';

/**
 * The tests that mutants of a folder are tried with: a room's own, as they alone say what it must do. Stryker runs them once for
 * every mutant, so that whole passes over many minutes of virtual time are left to `npm test`.
 */
const TESTS: readonly (readonly [room: string, tests: readonly string[]])[] = [
  ['controller/plan', ['test/plan/**/*.test.ts', 'test/kinds/compare.test.ts']],
  [
    'controller/reconcile',
    [
      'convergence',
      'disputes-memory',
      'failures-memory',
      'failures-pace',
      'look-again',
      'loop',
      'next-look',
      'observe',
      'patience',
      'retired-environments',
      'still-ours',
      'wanted',
      'adoption',
      'modes',
    ].map((name) => `test/reconcile/${name}.test.ts`),
  ],
  [
    'controller/kinds',
    ['test/kinds/*-model.test.ts', 'test/kinds/*-models.test.ts', 'test/kinds/compare.test.ts'],
  ],
];

const folder = process.env['MUTATED_FOLDER'] ?? '';
const tests = TESTS.find(([room]) => `${folder}/`.startsWith(`${room}/`))?.[1];
if (tests === undefined) throw new Error(`no tests are named here for mutants of "${folder}"`);

export default defineConfig({
  test: {
    include: [...tests],
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
    // Loading the SDK anew for every file would take as long as all the tests.
    isolate: false,
  },
});
