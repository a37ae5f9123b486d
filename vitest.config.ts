import { defineConfig } from 'vitest/config';
import { reportersFor } from './test/support/runs/reporters.ts';

export default defineConfig({
  test: {
    // On two cores: the tests of the program mostly wait for it.
    maxWorkers: 3,
    // The SDK warns of Node 20, which is our floor, in every worker.
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
    // A busy machine is no failure.
    testTimeout: 240_000,
    hookTimeout: 240_000,
    ...reportersFor('default'),
    projects: [
      {
        extends: true,
        test: {
          name: 'in-process',
          include: ['test/**/*.test.ts'],
          exclude: ['moto', 'clients', 'chart', 'cli', 'image', 'previous', 'release', 'soak', 'stories'].map(
            (room) => `test/${room}/**`,
          ),
          // Loading the SDK anew for every file would take as long as all the tests.
          isolate: false,
        },
      },
      { extends: true, test: { name: 'cli', include: ['test/cli/**/*.test.ts'] } },
      // What is shipped: the packages, and what the Dockerfile says.
      {
        extends: true,
        test: { name: 'release', include: ['test/release/**/*.test.ts', 'test/image/dockerfile.test.ts'] },
      },
    ],
  },
});
