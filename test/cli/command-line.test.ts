import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { MANIFESTS, run, scratchFolder } from '../support/programs/cli.ts';

const FREE = ['--listen', '127.0.0.1:0'];
const QUIET = ['--log-level', 'silent'];

/** A port that somebody else listens on. */
async function takenPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

function fileWith(text: string): string {
  const file = join(scratchFolder(), 'token');
  writeFileSync(file, text);
  return file;
}

describe.concurrent('the program', () => {
  it('prints its help and its version to standard output', async () => {
    const [help, runHelp, version] = await Promise.all([
      run(['--help']),
      run(['run', '--help']),
      run(['--version']),
    ]);
    expect(help).toMatchObject({ code: 0, stderr: '' });
    for (const command of ['validate', 'plan', 'apply', 'run', 'status', 'sandbox', 'policy', 'schema']) {
      expect(help.stdout).toMatch(new RegExp(`^  ${command} `, 'm'));
    }
    expect(runHelp).toMatchObject({ code: 0, stderr: '' });
    expect(runHelp.stdout).toContain('STATIONKEEPER_SANDBOX_LISTEN');
    expect(version).toEqual({ code: 0, stderr: '', stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  });

  it.for<readonly [string, readonly string[], RegExp]>([
    ['no command', [], /^error: no command is given; commands: validate, /],
    ['an unknown command', ['destroy'], /^error: unknown command 'destroy'/],
    ['an unknown flag', ['plan', '--colour'], /^error: unknown option '--colour'/],
    [
      'a value out of range',
      ['apply', '--timeout', 'soon'],
      /^error: --timeout 'soon': expected a duration /,
    ],
    ['a folder that is not there', ['validate', 'no-such-folder'], /^error .*no-such-folder does not exist/],
    [
      'a server that does not answer',
      ['status', '--server', 'http://127.0.0.1:1'],
      /^error: http:\/\/127\.0\.0\.1:1 does not answer; is the controller running there\?/,
    ],
    [
      'a token file that is not there',
      ['run', '--sandbox', '--token-file', '/no/token', ...FREE, ...QUIET],
      /^error: --token-file \/no\/token: cannot be read \(ENOENT\)/,
    ],
  ])('refuses %s with one line and exit code 1', async ([, args, line]) => {
    const { code, stderr } = await run(args);
    expect(stderr).toMatch(line);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(code).toBe(1);
  });

  it('refuses an empty token file with one line and exit code 1', async () => {
    const file = fileWith('\n');
    const { code, stderr } = await run(['run', '--sandbox', '--token-file', file, ...FREE, ...QUIET]);
    expect(stderr).toBe(`error: --token-file ${file}: its first line is empty; it must hold the secret\n`);
    expect(code).toBe(1);
  });

  it('refuses a port in use with one line and exit code 1', async () => {
    const address = `127.0.0.1:${await takenPort()}`;
    const [controller, beside, sandbox] = await Promise.all([
      run(['run', MANIFESTS, '--endpoint-url', 'http://127.0.0.1:1', '--listen', address, ...QUIET]),
      run(['run', MANIFESTS, '--sandbox', ...FREE, '--sandbox-listen', address, ...QUIET]),
      run(['sandbox', '--listen', address]),
    ]);
    expect(controller).toEqual({
      code: 1,
      stdout: '',
      stderr: `error: cannot listen on ${address} (EADDRINUSE); choose another --listen\n`,
    });
    const refusal = `error: the sandbox cannot listen on ${address} (EADDRINUSE); choose another`;
    expect(beside).toEqual({ code: 1, stdout: '', stderr: `${refusal} --sandbox-listen\n` });
    expect(sandbox).toEqual({ code: 1, stdout: '', stderr: `${refusal} --listen\n` });
  });

  it('takes flags from the environment, and the command line wins', async () => {
    const [wrong, right] = await Promise.all([
      run(['plan', MANIFESTS], { STATIONKEEPER_SANDBOX: 'true', STATIONKEEPER_OUTPUT: 'xml' }),
      run(['plan', MANIFESTS, '--output', 'json'], {
        STATIONKEEPER_SANDBOX: 'true',
        STATIONKEEPER_OUTPUT: 'xml',
        STATIONKEEPER_DETAILED_EXITCODE: '1',
      }),
    ]);
    expect(wrong).toEqual({
      code: 1,
      stdout: '',
      stderr: "error: STATIONKEEPER_OUTPUT 'xml': expected one of text, json, markdown\n",
    });
    expect(right.stderr).toBe('');
    expect(right.code).toBe(2);
    expect(JSON.parse(right.stdout)).toMatchObject({ summary: { create: 16 } });
  });
});
