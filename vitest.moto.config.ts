import { defineConfig } from 'vitest/config';
import { reportersFor } from './vitest.config.ts';

/** The conformance suite: the same program against an AWS that nobody here wrote. */
export default defineConfig({
  test: {
    include: ['test/moto/**/*.test.ts'],
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
    fileParallelism: false,
    // Names what is skipped, and why.
    ...reportersFor('verbose'),
  },
});
