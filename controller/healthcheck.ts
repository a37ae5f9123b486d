import { request } from 'node:http';
import { readGiven } from './config/given.ts';
import { RUN_FLAGS, variableOf } from './config/flags.ts';
import type { Address } from './config/values.ts';

/**
 * The image's health check, for container runtimes that run a program instead of asking over HTTP: asks /healthz of
 * the controller beside it, which listens where STATIONKEEPER_LISTEN says. Exit code 0, or 1 with one line on
 * standard error. Loads neither the SDK nor the HTTP server: it runs every few seconds.
 */

/** Below the timeout of the image's HEALTHCHECK (5 s), so that the line says why. */
const DEADLINE_MS = 3_000;
const MOST_SHOWN = 300;

const problem = await check(process.env);
if (problem !== undefined) {
  process.stderr.write(`unhealthy: ${problem}\n`);
  process.exitCode = 1;
}

/** @returns what is wrong, in one line; undefined where nothing is */
async function check(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const errors: string[] = [];
  const listen = readGiven(new Map(), env, errors).value(RUN_FLAGS.listen);
  if (errors.length > 0) return errors.join('; ');
  if (listen.port === 0) {
    return `${variableOf(RUN_FLAGS.listen.name)} has port 0, any free one; give it a port that can be asked`;
  }
  const url = `http://${askable(listen)}/healthz`;
  return get(url).then(
    ({ status, body }) => (status === 200 ? undefined : `${url} answered ${status}: ${oneLine(body)}`),
    (error: NodeJS.ErrnoException) => `${url} ${whyNot(error)}`,
  );
}

function whyNot(error: NodeJS.ErrnoException): string {
  if (error.name === 'AbortError') return `has not answered within ${DEADLINE_MS / 1000} s`;
  return `cannot be asked (${error.code ?? error.message})`;
}

/** A server that listens everywhere is reached over loopback. */
function askable({ host, port }: Address): string {
  if (host === '0.0.0.0') return `127.0.0.1:${port}`;
  if (/^[0:]+$/.test(host)) return `[::1]:${port}`;
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** `agent: false` keeps proxies of the environment out of it. */
function get(url: string): Promise<{ readonly status: number | undefined; readonly body: string }> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { agent: false, signal: AbortSignal.timeout(DEADLINE_MS) }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        if (body.length < MOST_SHOWN) body += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode, body }));
      response.on('error', reject);
    });
    asked.on('error', reject);
    asked.end();
  });
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim().slice(0, MOST_SHOWN);
}
