import { createServer } from 'node:http';
import type { IncomingHttpHeaders, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Target } from '../../controller/notifications/config.ts';
import type { Notice } from '../../controller/notifications/notice.ts';
import { createQueue } from '../../controller/notifications/queue.ts';
import type { Queue } from '../../controller/notifications/queue.ts';
import { post } from '../../controller/notifications/post.ts';
import { send } from '../../controller/notifications/send.ts';
import type { Ways } from '../../controller/notifications/send.ts';
import type { Clock } from '../../controller/core/ports.ts';
import { StationkeeperError } from '../../controller/core/errors.ts';

interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

type Answering = (response: ServerResponse, received: Received) => void;

const SECRET = 'a-secret-of-the-test';

let server: Server;
let url: string;
let received: Received[];
/** In turn; the last one goes on. */
let answers: Answering[];
let logged: { readonly message: string; readonly fields: Readonly<Record<string, unknown>> }[];
let secrets: Record<string, string>;
let pauses: number[];
/** Real milliseconds of an attempt; a busy machine takes its time. */
let deadlineMs: number;
let queue: Queue;

const ok: Answering = (response) => response.writeHead(204).end();

function answer(status: number, headers: Record<string, string> = {}, body = ''): Answering {
  return (response) => response.writeHead(status, headers).end(body);
}

/** Pauses are over at once and noted down; deadlines are real, and shorter than they are. */
const clock: Clock = {
  now: () => Date.parse('2026-12-01T03:00:00.000Z'),
  monotonic: () => performance.now(),
  async sleep(ms, signal) {
    if (ms === 10_000 || ms === 3_000) {
      await pause(ms === 3_000 ? deadlineMs / 2 : deadlineMs, undefined, { ...(signal && { signal }) }).catch(
        () => undefined,
      );
      return;
    }
    pauses.push(ms);
    await pause(0);
  },
};

beforeEach(async () => {
  received = [];
  answers = [ok];
  logged = [];
  pauses = [];
  deadlineMs = 20_000;
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      const one = { path: request.url ?? '', headers: request.headers, body };
      received.push(one);
      const next = answers.length > 1 ? answers.shift() : answers[0];
      next?.(response, one);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  secrets = { secret: SECRET, url: `${url}/services/T000/B000/XXXX`, token: 'Bearer abc' };
});

afterEach(async () => {
  await queue.close();
  server.closeAllConnections();
  await new Promise((resolve) => {
    server.close(resolve);
  });
});

function ways(): Ways {
  return {
    post,
    publish: () => Promise.reject(new Error('there is no SNS here')),
    readSecret: (file) => {
      const secret = secrets[file];
      if (secret !== undefined) return Promise.resolve(secret);
      const message = `the file ${file}: cannot be read (ENOENT)`;
      return Promise.reject(new StationkeeperError({ code: 'CannotRead', retry: 'never', message }));
    },
    now: () => clock.now(),
    owner: 'stationkeeper',
  };
}

function webhook(path = '/events'): Target {
  return {
    type: 'webhook',
    url: { text: `${url}${path}` },
    secretFile: 'secret',
    headersFiles: { Authorization: 'token' },
  };
}

const slack: Target = { type: 'slack', urlFile: 'url' };

function queueTo(target: Target): Queue {
  const log = (message: string, fields: Readonly<Record<string, unknown>>): void =>
    void logged.push({ message, fields });
  queue = createQueue({
    name: 'on-call',
    send: (notice, signal) => send(target, notice, ways(), signal),
    clock,
    random: () => 0.5,
    log: {
      debug: () => undefined,
      info: (fields, message) => log(message, fields),
      warn: (fields, message) => log(message, fields),
      error: (fields, message) => log(message, fields),
    },
  });
  return queue;
}

function noticeOf(id: string): Notice {
  return {
    id,
    type: 'incident.opened',
    subject: 'DaemonService/xray/ImageNotFound',
    sequence: 1,
    time: '2026-12-01T03:00:00.000Z',
    severity: 'critical',
    reason: 'ImageNotFound',
    title: `message ${id}`,
    lines: [],
    links: [],
    objects: [],
    environments: ['prod-eu'],
    foundAtStart: false,
    members: [],
  };
}

async function untilEmpty(): Promise<void> {
  await vi.waitFor(() => expect(queue.state().queued).toBe(0), { timeout: 20_000 });
}

function idsReceived(): readonly string[] {
  return received.map(({ body }) => (JSON.parse(body) as { readonly id: string }).id);
}

/** As a receiver finds out by the Web Cryptography API, which the sender does not use. */
async function isSigned(text: string, signature: string): Promise<boolean> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const key = await crypto.subtle.importKey('raw', Buffer.from(SECRET), algorithm, false, ['verify']);
  const hex = Buffer.from(signature.replace('sha256=', ''), 'hex');
  return crypto.subtle.verify('HMAC', key, hex, Buffer.from(text));
}

describe('a webhook', () => {
  it('gets a CloudEvent that is signed with the time of the attempt', async () => {
    queueTo(webhook()).push([noticeOf('1')]);
    await untilEmpty();
    const [{ path, headers, body }] = received as [Received];
    expect(path).toBe('/events');
    expect(headers['content-type']).toBe('application/cloudevents+json; charset=utf-8');
    expect(headers['authorization']).toBe('Bearer abc');
    expect(headers['x-stationkeeper-timestamp']).toBe('1796094000');
    expect(await isSigned(`1796094000.${body}`, String(headers['x-stationkeeper-signature-256']))).toBe(true);
    expect(await isSigned(`1796094001.${body}`, String(headers['x-stationkeeper-signature-256']))).toBe(
      false,
    );
    expect(JSON.parse(body)).toMatchObject({ specversion: '1.0', id: '1', data: { title: 'message 1' } });
    expect(logged).toEqual([
      {
        message: 'notified',
        fields: {
          receiver: 'on-call',
          id: '1',
          type: 'incident.opened',
          subject: 'DaemonService/xray/ImageNotFound',
          severity: 'critical',
          title: 'message 1',
        },
      },
    ]);
    expect(queue.state()).toEqual({
      queued: 0,
      undelivered: 0,
      lastDeliveredAt: '2026-12-01T03:00:00.000Z',
    });
  });

  it('gets the same message, and messages in order, after attempts that fail for now', async () => {
    answers = [answer(503), answer(500), (response) => response.destroy(), answer(408), ok];
    queueTo(webhook()).push([noticeOf('1'), noticeOf('2')]);
    await untilEmpty();
    expect(idsReceived()).toEqual(['1', '1', '1', '1', '1', '2']);
    expect(new Set(received.slice(0, 5).map(({ body }) => body)).size).toBe(1);
    // Full jitter, here always the middle.
    expect(pauses).toEqual([500, 1000, 2000, 4000]);
    expect(logged.map(({ message, fields }) => [message, fields['error']])).toEqual([
      ['failed', 'HTTP 503'],
      ['notified', undefined],
      ['notified', undefined],
    ]);
  });

  it.each([
    ['seconds', '7', 7000],
    ['a date', 'Tue, 01 Dec 2026 03:00:30 GMT', 30_000],
  ])('that has had enough is left alone for as long as it says in %s', async (_how, retryAfter, ms) => {
    answers = [answer(429, { 'retry-after': retryAfter }), ok];
    queueTo(webhook()).push([noticeOf('1')]);
    await untilEmpty();
    expect(pauses).toEqual([ms]);
    expect(queue.state().undelivered).toBe(0);
  });

  it.each([400, 401, 403, 404, 410, 413])(
    'that refuses a message with %i is not asked again, and gets the next one',
    async (status) => {
      answers = [answer(status), ok];
      queueTo(webhook()).push([noticeOf('1'), noticeOf('2')]);
      await untilEmpty();
      expect(idsReceived()).toEqual(['1', '2']);
      expect(queue.state()).toMatchObject({ undelivered: 1 });
      expect(logged[0]).toMatchObject({
        message: 'failed',
        fields: { id: '1', error: `HTTP ${status}`, retry: false },
      });
    },
  );

  it('that sends elsewhere is not followed', async () => {
    answers = [answer(307, { location: `${url}/elsewhere` }), ok];
    queueTo(webhook()).push([noticeOf('1')]);
    await untilEmpty();
    expect(received.map(({ path }) => path)).toEqual(['/events']);
    expect(queue.state()).toMatchObject({
      undelivered: 1,
      lastError: 'HTTP 307: a redirect, which is not followed; set the new URL',
    });
  });

  it('that does not answer in time is asked again', async () => {
    answers = [() => undefined, ok];
    deadlineMs = 1_000;
    queueTo(webhook()).push([noticeOf('1')]);
    await untilEmpty();
    expect(idsReceived()).toEqual(['1', '1']);
    expect(logged[0]?.fields['error']).toBe('no answer within 10 s');
  });

  it('that answers without end is not listened to', async () => {
    answers = [
      (response) => {
        response.writeHead(200);
        const more = setInterval(() => response.write('x'.repeat(4096)), 1);
        response.on('close', () => clearInterval(more));
      },
    ];
    queueTo(webhook()).push([noticeOf('1')]);
    await untilEmpty();
    expect(queue.state()).toMatchObject({ undelivered: 0 });
  });

  it('that is not there is said to be so, without its address', async () => {
    server.closeAllConnections();
    await new Promise((resolve) => {
      server.close(resolve);
    });
    queueTo(slack).push([noticeOf('1')]);
    await vi.waitFor(() => expect(queue.state().lastError).toBe('cannot connect (ECONNREFUSED)'));
    expect(queue.state().queued).toBe(1);
  });
});

describe('Slack', () => {
  it('gets what it shows, at the URL of the file', async () => {
    answers = [answer(200, {}, 'ok')];
    queueTo(slack).push([noticeOf('1')]);
    await untilEmpty();
    const [{ path, headers, body }] = received as [Received];
    expect(path).toBe('/services/T000/B000/XXXX');
    expect(headers['content-type']).toBe('application/json; charset=utf-8');
    expect(JSON.parse(body)).toMatchObject({ text: '🔴 message 1\n' });
  });

  it('is told of by the word that it answers, and never with its URL', async () => {
    answers = [answer(403, {}, 'invalid_token')];
    queueTo(slack).push([noticeOf('1')]);
    await untilEmpty();
    expect(queue.state().lastError).toBe('HTTP 403 (invalid_token)');
    expect(JSON.stringify([logged, queue.state()])).not.toMatch(/XXXX|T000/);
  });

  it('gets the next message at the URL that the file holds by then', async () => {
    queueTo(slack).push([noticeOf('1')]);
    await untilEmpty();
    secrets['url'] = `${url}/rotated`;
    queue.push([noticeOf('2')]);
    await untilEmpty();
    expect(received.map(({ path }) => path)).toEqual(['/services/T000/B000/XXXX', '/rotated']);
  });

  it('is waited for where its file is missing for a moment', async () => {
    const { url: kept = '' } = secrets;
    delete secrets['url'];
    queueTo(slack).push([noticeOf('1')]);
    await vi.waitFor(() => expect(queue.state().lastError).toBe('the file url: cannot be read (ENOENT)'));
    secrets['url'] = kept;
    await untilEmpty();
    expect(queue.state()).toMatchObject({ undelivered: 0 });
  });
});

describe('a queue', () => {
  it('keeps the newest where more wait than it holds, and counts the others', async () => {
    let open: (() => void) | undefined;
    answers = [(response) => void (open = () => ok(response, received[0]!)), ok];
    queueTo(webhook()).push(Array.from({ length: 250 }, (_, index) => noticeOf(String(index))));
    expect(queue.state()).toMatchObject({ queued: 200, undelivered: 50 });
    await vi.waitFor(() => expect(open).toBeDefined());
    open?.();
    await untilEmpty();
    expect(idsReceived()).toEqual(['0', ...Array.from({ length: 199 }, (_, index) => String(index + 51))]);
  });

  it('that is closed delivers what it can within seconds, and says what it could not', async () => {
    answers = [ok, () => undefined];
    deadlineMs = 1_000;
    queueTo(webhook()).push([noticeOf('1'), noticeOf('2'), noticeOf('3')]);
    await queue.close();
    expect(idsReceived()).toEqual(['1', '2']);
    expect(queue.state()).toMatchObject({ queued: 0, undelivered: 2 });
    expect(logged.map(({ message, fields }) => `${message} ${String(fields['id'])}`)).toEqual([
      'notified 1',
      'failed 2',
      'failed 3',
    ]);
  });
});
