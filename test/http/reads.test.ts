import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { LOOPBACK_HOSTS } from '../../controller/http/deps.ts';
import { planToJson } from '../../controller/plan/json.ts';
import type { Transition } from '../../controller/status/schema.ts';
import { reportOf } from '../support/reports/reports.ts';
import { testServer } from '../support/reports/server.ts';
import { change, holdStep, planOf, updateStep } from '../support/plans/steps.ts';

const HAPPENED: Transition = {
  at: '2026-11-02T09:59:59.500Z',
  revision: 'c0ffee1',
  resource: 'service/xray',
  why: 'Drifted',
  changes: [{ path: 'desiredCount', from: 1, to: 2 }],
  result: 'done',
  message: '',
};

function happenedTo(name: string) {
  return { object: `DaemonService/${name}`, environment: 'default', transitions: [HAPPENED] };
}

describe('GET /status', () => {
  it('answers the whole report', async () => {
    const { app, report } = testServer();
    const response = await app.inject('/status');
    expect(response.statusCode).toBe(200);
    expect(response.json()).toEqual(report);
    expect(response.headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'private, no-cache',
      'x-content-type-options': 'nosniff',
    });
  });

  it('answers HEAD without a body', async () => {
    const response = await testServer().app.inject({ method: 'HEAD', url: '/status' });
    expect([response.statusCode, response.body]).toEqual([200, '']);
  });

  it.each(['DaemonService', 'daemonservice'])('answers one object under the kind %s', async (kind) => {
    const { app, report } = testServer({ histories: [happenedTo('xray')] });
    expect((await app.inject(`/status/${kind}/xray`)).json()).toEqual({
      ...report.objects[0],
      history: [HAPPENED],
    });
  });

  it('asks which one is meant where several Environments have one of the name, and answers that', async () => {
    const report = reportOf();
    const [object] = report.objects;
    const objects = [object!, { ...object!, environment: 'eu' }];
    const { app } = testServer({ report: { ...report, objects } });
    const unclear = await app.inject('/status/DaemonService/xray');
    expect([unclear.statusCode, unclear.json()]).toMatchObject([
      400,
      { error: { code: 'EnvironmentNeeded', message: expect.stringContaining('one of default, eu') } },
    ]);
    const said = await app.inject('/status/DaemonService/xray?environment=eu');
    expect(said.json()).toMatchObject({ name: 'xray', environment: 'eu' });
    const elsewhere = await app.inject('/status/DaemonService/xray?environment=us');
    expect([elsewhere.statusCode, elsewhere.json()]).toEqual([
      404,
      {
        error: {
          code: 'NotFound',
          message: 'there is no DaemonService of this name in that Environment; one is in default, eu',
        },
      },
    ]);
  });

  it('asks which one is meant of an object that is no more in several Environments', async () => {
    const histories = [happenedTo('old'), { ...happenedTo('old'), environment: 'eu' }];
    const { app } = testServer({ histories });
    const unclear = await app.inject('/status/DaemonService/old');
    expect([unclear.statusCode, unclear.json()]).toMatchObject([
      400,
      { error: { code: 'EnvironmentNeeded', message: expect.stringContaining('one of default, eu') } },
    ]);
    const said = await app.inject('/status/DaemonService/old?environment=eu');
    expect([said.statusCode, said.json()]).toMatchObject([404, { error: { code: 'Gone' } }]);
  });

  it('answers 404 for an object that is no more, with what happened to it', async () => {
    const { app } = testServer({ histories: [happenedTo('old')] });
    const response = await app.inject('/status/DaemonService/old');
    expect(response.statusCode).toBe(404);
    expect(response.json()).toEqual({
      error: { code: 'Gone', message: 'there is no DaemonService of this name any more' },
      history: [HAPPENED],
    });
  });

  it.each([
    ['/status/DaemonService/XRAY', 'NotFound', 'GET /status lists all objects'],
    ['/status/Deployment/xray', 'UnknownKind', 'Environment, Cluster, Namespace, Repository, DaemonService'],
    ['/status/DAEMONSERVICE/xray', 'UnknownKind', 'DaemonService'],
  ])('answers 404 with what to do to %s', async (url, code, message) => {
    const response = await testServer().app.inject(url);
    expect(response.statusCode).toBe(404);
    expect(response.json()).toEqual({ error: { code, message: expect.stringContaining(message) } });
  });

  it('finds names as long as a domain name may be', async () => {
    const name = `${'a'.repeat(60)}.${'b'.repeat(60)}.${'c'.repeat(60)}.example.org`;
    const response = await testServer().app.inject(`/status/Namespace/${name}`);
    expect(response.json()).toMatchObject({ error: { code: 'NotFound' } });
  });
});

describe('GET /plan', () => {
  it('answers the last plan', async () => {
    const held = holdStep({
      why: 'waiting',
      intent: 'create',
      kind: 'role',
      reason: 'waits for environment/default',
    });
    const plan = planToJson(
      planOf([held, updateStep({ changedBy: 'aws', changes: [change('desiredCount', 1, 2)] })]),
      { revision: 'c0ffee1' },
    );
    const response = await testServer({ plan }).app.inject('/plan');
    expect(response.statusCode).toBe(200);
    const steps = [
      {
        id: 'role/xray',
        environment: 'default',
        manifest: { kind: 'DaemonService', name: 'xray' },
        action: 'hold',
        why: 'waiting',
        intent: 'create',
        owner: 'nobody',
        reason: 'waits for environment/default',
        changes: [],
        changedBy: 'git',
      },
      {
        id: 'service/xray',
        environment: 'default',
        manifest: { kind: 'DaemonService', name: 'xray' },
        action: 'update',
        owner: 'us',
        reason: '',
        changes: [{ path: 'desiredCount', from: 1, to: 2, by: 'update' }],
        changedBy: 'aws',
      },
    ];
    expect(response.json()).toEqual({
      hash: 'a1b2c3',
      revision: 'c0ffee1',
      summary: { create: 0, update: 1, replace: 0, delete: 0, release: 0, keep: 0, hold: 1 },
      steps,
      folded: steps.map(({ environment, ...step }) => ({ ...step, environments: [environment] })),
      fleets: [],
    });
  });

  it('answers 404 before there is one', async () => {
    const response = await testServer({ plan: undefined }).app.inject('/plan');
    expect([response.statusCode, response.json().error.code]).toEqual([404, 'NoPlan']);
  });
});

describe('probes', () => {
  it.each([
    ['/healthz', { alive: true, ready: false }, 200, 'ok'],
    ['/healthz', { alive: false, ready: true }, 503, 'unavailable'],
    ['/readyz', { alive: false, ready: true }, 200, 'ok'],
    ['/readyz', { alive: true, ready: false }, 503, 'unavailable'],
  ])('%s with %o answers %i', async (url, health, statusCode, status) => {
    const { app } = testServer({ health: () => ({ ...health, detail: 'because' }) });
    const response = await app.inject(url);
    expect(response.statusCode).toBe(statusCode);
    expect(response.json()).toEqual({ status, detail: 'because' });
  });
});

describe('GET /metrics', () => {
  it('answers Prometheus text', async () => {
    const response = await testServer().app.inject('/metrics');
    expect(response.statusCode).toBe(200);
    expect(response.headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/);
    expect(response.body).toContain('stationkeeper_reconcile_total{result="success"} 0');
  });
});

describe('errors', () => {
  it('are 404 for routes that do not exist', async () => {
    const response = await testServer().app.inject('/nowhere?x=1');
    expect([response.statusCode, response.json().error.code]).toEqual([404, 'NotFound']);
  });

  it.each([
    ['DELETE', '/status', 'GET, HEAD'],
    ['POST', '/status/DaemonService/xray', 'GET, HEAD'],
    ['GET', '/reconcile', 'POST'],
    ['GET', '/plan/a1b2c3/confirm', 'POST'],
    ['PUT', '/openapi.json', 'GET, HEAD'],
  ] as const)('are 405 with Allow for %s %s', async (method, url, allow) => {
    const response = await testServer().app.inject({ method, url });
    expect([response.statusCode, response.headers.allow]).toEqual([405, allow]);
    expect(response.json()).toEqual({
      error: { code: 'MethodNotAllowed', message: `this route takes ${allow}` },
    });
  });

  it('are 400 for a malformed URL', async () => {
    const response = await testServer().app.inject('/status/DaemonService/%E0%A4%A');
    expect([response.statusCode, response.json().error.code]).toEqual([400, 'BadRequest']);
  });

  it('are 500 without what went wrong inside', async () => {
    const { app } = testServer({
      published: () => {
        throw new Error('password hunter2');
      },
    });
    const response = await app.inject('/status');
    expect([response.statusCode, response.json().error.code]).toEqual([500, 'InternalError']);
    expect(response.body).not.toContain('hunter2');
  });
});

describe('over a socket', () => {
  it('what is not HTTP is answered in the shape of every error', async () => {
    const { app } = testServer();
    await app.listen({ host: '127.0.0.1', port: 0 });
    const address = app.server.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    const socket = connect(port, '127.0.0.1');
    socket.setEncoding('utf8').end('no such protocol\r\n\r\n');
    let answer = '';
    socket.on('data', (text: string) => {
      answer += text;
    });
    await once(socket, 'close');
    await app.close();
    expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(JSON.parse(answer.split('\r\n\r\n')[1] ?? '')).toEqual({
      error: { code: 'BadRequest', message: 'not a complete HTTP request' },
    });
  });
});

describe('the Host header', () => {
  const guarded = { allowedHosts: LOOPBACK_HOSTS };
  it.each(['127.0.0.1:8080', 'localhost', 'LOCALHOST:8080', '[::1]:8080', '10.0.3.7:8080', '[fd00::7]'])(
    '%s is served where only loopback is named: a probe comes by address, DNS rebinding by a name',
    async (host) => {
      const response = await testServer(guarded).app.inject({ url: '/status', headers: { host } });
      expect(response.statusCode).toBe(200);
    },
  );

  it.each([
    'evil.example.org',
    'evil.example.org:8080',
    'localhost.evil.example.org',
    '127.0.0.1@evil.example.org',
    'localhost:evil',
    '127.0.0.1.evil.example.org',
    '[::1].evil.example.org',
  ])('%s is refused where only loopback is served', async (host) => {
    const response = await testServer(guarded).app.inject({ url: '/status', headers: { host } });
    expect([response.statusCode, response.json().error.code]).toEqual([403, 'HostNotAllowed']);
  });

  it('may be anything where no hosts are named', async () => {
    const response = await testServer().app.inject({
      url: '/status',
      headers: { host: 'stationkeeper.example.org' },
    });
    expect(response.statusCode).toBe(200);
  });

  it('is checked on unknown routes and before tokens too', async () => {
    const { app } = testServer({ ...guarded, token: 's3cret' });
    const headers = { host: 'evil.example.org', authorization: 'Bearer s3cret' };
    expect((await app.inject({ url: '/nowhere', headers })).statusCode).toBe(403);
    expect((await app.inject({ method: 'POST', url: '/reconcile', headers })).statusCode).toBe(403);
  });
});
