import { describe, expect, it } from 'vitest';
import { testServer } from '../support/reports/server.ts';

const token = 'correct-horse';
const authorization = `Bearer ${token}`;

describe.each(['/reconcile', '/plan/a1b2c3/confirm'])('POST %s', (url) => {
  it.each([
    ['no token is configured', undefined, authorization, 403, 'NoTokenConfigured'],
    ['an empty one is presented', token, 'Bearer ', 401, 'Unauthorized'],
    ['none is presented', token, undefined, 401, 'Unauthorized'],
    ['another is presented', token, 'Bearer wrong', 401, 'Unauthorized'],
    ['only its beginning is presented', token, 'Bearer correct', 401, 'Unauthorized'],
    ['it is presented as a password', token, `Basic ${token}`, 401, 'Unauthorized'],
  ])('is refused when %s', async (_why, configured, presented, status, code) => {
    const { app, asked } = testServer(configured === undefined ? {} : { token: configured });
    const headers = presented === undefined ? {} : { authorization: presented };
    const response = await app.inject({ method: 'POST', url, headers });
    expect([response.statusCode, response.json().error.code]).toEqual([status, code]);
    expect(asked).toEqual([]);
    expect(response.headers['www-authenticate']?.slice(0, 13)).toBe(
      status === 401 ? 'Bearer realm=' : undefined,
    );
    expect(response.body).not.toContain(token);
  });

  it('answers 202 to the token and asks for a pass', async () => {
    const { app, asked } = testServer({ token });
    const response = await app.inject({ method: 'POST', url, headers: { authorization } });
    expect(response.statusCode).toBe(202);
    expect(response.json()).toEqual({
      accepted: true,
      message: expect.stringContaining('a pass begins now'),
    });
    expect(asked).toHaveLength(1);
  });

  it('does not mind a body', async () => {
    const headers = { authorization, 'content-type': 'application/x-www-form-urlencoded' };
    const response = await testServer({ token }).app.inject({ method: 'POST', url, headers, payload: 'a=b' });
    expect(response.statusCode).toBe(202);
  });

  it('minds a body that is too large', async () => {
    const payload = 'x'.repeat(17 * 1024);
    const { app, asked } = testServer({ token });
    const response = await app.inject({ method: 'POST', url, headers: { authorization }, payload });
    expect([response.statusCode, response.json().error.code]).toEqual([413, 'PayloadTooLarge']);
    expect(asked).toEqual([]);
  });
});

it('asks that what failed is tried again by POST /reconcile, and by a confirmation for a pass alone', async () => {
  const { app, asked } = testServer({ token });
  for (const url of ['/reconcile', '/plan/a1b2c3/confirm']) {
    await app.inject({ method: 'POST', url, headers: { authorization } });
  }
  expect(asked).toEqual(['POST /reconcile, again', 'POST /plan/:hash/confirm']);
});

it('answers 404 to the confirmation of a plan that is not the last', async () => {
  const { app, asked } = testServer({ token });
  const response = await app.inject({ method: 'POST', url: '/plan/old/confirm', headers: { authorization } });
  expect([response.statusCode, response.json().error.code]).toEqual([404, 'UnknownPlan']);
  expect(asked).toEqual([]);
});

it('answers 400 to a hash that cannot be one', async () => {
  const url = `/plan/${'a'.repeat(129)}/confirm`;
  const response = await testServer({ token }).app.inject({
    method: 'POST',
    url,
    headers: { authorization },
  });
  expect([response.statusCode, response.json().error.code]).toEqual([400, 'BadRequest']);
});
