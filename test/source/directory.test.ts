import {
  mkdirSync,
  mkdtempSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { directorySource } from '../../controller/source/directory.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stationkeeper-folder-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(file: string, content: string | Buffer = `# ${file}\n`): void {
  const location = join(folder, file);
  mkdirSync(dirname(location), { recursive: true });
  writeFileSync(location, content);
}

async function read(limits = {}) {
  const reading = await directorySource({ path: folder, limits }).read();
  if (reading.type !== 'fresh') throw new Error(reading.message);
  return reading.snapshot;
}

describe('a folder as a source', () => {
  it('holds every *.yaml and *.yml below it, sorted, and nothing else', async () => {
    for (const file of ['b.yaml', 'a/c.yml', 'a.yaml', 'README.md', 'x.yaml.bak', '.git/config.yaml'])
      write(file);
    const snapshot = await read();
    expect(snapshot.files).toEqual([
      { file: 'a.yaml', text: '# a.yaml\n' },
      { file: 'a/c.yml', text: '# a/c.yml\n' },
      { file: 'b.yaml', text: '# b.yaml\n' },
    ]);
    expect(snapshot.errors).toEqual([]);
    expect(snapshot.commit).toBeUndefined();
  });

  it('passes over what is hidden and what `.stationkeeperignore` names, which is in no revision', async () => {
    for (const file of [
      'a.yaml',
      'B.YAML',
      'vendor/x/y.yaml',
      '.github/ci.yml',
      '.pre-commit.yaml',
      '.git/x.yaml',
    ])
      write(file);
    write('.stationkeeperignore', 'vendor/\n');
    const { files, errors, ignored, revision } = await read();
    expect(files.map(({ file }) => file)).toEqual(['B.YAML', 'a.yaml']);
    expect(errors).toEqual([]);
    expect(ignored.map(({ file, message }) => `${file} ${message}`)).toEqual([
      '.github/ is hidden: its name begins with a dot',
      '.pre-commit.yaml is hidden: its name begins with a dot',
      'vendor/ is left out by .stationkeeperignore',
    ]);
    write('.other.yaml');
    expect(await read()).toMatchObject({ revision, ignored: { length: 4 } });
  });

  it('shows anew what is passed over although nothing else has changed', async () => {
    write('a.yaml');
    const source = directorySource({ path: folder });
    await source.read();
    write('.other.yaml');
    expect((await source.read()).snapshot?.ignored).toHaveLength(1);
  });

  it('keeps the last good snapshot while its ignore file cannot be read', async () => {
    write('a.yaml');
    const source = directorySource({ path: folder });
    const good = await source.read();
    symlinkSync('nowhere', join(folder, '.stationkeeperignore'));
    expect(await source.read()).toMatchObject({
      type: 'stale',
      code: 'SourceInvalid',
      snapshot: good.snapshot,
      message: expect.stringContaining('.stationkeeperignore is a symbolic link'),
    });
  });

  it('takes a folder with a repository of its own for the submodule that it is in git', async () => {
    write('a.yaml');
    write('module/.git', 'gitdir: ../.git/modules/module\n');
    write('module/deep/b.yaml');
    const { files, errors } = await read();
    expect(files.map(({ file }) => file)).toEqual(['a.yaml']);
    expect(errors).toMatchObject([{ file: 'module', message: expect.stringContaining('submodule') }]);
  });

  it('tells its revision at any moment', async () => {
    write('a.yaml');
    const source = directorySource({ path: folder });
    const { revision } = await read();
    expect(await source.head()).toBe(revision);
    write('z.yaml');
    expect(await source.head()).toBe((await read()).revision);
    expect(await source.head()).not.toBe(revision);
  });

  it('may be a single file', async () => {
    write('xray.yaml');
    const reading = await directorySource({ path: join(folder, 'xray.yaml') }).read();
    expect(reading).toMatchObject({ type: 'fresh', snapshot: { files: [{ file: 'xray.yaml' }] } });
  });

  it('is a mounted ConfigMap through its `..data`, whose update shows whole', async () => {
    write('..2026_01/a.yaml', 'one');
    symlinkSync('..2026_01', join(folder, '..data'));
    symlinkSync('..data/a.yaml', join(folder, 'a.yaml'));
    const source = directorySource({ path: join(folder, '..data') });
    const before = (await source.read()).snapshot;
    expect(before).toMatchObject({ files: [{ file: 'a.yaml', text: 'one' }], errors: [] });
    write('..2026_02/b.yaml', 'two');
    symlinkSync('..2026_02', join(folder, '..next'));
    renameSync(join(folder, '..next'), join(folder, '..data'));
    rmSync(join(folder, '..2026_01'), { recursive: true });
    expect((await source.read()).snapshot).toMatchObject({
      files: [{ file: 'b.yaml', text: 'two' }],
      errors: [],
    });
  });

  it('is never a mixture of two folders when the link to it is swapped while it is read', async () => {
    write('old/a.yaml', 'a moved to c');
    write('old/b.yaml', 'b');
    write('new/a.yaml', '# empty');
    write('new/c.yaml', 'a moved to c');
    symlinkSync('old', join(folder, 'current'));
    const source = directorySource({ path: join(folder, 'current') });
    const swapped: unknown[] = [];
    const swapWhenListed = {
      get aborted(): boolean {
        // The second question comes after the listing and before the first file is opened.
        if (swapped.push('asked') === 2) {
          symlinkSync('new', join(folder, 'next'));
          renameSync(join(folder, 'next'), join(folder, 'current'));
        }
        return false;
      },
    } as AbortSignal;
    const { snapshot } = await source.read(swapWhenListed);
    expect(readlinkSync(join(folder, 'current'))).toBe('new');
    expect(snapshot?.files.map(({ text }) => text)).toEqual(['a moved to c', 'b']);
  });

  it('has a revision that changes exactly when a name, a content or a refusal changes', async () => {
    write('a.yaml', 'bc');
    const source = directorySource({ path: folder });
    const readings = [await source.read(), await source.read()];
    expect(readings[1]?.snapshot).toBe(readings[0]?.snapshot);
    const revisions = [readings[0]?.snapshot?.revision];
    for (const change of [
      () => write('a.yaml', 'cb'),
      () => write('b.yaml', 'cb'),
      () => rmSync(join(folder, 'a.yaml')),
      () => symlinkSync('b.yaml', join(folder, 'l.yaml')),
    ]) {
      change();
      revisions.push((await source.read()).snapshot?.revision);
    }
    expect(new Set(revisions).size).toBe(5);
    expect(revisions[0]).toMatch(/^sha256:[0-9a-f]{64}$/);
  });

  it('refuses links, sockets and text that is not UTF-8, file by file', async () => {
    write('good.yaml');
    write('latin1.yaml', Buffer.from([0x61, 0xe9]));
    write('nul.yaml', 'a\0b');
    write('utf16.yaml', Buffer.from('\uFEFFapiVersion: x', 'utf16le'));
    write('utf16-without-mark.yaml', Buffer.from('kind: x', 'utf16le').swap16());
    write('utf16-big.yaml', Buffer.from('\uFEFFkind: x', 'utf16le').swap16());
    write('utf32.yaml', Buffer.from([0xff, 0xfe, 0, 0, 0x61, 0, 0, 0]));
    write('utf32-big.yaml', Buffer.from([0, 0, 0xfe, 0xff, 0, 0, 0, 0x61]));
    write('utf32-without-mark.yaml', Buffer.from([0, 0, 0, 0x61, 0, 0, 0, 0x62]));
    write('cr.yaml', 'kind: Cluster\rspec: {}\r');
    write('lfs.yaml', 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n');
    write('vault.yaml', '$ANSIBLE_VAULT;1.1;AES256\n6162\n');
    write('other/x.yaml');
    symlinkSync('good.yaml', join(folder, 'link.yaml'));
    symlinkSync('other', join(folder, 'linked-folder'));
    symlinkSync('good.yaml', join(folder, 'notes.txt'));
    const server = createServer().listen(join(folder, 'socket.yaml'));
    await once(server, 'listening');
    const snapshot = await read();
    server.close();
    expect(snapshot.files.map(({ file }) => file)).toEqual(['good.yaml', 'other/x.yaml']);
    expect(Object.fromEntries(snapshot.errors.map((error) => [error.file, error.message]))).toEqual({
      'latin1.yaml': expect.stringContaining('not UTF-8'),
      'nul.yaml': expect.stringContaining('not UTF-8'),
      'utf16.yaml': 'is UTF-16; save it as UTF-8, or exclude it in .stationkeeperignore',
      'utf16-without-mark.yaml': 'is UTF-16; save it as UTF-8, or exclude it in .stationkeeperignore',
      'utf16-big.yaml': 'is UTF-16; save it as UTF-8, or exclude it in .stationkeeperignore',
      'utf32.yaml': 'is UTF-32; save it as UTF-8, or exclude it in .stationkeeperignore',
      'utf32-big.yaml': 'is UTF-32; save it as UTF-8, or exclude it in .stationkeeperignore',
      'utf32-without-mark.yaml': 'is UTF-32; save it as UTF-8, or exclude it in .stationkeeperignore',
      'cr.yaml': expect.stringContaining('carriage returns alone; save it with line feeds'),
      'lfs.yaml': expect.stringContaining('pointer of Git LFS'),
      'vault.yaml': expect.stringContaining('encrypted by Ansible Vault'),
      'link.yaml': expect.stringContaining('symbolic link'),
      'linked-folder': expect.stringContaining('symbolic link'),
      'socket.yaml': expect.stringContaining('not a regular file'),
    });
    expect(snapshot.errors[0]).toMatchObject({ line: 1, column: 1, path: '' });
  });

  it('refuses a file over the size limit and one that lies too deep, and reads the others', async () => {
    write('good.yaml');
    write('big.yaml', 'x'.repeat(101));
    write('full.yaml', 'x'.repeat(100));
    write('a/b/c.yaml');
    write('a/b/deep/d.yaml');
    const snapshot = await read({ fileBytes: 100, depth: 2 });
    expect(snapshot.files.map(({ file }) => file)).toEqual(['a/b/c.yaml', 'full.yaml', 'good.yaml']);
    expect(snapshot.errors).toMatchObject([
      { file: 'a/b/deep', message: expect.stringContaining('2 folders deep') },
      {
        file: 'big.yaml',
        message: 'has 101 bytes, more than the limit of 100; split it, or exclude it in .stationkeeperignore',
      },
    ]);
  });

  it.each([
    ['too many files', { files: 2 }, /3 manifest files are more than the limit of 2/],
    ['too many bytes', { totalBytes: 20 }, /more than the limit of 20/],
  ])('is invalid as a whole with %s', async (_name, limits, message) => {
    for (const file of ['a.yaml', 'b.yaml', 'c.yaml']) write(file);
    const reading = await directorySource({ path: folder, limits }).read();
    expect(reading).toMatchObject({ type: 'stale', code: 'SourceInvalid', snapshot: undefined });
    expect(reading.type === 'stale' && reading.message).toMatch(message);
  });

  it.each([
    ['vanished', () => rmSync(folder, { recursive: true }), /does not exist/],
    ['empty', () => rmSync(join(folder, 'a.yaml')), /holds no \*\.yaml/],
    [
      'left with links only',
      () => symlinkSync('x', (rmSync(join(folder, 'a.yaml')), join(folder, 'a.yaml'))),
      /a\.yaml is a symbolic link/,
    ],
  ])('keeps the last good snapshot when it is %s', async (_name, change, message) => {
    write('a.yaml');
    const source = directorySource({ path: folder });
    const before = await source.read();
    change();
    const after = await source.read();
    expect(after).toMatchObject({ type: 'stale', code: 'SourceInvalid' });
    expect(after.snapshot).toBe(before.snapshot);
    expect(after.type === 'stale' && after.message).toMatch(message);
  });

  it('stops when asked to', async () => {
    write('a.yaml');
    const reading = await directorySource({ path: folder }).read(AbortSignal.abort());
    expect(reading).toMatchObject({ type: 'stale', code: 'SourceUnreachable' });
  });
});
