import type { FastifyInstance, FastifyReply } from 'fastify';
import { Type } from 'typebox';
import type { Static } from 'typebox';
import type { HttpDeps } from '../deps.ts';
import { answerDocument, documentOf } from '../document.ts';
import { errorResponses, refuse } from '../errors.ts';
import { objectBody } from '../published.ts';
import { REPORTED_KINDS } from '../../status/schema.ts';
import { historiesOf, historyOf } from '../../status/history.ts';

const ObjectParams = Type.Object({
  kind: Type.String({ description: `${REPORTED_KINDS.join(', ')}; also in lower case` }),
  name: Type.String({ description: 'metadata.name' }),
});

const ObjectQuery = Type.Object({
  environment: Type.Optional(
    Type.String({ description: 'Which one, where several Environments have one of this kind and name' }),
  ),
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
    (request, reply) => answerDocument(request, reply, documentOf(deps.published().status)),
  );

  app.get<{ Params: Static<typeof ObjectParams>; Querystring: Static<typeof ObjectQuery> }>(
    '/status/:kind/:name',
    {
      schema: {
        operationId: 'getObjectStatus',
        summary: 'One object of the report, and what happened to it',
        params: ObjectParams,
        querystring: ObjectQuery,
        response: {
          200: { description: 'The object', ...Type.Ref('ObjectDetail#') },
          ...errorResponses(),
          400: {
            description:
              'EnvironmentNeeded: several Environments have one; the message names them. Otherwise the request is malformed',
            ...Type.Ref('Error#'),
          },
          404: {
            description: 'No such object; for one that existed not long ago, the body has its history',
            ...Type.Ref('Gone#'),
          },
        },
      },
    },
    (request, reply) => {
      const { kind: asked, name } = request.params;
      const kind = REPORTED_KINDS.find((known) => known === asked || known.toLowerCase() === asked);
      if (kind === undefined) {
        const message = `there is no such kind; the kinds are ${REPORTED_KINDS.join(', ')}`;
        return refuse(reply, 404, 'UnknownKind', message);
      }
      const { environment } = request.query;
      const published = deps.published();
      const called = published.objects.filter((object) => object.kind === kind && object.name === name);
      const [found, ...others] = called.filter((object) => isOf(environment, object));
      if (found !== undefined && others.length > 0) return refuseUnclear(reply, kind, called);
      if (found !== undefined) {
        const history = historyOf(published.histories, { kind, name }, found.environment);
        return answerDocument(request, reply, documentOf(objectBody(published, found, history)));
      }
      const gone = historiesOf(published.histories, { kind, name }).filter((one) => isOf(environment, one));
      const [history, ...more] = gone;
      if (more.length > 0) return refuseUnclear(reply, kind, gone);
      if (history !== undefined) {
        const error = { code: 'Gone', message: `there is no ${kind} of this name any more` };
        return reply.code(404).send({ error, history: JSON.parse(history.transitions) as unknown });
      }
      const message =
        called.length === 0
          ? `there is no ${kind} of this name (names are case-sensitive); GET /status lists all objects`
          : `there is no ${kind} of this name in that Environment; one is in ${namesOf(called)}`;
      return refuse(reply, 404, 'NotFound', message);
    },
  );
}

interface Placed {
  readonly environment: string;
}

function isOf(asked: string | undefined, { environment }: Placed): boolean {
  return asked === undefined || asked === environment;
}

function refuseUnclear(reply: FastifyReply, kind: string, found: readonly Placed[]): FastifyReply {
  const message = `several Environments have a ${kind} of this name; choose one with ?environment=, one of ${namesOf(found)}`;
  return refuse(reply, 400, 'EnvironmentNeeded', message);
}

function namesOf(found: readonly Placed[]): string {
  return found.map(({ environment }) => environment).join(', ');
}
