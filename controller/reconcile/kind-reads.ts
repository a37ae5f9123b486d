import type { CallUnderWay } from '../aws/door.ts';
import type { StationkeeperError } from '../core/errors.ts';
import type { KindFacts } from '../core/facts.ts';
import type { Clock } from '../core/ports.ts';
import type { Observation } from '../core/resource.ts';
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
  /** The same for the batch of tags, which many kinds are read by, and which has another way round. */
  list<Answer>(begin: () => Promise<Answer>): Promise<Answer>;
}

/** Waits for every read until it has come to its end. */
export const PATIENT: KindReads = { read: (_facts, begin) => begin(), list: (begin) => begin() };

/** An answer of AWS's reads comes within a second, and within three where much is read. */
const HANGS_AFTER_MS = 10_000;
/** While something hangs already, so that reads that come one after the other do not each take that long. */
const HANGS_TOO_AFTER_MS = 3_000;
const LOOK_EVERY_MS = 1_000;
/** Without a reason an abort makes a DOMException with a stack, only to say that all is well. */
const ANSWERED = 'answered';

const BATCH = 'tagging';
const BATCH_OPERATIONS: ReadonlySet<string> = new Set(['tagging:GetResources']);

export function createKindReads(
  environment: string,
  clock: Clock,
  underWay: ReadonlySet<CallUnderWay>,
): KindReads {
  /** What hangs, by kind, or of the batch. */
  const left = new Map<string, StationkeeperError>();

  async function untilItHangs(
    own: ReadonlySet<string>,
    begunAt: number,
    ended: AbortSignal,
  ): Promise<StationkeeperError | undefined> {
    while (!ended.aborted) {
      await clock.sleep(LOOK_EVERY_MS, ended);
      const now = clock.monotonic();
      const hangsAfterMs = left.size === 0 ? HANGS_AFTER_MS : HANGS_TOO_AFTER_MS;
      const hanging = [...underWay].find(
        ({ operation, since, unansweredSince = now }) =>
          own.has(operation) && since >= begunAt && now - unansweredSince >= hangsAfterMs,
      );
      if (hanging !== undefined && !ended.aborted) {
        const forMs = now - (hanging.unansweredSince ?? now);
        const since = `${new Date(clock.now() - forMs).toISOString().slice(0, 19)}Z`;
        return notAnswering(environment, { operation: hanging.operation, since });
      }
    }
    return undefined;
  }

  async function bounded<Answer>(
    what: string,
    own: ReadonlySet<string>,
    begin: () => Promise<Answer>,
  ): Promise<Answer> {
    const before = left.get(what);
    if (before !== undefined) throw before;
    const ended = new AbortController();
    // The first call may be under way before `begin` returns.
    const begunAt = clock.monotonic();
    const work = begin();
    const hung = await Promise.race([
      work.then(
        () => undefined,
        () => undefined,
      ),
      untilItHangs(own, begunAt, ended.signal),
    ]);
    ended.abort(ANSWERED);
    if (hung === undefined) return work;
    left.set(what, hung);
    const letGo = (): boolean => left.delete(what);
    void work.then(letGo, letGo);
    throw hung;
  }

  return {
    read: (facts, begin) => bounded(facts.name, readOperations(facts), begin),
    list: (begin) => bounded(BATCH, BATCH_OPERATIONS, begin),
  };
}

const operationsOf = new WeakMap<KindFacts, ReadonlySet<string>>();

/** What the kind alone is read by. */
function readOperations(facts: KindFacts): ReadonlySet<string> {
  const known = operationsOf.get(facts) ?? operationsIn(facts);
  operationsOf.set(facts, known);
  return known;
}

function operationsIn({ calls }: KindFacts): ReadonlySet<string> {
  return new Set(
    Object.entries(calls)
      .filter(([service]) => service !== BATCH)
      .flatMap(([service, operations]) =>
        Object.entries(operations)
          .filter(([, { actions }]) => actions.every(({ access }) => access === 'read'))
          .map(([name]) => `${service}:${name.charAt(0).toUpperCase()}${name.slice(1)}`),
      ),
  );
}
