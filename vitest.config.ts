import { defineConfig } from 'vitest/config';

/** Where `.ci/run` wants the counts; nowhere otherwise. */
const report = process.env['STATIONKEEPER_TEST_REPORT'];

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/moto/**'],
    maxWorkers: 2,
    // The SDK warns of Node 20, which is our floor, in every worker.
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
    testTimeout: 20_000,
    hookTimeout: 30_000,
    reporters: report === undefined ? ['default'] : ['default', ['json', { outputFile: report }]],
  },
});
