import { copyFileSync, cpSync, existsSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import { beforeAll, expect } from 'vitest';
import { scratchFolder } from './cli.ts';
import type { ClientStack } from './clients.ts';
import { canRun } from './command.ts';

/** The provider waits 10 s before it first looks at a cluster, and whenever it changes one. */
export const TERRAFORM_MS = 300_000;

/** What `terraform plan -detailed-exitcode` ends with. */
export const NO_CHANGES = 0;
export const CHANGES = 2;

const plugins = [
  process.env['STATIONKEEPER_TF_PLUGIN_DIR'],
  '/opt/tf-plugins',
  join(homedir(), '.terraform.d', 'plugins'),
  '/usr/local/share/terraform/plugins',
].find(
  (folder) => folder !== undefined && existsSync(join(folder, 'registry.terraform.io', 'hashicorp', 'aws')),
);

/** Why it cannot be run here; undefined where it can. */
export async function lackOfTerraform(): Promise<string | undefined> {
  if (!(await canRun('terraform', 'version'))) return 'terraform is not on this machine';
  if (plugins === undefined) {
    return 'the provider is not on this machine; STATIONKEEPER_TF_PLUGIN_DIR names the folder that has it';
  }
  return undefined;
}

/** Terraform in a folder of its own. */
export interface Terraform {
  readonly folder: string;
  /** Any command; what it prints. Fails unless it ends with 0. */
  readonly run: (...args: readonly string[]) => Promise<string>;
  readonly apply: (...args: readonly string[]) => Promise<string>;
  /** Fails unless it ends with `expected`. */
  readonly plan: (expected: number, ...args: readonly string[]) => Promise<string>;
  readonly destroy: (...args: readonly string[]) => Promise<string>;
  /**
   * Forgets the resources of the output `import_ids`, address → id, and has the next apply import them. Returns how many these are.
   */
  readonly forget: () => Promise<number>;
}

/**
 * A Terraform with one configuration file, and beside it the folders whose modules it takes, initialized before the tests; call it where
 * hooks are declared.
 */
export function useTerraform(
  client: ClientStack,
  configuration: string,
  ...modules: readonly string[]
): Terraform {
  let folder = '';

  async function endsWith(expected: number, ...args: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await client.run('terraform', args, {
      cwd: folder,
      timeoutMs: TERRAFORM_MS,
      env: { CHECKPOINT_DISABLE: '1', TF_IN_AUTOMATION: '1', TF_INPUT: '0', TF_CLI_ARGS: '-no-color' },
    });
    expect(code, `terraform ${args.join(' ')}\n${stdout}${stderr}`).toBe(expected);
    return stdout;
  }

  beforeAll(async () => {
    folder = scratchFolder();
    copyFileSync(configuration, join(folder, basename(configuration)));
    for (const each of modules) cpSync(each, join(folder, basename(each)), { recursive: true });
    await endsWith(0, 'init', `-plugin-dir=${plugins}`);
  });

  return {
    get folder() {
      return folder;
    },
    run: (...args) => endsWith(0, ...args),
    apply: (...args) => endsWith(0, 'apply', '-auto-approve', ...args),
    plan: (expected, ...args) => endsWith(expected, 'plan', '-detailed-exitcode', ...args),
    destroy: (...args) => endsWith(0, 'destroy', '-auto-approve', ...args),
    async forget() {
      const ids = JSON.parse(await endsWith(0, 'output', '-json', 'import_ids')) as Record<string, string>;
      await endsWith(0, 'state', 'rm', ...Object.keys(ids));
      const blocks = Object.entries(ids).map(([to, id]) => `import {\n  to = ${to}\n  id = "${id}"\n}\n`);
      writeFileSync(join(folder, 'imports.tf'), blocks.join('\n'));
      return blocks.length;
    },
  };
}
