import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { remoteWords } from '../../controller/source/git-process.ts';
import { gitFixture, readFresh, readStale } from './git-fixture.ts';
import type { GitFixture } from './git-fixture.ts';

let fixture: GitFixture;

beforeEach(() => {
  fixture = gitFixture();
  fixture.remote.commit({ 'a.yaml': 'a' });
});
afterEach(() => fixture.remove());

/** A program that stands for ssh; the last argument is the command for the other side. */
function sshScript(body: string): string {
  const script = join(fixture.remote.folder, 'ssh-stand-in');
  writeFileSync(script, `#!/bin/sh\necho "$@" >> '${script}.log'\nfor last; do :; done\n${body}\n`);
  chmodSync(script, 0o755);
  return script;
}

function env(extra: Readonly<Record<string, string>>) {
  return { PATH: process.env['PATH'], HOME: fixture.remote.folder, ...extra };
}

describe('how git is reached', () => {
  it.each([
    ['scp-like', (folder: string) => `git@git.example.com:${folder}`],
    ['ssh://', (folder: string) => `ssh://git@git.example.com:2222${folder}`],
  ])('reads over ssh with a %s URL', async (_name, urlOf) => {
    const { remote } = fixture;
    const script = sshScript('exec sh -c "$last"');
    const source = fixture.source({
      url: urlOf(remote.folder),
      env: env({ GIT_SSH_COMMAND: script, GIT_SSH_VARIANT: 'ssh' }),
    });
    expect((await readFresh(source)).files).toEqual([{ file: 'a.yaml', text: 'a' }]);
    const commit = remote.commit({ 'a.yaml': 'b' });
    expect((await readFresh(source)).revision).toBe(commit);
    expect(readFileSync(`${script}.log`, 'utf8')).toMatch(/git@git\.example\.com git-upload-pack/);
  });

  it('never asks a question over ssh unless the user brought an ssh command', async () => {
    const script = sshScript('exec sh -c "$last"');
    writeFileSync(join(fixture.remote.folder, 'ssh'), `#!/bin/sh\nexec ${script} "$@"\n`, { mode: 0o755 });
    const path = `${fixture.remote.folder}:${process.env['PATH'] ?? ''}`;
    const url = `git@git.example.com:${fixture.remote.folder}`;
    await readFresh(fixture.source({ url, env: env({ PATH: path }) }));
    expect(readFileSync(`${script}.log`, 'utf8')).toContain('-o BatchMode=yes');
  });

  it('shows what ssh and the remote say, without terminal sequences, and what to do', async () => {
    const script = sshScript(
      `printf '\\033[31mgit@host: Permission denied (publickey).\\033]0;t\\007\\r\\n' >&2; exit 255`,
    );
    const source = fixture.source({ url: 'git@host:x', env: env({ GIT_SSH_COMMAND: script }) });
    const { message } = await readStale(source);
    expect(message).toMatch(
      /branch main of git@host:x cannot be read: git@host: Permission denied \(publickey\)\.; fatal/,
    );
    expect(message).toContain('give ssh a key');
    expect(message).not.toMatch(/\p{Cc}/u);
  });

  it('lets the user configuration choose the transport, but never one that is not allowed', async () => {
    const config = join(fixture.remote.folder, 'user-config');
    const witness = join(fixture.remote.folder, 'witness');
    const source = fixture.source({
      url: 'https://git.example.com/x',
      env: env({ GIT_CONFIG_GLOBAL: config }),
    });
    writeFileSync(config, `[url "ext::sh -c touch% ${witness}"]\n\tinsteadOf = https://git.example.com/x\n`);
    expect((await readStale(source)).message).toContain("transport 'ext' not allowed");
    expect(existsSync(witness)).toBe(false);
    writeFileSync(config, `[url "${fixture.remote.url}"]\n\tinsteadOf = https://git.example.com/x\n`);
    expect((await readFresh(source)).files).toHaveLength(1);
  });

  it('shows no credential that the user configuration puts into the URL', async () => {
    const config = join(fixture.remote.folder, 'user-config');
    writeFileSync(
      config,
      '[url "https://u:hunter2@127.0.0.1:1/x"]\n\tinsteadOf = https://git.example.com/x\n',
    );
    const source = fixture.source({
      url: 'https://git.example.com/x',
      env: env({ GIT_CONFIG_GLOBAL: config }),
    });
    const { message } = await readStale(source);
    expect(message).toContain('127.0.0.1');
    expect(message).not.toContain('hunter2');
  });

  it('is not led astray by git variables of the shell that started it', async () => {
    const hostile = {
      GIT_DIR: '/nowhere',
      GIT_WORK_TREE: '/',
      GIT_OBJECT_DIRECTORY: '/nowhere',
      GIT_TRACE: '1',
    };
    expect((await readFresh(fixture.source({ env: env(hostile) }))).files).toHaveLength(1);
  });

  it('says what to do when git is missing or too old', async () => {
    const none = await readStale(fixture.source({ env: { PATH: '/nowhere' } }));
    expect(none.message).toMatch(/install git/);
    const script = join(fixture.remote.folder, 'git');
    writeFileSync(script, '#!/bin/sh\necho git version 2.25.1\n', { mode: 0o755 });
    const old = await readStale(fixture.source({ env: { PATH: `${fixture.remote.folder}:/usr/bin:/bin` } }));
    expect(old.message).toMatch(/git version 2\.25\.1 is too old; install git 2\.32 or newer/);
  });
});

describe('words of a remote', () => {
  it.each([
    ['fatal: a\u001b[2J\u001b]8;;http://x\u0007b\u0000\u202e', 'fatal: ab'],
    ['remote: one\r\nfatal: two\n\n', 'remote: one; fatal: two'],
    ["fatal: unable to access 'https://u:p@h/x/'", "fatal: unable to access 'https://***@h/x/'"],
  ])('%j are shown as %j', (text, shown) => {
    expect(remoteWords(text)).toBe(shown);
  });

  it('are cut at 400 characters', () => {
    expect(remoteWords('x'.repeat(10_000))).toHaveLength(400);
  });
});
