import { chmodSync, existsSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createGitRepository } from '../support/git/repository.ts';
import { createSshKey } from '../support/git/ssh-keys.ts';
import type { SshKey } from '../support/git/ssh-keys.ts';
import { gitFixture, readFresh, readStale } from './git-fixture.ts';
import type { GitFixture } from './git-fixture.ts';

let folder: string;
let alice: SshKey;
let mallory: SshKey;
let allowedSignersFile: string;
let fixture: GitFixture;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'stationkeeper-keys-'));
  alice = createSshKey(folder, 'alice');
  mallory = createSshKey(folder, 'mallory');
  allowedSignersFile = join(folder, 'allowed signers');
});
afterAll(() => rmSync(folder, { recursive: true }));

beforeEach(() => {
  fixture = gitFixture();
  allow(`alice@example.com namespaces="git" ${alice.publicKey}`);
});
afterEach(() => fixture.remove());

function allow(...lines: readonly string[]): void {
  writeFileSync(allowedSignersFile, lines.map((line) => `${line}\n`).join(''));
}

const verifying = () => fixture.source({ allowedSignersFile });

describe('a signature that is required', () => {
  it('is one by an allowed signer: the commit is taken, and those that follow it', async () => {
    const source = verifying();
    const first = fixture.remote.commit({ 'a.yaml': '1' }, { signedWith: alice.file });
    expect(await readFresh(source)).toMatchObject({ revision: first, files: [{ text: '1' }] });
    fixture.remote.commit({ 'a.yaml': '2' });
    const head = fixture.remote.commit({ 'a.yaml': '3' }, { signedWith: alice.file });
    expect(await readFresh(source)).toMatchObject({ revision: head, files: [{ text: '3' }] });
  });

  it('may be on a commit with SHA-256 names', async () => {
    const remote = createGitRepository({ objectFormat: 'sha256' });
    try {
      const commit = remote.commit({ 'a.yaml': 'a' }, { signedWith: alice.file });
      const source = fixture.source({ url: remote.url, allowedSignersFile });
      expect((await readFresh(source)).revision).toBe(commit);
    } finally {
      remote.remove();
    }
  });

  it.each<readonly [string, () => void, RegExp]>([
    [
      'is not signed',
      () => void fixture.remote.commit({ 'a.yaml': 'b' }),
      /it is not signed; sign it \(git commit/,
    ],
    [
      'is signed by a stranger',
      () => void fixture.remote.commit({ 'a.yaml': 'b' }, { signedWith: mallory.file }),
      /its signature by the key SHA256:\S+ is by a signer that \S+allowed signers does not list; sign it with a listed key/,
    ],
    ['was changed after it was signed', forge, /its signature does not match the commit/],
    [
      'is signed with OpenPGP',
      () => signedAs('-----BEGIN PGP SIGNATURE-----\n \n iQ\n -----END PGP SIGNATURE-----'),
      /it has an OpenPGP signature .* verifies ssh signatures only/,
    ],
    [
      'is signed with X.509',
      () => signedAs('-----BEGIN SIGNED MESSAGE-----\n MII\n -----END SIGNED MESSAGE-----'),
      /its signature is not an ssh signature/,
    ],
    [
      'says in its message that it is signed',
      () => {
        const tree = fixture.remote.git(['rev-parse', 'main^{tree}']);
        put(`tree ${tree}\n${author}\n\ngpgsig -----BEGIN SSH SIGNATURE-----\n`);
      },
      /it is not signed/,
    ],
  ])(
    'keeps the last good revision in force while the head %s, also after a restart',
    async (_how, commit, why) => {
      const source = verifying();
      fixture.remote.commit({ 'a.yaml': 'a' }, { signedWith: alice.file });
      const good = await readFresh(source);
      commit();
      const head = fixture.remote.git(['rev-parse', '--short=7', 'main']);
      for (const each of [source, verifying()]) {
        const reading = await readStale(each);
        expect(reading).toMatchObject({ code: 'SourceInvalid', snapshot: good });
        expect(reading.message).toMatch(why);
        expect(reading.message).toContain(`commit ${head} is refused: `);
        expect(reading.message).toContain(`Revision ${good.revision.slice(0, 7)} stays in force.`);
      }
      const mended = fixture.remote.commit({ 'a.yaml': 'c' }, { signedWith: alice.file });
      expect((await readFresh(source)).revision).toBe(mended);
    },
  );

  it.each<readonly [string, () => string, RegExp]>([
    [
      'has expired',
      () => `alice@example.com valid-before="20231101" ${alice.publicKey}`,
      /was made after the key had expired .*verify time 2023-11-1\d/,
    ],
    [
      'is not valid yet',
      () => `alice@example.com valid-after="20240101" ${alice.publicKey}`,
      /was made before the key was valid/,
    ],
    [
      'is for other signatures',
      () => `alice@example.com namespaces="file" ${alice.publicKey}`,
      /is by a key that is not listed for namespaces="git"/,
    ],
    [
      'stands on a line that is wrong',
      () => 'alice@example.com',
      /a line of the allowed-signers file is wrong/,
    ],
  ])('is judged at the time of the commit: a key that %s', async (_how, line, why) => {
    fixture.remote.commit({ 'a.yaml': 'a' }, { signedWith: alice.file });
    allow(line());
    const reading = await readStale(verifying());
    expect(reading.message).toMatch(why);
    expect(reading.snapshot).toBeUndefined();
  });

  it('counts for a key whose time has passed since', async () => {
    const commit = fixture.remote.commit({ 'a.yaml': 'a' }, { signedWith: alice.file });
    allow(`alice@example.com valid-after="20231101",valid-before="20231201" ${alice.publicKey}`);
    expect((await readFresh(verifying())).revision).toBe(commit);
  });

  it('starts no program that the user has configured for signatures', async () => {
    const witness = join(fixture.remote.folder, 'witness');
    const program = join(fixture.remote.folder, 'program');
    writeFileSync(program, `#!/bin/sh\ntouch ${witness}\nexit 0\n`);
    chmodSync(program, 0o755);
    const gpg = `[gpg]\n\tprogram = ${program}\n\tformat = openpgp\n\tminTrustLevel = undefined\n`;
    const ssh = `[gpg "ssh"]\n\tprogram = ${program}\n\tallowedSignersFile = /dev/null\n`;
    writeFileSync(join(fixture.remote.folder, '.gitconfig'), gpg + ssh);
    const env = { PATH: process.env['PATH'], HOME: fixture.remote.folder };
    const source = fixture.source({ env, allowedSignersFile });
    fixture.remote.commit({ 'a.yaml': 'a' }, { signedWith: alice.file });
    await readFresh(source);
    signedAs('-----BEGIN PGP SIGNATURE-----\n \n iQ\n -----END PGP SIGNATURE-----');
    await readStale(source);
    fixture.remote.commit({ 'a.yaml': 'b' }, { signedWith: mallory.file });
    await readStale(source);
    expect(existsSync(witness)).toBe(false);
  });

  it('is told to be impossible to check where ssh-keygen is missing', async () => {
    fixture.remote.commit({ 'a.yaml': 'a' }, { signedWith: alice.file });
    const bin = join(folder, 'bin');
    fixture.remote.git(['init', '--quiet', bin]);
    writeFileSync(join(bin, 'git'), `#!/bin/sh\nexec ${gitProgram()} "$@"\n`, { mode: 0o755 });
    const reading = await readStale(fixture.source({ env: { PATH: bin }, allowedSignersFile }));
    expect(reading.message).toMatch(/signatures cannot be verified: install ssh-keygen/);
    expect(reading.code).toBe('SourceUnreachable');
  });
});

describe('the allowed-signers file', () => {
  it('lets a head in that was refused, as soon as its signer is listed', async () => {
    const source = verifying();
    const commit = fixture.remote.commit({ 'a.yaml': 'a' }, { signedWith: mallory.file });
    await readStale(source);
    allow(`alice@example.com ${alice.publicKey}`, `mallory@example.com ${mallory.publicKey}`);
    expect((await readFresh(source)).revision).toBe(commit);
  });

  it('puts out of force what somebody signed who is taken off it, restart or not', async () => {
    const source = verifying();
    fixture.remote.commit({ 'a.yaml': 'a' }, { signedWith: alice.file });
    await readFresh(source);
    allow(`mallory@example.com ${mallory.publicKey}`);
    for (const each of [source, verifying()]) {
      const reading = await readStale(each);
      expect(reading.snapshot).toBeUndefined();
      expect(reading.message).toMatch(/is refused: .* There is no earlier revision to work with\.$/);
    }
  });

  it('leaves in force what it still allows, though the remote is away when it changes', async () => {
    const source = verifying();
    fixture.remote.commit({ 'a.yaml': 'a' }, { signedWith: alice.file });
    const good = await readFresh(source);
    allow(`alice@example.com ${alice.publicKey}`, `mallory@example.com ${mallory.publicKey}`);
    renameSync(fixture.remote.folder, `${fixture.remote.folder}.away`);
    expect(await readStale(source)).toMatchObject({ code: 'SourceUnreachable', snapshot: good });
    renameSync(`${fixture.remote.folder}.away`, fixture.remote.folder);
  });

  it('that cannot be read leaves in force what it allowed, and lets nothing new in', async () => {
    const source = verifying();
    fixture.remote.commit({ 'a.yaml': 'a' }, { signedWith: alice.file });
    const good = await readFresh(source);
    rmSync(allowedSignersFile);
    fixture.remote.commit({ 'a.yaml': 'b' }, { signedWith: alice.file });
    const reading = await readStale(source);
    expect(reading.snapshot).toBe(good);
    expect(reading.message).toContain(
      `the allowed-signers file ${allowedSignersFile} cannot be read (ENOENT)`,
    );
    expect((await readStale(verifying())).snapshot).toBeUndefined();
  });

  it('counts for a clone of before it was required: what was good then must be signed now', async () => {
    fixture.remote.commit({ 'a.yaml': 'a' });
    await readFresh(fixture.source());
    expect((await readStale(verifying())).snapshot).toBeUndefined();
    renameSync(fixture.remote.folder, `${fixture.remote.folder}.away`);
    expect(await readStale(verifying())).toMatchObject({ code: 'SourceUnreachable', snapshot: undefined });
    renameSync(`${fixture.remote.folder}.away`, fixture.remote.folder);
  });
});

const author = ['author', 'committer'].map((role) => `${role} T <t@example.com> 1700000000 +0000`).join('\n');

/** Puts a commit object as it is at the head. */
function put(commit: string): void {
  const id = fixture.remote.git(['hash-object', '-t', 'commit', '-w', '--stdin'], commit);
  fixture.remote.git(['update-ref', 'refs/heads/main', id]);
}

function signedAs(signature: string): void {
  const tree = fixture.remote.git(['rev-parse', 'main^{tree}']);
  put(`tree ${tree}\n${author}\ngpgsig ${signature}\n\nx\n`);
}

/** Another commit under the signature of the head. */
function forge(): void {
  put(`${fixture.remote.git(['cat-file', 'commit', 'main'])} and more\n`);
}

function gitProgram(): string {
  const found = (process.env['PATH'] ?? '').split(':').find((each) => existsSync(join(each, 'git')));
  return join(found ?? '/usr/bin', 'git');
}
