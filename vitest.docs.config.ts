import { defineConfig } from 'vitest/config';
import { everyRun } from './test/support/runs/every-run.ts';

/** Every command of the documents, typed: `npm run test:docs`. What the documents say is read by `npm test`. */
export default defineConfig({
  test: {
    // Names the commands that are left out.
    ...everyRun('verbose'),
    include: ['test/stories/**/*.test.ts'],
    globalSetup: 'test/support/applications/install.ts',
    // Most of their time stories wait for the sandbox.
    maxConcurrency: 4,
  },
});
