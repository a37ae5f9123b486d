import { defineConfig } from 'vitest/config';
import { reportersFor } from './test/support/runs/reporters.ts';

/** An AWS that nobody here wrote: the same program against it, and the same statements about AWS. */
export default defineConfig({
  test: {
    include: ['test/moto/**/*.test.ts', 'test/conformance/**/*.test.ts'],
    globalSetup: 'test/support/aws/moto/for-all.ts',
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
    fileParallelism: false,
    // The first calls of a service load all of it.
    testTimeout: 20_000,
    ...reportersFor('default'),
  },
});
