import { describe, expect, test } from 'vitest';
import { backoffMs, fullJitterMs, growingMs } from '../../controller/core/backoff.ts';
import { createRemembered } from '../../controller/core/remembered.ts';
import { VirtualClock } from '../../sandbox/virtual-clock.ts';

const FORGOTTEN_AFTER_MS = 1_000;

describe('what is remembered', () => {
  test('is known since it was noted first, however often it is noted again', async () => {
    const clock = new VirtualClock();
    const remembered = createRemembered<string>(clock, FORGOTTEN_AFTER_MS);
    const { since } = remembered.note('a', 'one');
    await clock.advance(900);
    expect(remembered.note('a', 'two')).toEqual({ value: 'two', since, notedAt: since + 900 });
    await clock.advance(900);
    expect(remembered.of('a')?.since).toBe(since);
  });

  test('is forgotten at the very end of its time, and then begins anew', async () => {
    const clock = new VirtualClock();
    const remembered = createRemembered<string>(clock, FORGOTTEN_AFTER_MS);
    const { since } = remembered.note('a', 'one');
    await clock.advance(FORGOTTEN_AFTER_MS - 1);
    expect([...remembered.all().keys()]).toEqual(['a']);
    await clock.advance(1);
    expect(remembered.of('a')).toBeUndefined();
    expect(remembered.all().size).toBe(0);
    expect(remembered.note('a', 'one').since).toBe(since + FORGOTTEN_AFTER_MS);
  });

  test('is forgotten each at its own time, although one was noted again', async () => {
    const clock = new VirtualClock();
    const remembered = createRemembered<number>(clock, FORGOTTEN_AFTER_MS);
    remembered.note('first', 1);
    await clock.advance(400);
    remembered.note('second', 2);
    await clock.advance(400);
    remembered.note('first', 1);
    await clock.advance(700);
    expect([...remembered.all().keys()]).toEqual(['first']);
  });

  test('is kept for ever without a time, and forgotten when somebody says so', async () => {
    const clock = new VirtualClock();
    const remembered = createRemembered<number>(clock);
    for (const key of ['a', 'b', 'c']) remembered.note(key, key.length);
    await clock.advance(1e9);
    remembered.forget('a');
    remembered.keep((key) => key === 'b');
    expect([...remembered.all().keys()]).toEqual(['b']);
  });
});

describe('a pause that grows', () => {
  const growth = { baseMs: 100, ceilingMs: 1_000 };

  test.each([
    [1, 100],
    [2, 200],
    [4, 800],
    [5, 1_000],
    [2_000, 1_000],
  ])('after %i attempts is %i ms', (attempts, pauseMs) => {
    expect(growingMs(attempts, growth)).toBe(pauseMs);
  });

  test('keeps half of its length, or nothing of it, where it is spread', () => {
    expect([0, 0.5, 1].map((drawn) => backoffMs(2, growth, () => drawn))).toEqual([100, 150, 200]);
    expect([0, 0.5, 1].map((drawn) => fullJitterMs(2, growth, () => drawn))).toEqual([0, 100, 200]);
  });
});
