import { defineConfig } from 'vitest/config';
import { everyRun } from './test/support/runs/every-run.ts';

/** What the version that landed before this one applied, this one plans as empty: `npm run test:previous`. */
export default defineConfig({
  test: {
    ...everyRun('default'),
    include: ['test/previous/**/*.test.ts'],
    maxConcurrency: 2,
  },
});
