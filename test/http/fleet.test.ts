import { describe, expect, it } from 'vitest';
import type { FleetDefinition } from '../../controller/status/fleet-schema.ts';
import { testServer } from '../support/reports/server.ts';

function definition(overrides: Partial<FleetDefinition> = {}): FleetDefinition {
  return {
    kind: 'DaemonService',
    name: 'xray',
    rollout: 'fleet',
    digest: '00000000000000bb',
    mode: 'staged',
    condition: 'progressing',
    says: 'stage 1 of 2 (canary): 0 of 1 done, 1 under way',
    counts: { environments: 2, health: { Healthy: 2 } },
    environments: [{ environment: 'a', state: 'progressing' }, { environment: 'b' }],
    ...overrides,
  };
}

describe('GET /fleet', () => {
  it('answers every definition without its Environments', async () => {
    const { environments: _each, ...summary } = definition();
    const response = await testServer({ fleet: [definition()] }).app.inject('/fleet');
    expect([response.statusCode, response.json()]).toEqual([200, { definitions: [summary] }]);
  });

  it('answers an empty list where nothing is in several Environments', async () => {
    expect((await testServer().app.inject('/fleet')).json()).toEqual({ definitions: [] });
  });
});

describe('GET /fleet/:kind/:name', () => {
  it.each(['DaemonService', 'daemonservice'])('answers one with its Environments under %s', async (kind) => {
    const { app } = testServer({ fleet: [definition({ name: 'adot' }), definition()] });
    const response = await app.inject(`/fleet/${kind}/xray`);
    expect([response.statusCode, response.json()]).toEqual([200, definition()]);
  });

  it.each([
    '/fleet/DaemonService/none',
    '/fleet/Cluster/xray',
    '/fleet/DAEMONSERVICE/xray',
    '/fleet/DaemonService/xray?digest=00000000000000cc',
  ])('answers 404 to %s, and says where those that are stand', async (url) => {
    const response = await testServer({ fleet: [definition()] }).app.inject(url);
    expect([response.statusCode, response.json()]).toMatchObject([
      404,
      { error: { code: 'NotFound', message: expect.stringContaining('GET /fleet lists') } },
    ]);
  });

  it('asks for a digest where two have the name, and answers that', async () => {
    const other = definition({ digest: '00000000000000cc', environments: [{ environment: 'c' }] });
    const { app } = testServer({ fleet: [definition(), other] });
    const unclear = await app.inject('/fleet/DaemonService/xray');
    expect([unclear.statusCode, unclear.json()]).toMatchObject([
      400,
      {
        error: {
          code: 'DigestNeeded',
          message: expect.stringContaining('one of 00000000000000bb, 00000000000000cc'),
        },
      },
    ]);
    const said = await app.inject('/fleet/DaemonService/xray?digest=00000000000000cc');
    expect([said.statusCode, said.json()]).toEqual([200, other]);
  });
});

describe.each(['/fleet', '/fleet/DaemonService/xray'])('%s', (url) => {
  it('is not sent again to whoever has it, and is once something changed', async () => {
    const { app } = testServer({ fleet: [definition()] });
    const { etag, ...headers } = (await app.inject(url)).headers;
    expect(headers).toMatchObject({ 'cache-control': 'private, no-cache', vary: 'accept-encoding' });
    const known = { 'if-none-match': String(etag) };
    const same = await app.inject({ url, headers: known });
    expect([same.statusCode, same.body, same.headers.etag]).toEqual([304, '', etag]);
    const changed = testServer({ fleet: [definition({ condition: 'done', says: 'done in all' })] });
    expect((await changed.app.inject({ url, headers: known })).statusCode).toBe(200);
  });
});
