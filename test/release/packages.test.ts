import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCommand } from '../support/programs/command.ts';
import { readLockfile } from '../support/image/lockfile.ts';

/** What we build on, and under which terms. */

interface PackageJson {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly overrides: Readonly<Record<string, string>>;
}

const ROOT = join(import.meta.dirname, '..', '..');
const ours = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as PackageJson;
const lockfile = readLockfile();
const shipped = lockfile.filter(({ dev }) => !dev);

/** Terms that ask for nothing but keeping their text, which the image does. Another one is a decision to be made. */
const LICENSES = new Set(['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT']);

test('every package that we name is pinned, and locked at that version', () => {
  const named = { ...ours.dependencies, ...ours.devDependencies, ...ours.overrides };
  const locked = Object.keys(named).map((name) => [
    name,
    lockfile.find(({ folder }) => folder === `node_modules/${name}`)?.version,
  ]);

  expect(locked.length).toBeGreaterThan(20);
  expect(Object.values(named).filter((version) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
  expect(Object.fromEntries(locked)).toEqual(named);
});

test('every locked package is known by its hash, and comes from whichever registry npm is set up for', () => {
  expect(lockfile.length).toBeGreaterThan(100);
  expect(lockfile.filter(({ integrity }) => !/^sha512-[\w+/]{86}==$/.test(integrity ?? ''))).toEqual([]);
  expect(lockfile.filter(({ resolved }) => resolved !== undefined)).toEqual([]);
});

test('what is shipped is under permissive licences', () => {
  expect(shipped.length).toBeGreaterThan(50);
  expect(shipped.filter(({ license }) => !LICENSES.has(license ?? 'none'))).toEqual([]);
});

test('no package wants to run a script when it is installed', () => {
  expect(lockfile.filter(({ hasInstallScript }) => hasInstallScript)).toEqual([]);
});

test('the runtime grows by no package unnoticed', () => {
  // Over half of them are the AWS SDK's own. More is a decision: raise the number with the reason in the commit.
  expect(shipped.length).toBeLessThanOrEqual(124);
});

test('what npm packs is the program and its examples, without what develops it', async () => {
  const packed = await runCommand('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: ROOT,
    env: process.env,
  });
  const files = packedFiles(packed.stdout);

  expect(files).toEqual(
    expect.arrayContaining([
      'dist/controller/main.js',
      'dist/sandbox/sandbox.js',
      'examples/applications/django/todo/settings.py',
      'examples/otel-collector/collector.yaml',
      'manifests/xray.yaml',
    ]),
  );
  const besides = files.filter(
    (path) =>
      !/^(?:dist\/(?:controller|sandbox)\/[\w/-]+\.js|manifests\/[\w-]+\.yaml|examples\/(?:README\.md|(?:[\w-]+\/)+[\w-]+\.\w+))$/.test(
        path,
      ),
  );
  expect(besides.toSorted()).toEqual(['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json']);
});

/** npm 10 answers with a list of packages, npm 11 with an object of them. */
function packedFiles(json: string): readonly string[] {
  const packages = JSON.parse(json) as object;
  const [only] = Object.values(packages) as { files: { path: string }[] }[];
  return only!.files.map(({ path }) => path);
}
