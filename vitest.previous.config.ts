import { defineConfig } from 'vitest/config';
import { reportersFor } from './test/support/runs/reporters.ts';

/** What the version that landed before this one applied, this one plans as empty: `npm run test:previous`. */
export default defineConfig({
  test: {
    include: ['test/previous/**/*.test.ts'],
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
    maxConcurrency: 2,
    ...reportersFor('default'),
  },
});
