import { objectKey } from '../core/resource.ts';
import type { StoppedTask } from '../core/resource.ts';
import type { Step } from '../plan/step.ts';

/** So long an id is known after ECS has shown it last: it shows a stopped task for about an hour, and a look may fail in between. */
const KNOWN_MS = 3 * 60 * 60_000;

/** A task that stopped without being asked to, and was not counted before. */
export interface FreshStop {
  readonly environment: string;
  /** Of the object that it is a task of. */
  readonly name: string;
  /** `OutOfMemory`. */
  readonly reason: string;
}

/** Ids of stopped tasks that were counted, or stopped before this process began, with when they were shown last: epoch milliseconds. */
export type CountedStops = ReadonlyMap<string, number>;

export const NO_STOPS: CountedStops = new Map();

/** When it is, and when this process began to count: epoch milliseconds. */
interface Times {
  readonly now: number;
  readonly startedAt: number;
}

/**
 * The stops that the steps of a pass show and no pass before did: each task counts once, however often and in however many passes ECS
 * shows it. Those from before the start are another process's to count. Where a look failed there are none, and nothing is forgotten. Pure.
 */
export function freshStops(
  steps: readonly Step[],
  before: CountedStops,
  { now, startedAt }: Times,
): { readonly fresh: readonly FreshStop[]; readonly counted: CountedStops } {
  const shown = new Map<string, FreshStop & Pick<StoppedTask, 'at'>>();
  for (const step of steps) {
    const { id, manifest } = step;
    for (const { id: task, reason, at } of stopsIn(step)) {
      const stop = { environment: id.environment, name: manifest.name, reason };
      shown.set(`${objectKey(id.environment, manifest)} ${task}`, at === undefined ? stop : { ...stop, at });
    }
  }
  const known = [...before].filter(([key, shownAt]) => !shown.has(key) && now - shownAt < KNOWN_MS);
  const fresh = [...shown].flatMap(([key, { at = now, ...stop }]) =>
    before.has(key) || at < startedAt ? [] : [stop],
  );
  return { fresh, counted: new Map([...known, ...[...shown.keys()].map((key) => [key, now] as const)]) };
}

function stopsIn(step: Step): readonly StoppedTask[] {
  return ('observed' in step && step.observed?.workload?.stops?.tasks) || [];
}
