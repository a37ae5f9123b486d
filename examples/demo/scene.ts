import { EC2Client } from '@aws-sdk/client-ec2';
import { ECSClient } from '@aws-sdk/client-ecs';
import { XRayClient } from '@aws-sdk/client-xray';
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { APPLICATION, PORT, makeNetwork, runApplication } from './application.ts';
import { controllerAt } from './controller.ts';
import type { Controller } from './controller.ts';
import { pythonPackages } from './install.ts';
import { start } from './programs.ts';
import type { Running, Surroundings } from './programs.ts';

/** Of the checkout; this file is in `dist/examples/demo` of it. */
const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const EXAMPLES = join(ROOT, 'examples');
export const MANIFESTS = join(EXAMPLES, 'demo', 'manifests');
/** Long enough to see what is broken before it is mended. */
const INTERVAL_S = 30;
const REGION = 'us-east-1';

/** Everything that runs. */
export interface Scene {
  readonly ec2: EC2Client;
  readonly ecs: ECSClient;
  readonly xray: XRayClient;
  readonly controller: Controller;
  readonly sandbox: Running;
  /** Of the sandbox. */
  readonly endpoint: string;
  /** Of the application's page. */
  readonly page: string;
  /** The application's security group. */
  readonly groupId: string;
  /** In which `stationkeeper` is run against it. */
  readonly surroundings: Surroundings;
}

export interface Stage {
  /** For files that go at the end. */
  readonly scratch: string;
  /** What is started is put there. */
  readonly programs: Running[];
  readonly stopped: AbortSignal;
  readonly say: (line: string) => void;
}

/** Starts an AWS, a controller and an application, and waits until the one reaches the daemon that the other keeps. */
export async function setUp({ scratch, programs, stopped, say }: Stage): Promise<Scene> {
  say('Python: a virtual environment with Django and the X-Ray SDK, once …');
  const django = join(EXAMPLES, 'applications', 'django');
  const resolver = join(EXAMPLES, 'applications', 'resolver');
  const installed = await pythonPackages(ROOT, 'python', [
    'django/requirements.txt',
    'resolver/requirements.txt',
  ]);
  if ('lack' in installed) throw new Error(installed.lack);
  const python = join(installed.folder, 'bin', 'python');
  const manage = `${python} ${join(django, 'manage.py')}`;
  const application = `sh -c '${manage} migrate --verbosity 0 && exec ${manage} runserver --noreload {address}:${PORT}'`;

  say('An AWS on this machine, in which containers are processes and security groups count …');
  const environment = {
    PATH: process.env['PATH'] ?? '',
    HOME: process.env['HOME'] ?? scratch,
    AWS_ACCESS_KEY_ID: 'any',
    AWS_SECRET_ACCESS_KEY: 'any',
    AWS_REGION: REGION,
  };
  const sandbox = start(
    words(
      'sandbox --listen 127.0.0.1:0 --dns 127.0.0.1:0 --runtime process --enforce-groups',
      '--run',
      `${APPLICATION}=${application}`,
    ),
    { folder: ROOT, environment },
    join(scratch, 'sandbox.log'),
  );
  programs.push(sandbox);
  const [, endpoint = ''] = await sandbox.saying(/AWS_ENDPOINT_URL=(\S+) /);
  const [, dns = ''] = await sandbox.saying(/Its names resolve at (\S+)\.\n/);
  const credentials = { accessKeyId: 'any', secretAccessKey: 'any' };
  const config = { endpoint, region: REGION, credentials };
  const [ec2, ecs, xray] = [new EC2Client(config), new ECSClient(config), new XRayClient(config)];
  const network = await makeNetwork(ec2);
  await fetch(`${endpoint}/_sandbox/consumer`, { method: 'PUT', body: JSON.stringify(network.outside) });

  say(
    `The controller, which reads examples/demo/manifests and looks every ${INTERVAL_S} seconds; the application …`,
  );
  const surroundings = { folder: ROOT, environment: { ...environment, AWS_ENDPOINT_URL: endpoint } };
  const token = randomBytes(32).toString('hex');
  const tokenFile = join(scratch, 'token');
  writeFileSync(tokenFile, token, { mode: 0o600 });
  const controlling = start(
    words(
      `run --listen 127.0.0.1:0 --interval ${INTERVAL_S}s --log-format json`,
      '--token-file',
      tokenFile,
      MANIFESTS,
    ),
    surroundings,
    join(scratch, 'controller.log'),
  );
  programs.push(controlling);
  const [, url = ''] = await controlling.saying(/"url":"([^"]+)".*"msg":"started"/);
  const controller = controllerAt(url, token);
  const address = await runApplication(ecs, network, {
    AWS_XRAY_DAEMON_ADDRESS: 'xray.services.dockerinaws.org:2000',
    AWS_XRAY_TRACE_NAME: APPLICATION,
    DATABASE: join(scratch, 'todo.sqlite3'),
    DNS_SERVER: dns,
    PYTHONPATH: resolver,
  });
  const page = `http://${address.replace(/^\d+/, '127')}:${PORT}/`;
  await until(stopped, () => fetch(page).then(({ ok }) => ok));
  // It would look by itself, in its own time.
  await until(stopped, async () => {
    await controller.look();
    return controller.isReached();
  });
  return { ec2, ecs, xray, controller, sandbox, endpoint, page, groupId: network.groupId, surroundings };
}

/** A command line's words: the first text's, and one each of the others, which may have blanks in them. */
function words(line: string, ...more: readonly string[]): readonly string[] {
  return line.split(' ').concat(more);
}

/** Waits until something holds; an error is a no. Throws where all is stopped before. */
async function until(stopped: AbortSignal, holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds().catch(() => false))) {
    stopped.throwIfAborted();
    await pause(200);
  }
}
