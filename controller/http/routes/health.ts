import type { FastifyInstance, FastifyReply } from 'fastify';
import { Type } from 'typebox';
import type { HttpDeps } from '../deps.ts';
import { errorResponses } from '../errors.ts';

const HealthBody = Type.Object(
  {
    status: Type.Unsafe<'ok' | 'unavailable'>({ type: 'string', enum: ['ok', 'unavailable'] }),
    detail: Type.String(),
  },
  { additionalProperties: false },
);

export function healthRoutes(app: FastifyInstance, deps: HttpDeps): void {
  const response = {
    200: { description: 'Yes', ...HealthBody },
    503: { description: 'No', ...HealthBody },
    ...errorResponses(),
  };

  app.get(
    '/healthz',
    {
      config: { isProbe: true },
      schema: { operationId: 'getHealth', summary: 'Does the loop live?', response },
    },
    (_request, reply) => {
      const { alive, detail } = deps.health();
      return answer(reply, alive, detail);
    },
  );
  app.get(
    '/readyz',
    {
      config: { isProbe: true },
      schema: { operationId: 'getReadiness', summary: 'Has a first pass ended?', response },
    },
    (_request, reply) => {
      const { ready, detail } = deps.health();
      return answer(reply, ready, detail);
    },
  );
}

function answer(reply: FastifyReply, ok: boolean, detail: string): FastifyReply {
  return reply.code(ok ? 200 : 503).send({ status: ok ? 'ok' : 'unavailable', detail });
}
