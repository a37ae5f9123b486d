import { defineConfig } from 'vitest/config';
import { reportersFor } from './test/support/runs/reporters.ts';

/** What Helm makes of the chart, and what the program makes of that. */
export default defineConfig({
  test: {
    include: ['test/chart/**/*.test.ts'],
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
    maxWorkers: 2,
    ...reportersFor('default'),
  },
});
