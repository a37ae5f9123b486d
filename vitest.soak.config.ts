import { defineConfig } from 'vitest/config';
import { everyRun } from './test/support/runs/every-run.ts';

/** Generated worlds for as long as asked: `npm run soak`. */
export default defineConfig({
  test: {
    ...everyRun('default'),
    include: ['test/soak/**/*.test.ts'],
    testTimeout: 0,
    disableConsoleIntercept: true,
  },
});
