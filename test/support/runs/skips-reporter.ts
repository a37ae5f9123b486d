import type {
  Reporter,
  TestCase,
  TestModule,
  TestRunEndReason,
  TestSpecification,
  Vitest,
} from 'vitest/node';
import { tellSkipped } from './skipped.ts';
import type { Skipped } from './skipped.ts';

/** Tells at the end of a run what was skipped and why; a run that skips without a reason fails. */
export class SkipsReporter implements Reporter {
  private vitest: Vitest | undefined;
  /** People asked for some tests by name or by line: the others need no reason. */
  private isFiltered = false;

  onInit(vitest: Vitest): void {
    this.vitest = vitest;
  }

  onTestRunStart(specifications: readonly TestSpecification[]): void {
    this.isFiltered =
      this.vitest?.getGlobalTestNamePattern() !== undefined ||
      specifications.some(({ testLines, testIds }) => testLines !== undefined || testIds !== undefined);
  }

  onTestRunEnd(
    modules: readonly TestModule[],
    _unhandledErrors: readonly unknown[],
    end: TestRunEndReason,
  ): void {
    const all = modules
      .flatMap((module) => [...module.children.allTests('skipped')])
      .filter((test) => !isLeftByFailure(test))
      .map((test): Skipped => ({ name: test.fullName, reason: reasonOf(test) }));
    const skipped =
      this.isFiltered || end === 'interrupted' ? all.filter(({ reason }) => reason !== undefined) : all;
    if (skipped.some(({ reason }) => reason === undefined)) process.exitCode = 1;
    const lines = tellSkipped(skipped);
    if (lines.length > 0) this.vitest?.logger.log(`\n${lines.join('\n')}\n`);
  }
}

function reasonOf(test: TestCase): string | undefined {
  const result = test.result();
  return (result.state === 'skipped' ? result.note : undefined) ?? test.meta().skipped;
}

/** What comes before the test has failed, which is told as the failure that it is. */
function isLeftByFailure(test: TestCase): boolean {
  for (let around = test.parent; ; around = around.parent) {
    if (around.errors().length > 0) return true;
    if (around.type === 'module') return false;
  }
}
