import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import type { HttpDeps } from '../deps.ts';
import { answerDocument, documentOf } from '../document.ts';
import { errorResponses } from '../errors.ts';

export function metricsRoutes(app: FastifyInstance, deps: HttpDeps): void {
  app.get(
    '/metrics',
    {
      schema: {
        operationId: 'getMetrics',
        summary: 'Prometheus text, made at the end of each pass',
        response: {
          200: { description: 'Metrics', content: { 'text/plain': { schema: Type.String() } } },
          ...errorResponses(),
        },
      },
    },
    (request, reply) => {
      const { contentType, body } = deps.published().metrics;
      return answerDocument(request, reply, documentOf(body, contentType));
    },
  );
}
