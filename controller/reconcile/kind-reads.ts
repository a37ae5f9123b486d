import type { CallUnderWay } from '../aws/door.ts';
import type { StationkeeperError } from '../core/errors.ts';
import type { KindFacts } from '../core/facts.ts';
import type { Clock } from '../core/ports.ts';
import type { KindName, Observation } from '../core/resource.ts';
import { notAnswering } from './silence.ts';

/** The reads of an Environment's kinds: one that hangs holds up nothing but its own kind. */
export interface KindReads {
  /**
   * Begins the read, unless an earlier one of the kind still hangs: what that finds in the end is older than what it would count for, so
   * that nobody takes it.
   *
   * @throws StationkeeperError `NotAnswering` once AWS leaves a call that the kind is read by without an answer
   */
  read(facts: KindFacts, begin: () => Promise<Observation>): Promise<Observation>;
}

/** An answer of AWS's reads comes within a second, and within three where much is read. */
const HANGS_AFTER_MS = 10_000;
const LOOK_EVERY_MS = 1_000;
/** Without a reason an abort makes a DOMException with a stack, only to say that all is well. */
const ANSWERED = 'answered';

export function createKindReads(
  environment: string,
  clock: Clock,
  underWay: ReadonlySet<CallUnderWay>,
): KindReads {
  const left = new Map<KindName, StationkeeperError>();

  async function untilItHangs(facts: KindFacts, ended: AbortSignal): Promise<StationkeeperError | undefined> {
    const own = readOperations(facts);
    const begunAt = clock.monotonic();
    while (!ended.aborted) {
      await clock.sleep(LOOK_EVERY_MS, ended);
      const now = clock.monotonic();
      const hanging = [...underWay].find(
        ({ operation, since, unansweredSince = now }) =>
          own.has(operation) && since >= begunAt && now - unansweredSince >= HANGS_AFTER_MS,
      );
      if (hanging !== undefined && !ended.aborted) {
        const forMs = now - (hanging.unansweredSince ?? now);
        const since = `${new Date(clock.now() - forMs).toISOString().slice(0, 19)}Z`;
        return notAnswering(environment, { operation: hanging.operation, since });
      }
    }
    return undefined;
  }

  return {
    async read(facts, begin) {
      const before = left.get(facts.name);
      if (before !== undefined) throw before;
      const ended = new AbortController();
      const work = begin();
      const hung = await Promise.race([
        work.then(
          () => undefined,
          () => undefined,
        ),
        untilItHangs(facts, ended.signal),
      ]);
      ended.abort(ANSWERED);
      if (hung === undefined) return work;
      left.set(facts.name, hung);
      const letGo = (): boolean => left.delete(facts.name);
      void work.then(letGo, letGo);
      throw hung;
    },
  };
}

/**
 * What the kind alone is read by. The batch of tags is what many kinds are read by: it hangs for all of them, is waited for, and has
 * another way round once it is given up.
 */
function readOperations({ calls }: KindFacts): ReadonlySet<string> {
  return new Set(
    Object.entries(calls)
      .filter(([service]) => service !== 'tagging')
      .flatMap(([service, operations]) =>
        Object.entries(operations)
          .filter(([, { actions }]) => actions.every(({ access }) => access === 'read'))
          .map(([name]) => `${service}:${name.charAt(0).toUpperCase()}${name.slice(1)}`),
      ),
  );
}
