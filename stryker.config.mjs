// Which folder is mutated says .ci/mutation; which tests try its mutants says vitest.mutation.config.ts.
const folder = process.env.MUTATED_FOLDER ?? 'controller';
const report = `reports/mutation/${folder.replaceAll('/', '-')}`;

export default {
  testRunner: 'vitest',
  vitest: { configFile: 'vitest.mutation.config.ts', related: false },
  // Of the kinds only their models: drivers are held by the sandbox and by moto, not by tables.
  mutate: [folder.startsWith('controller/kinds') ? `${folder}/**/model.ts` : `${folder}/**/*.ts`],
  coverageAnalysis: 'perTest',
  // What runs once, while a module loads, would be tried with all tests. Constants, tables of rules among them, are what passes of
  // the generated worlds are for; what a test reaches too is tried with that test.
  ignoreStatic: true,
  plugins: ['@stryker-mutator/vitest-runner', './.ci/mutation-sample.mjs'],
  ignorers: ['sample'],
  // On a busy machine a test that only takes long would pass for one that noticed.
  timeoutMS: 30_000,
  // Two cores. `--concurrency` says otherwise.
  concurrency: 2,
  // Stryker would rewrite it with TypeScript's API, which TypeScript 7 has no more; nothing in it leads out of the project.
  tsconfigFile: 'not-rewritten',
  disableTypeChecks: false,
  tempDirName: '.stryker-tmp',
  // For `--incremental`.
  incrementalFile: `${report}.incremental.json`,
  reporters: ['clear-text', 'progress-append-only', 'html', 'json'],
  clearTextReporter: { logTests: false, reportTests: false },
  jsonReporter: { fileName: `${report}.json` },
  htmlReporter: { fileName: `${report}.html` },
  thresholds: { high: 95, low: 85, break: 85 },
};
