import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { directorySource } from '../../controller/source/directory.ts';
import { readText } from '../../controller/source/local-file.ts';
import type { NamedIn } from '../../controller/source/named.ts';
import { decodeText } from '../../controller/source/screen.ts';
import type { ManifestLimits } from '../../controller/source/screen.ts';
import type { Source, SourceSnapshot } from '../../controller/source/source.ts';
import { gitFixture } from './git-fixture.ts';
import type { GitFixture } from './git-fixture.ts';

/** What is put at a path; null removes it. */
type Content = string | Buffer | null | { readonly symlink: string } | { readonly submodule: string };
type Contents = Readonly<Record<string, Content>>;

/** Something that a source reads, in which tests change files. */
interface Place {
  put(contents: Contents): void;
  source(options?: { readonly limits?: Partial<ManifestLimits>; readonly path?: string }): Source;
  remove(): void;
}

/** A manifest names a file by a line of its own, as far as a source is concerned. */
const namedIn: NamedIn = ({ text }) => text.match(/(?<=^names ).*$/gm) ?? [];

function folderPlace(): Place {
  const folder = mkdtempSync(join(tmpdir(), 'stationkeeper-named-'));
  return {
    put(contents) {
      for (const [file, content] of Object.entries(contents)) {
        const location = join(folder, file);
        rmSync(location, { recursive: true, force: true });
        mkdirSync(dirname(location), { recursive: true });
        if (content === null) continue;
        if (typeof content === 'string' || Buffer.isBuffer(content)) writeFileSync(location, content);
        else if ('symlink' in content) symlinkSync(content.symlink, location);
        else execFileSync('git', ['init', '--quiet', location]);
      }
    },
    source: ({ limits = {}, path = '.' } = {}) =>
      directorySource({ path: join(folder, path), namedIn, limits }),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function gitPlace(): Place {
  const fixture: GitFixture = gitFixture();
  return {
    put: (contents) => void fixture.remote.commit(contents),
    source: ({ limits = {}, path = '' } = {}) => fixture.source({ limits, path, namedIn }),
    remove: () => fixture.remove(),
  };
}

async function fresh(source: Source): Promise<SourceSnapshot> {
  const reading = await source.read();
  if (reading.type !== 'fresh') throw new Error(reading.message);
  return reading.snapshot;
}

const MODULE = { submodule: '1'.repeat(40) };
const RELATIVE = 'a path is relative to the folder of the manifest that names it';

describe.each([
  ['a folder', folderPlace],
  ['a git repository', gitPlace],
])('the files that manifests name, in %s', (_what, create) => {
  let place: Place;
  beforeEach(() => {
    place = create();
  });
  afterEach(() => place.remove());

  it('come with the manifests, each once, whatever their name is', async () => {
    place.put({
      'a.yaml': 'names otel.conf\nnames deep/down/otel.yaml\nnames empty\n',
      'b.yaml': 'names otel.conf\n',
      'otel.conf': 'a: {{ b }}\n',
      'deep/down/otel.yaml': '\uFEFFreceivers:\r\n\tü\n',
      empty: '',
      'other.conf': 'nobody names it',
    });
    expect((await fresh(place.source())).named).toEqual([
      { file: 'deep/down/otel.yaml', text: 'receivers:\r\n\tü\n' },
      { file: 'empty', text: '' },
      { file: 'otel.conf', text: 'a: {{ b }}\n' },
    ]);
  });

  it('change the revision, and tell it at any moment', async () => {
    place.put({ 'a.yaml': 'names otel.conf\n', 'otel.conf': 'one' });
    const source = place.source();
    const before = await fresh(source);
    place.put({ 'otel.conf': 'two' });
    expect(await source.head()).not.toBe(before.revision);
    const after = await fresh(source);
    expect(after.named).toEqual([{ file: 'otel.conf', text: 'two' }]);
    expect(after.revision).toBe(await source.head());
    expect((await source.read()).snapshot).toBe(after);
  });

  it('lie beside a manifest that is all of the source, too', async () => {
    place.put({ 'live/a.yaml': 'names sub/otel.conf\n', 'live/sub/otel.conf': 'one' });
    const { files, named } = await fresh(place.source({ path: 'live/a.yaml' }));
    expect(files.map(({ file }) => file)).toEqual(['a.yaml']);
    expect(named).toEqual([{ file: 'sub/otel.conf', text: 'one' }]);
  });

  it('may be left out as manifests, and must not be hidden', async () => {
    place.put({
      '.stationkeeperignore': 'config/\n',
      'a.yaml': 'names config/otel.yaml\nnames .env\nnames .secret/otel.yaml\nnames .git/config\n',
      'config/otel.yaml': 'left: out\n',
      '.env': 'A=b',
      '.secret/otel.yaml': 'a',
    });
    const hidden =
      'is hidden: its name begins with a dot; rename it, because the controller reads no hidden file';
    expect((await fresh(place.source())).named).toEqual([
      { file: '.env', problem: `.env ${hidden}` },
      { file: '.git/config', problem: `.git ${hidden}` },
      { file: '.secret/otel.yaml', problem: `.secret ${hidden}` },
      { file: 'config/otel.yaml', text: 'left: out\n' },
    ]);
  });

  it.each<readonly [string, string, Contents, string]>([
    [
      'is missing, and another is meant',
      'otel.yml',
      { 'Otel.yaml': 'x' },
      'otel.yml does not exist; did you mean "Otel.yaml"?',
    ],
    [
      'has another case',
      'otel.yaml',
      { 'OTEL.yaml': 'x' },
      'otel.yaml does not exist; did you mean "OTEL.yaml"?',
    ],
    ['is missing', 'otel.yaml', {}, `otel.yaml does not exist; ${RELATIVE}`],
    [
      'lies in a folder that is missing',
      'confg/otel.yaml',
      { 'config/otel.yaml': 'x' },
      'confg does not exist; did you mean "config"?',
    ],
    ['lies in a file', 'x/otel.yaml', { x: 'x' }, 'x is a file and no folder'],
    ['is a folder', 'x', { 'x/y': 'z' }, 'x is a folder; name a file in it'],
    [
      'is a link',
      'x/link',
      { 'x/link': { symlink: 'y' }, 'x/y': 'z' },
      'x/link is a symbolic link; links are not followed, commit the file itself',
    ],
    [
      'lies behind a link',
      'x/y/passwd',
      { 'x/y': { symlink: '/etc' } },
      'x/y is a symbolic link; links are not followed, commit the file itself',
    ],
    [
      'lies in a submodule',
      'x/module/y',
      { 'x/module': MODULE },
      'x/module is a submodule; submodules are not read, commit the file beside the manifest',
    ],
    [
      'is larger than ECS takes',
      'x',
      { x: 'x'.repeat(65_537) },
      'x has 65537 bytes, and ECS allows 65536 in all of a task definition; make it shorter',
    ],
    [
      'is huge, and was read as a manifest',
      'x.yaml',
      { 'x.yaml': '#'.repeat(70_000) },
      'x.yaml has 70000 bytes, and ECS allows 65536 in all of a task definition; make it shorter',
    ],
    ['is no text', 'x', { x: Buffer.from([0x61, 0xe9]) }, 'x is not UTF-8 text; save it as UTF-8'],
    ['holds a NUL', 'x', { x: 'a\0b' }, 'x is not UTF-8 text; save it as UTF-8'],
    ['is UTF-16', 'x', { x: Buffer.from('\uFEFFa: b', 'utf16le') }, 'x is UTF-16; save it as UTF-8'],
    [
      'is a pointer of Git LFS',
      'x',
      { x: 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n' },
      'x is a pointer of Git LFS, which the controller does not read; commit the file itself',
    ],
  ])('say what is wrong where one %s', async (_case, name, contents, problem) => {
    place.put({ 'manifest.yaml': `names ${name}\n`, ...contents });
    const { named } = await fresh(place.source());
    expect(named).toEqual([{ file: name, problem }]);
  });

  it('are as large as ECS takes', async () => {
    place.put({ 'a.yaml': 'names x\n', x: 'x'.repeat(65_536) });
    expect((await fresh(place.source())).named).toEqual([{ file: 'x', text: 'x'.repeat(65_536) }]);
  });

  it.each([
    ['bytes', { totalBytes: 50 }, /the files that manifests name hold 60 bytes, more than the limit of 50/],
    ['files', { files: 2 }, /manifests name 3 files, more than the limit of 2/],
  ])('have a limit of all their %s', async (_of, limits, message) => {
    place.put({
      'manifest.yaml': 'names a\nnames b\nnames c\n',
      a: 'x'.repeat(20),
      b: 'x'.repeat(20),
      c: 'x'.repeat(20),
    });
    const reading = await place.source({ limits }).read();
    expect(reading).toMatchObject({ type: 'stale', code: 'SourceInvalid' });
    expect(reading.type === 'stale' && reading.message).toMatch(message);
  });

  it('cost nothing where none is named', async () => {
    place.put({ 'a.yaml': 'a', 'x/y.conf': 'z' });
    expect((await fresh(place.source())).named).toEqual([]);
  });
});

describe('a file that a manifest in a folder names', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'stationkeeper-named-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function write(file: string, content: string): void {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), content);
  }

  /** Swaps something at the moment in which the source asks what the manifests name. */
  function readWhile(swap: () => void): Promise<SourceSnapshot> {
    const swapping: NamedIn = (manifest) => {
      swap();
      return namedIn(manifest);
    };
    return fresh(directorySource({ path: folder, namedIn: swapping }));
  }

  it('has the text that it had as a manifest file, although it has changed since', async () => {
    write('a.yaml', 'names b.yaml\n');
    write('b.yaml', 'one');
    const { files, named } = await readWhile(() => write('b.yaml', 'two'));
    expect(files).toContainEqual({ file: 'b.yaml', text: 'one' });
    expect(named).toEqual([{ file: 'b.yaml', text: 'one' }]);
  });

  it('is told by a manifest once for each text that the manifest has', async () => {
    write('a.yaml', 'names x\n');
    write('x', 'one');
    const asked: string[] = [];
    const source = directorySource({
      path: folder,
      namedIn(manifest) {
        asked.push(manifest.text);
        return namedIn(manifest);
      },
    });
    await fresh(source);
    write('x', 'two');
    expect((await fresh(source)).named).toEqual([{ file: 'x', text: 'two' }]);
    expect(asked).toEqual(['names x\n']);
    write('a.yaml', 'names y\n');
    expect((await fresh(source)).named).toMatchObject([{ file: 'y' }]);
    expect(asked).toEqual(['names x\n', 'names y\n']);
  });

  it('is not reached through a folder that is swapped for a link meanwhile', async () => {
    write('source/a.yaml', 'names x/secret\n');
    write('source/x/secret', 'mine');
    write('outside/secret', 'of another');
    const swapped = await fresh(
      directorySource({
        path: join(folder, 'source'),
        namedIn(manifest) {
          renameSync(join(folder, 'source/x'), join(folder, 'source/before'));
          symlinkSync('../outside', join(folder, 'source/x'));
          return namedIn(manifest);
        },
      }),
    );
    expect(swapped.named).toEqual([
      { file: 'x/secret', problem: 'x is a symbolic link; links are not followed, commit the file itself' },
    ]);
  });

  it('is not read where a folder on the way became a link after it was looked at', async () => {
    write('outside/secret', 'of another');
    symlinkSync('outside', join(folder, 'x'));
    const reading = { mostBytes: 100, tooMany: 'has more', decode: decodeText };
    expect(await readText(join(folder, 'x/secret'), reading)).toEqual({
      type: 'refused',
      problem: 'changed while it was read',
    });
    expect(await readText(join(folder, 'outside/secret'), reading)).toEqual({
      type: 'text',
      text: 'of another',
    });
  });
});
