import { defineConfig } from 'vitest/config';
import { everyRun } from './test/support/runs/every-run.ts';

/** A death at every call of all: `npm run soak -- --crashes`. */
export default defineConfig({
  test: {
    ...everyRun('default'),
    include: ['test/soak/**/*.test.ts'],
    testTimeout: 0,
    disableConsoleIntercept: true,
  },
});
