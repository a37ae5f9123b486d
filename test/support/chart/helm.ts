import { readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { parseAllDocuments, stringify } from 'yaml';
import { scratchFolder } from '../programs/cli.ts';
import { runCommand } from '../programs/command.ts';
import type { Ended } from '../programs/command.ts';
import { writeFiles } from '../programs/folder.ts';
import type { KubernetesObject } from './objects.ts';

/** The chart, rendered by Helm as its users render it. */

export const CHART = join(import.meta.dirname, '..', '..', '..', 'charts', 'stationkeeper');

/** What `.ci/chart-tools` installs. */
export const CHART_TOOLS = join(
  process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'),
  'stationkeeper',
  'chart-tools',
);

const helm = await firstHelm3('helm', join(CHART_TOOLS, 'helm'));

/** Why the chart cannot be rendered here; undefined where it can. */
export const LACK_OF_HELM =
  helm === undefined ? 'Helm 3 is not on this machine; .ci/chart-tools installs it' : undefined;

async function firstHelm3(...programs: readonly string[]): Promise<string | undefined> {
  for (const program of programs) {
    const { stdout } = await runCommand(program, ['version', '--template', '{{.Version}}'], {
      env: process.env,
    }).catch(() => ({ stdout: '' }));
    if (stdout.startsWith('v3.')) return program;
  }
  return undefined;
}

/** The value files that come with the chart: `minimal`. */
export const VALUE_FILES = readdirSync(join(CHART, 'ci')).map((file) => file.replace(/-values\.yaml$/, ''));

/** One of VALUE_FILES, or what a value file says. */
export type Values = string | object;

/** The least that Chart.yaml takes, and the newest that there are schemas of. */
export const KUBERNETES_VERSIONS = ['v1.27.0', 'v1.37.0'] as const;
export type KubernetesVersion = (typeof KUBERNETES_VERSIONS)[number];

/** A source, for values that have none of their own. */
export const GIT_SOURCE = { source: { git: { url: 'https://github.com/example/daemons.git' } } };

interface Rendering {
  readonly release?: string;
  readonly kubernetes?: KubernetesVersion;
}

export const NAMESPACE = 'platform';

/** Runs `helm <command> … --values …` to its end; it sees no cluster and none of this machine's settings. */
export function runHelm(command: readonly string[], values: Values): Promise<Ended> {
  const file =
    typeof values === 'string'
      ? join(CHART, 'ci', `${values}-values.yaml`)
      : join(writeFiles(scratchFolder(), { 'values.yaml': stringify(values) }), 'values.yaml');
  return runCommand(helm ?? 'helm', [...command, CHART, '--values', file, '--namespace', NAMESPACE], {
    env: { PATH: process.env['PATH'], HOME: '/nonexistent', KUBECONFIG: '/nonexistent' },
  });
}

function template(values: Values, { release = 'keeper', kubernetes = 'v1.37.0' }: Rendering): Promise<Ended> {
  return runHelm(['template', release, '--kube-version', kubernetes], values);
}

/** The objects of `helm template`; fails where it does. */
export async function render(
  values: Values,
  rendering: Rendering = {},
): Promise<readonly KubernetesObject[]> {
  const { code, stdout, stderr } = await template(values, rendering);
  expect(code, `helm template\n${stderr}`).toBe(0);
  return parseAllDocuments(stdout).flatMap((document) => {
    expect(document.errors).toEqual([]);
    const object = document.toJS() as KubernetesObject | null;
    return object === null ? [] : [object];
  });
}

/** What `helm template` says of values that it refuses. */
export async function refusal(values: Values): Promise<string> {
  const { code, stderr } = await template(values, {});
  expect(code, 'these values were not refused').not.toBe(0);
  return stderr;
}
