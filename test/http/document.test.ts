import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { reportOf } from '../support/reports/reports.ts';
import { testServer } from '../support/reports/server.ts';

describe.each(['/status', '/status/DaemonService/xray', '/plan', '/fleet', '/metrics', '/openapi.json'])(
  '%s',
  (url) => {
    it('is not sent again to whoever has it', async () => {
      const { app } = testServer();
      const { etag } = (await app.inject(url)).headers;
      for (const known of [etag, `"other", ${etag}`, String(etag).slice(2), '*']) {
        const response = await app.inject({ url, headers: { 'if-none-match': known } });
        expect([response.statusCode, response.body, response.headers.etag]).toEqual([304, '', etag]);
      }
      const response = await app.inject({ url, headers: { 'if-none-match': 'W/"other"' } });
      expect(response.statusCode).toBe(200);
    });

    it('may be kept, and is asked for each time', async () => {
      const { headers } = await testServer().app.inject(url);
      expect(headers).toMatchObject({ 'cache-control': 'private, no-cache', vary: 'accept-encoding' });
    });
  },
);

describe('a long body', () => {
  const report = reportOf();
  const objects = Array.from({ length: 50 }, (_, index) => ({
    ...report.objects[0]!,
    name: `xray-${index}`,
  }));
  const { app } = testServer({ report: { ...report, objects } });

  it.each(['gzip', 'gzip, deflate, br', 'br;q=1, gzip;q=0.5', '*'])(
    'is compressed for whoever accepts %s',
    async (accepted) => {
      const response = await app.inject({ url: '/status', headers: { 'accept-encoding': accepted } });
      expect(response.headers['content-encoding']).toBe('gzip');
      expect(JSON.parse(gunzipSync(response.rawPayload).toString())).toEqual({ ...report, objects });
      expect(response.headers.etag).toBe((await app.inject('/status')).headers.etag);
    },
  );

  it.each([undefined, '', 'identity', 'br', 'gzip;q=0', 'gzip;q=0, *;q=0'])(
    'is sent as it is to whoever accepts %s',
    async (accepted) => {
      const headers = accepted === undefined ? {} : { 'accept-encoding': accepted };
      const response = await app.inject({ url: '/status', headers });
      expect(response.headers['content-encoding']).toBeUndefined();
      expect(response.json()).toEqual({ ...report, objects });
    },
  );

  it('has another tag where something changed', async () => {
    const changed = testServer({ report: { ...report, objects: objects.slice(1) } });
    const [one, other] = [await app.inject('/status'), await changed.app.inject('/status')];
    expect(one.headers.etag).not.toBe(other.headers.etag);
  });
});

it('sends a short body as it is', async () => {
  const response = await testServer({ plan: undefined }).app.inject({
    url: '/healthz',
    headers: { 'accept-encoding': 'gzip' },
  });
  expect(response.headers).not.toHaveProperty('content-encoding');
});
