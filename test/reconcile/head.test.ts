import { expect, it } from 'vitest';
import { watchHead } from '../../controller/reconcile/head.ts';
import type { HeadWatch } from '../../controller/reconcile/head.ts';
import { VirtualClock } from '../../sandbox/virtual-clock.ts';

const READ_AT_AWS = 1_000_000;

/** A reading that began now, on a host whose clock is an hour ahead of AWS's; `told`: AWS has told its time before. */
function reading(clock: VirtualClock, { told }: { readonly told: boolean }) {
  const began = clock.monotonic();
  const awsTime = () => READ_AT_AWS + clock.monotonic() - began;
  let isTold = told;
  const head: HeadWatch = watchHead(
    {
      source: { head: () => Promise.resolve('one') },
      reading: { type: 'fresh', snapshot: { revision: 'one', files: [], errors: [], ignored: [] } },
      since: { at: clock.now(), monotonic: began, awsTime: told ? awsTime() : undefined },
    },
    { clock, awsClock: { now: () => (isTold ? awsTime() : undefined) } },
    new AbortController().signal,
  );
  return {
    head,
    tell: () => {
      isTold = true;
    },
  };
}

it("confirms a reading by AWS's clock, with which times of AWS can be compared", async () => {
  const clock = new VirtualClock();
  const { head } = reading(clock, { told: true });
  await clock.advance(5_000);
  expect(head.confirmedAt()).toBe(READ_AT_AWS);
});

it('finds out when that was where AWS tells its time only afterwards', async () => {
  const clock = new VirtualClock();
  const { head, tell } = reading(clock, { told: false });
  const begun = clock.now();
  await clock.advance(5_000);
  expect(head.confirmedAt()).toBe(begun);
  tell();
  expect(head.confirmedAt()).toBe(READ_AT_AWS);
});

it('confirms it anew where the source, asked after more than ten seconds, has not moved', async () => {
  const clock = new VirtualClock();
  const { head } = reading(clock, { told: true });
  await clock.advance(10_001);
  expect(await head.ask()).toEqual({ type: 'same' });
  expect(head.confirmedAt()).toBe(READ_AT_AWS + 10_001);
});
