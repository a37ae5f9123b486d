import { createSocket } from 'node:dgram';
import { connect } from 'node:net';
import { XRayClient } from '@aws-sdk/client-xray';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createSandbox } from '../../sandbox/sandbox.ts';
import { VirtualClock } from '../../sandbox/virtual-clock.ts';
import { readCommandLine } from '../../sandbox/xray-daemon/command-line.ts';
import { connectionErrorOf } from '../../sandbox/xray-daemon/counts.ts';
import { startDaemon } from '../../sandbox/xray-daemon/daemon.ts';
import { readDatagram } from '../../sandbox/xray-daemon/datagram.ts';
import { createHeld } from '../../sandbox/xray-daemon/held.ts';
import { createLog } from '../../sandbox/xray-daemon/log.ts';
import { freePort } from '../support/programs/ports.ts';
import { clientConfig, openDoor } from '../support/sandbox/http-door.ts';
import type { Door } from '../support/sandbox/http-door.ts';
import { segment, segmentId, traceId } from '../support/sandbox/xray.ts';

const HEADER = '{"format": "json", "version": 1}';
const PATIENCE = { timeout: 60_000, interval: 20 };

describe('a datagram', () => {
  it.each([
    [`${HEADER}\n{"id": "1"}`, '{"id": "1"}'],
    ['{"format":"JSON","version":1}\n{"id": "1"}', '{"id": "1"}'],
    [`${HEADER}\n[{"id": "1"},\n{"id": "2"}]\n`, '[{"id": "1"},\n{"id": "2"}]\n'],
    [`${HEADER}\nno JSON, which X-Ray says`, 'no JSON, which X-Ray says'],
  ])('%j holds the document behind its first line, as it is', (text, document) => {
    expect(readDatagram(Buffer.from(text))).toEqual({ document });
  });

  it.each([
    '',
    '\n',
    '{"id": "1"}',
    '{"format": "json", "version": 2}\n{}',
    '{"format": 1, "version": 1}\n{}',
    'null\n{}',
    '\u00FF\n{}',
  ])('%j has no header', (text) => {
    expect(readDatagram(Buffer.from(text))).toEqual({
      malformed: 'does not begin with the line {"format": "json", "version": 1}',
    });
  });

  it.each([HEADER, `${HEADER}\n`, `${HEADER}\n \n`])('%j has no segment', (text) => {
    expect(readDatagram(Buffer.from(text))).toEqual({ malformed: 'has no segment behind its first line' });
  });
});

describe('what is held', () => {
  const kilobytes = (number: number) => 'x'.repeat(number * 1024);

  it.each([
    { what: 'nothing', documents: [], full: false, batches: [] },
    { what: 'one document', documents: ['a'], full: false, batches: [1] },
    { what: 'as many as a call takes', documents: Array<string>(50).fill('a'), full: true, batches: [50] },
    {
      what: 'more than two calls take',
      documents: Array<string>(101).fill('a'),
      full: true,
      batches: [50, 50, 1],
    },
    { what: 'large ones', documents: Array<string>(13).fill(kilobytes(64)), full: true, batches: [6, 6, 1] },
    { what: 'one beyond all bounds', documents: [kilobytes(500), 'a'], full: true, batches: [1, 1] },
  ])('goes out in calls that a body has room for: $what', ({ documents, full, batches }) => {
    const held = createHeld(10 * 1024 * 1024);
    expect(documents.map((document) => held.add(document))).toEqual(documents.map(() => true));
    expect(held.isFull()).toBe(full);
    const taken = [...batches.map(() => held.take()), held.take()];
    expect(taken.map(({ length }) => length)).toEqual([...batches, 0]);
    expect(taken.flat()).toEqual(documents);
    expect(held.isFull()).toBe(false);
  });

  it('is bounded by bytes, and has room again for what is taken out', () => {
    const held = createHeld(4);
    expect([held.add('ä'), held.add('abc'), held.add('ab'), held.add('a')]).toEqual([
      true,
      false,
      true,
      false,
    ]);
    expect(held.take()).toEqual(['ä', 'ab']);
    expect(held.add('abcd')).toBe(true);
  });
});

describe('the command line', () => {
  const local = { host: '127.0.0.1', port: 2000 };
  const defaults = {
    bind: local,
    bindTcp: local,
    region: 'eu-west-1',
    resourceArn: undefined,
    bufferBytes: 16 * 1024 * 1024,
    logLevel: 'prod',
  };

  it.each([
    [[], {}],
    [['-o'], {}],
    [['--local-mode=false', '-o=true'], {}],
    [['-n', 'us-west-2'], { region: 'us-west-2' }],
    [['-region=us-west-2'], { region: 'us-west-2' }],
    [['-b', '127.31.0.5:2001'], { bind: { host: '127.31.0.5', port: 2001 } }],
    [['--bind', '127.31.0.5:1', '--bind=[::1]:2'], { bind: { host: '::1', port: 2 } }],
    [['-t', ':2001'], { bindTcp: { host: '0.0.0.0', port: 2001 } }],
    [['-l', 'debug', '-m', '3'], { logLevel: 'debug', bufferBytes: 3 * 1024 * 1024 }],
    [['-a', 'arn:aws:ec2:a'], { resourceArn: 'arn:aws:ec2:a' }],
  ])("%j is understood as AWS's daemon understands it", (words, options) => {
    expect(readCommandLine(words, { AWS_REGION: 'eu-west-1' })).toEqual({ run: { ...defaults, ...options } });
  });

  it.each([
    [
      ['-r', 'arn'],
      'The stand-in for the X-Ray daemon has no -r/--role-arn: it sends with the credentials of its environment.',
    ],
    [
      ['--config=x'],
      'The stand-in for the X-Ray daemon has no -c/--config: give flags instead, and its endpoint in AWS_ENDPOINT_URL.',
    ],
    [['-f', 'x'], 'The stand-in for the X-Ray daemon has no -f/--log-file: it tells on standard error.'],
    [['-p', 'x'], 'The stand-in for the X-Ray daemon has no -p/--proxy-address: it calls X-Ray itself.'],
    [['-b'], '--bind needs a value.'],
    [['-b', '2000'], '--bind is HOST:PORT, such as 127.0.0.1:2000, not 2000.'],
    [['-t', 'a:65536'], '--bind-tcp is HOST:PORT, such as 127.0.0.1:2000, not a:65536.'],
    [['-o=maybe'], '--local-mode is true or false, not maybe.'],
    [['-m', '2'], '--buffer-memory is a number of megabytes from 3 on, not 2.'],
    [['-l', 'toString'], '--log-level is one of dev, debug, info, warn, error, prod, not toString.'],
    [
      ['--endpoint', 'x'],
      expect.stringMatching(/^There is no --endpoint; there are -a\/--resource-arn, -b\/--bind, /),
    ],
    [['run'], expect.stringMatching(/^There is no run; there are /)],
  ])('%j is refused by name', (words, refused) => {
    expect(readCommandLine(words, { AWS_REGION: 'eu-west-1' })).toEqual({ refused });
  });

  it('needs a Region', () => {
    expect(readCommandLine([], {})).toEqual({ refused: 'There is no Region: give --region, or AWS_REGION.' });
    expect(readCommandLine(['-v'], {})).toEqual({ version: true });
  });
});

it.each([
  [{ $metadata: { httpStatusCode: 403 } }, 'HTTPCode4XXCount'],
  [{ $metadata: { httpStatusCode: 503 } }, 'HTTPCode5XXCount'],
  [{ name: 'TimeoutError' }, 'TimeoutCount'],
  [{ code: 'ECONNREFUSED' }, 'ConnectionRefusedCount'],
  [{ code: 'ENOTFOUND' }, 'UnknownHostCount'],
  [{ name: 'CredentialsProviderError' }, 'OtherCount'],
] as const)('a call that fails with %j is reported as %s', (error, counted) => {
  expect(connectionErrorOf(error)).toBe(counted);
});

it.each([
  ['dev', ['debug', 'info', 'warn', 'error']],
  ['prod', ['info', 'warn', 'error']],
  ['warn', ['warn', 'error']],
  ['error', ['error']],
] as const)('at the level %s it tells %j, one line a message', (level, shown) => {
  const written: string[] = [];
  const log = createLog(
    level,
    () => new Date(0),
    (text) => written.push(text),
  );
  for (const severity of ['debug', 'info', 'warn', 'error'] as const) log(severity, 'a\nb');
  expect(written).toEqual(shown.map((severity) => `1970-01-01T00:00:00.000Z [${severity}] a b\n`));
});

describe('the daemon', () => {
  const anywhere = { host: '127.0.0.1', port: 0 };

  async function start(door: Door, { endpoint = door.url, waitMs = 100 } = {}) {
    const told: string[] = [];
    const client = new XRayClient({ ...clientConfig(door), endpoint });
    const daemon = await startDaemon(
      { bind: anywhere, bindTcp: anywhere, resourceArn: undefined, bufferBytes: 3 * 1024 * 1024 },
      { client, log: (severity, line) => told.push(`${severity} ${line}`), now: () => new Date(), waitMs },
    );
    let closing: Promise<void> | undefined;
    const close = () => (closing ??= daemon.close());
    const socket = createSocket('udp4');
    onTestFinished(async () => {
      socket.close();
      await close();
      client.destroy();
    });
    const port = Number(daemon.udp.split(':').at(-1));
    const send = (text: string) =>
      new Promise<void>((resolve, reject) => {
        socket.send(text, port, '127.0.0.1', (error) => (error === null ? resolve() : reject(error)));
      });
    return { daemon, close, send, told };
  }

  async function openSandbox() {
    const sandbox = createSandbox({ clock: new VirtualClock() });
    return openDoor((request) => sandbox.call(request));
  }

  const inputs = <T>(door: Door, operation: string) =>
    door.calls.filter((call) => call.operation === operation).map(({ input }) => input as T);

  /** Documents, by the calls that had them. */
  const sentTo = (door: Door) =>
    inputs<{ TraceSegmentDocuments: string[] }>(door, 'PutTraceSegments').map(
      (one) => one.TraceSegmentDocuments,
    );

  it('sends what has waited, and tells what X-Ray has not processed', async () => {
    const door = await openSandbox();
    const { send, told } = await start(door);
    const documents = [segment(), segment({ id: segmentId(2), name: '' })].map((one) => JSON.stringify(one));
    for (const document of documents) await send(`${HEADER}\n${document}`);
    await vi.waitFor(() => expect(told.join('\n')).toContain('warn'), PATIENCE);
    expect(sentTo(door).flat()).toEqual(documents);
    expect(told.at(-1)).toMatch(/^warn X-Ray has not processed 0000000000000002: MissingName: /);
  });

  it('says at its level debug of which trace each document is that it takes, and how many it has sent', async () => {
    const door = await openSandbox();
    const { send, told, close } = await start(door, { waitMs: 3_600_000 });
    const document = JSON.stringify(segment());
    for (const text of [document, '{"trace_id": 1}']) await send(`${HEADER}\n${text}`);
    await vi.waitFor(() => expect(told).toHaveLength(2), PATIENCE);
    await close();
    expect(told.slice(0, 3)).toEqual([
      `debug Document taken, of trace ${traceId()}: ${document.length} bytes.`,
      'debug Document taken, of no trace that it names: 15 bytes.',
      'debug Documents sent: 2.',
    ]);
  });

  it('counts what is malformed, tells it once, and goes on', async () => {
    const door = await openSandbox();
    const { send, told, close } = await start(door);
    for (const text of ['{}', '', HEADER, `${HEADER}\n${JSON.stringify(segment())}`]) await send(text);
    await vi.waitFor(() => expect(sentTo(door)).toHaveLength(1), PATIENCE);
    await close();
    expect(told.filter((line) => line.startsWith('warn'))).toEqual([
      'warn A datagram does not begin with the line {"format": "json", "version": 1}; it and others like it are counted and left out.',
    ]);
    expect(told.at(-1)).toBe('info It ends. Malformed datagrams: 3; documents without room: 0.');
    expect(inputs(door, 'PutTelemetryRecords')).toMatchObject([
      { TelemetryRecords: [{ SegmentsReceivedCount: 4, SegmentsRejectedCount: 3, SegmentsSentCount: 1 }] },
    ]);
  });

  it('sends at once what fills a call, and what it holds when it ends', async () => {
    const door = await openSandbox();
    const { send, close, told } = await start(door, { waitMs: 3_600_000 });
    const documents = Array.from({ length: 51 }, (_, index) =>
      JSON.stringify(segment({ id: segmentId(index + 1) })),
    );
    for (const document of documents.slice(0, 50)) await send(`${HEADER}\n${document}`);
    await vi.waitFor(() => expect(sentTo(door)).toHaveLength(1), PATIENCE);
    await send(`${HEADER}\n${documents.at(-1)}`);
    await send('malformed, so that it is told when all before it has come');
    await vi.waitFor(() => expect(told.join('\n')).toContain('warn'), PATIENCE);
    await close();
    expect(sentTo(door)).toEqual([documents.slice(0, 50), documents.slice(50)]);
  });

  it('says what is lost where X-Ray is not reached, and stays', async () => {
    const door = await openSandbox();
    const { daemon, send, told } = await start(door, { endpoint: `http://127.0.0.1:${await freePort()}` });
    await send(`${HEADER}\n${JSON.stringify(segment())}`);
    await vi.waitFor(() => expect(told).toHaveLength(2), PATIENCE);
    expect(told[1]).toMatch(/^error PutTraceSegments failed, documents lost: 1 \(/);
    const answer = await fetch(`http://${daemon.tcp}/GetSamplingRules`, { method: 'POST', body: '{}' });
    expect([answer.status, await answer.json()]).toEqual([
      502,
      { message: 'The stand-in for the X-Ray daemon could not reach X-Ray.' },
    ]);
  });

  it('hands every call on to X-Ray, signed, and its answer back', async () => {
    const door = await openSandbox();
    const { daemon } = await start(door);
    const post = async (path: string, body: string) => {
      const answer = await fetch(`http://${daemon.tcp}${path}`, { method: 'POST', body });
      return [answer.status, answer.headers.get('x-amzn-errortype'), await answer.json()];
    };
    expect(await post('/GetSamplingRules', '')).toMatchObject([
      200,
      null,
      { SamplingRuleRecords: [{ SamplingRule: { RuleName: 'Default' } }] },
    ]);
    const report = {
      RuleName: 'Default',
      ClientID: 'a'.repeat(24),
      Timestamp: 1,
      RequestCount: 1,
      SampledCount: 1,
    };
    expect(
      await post('/SamplingTargets', JSON.stringify({ SamplingStatisticsDocuments: [report] })),
    ).toMatchObject([200, null, { SamplingTargetDocuments: [{ RuleName: 'Default' }] }]);
    expect(await post('/SamplingTargets', '{}')).toMatchObject([400, 'InvalidRequestException', {}]);
    expect(door.calls.map(({ service, region }) => `${service} ${region}`)).toEqual(
      Array<string>(2).fill('xray us-east-1'),
    );
    expect(await post('/TraceSegments', ' '.repeat(1024 * 1024 + 1))).toEqual([
      413,
      null,
      { message: 'A body is at most 1048576 bytes.' },
    ]);
  });

  it('does not start at an address that others have, and leaves nothing open', async () => {
    const door = await openSandbox();
    const { daemon } = await start(door);
    const taken = { host: '127.0.0.1', port: Number(daemon.udp.split(':').at(-1)) };
    const port = await freePort();
    const starting = startDaemon(
      { bind: taken, bindTcp: { host: '127.0.0.1', port }, resourceArn: undefined, bufferBytes: 1 },
      {
        client: new XRayClient(clientConfig(door)),
        log: () => undefined,
        now: () => new Date(),
        waitMs: 100,
      },
    );
    await expect(starting).rejects.toMatchObject({ code: 'EADDRINUSE' });
    const refused = await new Promise<unknown>((resolve) => {
      connect(port, '127.0.0.1')
        .once('error', resolve)
        .once('connect', () => resolve('connected'));
    });
    expect(refused).toMatchObject({ code: 'ECONNREFUSED' });
  });
});
