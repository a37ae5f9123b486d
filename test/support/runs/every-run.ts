import type { ViteUserConfig } from 'vitest/config';
import { SkipsReporter } from './skips-reporter.ts';

/** A busy machine is no failure: what hangs ends here, and what is slow does not. */
const MOST_MS = 240_000;

/** What every command that runs tests has in common. */
export function everyRun(people: 'default' | 'verbose'): ViteUserConfig['test'] {
  // For people, with what is skipped and why, and the counts where `.ci/run` wants them.
  const report = process.env['STATIONKEEPER_TEST_REPORT'];
  const told = [people, new SkipsReporter()];
  return {
    reporters: report === undefined ? told : [...told, ['json', { outputFile: report }]],
    testTimeout: MOST_MS,
    hookTimeout: MOST_MS,
    // The SDK warns of Node 20, which is our floor, in every worker.
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
  };
}
