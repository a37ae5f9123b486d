import { defineConfig } from 'vitest/config';
import { reportersFor } from './test/support/runs/reporters.ts';

/** Every command of the documents, typed: `npm run test:docs`. What the documents say is read by `npm test`. */
export default defineConfig({
  test: {
    include: ['test/stories/**/*.test.ts'],
    // Most of their time stories wait for the sandbox.
    maxConcurrency: 4,
    // Names the commands that are left out.
    ...reportersFor('verbose'),
  },
});
