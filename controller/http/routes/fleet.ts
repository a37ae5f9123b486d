import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { REPORTED_KINDS } from '../../status/schema.ts';
import type { HttpDeps } from '../deps.ts';
import { answerDocument, documentOf } from '../document.ts';
import { errorResponses, refuse } from '../errors.ts';

const DefinitionParams = Type.Object({
  kind: Type.String({ description: `${REPORTED_KINDS.join(', ')}; also in lower case` }),
  name: Type.String({ description: 'metadata.name' }),
});

const DefinitionQuery = Type.Object({
  digest: Type.Optional(
    Type.String({ description: 'Which one, where two definitions have this kind and name' }),
  ),
});

export function fleetRoutes(app: FastifyInstance, deps: HttpDeps): void {
  app.get(
    '/fleet',
    {
      schema: {
        operationId: 'getFleet',
        summary: 'By definition: the progress of its Environments, and what each waits for',
        response: {
          200: {
            description: 'Definitions that are in several Environments, or go through a Rollout',
            ...Type.Ref('FleetReport#'),
          },
          ...errorResponses(),
        },
      },
    },
    (request, reply) => answerDocument(request, reply, documentOf(deps.published().fleet)),
  );

  app.get<{ Params: Static<typeof DefinitionParams>; Querystring: Static<typeof DefinitionQuery> }>(
    '/fleet/:kind/:name',
    {
      schema: {
        operationId: 'getFleetDefinition',
        summary: 'One definition, with each of its Environments and what that waits for',
        params: DefinitionParams,
        querystring: DefinitionQuery,
        response: {
          200: { description: 'The definition', ...Type.Ref('FleetDefinition#') },
          ...errorResponses(404),
          400: {
            description:
              'DigestNeeded: two definitions have this name; the message names their digests. Otherwise the request is malformed',
            ...Type.Ref('Error#'),
          },
        },
      },
    },
    (request, reply) => {
      const { kind: asked, name } = request.params;
      const { digest } = request.query;
      const called = deps
        .published()
        .definitions.filter(
          (one) => one.name === name && (one.kind === asked || one.kind.toLowerCase() === asked),
        );
      const [found, ...others] = called.filter((one) => digest === undefined || one.digest === digest);
      if (found === undefined) {
        const message = `no definition of this kind and name is in several Environments or goes through a Rollout; GET /fleet lists those that are`;
        return refuse(reply, 404, 'NotFound', message);
      }
      if (others.length > 0) {
        const digests = called.flatMap((one) => one.digest ?? []).join(', ');
        const message = `two definitions have this name, in different Environments; choose one with ?digest=, one of ${digests}`;
        return refuse(reply, 400, 'DigestNeeded', message);
      }
      return answerDocument(request, reply, documentOf(found.body));
    },
  );
}
