import { createHmac } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { MANIFESTS, run, scratchFolder, startController } from '../support/programs/cli.ts';
import { skippedFor } from '../support/runs/skipped.ts';

interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const received: Received[] = [];
let server: Server;
let url: string;

beforeAll(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      received.push({ path: request.url ?? '', headers: request.headers, body });
      response.writeHead(request.url === '/refused' ? 403 : 200).end();
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

/** A notification file beside files with secrets. */
function configOf(receivers: readonly object[]): string {
  const folder = scratchFolder();
  writeFileSync(join(folder, 'url'), `${url}/slack/XXXX\n`);
  writeFileSync(join(folder, 'refused'), `${url}/refused\n`);
  writeFileSync(join(folder, 'secret'), 'a-secret\n');
  const file = join(folder, 'notify.yaml');
  writeFileSync(file, JSON.stringify({ receivers }));
  return file;
}

describe('notify test', () => {
  it('sends one message to each receiver, and says what came of each', async () => {
    received.length = 0;
    const config = configOf([
      { name: 'chat', slack: { urlFile: 'url' } },
      { name: 'events', webhook: { url: `${url}/events`, secretFile: 'secret' } },
      { name: 'refusing', slack: { urlFile: 'refused' } },
    ]);
    const { code, stdout, stderr } = await run(['notify', 'test', '--notify-config', config]);
    expect({ code, stdout, stderr }).toEqual({
      code: 1,
      stdout: 'chat (slack): delivered\nevents (webhook): delivered\n',
      stderr: 'error: refusing (slack): HTTP 403\n',
    });
    expect(received.map(({ path }) => path).toSorted()).toEqual(['/events', '/refused', '/slack/XXXX']);
  });

  it('sends to one receiver alone, with exit code 0', async () => {
    const config = configOf([
      { name: 'chat', slack: { urlFile: 'url' } },
      { name: 'refusing', slack: { urlFile: 'refused' } },
    ]);
    const env = { STATIONKEEPER_NOTIFY_CONFIG: config };
    expect(await run(['notify', 'test', '--receiver', 'chat'], env)).toMatchObject({
      code: 0,
      stdout: 'chat (slack): delivered\n',
    });
    expect(await run(['notify', 'test', '--receiver', 'cat'], env)).toMatchObject({
      code: 1,
      stderr: 'error: no receiver is called "cat"; there are: chat, refusing\n',
    });
  });
});

const openssl = spawnSync('openssl', ['version']).status === 0;

describe(
  'a receiver behind a private certificate authority',
  skippedFor(openssl ? undefined : 'openssl is not on this machine'),
  () => {
    it('is trusted where NODE_EXTRA_CA_CERTS says so, and otherwise is told to be the reason', async () => {
      const folder = scratchFolder();
      const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
      const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
      const made = [
        'req',
        '-x509',
        '-newkey',
        'rsa:2048',
        '-nodes',
        '-days',
        '2',
        '-keyout',
        key,
        '-out',
        cert,
      ];
      expect(spawnSync('openssl', [...made, ...subject]).status).toBe(0);
      const secure = createSecureServer(
        { key: readFileSync(key), cert: readFileSync(cert) },
        (_request, response) => response.writeHead(204).end(),
      );
      await new Promise<void>((resolve) => {
        secure.listen(0, '127.0.0.1', resolve);
      });
      const { port } = secure.address() as AddressInfo;
      const config = configOf([
        { name: 'events', webhook: { url: `https://localhost:${port}/`, secretFile: 'secret' } },
      ]);
      const args = ['notify', 'test', '--notify-config', config];
      expect(await run(args)).toMatchObject({
        code: 1,
        stderr: 'error: events (webhook): cannot connect (DEPTH_ZERO_SELF_SIGNED_CERT)\n',
      });
      expect(await run(args, { NODE_EXTRA_CA_CERTS: cert })).toMatchObject({ code: 0 });
      secure.closeAllConnections();
      secure.close();
    });
  },
);

describe('a notification file that is wrong', () => {
  it.each([['run'], ['notify']])('is refused by %s, with every mistake at its place', async (command) => {
    const config = configOf([
      { name: 'chat', slack: { urlFile: 'nowhere' } },
      { name: 'events', webhook: { urlFile: 'secret', secretFile: 'secret' } },
    ]);
    const args =
      command === 'run' ? ['run', MANIFESTS, '--sandbox', '--listen', '127.0.0.1:0'] : ['notify', 'test'];
    const { code, stdout, stderr } = await run([...args, '--notify-config', config]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    const folder = config.replace('/notify.yaml', '');
    expect(stderr).toBe(
      [
        `error: ${config}:1:49 receivers[0].slack.urlFile: the file ${folder}/nowhere: cannot be read (ENOENT)\n`,
        `error: ${config}:1:99 receivers[1].webhook.urlFile: the first line of the file is no http or https URL without a user\n`,
      ].join(''),
    );
  });

  it('is refused by a sandbox where it names a topic, which would be one of AWS', async () => {
    const topicArn = 'arn:aws:sns:eu-west-1:111122223333:stationkeeper';
    const config = configOf([{ name: 'topic', sns: { topicArn } }]);
    const { code, stderr } = await run(['run', MANIFESTS, '--sandbox', '--notify-config', config]);
    expect(code).toBe(1);
    expect(stderr).toContain('the sandbox has no SNS, and no message goes to AWS beside it; remove topic');
  });

  it('is no file', async () => {
    const { code, stderr } = await run(['notify', 'test', '--notify-config', '/nowhere.yaml']);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: 'error: --notify-config /nowhere.yaml: cannot be read (ENOENT)\n',
    });
  });
});

describe('a controller with receivers', () => {
  it('tells them what it applied, and says in /status and in metrics how that went', async () => {
    received.length = 0;
    const config = configOf([
      { name: 'events', webhook: { url: `${url}/events`, secretFile: 'secret' } },
      { name: 'refusing', slack: { urlFile: 'refused' } },
    ]);
    const controller = await startController([
      MANIFESTS,
      '--sandbox',
      '--speed',
      '100',
      '--interval',
      '1s',
      '--notify-config',
      config,
    ]);
    const { controller: told } = await controller.untilStatus((report) => {
      expect(report.controller.notifications).toMatchObject([
        {
          receiver: 'events',
          type: 'webhook',
          queued: 0,
          undelivered: 0,
          lastDeliveredAt: expect.any(String),
        },
        { receiver: 'refusing', type: 'slack', queued: 0, lastError: 'HTTP 403' },
      ]);
    });
    expect(told.notifications![1]!.undelivered).toBeGreaterThan(0);
    const event = received.find(({ path }) => path === '/events')!;
    const signed = `${String(event.headers['x-stationkeeper-timestamp'])}.${event.body}`;
    const digest = createHmac('sha256', 'a-secret').update(signed).digest('hex');
    expect(event.headers['x-stationkeeper-signature-256']).toBe(`sha256=${digest}`);
    expect(JSON.parse(event.body)).toMatchObject({ type: 'dev.stationkeeper.change.applied' });
    await vi.waitFor(
      async () => {
        const metrics = await (await fetch(`${controller.url}/metrics`)).text();
        expect(metrics).toMatch(
          /^stationkeeper_notifications_total\{receiver="events",result="delivered"\} [1-9]/m,
        );
        expect(metrics).toMatch(
          /^stationkeeper_notifications_total\{receiver="refusing",result="failed"\} [1-9]/m,
        );
        expect(metrics).toMatch(/^stationkeeper_notifications_undelivered\{receiver="events"\} 0$/m);
      },
      { timeout: 60_000 },
    );
    const lines = controller.log().filter((line) => 'receiver' in line);
    expect(new Set(lines.map(({ msg }) => msg))).toEqual(new Set(['notified', 'failed']));
    expect(JSON.stringify(controller.log())).not.toMatch(/XXXX|a-secret|\/refused/);
    controller.kill('SIGTERM');
    expect(await controller.ended).toMatchObject({ code: 0 });
  });
});
