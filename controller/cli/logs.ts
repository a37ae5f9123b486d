import { openDoor } from '../aws/door.ts';
import { commonStart, readLogEvents } from '../aws/log-events.ts';
import type { LogEvent } from '../aws/log-events.ts';
import type { Aws } from '../aws/operations.ts';
import { hasCode } from '../core/errors.ts';
import { printable } from '../core/printable.ts';
import type { ContainerLog } from '../manifest/expand/container-logs.ts';
import type { EnvironmentTarget } from '../manifest/expand/environment.ts';
import { createWantedReader, manifestsReader } from '../reconcile/wanted.ts';
import type { CommandContext } from './context.ts';
import { daemonNamed, environmentOf, mistake } from './daemon-named.ts';
import type { DeclaredDaemon } from './daemon-named.ts';
import { sourceErrorText } from './manifest-errors.ts';
import { manifestsAt } from './manifests-at.ts';
import { paintFor } from './terminal.ts';

export interface LogsOptions {
  /** `xray`, or `DaemonService/xray`. */
  readonly name: string;
  readonly sinceMs: number;
  readonly follow: boolean;
  /** Undefined: all that log in CloudWatch Logs. */
  readonly container: string | undefined;
  /** Of the manifests. */
  readonly path: string;
  readonly environment: string | undefined;
}

/** Well within what one account may ask for in a Region (CloudWatch Logs quotas). */
const POLL_MS = 2_000;
/** How late an event may come: who follows looks so far back again. */
const LATE_MS = 30_000;

/** Prints what a daemon's containers have logged, the earliest first. Exit code 0, also where that is nothing. */
export async function logsCommand(options: LogsOptions, context: CommandContext): Promise<number> {
  const { terminal, clock, awsClock, secretRules, stop } = context;
  const { source, folder } = await manifestsAt(options.path);
  const wanted = createWantedReader(manifestsReader(secretRules))(await source.read(stop));
  terminal.err(sourceErrorText(wanted, folder, paintFor(terminal)));
  if (wanted.reading.type === 'stale') return 1;
  const daemon = daemonNamed(options, wanted.expansion);
  const target = environmentOf(daemon, wanted.expansion);
  const tails = groupsOf(logsAsked(options, daemon)).map((logs) => tailOf(logs, target, context));
  const since = (awsClock.now() ?? clock.now()) - options.sinceMs;
  let isEmpty = true;
  for (const tail of tails) {
    for await (const line of tail(since)) {
      isEmpty = false;
      terminal.out(line);
    }
  }
  while (options.follow && !stop.aborted) {
    await clock.sleep(POLL_MS, stop);
    if (stop.aborted) break;
    for (const tail of tails) for await (const line of tail(since)) terminal.out(line);
  }
  if (isEmpty && !options.follow) {
    terminal.err(
      `nothing was logged since ${new Date(since).toISOString()}; look further back with --since 1d\n`,
    );
  }
  return 0;
}

function logsAsked({ container, name }: LogsOptions, { logs }: DeclaredDaemon): readonly ContainerLog[] {
  const asked = logs.filter((log) => container === undefined || log.container === container);
  if (asked.length > 0) return asked;
  const known = logs.map((log) => log.container).join(', ') || 'none';
  throw mistake(
    container === undefined
      ? `no container of DaemonService "${name}" logs to CloudWatch Logs with a stream prefix of its own`
      : `no container "${container}" of DaemonService "${name}" logs to CloudWatch Logs; there are: ${known}`,
  );
}

/** Containers whose events are read together. */
function groupsOf(logs: readonly ContainerLog[]): readonly (readonly [ContainerLog, ...ContainerLog[]])[] {
  const groups = new Map<string, [ContainerLog, ...ContainerLog[]]>();
  for (const log of logs) {
    const key = `${log.region ?? ''} ${log.group}`;
    const found = groups.get(key);
    if (found === undefined) groups.set(key, [log]);
    else found.push(log);
  }
  return [...groups.values()];
}

/** Lines of a group that have not been given before, from a time on; each call goes on where the one before it ended. */
function tailOf(
  logs: readonly [ContainerLog, ...ContainerLog[]],
  target: EnvironmentTarget,
  context: CommandContext,
): (since: number) => AsyncGenerator<string> {
  const [{ group, region }] = logs;
  const aws = doorTo(target, region, context);
  const streams = commonStart(logs.map((log) => log.streams));
  /** Ids of events that may be seen again, with their times. */
  const given = new Map<string, number>();
  let newest = 0;
  return async function* tail(since) {
    const from = Math.max(since, newest - LATE_MS);
    for (const [id, timestamp] of given) if (timestamp < from) given.delete(id);
    try {
      for await (const event of readLogEvents(aws, { group, streams, from })) {
        const log = logs.find((one) => event.stream.startsWith(one.streams));
        if (log === undefined || given.has(event.id)) continue;
        given.set(event.id, event.timestamp);
        newest = Math.max(newest, event.timestamp);
        yield lineOf(event, log);
      }
    } catch (thrown) {
      if (!hasCode(thrown, 'ResourceNotFoundException')) throw thrown;
      throw mistake(`there is no log group ${group}: apply the daemon service to create it`);
    }
  };
}

function lineOf({ timestamp, stream, message }: LogEvent, { container, streams }: ContainerLog): string {
  const task = stream.slice(streams.length, streams.length + 8);
  const text = message.replace(/\n+$/, '').split('\n').map(shown).join('\n    ');
  return `${new Date(timestamp).toISOString()} ${container} ${task} ${text}\n`;
}

/** Tabs stay; what could write over the terminal does not. */
function shown(line: string): string {
  return line.split('\t').map(printable).join('\t');
}

function doorTo(
  { region: own, roleArn, externalId }: EnvironmentTarget,
  other: string | undefined,
  { transport, clock, random, secretRules, kill }: CommandContext,
): Aws {
  const region = other ?? own;
  const place = {
    ...(region === undefined ? {} : { region }),
    ...(roleArn === undefined ? {} : { roleArn }),
    ...(externalId === undefined ? {} : { externalId }),
  };
  return openDoor({ transport: transport(place), clock, random, secretRules, signal: kill });
}
