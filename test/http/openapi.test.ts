import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { testServer } from '../support/reports/server.ts';
import { change, createStep, holdStep, keepStep, planOf, updateStep } from '../support/plans/steps.ts';
import { planToJson } from '../../controller/plan/json.ts';
import { reportOf } from '../support/reports/reports.ts';

interface Operation {
  readonly operationId: string;
  readonly security?: readonly unknown[];
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly responses: Readonly<
    Record<string, { readonly content: Readonly<Record<string, { readonly schema: object }>> }>
  >;
}
interface Description {
  readonly openapi: string;
  readonly info: { readonly version: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}

let description: Promise<Description> | undefined;

async function describeApi(): Promise<Description> {
  description ??= testServer()
    .app.inject('/openapi.json')
    .then((response) => response.json());
  return description;
}

describe('GET /openapi.json', () => {
  it('describes every route of the contract with every status it answers', async () => {
    const { openapi, info, paths } = await describeApi();
    expect([openapi, info.version]).toEqual(['3.0.3', '0.1.0']);
    const routes = Object.entries(paths).flatMap(([path, operations]) =>
      Object.entries(operations).map(
        ([method, { responses }]) =>
          [`${method.toUpperCase()} ${path}`, Object.keys(responses).join(' ')] as const,
      ),
    );
    expect(Object.fromEntries(routes)).toEqual({
      'GET /status': '200 400 403 500',
      'GET /status/{kind}/{name}': '200 400 403 404 500',
      'GET /plan': '200 400 403 404 500',
      'POST /reconcile': '202 400 401 403 413 500',
      'POST /plan/{hash}/confirm': '202 400 401 403 404 413 500',
      'GET /fleet': '200 400 403 500',
      'GET /fleet/{kind}/{name}': '200 400 403 404 500',
      'POST /rollouts/{name}/stages/{stage}/approve': '202 400 401 403 404 409 413 415 500',
      'POST /webhook': '202 400 401 403 413 500',
      'GET /healthz': '200 400 403 500 503',
      'GET /readyz': '200 400 403 500 503',
      'GET /metrics': '200 400 403 500',
      'GET /openapi.json': '200 400 403 500',
    });
  });

  it('names each operation once, and marks those that need the token', async () => {
    const operations = Object.values((await describeApi()).paths).flatMap((path) => Object.values(path));
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length);
    const secured = operations.filter(({ security }) => security !== undefined);
    expect(secured.map(({ operationId }) => operationId)).toEqual([
      'requestReconcile',
      'confirmPlan',
      'approveStage',
    ]);
  });

  it('refers only to schemas that it holds', async () => {
    const description = await describeApi();
    const references = [
      ...JSON.stringify(description).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g),
    ];
    const held = Object.keys(description.components.schemas);
    expect(references.length).toBeGreaterThan(10);
    expect(references.map(([, name]) => name).filter((name) => !held.includes(name ?? ''))).toEqual([]);
    expect(held.toSorted()).toEqual([
      'Accepted',
      'Error',
      'FleetDefinition',
      'FleetReport',
      'Gone',
      'ObjectDetail',
      'Plan',
      'StatusReport',
    ]);
  });
});

describe('real answers fit the description', () => {
  const steps = [
    keepStep({ kind: 'role', changes: [change('description', null, 'x')] }),
    createStep({ kind: 'log-group' }),
    holdStep({ kind: 'cluster', why: 'not-ours', exists: true, reason: 'exists without our tag' }),
    updateStep({
      changedBy: 'aws',
      changes: [change('containers[xray].image', 'a:1', ['a:2']), change('tags.a', { b: 1 })],
    }),
  ];
  const token = 'correct-horse';
  const everything = {
    token,
    report: reportOf({ steps }),
    plan: planToJson(planOf(steps), { revision: 'c0ffee1', plannedAt: '2026-11-02T10:00:00.000Z' }),
  };

  it.each([
    ['GET', '/status', '/status', 200],
    ['GET', '/status/DaemonService/xray', '/status/{kind}/{name}', 200],
    ['GET', '/status/DaemonService/none', '/status/{kind}/{name}', 404],
    ['GET', '/plan', '/plan', 200],
    ['GET', '/healthz', '/healthz', 200],
    ['GET', '/readyz', '/readyz', 200],
    ['POST', '/reconcile', '/reconcile', 202],
    ['POST', '/plan/a1b2c3/confirm', '/plan/{hash}/confirm', 202],
    ['POST', '/plan/none/confirm', '/plan/{hash}/confirm', 404],
    ['POST', '/webhook', '/webhook', 403],
  ] as const)('%s %s', async (method, url, path, status) => {
    const { app } = testServer(everything);
    const headers = { authorization: `Bearer ${token}` };
    const response = await app.inject({ method, url, headers });
    expect(response.statusCode).toBe(status);
    const description = await describeApi();
    const operation = description.paths[path]?.[method.toLowerCase()];
    const schema = operation?.responses[String(status)]?.content['application/json']?.schema;
    expect(schema).toBeDefined();
    // OpenAPI's `components` and the like are no JSON Schema keywords, so nothing strict here.
    const validate = new Ajv({ strict: false }).compile({ ...schema, components: description.components });
    validate(response.json());
    expect(validate.errors).toBeNull();
  });

  it('with nothing dropped on the way', async () => {
    const { app } = testServer(everything);
    expect((await app.inject('/status')).json()).toEqual(everything.report);
    expect((await app.inject('/plan')).json()).toEqual(everything.plan);
  });
});
