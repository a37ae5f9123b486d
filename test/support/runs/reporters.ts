import type { ViteUserConfig } from 'vitest/config';
import { SkipsReporter } from './skips-reporter.ts';

/** For people, with what is skipped and why, and the counts where `.ci/run` wants them. */
export function reportersFor(people: 'default' | 'verbose'): ViteUserConfig['test'] {
  const report = process.env['STATIONKEEPER_TEST_REPORT'];
  const told = [people, new SkipsReporter()];
  return { reporters: report === undefined ? told : [...told, ['json', { outputFile: report }]] };
}
