import type { World } from './world.ts';

/** Where a regional state lives; services make ids and ARNs from it. */
export interface Place {
  readonly world: World;
  readonly accountId: string;
  readonly region: string;
}
