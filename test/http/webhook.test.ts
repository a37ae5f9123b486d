import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDeliveryLog } from '../../controller/http/webhook.ts';
import { testServer } from '../support/reports/server.ts';

const webhookSecret = 'shared-with-the-git-host';
const payload = JSON.stringify({ ref: 'refs/heads/main' });

function sign(body: string, secret = webhookSecret): string {
  return `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
}

/** Headers of a delivery that is signed as Standard Webhooks are. */
function standardWebhook(body: string, key: string | Buffer = webhookSecret) {
  const signature = createHmac('sha256', key).update(`m-1.1700000000.${body}`).digest('base64');
  return {
    'webhook-id': 'm-1',
    'webhook-timestamp': '1700000000',
    'webhook-signature': `v1a,x v1,${signature}`,
  };
}

/** A server takes a while to build; most tests need none of their own. */
const shared = testServer({ webhookSecret });

async function deliver(headers: Record<string, string>, body = payload, server = shared) {
  const before = server.asked.length;
  const all = { 'content-type': 'application/json', ...headers };
  const response = await server.app.inject({ method: 'POST', url: '/webhook', headers: all, payload: body });
  return { response, asked: server.asked.slice(before) };
}

describe('a genuine delivery', () => {
  it.each([
    ['GitHub', { 'x-hub-signature-256': sign(payload), 'x-github-event': 'push' }],
    ['GitLab', { 'x-gitlab-token': webhookSecret, 'x-gitlab-event': 'Push Hook' }],
    ['Bitbucket', { 'x-hub-signature': sign(payload), 'x-event-key': 'repo:push' }],
    ['GitLab with a signing token', { ...standardWebhook(payload), 'x-gitlab-event': 'Push Hook' }],
    ['anybody', { 'x-stationkeeper-signature-256': sign(payload) }],
  ])('from %s asks for a pass', async (_host, headers) => {
    const { response, asked } = await deliver(headers);
    expect(response.statusCode).toBe(202);
    expect(asked).toEqual(['POST /webhook']);
  });

  it('may be a form, as GitHub sends it by default', async () => {
    const form = new URLSearchParams({ payload }).toString();
    const headers = {
      'content-type': 'application/x-www-form-urlencoded',
      'x-hub-signature-256': sign(form),
    };
    expect((await deliver(headers, form)).asked).toHaveLength(1);
  });

  it('may be signed with the base64 key that GitLab and others write as whsec_…', async () => {
    const key = Buffer.from('0123456789abcdef0123456789abcdef');
    const server = testServer({ webhookSecret: `whsec_${key.toString('base64')}` });
    expect((await deliver(standardWebhook(payload, key), payload, server)).asked).toHaveLength(1);
  });

  it('may be called a form although it is none, as curl does it by default', async () => {
    const headers = {
      'content-type': 'application/x-www-form-urlencoded',
      'x-stationkeeper-signature-256': sign(payload),
    };
    expect((await deliver(headers)).asked).toHaveLength(1);
  });

  it.each([
    ['x-github-event', 'ping'],
    ['x-gitlab-event', 'Tag Push Hook'],
    ['x-event-key', 'pullrequest:created'],
  ])('that is no push (%s: %s) is received and asks for nothing', async (name, event) => {
    const { response, asked } = await deliver({ 'x-hub-signature-256': sign(payload), [name]: event });
    expect([response.statusCode, asked]).toEqual([202, []]);
  });

  it.each([
    ['another branch', 'refs/heads/feature', []],
    ['a tag of the same name', 'refs/tags/main', []],
    ['the branch', 'refs/heads/main', ['POST /webhook']],
    ['something that only looks like it', 'refs/heads/main/x', []],
  ])('about %s asks for a pass only where that branch is followed', async (_what, ref, expected) => {
    const body = JSON.stringify({ ref });
    const signed = { 'x-hub-signature-256': sign(body) };
    const server = testServer({ webhookSecret, branch: 'main' });
    const { response, asked } = await deliver(signed, body, server);
    expect([response.statusCode, asked]).toEqual([202, expected]);
    expect((await deliver(signed, body)).asked).toHaveLength(1);
  });

  it('asks once, however often the host repeats it', async () => {
    const server = testServer({ webhookSecret });
    const headers = { 'x-hub-signature-256': sign(payload), 'x-github-delivery': 'd-1' };
    await deliver(headers, payload, server);
    const { response } = await deliver(headers, payload, server);
    expect(response.statusCode).toBe(202);
    expect(server.asked).toHaveLength(1);
    await deliver({ ...headers, 'x-github-delivery': 'd-2' }, payload, server);
    expect(server.asked).toHaveLength(2);
  });

  it.each([
    ['half a document', '{'],
    ['a text', '"text"'],
    ['a list', '[]'],
    ['null', 'null'],
    ['nothing', ''],
    ['a list as deep as the body is long', '['.repeat(200_000)],
  ])('whose payload is %s answers 400', async (_what, body) => {
    const { response, asked } = await deliver({ 'x-hub-signature-256': sign(body) }, body);
    expect([response.statusCode, response.json().error.code]).toEqual([400, 'MalformedPayload']);
    expect(asked).toEqual([]);
  });

  it('is not remembered, so that the genuine one with its id still counts', async () => {
    const server = testServer({ webhookSecret });
    const id = { 'x-github-delivery': 'd-1' };
    await deliver({ ...id, 'x-hub-signature-256': sign(payload, 'guess') }, payload, server);
    await deliver({ ...id, 'x-hub-signature-256': sign(payload) }, payload, server);
    expect(server.asked).toHaveLength(1);
  });
});

it('answers 403 where no secret is configured, whatever the signature', async () => {
  const { response, asked } = await deliver(
    { 'x-hub-signature-256': sign(payload, '') },
    payload,
    testServer(),
  );
  expect([response.statusCode, response.json().error.code]).toEqual([403, 'NoWebhookSecretConfigured']);
  expect(asked).toEqual([]);
});

it('takes a body of 256 KiB and refuses a larger one', async () => {
  const fits = JSON.stringify({ text: 'x'.repeat(256 * 1024 - 11) });
  expect(fits).toHaveLength(256 * 1024);
  expect((await deliver({ 'x-hub-signature-256': sign(fits) }, fits)).response.statusCode).toBe(202);
  const { response, asked } = await deliver({ 'x-hub-signature-256': sign(`${fits} `) }, `${fits} `);
  expect([response.statusCode, response.json().error.code]).toEqual([413, 'PayloadTooLarge']);
  expect(asked).toEqual([]);
});

it('refuses what is not signed before it reads the body', async () => {
  const { response } = await deliver({}, 'x'.repeat(300 * 1024));
  expect(response.statusCode).toBe(401);
});

describe('over a socket', () => {
  let server: ReturnType<typeof testServer>;
  let port: number;

  beforeEach(async () => {
    server = testServer({ webhookSecret });
    await server.app.listen({ host: '127.0.0.1', port: 0 });
    port = (server.app.server.address() as AddressInfo).port;
  });
  afterEach(() => server.app.close());

  /** Writes the parts as they come and returns all that is answered until the server ends the connection. */
  async function exchange(...parts: readonly string[]): Promise<string> {
    const socket = connect(port, '127.0.0.1')
      .setEncoding('utf8')
      .on('error', () => {});
    let answer = '';
    socket.on('data', (text: string) => {
      answer += text;
    });
    for (const part of parts) socket.write(part);
    await once(socket, 'close');
    return answer;
  }

  const head = (...headers: readonly string[]): string =>
    ['POST /webhook HTTP/1.1', 'Host: 127.0.0.1', 'X-Gitlab-Token: x', ...headers, '', ''].join('\r\n');

  it('cuts a chunked body off at 256 KiB, whatever length it turns out to have', async () => {
    const chunk = `8000\r\n${'x'.repeat(0x8000)}\r\n`;
    const answer = await exchange(
      head('Transfer-Encoding: chunked'),
      ...Array.from({ length: 9 }, () => chunk),
    );
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(answer).toContain('PayloadTooLarge');
  });

  it('refuses a body that is announced as too long before any of it has come', async () => {
    expect(await exchange(head('Content-Length: 262145'))).toMatch(/^HTTP\/1\.1 413 /);
  });

  it('refuses a request that says two lengths', async () => {
    const answer = await exchange(head('Content-Length: 2', 'Transfer-Encoding: chunked'), '0\r\n\r\n{}');
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  });

  it('does not wait for ever for a body that does not come', async () => {
    const answer = await exchange(head('Content-Length: 10'), '{');
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    expect(server.asked).toEqual([]);
  });
});

it('remembers the latest deliveries only', () => {
  const isNew = createDeliveryLog(2);
  expect(['a', 'b', 'a', 'c', 'a', 'b'].map(isNew)).toEqual([true, true, false, true, false, true]);
});
