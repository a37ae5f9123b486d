import { isIPv6 } from 'node:net';
import type { AddressInfo } from 'node:net';
import { fastify } from 'fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AwsError } from '../error.ts';
import type { Sandbox } from '../sandbox.ts';
import { answer, isAwsRequest, refuse } from './answer.ts';
import { controlRoutes } from './control-routes.ts';
import type { AwsHttpAnswer, AwsHttpRequest } from './answer.ts';

const BODY_LIMIT_BYTES = 1024 * 1024;
/** Within this a request must have come whole. */
const REQUEST_LIMIT_MS = 60_000;

const NOT_AWS = 'This is the Stationkeeper sandbox and not AWS.';

export interface SandboxServer {
  /** `http://127.0.0.1:4566`: what `--endpoint-url` and AWS_ENDPOINT_URL take. */
  readonly url: string;
  /** Ends open connections too. */
  close(): Promise<void>;
}

/**
 * Serves a sandbox over HTTP in AWS's wire protocols. Port 0 takes any free port; a port in use rejects with
 * Node's EADDRINUSE error.
 */
export async function serveSandbox(
  sandbox: Pick<Sandbox, 'call' | 'control' | 'world'>,
  options: { readonly host: string; readonly port: number },
): Promise<SandboxServer> {
  const app = fastify({
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: REQUEST_LIMIT_MS,
    // A body is taken as it is: what one alternative of a schema does not know, another one may.
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false, discriminator: true } },
    forceCloseConnections: true,
  });
  // Its time, which may run faster than ours: clients tell by it how old what was made is.
  app.addHook('onSend', (_request, reply, _payload, done) => {
    reply.header('date', new Date(sandbox.world.now()).toUTCString());
    done();
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => {
    done(null, body);
  });

  app.register(
    (scope, _options, done) => {
      controlRoutes(scope, sandbox.control);
      done();
    },
    { prefix: '/_sandbox' },
  );
  app.all('*', async (request, reply) => {
    const asked = awsRequest(request);
    if (isAwsRequest(asked)) {
      const answered = await answer(sandbox, asked, goneSignal(reply));
      if (answered !== undefined) return send(reply, answered);
      reply.hijack();
      request.raw.socket.destroy();
      return reply;
    }
    if (request.url === '/') return reply.type('text/plain').send(`${NOT_AWS}\n`);
    return reply
      .code(404)
      .send({ message: `The sandbox does not serve ${request.method} ${request.url}. ${NOT_AWS}` });
  });
  app.setErrorHandler((error: Error & { readonly statusCode?: number }, request, reply) => {
    const status = error.statusCode ?? 500;
    const code = status === 413 ? 'RequestEntityTooLargeException' : 'InvalidRequest';
    return send(reply, refuse(awsRequest(request), new AwsError(code, error.message, status)));
  });

  await app.listen({ ...options });
  const { address, port } = app.server.address() as AddressInfo;
  return {
    url: `http://${isIPv6(address) ? `[${address}]` : address}:${port}`,
    close: () => app.close(),
  };
}

/** Aborted once the client has gone. */
function goneSignal(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort());
  return gone.signal;
}

function awsRequest(request: FastifyRequest): AwsHttpRequest {
  const search = request.url.includes('?') ? request.url.slice(request.url.indexOf('?')) : '';
  return {
    method: request.method,
    path: request.url.slice(0, request.url.length - search.length),
    headers: request.headers,
    search,
    body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
  };
}

function send(reply: FastifyReply, { status, headers, body }: AwsHttpAnswer): FastifyReply {
  // The body is sent as bytes: fastify adds a charset to a text's content type, which AWS's JSON has not.
  return reply.code(status).headers(headers).send(Buffer.from(body));
}
