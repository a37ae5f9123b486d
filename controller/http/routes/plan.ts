import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import type { HttpDeps } from '../deps.ts';
import { answerDocument, documentOf } from '../document.ts';
import { errorResponses, refuse } from '../errors.ts';

export function planRoutes(app: FastifyInstance, deps: HttpDeps): void {
  app.get(
    '/plan',
    {
      schema: {
        operationId: 'getPlan',
        summary: 'The last plan',
        response: { 200: { description: 'The plan', ...Type.Ref('Plan#') }, ...errorResponses(404) },
      },
    },
    (request, reply) => {
      const { plan } = deps.published();
      if (plan !== undefined) return answerDocument(request, reply, documentOf(plan));
      return refuse(reply, 404, 'NoPlan', 'there is no plan yet; the first pass is still under way');
    },
  );
}
