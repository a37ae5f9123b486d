import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import type { Static } from 'typebox';
import type { LogVerb } from '../../core/log-verbs.ts';
import type { HttpDeps } from '../deps.ts';
import { errorResponses, refuse } from '../errors.ts';
import { requireToken } from '../guards.ts';

const PlanParams = Type.Object({
  hash: Type.String({ minLength: 1, maxLength: 128, description: '`hash` of GET /plan' }),
});

/** The routes that are not read-only, behind the token. Bodies mean nothing here and are thrown away. */
export function actionRoutes(app: FastifyInstance, deps: HttpDeps): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, _body, done) => done(null));
  const onRequest = requireToken(deps.token);
  const security = [{ bearer: [] }];

  app.post(
    '/reconcile',
    {
      onRequest,
      schema: {
        operationId: 'requestReconcile',
        summary: 'Asks for a pass now, which also retries what waits for its next attempt',
        security,
        response: {
          202: { description: 'A pass was asked for', ...Type.Ref('Accepted#') },
          ...errorResponses(401, 413),
        },
      },
    },
    (request, reply) => {
      request.log.info(
        { remoteAddress: request.ip, message: 'a pass over HTTP' },
        'requested' satisfies LogVerb,
      );
      deps.requestReconcile('POST /reconcile', { again: true });
      return reply.code(202).send({
        accepted: true,
        message:
          'a pass begins now, and also retries what waits for its next attempt; see pass in GET /status',
      });
    },
  );

  app.post<{ Params: Static<typeof PlanParams> }>(
    '/plan/:hash/confirm',
    {
      onRequest,
      schema: {
        operationId: 'confirmPlan',
        summary: 'Confirms a plan that the prune budget holds',
        security,
        params: PlanParams,
        response: {
          202: { description: 'The plan was confirmed and a pass asked for', ...Type.Ref('Accepted#') },
          ...errorResponses(401, 404, 413),
        },
      },
    },
    async (request, reply) => {
      if ((await deps.confirmPlan(request.params.hash)) === 'unknown') {
        const message =
          'the last plan has another hash, so what it would delete has changed; read GET /plan again';
        return refuse(reply, 404, 'UnknownPlan', message);
      }
      request.log.info(
        { remoteAddress: request.ip, plan: request.params.hash },
        'confirmed' satisfies LogVerb,
      );
      deps.requestReconcile('POST /plan/:hash/confirm', { again: false });
      return reply.code(202).send({ accepted: true, message: 'confirmed; a pass begins now' });
    },
  );
}
