import { defineConfig } from 'vitest/config';
import { everyRun } from './test/support/runs/every-run.ts';

/** What Helm makes of the chart, and what the program makes of that. */
export default defineConfig({
  test: {
    ...everyRun('default'),
    include: ['test/chart/**/*.test.ts'],
    maxWorkers: 2,
  },
});
