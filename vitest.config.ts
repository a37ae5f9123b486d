import { defineConfig } from 'vitest/config';

/** Where `.ci/run` wants the counts; nowhere otherwise. */
const report = process.env['STATIONKEEPER_TEST_REPORT'];

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/moto/**'],
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 30_000,
    reporters: report === undefined ? ['default'] : ['default', ['json', { outputFile: report }]],
  },
});
