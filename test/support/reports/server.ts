import type { HttpDeps } from '../../../controller/http/deps.ts';
import type { Limits } from '../../../controller/http/limits.ts';
import { publishedOf } from '../../../controller/http/published.ts';
import type { Publishable } from '../../../controller/http/published.ts';
import { buildServer } from '../../../controller/http/server.ts';
import { metricsOf } from './metrics.ts';
import { approvalOf } from '../../../controller/plan/rollout/approval.ts';
import { planToJson } from '../../../controller/plan/json.ts';
import { reportOf } from './reports.ts';
import { keepStep, planOf } from '../plans/steps.ts';

const registry = metricsOf();
const metrics = { contentType: registry.contentType, text: await registry.text() };

type SecretName = 'token' | 'webhookSecret';

type Overrides = Partial<Omit<HttpDeps, SecretName> & Record<SecretName, string> & Publishable>;

/** A server over a converged controller, and what it was asked to do. Its secrets stay the same, unless they are read. */
export function testServer(
  { token, webhookSecret, ...overrides }: Overrides = {},
  read: Partial<Pick<HttpDeps, SecretName>> = {},
  limits?: Limits,
) {
  const asked: string[] = [];
  const report = overrides.report ?? reportOf();
  const plan = planToJson(planOf([keepStep()]));
  const published = publishedOf({ histories: [], fleet: [], plan, metrics, ...overrides, report });
  const deps: HttpDeps = {
    version: '0.1.0',
    published: () => published,
    requestReconcile: (reason, { again }) => {
      asked.push(again ? `${reason}, again` : reason);
    },
    confirmPlan: (hash) => Promise.resolve(hash === 'a1b2c3' ? 'confirmed' : 'unknown'),
    approveStage: (request) => Promise.resolve(approvalOf([], request)),
    health: () => ({ alive: true, ready: true, detail: 'pass 12 ended 3 s ago' }),
    ...(token === undefined ? {} : { token: () => Promise.resolve(token) }),
    ...(webhookSecret === undefined ? {} : { webhookSecret: () => Promise.resolve(webhookSecret) }),
    ...overrides,
    ...read,
  };
  return { app: buildServer(deps, limits), asked, report };
}
