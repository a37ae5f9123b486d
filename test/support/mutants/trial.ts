import { Worker } from 'node:worker_threads';
import type { Fate, Tier } from './verdict.ts';
import type { WorldTold, WorldsTask } from './worlds.ts';

/** Worlds that a mutant's code runs in, by what the worlds without a mutant showed. */
export type Seeds = Readonly<Record<Tier, readonly number[]>>;

/** A world without errors takes some hundred megabytes. */
const MOST_MEGABYTES = 2048;
/**
 * A world without errors takes a second or two. CPU of the process, as a busy machine stretches all other time, and as a thread's own
 * cannot be asked for: threads that run beside each other use it up together.
 */
const MOST_CPU_SECONDS = 30;
const WATCH_EVERY_MS = 1_000;

/** Worlds in a thread of their own until one notices, or takes too long. */
export function worldsIn(program: string, task: WorldsTask): Promise<readonly WorldTold[]> {
  return new Promise((resolve) => {
    const ended: WorldTold[] = [];
    const thread = new Worker(program, {
      workerData: task,
      resourceLimits: { maxOldGenerationSizeMb: MOST_MEGABYTES },
      stderr: true,
      stdout: true,
    });
    let isOver = false;
    const noticedBy = (noticed: string): void => {
      if (!isOver) ended.push({ seed: task.seeds[ended.length]!, noticed, reached: [] });
      end();
    };
    let since = process.cpuUsage();
    const watchdog = setInterval(() => {
      const { user, system } = process.cpuUsage(since);
      if ((user + system) / 1_000_000 > MOST_CPU_SECONDS)
        noticedBy(`the watchdog, after ${MOST_CPU_SECONDS} s of CPU`);
    }, WATCH_EVERY_MS);
    const end = (): void => {
      isOver = true;
      clearInterval(watchdog);
      void thread.terminate();
      resolve(ended);
    };
    thread.on('message', (told: WorldTold) => {
      ended.push(told);
      since = process.cpuUsage();
      if (told.noticed !== undefined || ended.length === task.seeds.length) end();
    });
    thread.on('error', (error) => noticedBy(`an error beside the world: ${error.message}`));
    // Nothing is under way any more, and the world has not ended.
    thread.on('exit', () => noticedBy('a world that stands still'));
  });
}

/** Model worlds first, which are cheap, and real ones where none of those notices. */
export async function fateOf(program: string, id: string, seeds: Seeds): Promise<Fate> {
  for (const tier of ['model', 'real'] as const) {
    if (seeds[tier].length === 0) continue;
    const task = { tier, seeds: seeds[tier], awake: id, watched: [] };
    const { seed, noticed } = (await worldsIn(program, task)).at(-1)!;
    if (noticed !== undefined) return { type: 'caught', by: noticed, tier, seed };
  }
  if (seeds.model.length + seeds.real.length === 0) return { type: 'not reached' };
  return { type: 'survived', worlds: { model: seeds.model.length, real: seeds.real.length } };
}
