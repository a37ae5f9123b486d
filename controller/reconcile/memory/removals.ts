import { mayHaveBeenDone } from '../../core/errors.ts';
import { manifestKey } from '../../core/resource.ts';
import type { Clock } from '../../core/ports.ts';
import { createRemembered } from '../../core/remembered.ts';
import type { Desired } from '../../core/resource.ts';
import { budgetPeriodMs } from '../../plan/prune-rules.ts';
import type { PruneBudget, RecentRemoval } from '../../plan/prune-rules.ts';
import type { MutationOutcome } from '../apply.ts';
import type { EnvironmentRuntime } from '../environments.ts';

/** Which objects went within the time that the prune budget is for. */
export interface Removals {
  /** Notes what a pass took away of manifests that are not wanted any more. */
  took(
    runtime: Pick<EnvironmentRuntime, 'name' | 'models'>,
    outcomes: readonly MutationOutcome[],
    desired: readonly Desired[],
  ): void;
  /** By manifest; `gone` are those that AWS still shows as gone. */
  recent(
    environment: string,
    gone: ReadonlySet<string>,
    desired: readonly Desired[],
  ): ReadonlyMap<string, RecentRemoval>;
}

/** So long ECS describes a service that was deleted, about (ECS API reference, DescribeServices and DeleteService). */
const SHOWN_GONE_MS = 3_600_000;

/**
 * In memory only. For what went before the start, the services of ours count that AWS still shows as gone: when each went it does not
 * say, so that they count for as long as any of them may have to.
 */
export function createRemovals(clock: Clock, budget: PruneBudget): Removals {
  const periodMs = budgetPeriodMs(budget);
  const removed = createRemembered<undefined>(clock, periodMs);
  const forgottenAt = clock.monotonic() + Math.min(periodMs, SHOWN_GONE_MS);
  const keyOf = (environment: string, manifest: string): string => `${environment}|${manifest}`;
  const inIso = (monotonic: number): string =>
    `${new Date(clock.now() + monotonic - clock.monotonic()).toISOString().slice(0, 19)}Z`;

  return {
    took({ name: environment, models }, outcomes, desired) {
      const wanted = new Set(desired.map(({ manifest }) => manifestKey(manifest)));
      for (const { type, result, error, id, manifest, releases } of outcomes) {
        const key = manifestKey(manifest);
        const isRefused = result === 'failed' && (error === undefined || !mayHaveBeenDone(error));
        const isOfItsOwn = !releases || models.get(id.kind)?.facts.retainedByDefault !== true;
        if (type !== 'delete' || isRefused || wanted.has(key) || !isOfItsOwn) continue;
        removed.note(keyOf(environment, key), undefined);
      }
    },
    recent(environment, gone, desired) {
      const wanted = new Set(desired.map(({ manifest }) => manifestKey(manifest)));
      const recent = new Map<string, RecentRemoval>();
      if (clock.monotonic() < forgottenAt) {
        const until = inIso(forgottenAt);
        for (const key of gone) if (!wanted.has(key)) recent.set(key, { until, begunByUs: false });
      }
      for (const [key, { notedAt }] of removed.all()) {
        const [where, manifest = ''] = key.split('|');
        if (where !== environment || wanted.has(manifest)) continue;
        recent.set(manifest, { until: inIso(notedAt + periodMs), begunByUs: true });
      }
      return recent;
    },
  };
}
