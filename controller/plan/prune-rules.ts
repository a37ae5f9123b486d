/** When what no manifest names any more may be deleted. */
export interface PruneRules {
  /** Why nothing is deleted at all: an invalid document, a source that could not be read. */
  readonly frozen?: string;
  /** Why nothing is deleted without confirmation, whatever the budget: a branch that was moved back. */
  readonly suspect?: string;
  /** Until when what git wants is known, in milliseconds of the wall clock: nothing that was made later is deleted. Absent: not known. */
  readonly wantedAt?: number;
  /** How many objects (manifests) of one environment may go without confirmation. */
  readonly budget: PruneBudget;
  /** What went within the time that the budget is for, by manifest. Absent: nothing. */
  readonly recent?: ReadonlyMap<string, RecentRemoval>;
  /** What goes of the same objects in other environments, by manifest. Absent: nothing, or nobody has looked. */
  readonly elsewhere?: ReadonlyMap<string, FleetRemoval>;
  /** Deletions that somebody has confirmed by the hash of the plan that named them; by resource key. */
  readonly confirmed: ReadonlySet<string>;
}

/** A manifest of which something was deleted or released. */
export interface RecentRemoval {
  /** Until when it counts; ISO 8601. */
  readonly until: string;
  /** This process has begun it: the rest of it goes on. */
  readonly begunByUs: boolean;
}

/** What of one object goes, or has lately gone, in other environments than the one that is planned. */
export interface FleetRemoval {
  /** Where, by name. */
  readonly environments: readonly string[];
  /** Where it is not wanted and nobody could look: it counts as going there too. */
  readonly unread: readonly string[];
  /** In how many it is wanted. */
  readonly wantedIn: number;
}

/** A number of objects, or a share of all of them in percent; the larger counts where both are given. */
export interface PruneBudget {
  readonly count?: number;
  readonly percent?: number;
  /** Within which time; an hour where nothing is said. */
  readonly perMs?: number;
}

export function budgetPeriodMs({ perMs = 3_600_000 }: PruneBudget): number {
  return perMs;
}

/** As `--prune-budget` takes it: `1h`, `90s`. */
export function periodText(ms: number): string {
  if (ms % 3_600_000 === 0) return `${ms / 3_600_000}h`;
  if (ms % 60_000 === 0) return `${ms / 60_000}m`;
  return ms % 1_000 === 0 ? `${ms / 1_000}s` : `${ms}ms`;
}

/** How many of so many may go without confirmation. */
export function allowedBy({ count = 0, percent = 0 }: PruneBudget, all: number): number {
  return Math.max(count, Math.floor((all * percent) / 100));
}

export const DEFAULT_PRUNE_BUDGET: PruneBudget = { count: 3, percent: 10 };
