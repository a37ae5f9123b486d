import { beforeEach, expect, test } from 'vitest';
import { createPatience } from '../../controller/reconcile/memory/patience.ts';
import type { Patience } from '../../controller/reconcile/memory/patience.ts';
import { VirtualClock } from '../../sandbox/virtual-clock.ts';

const PATIENCE_MS = 25_000;

let clock: VirtualClock;
let patience: Patience<string>;
/** How often work was begun. */
let begun: number;

beforeEach(() => {
  clock = new VirtualClock();
  patience = createPatience(clock);
  begun = 0;
});

/** Work that takes so long, and tells how often it was begun. */
function working(ms: number): () => Promise<string> {
  return async () => {
    begun += 1;
    const name = `work ${begun}`;
    await clock.sleep(ms);
    return name;
  };
}

/** What came of waiting, and after how long. */
async function waited(
  work: () => Promise<string>,
  forMs: number | 'ever' = PATIENCE_MS,
  name = 'default',
): Promise<readonly [result: string | undefined, ms: number]> {
  const from = clock.monotonic();
  const result = await clock.run(patience.wait(name, work, forMs === 'ever' ? undefined : forMs));
  return [result, clock.monotonic() - from];
}

test('work that ends in time is waited for to its end, and begun anew by who asks next', async () => {
  expect(await waited(working(20_000))).toEqual(['work 1', 20_000]);
  expect(await waited(working(20_000))).toEqual(['work 2', 20_000]);
});

test('work that takes too long goes on by itself, and who asks next is told its end', async () => {
  expect(await waited(working(25_500))).toEqual([undefined, PATIENCE_MS]);
  expect(await waited(working(0))).toEqual(['work 1', 500]);
  expect(begun).toBe(1);
});

test('what took too long is waited for a second at most, until it was begun anew and ended in time', async () => {
  expect(await waited(working(40_000))).toEqual([undefined, PATIENCE_MS]);
  expect(await waited(working(0))).toEqual([undefined, 1_000]);
  await clock.advance(60_000);
  expect(await waited(working(0))).toEqual(['work 1', 0]);
  expect(await waited(working(900))).toEqual(['work 2', 900]);
  expect(await waited(working(20_000))).toEqual(['work 3', 20_000]);
});

test('what was slow is waited for no longer than is asked', async () => {
  await waited(working(40_000));
  expect(await waited(working(0), 300)).toEqual([undefined, 300]);
});

test('who does not limit the wait waits to the end, of what was slow too', async () => {
  await waited(working(120_000));
  expect(await waited(working(0), 'ever')).toEqual(['work 1', 95_000]);
});

test('the slowness of one is not held against another', async () => {
  await waited(working(40_000));
  expect(await waited(working(20_000), PATIENCE_MS, 'other')).toEqual(['work 2', 20_000]);
});

test('work that fails is told to who waits, and begun anew by who asks next', async () => {
  const failing = async (): Promise<string> => {
    await clock.sleep(1_000);
    throw new Error('no answer');
  };
  await expect(waited(failing)).rejects.toThrow('no answer');
  expect(await waited(working(10))).toEqual(['work 1', 10]);
});

test('work that fails while nobody waits is told to who asks next', async () => {
  const failing = async (): Promise<string> => {
    await clock.sleep(30_000);
    throw new Error('no answer');
  };
  expect(await waited(failing)).toEqual([undefined, PATIENCE_MS]);
  await clock.advance(60_000);
  await expect(waited(working(0))).rejects.toThrow('no answer');
});

test('who has been answered leaves nobody waiting', async () => {
  let asleep = 0;
  const sleep = async (ms: number, signal?: AbortSignal): Promise<void> => {
    asleep += 1;
    await clock.sleep(ms, signal);
    asleep -= 1;
  };
  const counting = { now: () => clock.now(), monotonic: () => clock.monotonic(), sleep };
  await clock.run(createPatience<string>(counting).wait('default', working(1_000), PATIENCE_MS));
  await clock.advance(0);
  expect(asleep).toBe(0);
});
