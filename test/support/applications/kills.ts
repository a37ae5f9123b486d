import { Resolver } from 'node:dns/promises';
import type { Daemons } from './daemons.ts';

/** A daemon's process, with the task that it is the container of. Times are epoch milliseconds. */
export interface DaemonProcess {
  readonly task: string;
  readonly pid: number;
  readonly address: string;
}

/** Daemons that run by now, as the program has told it. */
export function runningDaemons(daemons: Daemons): readonly DaemonProcess[] {
  const running = new Map<string, DaemonProcess>();
  for (const { message = '' } of daemons.log()) {
    const [, task = '', rest = ''] = /^Container xray of task (\S+) \(.*?\) (.*)$/s.exec(message) ?? [];
    const [, pid, address] = /^runs as process (\d+) at ([\d.]+):/.exec(rest) ?? [];
    if (pid !== undefined && address !== undefined) running.set(task, { task, pid: Number(pid), address });
    else if (rest.startsWith('has ended')) running.delete(task);
  }
  return [...running.values()];
}

/** What a name was found to be. */
interface Resolved {
  readonly at: number;
  readonly addresses: readonly string[];
}

const LOOK_MS = 20;

interface Watched {
  /** The addresses that the name has now; none where it is not there. */
  look(): Promise<readonly string[]>;
  /** Ends, and answers all that was found. */
  stop(): Promise<readonly Resolved[]>;
}

/** Looks a name up again and again. */
export function watchName(name: string, dns: string): Watched {
  const resolver = new Resolver();
  resolver.setServers([dns]);
  const look = (): Promise<readonly string[]> => resolver.resolve4(name).catch(() => []);
  const found: Resolved[] = [];
  const stopped = new AbortController();
  async function watch(): Promise<void> {
    while (!stopped.signal.aborted) {
      const addresses = await look();
      found.push({ at: Date.now(), addresses });
      await pause(LOOK_MS);
    }
  }
  const watching = watch();
  return {
    look,
    async stop() {
      stopped.abort();
      await watching;
      return found;
    },
  };
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
