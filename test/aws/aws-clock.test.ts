import { expect, it } from 'vitest';
import { createAwsClock } from '../../controller/aws/aws-clock.ts';
import { VirtualClock } from '../../sandbox/virtual-clock.ts';

const NOON = 'Sun, 29 Nov 2026 12:00:00 GMT';

it('tells no time before AWS has told one, nor by a header that has none', () => {
  const awsClock = createAwsClock(new VirtualClock());
  expect(awsClock.now()).toBeUndefined();
  awsClock.told(undefined);
  awsClock.told('noon');
  expect(awsClock.now()).toBeUndefined();
});

it('goes on from what AWS told last, whatever time it is on this host', async () => {
  const clock = new VirtualClock();
  const awsClock = createAwsClock(clock);
  awsClock.told(NOON);
  await clock.advance(1_500);
  expect(awsClock.now()).toBe(Date.parse(NOON) + 1_500);
  awsClock.told('Sun, 29 Nov 2026 12:10:00 GMT');
  awsClock.told('');
  expect(awsClock.now()).toBe(Date.parse(NOON) + 600_000);
});
