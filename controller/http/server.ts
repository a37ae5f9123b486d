import swagger from '@fastify/swagger';
import { LogController, fastify } from 'fastify';
import type { FastifyError, FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { PlanJson } from '../plan/json.ts';
import { FleetDefinition, FleetReport } from '../status/fleet-schema.ts';
import { ObjectDetail, StatusReport } from '../status/schema.ts';
import { AcceptedBody } from './accepted.ts';
import type { HttpDeps } from './deps.ts';
import { answerDocument, documentOf } from './document.ts';
import {
  ErrorBody,
  GoneBody,
  answerClientError,
  answerError,
  answerUnknownRoutes,
  errorResponses,
} from './errors.ts';
import { requireHost } from './guards.ts';
import { limitClients } from './limits.ts';
import type { Limits } from './limits.ts';
import { actionRoutes } from './routes/actions.ts';
import { fleetRoutes } from './routes/fleet.ts';
import { healthRoutes } from './routes/health.ts';
import { metricsRoutes } from './routes/metrics.ts';
import { planRoutes } from './routes/plan.ts';
import { rolloutRoutes } from './routes/rollouts.ts';
import { statusRoutes } from './routes/status.ts';
import { webhookRoutes } from './routes/webhook.ts';

/** A client that sends slowly is cut off well before a shutdown has to end (10 s). */
const SLOW_CLIENT_MS = 5000;
/** One that reads slowly too, who may have sent slowly before. */
const LIMITS: Limits = {
  connections: 256,
  pipelined: 8,
  pace: { perSecond: 100, atOnce: 20 },
  answerMs: 8000,
};
const BODY_LIMIT = 16 * 1024;
/** A namespace's name is a domain name: at most 253 characters. */
const MAX_PARAM_LENGTH = 256;

const ROUTES = [
  statusRoutes,
  fleetRoutes,
  planRoutes,
  actionRoutes,
  rolloutRoutes,
  webhookRoutes,
  healthRoutes,
  metricsRoutes,
  openapiRoutes,
] as const;

/** The HTTP API (docs/operations.md), complete and not listening. */
export function buildServer(deps: HttpDeps, limits = LIMITS): FastifyInstance {
  const app = fastify({
    ...(deps.logger === undefined ? { logger: false } : { loggerInstance: deps.logger }),
    // Probes and scrapes would drown the log; what is asked of the controller is logged where it happens.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_LIMIT,
    routerOptions: { maxParamLength: MAX_PARAM_LENGTH },
    requestTimeout: SLOW_CLIENT_MS,
    keepAliveTimeout: SLOW_CLIENT_MS,
    http: { headersTimeout: SLOW_CLIENT_MS, connectionsCheckingInterval: 1000 },
    forceCloseConnections: 'idle',
    // A parameter is what was sent or it is wrong: no guessing, no dropping.
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: false } },
    clientErrorHandler: answerClientError,
    frameworkErrors: (error, request, reply) => {
      void answerError(error, request, reply);
    },
  });
  limitClients(app, limits);

  app.addHook('onRequest', (_request, reply, done) => {
    void reply.headers({
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
    });
    done();
  });
  if (deps.allowedHosts !== undefined) app.addHook('onRequest', requireHost(deps.allowedHosts));
  app.setErrorHandler((error: FastifyError, request, reply) => answerError(error, request, reply));
  answerUnknownRoutes(app);

  app.addSchema({ ...StatusReport, $id: 'StatusReport' });
  app.addSchema({ ...ObjectDetail, $id: 'ObjectDetail' });
  app.addSchema({ ...FleetReport, $id: 'FleetReport' });
  app.addSchema({ ...FleetDefinition, $id: 'FleetDefinition' });
  app.addSchema({ ...PlanJson, $id: 'Plan' });
  app.addSchema(ErrorBody);
  app.addSchema(GoneBody);
  app.addSchema(AcceptedBody);
  void app.register(swagger, {
    openapi: {
      openapi: '3.0.3',
      info: {
        title: 'Stationkeeper',
        description: 'Drift report and control of a running Stationkeeper controller.',
        version: deps.version,
      },
      components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } },
    },
    refResolver: {
      buildLocalReference: (json, _baseUri, _fragment, index) =>
        typeof json['$id'] === 'string' ? json['$id'] : `def-${index}`,
    },
  });
  for (const routes of ROUTES) {
    void app.register((scope, _options, done) => {
      routes(scope, deps);
      done();
    });
  }
  return app;
}

function openapiRoutes(app: FastifyInstance): void {
  let description: Uint8Array | undefined;
  app.get(
    '/openapi.json',
    {
      schema: {
        operationId: 'getOpenApi',
        summary: 'This description',
        response: {
          200: { description: 'OpenAPI 3', ...Type.Object({}, { additionalProperties: true }) },
          ...errorResponses(),
        },
      },
    },
    (request, reply) => {
      description ??= Buffer.from(JSON.stringify(app.swagger()));
      return answerDocument(request, reply, documentOf(description));
    },
  );
}
