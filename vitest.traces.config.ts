import { defineConfig } from 'vitest/config';
import { everyRun } from './test/support/runs/every-run.ts';

/** Applications with the SDKs of X-Ray and of OpenTelemetry, and their traces in the sandbox of processes. */
export default defineConfig({
  test: {
    ...everyRun('default'),
    include: ['test/traces/**/*.test.ts'],
    globalSetup: 'test/support/applications/install.ts',
    // Each has a sandbox, its daemons and applications running; the minute of kills wants the machine for itself.
    fileParallelism: false,
  },
});
