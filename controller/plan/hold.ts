import { appliedThisSpec } from '../core/ownership.ts';
import type { Desired, FieldChange, Observed } from '../core/resource.ts';
import type { HoldStep, HoldWhy, Intent } from './step.ts';

/** What every step of something desired says. */
export function base(
  desired: Desired,
  observed: Observed | undefined,
  reason: string,
  changes: readonly FieldChange[],
) {
  return {
    id: desired.id,
    manifest: desired.manifest,
    owner: observed?.owner ?? 'nobody',
    reason,
    changes,
    changedBy:
      observed !== undefined && changes.length > 0 && appliedThisSpec(desired, observed.tags) ? 'aws' : 'git',
  } as const;
}

export function hold(
  desired: Desired,
  observed: Observed | undefined,
  why: HoldWhy,
  intent: Intent,
  reason: string,
  changes: readonly FieldChange[] = [],
): HoldStep {
  return {
    ...base(desired, observed, reason, changes),
    type: 'hold',
    why,
    intent,
    desired,
    ...(observed === undefined ? {} : { observed }),
  };
}
