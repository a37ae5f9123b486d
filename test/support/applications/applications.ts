import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, inject, vi } from 'vitest';
import { APPLICATIONS_FOLDER } from '../manifests/examples.ts';
import { scratchFolder } from '../programs/cli.ts';
import { follow } from '../programs/command.ts';
import { freePort } from '../programs/ports.ts';

/** The example applications as processes beside the tests. */

const PATIENCE = { timeout: 120_000, interval: 50 };
const running = new Set<() => void>();

function stopAll(): void {
  for (const stop of running) stop();
}

process.once('exit', stopAll);
afterAll(stopAll);

export type ApplicationName = 'django' | 'express' | 'opentelemetry';

/** Why an application cannot be run here; undefined where it can. */
export function lackOf(name: ApplicationName): string | undefined {
  const installed = inject(name);
  return 'lack' in installed ? installed.lack : undefined;
}

type Variables = Readonly<Record<string, string>>;

/** How an application is run, but for the variables that say what it is to do. */
export interface Prepared {
  readonly command: readonly string[];
  readonly folder: string;
  readonly environment: Variables;
}

/** `host` and `port`: where it listens, or what stands for that. Names are resolved at `dns` first. */
export function prepared(
  name: ApplicationName,
  { host, port, dns }: { readonly host: string; readonly port: number; readonly dns: string },
): Prepared {
  const installed = inject(name);
  if ('lack' in installed) throw new Error(installed.lack);
  const resolver = join(APPLICATIONS_FOLDER, 'resolver');
  const folder = join(APPLICATIONS_FOLDER, name);
  if (name === 'express') {
    const environment = {
      NODE_PATH: join(installed.folder, 'node_modules'),
      NODE_OPTIONS: `--require "${join(resolver, 'lookup.cjs')}"`,
      DNS_SERVER: dns,
      HOST: host,
      PORT: String(port),
    };
    return { command: [process.execPath, 'server.js'], folder, environment };
  }
  const python = join(installed.folder, 'bin', 'python');
  const asPython = { PYTHONPATH: resolver, PYTHONDONTWRITEBYTECODE: '1', DNS_SERVER: dns };
  if (name === 'opentelemetry') {
    return {
      command: [python, 'server.py'],
      folder,
      environment: { ...asPython, HOST: host, PORT: String(port) },
    };
  }
  const environment = { ...asPython, DATABASE: join(scratchFolder(), 'todo.sqlite3') };
  const start = '"$0" manage.py migrate --verbosity 0 && exec "$0" manage.py runserver --noreload "$1"';
  return { command: ['sh', '-c', start, python, `${host}:${port}`], folder, environment };
}

/** One that answers. */
export interface Application {
  readonly url: string;
  /** Presses its button. Answers the id of the trace, which the page says. */
  press(): Promise<string>;
}

/** Where the example applications expect the daemon of `manifests/xray.yaml`. */
export const DAEMON = 'xray.services.dockerinaws.org:2000';

/** Starts an application outside of tasks, and resolves once it answers. Its button calls `DOWNSTREAM_URL`. */
export async function startApplication(
  name: ApplicationName,
  dns: string,
  variables: Variables,
): Promise<Application> {
  const port = await freePort();
  const { command, folder, environment } = prepared(name, { host: '127.0.0.1', port, dns });
  const [program = '', ...args] = command;
  const child = spawn(program, args, {
    cwd: folder,
    env: { PATH: process.env['PATH'], ...environment, AWS_XRAY_DAEMON_ADDRESS: DAEMON, ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const { ended, stdout, stderr } = follow(child);
  const stop = (): void => void child.kill('SIGKILL');
  running.add(stop);
  void ended.finally(() => running.delete(stop));
  const url = `http://127.0.0.1:${port}`;
  const early = ended.then(() => {
    throw new Error(`${name} has ended:\n${stdout()}${stderr()}`);
  });
  early.catch(() => undefined);
  await Promise.race([vi.waitFor(() => fetch(url), PATIENCE), early]);
  return { url, press: () => press(url) };
}

/** Presses the button of the application at a URL. */
export async function press(url: string): Promise<string> {
  const response = await fetch(url, { method: 'POST' });
  const page = await response.text();
  const [, id] = /the trace is ([0-9a-f-]+)/.exec(page) ?? [];
  if (id === undefined) throw new Error(`${url} tells no trace: ${response.status} ${page}`);
  return id;
}
