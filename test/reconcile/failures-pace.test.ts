import { describe, expect, test } from 'vitest';
import { StationkeeperError } from '../../controller/core/errors.ts';
import { createFailures } from '../../controller/reconcile/memory/failures.ts';
import { VirtualClock } from '../../sandbox/virtual-clock.ts';
import { desiredResource } from '../support/plans/resources.ts';

/** The pauses after so many failures in a row, in milliseconds, where no jitter shortens them. */
function pauses(retry: StationkeeperError['retry'], times: number): readonly number[] {
  const clock = new VirtualClock();
  const failures = createFailures(clock, () => 1);
  const desired = desiredResource();
  return Array.from({ length: times }, () => {
    failures.failed(
      desired.id,
      new StationkeeperError({ code: 'Refused', message: 'no', retry }),
      desired,
      undefined,
    );
    const [setback] = failures.setbacks().values();
    return setback!.nextAttemptAt - clock.monotonic();
  });
}

describe('a step that failed is tried again', () => {
  test('every two seconds thirty times where the world is expected to settle, and then ever seldomer', () => {
    const all = pauses('wait', 40);
    expect(all.slice(0, 30)).toEqual(Array.from({ length: 30 }, () => 2_000));
    expect(all.slice(30, 37)).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000]);
    expect(all.at(-1)).toBe(60_000);
  });

  test('ever seldomer from the first time on where AWS refuses, a minute apart at most', () => {
    expect(pauses('backoff', 8)).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
  });

  test('every ten minutes where it can only fail again', () => {
    expect(pauses('never', 3)).toEqual([600_000, 600_000, 600_000]);
  });
});
