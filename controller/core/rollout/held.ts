import type { Tags } from '../resource.ts';
import type { Held } from './facts.ts';
import type { Target } from './schedule.ts';

/** On an ECS service, and until that exists on all that is made for it: `<definition>.<expansion> <time>` (contract section 6). */
export const ROLLOUT_TAG = 'stationkeeper:rollout';

const TEXT = /^([0-9a-f]{16})\.([0-9a-f]{16}) (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?Z)$/;

/** The tag of a target that was begun; `since` in epoch milliseconds. */
export function heldText({ definition, expansion }: Target, since: number): string {
  return `${definition}.${expansion} ${new Date(since).toISOString()}`;
}

/** What tags say has been begun; undefined where they say nothing that we could have written. */
export function heldBy(tags: Tags): Held | undefined {
  const [, definition, expansion, time] = TEXT.exec(tags[ROLLOUT_TAG] ?? '') ?? [];
  const since = Date.parse(time ?? '');
  if (definition === undefined || expansion === undefined || Number.isNaN(since)) return undefined;
  return { definition, expansion, since };
}

export function isSameTarget(a: Target, b: Target): boolean {
  return a.definition === b.definition && a.expansion === b.expansion;
}
