import { createServer, request } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** Stands between a client and an AWS over HTTP and writes down what was asked, as the server would see it. */
export interface CountingProxy {
  readonly url: string;
  /** Oldest first. */
  readonly requests: readonly SeenRequest[];
  reset(): void;
  close(): Promise<void>;
}

export interface SeenRequest {
  /** `AmazonEC2ContainerServiceV20141113.CreateService`, or `CreateRole` for query APIs. */
  readonly operation: string;
  readonly body: string;
}

export async function startCountingProxy(target: string): Promise<CountingProxy> {
  const requests: SeenRequest[] = [];
  const server = createServer((incoming, outgoing) => {
    forward(target, incoming, outgoing, requests).catch(() => {
      outgoing.writeHead(502).end();
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    reset: () => {
      requests.length = 0;
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

async function forward(
  target: string,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  requests: SeenRequest[],
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  requests.push({ operation: operationOf(incoming, body), body: body.toString('utf8') });
  await new Promise<void>((resolve, reject) => {
    const onward = request(
      new URL(incoming.url ?? '/', target),
      { method: incoming.method, headers: incoming.headers },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing).once('finish', resolve).once('error', reject);
      },
    );
    onward.once('error', reject);
    onward.end(body);
  });
}

function operationOf(incoming: IncomingMessage, body: Buffer): string {
  const target = incoming.headers['x-amz-target'];
  if (typeof target === 'string') return target;
  return new URLSearchParams(body.toString('utf8')).get('Action') ?? `${incoming.method} ${incoming.url}`;
}
