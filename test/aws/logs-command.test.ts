import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createShell } from '../support/world/shell.ts';
import { MANIFESTS } from '../support/world/world.ts';

const GROUP = '/stationkeeper/xray';
const TASK = '0123456789abcdef0123456789abcdef';

/** The shipped X-Ray daemon, converged, and what its containers write. */
async function daemon(manifest = MANIFESTS['xray.yaml']) {
  const shell = createShell();
  writeFileSync(join(shell.folder, 'xray.yaml'), manifest);
  expect(await shell.apply()).toMatchObject({ code: 0 });
  const call = (operation: string, input: object) =>
    shell.sandbox.call({ service: 'logs', operation, input, region: 'us-east-1' });
  const streams = new Set<string>();
  return {
    ...shell,
    write: async (message: string, { agoMs = 0, stream = `docker/xray/${TASK}`, group = GROUP } = {}) => {
      if (!streams.has(stream)) await call('CreateLogStream', { logGroupName: group, logStreamName: stream });
      streams.add(stream);
      const timestamp = Math.floor(shell.sandbox.world.now()) - agoMs;
      await call('PutLogEvents', {
        logGroupName: group,
        logStreamName: stream,
        logEvents: [{ timestamp, message }],
      });
      return new Date(timestamp).toISOString();
    },
  };
}

describe('logs', () => {
  it('prints what a daemon has written, the earliest first, with its time, container and task', async () => {
    const { write, logs } = await daemon();
    const [later, earlier] = [await write('two', { agoMs: 1000 }), await write('one', { agoMs: 5000 })];
    expect(await logs()).toEqual({
      code: 0,
      out: `${earlier} xray 01234567 one\n${later} xray 01234567 two\n`,
      err: '',
      mutations: [],
    });
  });

  it('begins as far back as it is asked to, and says so where nothing was written since', async () => {
    const { write, logs } = await daemon();
    await write('old', { agoMs: 3_600_000 });
    const { out, err, code } = await logs();
    expect([out, code]).toEqual(['', 0]);
    expect(err).toMatch(/^nothing was logged since \S+; look further back with --since 1d\n$/);
    expect((await logs({ sinceMs: 7_200_000 })).out).toMatch(/ old\n$/);
  });

  it('prints the containers of this daemon alone, or one of them', async () => {
    const two = MANIFESTS['xray.yaml'].replace(
      '  containers:\n',
      '  containers:\n    - { name: side, image: side, essential: false }\n',
    );
    const { write, logs } = await daemon(two);
    await write('of xray');
    await write('of side', { stream: `docker/side/${TASK}` });
    await write('of a stranger', { stream: `docker/stranger/${TASK}` });
    const texts = async (options = {}) =>
      (await logs(options)).out.split('\n').map((line) => line.split(' ').slice(3).join(' '));
    expect(await texts()).toEqual(['of xray', 'of side', '']);
    expect(await texts({ container: 'side' })).toEqual(['of side', '']);
    await expect(logs({ container: 'none' })).rejects.toThrow(
      'no container "none" of DaemonService "xray" logs to CloudWatch Logs; there are: side, xray',
    );
  });

  it('what could write over the terminal is shown as what it is, and lines of one event stay together', async () => {
    const { write, logs } = await daemon();
    await write('\u001B[2Jred\tand\nmore\n');
    expect((await logs()).out).toMatch(/ \\u\{1b\}\[2Jred\tand\n {4}more\n$/);
  });

  it('follows until it is told to end: each event once, also one that comes late', async () => {
    const { clock, sandbox, write, logs } = await daemon();
    await write('before');
    const stop = new AbortController();
    const following = logs({ follow: true, sinceMs: 86_400_000 }, stop.signal);
    const written = (async () => {
      while (!sandbox.requestCounts.has('logs:FilterLogEvents')) await clock.sleep(10);
      await clock.sleep(5000);
      await write('now');
      await clock.sleep(5000);
      await write('late', { agoMs: 8000 });
      await clock.sleep(5000);
      stop.abort();
    })();
    const { out, code } = await following;
    await written;
    expect(out.split('\n').map((line) => line.split(' ')[3])).toEqual(['before', 'now', 'late', undefined]);
    expect(code).toBe(0);
  });

  it('reads every page', async () => {
    const { write, logs, sandbox } = await daemon();
    await write('first');
    const timestamp = Math.floor(sandbox.world.now());
    const logEvents = Array.from({ length: 10_000 }, (_, index) => ({
      timestamp,
      message: `event ${index}`,
    }));
    await sandbox.call({
      service: 'logs',
      operation: 'PutLogEvents',
      input: { logGroupName: GROUP, logStreamName: `docker/xray/${TASK}`, logEvents },
      region: 'us-east-1',
    });
    const lines = (await logs()).out.trimEnd().split('\n');
    expect([lines.length, lines.at(-1)?.endsWith('event 9999')]).toEqual([10_001, true]);
  });

  it.each([
    ['no daemon service of that name', { name: 'none' }, 'no valid manifest declares a DaemonService "none"'],
    [
      'no such Environment',
      { environment: 'none' },
      'Environment none has no DaemonService "xray"; one is in default',
    ],
  ])('is told of %s', async (_what, options, says) => {
    const { logs } = await daemon();
    await expect(logs(options)).rejects.toThrow(says);
  });

  it('is told of a log group that is not there yet', async () => {
    const shell = createShell();
    writeFileSync(join(shell.folder, 'xray.yaml'), MANIFESTS['xray.yaml']);
    await expect(shell.logs()).rejects.toThrow(
      'there is no log group /stationkeeper/xray: apply the daemon service to create it',
    );
  });
});
