import { readFileSync } from 'node:fs';
import { isatty } from 'node:tty';
import { DEFAULT_ACCOUNT_ID, createSandbox } from '../sandbox/sandbox.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import { createAwsClock } from './aws/aws-clock.ts';
import type { ToldClock } from './aws/aws-clock.ts';
import type { CommandContext } from './cli/context.ts';
import type { Terminal } from './cli/terminal.ts';
import { secretFrom } from './cli/secret.ts';
import { sourceFrom } from './cli/source.ts';
import { parseCommandLine } from './config.ts';
import type { Address } from './config/values.ts';
import type { Config, GlobalConfig } from './config/commands.ts';
import { StationkeeperError, asStationkeeperError } from './core/errors.ts';
import type { Clock, Log } from './core/ports.ts';
import { createLogger } from './logger.ts';
import { DEFAULT_PRUNE_BUDGET } from './plan/prune-rules.ts';
import { sandboxTransport } from './sandbox-transport.ts';
import type { SandboxPlace } from './sandbox-transport.ts';

/**
 * The composition root: argv, process, signals, exit codes. Nothing else touches them. A command is imported when it
 * is run: the SDK's clients and the HTTP server take most of a second to load, and `--help` needs none of them.
 */

const SANDBOX_REGION = 'us-east-1';
/** SIGTERM ends the program within 10 s: steps under way may end, then calls are given up, then the process. */
const GIVE_UP_CALLS_MS = 5_000;
const GIVE_UP_MS = 9_000;

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

const clock: Clock = {
  now: Date.now,
  monotonic: () => performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted === true) return resolve();
      const timer = setTimeout(done, ms);
      function done(): void {
        clearTimeout(timer);
        signal?.removeEventListener('abort', done);
        resolve();
      }
      signal?.addEventListener('abort', done, { once: true });
    }),
};

const isTty = isatty(1);
const terminal: Terminal = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  isTty,
  columns: () => process.stdout.columns,
  color: isTty && process.env['NO_COLOR'] === undefined && process.env['TERM'] !== 'dumb',
};

// The SDK warns about Node 20 at every start although it is the floor we test on; people can set it to be warned.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';

/** The exit code. */
export async function main(): Promise<number> {
  const commandLine = parseCommandLine(process.argv.slice(2), process.env, {
    version,
    isTerminal: isatty(2),
    columns: isTty ? terminal.columns() : undefined,
  });
  switch (commandLine.type) {
    case 'text':
      terminal.out(commandLine.text);
      return 0;
    case 'errors':
      for (const error of commandLine.errors) terminal.err(`error: ${error}\n`);
      return 1;
    case 'config':
      return runToEnd(commandLine.config);
  }
}

async function runToEnd(config: Config): Promise<number> {
  const logger = createLogger(config);
  const signals = listenForSignals(logger);
  try {
    return await dispatch(config, logger, signals);
  } catch (thrown) {
    const error = asStationkeeperError(thrown);
    terminal.err(`error: ${error.message}\n`);
    if (error.code === 'InternalError') logger.debug({ err: thrown }, 'internal error');
    return 1;
  } finally {
    signals.dispose();
  }
}

async function dispatch(config: Config, logger: Log, signals: Signals): Promise<number> {
  const { stop, kill } = signals;
  if (config.command === 'schema') return (await import('./cli/schema.ts')).schemaCommand(terminal);
  const { secretPatterns: secretRules } = config;
  if (config.command === 'validate') {
    return (await import('./cli/validate.ts')).validateCommand(config, { terminal, stop, secretRules });
  }
  if (config.command === 'policy') {
    return (await import('./cli/policy.ts')).policyCommand(config, { terminal, stop, secretRules });
  }
  if (config.command === 'sandbox') return sandboxCommand(config, stop);

  const sandbox = config.sandbox ? createSandbox({ clock, ...config.sandboxWorld }) : undefined;
  const told = createAwsClock(clock);
  const { KINDS } = await import('./kinds/index.ts');
  const context: CommandContext = {
    terminal,
    kinds: KINDS,
    clock,
    awsClock: sandbox === undefined ? told : sandbox.world,
    random: Math.random,
    log: logger,
    version,
    env: process.env,
    secretRules,
    stop,
    kill,
    transport:
      sandbox === undefined
        ? await awsTransport(config, told)
        : sandboxTransport(sandbox, sandboxPlace(config)),
  };
  switch (config.command) {
    case 'plan':
      return (await import('./cli/plan.ts')).planCommand(config, context);
    case 'apply':
      return (await import('./cli/apply.ts')).applyCommand(config, context);
    case 'export':
      return (await import('./cli/export.ts')).exportCommand(config, context);
    case 'status': {
      const { statusCommand } = await import('./cli/status.ts');
      return statusCommand({ ...config, path: 'manifests', pruneBudget: DEFAULT_PRUNE_BUDGET }, context);
    }
    case 'run': {
      const { runCommand } = await import('./cli/run.ts');
      // Before anything is opened: what is wrong with the arguments is told without a trace of a start.
      await secretFrom(config.token, process.env);
      await secretFrom(config.webhookSecret, process.env);
      const source = await sourceFrom(config.source, { clock, env: process.env, sourceId: config.sourceId });
      // ECS sets it in every container (ECS Developer Guide, task metadata endpoint version 4).
      const taskMetadataUri = process.env['ECS_CONTAINER_METADATA_URI_V4'] || undefined;
      const door =
        sandbox === undefined
          ? undefined
          : await openSandboxDoors(sandbox, {
              listen: config.sandboxListen,
              listenFlag: '--sandbox-listen',
              dns: config.dns,
            });
      if (door !== undefined) {
        logger.info({ url: door.url, dns: door.dns }, 'the sandbox answers; it is not AWS');
      }
      try {
        const started = { ...config, source, taskMetadataUri };
        return await runCommand(started, context);
      } finally {
        await door?.close();
      }
    }
  }
}

async function awsTransport(
  { region, endpointUrl }: GlobalConfig,
  awsClock: ToldClock,
): Promise<CommandContext['transport']> {
  const { sdkTransport } = await import('./aws/clients.ts');
  const configured = Object.keys(process.env).some((name) => name.startsWith('AWS_ENDPOINT_URL'));
  return (target) => {
    const where = target.region ?? region ?? defaultRegion();
    const there = {
      ...target,
      ...(where === undefined ? {} : { region: where }),
      ...(endpointUrl === undefined ? {} : { endpointUrl }),
      ownEndpoint: endpointUrl !== undefined || configured,
    };
    return sdkTransport(there, awsClock);
  };
}

/** What the AWS CLI and boto3 read although the JavaScript SDK does not; AWS_REGION, which all of them read, goes first. */
function defaultRegion(): string | undefined {
  return process.env['AWS_REGION'] ? undefined : process.env['AWS_DEFAULT_REGION'] || undefined;
}

/** As the SDK reads it, an empty variable is none. */
function sandboxPlace({ region }: GlobalConfig): SandboxPlace {
  const there = region ?? (process.env['AWS_REGION'] || defaultRegion() || SANDBOX_REGION);
  return { region: there, accountId: DEFAULT_ACCOUNT_ID };
}

async function sandboxCommand(
  config: Extract<Config, { command: 'sandbox' }>,
  stop: AbortSignal,
): Promise<number> {
  const { listen, dns, sandboxWorld } = config;
  const { speed, seed, quotas, newAccount } = sandboxWorld;
  const doors = await openSandboxDoors(createSandbox({ clock, ...sandboxWorld }), {
    listen,
    listenFlag: '--listen',
    dns,
  });
  const account = `${newAccount ? 'new account' : 'account'} ${DEFAULT_ACCOUNT_ID}`;
  const throttling = quotas === 'off' ? 'no quotas' : `quotas AWS's${quotas === 1 ? '' : ` times ${quotas}`}`;
  terminal.out(
    `The Stationkeeper sandbox, which is not AWS, answers at ${doors.url} (${account}, speed ${speed}, seed ${seed}, ${throttling}).\n`,
  );
  terminal.out(`Point a client at it: AWS_ENDPOINT_URL=${doors.url} with any credentials.\n`);
  terminal.out(`Meddle with it: ${doors.url}/_sandbox/\n`);
  if (doors.dns !== undefined) terminal.out(`Its names resolve at ${doors.dns}.\n`);
  await new Promise<void>((resolve) => {
    stop.addEventListener('abort', () => resolve(), { once: true });
  });
  await doors.close();
  return 0;
}

interface SandboxDoors {
  readonly url: string;
  /** `host:port` of the name server, where one was asked for. */
  readonly dns: string | undefined;
  close(): Promise<void>;
}

async function openSandboxDoors(
  sandbox: Sandbox,
  at: { readonly listen: Address; readonly listenFlag: string; readonly dns: Address | undefined },
): Promise<SandboxDoors> {
  const { serveSandbox } = await import('../sandbox/http/server.ts');
  const http = await listening(serveSandbox(sandbox, at.listen), at.listen, at.listenFlag);
  if (at.dns === undefined) return { url: http.url, dns: undefined, close: () => http.close() };
  const { serveDns } = await import('../sandbox/dns/server.ts');
  const zones = {
    settle: () => sandbox.world.settle(),
    cloudMaps: () => [...sandbox.places.regions.values()].map(({ servicediscovery }) => servicediscovery),
  };
  const dns = await listening(serveDns(zones, at.dns), at.dns, '--dns');
  return {
    url: http.url,
    dns: dns.address,
    close: async () => {
      await Promise.all([http.close(), dns.close()]);
    },
  };
}

/** What opens a port, or an error that says which flag to change. */
function listening<T>(opening: Promise<T>, { host, port }: Address, flag: string): Promise<T> {
  return opening.catch((thrown: { readonly code?: string; readonly message: string }) => {
    throw new StationkeeperError({
      code: 'CannotListen',
      retry: 'never',
      message: `the sandbox cannot listen on ${host}:${port} (${thrown.code ?? thrown.message}); choose another ${flag}`,
      cause: thrown,
    });
  });
}

interface Signals {
  readonly stop: AbortSignal;
  readonly kill: AbortSignal;
  dispose(): void;
}

/** The first SIGTERM or SIGINT asks to stop; patience then has its limits, and a second SIGINT ends it at once. */
function listenForSignals(logger: Log): Signals {
  const stop = new AbortController();
  const kill = new AbortController();
  function onSignal(signal: NodeJS.Signals): void {
    if (stop.signal.aborted) {
      if (signal === 'SIGINT') process.exit(130);
      return;
    }
    logger.info({ signal }, 'stopping');
    stop.abort();
    setTimeout(() => kill.abort(), GIVE_UP_CALLS_MS).unref();
    setTimeout(() => process.exit(process.exitCode ?? 1), GIVE_UP_MS).unref();
  }
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
  return {
    stop: stop.signal,
    kill: kill.signal,
    dispose() {
      // The loop does not wait for an environment that hangs, and its calls must not keep the process.
      kill.abort();
      process.off('SIGTERM', onSignal);
      process.off('SIGINT', onSignal);
    },
  };
}
