import { defineConfig } from 'vitest/config';
import { everyRun } from './test/support/runs/every-run.ts';

/** An AWS that nobody here wrote: the same program against it, and the same statements about AWS. */
export default defineConfig({
  test: {
    ...everyRun('default'),
    include: ['test/moto/**/*.test.ts', 'test/conformance/**/*.test.ts'],
    globalSetup: 'test/support/aws/moto/for-all.ts',
    fileParallelism: false,
  },
});
