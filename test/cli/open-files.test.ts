import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const MAIN = join(import.meta.dirname, '..', '..', 'dist', 'controller', 'main.js');

/** What the program says on standard error, and how it ends, where it may hold so few files open. */
function runWithin(openFiles: number, ...args: readonly string[]) {
  const script = `ulimit -n ${openFiles}; exec "$@"`;
  return new Promise<{ readonly code: unknown; readonly stderr: string }>((resolve) => {
    execFile('bash', ['-c', script, 'bash', process.execPath, MAIN, ...args], (error, _stdout, stderr) =>
      resolve({ code: error?.code ?? 0, stderr }),
    );
  });
}

test('a limit of open files that is too low to start with is told in one line, with what to raise', async () => {
  const { code, stderr } = await runWithin(40, 'run', '--sandbox', '--path', 'manifests');
  expect(code).toBe(1);
  expect(stderr).toMatch(/^error: the system lets this program open no more files .*ulimit -n.*\n$/);
});
