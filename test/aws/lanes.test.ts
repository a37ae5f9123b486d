import { beforeEach, describe, expect, test } from 'vitest';
import { createLanes } from '../../controller/aws/lanes.ts';
import type { Lanes } from '../../controller/aws/lanes.ts';
import { VirtualClock } from '../../sandbox/virtual-clock.ts';

const AT_ONCE = 128;

let clock: VirtualClock;
let lanes: Lanes;
/** What ends each call that has gone out, the first first. */
let out: (() => void)[];

beforeEach(() => {
  clock = new VirtualClock();
  lanes = createLanes(clock);
  out = [];
});

async function send(calls: number): Promise<void> {
  for (let call = 0; call < calls; call += 1) void lanes.enter().then((answered) => out.push(answered));
  await clock.advance(0);
}

describe('calls go out', () => {
  test('at once while there are few', async () => {
    await send(AT_ONCE);
    expect(out).toHaveLength(AT_ONCE);
    expect(clock.monotonic()).toBe(0);
  });

  test('as others are answered where there are many', async () => {
    await send(AT_ONCE + 10);
    expect(out).toHaveLength(AT_ONCE);
    for (const answered of out.slice(0, 4)) answered();
    await clock.advance(0);
    expect(out).toHaveLength(AT_ONCE + 4);
  });

  test('though nothing that is out is ever answered', async () => {
    await send(AT_ONCE + 10);
    await clock.advance(1500);
    expect(out).toHaveLength(AT_ONCE + 10);
  });

  test('no more at once because an answer came late, or twice', async () => {
    await send(AT_ONCE);
    await send(AT_ONCE);
    await clock.advance(1500);
    expect(out).toHaveLength(2 * AT_ONCE);
    for (const answered of out.slice(0, AT_ONCE)) answered();
    out[AT_ONCE]!();
    out[AT_ONCE]!();
    await send(3);
    expect(out).toHaveLength(2 * AT_ONCE + 1);
  });
});
