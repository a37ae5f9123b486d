import type { Desired, Observed, Work } from '../core/resource.ts';
import type { Origin } from './origin.ts';
import { NO_WORK } from './work.ts';
import type { HoldStep, HoldWhy, Intent, Obstacle } from './step.ts';

/**
 * What every step of a desired resource says. The digest on the resource tells who made it differ: somebody in AWS where the wanted spec is
 * the one applied last, otherwise git.
 */
export function base(
  desired: Desired,
  observed: Observed | undefined,
  reason: string,
  { changes, upkeep }: Work,
  changedBy: Origin = 'git',
) {
  return {
    id: desired.id,
    manifest: desired.manifest,
    owner: observed?.owner ?? 'nobody',
    reason,
    changes,
    upkeep,
    changedBy,
  } as const;
}

/** A step that there would be to take, and what keeps it from being taken. */
export function heldBy(
  { why, reason, ...more }: Obstacle,
  desired: Desired,
  observed: Observed | undefined,
  intent: Intent,
  work: Work = NO_WORK,
  changedBy: Origin = 'git',
): HoldStep {
  return { ...hold(desired, observed, why, intent, reason, work, changedBy), ...more };
}

/** The step that holds back `intent`, with why and what differs. */
export function hold(
  desired: Desired,
  observed: Observed | undefined,
  why: HoldWhy,
  intent: Intent,
  reason: string,
  work: Work = NO_WORK,
  changedBy: Origin = 'git',
): HoldStep {
  return {
    ...base(desired, observed, reason, work, changedBy),
    type: 'hold',
    why,
    intent,
    desired,
    ...(observed === undefined ? {} : { observed }),
  };
}
