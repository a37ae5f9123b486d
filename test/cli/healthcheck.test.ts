import { once } from 'node:events';
import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startController } from '../support/programs/cli.ts';
import { runCommand } from '../support/programs/command.ts';
import type { Ended } from '../support/programs/command.ts';

const PROGRAM = join(import.meta.dirname, '..', '..', 'dist', 'controller', 'healthcheck.js');
const HEALTHY = { code: 0, stdout: '', stderr: '' };

function healthcheck(listen: string | undefined): Promise<Ended> {
  return runCommand(process.execPath, [PROGRAM], { env: { STATIONKEEPER_LISTEN: listen } });
}

/** @returns its port */
async function serverOn(host: string, answer: RequestListener): Promise<number> {
  const server = createServer(answer).listen(0, host);
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

const healthy: RequestListener = (request, response) => {
  response.writeHead(request.url === '/healthz' ? 200 : 404).end();
};

describe('the health check', () => {
  test('says nothing and ends with 0 where the controller lives', async () => {
    const controller = await startController(['--sandbox', '--log-format', 'json']);

    expect(await healthcheck(new URL(controller.url).host)).toEqual(HEALTHY);
    controller.kill('SIGTERM');
  });

  test.each([
    { listen: '0.0.0.0', on: '127.0.0.1' },
    { listen: '[::]', on: '::1' },
    { listen: '[0:0:0:0:0:0:0:0]', on: '::1' },
    { listen: '[::1]', on: '::1' },
    { listen: '127.0.0.2', on: '127.0.0.2' },
    { listen: 'localhost', on: 'localhost' },
  ])('asks $on where the controller listens on $listen', async ({ listen, on }) => {
    const port = await serverOn(on, healthy);

    expect(await healthcheck(`${listen}:${port}`)).toEqual(HEALTHY);
  });

  test('asks where the controller listens by default, when nobody says where', async () => {
    // Whether or not something answers there.
    const { stderr } = await healthcheck(undefined);

    expect(stderr).toMatch(/^$|^unhealthy: http:\/\/127\.0\.0\.1:8080\/healthz /);
  });

  test('ends with 1 and shows what the controller answers when it is not well', async () => {
    const port = await serverOn('127.0.0.1', (_request, response) => {
      response.writeHead(503).end('{"status":"unavailable",\n"detail":"no pass has ended for 95 s"}');
    });

    expect(await healthcheck(`127.0.0.1:${port}`)).toEqual({
      code: 1,
      stdout: '',
      stderr: `unhealthy: http://127.0.0.1:${port}/healthz answered 503: {"status":"unavailable", "detail":"no pass has ended for 95 s"}\n`,
    });
  });

  test('ends with 1 where nothing listens', async () => {
    const port = await serverOn('127.0.0.1', healthy);

    const { code, stderr } = await healthcheck(`127.0.0.2:${port}`);

    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: `unhealthy: http://127.0.0.2:${port}/healthz cannot be asked (ECONNREFUSED)\n`,
    });
  });

  test('gives up before the runtime does on a controller that never answers, or never ends its answer', async () => {
    const ports = await Promise.all([
      serverOn('127.0.0.1', () => {}),
      serverOn('127.0.0.1', (_request, response) => void response.writeHead(200).write('{')),
    ]);

    const ended = await Promise.all(ports.map((port) => healthcheck(`127.0.0.1:${port}`)));

    expect(ended).toEqual(
      ports.map((port) => ({
        code: 1,
        stdout: '',
        stderr: `unhealthy: http://127.0.0.1:${port}/healthz has not answered within 3 s\n`,
      })),
    );
  });

  test.each([
    {
      listen: '0.0.0.0:0',
      says: 'STATIONKEEPER_LISTEN has port 0, any free one; give it a port that can be asked',
    },
    {
      listen: '8080',
      says: "STATIONKEEPER_LISTEN '8080': expected host:port with a port from 0 to 65535, such as 127.0.0.1:8080 or [::1]:8080",
    },
  ])('ends with 1 and says what is wrong with the address $listen', async ({ listen, says }) => {
    expect(await healthcheck(listen)).toEqual({ code: 1, stdout: '', stderr: `unhealthy: ${says}\n` });
  });
});
