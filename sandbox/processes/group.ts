import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { constants as osConstants } from 'node:os';
import { delimiter, isAbsolute, join, resolve } from 'node:path';
import type { Readable } from 'node:stream';

/**
 * Becomes the command, which is the leader of a process group of its own, and leaves a watcher in that group. The watcher reads a pipe of which
 * this program alone holds the other end: however this program ends, killed too, the pipe ends with it, and the watcher ends the group.
 */
const LEADER = '{ read -r _ <&3; kill -KILL -$$; } </dev/null >/dev/null 2>&1 & exec "$@" 3<&-';

/** How long output may still come once a command has ended: a process that left the group may hold it open. */
const LAST_OUTPUT_MS = 1000;

export interface GroupCommand {
  readonly command: readonly string[];
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
}

export interface Group {
  readonly pid: number;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Its exit code as a shell has it, 137 for SIGKILL; all of the group has been ended then, and its output read. */
  readonly ended: Promise<number>;
  /** To the command alone, as Docker does it. */
  signal(signal: 'SIGTERM' | 'SIGKILL'): void;
  /** Ends the command and all that it started. */
  kill(): void;
}

/** Starts a command with all that it will start as one group, which does not outlive this program. Throws where the system starts no process. */
function startGroup({ command, folder, environment }: GroupCommand): Group {
  const child = spawn('/bin/sh', ['-c', LEADER, 'sh', ...command], {
    cwd: folder,
    env: { ...environment },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  }) as ChildProcessByStdio<null, Readable, Readable>;
  const { pid } = child;
  child.on('error', () => undefined);
  if (pid === undefined) throw new Error('the system starts no more processes');
  const send = (to: number, signal: NodeJS.Signals): void => {
    try {
      process.kill(to, signal);
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code !== 'ESRCH') throw thrown;
    }
  };
  let hasEnded = false;
  const ended = new Promise<number>((done) => {
    child.once('exit', (code, signal) => {
      hasEnded = true;
      send(-pid, 'SIGKILL');
      const exitCode = code ?? 128 + osConstants.signals[signal ?? 'SIGKILL'];
      const patience = setTimeout(() => done(exitCode), LAST_OUTPUT_MS);
      child.once('close', () => {
        clearTimeout(patience);
        done(exitCode);
      });
    });
  });
  return {
    pid,
    stdout: child.stdout,
    stderr: child.stderr,
    ended,
    signal: (signal) => {
      if (!hasEnded) send(pid, signal);
    },
    kill: () => {
      if (!hasEnded) send(-pid, 'SIGKILL');
    },
  };
}

/** A group, or why there is none. */
export function tryGroup(command: GroupCommand): Group | string {
  try {
    return startGroup(command);
  } catch (thrown) {
    return (thrown as Error).message;
  }
}

/** Where a program is: a path from a folder on, or a name in the folders of PATH. Undefined where there is none that can be run. */
export function findProgram(name: string, folder: string, path: string): string | undefined {
  const candidates = name.includes('/')
    ? [isAbsolute(name) ? name : resolve(folder, name)]
    : path.split(delimiter).map((each) => join(each, name));
  return candidates.find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
