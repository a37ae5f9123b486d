import { CONDITION_REASONS, HELD_REASONS } from './conditions.ts';
import { AWS_REASONS, COMMAND_REASONS, READING_REASONS } from './errors.ts';
import type { Reason, ReasonGroup } from './reason.ts';
import { TASK_REASONS } from './tasks.ts';

/** Every reason of a condition and every code of an error that means something of its own, each once, in the order in which they are listed. */
export const REASON_GROUPS: readonly ReasonGroup[] = [
  CONDITION_REASONS,
  HELD_REASONS,
  TASK_REASONS,
  READING_REASONS,
  AWS_REASONS,
  COMMAND_REASONS,
];

const BY_NAME: ReadonlyMap<string, Reason> = new Map(
  REASON_GROUPS.flatMap(({ reasons }) =>
    reasons.flatMap((reason) => reason.names.map((name) => [name, reason])),
  ),
);

export const REASON_NAMES: readonly string[] = [...BY_NAME.keys()];

/** What a reason means and what to do about it; undefined for a code of AWS that has no meaning of its own. */
export function reasonNamed(name: string): Reason | undefined {
  return BY_NAME.get(name);
}
