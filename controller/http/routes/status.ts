import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { MANIFEST_KINDS } from '../../core/resource.ts';
import type { HttpDeps } from '../deps.ts';
import { errorResponses, refuse } from '../errors.ts';

const ObjectParams = Type.Object({
  kind: Type.String({ description: `${MANIFEST_KINDS.join(', ')}; also in lower case` }),
  name: Type.String({ description: 'metadata.name' }),
});

export function statusRoutes(app: FastifyInstance, deps: HttpDeps): void {
  app.get(
    '/status',
    {
      schema: {
        operationId: 'getStatus',
        summary: 'The drift report: every object, its conditions, its resources and their drift',
        response: {
          200: { description: 'The report of the last pass', ...Type.Ref('StatusReport#') },
          ...errorResponses(),
        },
      },
    },
    () => deps.report(),
  );

  app.get<{ Params: Static<typeof ObjectParams> }>(
    '/status/:kind/:name',
    {
      schema: {
        operationId: 'getObjectStatus',
        summary: 'One object of the report, and what happened to it',
        params: ObjectParams,
        response: {
          200: { description: 'The object', ...Type.Ref('ObjectDetail#') },
          ...errorResponses(),
          404: {
            description: 'There is no such thing; of what there was not long ago its history is told',
            ...Type.Ref('Gone#'),
          },
        },
      },
    },
    (request, reply) => {
      const { kind: asked, name } = request.params;
      const kind = MANIFEST_KINDS.find((known) => known === asked || known.toLowerCase() === asked);
      if (kind === undefined) {
        const message = `there is no such kind; the kinds are ${MANIFEST_KINDS.join(', ')}`;
        return refuse(reply, 404, 'UnknownKind', message);
      }
      const found = deps.report().objects.find((object) => object.kind === kind && object.name === name);
      const history = deps.transitions({ kind, name });
      if (found !== undefined) return { ...found, history: history ?? [] };
      if (history !== undefined) {
        const error = { code: 'Gone', message: `there is no ${kind} of this name any more` };
        return reply.code(404).send({ error, history });
      }
      const message = `there is no ${kind} of this name (names are case-sensitive); GET /status lists all objects`;
      return refuse(reply, 404, 'NotFound', message);
    },
  );
}
