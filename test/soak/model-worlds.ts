import { availableParallelism } from 'node:os';
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';
import { runModel } from '../support/model-world/run.ts';
import type { RanModel } from '../support/model-world/run.ts';
import { inWords, scriptOf } from '../support/model-world/script.ts';
import { onlyThose, shrunk } from '../support/model-world/shrink.ts';
import { STATES } from '../support/model-world/states.ts';
import { median } from '../support/model-world/tally.ts';

/** Model worlds over all cores: `node model-worlds.js SEED WORLDS [EVENTS]`, which `npm run soak -- --tier model` starts. */

/** Seeds that a thread takes at a time. */
const BATCH = 50;
/** A state that so many worlds have not reached is not reached. */
const ENOUGH_FOR_ALL_STATES = 10_000;
const FAILURES_TOLD = 10;
const TELL_EVERY_MS = 30_000;

interface BatchOf {
  readonly first: number;
  readonly count: number;
}

/** What a thread tells of a batch. */
interface Tally {
  readonly worlds: readonly Pick<RanModel, 'resources' | 'passes' | 'events'>[];
  readonly reached: Readonly<Record<string, number>>;
  readonly failed: readonly string[];
  readonly cpuMs: number;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function toldOf({ seed, violation, script, tale }: RanModel): string {
  const numbers = script.map(({ number }) => number);
  return [
    `seed ${seed}: ${violation?.invariant} does not hold ${violation?.message}`,
    ...script.map((event) => `  ${inWords(event)}`),
    ...tale.map((line) => `    ${line}`),
    `  repeat it with: npm run soak -- --tier model --seed ${seed} --worlds 1 --only ${numbers.join(',') || 'none'}`,
  ].join('\n');
}

async function tallyOf({ first, count }: BatchOf, only: string): Promise<Tally> {
  const before = process.cpuUsage();
  const worlds: Tally['worlds'][number][] = [];
  const reached: Record<string, number> = {};
  const failed: string[] = [];
  for (let seed = first; seed < first + count; seed += 1) {
    const script = only === '' ? scriptOf(seed) : onlyThose(scriptOf(seed), only.split(',').map(Number));
    const ran = await runModel(seed, { script }).catch((thrown: unknown) => {
      throw new Error(`seed ${seed} could not be run to its end`, { cause: thrown });
    });
    const { resources, passes, events } = ran;
    worlds.push({ resources, passes, events });
    for (const state of ran.states) reached[state] = (reached[state] ?? 0) + 1;
    if (ran.violation !== undefined) failed.push(toldOf(await shrunk(ran)));
  }
  // Of the process: threads that run beside each other share it out.
  const { user, system } = process.cpuUsage(before);
  return { worlds, reached, failed, cpuMs: (user + system) / 1000 };
}

async function main(): Promise<void> {
  const [first = 1, worlds = 10_000] = process.argv.slice(2, 4).map(Number);
  const only = process.argv[4] ?? '';
  const startedAt = Date.now();
  const tallies: Tally[] = [];
  const cpuBefore = process.cpuUsage();
  let next = first;
  let saidAt = startedAt;
  const done = (): number => tallies.reduce((sum, tally) => sum + tally.worlds.length, 0);
  const speed = (): string => {
    const { user, system } = process.cpuUsage(cpuBefore);
    const perSeed = (user + system) / 1000 / Math.max(1, done());
    const seconds = (Date.now() - startedAt) / 1000;
    return `${done()} worlds in ${seconds.toFixed(0)} s, ${(1000 / perSeed).toFixed(0)} a second and core (${perSeed.toFixed(2)} ms of CPU each)`;
  };
  const took = (tally: Tally): void => {
    tallies.push(tally);
    for (const failure of tally.failed) say(failure);
    if (Date.now() - saidAt < TELL_EVERY_MS) return;
    saidAt = Date.now();
    say(speed());
  };
  const failures = (): number => tallies.reduce((sum, { failed }) => sum + failed.length, 0);
  const batch = (): BatchOf | undefined => {
    const left = first + worlds - next;
    if (left <= 0 || failures() >= FAILURES_TOLD) return undefined;
    const taken = { first: next, count: Math.min(BATCH, left) };
    next += taken.count;
    return taken;
  };
  const threads = Math.max(1, Math.min(availableParallelism(), Math.ceil(worlds / BATCH)));
  await Promise.all(Array.from({ length: threads }, () => runThread(only, batch, took)));
  report(tallies, speed(), only === '' && done() >= ENOUGH_FOR_ALL_STATES);
}

function runThread(
  only: string,
  batch: () => BatchOf | undefined,
  took: (tally: Tally) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: { only } });
    const go = (): void => {
      const given = batch();
      if (given === undefined) void worker.terminate().then(() => resolve());
      else worker.postMessage(given, []);
    };
    worker.on('message', (tally: Tally) => {
      took(tally);
      go();
    });
    worker.on('error', reject);
    go();
  });
}

function report(tallies: readonly Tally[], speed: string, allStates: boolean): void {
  const worlds = tallies.flatMap((tally) => tally.worlds);
  const failed = tallies.flatMap((tally) => tally.failed);
  const counts = STATES.map((state) => ({
    state,
    count: tallies.reduce((sum, { reached }) => sum + (reached[state] ?? 0), 0),
  }));
  say('worlds that reached it');
  for (const { state, count } of counts.toSorted((a, b) => b.count - a.count)) {
    say(`${String(count).padStart(9)}  ${state}`);
  }
  const medians = (['resources', 'passes', 'events'] as const).map(
    (what) => `${median(worlds.map((world) => world[what]))} ${what}`,
  );
  say(`${speed}; of a world: ${medians.join(', ')} (medians); ${failed.length} failed`);
  const never = allStates ? counts.filter(({ count }) => count === 0) : [];
  for (const { state } of never) say(`never reached: ${state}`);
  process.exitCode = failed.length > 0 || never.length > 0 ? 1 : 0;
}

if (isMainThread) await main();
else {
  const { only } = workerData as { readonly only: string };
  parentPort!.on('message', (batch: BatchOf) => {
    void tallyOf(batch, only).then((tally) => parentPort!.postMessage(tally, []));
  });
}
