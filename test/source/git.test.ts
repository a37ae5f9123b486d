import { renameSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createGitRepository } from '../support/git/repository.ts';
import { gitFixture, readFresh, readStale } from './git-fixture.ts';
import type { GitFixture } from './git-fixture.ts';

let fixture: GitFixture;

beforeEach(() => {
  fixture = gitFixture();
});
afterEach(() => fixture.remove());

describe('a git repository as a source', () => {
  it('holds the manifests below the path at the head of the branch', async () => {
    const { remote, source } = fixture;
    remote.commit({ 'live/b.yml': 'b', 'live/sub/a.yaml': 'a', 'live/README.md': '#', 'other.yaml': 'x' });
    const commit = remote.commit({ 'live/b.yml': 'b2' }, { at: 1_700_000_060 });
    expect(await readFresh(source({ path: './live/' }))).toEqual({
      revision: commit,
      commit: { committedAt: '2023-11-14T22:14:20.000Z', subject: 'Change', author: 'Tester' },
      files: [
        { file: 'b.yml', text: 'b2' },
        { file: 'sub/a.yaml', text: 'a' },
      ],
      named: [],
      errors: [],
      ignored: [],
    });
  });

  it('passes over what is hidden and what `.stationkeeperignore` names, below the path alone', async () => {
    fixture.remote.commit({
      '.stationkeeperignore': 'live/\n',
      'live/.stationkeeperignore': 'vendor/\n*.draft.yaml\n',
      'live/a.yaml': 'a',
      'live/B.YAML': 'b',
      'live/vendor/x/y.yaml': 'x',
      'live/vendor/module': { submodule: '1'.repeat(40) },
      'live/new.draft.yaml': { symlink: 'a.yaml' },
      'live/.github/workflows/ci.yml': 'c',
      'live/.pre-commit-config.yaml': 'd',
      'live/.gitignore': 'e',
    });
    const { files, errors, ignored } = await readFresh(fixture.source({ path: 'live' }));
    expect(files.map(({ file }) => file)).toEqual(['B.YAML', 'a.yaml']);
    expect(errors).toEqual([]);
    expect(ignored.map(({ file, message }) => `${file} ${message}`)).toEqual([
      '.github/ is hidden: its name begins with a dot',
      '.pre-commit-config.yaml is hidden: its name begins with a dot',
      'new.draft.yaml is left out by .stationkeeperignore',
      'vendor/ is left out by .stationkeeperignore',
    ]);
  });

  it.each([
    ['a link', { symlink: 'a.yaml' }, /is not a regular file/],
    ['too big', 'x'.repeat(65_537), /more than 65536 bytes/],
    ['no text', Buffer.from([0xe9]), /not UTF-8/],
    ['hours of work', '*a*a*a*a*a*a*b', /more than 3 stars between two slashes in line 1/],
  ] as const)('keeps the last good snapshot when its ignore file is %s', async (_what, content, says) => {
    const { remote } = fixture;
    const source = fixture.source();
    remote.commit({ 'a.yaml': 'a' });
    const good = await readFresh(source);
    remote.commit({ 'a.yaml': 'b', '.stationkeeperignore': content });
    const reading = await readStale(source);
    expect(reading).toMatchObject({ code: 'SourceInvalid', message: expect.stringMatching(says) });
    expect(reading.snapshot).toBe(good);
  });

  it('may be a single file of the repository', async () => {
    fixture.remote.commit({ 'live/a.yaml': 'a', 'live/b.yaml': 'b' });
    const snapshot = await readFresh(fixture.source({ path: 'live/b.yaml' }));
    expect(snapshot.files).toEqual([{ file: 'b.yaml', text: 'b' }]);
    fixture.remote.commit({ 'live/.hidden.yaml': 'h', 'live/.stationkeeperignore': '*' });
    expect((await readFresh(fixture.source({ path: 'live/.hidden.yaml' }))).files).toHaveLength(1);
  });

  it('reads a path literally, whatever git makes of its characters elsewhere', async () => {
    fixture.remote.commit({ ':(top)l*/a.yaml': 'odd', 'live/a.yaml': 'a' });
    expect((await readFresh(fixture.source({ path: ':(top)l*' }))).files[0]?.text).toBe('odd');
    expect((await readStale(fixture.source({ path: 'l*' }))).code).toBe('SourceInvalid');
  });

  it('follows the branch, and returns the same snapshot while it stands still', async () => {
    const { remote } = fixture;
    const source = fixture.source();
    const revisions = [remote.commit({ 'a.yaml': '1' })];
    const first = await readFresh(source);
    expect(await readFresh(source)).toBe(first);
    for (const text of ['2', '3']) {
      revisions.push(remote.commit({ 'a.yaml': text }));
      const snapshot = await readFresh(source);
      expect(snapshot).toMatchObject({ revision: revisions.at(-1), files: [{ text }] });
    }
  });

  it('tells its head at any moment, whether it can be used or not', async () => {
    const { remote } = fixture;
    const source = fixture.source({ path: 'live' });
    const first = remote.commit({ 'live/a.yaml': '1' });
    expect(await source.head()).toBe(first);
    await readFresh(source);
    const second = remote.commit({ 'live/a.yaml': null, 'README.md': 'nothing left' });
    expect(await source.head()).toBe(second);
    expect(await readStale(source)).toMatchObject({ snapshot: { revision: first }, head: second });
    remote.remove();
    await expect(source.head()).rejects.toMatchObject({ code: 'SourceUnreachable' });
    expect(await readStale(source)).not.toHaveProperty('head');
  });

  it('follows another branch when told to', async () => {
    fixture.remote.commit({ 'a.yaml': 'main' });
    fixture.remote.commit({ 'a.yaml': 'live' }, { branch: 'env/live' });
    expect((await readFresh(fixture.source({ branch: 'env/live' }))).files[0]?.text).toBe('live');
  });

  it('fetches the head alone at first and every commit after it, so that a rewind can be told', async () => {
    const { remote } = fixture;
    for (const text of ['1', '2', '3']) remote.commit({ 'a.yaml': text });
    const source = fixture.source();
    const first = await readFresh(source);
    remote.commit({ 'a.yaml': '4' });
    const last = remote.commit({ 'a.yaml': '5' });
    await readFresh(source);
    const clone = createCloneReader(fixture.clone());
    expect(clone(['rev-list', '--count', last])).toBe('3');
    expect(clone(['merge-base', first.revision, last])).toBe(first.revision);
  });

  it('reads repositories with SHA-256 object names', async () => {
    const remote = createGitRepository({ objectFormat: 'sha256' });
    try {
      const commit = remote.commit({ 'a.yaml': 'a' });
      expect(commit).toHaveLength(64);
      expect((await readFresh(fixture.source({ url: remote.url }))).revision).toBe(commit);
    } finally {
      remote.remove();
    }
  });

  it('refuses links, submodules and odd names, file by file', async () => {
    fixture.remote.commit({
      'good.yaml': 'good',
      'link.yaml': { symlink: '/etc/passwd' },
      folder: { symlink: '../elsewhere' },
      'notes.txt': { symlink: 'good.yaml' },
      module: { submodule: '1'.repeat(40) },
      'back\\slash.yaml': 'x',
      'return.yaml\r': 'x',
      'line\nfeed.yaml': 'x',
      'bidi\u202e.yaml': 'x',
      'latin1.yaml': Buffer.from([0xe9]),
    });
    const snapshot = await readFresh(fixture.source());
    expect(snapshot.files).toEqual([{ file: 'good.yaml', text: 'good' }]);
    const messages = Object.fromEntries(snapshot.errors.map((error) => [error.file, error.message]));
    expect(messages).toEqual({
      'link.yaml': expect.stringContaining('symbolic link'),
      folder: expect.stringContaining('symbolic link'),
      module: expect.stringContaining('submodule'),
      'back\\slash.yaml': expect.stringContaining('backslash'),
      'return.yaml\\u{d}': expect.stringContaining('control character'),
      'line\\u{a}feed.yaml': expect.stringContaining('control character'),
      'bidi\\u{202e}.yaml': expect.stringContaining('control character'),
      'latin1.yaml': expect.stringContaining('UTF-8'),
    });
  });

  it('reads nothing from a tree that names its parent folder', async () => {
    const { remote } = fixture;
    const blob = remote.git(['hash-object', '-w', '--stdin'], 'x');
    const inner = remote.git(['mktree'], `100644 blob ${blob}\ta.yaml\n`);
    const tree = remote.git(['mktree'], `040000 tree ${inner}\t..\n`);
    const commit = remote.git([
      '-c',
      'user.name=T',
      '-c',
      'user.email=t@example.com',
      'commit-tree',
      '-m',
      'x',
      tree,
    ]);
    remote.git(['update-ref', 'refs/heads/main', commit]);
    const reading = await readStale(fixture.source());
    expect(reading.message).toMatch(/hasDotdot|contains '\.\.'/);
    expect(reading.snapshot).toBeUndefined();
  });

  it('refuses a file over the size limit and reads the others', async () => {
    fixture.remote.commit({ 'big.yaml': 'x'.repeat(101), 'full.yaml': 'x'.repeat(100) });
    const snapshot = await readFresh(fixture.source({ limits: { fileBytes: 100 } }));
    expect(snapshot.files.map(({ file }) => file)).toEqual(['full.yaml']);
    expect(snapshot.errors).toMatchObject([{ file: 'big.yaml', line: 1, column: 1 }]);
  });
});

describe('a branch that was moved off a commit in force', () => {
  it.each<readonly [string, (fixture: GitFixture) => string]>([
    ['rewound', ({ remote }) => remote.rewind(1)],
    ['rewritten', ({ remote }) => remote.rewrite({ 'a.yaml': '3' })],
    ['amended', ({ remote }) => (remote.rewind(1), remote.commit({ 'a.yaml': '3' }))],
  ])('is followed when it was %s, and says so from then on, restart or not', async (_how, move) => {
    const { remote } = fixture;
    const source = fixture.source();
    remote.commit({ 'a.yaml': '1' });
    const lost = remote.commit({ 'a.yaml': '2' });
    expect(await readFresh(source)).not.toHaveProperty('rewoundFrom');
    const moved = move(fixture);
    expect(await readFresh(source)).toMatchObject({ revision: moved, rewoundFrom: lost });
    expect(await readFresh(fixture.source())).toMatchObject({ revision: moved, rewoundFrom: lost });
    const next = remote.commit({ 'b.yaml': 'b' });
    expect(await readFresh(source)).toMatchObject({ revision: next, rewoundFrom: lost });
  });

  it('says so after a restart without a network too, and when the network is back', async () => {
    const { remote } = fixture;
    const source = fixture.source();
    remote.commit({ 'a.yaml': '1' });
    const lost = remote.commit({ 'a.yaml': '2' });
    await readFresh(source);
    remote.rewind(1);
    await readFresh(source);
    const restarted = fixture.source();
    renameSync(remote.folder, `${remote.folder}.away`);
    expect((await readStale(restarted)).snapshot).toHaveProperty('rewoundFrom', lost);
    renameSync(`${remote.folder}.away`, remote.folder);
    expect(await readFresh(restarted)).toHaveProperty('rewoundFrom', lost);
  });

  it('is as any other again once it holds that commit, though only to give it up', async () => {
    const { remote } = fixture;
    const source = fixture.source();
    remote.commit({ 'a.yaml': '1' });
    const lost = remote.commit({ 'a.yaml': '2' });
    await readFresh(source);
    remote.rewind(1);
    const other = remote.commit({ 'a.yaml': '3' });
    expect(await readFresh(source)).toHaveProperty('rewoundFrom', lost);
    const merge = merged(other, lost);
    const snapshot = await readFresh(source);
    expect(snapshot).toMatchObject({ revision: merge, files: [{ text: '3' }] });
    expect(snapshot).not.toHaveProperty('rewoundFrom');
    expect(await readFresh(fixture.source())).not.toHaveProperty('rewoundFrom');
    remote.commit({ 'a.yaml': '4' });
    expect(await readFresh(source)).not.toHaveProperty('rewoundFrom');
  });

  it('remembers the first of several such commits', async () => {
    const { remote } = fixture;
    const source = fixture.source();
    remote.commit({ 'a.yaml': '1' });
    const first = remote.commit({ 'a.yaml': '2' });
    await readFresh(source);
    remote.rewind(1);
    remote.commit({ 'a.yaml': '3' });
    await readFresh(source);
    remote.rewind(1);
    const third = remote.commit({ 'a.yaml': '4' });
    expect(await readFresh(source)).toHaveProperty('rewoundFrom', first);
    merged(third, first);
    expect(await readFresh(source)).not.toHaveProperty('rewoundFrom');
  });

  /** What `git merge -s ours` makes: the files of the one, and both for parents. */
  function merged(ours: string, theirs: string): string {
    const { remote } = fixture;
    const who = 'T <t@example.com> 1700000000 +0000';
    const tree = remote.git(['rev-parse', `${ours}^{tree}`]);
    const commit = `tree ${tree}\nparent ${ours}\nparent ${theirs}\nauthor ${who}\ncommitter ${who}\n\nMerge\n`;
    const id = remote.git(['hash-object', '-t', 'commit', '-w', '--stdin'], commit);
    remote.git(['update-ref', 'refs/heads/main', id]);
    return id;
  }
});

describe('a git repository that holds nothing to work with', () => {
  it.each([
    [
      'the path vanished',
      { 'live/a.yaml': null, 'b.yaml': 'b' },
      /live at commit [0-9a-f]{7} does not exist/,
    ],
    ['the path is empty of manifests', { 'live/a.yaml': null, 'live/x.txt': 'x' }, /holds no \*\.yaml/],
    ['the path became a link', { 'live/a.yaml': null, live: { symlink: 'other' } }, /symbolic link/],
    [
      'the path became a submodule',
      { 'live/a.yaml': null, live: { submodule: '1'.repeat(40) } },
      /submodule/,
    ],
    ['every manifest is refused', { 'live/a.yaml': { symlink: 'b' } }, /a\.yaml is a symbolic link/],
  ] as const)(
    'keeps the last good snapshot when %s, also after a restart',
    async (_name, changes, message) => {
      const { remote } = fixture;
      const source = fixture.source({ path: 'live' });
      remote.commit({ 'live/a.yaml': 'a' });
      const good = await readFresh(source);
      remote.commit(changes);
      const reading = await readStale(source);
      expect(reading.code).toBe('SourceInvalid');
      expect(reading.snapshot).toBe(good);
      expect(reading.message).toMatch(message);
      const restarted = await readStale(fixture.source({ path: 'live' }));
      expect(restarted).toMatchObject({ code: 'SourceInvalid', snapshot: good });
    },
  );

  it('is fresh again when the manifests come back', async () => {
    const { remote } = fixture;
    const source = fixture.source();
    remote.commit({ 'a.yaml': 'a' });
    await readFresh(source);
    remote.commit({ 'a.yaml': null, 'x.txt': '' });
    await readStale(source);
    const commit = remote.commit({ 'a.yaml': 'b' });
    expect((await readFresh(source)).revision).toBe(commit);
  });

  it.each([
    ['too many files', { files: 1 }, /2 manifest files/],
    ['too many bytes', { totalBytes: 3 }, /hold 4 bytes/],
  ])('is invalid as a whole with %s', async (_name, limits, message) => {
    fixture.remote.commit({ 'a.yaml': 'aa', 'b.yaml': 'bb' });
    const reading = await readStale(fixture.source({ limits }));
    expect(reading.code).toBe('SourceInvalid');
    expect(reading.message).toMatch(message);
  });

  it.each(['a..b', 'a b', '@{-1}', 'x.lock', 'a\u001b[31m'])('names no branch %j', async (branch) => {
    fixture.remote.commit({ 'a.yaml': 'a' });
    const reading = await readStale(fixture.source({ branch }));
    expect(reading.message).toContain('branch name');
  });

  it('cannot be pointed at a URL or path that is not allowed', () => {
    expect(() => fixture.source({ url: 'https://u:hunter2@host/x' })).toThrow(
      /use --git-token-file \(https\) or a key/,
    );
    expect(() => fixture.source({ url: 'https://u:hunter2@host/x' })).not.toThrow(/hunter2/);
    expect(() => fixture.source({ path: '../x' })).toThrow(/inside the repository/);
  });
});

function createCloneReader(dir: string): (args: readonly string[]) => string {
  return (args) => fixture.remote.git(['--git-dir', dir, ...args]);
}
