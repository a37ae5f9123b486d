import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { GitSourceOptions } from '../../controller/source/git.ts';
import { contentsBelow } from '../support/programs/folder.ts';
import { demandBasic, serveGit } from '../support/git/http-server.ts';
import type { GitHttpServer, Guard } from '../support/git/http-server.ts';
import { commandLines } from '../support/programs/processes.ts';
import { gitFixture, readFresh, readStale } from './git-fixture.ts';
import type { GitFixture } from './git-fixture.ts';

const TOKEN = 'ghp_0123456789abcdefghijklmnopqrstuvwxyz';
const BASIC = Buffer.from(`x-access-token:${TOKEN}`).toString('base64');

let fixture: GitFixture;
const servers: GitHttpServer[] = [];

beforeEach(() => {
  fixture = gitFixture();
  fixture.remote.commit({ 'a.yaml': 'a' });
});
afterEach(async () => {
  fixture.remove();
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function serve(guard: Guard): Promise<{ readonly server: GitHttpServer; readonly url: string }> {
  const server = await serveGit(fixture.remote.folder, guard);
  servers.push(server);
  return { server, url: `${server.origin}/${basename(fixture.remote.folder)}` };
}

const demandToken = demandBasic((username, password) => username === 'x-access-token' && password === TOKEN);

/** A source with a token as it is at each moment. */
function sourceWith(url: string, token: () => string = () => TOKEN, options: Partial<GitSourceOptions> = {}) {
  return fixture.source({
    url,
    access: { type: 'token', username: 'x-access-token', token: async () => Promise.resolve(token()) },
    ...options,
  });
}

describe('a token for git over https', () => {
  it('lets the repository be read, and later commits too', async () => {
    const { url } = await serve(demandToken);
    const source = sourceWith(url);
    expect((await readFresh(source)).files).toEqual([{ file: 'a.yaml', text: 'a' }]);
    const commit = fixture.remote.commit({ 'a.yaml': 'b' });
    expect((await readFresh(source)).revision).toBe(commit);
  });

  it('goes with the user name that a host may ask for', async () => {
    const { url } = await serve(demandBasic((username) => username === "o'brien $(id) %s"));
    const access = {
      type: 'token',
      username: "o'brien $(id) %s",
      token: () => Promise.resolve(TOKEN),
    } as const;
    expect((await readFresh(fixture.source({ url, access }))).files).toHaveLength(1);
  });

  it('may hold any character that a line can hold', async () => {
    const odd = `"'\\$HOME\`id\`%n;&|  ü`;
    const { url } = await serve(demandBasic((_username, password) => password === odd));
    expect((await readFresh(sourceWith(url, () => odd))).files).toHaveLength(1);
  });

  it('is read anew each time, so that one that was replaced needs no restart', async () => {
    let valid = 'first';
    let given = 'first';
    const { url } = await serve(demandBasic((_username, password) => password === valid));
    const source = sourceWith(url, () => given);
    const good = await readFresh(source);
    valid = 'second';
    expect((await readStale(source)).snapshot).toBe(good);
    given = 'second';
    expect(await readFresh(source)).toBe(good);
  });

  it.each([
    ['is refused', 401, /Authentication failed .*; check that the token is valid and not expired/],
    [
      'may not read the repository',
      403,
      /The requested URL returned error: 403; check that the token is valid/,
    ],
    ['belongs to somebody who does not see it', 404, /not found; check --git-url, and that the token/],
  ])(
    'that %s is told with what to do, and not shown, whatever the host says',
    async (_what, status, message) => {
      const { url } = await serve((request, response) => {
        const said = `you sent ${request.headers.authorization}, ${TOKEN}`;
        response.writeHead(status, { 'www-authenticate': 'Basic realm="git"', 'content-type': 'text/plain' });
        response.end(said);
        return true;
      });
      const reading = await readStale(sourceWith(url));
      expect(reading.message).toMatch(message);
      expect(reading.message).not.toContain(TOKEN);
      expect(reading.message).not.toContain(BASIC);
    },
  );

  it('whose file cannot be read keeps the last good revision in force', async () => {
    const { url } = await serve(demandToken);
    let file: (() => string) | undefined = () => TOKEN;
    const source = sourceWith(url, () => {
      if (file === undefined) throw new Error('--git-token-file /t: cannot be read (ENOENT)');
      return file();
    });
    const good = await readFresh(source);
    file = undefined;
    const reading = await readStale(source);
    expect(reading.snapshot).toBe(good);
    expect(reading.message).toContain('--git-token-file /t: cannot be read (ENOENT)');
  });
});

describe('where a token goes', () => {
  it('is the host of the URL alone, though that one redirects to another', async () => {
    const elsewhere = await serve(demandToken);
    const here = await serve((request, response) => {
      response.writeHead(302, { location: `${elsewhere.server.origin}${request.url}` }).end();
      return true;
    });
    const { message } = await readStale(sourceWith(here.url));
    expect(message).toMatch(/could not read Username/);
    expect(elsewhere.server.authorizations.length).toBeGreaterThan(0);
    expect(elsewhere.server.authorizations.filter((sent) => sent !== undefined)).toEqual([]);
  });

  it('is also where the same host redirects to, as it does for a repository that was renamed', async () => {
    const { url } = await serve((request, response) => {
      if (!request.url?.startsWith('/old/')) return demandToken(request, response);
      response.writeHead(301, { location: request.url.slice('/old'.length) }).end();
      return true;
    });
    const old = new URL(url);
    old.pathname = `/old${old.pathname}`;
    expect((await readFresh(sourceWith(old.href))).files).toHaveLength(1);
  });

  it('is no other place: no command line, no file, nothing that is said', async () => {
    const seen = new Set<string>();
    // While a request is under way, so are the processes that sent it.
    const { url, server } = await serve((request, response) => {
      commandLines().forEach((line) => seen.add(line));
      return demandToken(request, response);
    });
    const source = sourceWith(url);
    await readFresh(source);
    fixture.remote.commit({ 'a.yaml': 'b' });
    await readFresh(source);
    expect([...seen].filter((line) => line.includes('git-remote-http'))).not.toEqual([]);
    expect(server.authorizations).toContain(`Basic ${BASIC}`);
    const files = [fixture.cacheDir, fixture.remote.folder].flatMap(contentsBelow);
    expect(files.length).toBeGreaterThan(5);
    for (const text of [...seen, ...files]) {
      expect(text).not.toContain(TOKEN);
      expect(text).not.toContain(BASIC);
    }
  });

  it("is none of the user's credential helpers, which might store it", async () => {
    const { url } = await serve(demandToken);
    const home = fixture.remote.folder;
    const told = join(home, 'told');
    const helper = join(home, 'helper');
    writeFileSync(helper, `#!/bin/sh\ncat >> ${told}\necho username=thief\necho password=wrong\n`);
    chmodSync(helper, 0o755);
    writeFileSync(join(home, '.gitconfig'), `[credential]\n\thelper = ${helper}\n`);
    const env = { PATH: process.env['PATH'], HOME: home };
    await readStale(fixture.source({ url, env }));
    expect(existsSync(told)).toBe(true);
    writeFileSync(told, '');
    await readFresh(sourceWith(url, undefined, { env }));
    expect(readFileSync(told, 'utf8')).toBe('');
  });

  it('is not the environment of a git that does not talk to the remote, nor are our own variables', async () => {
    const { url } = await serve(demandToken);
    const bin = join(fixture.remote.folder, 'bin');
    const log = join(fixture.remote.folder, 'environments');
    const path = process.env['PATH'] ?? '';
    const wrapper = `#!/bin/sh\n{ echo "> $*"; env; } >> ${log}\nPATH='${path}' exec git "$@"\n`;
    fixture.remote.git(['init', '--quiet', bin]);
    writeFileSync(join(bin, 'git'), wrapper, { mode: 0o755 });
    const env = { PATH: `${bin}:${path}`, STATIONKEEPER_GIT_TOKEN: TOKEN, STATIONKEEPER_TOKEN: 'other' };
    await readFresh(sourceWith(url, undefined, { env }));
    const calls = readFileSync(log, 'utf8').split(/^> /m).slice(1);
    const withToken = calls.filter((call) => call.includes(TOKEN));
    expect(withToken.length).toBeGreaterThan(0);
    for (const call of withToken) expect(call.split('\n')[0]).toMatch(/ls-remote|fetch/);
    expect(calls.filter((call) => /STATIONKEEPER_(GIT_)?TOKEN/.test(call))).toEqual([]);
  });
});
