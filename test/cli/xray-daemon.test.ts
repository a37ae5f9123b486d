import { describe, expect, it } from 'vitest';
import { startXRayDaemon } from '../support/programs/cli.ts';

const ANYWHERE = ['--bind', '127.0.0.1:0', '--bind-tcp', '127.0.0.1:0'];

describe('the stand-in for the X-Ray daemon, as a program', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('says what it is, and ends with 0 by %s', async (signal) => {
    const daemon = startXRayDaemon(ANYWHERE);
    expect(await daemon.ready()).toMatch(
      /^This is Stationkeeper's stand-in for the X-Ray daemon, which is not AWS's: it takes segments at 127\.0\.0\.1:\d+\/udp and calls at 127\.0\.0\.1:\d+\/tcp, for X-Ray in us-east-1\.\n$/,
    );
    daemon.kill(signal);
    expect(await daemon.ended).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(
        /^\S+ \[info\] It ends\. Malformed datagrams: 0; documents without room: 0\.\n$/,
      ),
    });
  });

  it('ends with 2 where it has no such flag', async () => {
    expect(await startXRayDaemon(['--role-arn', 'arn:aws:iam::123456789012:role/xray']).ended).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'error: The stand-in for the X-Ray daemon has no -r/--role-arn: it sends with the credentials of its environment.\n',
    });
  });

  it('ends with 1 where others listen already', async () => {
    const daemon = startXRayDaemon(ANYWHERE);
    const [, taken = ''] = /calls at (\S+)\/tcp/.exec(await daemon.ready()) ?? [];
    expect(await startXRayDaemon(['--bind', '127.0.0.1:0', '--bind-tcp', taken]).ended).toEqual({
      code: 1,
      stdout: '',
      stderr: `error: the stand-in for the X-Ray daemon cannot listen: listen EADDRINUSE: address already in use ${taken}; choose another --bind or --bind-tcp\n`,
    });
    daemon.kill('SIGTERM');
    await daemon.ended;
  });

  it('says its version', async () => {
    expect(await startXRayDaemon(['--version']).ended).toEqual({
      code: 0,
      stdout: "Stationkeeper's stand-in for the X-Ray daemon, which is not AWS's\n",
      stderr: '',
    });
  });
});
