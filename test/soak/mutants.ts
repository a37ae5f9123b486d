import { rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { drawn } from '../support/mutants/draw.ts';
import { mutantsOf, plantedIn } from '../support/mutants/instrumented.ts';
import type { Tree } from '../support/mutants/instrumented.ts';
import { judged } from '../support/mutants/judgement.ts';
import { JUDGEMENTS } from '../support/mutants/judgements.ts';
import { told } from '../support/mutants/mutant.ts';
import type { Mutant } from '../support/mutants/mutant.ts';
import { fateOf, worldsIn } from '../support/mutants/trial.ts';
import type { Seeds } from '../support/mutants/trial.ts';
import { ENOUGH, verdictOf } from '../support/mutants/verdict.ts';
import type { Tier, Tried } from '../support/mutants/verdict.ts';

/**
 * Errors put into the controller's own code, drawn by a seed, and whether worlds notice them:
 * `node mutants.js SEED MUTANTS MODEL-WORLDS REAL-WORLDS [NUMBERS]`, which `npm run soak -- --mutants` starts.
 */

const ROOT = join(import.meta.dirname, '..', '..', '..');
const THREADS = Math.min(2, availableParallelism());

type Counts = Readonly<Record<Tier, number>>;

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** So many at a time, in order. */
async function each<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const left = [...items];
  const worker = async (): Promise<void> => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: THREADS }, worker));
}

/** The worlds without an error, which have to hold: those that come by each mutant's code. Until there, its worlds go the same way. */
async function seedsBy({ program, ids }: Tree, worlds: Counts): Promise<ReadonlyMap<string, Seeds>> {
  const seeds = new Map([...ids.values()].map((id) => [id, { model: [] as number[], real: [] as number[] }]));
  const parts = (['model', 'real'] as const).flatMap((tier) =>
    Array.from({ length: THREADS }, (_, thread) => ({
      tier,
      seeds: Array.from({ length: worlds[tier] }, (__, index) => index + 1).filter(
        (seed) => seed % THREADS === thread,
      ),
    })),
  );
  await each(parts, async ({ tier, seeds: own }) => {
    const task = { tier, seeds: own, awake: undefined, watched: [...ids.values()] };
    for (const { seed, noticed, reached } of own.length === 0 ? [] : await worldsIn(program, task)) {
      if (noticed !== undefined)
        throw new Error(`${tier} seed ${seed} fails without an error in it: ${noticed}`);
      for (const id of reached) seeds.get(id)![tier].push(seed);
    }
  });
  return seeds;
}

function lineOf({ mutant, fate, judgement }: Tried): string {
  const known = judgement === undefined ? 'not judged yet' : `changes ${judgement.changes}: ${judgement.why}`;
  switch (fate.type) {
    case 'caught':
      return `caught       ${told(mutant)}: ${fate.by}, ${fate.tier} seed ${fate.seed}`;
    case 'survived':
      return `survived     ${told(mutant)}: ${fate.worlds.model} model worlds, ${fate.worlds.real} real ones; ${known}`;
    case 'not reached':
      return `not reached  ${told(mutant)}`;
  }
}

function conclude(tried: readonly Tried[]): void {
  const { caught, survived, unchanged, notReached, share, misjudged, holds } = verdictOf(tried);
  for (const mutant of misjudged) say(`judged to change no behaviour, and caught: ${told(mutant)}`);
  say(
    `${tried.length} mutants: ${caught} caught, ${survived} survived, ${unchanged} change no behaviour, ${notReached} not reached`,
  );
  say(
    `${(100 * share).toFixed(1)} % of those reached that change behaviour are caught; it takes ${100 * ENOUGH} %`,
  );
  process.exitCode = holds ? 0 : 1;
}

async function main(): Promise<void> {
  const [seed = 1, count = 40, model = 2000, real = 50] = process.argv.slice(2, 6).map(Number);
  const only = process.argv[6] ?? '';
  const startedAt = Date.now();
  const all = await mutantsOf(ROOT);
  const judgements: ReadonlyMap<Mutant, Tried['judgement']> = judged(all, JUDGEMENTS);
  const numbers = new Set(only.split(',').map(Number));
  const lot = drawn(all, count, seed);
  const chosen = lot.filter((_, index) => only === '' || numbers.has(index + 1));
  const folder = join(ROOT, '.stryker-tmp', `planted-${process.pid}`);
  try {
    const tree = await plantedIn(ROOT, folder, chosen);
    say(`${chosen.length} of ${all.length} mutants; ${model} model worlds and ${real} real ones without one`);
    const seeds = await seedsBy(tree, { model, real });
    const tried: Tried[] = [];
    await each(chosen, async (mutant) => {
      const id = tree.ids.get(mutant)!;
      const fate = await fateOf(tree.program, id, seeds.get(id)!);
      tried.push({ mutant, fate, judgement: judgements.get(mutant) });
      say(`${String(lot.indexOf(mutant) + 1).padStart(3)} ${lineOf(tried.at(-1)!)}`);
    });
    say(`${((Date.now() - startedAt) / 60_000).toFixed(1)} minutes`);
    conclude(tried);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

await main();
