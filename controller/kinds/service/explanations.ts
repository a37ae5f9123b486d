import type { Aws } from '../../aws/operations.ts';
import { resourceKey } from '../../core/resource.ts';
import type { ResourceId, Task } from '../../core/resource.ts';
import { needOfExplanation, troubledRevision } from './health.ts';
import type { Rollout } from './health.ts';
import { lastStopReason } from './tasks.ts';

/** Services whose stopped tasks are looked at in one pass. */
const LOOKED_AT_ONCE = 5;

/** A service, and how it fares. */
interface Case {
  readonly id: ResourceId;
  readonly rollout: Rollout;
  readonly tasks: readonly Task[];
}

/** Looks up why the tasks of services that fare badly stop, in turn, and remembers it: ECS forgets stopped tasks after an hour. */
export interface Explanations {
  /** By resource key. `cases` are all services there are; one that fares well is forgotten. */
  look(cases: readonly Case[]): Promise<ReadonlyMap<string, string>>;
}

interface Explanation {
  readonly revision: string;
  readonly need: number;
  /** Since it is in this need. */
  readonly looks: number;
  readonly reason: string | undefined;
}

interface Troubled extends Explanation {
  readonly key: string;
  readonly id: ResourceId;
}

export function createExplanations(ecs: Aws['ecs']): Explanations {
  let known: ReadonlyMap<string, Explanation> = new Map();

  function asTroubled({ id, rollout, tasks }: Case): readonly Troubled[] {
    const need = needOfExplanation(rollout, tasks);
    if (need === 0) return [];
    const key = resourceKey(id);
    const revision = troubledRevision(rollout);
    const before = known.get(key);
    const same = before?.revision === revision ? before : undefined;
    return [{ key, id, revision, need, looks: same?.need === need ? same.looks : 0, reason: same?.reason }];
  }

  return {
    async look(cases) {
      const troubled = cases.flatMap(asTroubled);
      const next = new Map<string, Explanation>(troubled.map((one) => [one.key, one]));
      const turn = troubled.toSorted((a, b) => a.looks - b.looks || b.need - a.need).slice(0, LOOKED_AT_ONCE);
      for (const one of turn) {
        const reason = await lastStopReason(ecs, one.id, one.revision);
        next.set(one.key, { ...one, looks: one.looks + 1, reason: reason ?? one.reason });
      }
      known = next;
      return new Map(
        [...next].flatMap(([key, { reason }]) => (reason === undefined ? [] : [[key, reason] as const])),
      );
    },
  };
}
