import { readFileSync } from 'node:fs';
import { isatty } from 'node:tty';
import { createAwsClock } from './aws/aws-clock.ts';
import type { ToldClock } from './aws/aws-clock.ts';
import type { CommandContext } from './cli/context.ts';
import type { Notifications } from './cli/notifications.ts';
import type { Terminal } from './cli/terminal.ts';
import { secretFrom } from './cli/secret.ts';
import { sourceFrom } from './cli/source.ts';
import { parseCommandLine } from './config.ts';
import type { Config, GlobalConfig } from './config/commands.ts';
import { asStationkeeperError } from './core/errors.ts';
import type { Clock, Log } from './core/ports.ts';
import { createLogger } from './logger.ts';
import type { ownSandbox } from './sandbox.ts';
import { DEFAULT_PRUNE_BUDGET } from './plan/prune-rules.ts';

/**
 * The composition root: argv, process, signals, exit codes. Nothing else touches them. A command is imported when it
 * is run, and so is the sandbox: the SDK's clients and the HTTP server take most of a second to load, and `--help` needs none of them.
 */

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
  const logger = await createLogger(config);
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
  if (config.command === 'explain' && !config.subject.includes('/')) {
    terminal.out((await import('./cli/explain-reason.ts')).reasonText(config.subject));
    return 0;
  }
  if (config.command === 'explain') {
    return (await import('./cli/explain.ts')).explainCommand(
      { ...config, object: config.subject },
      { terminal, stop, secretRules },
    );
  }
  if (config.command === 'approve') {
    return (await import('./cli/approve.ts')).approveCommand(config, { terminal, stop, env: process.env });
  }
  if (config.command === 'pause' || config.command === 'skip') {
    const { modeCommand } = await import('./cli/rollout-mode.ts');
    const mode = config.command === 'pause' ? 'paused' : config.command;
    return modeCommand({ ...config, mode }, { terminal, stop, secretRules });
  }
  if (config.command === 'policy') {
    return (await import('./cli/policy.ts')).policyCommand(config, { terminal, stop, secretRules });
  }
  if (config.command === 'sandbox') {
    return (await import('./sandbox.ts')).sandboxCommand(config, { clock, terminal, stop }, machine);
  }

  const topics = config.sandbox ? undefined : await topicsAt(config);
  if (config.command === 'notify') {
    return (await import('./cli/notify.ts')).notifyCommand(config, { terminal, clock, topics, stop });
  }

  const sandbox = config.sandbox
    ? (await import('./sandbox.ts')).ownSandbox(config.sandboxWorld, clock, processesOf(config, logger))
    : undefined;
  const told = createAwsClock(clock);
  const { KINDS } = await import('./kinds/index.ts');
  const context: CommandContext = {
    terminal,
    kinds: KINDS,
    clock,
    awsClock: sandbox?.clock ?? told,
    random: Math.random,
    log: logger,
    version,
    env: process.env,
    secretRules,
    stop,
    kill,
    transport: sandbox?.transport(sandboxRegion(config)) ?? (await awsTransport(config, told)),
    topics,
  };
  switch (config.command) {
    case 'plan':
      return (await import('./cli/plan.ts')).planCommand(config, context);
    case 'apply':
      return (await import('./cli/apply.ts')).applyCommand(config, context);
    case 'path':
      return (await import('./cli/path.ts')).pathCommand(config, context);
    case 'logs':
      return (await import('./cli/logs.ts')).logsCommand(config, context);
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
      const notifications = await readNotifications(config.notifyConfig, context);
      if (notifications === 'refused') return 1;
      const source = await sourceFrom(config.source, { clock, env: process.env, sourceId: config.sourceId });
      // ECS sets it in every container (ECS Developer Guide, task metadata endpoint version 4).
      const taskMetadataUri = process.env['ECS_CONTAINER_METADATA_URI_V4'] || undefined;
      const door =
        sandbox === undefined
          ? undefined
          : await sandbox.open({
              listen: config.sandboxListen,
              listenFlag: '--sandbox-listen',
              dns: config.dns,
            });
      if (door !== undefined) {
        const message = 'simulated AWS: no account is touched';
        logger.info({ url: door.url, dns: door.dns, message }, 'listening');
      }
      try {
        const started = { ...config, source, taskMetadataUri, notifications };
        return await runCommand(started, context);
      } finally {
        await door?.close();
      }
    }
  }
}

/** What of the machine the sandbox's processes are started with. */
const machine = { platform: process.platform, folder: process.cwd(), env: process.env };

function processesOf(config: Config, logger: Log): Parameters<typeof ownSandbox>[2] {
  if (config.command !== 'run' || config.processes === undefined) return undefined;
  return {
    processes: config.processes,
    machine: { ...machine, tell: (message) => logger.info({ message }, 'simulating') },
  };
}

async function topicsAt({ endpointUrl }: GlobalConfig): Promise<CommandContext['topics']> {
  return (await import('./aws/topics.ts')).sdkTopics(endpointUrl);
}

async function readNotifications(
  file: string | undefined,
  context: CommandContext,
): Promise<Notifications | undefined | 'refused'> {
  if (file === undefined) return undefined;
  const { notificationsFrom } = await import('./cli/notifications.ts');
  const read = await notificationsFrom(file, context);
  if (read.type === 'notifications') return read.notifications;
  for (const error of read.errors) terminal.err(`error: ${error}\n`);
  return 'refused';
}

async function awsTransport(
  { region, endpointUrl }: GlobalConfig,
  awsClock: ToldClock,
): Promise<CommandContext['transport']> {
  const { sdkTransports } = await import('./aws/clients.ts');
  const transportTo = sdkTransports(awsClock);
  const configured = Object.keys(process.env).some((name) => name.startsWith('AWS_ENDPOINT_URL'));
  return (target) => {
    const where = target.region ?? region ?? defaultRegion();
    const there = {
      ...target,
      ...(where === undefined ? {} : { region: where }),
      ...(endpointUrl === undefined ? {} : { endpointUrl }),
      ownEndpoint: endpointUrl !== undefined || configured,
    };
    return transportTo(there);
  };
}

/** What the AWS CLI and boto3 read although the JavaScript SDK does not; AWS_REGION, which all of them read, goes first. */
function defaultRegion(): string | undefined {
  return process.env['AWS_REGION'] ? undefined : process.env['AWS_DEFAULT_REGION'] || undefined;
}

/** As the SDK reads it, an empty variable is none. */
function sandboxRegion({ region }: GlobalConfig): string | undefined {
  return region ?? (process.env['AWS_REGION'] || defaultRegion());
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
