import { objectKey } from '../../core/resource.ts';
import type { DeclaredObject } from '../../manifest/expand/index.ts';
import type { Snapshot } from '../../plan/snapshot.ts';
import { reachabilityOf, unread } from '../../reach/hop.ts';
import type { Reachability } from '../../reach/hop.ts';
import { daemonSeen } from './seen-daemon.ts';
import type { ReachQuestion, ReachWatch } from './watch.ts';

/** Whether a consumer that a manifest declares reaches its daemon. */
export interface ConsumerReach extends Reachability {
  readonly name: string;
}

/** By object: its consumers in the order of its manifest. Objects that declare none are left out, and cost nothing. */
export async function reachOfConsumers(
  objects: readonly DeclaredObject[],
  snapshot: Snapshot,
  watch: ReachWatch,
): Promise<ReadonlyMap<string, readonly ConsumerReach[]>> {
  const asked = objects.flatMap((object) => {
    const { reached } = object;
    if (reached === undefined || reached.consumers.length === 0) return [];
    const key = objectKey(object.environment, object.manifest);
    const daemon = daemonSeen(reached, snapshot);
    return [{ key, daemon, consumers: reached.consumers }];
  });
  const keyOf = (object: string, consumer: string): string => `${object}|${consumer}`;
  const questions = asked.flatMap(({ key, daemon, consumers }): readonly ReachQuestion[] =>
    'unread' in daemon
      ? []
      : consumers.map((consumer) => ({ key: keyOf(key, consumer.name), consumer, daemon: daemon.value })),
  );
  const known = await watch(questions);
  return new Map(
    asked.map(({ key, daemon, consumers }) => {
      const unseen = unread(
        'the Environment',
        'unread' in daemon ? daemon.unread : 'the controller looks again',
      );
      const otherwise = reachabilityOf([{ hop: 'consumer', ...unseen }]);
      return [
        key,
        consumers.map(({ name }) => ({ name, ...(known.get(keyOf(key, name)) ?? otherwise) })),
      ] as const;
    }),
  );
}
