import { createWriteStream } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { tryGroup } from '../../sandbox/processes/group.ts';
import type { Group } from '../../sandbox/processes/group.ts';

/** In what `npm run build` makes. */
const STATIONKEEPER = fileURLToPath(new URL('../../controller/main.js', import.meta.url));

/** Programs in which `stationkeeper` runs: where, and with which variables. */
export interface Surroundings {
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** `stationkeeper …` that runs until it is stopped, or this program ends, however that may be. */
export interface Running {
  /** The first match in all that it says. Rejects where it ends before. */
  saying(pattern: RegExp): Promise<RegExpExecArray>;
  /** All that it has said. */
  said(): string;
  /** Asks it to end, and waits. */
  stop(): Promise<void>;
  /** Once it has ended. */
  readonly ended: Promise<void>;
}

/** Starts `stationkeeper …args`; what it says goes to a file too. */
export function start(args: readonly string[], surroundings: Surroundings, logFile: string): Running {
  const group = groupOf(args, surroundings);
  const log = createWriteStream(logFile);
  const waiting = new Set<() => void>();
  let text = '';
  listen(group, (more) => {
    text += more;
    log.write(more);
    for (const look of waiting) look();
  });
  const ended = group.ended.then(() => void log.end());
  return {
    said: () => text,
    ended,
    saying: (pattern) =>
      new Promise((found, failed) => {
        const look = (): void => {
          const match = pattern.exec(text);
          if (match === null) return;
          waiting.delete(look);
          found(match);
        };
        waiting.add(look);
        look();
        void ended.then(() => failed(new Error(`stationkeeper ${args[0]} has ended:\n${text.trim()}`)));
      }),
    async stop() {
      group.signal('SIGTERM');
      await ended;
    },
  };
}

/** Runs `stationkeeper …args` to its end, and answers all that it says. */
export async function answerOf(args: readonly string[], surroundings: Surroundings): Promise<string> {
  const group = groupOf(args, surroundings);
  let text = '';
  listen(group, (more) => {
    text += more;
  });
  await group.ended;
  return text;
}

function groupOf(args: readonly string[], surroundings: Surroundings): Group {
  const group = tryGroup({ command: [process.execPath, STATIONKEEPER, ...args], ...surroundings });
  if (typeof group === 'string') throw new Error(`stationkeeper ${args[0]} does not start: ${group}.`);
  return group;
}

function listen({ stdout, stderr }: Group, hear: (text: string) => void): void {
  for (const output of [stdout, stderr]) output.setEncoding('utf8').on('data', hear);
}
