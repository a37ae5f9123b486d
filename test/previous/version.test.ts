import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scratchFolder } from '../support/programs/cli.ts';
import type { Ended } from '../support/programs/command.ts';
import { runCommand } from '../support/programs/command.ts';
import { writeFiles } from '../support/programs/folder.ts';
import { createGitRepository } from '../support/git/repository.ts';
import type { GitRepository } from '../support/git/repository.ts';

const SCRIPT = join(import.meta.dirname, '..', '..', '.ci', 'previous-build');

let remote: GitRepository;
let landed: string;
let elsewhere: string;
beforeAll(() => {
  remote = createGitRepository();
  landed = remote.commit({ 'package.json': '{}' });
  elsewhere = remote.commit({ 'package.json': '{ }' }, { branch: 'elsewhere' });
  remote.commit({ '.ci/previous-build': readFileSync(SCRIPT) });
});
afterAll(() => remote.remove());

/** What the script says in a clone of the branch, where the file says this. */
async function said(
  version: string,
  { clone = [], env = {} }: { readonly clone?: readonly string[]; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<Pick<Ended, 'code' | 'stderr'>> {
  const folder = join(scratchFolder(), 'clone');
  const all = { ...process.env, STATIONKEEPER_PREVIOUS_VERSION: '', ...env };
  await runCommand('git', ['clone', '--quiet', ...clone, remote.url, folder], { env: all });
  writeFiles(folder, { '.ci/previous-version': `${version}\n` });
  const { code, stderr } = await runCommand('bash', [join(folder, '.ci', 'previous-build')], { env: all });
  return { code, stderr };
}

describe('the previous version', () => {
  it('is no commit that the clone does not hold', async () => {
    const { code, stderr } = await said('0'.repeat(40));
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(
        /^the previous version, 0{40}, is not in this clone's history: write the commit/,
      ),
    });
  });

  it('is no commit of another branch', async () => {
    expect(await said(elsewhere)).toEqual({
      code: 1,
      stderr: expect.stringMatching(
        /^the previous version, \w{40}, is no ancestor of HEAD: write the commit/,
      ),
    });
  });

  it('is written as the whole name of a commit', async () => {
    expect(await said(landed.slice(0, 8))).toEqual({
      code: 1,
      stderr: expect.stringContaining(`write the whole name of a commit, ${landed}`),
    });
  });

  it('needs a whole clone', async () => {
    expect(await said(landed, { clone: ['--depth', '1'] })).toEqual({
      code: 1,
      stderr: expect.stringMatching(/^this clone is shallow .* git fetch --unshallow$/m),
    });
  });

  it('is another where a variable says so', async () => {
    const env = { STATIONKEEPER_PREVIOUS_VERSION: 'origin/nowhere' };
    expect(await said(landed, { env })).toEqual({
      code: 1,
      stderr: expect.stringContaining('the previous version, origin/nowhere, is not in'),
    });
  });

  it('is said not to be had here where it cannot be installed', async () => {
    const env = { XDG_CACHE_HOME: scratchFolder(), STATIONKEEPER_PREVIOUS_VERSION: 'origin/elsewhere' };
    expect(await said(landed, { env })).toEqual({
      code: 69,
      stderr: expect.stringMatching(/^the previous version, \w{40}, cannot be installed here$/m),
    });
  });
});
