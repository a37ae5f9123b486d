import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createDeliveryLog } from '../../controller/http/webhook.ts';
import { testServer } from '../support/http.ts';

const webhookSecret = 'shared-with-the-git-host';
const payload = JSON.stringify({ ref: 'refs/heads/main' });

function sign(body: string, secret = webhookSecret): string {
  return `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
}

async function deliver(
  headers: Record<string, string>,
  body = payload,
  server = testServer({ webhookSecret }),
) {
  const all = { 'content-type': 'application/json', ...headers };
  const response = await server.app.inject({ method: 'POST', url: '/webhook', headers: all, payload: body });
  return { response, asked: server.asked };
}

describe('a genuine delivery', () => {
  it.each([
    ['GitHub', { 'x-hub-signature-256': sign(payload), 'x-github-event': 'push' }],
    ['GitLab', { 'x-gitlab-token': webhookSecret, 'x-gitlab-event': 'Push Hook' }],
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

  it('that is no push is received and asks for nothing', async () => {
    const { response, asked } = await deliver({
      'x-hub-signature-256': sign(payload),
      'x-github-event': 'ping',
    });
    expect([response.statusCode, asked]).toEqual([202, []]);
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

  it.each(['{', '"text"', '[]', 'null', ''])('with the payload %o answers 400', async (body) => {
    const { response, asked } = await deliver({ 'x-hub-signature-256': sign(body) }, body);
    expect([response.statusCode, response.json().error.code]).toEqual([400, 'MalformedPayload']);
    expect(asked).toEqual([]);
  });
});

describe('a delivery that is not genuine', () => {
  it.each<readonly [string, Record<string, string>]>([
    ['without a signature', {}],
    ['signed with another secret', { 'x-hub-signature-256': sign(payload, 'guess') }],
    ['signed for another body', { 'x-hub-signature-256': sign(`${payload} `) }],
    ['signed with SHA-1', { 'x-hub-signature': 'sha1=abc', 'x-hub-signature-256': 'sha1=abc' }],
    ['with half a signature', { 'x-hub-signature-256': sign(payload).slice(0, 39) }],
    ['with an empty signature', { 'x-hub-signature-256': '' }],
    ['with another GitLab token', { 'x-gitlab-token': 'guess' }],
  ])('%s answers 401', async (_how, headers) => {
    const { response, asked } = await deliver(headers);
    expect([response.statusCode, response.json().error.code]).toEqual([401, 'BadSignature']);
    expect(response.headers).toHaveProperty('www-authenticate');
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

it.each([undefined, ''])('answers 403 where the secret is %o, whatever the signature', async (secret) => {
  const server = testServer(secret === undefined ? {} : { webhookSecret: secret });
  const { response, asked } = await deliver(
    { 'x-hub-signature-256': sign(payload, secret ?? '') },
    payload,
    server,
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

it('remembers the latest deliveries only', () => {
  const isNew = createDeliveryLog(2);
  expect(['a', 'b', 'a', 'c', 'a', 'b'].map(isNew)).toEqual([true, true, false, true, false, true]);
});
