import type { HttpDeps } from '../../../controller/http/deps.ts';
import { buildServer } from '../../../controller/http/server.ts';
import { createMetrics } from '../../../controller/metrics.ts';
import { planToJson } from '../../../controller/plan/json.ts';
import { reportOf } from './reports.ts';
import { keepStep, planOf } from '../plans/steps.ts';

const metrics = createMetrics();

type SecretName = 'token' | 'webhookSecret';

type Overrides = Partial<Omit<HttpDeps, SecretName> & Record<SecretName, string>>;

/** A server over a converged controller, and what it was asked to do. Its secrets stay the same, unless they are read. */
export function testServer(
  { token, webhookSecret, ...overrides }: Overrides = {},
  read: Partial<Pick<HttpDeps, SecretName>> = {},
) {
  const asked: string[] = [];
  const report = reportOf();
  const app = buildServer({
    version: '0.1.0',
    report: () => report,
    transitions: () => undefined,
    plan: () => planToJson(planOf([keepStep()])),
    requestReconcile: (reason) => {
      asked.push(reason);
    },
    confirmPlan: (hash) => (hash === 'a1b2c3' ? 'confirmed' : 'unknown'),
    health: () => ({ alive: true, ready: true, detail: 'pass 12 ended 3 s ago' }),
    metrics,
    ...(token === undefined ? {} : { token: () => Promise.resolve(token) }),
    ...(webhookSecret === undefined ? {} : { webhookSecret: () => Promise.resolve(webhookSecret) }),
    ...overrides,
    ...read,
  });
  return { app, asked, report };
}
