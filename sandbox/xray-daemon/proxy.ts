import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { Readable } from 'node:stream';
import { GetSamplingRulesCommand } from '@aws-sdk/client-xray';
import type { XRayClient } from '@aws-sdk/client-xray';
import { getEndpointFromInstructions } from '@smithy/core/endpoints';
import { HttpRequest } from '@smithy/core/protocols';
import type { Log } from './log.ts';

const MAX_BODY_BYTES = 1024 * 1024;

/** What belongs to the one connection, or is made anew. */
const NOT_FORWARDED = new Set([
  'authorization',
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Hands every call on to X-Ray, signed with the daemon's credentials, as SDKs have it ask for sampling rules and targets. */
export function createProxy(client: XRayClient, log: Log): Server {
  return createServer((request, response) => {
    forward(client, request, response).catch((thrown: Error) => {
      log(
        'error',
        `${request.method} ${request.url} has not reached X-Ray: ${thrown.name}: ${thrown.message}.`,
      );
      if (response.headersSent) response.destroy();
      else answer(response, 502, 'The stand-in for the X-Ray daemon could not reach X-Ray.');
    });
  });
}

async function forward(
  client: XRayClient,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await bodyOf(request);
  if (body === undefined) {
    response.setHeader('connection', 'close');
    return answer(response, 413, `A body is at most ${MAX_BODY_BYTES} bytes.`);
  }
  if (!URL.canParse(request.url ?? '', 'http://daemon'))
    return answer(response, 400, 'There is no such path.');
  const { url } = await getEndpointFromInstructions({}, GetSamplingRulesCommand, client.config);
  const { pathname, searchParams } = new URL(request.url ?? '', 'http://daemon');
  const signer = await client.config.signer();
  const signed = await signer.sign(
    new HttpRequest({
      method: request.method ?? 'GET',
      protocol: url.protocol,
      hostname: url.hostname,
      ...(url.port === '' ? {} : { port: Number(url.port) }),
      path: `${url.pathname.replace(/\/$/, '')}${pathname}`,
      query: Object.fromEntries([...searchParams.keys()].map((key) => [key, searchParams.getAll(key)])),
      headers: { ...forwarded(request.headers), host: url.host, 'content-length': String(body.length) },
      body,
    }),
  );
  const { response: answered } = await client.config.requestHandler.handle(HttpRequest.clone(signed));
  response.writeHead(answered.statusCode, forwarded(answered.headers));
  await pipeline(answered.body as Readable, response);
}

function forwarded(headers: IncomingMessage['headers'] | Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined || NOT_FORWARDED.has(name.toLowerCase())
        ? []
        : [[name, Array.isArray(value) ? value.join(', ') : value]],
    ),
  );
}

/** Undefined where it is too long. */
async function bodyOf(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function answer(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ message }));
}
