import { defineConfig } from 'vitest/config';
import { everyRun } from './test/support/runs/every-run.ts';

/** Terraform, the AWS CLI and boto3 against `stationkeeper sandbox`. */
export default defineConfig({
  test: {
    ...everyRun('default'),
    include: ['test/clients/**/*.test.ts'],
    // Most of their time clients wait.
    maxWorkers: 4,
  },
});
