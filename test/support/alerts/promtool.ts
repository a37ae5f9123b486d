import { join } from 'node:path';
import { stringify } from 'yaml';
import { scratchFolder } from '../programs/cli.ts';
import { canRun, runCommand } from '../programs/command.ts';
import { writeFiles } from '../programs/folder.ts';

/** Why alerts cannot be tried here; undefined where they can. */
export const LACK_OF_PROMTOOL = (await canRun('promtool', '--version'))
  ? undefined
  : 'promtool is not on this machine; it comes with Prometheus';

const env = { PATH: process.env['PATH'] };

/** What promtool says of a rule file, a failure included. */
export async function checkRules(file: string): Promise<string> {
  const { stdout, stderr } = await runCommand('promtool', ['check', 'rules', '--lint-fatal', file], { env });
  return stdout + stderr;
}

/** What promtool finds wrong with a metrics text; empty where there is nothing. */
export async function checkMetrics(text: string): Promise<string> {
  const folder = writeFiles(scratchFolder(), { 'metrics.txt': text });
  const { stdout, stderr } = await runCommand(
    'sh',
    ['-c', 'promtool check metrics < "$1"', 'sh', join(folder, 'metrics.txt')],
    { env },
  );
  return stdout + stderr;
}

/** Tests of `promtool test rules`. Answers what fails; empty where none does. */
export async function testRules(rules: string, tests: readonly object[]): Promise<string> {
  const file = { rule_files: [rules], evaluation_interval: '30s', tests };
  const folder = writeFiles(scratchFolder(), { 'tests.yaml': stringify(file, { lineWidth: 0 }) });
  const { code, stdout, stderr } = await runCommand(
    'promtool',
    ['test', 'rules', join(folder, 'tests.yaml')],
    { env },
  );
  return code === 0 ? '' : `${stdout}${stderr}`;
}
