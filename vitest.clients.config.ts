import { defineConfig } from 'vitest/config';
import { reportersFor } from './test/support/runs/reporters.ts';

/** Terraform, the AWS CLI and boto3 against `stationkeeper sandbox`. */
export default defineConfig({
  test: {
    include: ['test/clients/**/*.test.ts'],
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
    // Most of their time clients wait.
    maxWorkers: 4,
    ...reportersFor('default'),
  },
});
