import { chmodSync, cpSync, mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import dockerignore from '@balena/dockerignore';
import { runCommand } from '../programs/command.ts';
import { ROOT, execForm, pairsOf, readDockerfile, stepsOf } from './dockerfile.ts';
import type { Stage, Step } from './dockerfile.ts';

/**
 * Makes the image without a container engine: the Dockerfile's own steps, each stage on an overlay over this machine's
 * root, which stands in for the base (with the Node that runs the tests). Two kinds of RUN are not run: Debian's packages
 * are this machine's, and the whole lockfile is installed in this checkout already.
 */

export interface Image {
  /** What its steps put over the base. */
  readonly folder: string;
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  readonly healthcheck: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Numeric, `user:group`. */
  readonly user: string;
  readonly workdir: string;
}

/** @param scratch an empty folder */
export async function buildImage(scratch: string): Promise<Image> {
  const stages = readDockerfile();
  const context = join(scratch, 'context');
  copyContext(context);
  const folder = join(scratch, 'image');
  const world = join(scratch, 'world');
  for (const made of [folder, world]) mkdirSync(made);
  const script = [
    'mount -t tmpfs tmpfs "$WORLD"',
    COPY_FUNCTION,
    ...stages.flatMap((stage, number) => stageScript(stage, String(number), stages)),
    `cp -a "$WORLD/${stages.length - 1}/upper/." "$FOLDER"`,
  ].join('\n');
  const environment = { WORLD: world, CONTEXT: context, FOLDER: folder, NODE: process.execPath, MODULES };
  const built = await runCommand('unshare', ['--mount', 'sh', '-euc', script], {
    // The packages were fetched a moment ago, by `npm ci` in this checkout.
    env: { ...process.env, npm_config_prefer_offline: 'true', ...environment },
    timeoutMs: 240_000,
  });
  if (built.code !== 0)
    throw new Error(`the build ended with ${built.code}\n${built.stdout}\n${built.stderr}`);
  const last = stages.at(-1)!;
  return {
    folder,
    entrypoint: execForm(only(last, 'ENTRYPOINT').text),
    command: execForm(only(last, 'CMD').text),
    healthcheck: execForm(only(last, 'HEALTHCHECK').text),
    environment: pairsOf(last, 'ENV'),
    user: only(last, 'USER').text,
    workdir: only(last, 'WORKDIR').text,
  };
}

const MODULES = join(ROOT, 'node_modules');
/** What an overlay over this machine lacks of a base: devices, processes, an empty /tmp, Node where the base has it. */
const AS_BASE = `
  mount --rbind /dev "$root/dev"
  mount -t proc proc "$root/proc"
  mount -t tmpfs tmpfs "$root/tmp"
  touch "$root/usr/local/bin/node"
  mount --bind "$NODE" "$root/usr/local/bin/node"`;
const COPY_FUNCTION = `
  copy() { # destination sources…
    destination=$1; shift
    mkdir -p "$destination"
    for source; do
      if [ -d "$source" ]; then source=$source/.; fi
      cp -a --no-preserve=ownership "$source" "$destination"
    done
  }`;

/** Names in the root of this checkout that .dockerignore lets through. */
export function contextFiles(): readonly string[] {
  const ignore = dockerignore.default().add(readFileSync(join(ROOT, '.dockerignore'), 'utf8'));
  return readdirSync(ROOT)
    .filter((name) => !ignore.ignores(name))
    .toSorted();
}

/** Copies the context as a checkout under a strict umask leaves it: what must be readable for other users, the Dockerfile makes so. */
function copyContext(context: string): void {
  mkdirSync(context);
  for (const name of contextFiles()) cpSync(join(ROOT, name), join(context, name), { recursive: true });
  for (const entry of readdirSync(context, { withFileTypes: true })) {
    if (entry.isFile()) chmodSync(join(context, entry.name), 0o600);
  }
}

function stageScript(stage: Stage, number: string, stages: readonly Stage[]): readonly string[] {
  return [
    `root="$WORLD/${number}/root"; upper="$WORLD/${number}/upper"`,
    `mkdir -p "$root" "$upper" "$WORLD/${number}/work"`,
    `mount -t overlay overlay -o "lowerdir=/,upperdir=$upper,workdir=$WORLD/${number}/work" "$root"`,
    AS_BASE,
    'workdir=/',
    ...stage.steps.map((step) => stepScript(step, stages)),
  ];
}

function stepScript(step: Step, stages: readonly Stage[]): string {
  switch (step.keyword) {
    case 'WORKDIR':
      return `workdir=${step.text}; mkdir -p "$root$workdir"`;
    case 'ENV':
      return Object.entries(step.pairs)
        .map(([name, value]) => `export ${name}='${value}'`)
        .join('\n');
    case 'COPY':
      return copyScript(step, stages);
    case 'RUN':
      return runScript(step);
    default:
      return '';
  }
}

function copyScript({ words, flags }: Step, stages: readonly Stage[]): string {
  const from = stages.findIndex(({ name }) => name !== undefined && name === flags['from']);
  const origin = flags['from'] === undefined ? '$CONTEXT/' : `$WORLD/${from}/root`;
  const sources = words.slice(0, -1);
  const destination = `$root$workdir/${words.at(-1)!.replace(/^\.\//, '')}`;
  const copy = `copy "${destination}" ${sources.map((source) => `"${origin}${source}"`).join(' ')}`;
  const mode = flags['chmod'];
  return mode === undefined ? copy : `${copy}\n(cd "${destination}" && chmod ${mode} ${sources.join(' ')})`;
}

function runScript({ text }: Step): string {
  if (text.startsWith('apt-get ')) return '';
  if (/^npm ci (?!.*--omit)[^&]*$/.test(text)) {
    return 'mkdir "$root$workdir/node_modules"; mount --bind "$MODULES" "$root$workdir/node_modules"';
  }
  return `chroot "$root" env --chdir="$workdir" sh -euc '${text.replaceAll("'", String.raw`'\''`)}'`;
}

function only(stage: Stage, keyword: string): Step {
  const [step, ...more] = stepsOf(stage, keyword);
  if (step === undefined || more.length > 0) throw new Error(`the image has not exactly one ${keyword}`);
  return step;
}
