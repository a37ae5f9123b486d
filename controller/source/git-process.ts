import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { stripVTControlCharacters } from 'node:util';
import { StationkeeperError, outOfFiles } from '../core/errors.ts';
import { unreachable } from './failure.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** What one git process that talks to the remote is given beyond the rest. */
export interface Credentials {
  readonly variables: Environment;
  /** What must not be shown, should the remote write it back to us. */
  readonly secrets: readonly string[];
}

interface GitCall {
  /** Ends the process and its group when it aborts. */
  readonly signal: AbortSignal;
  readonly input?: string;
  /** Most bytes of output; 1 MiB unless told. */
  readonly maxOutputBytes?: number;
  /** What a call that talks to the remote is given. */
  readonly credentials?: Credentials;
}

/**
 * Runs git and returns its standard output.
 *
 * @throws StationkeeperError `GitFailed` (git said no; the message holds its words, made safe to show),
 * `GitStopped` (the signal), `GitTooMuch` (output over its limit), `SourceUnreachable` (git is not installed)
 */
export type Git = (args: readonly string[], call: GitCall) => Promise<Buffer>;

const MIB = 1024 * 1024;
/** How long we wait after a polite end, which lets git remove its lock files, and after an exit whose pipes stay open. */
const GRACE_MS = 500;

/**
 * Everything about git that a repository, a remote or a machine's set-up could turn against us, switched off
 * (reference: faults-and-bad-input, "Git"). There is no work tree, so no filters, links or submodules.
 */
const SETTINGS: readonly string[] = [
  'core.hooksPath=/dev/null',
  'core.useReplaceRefs=false',
  'fetch.fsckObjects=true',
  'fetch.prune=false',
  'fetch.recurseSubmodules=false',
  // Upkeep runs inside the fetch, under its deadline; in the background nobody would end it.
  'gc.autoDetach=false',
  'maintenance.autoDetach=false',
  'credential.interactive=false',
];

/** Variables of git's own that a user may need for access; every other GIT_ variable is taken away, and so are ours: some hold secrets. */
const KEPT_GIT_VARIABLES: ReadonlySet<string> = new Set([
  'GIT_ASKPASS',
  'GIT_CONFIG_GLOBAL',
  'GIT_EXEC_PATH',
  'GIT_SSH',
  'GIT_SSH_COMMAND',
  'GIT_SSH_VARIANT',
  'GIT_SSL_CAINFO',
  'GIT_SSL_CAPATH',
]);

/**
 * A git bound to one environment. The user's own configuration (`~/.gitconfig`: credential helpers, proxies)
 * applies, the machine's (`/etc/gitconfig`) does not; nothing ever asks a question.
 *
 * @param protocols the only transports git may use, also after redirects and the user's `insteadOf`
 */
export function gitRunner(environment: Environment, protocols: readonly string[]): Git {
  const env = gitEnvironment(environment, protocols);
  const settings = SETTINGS.flatMap((setting) => ['-c', setting]);
  return (args, call) => run([...settings, ...args], { ...env, ...call.credentials?.variables }, call);
}

function gitEnvironment(environment: Environment, protocols: readonly string[]): Environment {
  const kept = Object.entries(environment).filter(
    ([name]) => KEPT_GIT_VARIABLES.has(name) || !/^(?:GIT_|STATIONKEEPER_|LANGUAGE$)/.test(name),
  );
  const ssh =
    environment['GIT_SSH'] === undefined
      ? { GIT_SSH_COMMAND: environment['GIT_SSH_COMMAND'] ?? 'ssh -o BatchMode=yes -o ConnectTimeout=10' }
      : {};
  return {
    ...Object.fromEntries(kept),
    ...ssh,
    GIT_ALLOW_PROTOCOL: protocols.join(':'),
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    SSH_ASKPASS_REQUIRE: 'never',
    SSH_ASKPASS: '',
    LC_ALL: 'C',
  };
}

async function run(args: readonly string[], env: Environment, call: GitCall): Promise<Buffer> {
  const { signal, input = '', maxOutputBytes = MIB } = call;
  if (signal.aborted) throw stopped(signal);
  // The process leads a group of its own, so that ssh and the transport helpers end with it and no terminal can be asked.
  const child = spawn('git', args, { env, detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
  const output: Buffer[] = [];
  let outputBytes = 0;
  let errorText = '';
  const timers: NodeJS.Timeout[] = [];
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', (error) => reject(notStarted(error)));
    child.once('close', resolve);
    child.once('exit', () => {
      // A shared ssh connection left in the background would hold our pipes open for ever.
      timers.push(setTimeout(() => releasePipes(child), GRACE_MS));
    });
  });
  // Where there is no child, there may be no pipes to it either; the error follows.
  if (child.pid === undefined) await ended;
  const end = (): void => {
    killGroup(child, 'SIGTERM');
    timers.push(setTimeout(() => killGroup(child, 'SIGKILL'), GRACE_MS));
  };
  signal.addEventListener('abort', end, { once: true });
  child.stdout.on('data', (chunk: Buffer) => {
    outputBytes += chunk.length;
    if (outputBytes <= maxOutputBytes) output.push(chunk);
    else end();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    if (errorText.length < MIB) errorText += chunk.toString('utf8');
  });
  // A child that ends early breaks the pipe; its exit code says why.
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  try {
    const code = await ended;
    if (outputBytes > maxOutputBytes) throw tooMuch(maxOutputBytes);
    if (signal.aborted) throw stopped(signal);
    if (code !== 0) throw failed(errorText, code, call.credentials?.secrets);
    return Buffer.concat(output);
  } finally {
    signal.removeEventListener('abort', end);
    for (const timer of timers) clearTimeout(timer);
    if (signal.aborted) killGroup(child, 'SIGKILL');
  }
}

function notStarted(error: Error): StationkeeperError {
  return (
    outOfFiles(error) ??
    unreachable('cannot start git; install git and make sure that it is on the PATH', error)
  );
}

function killGroup(child: ChildProcess, name: 'SIGTERM' | 'SIGKILL'): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, name);
  } catch {
    // The group has ended already.
  }
}

function releasePipes(child: ChildProcess): void {
  child.stdout?.destroy();
  child.stderr?.destroy();
}

function stopped(signal: AbortSignal): StationkeeperError {
  if (signal.reason instanceof StationkeeperError) return signal.reason;
  return new StationkeeperError({ code: 'GitStopped', message: 'git was stopped', retry: 'backoff' });
}

function tooMuch(limit: number): StationkeeperError {
  return new StationkeeperError({
    code: 'GitTooMuch',
    message: `git answered with more than ${limit} bytes`,
    retry: 'backoff',
  });
}

function failed(errorText: string, code: number | null, secrets?: readonly string[]): StationkeeperError {
  const words = remoteWords(errorText, secrets);
  const message = words === '' ? `git ended with exit code ${code ?? 'unknown'}` : words;
  return new StationkeeperError({ code: 'GitFailed', message, retry: 'backoff' });
}

/**
 * What git and the remote wrote, safe to show: no terminal sequences or control characters (CVE-2024-52005), no
 * credentials (a user's `insteadOf` can bring some into git's messages, a remote can write back what it was sent), at
 * most 400 characters.
 */
export function remoteWords(text: string, secrets: readonly string[] = []): string {
  const words = stripVTControlCharacters(text)
    .split(/[\r\n]+/)
    // ssh frames its warnings.
    .map((line) => line.replaceAll(/[\p{Cc}\p{Cf}]|^@+ *| *@+$/gu, '').trim())
    .filter((line) => !/^(?:Please make sure.*|and the repository exists.*|)$/.test(line))
    .slice(0, 4)
    .join('; ')
    .replaceAll(/:\/\/[^/\s@]*@/g, '://***@');
  const shown = secrets.reduce((rest, secret) => rest.replaceAll(secret, '***'), words);
  return shown.length > 400 ? `${shown.slice(0, 399)}…` : shown;
}

/**
 * Runs `work` under a signal that aborts after `ms`, or with `parent`. The time is real time, whatever clock the
 * program runs on: the child processes live in it.
 */
export async function withDeadline<T>(
  ms: number,
  parent: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const stop = (message: string): void => {
    controller.abort(new StationkeeperError({ code: 'GitStopped', message, retry: 'backoff' }));
  };
  const follow = (): void => {
    if (parent?.reason instanceof StationkeeperError) controller.abort(parent.reason);
    else stop('git was stopped before it ended');
  };
  const timer = setTimeout(() => stop(`no answer within ${ms / 1000} s`), ms);
  if (parent?.aborted === true) follow();
  parent?.addEventListener('abort', follow, { once: true });
  try {
    return await work(controller.signal);
  } finally {
    clearTimeout(timer);
    parent?.removeEventListener('abort', follow);
  }
}
