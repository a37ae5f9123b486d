import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { identifyFolder } from '../../controller/source/folder-id.ts';
import { repositoryId, tagValue } from '../../controller/source/identity.ts';
import { createGitRepository } from '../support/git/repository.ts';

describe('a repository is known by host, owner, name and path', () => {
  it.each([
    ['https://github.com/Acme/Infra.git', ''],
    ['https://x-access-token:secret@github.com/acme/infra', ''],
    ['https://github.com:443/acme/infra/', ''],
    ['ssh://git@github.com:22/acme/infra.git', ''],
    ['git@GitHub.com:acme/infra.git', ''],
    ['github.com:acme/infra', ''],
  ])('%s', (url, path) => {
    expect(repositoryId(url, path)).toBe('github.com/acme/infra');
    expect(repositoryId(url, 'live/EU')).toBe('github.com/acme/infra//live/EU');
  });

  it('or by its path alone, where it is on no host', () => {
    expect(repositoryId('file:///srv/git/Infra.git', '')).toBe('/srv/git/infra');
    expect(repositoryId('/srv/git/infra', 'live')).toBe('/srv/git/infra//live');
  });
});

describe('what a tag cannot hold', () => {
  it('is replaced, and a digest tells it from others', () => {
    expect(tagValue('/home/a&b')).toMatch(/^\/home\/a-b@[0-9a-f]{16}$/);
    expect(tagValue('/home/a&b')).not.toBe(tagValue('/home/a%b'));
  });

  it('is cut to 256 characters', () => {
    const long = `/${'x'.repeat(300)}`;
    expect(tagValue(long)).toHaveLength(256);
    expect(tagValue(long)).not.toBe(tagValue(`${long}y`));
    expect(tagValue('x'.repeat(256))).toBe('x'.repeat(256));
  });
});

describe('a folder', () => {
  let root: string;
  beforeEach(() => {
    root = realpathSync(mkdtempSync(join(tmpdir(), 'stationkeeper-identity-')));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  it('of a clone is known by the origin of the clone and the path in it, however it was cloned', async () => {
    const repository = createGitRepository();
    repository.commit({ 'live/a.yaml': '1' });
    const ids = ['https://github.com/acme/infra', 'git@github.com:acme/infra.git'].map(
      async (origin, index) => {
        const clone = join(root, `clone-${index}`);
        execFileSync('git', ['clone', '--quiet', repository.url, clone]);
        execFileSync('git', ['-C', clone, 'remote', 'set-url', 'origin', origin]);
        return identifyFolder(join(clone, 'live'), 'never', process.env);
      },
    );
    expect(await Promise.all(ids)).toEqual(['github.com/acme/infra//live', 'github.com/acme/infra//live']);
    repository.remove();
  });

  it('elsewhere is known as people call it, or by its real path', async () => {
    mkdirSync(join(root, 'manifests'));
    const folder = join(root, 'manifests', '..', 'manifests');
    expect(await identifyFolder(folder, 'daemons', process.env)).toBe('daemons');
    expect(await identifyFolder(folder, undefined, process.env)).toBe(join(root, 'manifests'));
  });

  it('is known by its real path where there is no git', async () => {
    expect(await identifyFolder(root, undefined, { PATH: root })).toBe(root);
  });
});
