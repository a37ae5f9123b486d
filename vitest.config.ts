import { defineConfig } from 'vitest/config';
import { everyRun } from './test/support/runs/every-run.ts';

export default defineConfig({
  test: {
    ...everyRun('default'),
    // On two cores: the tests of the program mostly wait for it.
    maxWorkers: 3,
    projects: [
      {
        extends: true,
        test: {
          name: 'in-process',
          include: ['test/**/*.test.ts'],
          exclude: [
            'alerts',
            'moto',
            'clients',
            'chart',
            'cli',
            'image',
            'invariants',
            'previous',
            'release',
            'soak',
            'stories',
            'traces',
          ].map((room) => `test/${room}/**`),
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
