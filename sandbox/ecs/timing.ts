import type { World } from '../world.ts';

/** Simulated milliseconds, from the world's seeded random. */
export interface Range {
  readonly least: number;
  readonly most: number;
}

/** From a change to the service scheduler's acting on it. */
export const SCHEDULER_REACTION: Range = { least: 100, most: 300 };

/** How long a task stays in each phase on its way up. */
export const PROVISIONING: Range = { least: 300, most: 800 };
export const PENDING: Range = { least: 300, most: 800 };
export const ACTIVATING: Range = { least: 300, most: 800 };

/** From RUNNING to the first passed container health check. */
export const FIRST_HEALTH_CHECK: Range = { least: 300, most: 800 };

/** How long a task stays in each phase on its way down. */
export const DEACTIVATING: Range = { least: 100, most: 300 };
export const STOPPING: Range = { least: 100, most: 400 };
export const DEPROVISIONING: Range = { least: 100, most: 300 };

/** Launches that fail are retried after this long, doubled with each further failure (reference: deployments). */
export const LAUNCH_RETRY_MS = 500;
export const LAUNCH_RETRY_MOST_MS = 15 * 60_000;

/** How long a stopped task can still be described, and how many of them a cluster remembers. */
export const STOPPED_TASK_VISIBLE_MS = 60 * 60_000;
export const STOPPED_TASKS_REMEMBERED = 1000;

/** From DeleteTaskDefinitions to the earliest disappearance of an unused revision. */
export const TASK_DEFINITION_DELETION_MS = 2000;

/** Some milliseconds within the range. */
export function pick(world: World, range: Range): number {
  return range.least + world.random() * (range.most - range.least);
}
