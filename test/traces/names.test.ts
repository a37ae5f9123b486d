import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { DAEMON, lackOf, prepared } from '../support/applications/applications.ts';
import type { ApplicationName } from '../support/applications/applications.ts';
import { XRAY_MANIFEST, startDaemons } from '../support/applications/daemons.ts';
import type { Daemons } from '../support/applications/daemons.ts';
import { LACK_OF_TRACES, awsCli } from '../support/applications/traces.ts';
import { scratchFolder } from '../support/programs/cli.ts';
import { canRun, runCommand } from '../support/programs/command.ts';
import { skippedFor } from '../support/runs/skipped.ts';

const PATIENCE = { timeout: 120_000, interval: 200 };
/** The port of libc's resolver, at an address where nothing of the machine's own listens. */
const DNS = '127.84.255.53:53';
const [NAME = ''] = DAEMON.split(':');

const lack =
  LACK_OF_TRACES ??
  (process.getuid?.() === 0 && (await canRun('unshare', '--mount', 'true'))
    ? undefined
    : 'only root listens at port 53 and makes a mount namespace');

/** Runs a program that sees other files in the place of some of /etc. */
function withFiles(
  files: Readonly<Record<string, string>>,
  command: readonly string[],
  env: NodeJS.ProcessEnv = {},
) {
  const folder = scratchFolder();
  const mounts = Object.entries(files).map(([name, text]) => {
    writeFileSync(join(folder, name), text);
    return `mount --bind '${join(folder, name)}' '/etc/${name}' && `;
  });
  const args = ['--mount', 'sh', '-c', `${mounts.join('')}exec "$@"`, 'sh', ...command];
  return runCommand('unshare', args, { env: { PATH: process.env['PATH'], ...env } });
}

describe('a name of the sandbox', skippedFor(lack), () => {
  let daemons: Daemons;
  beforeAll(async () => {
    daemons = await startDaemons(XRAY_MANIFEST, '127.84', '--dns', DNS);
  });

  it('is found by a plain program through the resolver of libc, whose segment is a trace', async () => {
    const own = readFileSync('/etc/resolv.conf', 'utf8');
    const now = Math.floor(Date.now() / 1000);
    const trace = `1-${now.toString(16)}-${'0'.repeat(23)}1`;
    const segment = {
      trace_id: trace,
      id: '0000000000000001',
      name: 'plain',
      start_time: now,
      end_time: now + 0.1,
    };
    const datagram = join(scratchFolder(), 'datagram');
    writeFileSync(datagram, `{"format": "json", "version": 1}\n${JSON.stringify(segment)}`);
    const send = ['bash', '--norc', '-c', 'cat "$0" > "/dev/udp/${1%:*}/${1#*:}"', datagram, DAEMON];
    const [host] = DNS.split(':');
    const sent = await withFiles({ 'resolv.conf': `nameserver ${host}\n${own}` }, send);
    expect(sent).toMatchObject({ code: 0, stderr: '' });
    const aws = awsCli(daemons.sandboxUrl);
    await vi.waitFor(async () => expect([...(await aws.summaries()).keys()]).toEqual([trace]), PATIENCE);
  });

  const PYTHON = `
import socket, sys
for name in sys.argv[1:]:
    try:
        print(socket.gethostbyname(name))
    except OSError:
        print("none")
`;
  const NODE = `
(async () => {
  for (const name of process.argv.slice(1)) {
    const found = await require('node:dns').promises.lookup(name).catch(() => ({ address: 'none' }));
    console.log(found.address);
  }
})();
`;

  describe.each<readonly [ApplicationName, (command: readonly string[]) => readonly string[]]>([
    ['django', ([, , , python = '']) => [python, '-c', PYTHON]],
    ['express', ([node = '']) => [node, '-e', NODE]],
  ])('asked for by what %s runs on', (name, ask) => {
    it("is the sandbox's alone, and any other is the machine's", skippedFor(lackOf(name)), async () => {
      const { command, environment } = prepared(name, { host: '', port: 0, dns: DNS });
      const names = [NAME, `nobody.${NAME}`, 'outside.example.org'];
      const hosts = names.map((each) => `127.9.9.9 ${each}\n`).join('');
      const asked = [...ask(command), ...names, 'localhost', '127.0.0.9'];
      const { stdout } = await withFiles({ hosts: `127.0.0.1 localhost\n${hosts}` }, asked, environment);
      expect(stdout.trim().split('\n')).toEqual([
        expect.stringMatching(/^127\.84\.\d+\.\d+$/),
        'none',
        '127.9.9.9',
        '127.0.0.1',
        '127.0.0.9',
      ]);
    });
  });
});
