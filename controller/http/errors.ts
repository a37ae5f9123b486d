import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { LogVerb } from '../core/log-verbs.ts';
import { Transitions } from '../status/schema.ts';

/** The one shape of every error: `{"error": {"code": "NotFound", "message": "…"}}`. */
export const ErrorBody = Type.Object(
  {
    error: Type.Object(
      {
        code: Type.String({ description: 'CamelCase, for machines' }),
        message: Type.String({ description: 'One line: what happened and what to do' }),
      },
      { additionalProperties: false },
    ),
  },
  { $id: 'Error', additionalProperties: false },
);

const MEANINGS: Readonly<Record<number, string>> = {
  400: 'The request is malformed',
  401: 'Credentials are missing or wrong',
  403: 'Not allowed: the Host is unknown, or what the request needs is not configured',
  404: 'It does not exist',
  413: 'The body is too large',
  500: 'A defect; the log has the details',
};

/** An error about an object that is no more, with what happened to it. */
export const GoneBody = Type.Object(
  { ...ErrorBody.properties, history: Type.Optional(Transitions) },
  { $id: 'Gone', additionalProperties: false },
);

/** Response schemas for errors. Any route can answer 400, 403 (Host) and 500. */
export function errorResponses(...statuses: readonly number[]) {
  return Object.fromEntries(
    [...new Set([400, 403, 500, ...statuses])].map((status) => [
      status,
      { description: MEANINGS[status] ?? 'Error', ...Type.Ref('Error#') },
    ]),
  );
}

export function refuse(reply: FastifyReply, status: number, code: string, message: string): FastifyReply {
  return reply.code(status).type('application/json; charset=utf-8').send({ error: { code, message } });
}

const CODES: Readonly<Record<number, string>> = {
  400: 'BadRequest',
  413: 'PayloadTooLarge',
  414: 'UriTooLong',
  415: 'UnsupportedMediaType',
};

/** Answers whatever a route throws: a client is told what it did wrong, a defect of ours is only logged. */
export function answerError(error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const status = error.statusCode ?? 500;
  if (status >= 400 && status < 500)
    return refuse(reply, status, CODES[status] ?? 'BadRequest', error.message);
  request.log.error(
    { err: error, message: `cannot answer ${request.method} ${request.routeOptions.url ?? ''}` },
    'failed' satisfies LogVerb,
  );
  return refuse(reply, 500, 'InternalError', 'the request failed inside the controller; its log says why');
}

/** Answers on the bare socket what is not HTTP, or does not arrive soon enough. */
export function answerClientError(error: { readonly code?: string }, socket: Socket): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const status = CLIENT_ERRORS[error.code ?? ''] ?? 400;
  const reason = STATUS_CODES[status] ?? 'Bad Request';
  const body = JSON.stringify({
    error: { code: reason.replaceAll(' ', ''), message: 'not a complete HTTP request' },
  });
  const head = [
    `HTTP/1.1 ${status} ${reason}`,
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

const CLIENT_ERRORS: Readonly<Record<string, number>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_HEADER_OVERFLOW: 431,
};

/** Answers 404 for what does not exist, 405 with Allow for what exists under other methods. Call it before any route is added. */
export function answerUnknownRoutes(app: FastifyInstance): void {
  const routes: { readonly pattern: RegExp; readonly methods: readonly string[] }[] = [];
  app.addHook('onRoute', ({ url, method }) => {
    const pattern = url.replaceAll('.', String.raw`\.`).replaceAll(/:[^/]+/g, '[^/]+');
    routes.push({ pattern: new RegExp(`^${pattern}$`), methods: [method].flat() });
  });
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?', 1)[0] ?? '';
    const methods = routes.filter(({ pattern }) => pattern.test(path)).flatMap((route) => route.methods);
    if (methods.length === 0) {
      return refuse(reply, 404, 'NotFound', 'no such route; GET /openapi.json lists them');
    }
    const allowed = [...new Set(methods)].toSorted().join(', ');
    void reply.header('allow', allowed);
    return refuse(reply, 405, 'MethodNotAllowed', `this route takes ${allowed}`);
  });
}
