import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';
import { median } from '../support/model-world/tally.ts';
import { inWords } from '../support/simulation/script-event.ts';

/** What came of one world. */
export interface WorldTold {
  /** How much there was of it, by what was counted: resources, passes. */
  readonly sizes: Readonly<Record<string, number>>;
  /** Rare states that it reached, of those of its tier. */
  readonly reached: Iterable<string>;
  /** What went wrong, in lines, the shortest script that leads there first; undefined where all held. */
  readonly failure: readonly string[] | undefined;
}

/** A world in which something does not hold, by its shortest script. */
interface Failed {
  readonly seed: number;
  readonly violation: { readonly invariant: string; readonly message: string } | undefined;
  readonly script: readonly Parameters<typeof inWords>[0][];
  readonly tale: readonly string[];
}

/** What went wrong, in lines, and the command that repeats it. */
export function failureOf({ seed, violation, script, tale }: Failed, tier: string): readonly string[] {
  const numbers = script.map(({ number }) => number);
  return [
    `seed ${seed}: ${violation?.invariant} does not hold: ${violation?.message}`,
    ...script.map((event) => `  ${inWords(event)}`),
    ...tale.map((line) => `    ${line}`),
    `  repeat it with: npm run soak -- --tier ${tier} --seed ${seed} --worlds 1 --only ${numbers.join(',') || 'none'}`,
  ];
}

/** A kind of generated worlds. */
export interface Tier {
  readonly name: string;
  /** Seeds that a thread takes at a time. */
  readonly batch: number;
  readonly states: readonly string[];
  /** A state that so many worlds have not reached is not reached. */
  readonly enoughForAllStates: number;
  /** `only`: of what happens to it, these numbers alone; undefined: all. */
  run(seed: number, only: readonly number[] | undefined): Promise<WorldTold>;
}

/** How many worlds are run, from a seed on: so many, or for so long, whichever ends first. */
interface Extent {
  readonly first: number;
  readonly worlds: number;
  readonly minutes: number;
}

interface BatchOf {
  readonly first: number;
  readonly count: number;
}

/** What a thread tells of a batch. */
interface Tally {
  readonly worlds: readonly Readonly<Record<string, number>>[];
  readonly reached: Readonly<Record<string, number>>;
  readonly failed: readonly string[];
}

type Only = readonly number[] | undefined;

/** Worlds make much that is thrown away at once: in more room it is looked through less often. */
const MEMORY = { maxYoungGenerationSizeMb: 64 };

const FAILURES_TOLD = 10;
const TELL_EVERY_MS = 30_000;

/**
 * Worlds of a tier over all cores, as the command line asks: `node PROGRAM.js SEED WORLDS MINUTES [EVENTS]`, which `npm run soak` starts.
 * `program`: what each thread runs, and this is called from there too.
 */
export async function soak(tier: Tier, program: string): Promise<void> {
  if (isMainThread) return runAll(tier, program);
  const { only } = workerData as { readonly only: Only };
  parentPort!.on('message', (batch: BatchOf) => {
    void tallyOf(tier, batch, only).then((tally) => parentPort!.postMessage(tally, []));
  });
}

async function runAll(tier: Tier, program: string): Promise<void> {
  const [seed = '1', many = '', minutes = '', numbers = ''] = process.argv.slice(2);
  const extent = { first: Number(seed), worlds: limitOf(many), minutes: limitOf(minutes) };
  const only = numbers === '' ? undefined : numbers.split(',').map(Number);
  const startedAt = Date.now();
  const cpuBefore = process.cpuUsage();
  const tallies: Tally[] = [];
  let saidAt = startedAt;
  const done = (): number => tallies.reduce((sum, { worlds }) => sum + worlds.length, 0);
  const speed = (): string => {
    // Of the process: threads that run beside each other share it out.
    const { user, system } = process.cpuUsage(cpuBefore);
    const perWorld = (user + system) / 1000 / Math.max(1, done());
    const perCore = 1000 / perWorld;
    const seconds = (Date.now() - startedAt) / 1000;
    return `${done()} worlds in ${seconds.toFixed(0)} s, ${perCore.toFixed(perCore < 10 ? 2 : 0)} a second and core (${perWorld.toFixed(2)} ms of CPU each)`;
  };
  const took = (tally: Tally): void => {
    tallies.push(tally);
    for (const failure of tally.failed) say(failure);
    if (Date.now() - saidAt < TELL_EVERY_MS) return;
    saidAt = Date.now();
    say(speed());
  };
  const isEnough = (): boolean =>
    tallies.reduce((sum, { failed }) => sum + failed.length, 0) >= FAILURES_TOLD ||
    Date.now() - startedAt >= extent.minutes * 60_000;
  const next = batchesOf(tier, extent, isEnough);
  const threads = Math.max(1, Math.min(availableParallelism(), Math.ceil(extent.worlds / tier.batch)));
  await Promise.all(Array.from({ length: threads }, () => runThread(program, only, next, took)));
  report(tier, tallies, speed(), only === undefined && done() >= tier.enoughForAllStates);
}

/** Nothing is said of it: as many as the other limit allows. */
function limitOf(text: string): number {
  return text === '' ? Number.POSITIVE_INFINITY : Number(text);
}

/** The batches, one with each call: at least one, however little time there is. */
function batchesOf(
  { batch }: Tier,
  { first, worlds }: Extent,
  isEnough: () => boolean,
): () => BatchOf | undefined {
  let next = first;
  return () => {
    const left = first + worlds - next;
    if (left <= 0 || (next > first && isEnough())) return undefined;
    const taken = { first: next, count: Math.min(batch, left) };
    next += taken.count;
    return taken;
  };
}

async function tallyOf(tier: Tier, { first, count }: BatchOf, only: Only): Promise<Tally> {
  const worlds: Tally['worlds'][number][] = [];
  const reached: Record<string, number> = {};
  const failed: string[] = [];
  for (let seed = first; seed < first + count; seed += 1) {
    const told = await tier.run(seed, only).catch((thrown: unknown) => {
      throw new Error(`seed ${seed} could not be run to its end`, { cause: thrown });
    });
    worlds.push(told.sizes);
    for (const state of told.reached) reached[state] = (reached[state] ?? 0) + 1;
    if (told.failure !== undefined) failed.push(told.failure.join('\n'));
  }
  return { worlds, reached, failed };
}

function runThread(
  program: string,
  only: Only,
  batch: () => BatchOf | undefined,
  took: (tally: Tally) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(program), { workerData: { only }, resourceLimits: MEMORY });
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

function report(tier: Tier, tallies: readonly Tally[], speed: string, allStates: boolean): void {
  const worlds = tallies.flatMap((tally) => tally.worlds);
  const failed = tallies.flatMap((tally) => tally.failed);
  const counts = tier.states.map((state) => ({
    state,
    count: tallies.reduce((sum, { reached }) => sum + (reached[state] ?? 0), 0),
  }));
  say('worlds that reached it');
  for (const { state, count } of counts.toSorted((a, b) => b.count - a.count)) {
    say(`${String(count).padStart(9)}  ${state}`);
  }
  const medians = Object.keys(worlds[0] ?? {}).map(
    (what) => `${median(worlds.map((world) => world[what] ?? 0))} ${what}`,
  );
  say(`${speed}; of a world: ${medians.join(', ')} (medians); ${failed.length} failed`);
  const never = allStates ? counts.filter(({ count }) => count === 0) : [];
  for (const { state } of never) say(`never reached: ${state}`);
  const success = failed.length === 0 && never.length === 0;
  process.exitCode = success ? 0 : 1;
  reportCounts({ numPassedTests: worlds.length - failed.length, numFailedTests: failed.length, success });
}

/** The counts where `.ci/run` wants them, by the names that vitest's JSON reporter gives them: each world is a test. */
function reportCounts(counts: {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly success: boolean;
}): void {
  const file = process.env['STATIONKEEPER_TEST_REPORT'];
  if (file !== undefined) writeFileSync(file, JSON.stringify(counts));
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
