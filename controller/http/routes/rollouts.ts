import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import type { Static } from 'typebox';
import type { LogVerb } from '../../core/log-verbs.ts';
import type { HttpDeps } from '../deps.ts';
import { errorResponses, refuse } from '../errors.ts';
import { requireToken } from '../guards.ts';

const StageParams = Type.Object({
  name: Type.String({ minLength: 1, maxLength: 128, description: 'metadata.name of the Rollout' }),
  stage: Type.String({ minLength: 1, maxLength: 128, description: 'Name of the stage' }),
});

const ApprovalBody = Type.Object(
  {
    digest: Type.String({
      minLength: 1,
      maxLength: 128,
      description: 'Digest of the definition to approve, from plan or GET /fleet',
    }),
  },
  { additionalProperties: false },
);

/** Approving a stage, behind the token. */
export function rolloutRoutes(app: FastifyInstance, deps: HttpDeps): void {
  app.post<{ Params: Static<typeof StageParams>; Body: Static<typeof ApprovalBody> }>(
    '/rollouts/:name/stages/:stage/approve',
    {
      onRequest: requireToken(deps.token),
      schema: {
        operationId: 'approveStage',
        summary: 'Approves a stage of a Rollout for one digest, for as long as the controller runs',
        security: [{ bearer: [] }],
        params: StageParams,
        body: ApprovalBody,
        response: {
          202: { description: 'It is approved, now or before', ...Type.Ref('Accepted#') },
          ...errorResponses(401, 404, 413, 415),
          409: {
            description: 'StaleDigest: no definition has that digest now; the message names the current ones',
            ...Type.Ref('Error#'),
          },
        },
      },
    },
    async (request, reply) => {
      const { name: rollout, stage } = request.params;
      const { digest } = request.body;
      const { type, message } = await deps.approveStage({ rollout, stage, digest });
      switch (type) {
        case 'unknownRollout':
          return refuse(reply, 404, 'UnknownRollout', message);
        case 'unknownStage':
          return refuse(reply, 404, 'UnknownStage', message);
        case 'stale':
          return refuse(reply, 409, 'StaleDigest', message);
        case 'notNeeded':
          return reply.code(202).send({ accepted: true, message });
        case 'approved':
          request.log.info(
            { remoteAddress: request.ip, rollout, stage, digest },
            'approved' satisfies LogVerb,
          );
          deps.requestReconcile('POST /rollouts/:name/stages/:stage/approve', { again: false });
          return reply.code(202).send({ accepted: true, message });
      }
    },
  );
}
