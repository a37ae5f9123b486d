import { isBadCredentials } from '../core/errors.ts';

export const SEVERITIES = ['critical', 'warning', 'info'] as const;

/** `critical`: somebody has to act now. `warning`: somebody has to look at it by day. `info`: nobody has to do anything. */
export type Severity = (typeof SEVERITIES)[number];

/** How a trouble shows; `info` covers what happened and needs nobody. */
export type Sort =
  | 'stalled'
  | 'degraded'
  | 'stopping'
  | 'retrying'
  | 'unknown'
  | 'unreachable'
  | 'drifted'
  | 'source'
  | 'removals'
  | 'rollout-failed'
  | 'approval'
  | 'info';

const OF_SORT: Readonly<Record<Sort, Severity>> = {
  stalled: 'critical',
  degraded: 'critical',
  source: 'critical',
  'rollout-failed': 'critical',
  stopping: 'warning',
  retrying: 'warning',
  unknown: 'warning',
  unreachable: 'warning',
  drifted: 'warning',
  removals: 'warning',
  approval: 'warning',
  info: 'info',
};

/** Stalled objects that run as they did before: a decision is waited for, and nothing is broken. */
const DECISIONS: ReadonlySet<string> = new Set(['Contested', 'DeletionHeld', 'ReplaceNotAllowed']);

/**
 * How bad a trouble is, which is decided here and nowhere else. Without credentials the controller sees and heals nothing,
 * so that what is only Unknown is then critical.
 *
 * @param reason CamelCase, as a condition has it
 */
export function severityOf(sort: Sort, reason: string): Severity {
  if (sort === 'stalled' && DECISIONS.has(reason)) return 'warning';
  if (sort === 'unknown' && isBadCredentials(reason)) return 'critical';
  return OF_SORT[sort];
}

/** The worse one. */
export function worse(a: Severity, b: Severity): Severity {
  return SEVERITIES.indexOf(a) <= SEVERITIES.indexOf(b) ? a : b;
}
