import { readFileSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { ContainerLaunch } from '../../sandbox/ecs/containers/runtime.ts';
import { atTask, inBlock } from '../../sandbox/processes/addresses.ts';
import { createLines } from '../../sandbox/processes/lines.ts';
import { commandFor, filled, unknownPlaceholders } from '../../sandbox/processes/mapping.ts';
import { createProcesses } from '../../sandbox/processes/runtime.ts';
import type { ProcessOptions, Processes } from '../../sandbox/processes/runtime.ts';
import { zoneOnMachine } from '../../sandbox/processes/zones.ts';
import type { Zone } from '../../sandbox/dns/zone.ts';
import { createSandbox } from '../../sandbox/sandbox.ts';
import { skippedFor } from '../support/runs/skipped.ts';

const PATIENCE = { timeout: 60_000, interval: 20 };
const onLinux = skippedFor(
  process.platform === 'linux' ? undefined : 'Linux alone has all of 127.0.0.0/8 as addresses of its own',
);

describe('the addresses of tasks on this machine', () => {
  it('are those of the API in another block, and lead back', () => {
    expect(inBlock('172.31.4.5', '127.31.0.0/16')).toBe('127.31.4.5');
    expect(inBlock('127.31.4.5', '172.31.0.0/16')).toBe('172.31.4.5');
    expect(inBlock('10.20.30.40', '127.0.0.0/8')).toBe('127.20.30.40');
    expect(() => inBlock('fd00::1', '127.31.0.0/16')).toThrow('has no place in 127.31.0.0/16');
  });

  it.each([
    ['0.0.0.0:2000', '127.31.0.5:2000'],
    ['--bind=0.0.0.0:2000', '--bind=127.31.0.5:2000'],
    ['http://localhost:13133/', 'http://127.31.0.5:13133/'],
    ['curl -f http://localhost/health', 'curl -f http://127.31.0.5/health'],
    ['endpoint: [::]:4317', 'endpoint: 127.31.0.5:4317'],
    ['127.0.0.1', '127.31.0.5'],
    ['http://127.0.0.1:4566', 'http://127.0.0.1:4566'],
    ['127.0.0.1:5353', '127.0.0.1:5353'],
    ['127.0.0.1:53', '127.31.0.5:53'],
    ['10.127.0.0.1', '10.127.0.0.1'],
    ['localhost.example.com', 'localhost.example.com'],
    ['my-localhost', 'my-localhost'],
  ])('stand where a container says "here": %s', (text, meant) => {
    const sandbox = ['127.0.0.1:4566', '127.0.0.1:5353'];
    expect(atTask(text, { address: '127.31.0.5', sandbox })).toBe(meant);
  });
});

it('a name leads to where a task is on this machine, and all else stays where it is', async () => {
  const sandbox = createSandbox({ clock: { now: () => 0, sleep: () => Promise.resolve() } });
  await sandbox.call({ service: 'ec2', operation: 'DescribeSubnets', input: {}, region: 'us-east-1' });
  const record = (type: 'A' | 'CNAME', data: string) => ({ type, name: 'xray.internal', data });
  const records = [record('A', '172.31.4.5'), record('A', '192.0.2.7'), record('CNAME', 'example.com')];
  const zone: Zone = {
    name: 'internal',
    createDate: new Date(0),
    isPrivate: true,
    soa: { type: 'SOA', name: 'internal', data: { mname: 'ns', rname: 'hostmaster' } },
    setsAt: () => [
      { type: 'A', routing: 'SIMPLE', records: records.map((each) => ({ record: each, healthy: true })) },
    ],
  };
  const addressOf = (address: string) => inBlock(address, '127.31.0.0/16');
  const sets = zoneOnMachine(zone, sandbox.places, addressOf).setsAt('xray.internal') ?? [];
  expect(sets.flatMap((set) => set.records.map((one) => (one.record as { data: unknown }).data))).toEqual([
    '127.31.4.5',
    '192.0.2.7',
    'example.com',
  ]);
});

describe('the command of an image', () => {
  const command = (image: string) => ({ image, command: [image] });
  const commands = [
    'public.ecr.aws/xray/aws-xray-daemon',
    'public.ecr.aws/xray/aws-xray-daemon:4.x',
    'nginx',
  ].map(command);

  it.each([
    ['public.ecr.aws/xray/aws-xray-daemon:3.x', 'public.ecr.aws/xray/aws-xray-daemon'],
    ['public.ecr.aws/xray/aws-xray-daemon', 'public.ecr.aws/xray/aws-xray-daemon'],
    ['public.ecr.aws/xray/aws-xray-daemon:4.x', 'public.ecr.aws/xray/aws-xray-daemon:4.x'],
    ['docker.io/library/nginx:1', 'nginx'],
    ['other.example.com/xray/aws-xray-daemon:3.x', undefined],
  ])('%s is that of %s', (image, meant) => {
    expect(commandFor(commands, image)?.image).toBe(meant);
  });

  it('is given the address, port, Region, endpoint and name server, and leaves other braces alone', () => {
    const values = {
      address: '127.31.0.5',
      port: '2000',
      region: 'us-east-1',
      endpoint: 'http://127.0.0.1:4566',
      dns: '127.0.0.1:5353',
    };
    const words = ['{address}:{port}', '{region}{endpoint}', '{dns}', '{"a":1}'];
    expect(filled({ image: 'xray', command: words }, values)).toEqual([
      '127.31.0.5:2000',
      'us-east-1http://127.0.0.1:4566',
      '127.0.0.1:5353',
      '{"a":1}',
    ]);
  });

  it('what is misspelt in it is found', () => {
    expect(unknownPlaceholders({ image: 'xray', command: ['./xray', '{adress}:{port}'] })).toEqual([
      '{adress}',
    ]);
  });
});

describe('lines of output', () => {
  it('are whole, however they come, and without empty ones', () => {
    const lines = createLines();
    expect(lines.add('one\ntw')).toEqual(['one']);
    expect(lines.add('o\r\n\nthree')).toEqual(['two']);
    expect(lines.end()).toEqual(['three']);
    expect(lines.end()).toEqual([]);
  });

  it('that are longer than an event become several', () => {
    expect(
      createLines()
        .add('x'.repeat(450_000))
        .map(({ length }) => length),
    ).toEqual([200_000, 200_000]);
  });
});

describe('a container as a process', onLinux, () => {
  const open: Processes[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map((processes) => processes.close()));
  });

  /** Containers of the image `app` run this script of Node. */
  function processes(script: string, changes: Partial<ProcessOptions> = {}) {
    const told: string[] = [];
    const made = createProcesses({
      commands: [{ image: 'app', command: [process.execPath, '-e', script, '{address}'] }],
      healthChecks: [],
      taskNetwork: '127.31.0.0/16',
      folder: '/',
      environment: { PATH: process.env['PATH'], AWS_PROFILE: 'mine', SECRET_OF_MINE: 'hush' },
      endpoint: () => 'http://127.0.0.1:4566',
      tell: (line) => void told.push(line),
      ...changes,
    });
    open.push(made);
    const start = (launch: Partial<ContainerLaunch> = {}) => {
      const lines: string[] = [];
      const seen = { started: false, failed: '', exitCode: undefined as number | undefined, lines };
      made.runtime.start(
        {
          id: 'task/app',
          name: 'app',
          image: 'app:1',
          taskId: 'task',
          group: 'service:app',
          accountId: '385605022855',
          region: 'us-east-1',
          address: '172.31.4.5',
          hasOwnInterface: true,
          ports: [{ protocol: 'udp', port: 2000 }],
          entryPoint: [],
          command: [],
          workingDirectory: undefined,
          environment: {},
          ...launch,
        },
        {
          started: () => void (seen.started = true),
          failed: (reason) => void (seen.failed = reason),
          exited: (exitCode) => void (seen.exitCode = exitCode),
          wrote: (written) => void lines.push(...written),
        },
      );
      return seen;
    };
    return { ...made, told, start };
  }

  const ends = (seen: { readonly exitCode: number | undefined }) =>
    vi.waitFor(() => expect(seen.exitCode).toBeDefined(), PATIENCE);
  const FOREVER = 'setInterval(() => {}, 1000);';

  it('has its words behind those of its image, its folder and its variables, and nothing of mine', async () => {
    const script = `console.log(JSON.stringify({
      words: process.argv.slice(1), folder: process.cwd(), env: process.env }))`;
    const { start, told } = processes(script);
    const seen = start({
      entryPoint: ['/app', 'serve'],
      command: ['--bind', '0.0.0.0:2000'],
      workingDirectory: tmpdir(),
      environment: { PEER: 'http://localhost:4317', KEY: 'hush' },
    });
    await ends(seen);
    expect(seen).toMatchObject({ started: true, exitCode: 0 });
    expect(JSON.parse(seen.lines[0]!)).toEqual({
      words: ['127.31.4.5', 'serve', '--bind', '127.31.4.5:2000'],
      folder: realpathSync(tmpdir()),
      env: {
        PATH: process.env['PATH'],
        PWD: expect.any(String),
        PEER: 'http://127.31.4.5:4317',
        KEY: 'hush',
        AWS_ENDPOINT_URL: 'http://127.0.0.1:4566',
        AWS_EC2_METADATA_DISABLED: 'true',
        AWS_CONFIG_FILE: '/dev/null',
        AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      },
    });
    expect(told[0]).toMatch(
      /^Container app of task task \(service:app\) runs as process \d+ at 127\.31\.4\.5: .*, and 3 of the container's own words$/s,
    );
    expect(told[1]).toBe('Container app of task task (service:app) has ended with exit code 0.');
    expect(told.join()).not.toContain('hush');
  });

  it('listens at the address of its task', async () => {
    const script = `const s = require('node:dgram').createSocket('udp4');
      s.on('message', (m) => console.log('got ' + m));
      s.bind(2000, process.argv[1], () => console.log('bound'));`;
    const { start, addressOf } = processes(script);
    const seen = start();
    await vi.waitFor(() => expect(seen.lines).toContain('bound'), PATIENCE);
    const { createSocket } = await import('node:dgram');
    const socket = createSocket('udp4');
    socket.send('a segment', 2000, addressOf('172.31.4.5'));
    await vi.waitFor(() => expect(seen.lines).toContain('got a segment'), PATIENCE);
    socket.close();
  });

  it('is told of where it listens for others than this machine', async () => {
    const script = `const [tcp, udp] = [require('node:net').createServer(), require('node:dgram').createSocket('udp4')];
      tcp.listen(0, '0.0.0.0', () => console.log(tcp.address().port));
      udp.bind(0, process.argv[1]);`;
    const { start, told } = processes(script);
    const seen = start();
    await vi.waitFor(() => expect(seen.lines).toHaveLength(1), PATIENCE);
    await vi.waitFor(() => expect(told).toHaveLength(2), PATIENCE);
    expect(told[1]).toBe(
      `Container app of task task (service:app) listens at tcp ${seen.lines[0]} of every address, so that others than this machine reach it: have it listen at {address}.`,
    );
  });

  it('tells its output of both kinds, the last of it too, and its exit code', async () => {
    const { start } = processes(`console.log('one'); console.error('two'); process.stdout.write('three');
      process.exitCode = 7;`);
    const seen = start();
    await ends(seen);
    expect(seen.lines.toSorted()).toEqual(['one', 'three', 'two']);
    expect(seen.exitCode).toBe(7);
  });

  it('may end by SIGTERM as it likes, and by SIGKILL as it must', async () => {
    const { start, runtime } = processes(
      `process.on('SIGTERM', () => console.log('heard')); ${FOREVER} console.log('up');`,
    );
    const seen = start();
    await vi.waitFor(() => expect(seen.lines).toContain('up'), PATIENCE);
    runtime.signal('task/app', 'SIGTERM');
    await vi.waitFor(() => expect(seen.lines).toContain('heard'), PATIENCE);
    expect(seen.exitCode).toBeUndefined();
    runtime.signal('task/app', 'SIGKILL');
    await ends(seen);
    expect(seen.exitCode).toBe(137);
  });

  it('takes with it what it started', async () => {
    const { start } = processes(`const { spawn } = require('node:child_process');
      const child = spawn(process.execPath, ['-e', '${FOREVER}'], { stdio: 'inherit' });
      console.log(child.pid); setTimeout(() => process.exit(1), 100);`);
    const seen = start();
    await ends(seen);
    await vi.waitFor(() => expect(isRunning(Number(seen.lines[0]))).toBe(false), PATIENCE);
  });

  it('is checked by a command with its variables, which may fail or take too long', async () => {
    const { start, runtime } = processes(FOREVER);
    start({ environment: { GOOD: 'yes' } });
    const check = (command: readonly string[], timeoutMs = 30_000) =>
      new Promise<boolean>((checked) => {
        runtime.check('task/app', { command, timeoutMs }, checked);
      });
    expect(await check(['/bin/sh', '-c', 'test "$GOOD" = yes'])).toBe(true);
    expect(await check(['/bin/sh', '-c', 'test "$GOOD" = no'])).toBe(false);
    expect(await check(['sh', '-c', 'test localhost = 127.31.4.5'])).toBe(true);
    expect(await check(['no-such-program'])).toBe(false);
    expect(await check(['/bin/sh', '-c', 'sleep 600'], 50)).toBe(false);
  });

  it('is checked by the command that stands for the health checks of its image, in place of its own', async () => {
    const { start, runtime } = processes(FOREVER, {
      healthChecks: [
        { image: 'app', command: ['sh', '-c', 'test "$0" = 127.31.4.5:2000', '{address}:{port}'] },
      ],
    });
    start();
    start({ id: 'task/other', name: 'other', ports: [] });
    const check = (id: string) =>
      new Promise<boolean>((checked) => {
        runtime.check(id, { command: ['/healthcheck'], timeoutMs: 30_000 }, checked);
      });
    expect(await check('task/app')).toBe(true);
    expect(await check('task/other')).toBe(false);
  });

  it.each([[['/no/such/check', '-f']], [['/bin/sh', '-c', '/no/such/check -f']]])(
    'fails its check where this machine lacks the program, which is told once: %j',
    async (command) => {
      const { start, runtime, told } = processes(FOREVER);
      start();
      const check = () =>
        new Promise<boolean>((checked) => {
          runtime.check('task/app', { command, timeoutMs: 30_000 }, checked);
        });
      expect([await check(), await check()]).toEqual([false, false]);
      expect(told.slice(1)).toEqual([
        `Container app of task task (service:app) fails its health check, as this machine has no such program: ${command.join(' ')}; --health-check 'app:1=COMMAND' puts another command in its place.`,
      ]);
    },
  );

  it('cannot start where its program is not there, and says so', async () => {
    const { start, told } = processes('', { commands: [{ image: 'app', command: ['./xray'] }] });
    const seen = start();
    await vi.waitFor(() => expect(seen.failed).not.toBe(''), PATIENCE);
    expect(seen.failed).toBe(
      'CannotStartContainerError: there is no program ./xray that can be run, which stands for the image app:1',
    );
    expect(told).toHaveLength(1);
  });

  it('cannot start at an address that is that of another task', async () => {
    const { start } = processes(FOREVER);
    start({ id: 'one/app', taskId: 'one' });
    const seen = start({ id: 'two/app', address: '10.99.4.5' });
    await vi.waitFor(() => expect(seen.failed).not.toBe(''), PATIENCE);
    expect(seen.failed).toContain('127.31.4.5 on this machine is 172.31.4.5 already');
  });

  it('ends with the sandbox, also where it does not listen to SIGTERM', async () => {
    const { start, close } = processes(
      `process.on('SIGTERM', () => {}); ${FOREVER} console.log(process.pid);`,
    );
    const seen = start();
    await vi.waitFor(() => expect(seen.lines).toHaveLength(1), PATIENCE);
    await close();
    expect(isRunning(Number(seen.lines[0]))).toBe(false);
    expect(seen.exitCode).toBeUndefined();
  });
});

/** Whether a process is there, and no zombie. */
function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
