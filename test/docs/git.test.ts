import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { COMMANDS } from '../../controller/config/flags.ts';
import { blocksOf } from '../support/documents/blocks.ts';
import { testServer } from '../support/reports/server.ts';
import { createSshKey } from '../support/git/ssh-keys.ts';

const TEXT = readFileSync(new URL('../../docs/git.md', import.meta.url), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'stationkeeper-docs-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The commands that stand in a block of their own, by a word in them. */
function commands(word: string): string {
  const blocks = blocksOf({ file: 'docs/git.md', text: TEXT });
  return blocks.find(({ mark, text }) => mark.includes('tried') && text.includes(word))?.text ?? 'false';
}

describe('docs/git.md', () => {
  it('names only flags and variables that there are, and every one about git', () => {
    const known = Object.values(COMMANDS.run.flags).map((flag) => `--${flag.name}`);
    const own = [...TEXT.matchAll(/`(--[a-z-]+)/g)].map(([, name]) => name!);
    expect(own.filter((name) => !known.includes(name))).toEqual([]);
    const aboutGit = known.filter((name) =>
      /^--(git|branch|path|interval|verify|webhook|allowed)/.test(name),
    );
    expect(aboutGit.filter((name) => !own.includes(name))).toEqual([]);
  });

  it('signs a webhook by hand so that it is taken', async () => {
    const webhookSecret = 'a-secret-of-the-test';
    writeFileSync(join(folder, 'webhook-secret'), `${webhookSecret}\n`);
    const { app, asked } = testServer({ webhookSecret, branch: 'main' });
    await app.listen({ host: '127.0.0.1', port: 0 });
    const { port } = app.server.address() as AddressInfo;
    const script = commands('curl').replace('127.0.0.1:8080', `127.0.0.1:${port}`);
    const { stdout } = await promisify(execFile)('bash', ['-euc', script], { cwd: folder });
    await app.close();
    expect(JSON.parse(stdout)).toEqual({ accepted: true, message: 'a pass begins now' });
    expect(asked).toEqual(['POST /webhook']);
  });

  it('sets a signer up, whose next commit git then verifies', () => {
    const home = join(folder, 'home');
    mkdirSync(join(home, '.ssh'), { recursive: true });
    createSshKey(join(home, '.ssh'), 'id_ed25519');
    const script = [
      'git init --quiet . && git config user.name A && git config user.email a@example.com',
      commands('commit.gpgSign'),
      'git commit --quiet --allow-empty --message x',
      commands('allowed-signers'),
    ];
    const options = { cwd: home, env: { PATH: process.env['PATH'], HOME: home }, stdio: 'pipe' } as const;
    execFileSync('bash', ['-euc', script.join('\n')], options);
    expect(readFileSync(join(home, 'allowed-signers'), 'utf8')).toMatch(
      /^a@example\.com namespaces="git" ssh-ed25519 /,
    );
  });
});
