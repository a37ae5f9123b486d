import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseGitPath, parseGitUrl } from '../../controller/source/git-url.ts';

describe('which URLs git may be pointed at', () => {
  it.each([
    ['https://github.com/acme/daemons.git', 'https', undefined],
    ['HTTPS://github.com/acme/daemons.git', 'https', 'https://github.com/acme/daemons.git'],
    ['https://git.example.com:8443/acme/daemons', 'https', undefined],
    ['ssh://git@github.com/acme/daemons.git', 'ssh', undefined],
    ['ssh://git@[::1]:2222/srv/daemons.git', 'ssh', undefined],
    ['git@github.com:acme/daemons.git', 'ssh', undefined],
    ['host.example.com:daemons.git', 'ssh', undefined],
    ['file:///srv/git/daemons.git', 'file', undefined],
    ['/srv/git/my%daemons.git', 'file', 'file:///srv/git/my%25daemons.git'],
    ['http://127.0.0.1:3000/acme/daemons', 'http', undefined],
    ['http://localhost/acme/daemons', 'http', undefined],
  ])('allows %s', (text, protocol, url) => {
    expect(parseGitUrl(text)).toEqual({ ok: true, remote: { url: url ?? text, protocol } });
  });

  it.each([
    ['', /empty/],
    ['ext::sh -c touch% /tmp/pwned', /space/],
    ['ext::sh', /remote helpers are not allowed/],
    ['EXT::sh', /remote helpers are not allowed/],
    ['fd::17', /remote helpers are not allowed/],
    ['::x', /remote helpers are not allowed/],
    ['ext://host/path', /scheme is not allowed/],
    ['--upload-pack=touch', /starts with "-"/],
    ['-oProxyCommand=x:y', /starts with "-"/],
    ['ssh://-oProxyCommand=x/y', /not a host name/],
    ['ssh://git@-oProxyCommand=x/y', /not a host name/],
    ['ssh://-oProxyCommand=x@host/y', /password or token/],
    ['git@-oProxyCommand=x:y', /none of/],
    ['git@host:-oProxyCommand', /none of/],
    ['git://github.com/acme/daemons', /scheme is not allowed/],
    ['ftp://host/path', /scheme is not allowed/],
    ['http://git.example.com/acme/daemons', /loopback only/],
    ['http://127.0.0.1.example.com/acme/daemons', /loopback only/],
    ['https://github.com', /names no repository/],
    ['file://host/srv/git', /names no host/],
    ['https://host\\@other/path', /backslash/],
    ['https://host/path\n', /control character/],
    ['daemons', /none of/],
    ['./daemons', /none of/],
  ])('refuses %j', (text, problem) => {
    const parsed = parseGitUrl(text);
    expect(parsed.ok ? 'allowed' : parsed.problem).toMatch(problem);
  });

  it.each([
    'https://user:hunter2@host/path',
    'https://hunter2@host/path',
    'https://host/path?private_token=hunter2',
    'https://host/path#hunter2',
    'ssh://git:hunter2@host/path',
    'git:hunter2@host:path',
    'http://hunter2@localhost/path',
    'ftp://user:hunter2@host/path',
  ])('refuses %s without repeating what it holds', (text) => {
    const parsed = parseGitUrl(text);
    expect(parsed.ok).toBe(false);
    expect(JSON.stringify(parsed)).not.toContain('hunter2');
  });

  it('never quotes a URL that it refuses', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z]{2,5}:\/\/[a-z]+:s3cr3t[a-z]*@[a-z]+\/[a-z]*$/), (text) => {
        expect(JSON.stringify(parseGitUrl(text))).not.toContain('s3cr3t');
      }),
    );
  });

  it('never lets through what git or ssh would take for an option', () => {
    const part = fc.constantFrom('-', 'a', ':', '/', '@', 'ssh://', '::', '.', 'ext', '[', ']');
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
        const parsed = parseGitUrl(parts.join(''));
        if (!parsed.ok) return;
        expect(parsed.remote.url).not.toMatch(/^-|^[\w+.-]*::|^\w+:\/\/(?:[^/]*@)?-|^[^/]*@-|^[^/:]+:-/);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('which paths inside a repository are allowed', () => {
  it.each([
    ['', ''],
    ['.', ''],
    ['./a//b/', 'a/b'],
    ['a b/c.yaml', 'a b/c.yaml'],
    ['..a/b..', '..a/b..'],
  ])('reads %j as %j', (text, path) => {
    expect(parseGitPath(text)).toEqual({ ok: true, path });
  });

  it.each([
    ['/etc', /relative/],
    ['a/../../b', /\.\./],
    ['a\\b', /backslash/],
    ['a\r', /control/],
  ])('refuses %j', (text, problem) => {
    const parsed = parseGitPath(text);
    expect(parsed.ok ? 'allowed' : parsed.problem).toMatch(problem);
  });
});
