import { expect, it } from 'vitest';
import type { CallUnderWay } from '../../controller/aws/door.ts';
import type { Clock } from '../../controller/core/ports.ts';
import type { Observation } from '../../controller/core/resource.ts';
import { FACTS } from '../../controller/kinds/facts.ts';
import { createKindReads } from '../../controller/reconcile/kind-reads.ts';
import { VirtualClock } from '../../sandbox/virtual-clock.ts';

/** Time passes between two looks at it, as everywhere but in virtual time. */
function passing(virtual: VirtualClock): Clock {
  let looks = 0;
  return {
    now: () => virtual.now(),
    monotonic: () => {
      looks += 1;
      return virtual.monotonic() + looks / 1000;
    },
    sleep: (ms, signal) => virtual.sleep(ms, signal),
  };
}

it('gives up a call that began with the very read, however little time passes in between', async () => {
  const virtual = new VirtualClock();
  const clock = passing(virtual);
  const underWay = new Set<CallUnderWay>();
  const facts = FACTS.find(({ name }) => name === 'discovery-service')!;
  const begin = (): Promise<Observation> => {
    const since = clock.monotonic();
    underWay.add({ operation: 'servicediscovery:ListServices', since, unansweredSince: since });
    return new Promise(() => undefined);
  };
  const ended = createKindReads('default', clock, underWay)
    .read(facts, begin)
    .catch((error: unknown) => error);
  await virtual.advance(12_000);
  expect(await ended).toMatchObject({ code: 'NotAnswering' });
});
