import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { gitFixture, readFresh, readStale } from './git-fixture.ts';
import type { GitFixture } from './git-fixture.ts';
import { createSshKey } from '../support/git/ssh-keys.ts';
import type { SshKey } from '../support/git/ssh-keys.ts';
import { LACK_OF_SSHD, startAgent, startSshd } from '../support/git/sshd.ts';
import type { Sshd } from '../support/git/sshd.ts';
import { skippedFor } from '../support/runs/skipped.ts';

/** All that a shell, git or ssh could make something of. */
const ODD_FOLDER = "it's $HOME & %h; (no) #~*";

describe('git over ssh, with a real sshd', skippedFor(LACK_OF_SSHD), () => {
  let folder: string;
  let sshd: Sshd;
  let key: SshKey;
  let stranger: SshKey;
  let knownHostsFile: string;
  let fixture: GitFixture;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'stationkeeper-ssh-'));
    key = createSshKey(folder, 'key');
    stranger = createSshKey(folder, 'stranger');
    sshd = await startSshd(folder, [key]);
    knownHostsFile = join(folder, 'known_hosts');
    writeFileSync(knownHostsFile, `${sshd.knownHost}\n`);
  });
  afterAll(async () => {
    await sshd.close();
    rmSync(folder, { recursive: true });
  });

  beforeEach(() => {
    fixture = gitFixture();
    fixture.remote.commit({ 'a.yaml': 'a' });
  });
  afterEach(() => fixture.remove());

  interface Files {
    readonly keyFile?: string;
    readonly knownHostsFile?: string;
  }

  function sourceOver(files: Files, env: Readonly<Record<string, string>> = {}) {
    return fixture.source({
      url: `ssh://${sshd.user}@127.0.0.1:${sshd.port}${fixture.remote.folder}`,
      access: { type: 'ssh', ...files },
      env: { PATH: process.env['PATH'], HOME: folder, ...env },
    });
  }

  it('reads with the key and the known hosts, and later commits too', async () => {
    const source = sourceOver({ keyFile: key.file, knownHostsFile });
    expect((await readFresh(source)).files).toEqual([{ file: 'a.yaml', text: 'a' }]);
    const commit = fixture.remote.commit({ 'a.yaml': 'b' });
    expect((await readFresh(source)).revision).toBe(commit);
  });

  it('finds its files whatever their folder is called', async () => {
    const odd = join(folder, ODD_FOLDER);
    mkdirSync(odd, { recursive: true });
    const files = { keyFile: join(odd, 'key'), knownHostsFile: join(odd, 'known hosts') };
    copyFileSync(key.file, files.keyFile);
    chmodSync(files.keyFile, 0o600);
    copyFileSync(knownHostsFile, files.knownHostsFile);
    expect((await readFresh(sourceOver(files))).files).toHaveLength(1);
  });

  it('trusts no host that is not known, nor one with another key, and writes none down', async () => {
    const empty = join(folder, 'empty');
    const wrong = join(folder, 'wrong');
    writeFileSync(empty, '');
    writeFileSync(wrong, `[127.0.0.1]:${sshd.port} ${stranger.publicKey}\n`);
    for (const [file, what] of [
      [empty, 'Host key verification failed'],
      [wrong, 'WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!; '],
    ] as const) {
      const { message } = await readStale(sourceOver({ keyFile: key.file, knownHostsFile: file }));
      expect(message).toContain(what);
      expect(message).toContain("list the host's key in --git-known-hosts-file");
    }
    expect(readFileSync(empty, 'utf8')).toBe('');
  });

  it('says that the host does not accept the key, and tries no other', async () => {
    const agent = startAgent(folder, key);
    try {
      const env = { SSH_AUTH_SOCK: agent.socket };
      const { message } = await readStale(sourceOver({ keyFile: stranger.file, knownHostsFile }, env));
      expect(message).toMatch(/Permission denied \(publickey\).*give ssh a key that the host accepts/);
      await readFresh(sourceOver({ knownHostsFile }, env));
    } finally {
      agent.stop();
    }
  });

  it('says what to do about a key that others could read', async () => {
    const open = join(folder, 'open-key');
    copyFileSync(key.file, open);
    chmodSync(open, 0o644);
    const { message } = await readStale(sourceOver({ keyFile: open, knownHostsFile }));
    expect(message).toMatch(/UNPROTECTED PRIVATE KEY FILE.*readable by its owner alone \(chmod 600\)/);
    expect(message).not.toContain('@@');
  });

  it("is not led by the user's own ssh command or configuration", async () => {
    const env = { GIT_SSH_COMMAND: '/bin/false', GIT_SSH: '/bin/false', GIT_SSH_VARIANT: 'plink' };
    expect((await readFresh(sourceOver({ keyFile: key.file, knownHostsFile }, env))).files).toHaveLength(1);
  });
});
