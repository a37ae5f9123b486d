import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname } from 'node:path';

export interface GitHttpServer {
  /** `http://127.0.0.1:port` */
  readonly origin: string;
  /** Authorization of every request so far, undefined where it had none. */
  readonly authorizations: readonly (string | undefined)[];
  close(): Promise<void>;
}

/** What answers a request before git does; true where it did. */
export type Guard = (request: IncomingMessage, response: ServerResponse) => boolean;

/** Serves the bare repositories beside one of them over smart HTTP: git's own backend behind a guard. */
export async function serveGit(repository: string, guard: Guard): Promise<GitHttpServer> {
  const authorizations: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    authorizations.push(request.headers.authorization);
    if (!guard(request, response)) answerByGit(dirname(repository), request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    authorizations,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Demands HTTP Basic authentication. */
export function demandBasic(isRight: (username: string, password: string) => boolean): Guard {
  return (request, response) => {
    const [scheme, encoded = ''] = (request.headers.authorization ?? '').split(' ');
    const [username = '', password = ''] = Buffer.from(encoded, 'base64').toString('utf8').split(':');
    if (scheme === 'Basic' && isRight(username, password)) return false;
    response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end('no');
    return true;
  };
}

/** A CGI program (RFC 3875), as `git help http-backend` describes it. */
function answerByGit(root: string, request: IncomingMessage, response: ServerResponse): void {
  const [path = '', query = ''] = (request.url ?? '').split('?');
  const child = spawn('git', ['http-backend'], {
    env: {
      PATH: process.env['PATH'],
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: '1',
      PATH_INFO: path,
      QUERY_STRING: query,
      REQUEST_METHOD: request.method,
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
      HTTP_GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
    },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  request.pipe(child.stdin);
  const output: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  child.once('close', () => {
    const all = Buffer.concat(output);
    const end = all.indexOf('\r\n\r\n');
    const headers = all
      .toString('utf8', 0, end)
      .split('\r\n')
      .map((line) => line.split(': ') as [string, string]);
    const status = Number(headers.find(([name]) => name === 'Status')?.[1].split(' ')[0] ?? 200);
    response.writeHead(status, Object.fromEntries(headers)).end(all.subarray(end + 4));
  });
}
