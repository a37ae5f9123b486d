import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { callsTo } from '../support/world/account.ts';
import { writeFiles } from '../support/programs/folder.ts';
import { createShell } from '../support/world/shell.ts';
import type { Shell } from '../support/world/shell.ts';
import { cluster, yamlOf } from '../support/manifests/documents.ts';

const NAMES = ['a', 'b', 'c', 'd', 'e', 'f'];

async function applied(): Promise<Shell> {
  const shell = createShell();
  writeFiles(
    shell.folder,
    Object.fromEntries(NAMES.map((name) => [`${name}.yaml`, yamlOf(cluster({ name }))])),
  );
  expect(await shell.apply()).toMatchObject({ code: 0, err: '' });
  return shell;
}

function remove({ folder }: Shell, ...names: readonly string[]): void {
  for (const name of names) rmSync(join(folder, `${name}.yaml`));
}

async function clustersOf({ sandbox }: Shell): Promise<readonly string[]> {
  const { clusterArns } = await callsTo(sandbox)('ecs', 'ListClusters');
  return (clusterArns as string[]).map((arn) => arn.split('/').at(-1)!).toSorted();
}

function hashIn(text: string): string {
  return /--confirm ([0-9a-f]{16})$/m.exec(text)?.[1] ?? '';
}

describe('a plan that deletes more than the prune budget allows', () => {
  it('is held; plan and apply print what would go, and the command that lets it go', async () => {
    const shell = await applied();
    remove(shell, 'a', 'b', 'c', 'd');
    const plan = await shell.plan();
    expect(plan.out).toContain('held: 4 objects would be removed and the prune budget is 3');
    expect(plan.out).toContain('0 to delete; 3 unchanged, 4 held');
    expect(plan.out).toMatch(/^ {2}Cluster\/d: cluster\/d$/m);
    expect(plan.out).toMatch(
      new RegExp(`^ {2}stationkeeper apply ${shell.folder} --confirm [0-9a-f]{16}$`, 'm'),
    );
    const apply = await shell.apply();
    expect(apply).toMatchObject({ code: 1, mutations: [] });
    expect(hashIn(apply.err)).toBe(hashIn(plan.out));
    const json = await shell.plan({ output: 'json' });
    expect(JSON.parse(json.out)).toMatchObject({ hash: hashIn(plan.out) });
  });

  it('is applied by its hash, with whatever else there is to do', async () => {
    const shell = await applied();
    remove(shell, 'a', 'b', 'c', 'd');
    const confirm = hashIn((await shell.plan()).out);
    const settings = [{ name: 'containerInsights', value: 'enabled' }];
    await callsTo(shell.sandbox)('ecs', 'UpdateClusterSettings', { cluster: 'e', settings });
    expect(await shell.apply({ confirm })).toMatchObject({ code: 0, err: '' });
    expect(await clustersOf(shell)).toEqual(['e', 'f']);
    const again = await shell.apply({ confirm });
    expect(again).toMatchObject({ code: 1, mutations: [] });
    expect(again.err).toContain('there is nothing to delete any more');
  });

  it('is not applied at all by another hash, nor by one of a plan that deleted something else', async () => {
    const shell = await applied();
    remove(shell, 'a', 'b', 'c', 'd');
    const confirm = hashIn((await shell.plan()).out);
    writeFiles(shell.folder, { 'new.yaml': yamlOf(cluster({ name: 'new' })) });
    remove(shell, 'e');
    for (const other of [confirm, '0123456789abcdef']) {
      const { code, err, mutations } = await shell.apply({ confirm: other });
      expect({ code, mutations }).toEqual({ code: 1, mutations: [] });
      expect(err).toContain(`nothing was changed, because --confirm ${other} does not name this plan`);
      expect(err).toMatch(/^ {2}Cluster\/e: cluster\/e$/m);
      expect(hashIn(err)).not.toBe(other);
    }
    expect(await clustersOf(shell)).toEqual(NAMES);
  });

  it('names the budget that it was planned with', async () => {
    const shell = await applied();
    remove(shell, 'a');
    const { out } = await shell.plan({ pruneBudget: { count: 0 } });
    expect(out).toContain(`stationkeeper apply ${shell.folder} --prune-budget 0 --confirm `);
    expect((await shell.apply({ confirm: hashIn(out) })).err).toContain('deletes Cluster/a');
    expect(await shell.apply({ pruneBudget: { count: 0 }, confirm: hashIn(out) })).toMatchObject({ code: 0 });
  });
});
