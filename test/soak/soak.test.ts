import { expect, test } from 'vitest';
import { LIVES, countedCalls, dieAt, endOf, worldBefore } from '../support/simulation/crash.ts';
import { runSeed } from '../support/simulation/run.ts';
import { skippedFor } from '../support/runs/skipped.ts';

const MINUTES = Number(process.env['SOAK_MINUTES'] ?? 5);
const FIRST = Number(process.env['SOAK_SEED'] ?? 1);
const CRASHES = process.env['SOAK_CRASHES'] === 'true';
const TELL_EVERY_MS = 30_000;

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

const ofWorlds = skippedFor(CRASHES ? 'deaths were asked for, and not worlds' : undefined);
const ofCrashes = skippedFor(CRASHES ? undefined : 'worlds were asked for, and not deaths (--crashes)');

test('every invariant holds in every generated world', ofWorlds, async () => {
  const startedAt = Date.now();
  const failed: number[] = [];
  let saidAt = startedAt;
  let seed = FIRST;
  const speed = (): string => {
    const seconds = (Date.now() - startedAt) / 1000;
    return `${seed - FIRST} seeds in ${seconds.toFixed(0)} s, ${((seed - FIRST) / seconds).toFixed(2)} seeds per second`;
  };
  for (; seed === FIRST || Date.now() - startedAt < MINUTES * 60_000; seed += 1) {
    const { violation, script } = await runSeed(seed).catch((thrown: unknown) => {
      throw new Error(`seed ${seed} could not be run to its end`, { cause: thrown });
    });
    if (violation !== undefined) {
      failed.push(seed);
      say(`seed ${seed}: ${violation.invariant} does not hold: ${violation.message}`);
      say(`  repeat it with: npm run soak -- --minutes 0 --seed ${seed}\n  ${script.join('\n  ')}`);
    }
    if (Date.now() - saidAt > TELL_EVERY_MS) {
      saidAt = Date.now();
      say(speed());
    }
  }
  say(`${speed()}, ${failed.length} failed${failed.length === 0 ? '' : `: ${failed.join(', ')}`}`);
  expect(failed).toEqual([]);
});

test.each(Object.entries(LIVES))(
  'a death at any call of all during %s changes no end',
  ofCrashes,
  async (name, life) => {
    const undisturbed = await worldBefore(life);
    await undisturbed.settle();
    const calls = countedCalls(undisturbed, 'every call');
    const end = await endOf(undisturbed);
    for (const when of ['before', 'after'] as const) {
      for (let call = 0; call < calls; call += 1) {
        const world = await worldBefore(life);
        await dieAt(world, call, 'every call', when);
        expect({ when, call, end: await endOf(world) }).toEqual({ when, call, end });
      }
    }
    say(`${name}: ${2 * calls} deaths`);
  },
);
