import { defineConfig } from 'vitest/config';
import { reportersFor } from './test/support/runs/reporters.ts';

/** Generated worlds for as long as asked: `npm run soak`. */
export default defineConfig({
  test: {
    include: ['test/soak/**/*.test.ts'],
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
    testTimeout: 0,
    disableConsoleIntercept: true,
    ...reportersFor('default'),
  },
});
