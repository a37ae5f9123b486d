import { readFileSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { scratchFolder } from '../support/programs/cli.ts';
import { runCommand } from '../support/programs/command.ts';
import type { Ended } from '../support/programs/command.ts';
import { writeFiles } from '../support/programs/folder.ts';
import { tellSkipped } from '../support/runs/skipped.ts';

/** No test is skipped without a word. */

const ROOT = join(import.meta.dirname, '..', '..');
const RUNS = join(ROOT, 'test', 'support', 'runs');
const NO_SSHD = 'sshd is not on this machine';

/** A run of its own, with the reporters that all have. */
function runOf(tests: string, args: readonly string[] = []): Promise<Ended> {
  const folder = writeFiles(scratchFolder(), {
    'vitest.config.ts': [
      `import { everyRun } from '${RUNS}/every-run.ts';`,
      "export default { test: { ...everyRun('default') } };",
    ].join('\n'),
    'any.test.ts': [
      "import { beforeAll, describe, test } from 'vitest';",
      `import { skippedFor } from '${RUNS}/skipped.ts';`,
      tests,
    ].join('\n'),
  });
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  const vitest = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs');
  const env = { ...process.env, NO_COLOR: '1', STATIONKEEPER_TEST_REPORT: undefined, VITEST: undefined };
  return runCommand(process.execPath, [vitest, 'run', ...args], { cwd: folder, env });
}

describe('a run', { concurrent: true }, () => {
  test('tells at its end what it skipped and why, a suite by its own reason', async ({ expect }) => {
    const { code, stdout } = await runOf(`
      describe('ssh', skippedFor('${NO_SSHD}'), () => {
        test('reads', () => {});
        describe('with a key', () => test('writes', () => {}));
      });
      test('moves', ({ skip }) => skip(true, 'moto runs no tasks'));
      test('stays', skippedFor(undefined), () => {});
    `);
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: expect.stringContaining(
        [
          '3 skipped:',
          `  ${NO_SSHD}: 2 tests (ssh > reads; ssh > with a key > writes)`,
          '  moto runs no tasks: 1 test (moves)',
        ].join('\n'),
      ),
    });
    expect(stdout).toContain('1 passed');
  });

  test('fails where a test is skipped without a reason, which no test is that could not be prepared', async ({
    expect,
  }) => {
    const { code, stdout } = await runOf(`
      test.skip('reads', () => {});
      describe('ssh', () => {
        beforeAll(() => { throw new Error('no port'); });
        test('writes', () => {});
      });
    `);
    expect({ code, stdout }).toEqual({
      code: 1,
      stdout: expect.stringContaining('1 skipped without a reason, which fails the run: 1 test (reads)'),
    });
    expect(stdout).toContain('skippedFor(reason)');
  });

  test('that was asked for one test by its name says nothing of the others', async ({ expect }) => {
    const { code, stdout } = await runOf("test('reads', () => {}); test('writes', () => {});", [
      '-t',
      'reads',
    ]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.not.stringContaining('without a reason') });
  });
});

test('what is skipped is told by reason, the most frequent first, with the first names', () => {
  const skipped = [
    { name: 'a', reason: 'moto takes it' },
    ...['b', 'c', 'd', 'e', 'f'].map((name) => ({ name, reason: NO_SSHD })),
  ];
  expect(tellSkipped(skipped)).toEqual([
    '6 skipped:',
    `  ${NO_SSHD}: 5 tests (b; c; d; and 2 more)`,
    '  moto takes it: 1 test (a)',
  ]);
  expect(tellSkipped([])).toEqual([]);
});

test('no test is skipped in a way that takes no reason, also where this machine runs it', () => {
  const files = readdirSync(join(ROOT, 'test'), { recursive: true, encoding: 'utf8' });
  const wrong = files
    .filter((file) => file.endsWith('.ts') && file !== join('architecture', 'skips.test.ts'))
    .filter((file) => /\.(skipIf|runIf|skip|todo)\b\(/.test(readFileSync(join(ROOT, 'test', file), 'utf8')));
  expect(wrong).toEqual([]);
});

test('every command that runs tests has the same reporters', () => {
  const configurations = readdirSync(ROOT).filter((file) => /^vitest\..*config\.ts$/.test(file));
  const without = configurations.filter(
    (file) => !readFileSync(join(ROOT, file), 'utf8').includes('...everyRun('),
  );
  // Stryker has its own, and runs some tests of each file only.
  expect(without).toEqual(['vitest.mutation.config.ts']);
});
