import { beforeEach, describe, expect, test } from 'vitest';
import type { CallUnderWay } from '../../controller/aws/door.ts';
import type { Clock } from '../../controller/core/ports.ts';
import type { KindName, Observation } from '../../controller/core/resource.ts';
import { createKindReads } from '../../controller/reconcile/kind-reads.ts';
import type { KindReads } from '../../controller/reconcile/kind-reads.ts';
import { VirtualClock } from '../../sandbox/virtual-clock.ts';
import { factsOf } from '../support/plans/resources.ts';

/** Clusters and roles of one environment, read side by side. */

const SEEN: Observation = { items: [], unseen: [] };
const HANGS_MS = 10_000;

let clock: VirtualClock;
let underWay: Set<CallUnderWay>;
let reads: KindReads;
/** How often a read was begun. */
let begun: number;

beforeEach(() => {
  clock = new VirtualClock();
  underWay = new Set();
  reads = createKindReads('eu', clock, underWay);
  begun = 0;
});

/** A read by one call that AWS answers after so long. */
function reading(operation: string, ms: number, end: () => Observation = () => SEEN) {
  return async (): Promise<Observation> => {
    begun += 1;
    const at = clock.monotonic();
    const call: CallUnderWay = { operation, since: at, unansweredSince: at };
    underWay.add(call);
    await clock.sleep(ms);
    underWay.delete(call);
    return end();
  };
}

/** What came of a read, and after how long: `seen`, or the message that stands for it. */
async function read(
  begin: () => Promise<Observation>,
  kind: KindName = 'cluster',
): Promise<readonly [what: string, ms: number]> {
  const from = clock.monotonic();
  const what = clock.run(
    reads.read(factsOf(kind), begin).then(
      (seen) => (seen === SEEN ? 'seen' : 'something else'),
      (error: Error) => error.message,
    ),
  );
  return [await what, clock.monotonic() - from];
}

const HANGING =
  'ecs:DescribeClusters has had no answer since 2026-11-22T09:00:00Z in environment "eu"; check the network and the endpoint';

describe('a read of a kind', () => {
  test('is what AWS answers, also where the answer takes long', async () => {
    expect(await read(reading('ecs:DescribeClusters', 9_500))).toEqual(['seen', 9_500]);
    expect(await read(reading('ecs:DescribeClusters', 0))).toEqual(['seen', 0]);
  });

  test('fails as it fails, and is begun anew by the next pass', async () => {
    const refused = reading('ecs:DescribeClusters', 20, () => {
      throw new Error('no');
    });
    expect(await read(refused)).toEqual(['no', 20]);
    expect(await read(reading('ecs:DescribeClusters', 20))).toEqual(['seen', 20]);
    expect(begun).toBe(2);
  });

  test('is given up once a call that the kind is read by has no answer for ten seconds, and says since when', async () => {
    expect(await read(reading('ecs:DescribeClusters', 60_000))).toEqual([HANGING, HANGS_MS]);
  });

  test('is not begun again while the one before hangs: its answer would be older than it says', async () => {
    await read(reading('ecs:DescribeClusters', 60_000));
    expect(await read(reading('ecs:DescribeClusters', 0))).toEqual([HANGING, 0]);
    expect(begun).toBe(1);
    await clock.advance(60_000);
    expect(await read(reading('ecs:DescribeClusters', 0))).toEqual(['seen', 0]);
    expect(begun).toBe(2);
  });

  test('is begun again once the one before was refused in the end', async () => {
    const refused = reading('ecs:DescribeClusters', 60_000, () => {
      throw new Error('no');
    });
    await read(refused);
    await clock.advance(60_000);
    expect(await read(reading('ecs:DescribeClusters', 0))).toEqual(['seen', 0]);
  });

  test('is given up also where its first call is under way before anything else is, by a clock that never rests', async () => {
    let looks = 0;
    const restless: Clock = {
      now: () => clock.now(),
      monotonic: () => clock.monotonic() + (looks += 1) / 1_000,
      sleep: (ms, signal) => clock.sleep(ms, signal),
    };
    reads = createKindReads('eu', restless, underWay);
    const begin = (): Promise<Observation> => {
      const since = restless.monotonic();
      underWay.add({ operation: 'ecs:DescribeClusters', since, unansweredSince: since });
      return new Promise(() => undefined);
    };
    const [what] = await read(begin);
    expect(what).toContain('has had no answer since');
  });

  test('that hangs too, while another does, is given up after three seconds', async () => {
    await read(reading('ecs:DescribeClusters', 60_000));
    const [what, ms] = await read(reading('ecs:DescribeServices', 60_000), 'service');
    expect(what).toContain('ecs:DescribeServices has had no answer since');
    expect(ms).toBe(3_000);
  });

  test('of the list of what is ours is given up alike, and not begun again meanwhile', async () => {
    const list = reading('tagging:GetResources', 60_000);
    for (const ms of [HANGS_MS, 0]) {
      const from = clock.monotonic();
      await expect(clock.run(reads.list(list))).rejects.toMatchObject({ operation: 'tagging:GetResources' });
      expect(clock.monotonic() - from).toBe(ms);
    }
    expect(begun).toBe(1);
    await clock.advance(60_000);
    expect(await clock.run(reads.list(reading('tagging:GetResources', 5_000)))).toBe(SEEN);
  });

  test('that hangs holds no other kind up', async () => {
    await read(reading('ecs:DescribeClusters', 60_000));
    expect(await read(reading('iam:GetRole', 2_000), 'role')).toEqual(['seen', 2_000]);
  });

  test.each<readonly [string, Partial<CallUnderWay>]>([
    ['another kind is read by', { operation: 'iam:GetRole' }],
    ['many kinds are read by, which has another way round', { operation: 'tagging:GetResources' }],
    ['changes something', { operation: 'ecs:CreateCluster' }],
    ['an earlier read left behind', { since: -1 }],
    ['was answered, and rests before it is asked again', { unansweredSince: undefined }],
  ])('is waited for while a call hangs that %s', async (_what, call) => {
    underWay.add({ operation: 'ecs:DescribeClusters', since: 0, unansweredSince: 0, ...call });
    const slowly = async (): Promise<Observation> => {
      await clock.sleep(30_000);
      return SEEN;
    };
    expect(await read(slowly)).toEqual(['seen', 30_000]);
  });
});
