import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { cluster, daemonService, yamlOf } from '../support/manifests/documents.ts';
import { exportFrom } from '../support/world/export.ts';
import { createWorld, stepsOf } from '../support/world/world.ts';
import type { World } from '../support/world/world.ts';

const CONFIG = 'receivers:\n  otlp: {}\nexporters:\n  - debug: "{{ x }}"\n';
const PASSWORDS = 'exporters:\n  password: hunter2-or-so\n';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stationkeeper-export-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A daemon with these variables, applied. */
async function applied(environment: Readonly<Record<string, string>>): Promise<World> {
  const daemon = daemonService({
    containers: [{ name: 'main', image: 'example.org/daemon:1', environment: { ...environment } }],
  });
  const world = createWorld({ files: { 'all.yaml': yamlOf(cluster(), daemon) } });
  await world.settle();
  return world;
}

function read(file: string): string {
  return readFileSync(join(folder, file), 'utf8');
}

it('an exported variable of several lines stands in a file, and what was exported plans as nothing', async () => {
  const world = await applied({ CONFIG, LEVEL: 'info', ONE_LINE: 'a\n' });
  const { code, out } = await exportFrom(world, { out: folder });
  expect(code).toBe(0);
  expect(out).toContain(`written ${join(folder, 'xray.main.CONFIG')}: DaemonService/xray\n`);
  expect(readdirSync(folder).toSorted()).toEqual(['environment.yaml', 'xray.main.CONFIG', 'xray.yaml']);
  expect(read('xray.main.CONFIG')).toBe(CONFIG);
  expect(read('xray.yaml')).toMatch(/CONFIG:\n\s+fromFile: xray\.main\.CONFIG\n/);

  world.files.clear();
  for (const file of readdirSync(folder)) world.files.set(file, read(file));
  const { plan, wanted } = await world.pass({ dryRun: true });
  expect(wanted.errors).toEqual([]);
  expect(stepsOf(plan)).toEqual([]);

  const again = await exportFrom(world, { out: folder });
  expect(again.out).toContain(`unchanged ${join(folder, 'xray.main.CONFIG')}: DaemonService/xray\n`);
});

it('an exported variable stands in the manifest where there is no folder', async () => {
  const { out } = await exportFrom(await applied({ CONFIG }));
  expect(out).toMatch(/CONFIG: \|\n\s+receivers:\n/);
  expect(out).not.toContain('fromFile');
});

it.each([
  ['looks like a secret', 'CONFIG', PASSWORDS],
  ['has the name of a secret', 'API_TOKEN', 'a\nb\n'],
  ['has a name that is no file name', 'a/../b', 'a\nb\n'],
  ['has a name that file systems refuse', 'V'.repeat(250), 'a\nb\n'],
])('an exported variable stays in the manifest where it %s', async (_case, name, text) => {
  await exportFrom(await applied({ [name]: text }), { out: folder });
  expect(readdirSync(folder).toSorted()).toEqual(['environment.yaml', 'xray.yaml']);
  expect(read('xray.yaml')).not.toContain('fromFile');
});

it('two exported variables whose names differ in case alone share no file', async () => {
  await exportFrom(await applied({ CONFIG, config: 'c\nd\n' }), { out: folder });
  expect(readdirSync(folder).filter((file) => /config$/i.test(file))).toHaveLength(1);
});

it('an export overwrites no file of another text unasked', async () => {
  const world = await applied({ CONFIG });
  await exportFrom(world, { out: folder });
  const before = read('xray.yaml');
  const other = await applied({ CONFIG: CONFIG.replace('debug', 'xray') });
  const { code, err } = await exportFrom(other, { out: folder });
  expect(code).toBe(1);
  expect(err).toContain(`${join(folder, 'xray.main.CONFIG')} would be overwritten, so nothing was written`);
  expect([read('xray.main.CONFIG'), read('xray.yaml')]).toEqual([CONFIG, before]);
});
