import { defineConfig } from 'vitest/config';
import { everyRun } from './test/support/runs/every-run.ts';

/** Generated worlds, the crashes in them, and the planted errors that they have to notice: `npm run test:worlds`. */
export default defineConfig({
  test: {
    ...everyRun('default'),
    include: ['test/invariants/**/*.test.ts'],
    // Loading the SDK anew for every file takes a while.
    isolate: false,
  },
});
