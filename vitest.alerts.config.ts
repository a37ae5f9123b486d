import { defineConfig } from 'vitest/config';
import { everyRun } from './test/support/runs/every-run.ts';

/** The alerts, replayed by promtool over what a controller in trouble tells: `npm run test:alerts`. */
export default defineConfig({
  test: {
    ...everyRun('default'),
    include: ['test/alerts/**/*.test.ts'],
    maxWorkers: 2,
  },
});
