import { readNetwork } from '../../aws/network.ts';
import type { Aws } from '../../aws/operations.ts';
import { workingsReader } from '../../aws/workings.ts';
import type { Consumer } from '../../core/consumer.ts';
import { canonicalJson } from '../../core/ownership.ts';
import type { Clock } from '../../core/ports.ts';
import { createRemembered } from '../../core/remembered.ts';
import { addressesOf, runningAddresses } from '../../reach/daemon.ts';
import type { Daemon } from '../../reach/daemon.ts';
import type { Reachability } from '../../reach/hop.ts';
import { lacksRecord } from '../../reach/name.ts';
import { pathBetween } from '../../reach/path.ts';

/** Whether one consumer reaches one daemon. */
export interface ReachQuestion {
  /** The same from look to look. */
  readonly key: string;
  readonly consumer: Consumer;
  readonly daemon: Daemon;
}

/** Looks at those whose time has come, all in the same calls, and answers with what is known of each, by key. Never throws for what AWS does. */
export type ReachWatch = (questions: readonly ReachQuestion[]) => Promise<ReadonlyMap<string, Reachability>>;

/** For so long a path that is well is taken for well; one that is not is looked at again sooner, as somebody may be mending it. */
const WELL_FOR_MS = 600_000;
const ILL_FOR_MS = 60_000;

/** Networks change seldom: what costs calls is looked at by time, not by pass, or where the daemon itself has changed. */
export function createReachWatch(
  aws: Pick<Aws, 'ec2' | 'route53' | 'ecs' | 'iam'>,
  clock: Clock,
): ReachWatch {
  const known = createRemembered<{ readonly about: string; readonly reachability: Reachability }>(clock);
  const readWorkings = workingsReader(aws);

  function isDue(question: ReachQuestion): boolean {
    const memory = known.of(question.key);
    if (memory === undefined || memory.value.about !== about(question)) return true;
    const isWell = memory.value.reachability.verdict === 'Reachable';
    return clock.monotonic() - memory.notedAt >= (isWell ? WELL_FOR_MS : ILL_FOR_MS);
  }

  async function look(due: readonly ReachQuestion[], current: ReadonlySet<string>): Promise<void> {
    const [first] = due;
    if (first === undefined) return;
    const daemons = due.map(({ daemon }) => daemon);
    const [network, workings] = await Promise.all([
      readNetwork(aws, {
        vpcId: first.daemon.vpcId,
        consumers: due.map(({ consumer }) => consumer),
        addresses: daemons.flatMap((one) => [...addressesOf(one), ...runningAddresses(one.tasks)]),
        zones: daemons.flatMap(({ zoneId }) => zoneId ?? []),
      }),
      readWorkings([...new Set(daemons.flatMap(revisionOf))], current),
    ]);
    for (const question of due) {
      const reachability = pathBetween(question.consumer, question.daemon, network, workings);
      known.note(question.key, { about: about(question), reachability });
    }
  }

  return async (questions) => {
    const keys = new Set(questions.map(({ key }) => key));
    known.keep((key) => keys.has(key));
    await look(questions.filter(isDue), new Set(questions.flatMap(({ daemon }) => revisionOf(daemon))));
    return new Map(
      questions.flatMap(({ key }) => {
        const memory = known.of(key);
        return memory === undefined ? [] : [[key, memory.value.reachability] as const];
      }),
    );
  };
}

/** All of a question that an answer depends on and that the pass itself saw, without when it saw it. */
function about({ consumer, daemon }: ReachQuestion): string {
  const { discovery, ...rest } = daemon;
  const name =
    discovery && ('unread' in discovery ? discovery : [discovery.value.name, lacksRecord(discovery.value)]);
  return canonicalJson([consumer, rest, name ?? null, addressesOf(daemon)]);
}

function revisionOf({ revision }: Daemon): readonly string[] {
  return 'value' in revision ? [revision.value] : [];
}
