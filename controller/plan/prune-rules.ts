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
  /** Deletions that somebody has confirmed by the hash of the plan that named them; by resource key. */
  readonly confirmed: ReadonlySet<string>;
}

/** A number of objects, or a share of all of them in percent; the larger counts where both are given. */
export interface PruneBudget {
  readonly count?: number;
  readonly percent?: number;
}

export const DEFAULT_PRUNE_BUDGET: PruneBudget = { count: 3, percent: 10 };
