import type { Asked } from '../core/asked.ts';
import type { Aws } from '../aws/operations.ts';
import type { Inventory } from '../aws/inventory.ts';
import type { KindModel } from '../core/kind.ts';
import type { Findings, Needs } from '../core/outputs.ts';
import type { Claim } from '../core/ownership.ts';
import type { AwsClock, Clock } from '../core/ports.ts';
import type { Desired, Observation, Observed, Progress, Removal, Tags, Work } from '../core/resource.ts';
import type { TakeTurns } from '../core/turns.ts';

export interface ObserveRequest<Spec> {
  /** Desired resources of this kind in this environment. */
  readonly desired: readonly Desired<Spec>[];
  /** `all-owned` also returns what carries our tags and is no longer desired. */
  readonly scope: 'these' | 'all-owned';
  /** Outputs of the kinds observed before this one in the same pass. */
  readonly needs: Needs;
  readonly findings: Findings;
}

/**
 * The half of a kind that talks to AWS. Throws StationkeeperError, translated at the seam. Starts things and
 * returns; never sleeps or waits (law 6). Every mutation is safe to repeat.
 */
export interface KindDriver<Spec = unknown, State = unknown> {
  observe(request: ObserveRequest<Spec>): Promise<Observation<State>>;
  /** `tags` is the complete set the resource shall carry, ownership included. */
  create(desired: Desired<Spec>, tags: Tags, needs: Needs): Promise<Progress<State>>;
  /** Makes the changes in place, and does the upkeep. Tags are changed by `tag`, except where the update makes a new object, which gets `tags`. */
  update(
    desired: Desired<Spec>,
    observed: Observed<State>,
    work: Work,
    tags: Tags,
    needs: Needs,
  ): Promise<Progress<State>>;
  /** Deleting what is already gone is `gone`. */
  delete(observed: Observed<State>): Promise<Removal>;
  /** The tags that it carries at this moment, by its service's own word; undefined where it is gone. */
  tagsNow(observed: Observed<State>): Promise<Tags | undefined>;
  /** Sets and removes tags; also how a resource is adopted and released. Returns it as it now is. */
  tag(observed: Observed<State>, set: Tags, remove: readonly string[]): Promise<Observed<State>>;
}

/** What a driver is given: one environment's AWS and who we are in it. One driver lives as long as its environment. */
export interface DriverContext {
  readonly claim: Claim;
  readonly aws: Aws;
  readonly inventory: Inventory;
  readonly clock: Clock;
  readonly awsClock: AwsClock;
  readonly asked: Asked;
  readonly takeTurns: TakeTurns;
  /** The calls are made as a role that is assumed, which is of one account for ever. */
  readonly assumesRole: boolean;
}

export interface Kind<Spec = unknown, State = unknown> {
  readonly model: KindModel<Spec, State>;
  /** Makes the driver for one environment. A driver may cache what AWS cannot change. */
  driver(context: DriverContext): KindDriver<Spec, State>;
}
