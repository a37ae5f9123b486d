import type { Use } from '../core/authorization.ts';
import type { KindFacts } from '../core/facts.ts';
import type { Desired } from '../core/resource.ts';

/** `read` plans and reports, `converge` also changes. */
export type Access = 'read' | 'converge';

/** Which uses there are to be. */
export interface Demand {
  /** Of one environment. */
  readonly desired: readonly Desired[];
  /** Whether there will be any number of them. */
  readonly moreToCome: boolean;
  readonly access: Access;
  /** How far is looked beyond what is desired, as the planner has it. */
  readonly scope: 'these' | 'all-owned';
}

/** What a use may touch: what these name, or whatever carries our tags. */
export type Reach = 'owned' | readonly Desired[];

/** What resources of a kind are used for at a time; undefined where they are not. */
export function reachOf(
  { name, listedFrom = Infinity }: Pick<KindFacts, 'name' | 'listedFrom'>,
  use: Use,
  { desired, moreToCome, access, scope }: Demand,
): Reach | undefined {
  const ofKind = desired.filter(({ id }) => id.kind === name);
  const managed = ofKind.filter(({ management }) => management === 'managed');
  const kept = managed.filter(({ policy }) => policy.reconcile === 'enabled');
  const isWhole = scope === 'all-owned';
  if (use === 'observe') return some(ofKind);
  if (use === 'observe-many') return moreToCome || ofKind.length >= listedFrom ? ofKind : undefined;
  if (use === 'leftovers') return isWhole ? 'owned' : undefined;
  if (access === 'read') return undefined;
  switch (use) {
    case 'create':
      return some(kept.filter(({ policy }) => policy.adoption !== 'adopt' || policy.allowReplace));
    case 'update':
      return some(kept);
    case 'adopt':
      return some(kept.filter(({ policy }) => policy.adoption !== 'create'));
    case 'tidy':
      return isWhole && kept.length > 0 ? 'owned' : undefined;
    case 'delete': {
      const isReplaced = kept.some(({ policy }) => policy.allowReplace);
      const isPruned = isWhole && managed.some(({ policy }) => policy.prune && policy.deletion === 'delete');
      return isReplaced || isPruned ? 'owned' : undefined;
    }
    case 'release':
      return isWhole && managed.some(({ policy }) => policy.prune && policy.deletion === 'retain')
        ? 'owned'
        : undefined;
  }
}

function some(desired: readonly Desired[]): Reach | undefined {
  return desired.length === 0 ? undefined : desired;
}
