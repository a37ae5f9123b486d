import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';

/** A shell that somebody types into: what one command sets or changes is there for the next. */
export interface Session {
  /** Types a command and waits for its end. */
  run(command: string): Promise<Answer>;
  /** Types a command that does not end by itself, as in a terminal of its own. */
  start(command: string): Promise<Background>;
  /** Ends everything that runs in it. */
  close(): Promise<void>;
}

export interface Answer {
  readonly code: number;
  /** Standard output and standard error, as they come. */
  readonly printed: string;
}

export interface Background {
  printed(): string;
  isRunning(): boolean;
  /** As Ctrl-C does, and waits for its end. */
  stop(): Promise<void>;
}

/** Commands are files, so that nothing needs quoting; job control gives each background command a group to end. */
const LOOP = `
shopt -s expand_aliases
set -m
while IFS= read -r file; do
  source "$file" >"$file.out" 2>&1 </dev/null
  echo "$?"
done
`;

const STOP_WITHIN_MS = 15_000;

export interface SessionOptions {
  /** Where it works. */
  readonly folder: string;
  /** Where it keeps what is typed and printed. */
  readonly scratch: string;
  readonly env: NodeJS.ProcessEnv;
  /** Put before the shell, `unshare --net`. */
  readonly within: readonly string[];
}

export function openSession({ folder, scratch, env, within }: SessionOptions): Session {
  const [program, ...args] = [...within, 'bash', '--noprofile', '--norc', '-c', LOOP];
  const shell = spawn(program, args, { cwd: folder, env, stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(shell, 'close');
  const answers = createInterface({ input: shell.stdout })[Symbol.asyncIterator]();
  const running = new Set<Background>();
  let typed = 0;

  async function type(command: string): Promise<Answer & { readonly file: string }> {
    typed += 1;
    const file = join(scratch, `${typed}`);
    writeFileSync(file, `${command}\n`);
    shell.stdin.write(`${file}\n`);
    const { done, value } = await answers.next();
    const printed = readFileSync(`${file}.out`, 'utf8');
    if (done === true) throw new Error(`the shell has ended with this command:\n${printed}`);
    return { file, code: Number(value), printed };
  }

  return {
    run: type,
    async start(command) {
      const log = join(scratch, `${typed + 1}.log`);
      writeFileSync(log, '');
      // Its shell outlives the signal, so that the program is waited for by whom it was started.
      const { printed } = await type(
        `{\ntrap : TERM\n${command}\n} >"${log}" 2>&1 </dev/null &\necho "$!"; disown`,
      );
      const group = -Number(printed.trim());
      const started: Background = {
        printed: () => readFileSync(log, 'utf8'),
        isRunning: () => isAlive(group),
        async stop() {
          running.delete(started);
          if (!isAlive(group)) return;
          process.kill(group, 'SIGTERM');
          const patienceEnds = Date.now() + STOP_WITHIN_MS;
          while (isAlive(group)) {
            if (Date.now() > patienceEnds) process.kill(group, 'SIGKILL');
            await pause(20);
          }
        },
      };
      running.add(started);
      return started;
    },
    async close() {
      await Promise.all([...running].map((background) => background.stop()));
      shell.stdin.end();
      await ended;
    },
  };
}

function isAlive(group: number): boolean {
  try {
    process.kill(group, 0);
    return true;
  } catch {
    return false;
  }
}
