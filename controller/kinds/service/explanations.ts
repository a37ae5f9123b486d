import type { Aws } from '../../aws/operations.ts';
import { resourceKey } from '../../core/resource.ts';
import type { ResourceId, Stops, Task } from '../../core/resource.ts';
import { GIVEN_UP, needOfExplanation, troubledRevision } from './health.ts';
import type { Rollout } from './health.ts';
import { stopsOf } from './tasks.ts';

/** Services whose stopped tasks are looked at in one pass, in turn: it costs a request each, and one for a hundred tasks of a cluster. */
const LOOKED_AT_ONCE = 5;
/** Besides them, of those that fail and nobody can say why: people wait for it. */
const FIRST_LOOKS = 50;
/** Looks in the same need after which it is one among the others: ECS may have forgotten. */
const FIRST = 2;

/** A service, and how it fares. */
interface Case {
  readonly id: ResourceId;
  readonly rollout: Rollout;
  readonly tasks: readonly Task[];
}

/** Looks up why the tasks of services that fare badly stop, in turn, and remembers it: ECS forgets stopped tasks after an hour. */
export interface Explanations {
  /** By resource key. `cases` are all services there are; one that fares well is forgotten. `now`: by AWS's clock. */
  look(cases: readonly Case[], now: number): Promise<ReadonlyMap<string, Stops>>;
}

interface Explanation {
  readonly revision: string;
  readonly need: number;
  /** Since it is in this need. */
  readonly looks: number;
  /** Its deployments and tasks when its stopped ones were looked at last: as long as they are the same, none has stopped since. */
  readonly tasks: string | undefined;
  readonly stops: Stops | undefined;
}

interface Troubled extends Explanation {
  readonly key: string;
  readonly id: ResourceId;
  readonly tasksNow: string;
}

/** Whose turn it is: all that fail and are not explained, as long as that promises anything, and some of the others. */
function inTurn(changed: readonly Troubled[]): readonly Troubled[] {
  const sorted = changed.toSorted((a, b) => a.looks - b.looks || b.need - a.need);
  const isFirst = ({ need, looks, stops }: Troubled): boolean =>
    need > 1 && stops === undefined && looks < FIRST;
  const first = sorted.filter(isFirst).slice(0, FIRST_LOOKS);
  return [...first, ...sorted.filter((one) => !isFirst(one)).slice(0, LOOKED_AT_ONCE)];
}

export function createExplanations(ecs: Aws['ecs']): Explanations {
  let known: ReadonlyMap<string, Explanation> = new Map();

  function asTroubled({ id, rollout, tasks }: Case, now: number): readonly Troubled[] {
    const need = needOfExplanation(rollout, tasks, now);
    if (need === 0) return [];
    const key = resourceKey(id);
    const revision = troubledRevision(rollout);
    const before = known.get(key);
    const same = before?.revision === revision ? before : undefined;
    const looks = same?.need === need ? same.looks : 0;
    const tasksNow = [...rollout.deployments, ...tasks].map(({ id: part }) => part).join(' ');
    return [{ key, id, revision, need, looks, tasksNow, tasks: same?.tasks, stops: same?.stops }];
  }

  return {
    async look(cases, now) {
      const troubled = cases.flatMap((one) => asTroubled(one, now));
      const next = new Map<string, Explanation>(troubled.map((one) => [one.key, one]));
      const changed = troubled.filter(
        ({ need, stops, tasks, tasksNow }) =>
          // Of what ECS has given up no more tasks stop; looking at it again would take the turn of those that do.
          tasks !== tasksNow || (need > 1 && (need !== GIVEN_UP || stops === undefined)),
      );
      const turn = inTurn(changed);
      const found = await stopsOf(ecs, turn);
      for (const one of turn) {
        const stops = found.get(one.key) ?? one.stops;
        next.set(one.key, { ...one, looks: one.looks + 1, tasks: one.tasksNow, stops });
      }
      known = next;
      return new Map(
        [...next].flatMap(([key, { stops }]) => (stops === undefined ? [] : [[key, stops] as const])),
      );
    },
  };
}
