import { displayId } from '../core/resource.ts';
import type { FieldChange } from '../core/resource.ts';
import type { Retry } from '../core/errors.ts';
import { intentOf } from '../plan/step.ts';
import { isWork, listed } from '../plan/work.ts';
import type { Step } from '../plan/step.ts';
import type { Drift, ResourceStatus } from './schema.ts';

/** A failure as the report tells it; times are ISO strings. */
export interface Failure {
  /** AWS's error code, or one of ours. */
  readonly code: string;
  readonly message: string;
  readonly retry: Retry;
  /** `ecs:CreateService`. */
  readonly operation?: string;
  /** The message says already what people have to do about a refused permission. */
  readonly isAdvised?: boolean;
  readonly attempts?: number;
  readonly nextAttemptAt?: string;
}

/** One resource with all that its object's conditions are made of. */
export interface ResourceView {
  readonly step: Step;
  readonly state: ResourceStatus['state'];
  readonly failure?: Failure;
  /** What AWS is still working on. */
  readonly started?: string;
}

/**
 * The resource as the world has it, whatever the plan may do about it:
 *
 *   unseen                                       Unknown
 *   absent and wanted                            Missing
 *   differs, git made it so (a deletion too)     Changed
 *   differs, somebody in AWS made it so          Drifted
 *   as wanted; ignored drift is still listed     InSync
 *   none of these, and nothing is done           Held
 *
 * Held is left for what is not compared (another's, suspended), for what only waits, and for a deletion that is held.
 */
export function stateOf(step: Step): ResourceStatus['state'] {
  switch (step.type) {
    case 'keep':
      return 'InSync';
    case 'create':
      return 'Missing';
    case 'delete':
      return 'Changed';
    case 'update':
    case 'replace':
      return step.changedBy === 'aws' ? 'Drifted' : 'Changed';
    case 'hold':
      break;
  }
  if (step.why === 'unseen') return 'Unknown';
  if (step.intent === 'create' || (step.why === 'missing' && step.observed === undefined)) return 'Missing';
  if (step.why === 'not-ours' || step.intent === 'delete' || step.intent === 'none') return 'Held';
  if (!isWork(step)) return 'Held';
  return step.changedBy === 'aws' ? 'Drifted' : 'Changed';
}

/** Git wants nothing of it, but of what it hinders. */
function isNeededToStart(step: Step): boolean {
  return step.type === 'hold' && step.neededToStart === true;
}

/** Whether git and AWS are known to disagree about it; undefined where that is not known. */
export function isOutOfSync({ step, state }: ResourceView): boolean | undefined {
  switch (state) {
    case 'InSync':
      return false;
    case 'Changed':
    case 'Drifted':
      return true;
    case 'Missing':
      return !isNeededToStart(step);
    case 'Unknown':
      return undefined;
    case 'Held':
      if (step.type === 'hold' && step.why === 'not-ours') return true;
      return intentOf(step) === 'none' ? undefined : true;
  }
}

export interface DriftContext {
  /** ISO 8601: when this pass saw it. */
  readonly seenAt: string;
  /** The resource in the report before this one. */
  readonly previous: ResourceStatus | undefined;
  /** Git wants the same as in that report. */
  readonly sameRevision: boolean;
  /** The step that this pass began with, and when it ended; absent where it took none. */
  readonly healed?: { readonly step: Step; readonly at: string };
}

export function resourceStatus(view: ResourceView, context: DriftContext): ResourceStatus {
  const { step, state, failure } = view;
  const arn = 'observed' in step ? step.observed?.arn : undefined;
  return {
    id: displayId(step.id),
    ...(arn === undefined ? {} : { arn }),
    owner: step.owner,
    state,
    step: step.type,
    reason: failure?.message ?? step.reason,
    drift: driftOf(view, context),
  };
}

/** Stands among the fields for the resource itself: it is gone, although git wants it. */
const GONE: FieldChange = { path: 'exists', from: false, to: true, by: 'update' };

/** Whether somebody deleted what the report before shows: git did not, since it wants the same, and we delete nothing that it wants. */
function isGone({ previous, sameRevision }: DriftContext): boolean {
  if (previous === undefined || !sameRevision) return false;
  return (
    (previous.arn !== undefined && previous.owner === 'us' && previous.step !== 'replace') ||
    previous.drift.some(({ path, healedAt }) => path === GONE.path && healedAt === undefined)
  );
}

/** Healed drift stays listed this long, so that people who look now and then see what happened. */
const HEALED_SHOWN_MS = 15_000;

/**
 * The differences now, each since it was first seen. What could not be read keeps its last known ones: unseen is
 * not healed. Drift that a pass healed stays listed for a while, marked, unless the field differs again.
 */
function driftOf({ step, state }: ResourceView, context: DriftContext): Drift[] {
  const { seenAt, previous, healed } = context;
  if (state === 'Unknown') return previous?.drift ?? [];
  if (intentOf(step) === 'delete') return [];
  const since = (path: string): string =>
    previous?.drift.find((drift) => drift.path === path && drift.healedAt === undefined)?.since ?? seenAt;
  const drifts = (changes: Step['changes']): Drift[] =>
    changes.map(({ path, from, to }) => ({ path, desired: to, actual: from, since: since(path) }));
  const healedBy = (step: Step): Drift[] => {
    if (step.type === 'create') return gone;
    return step.changedBy === 'aws' ? drifts(listed(step)) : [];
  };
  const gone = isGone(context) ? drifts([GONE]) : [];
  if (state === 'Missing') return gone;
  const now = drifts(listed(step));
  const justHealed =
    healed === undefined ? [] : healedBy(healed.step).map((drift) => ({ ...drift, healedAt: healed.at }));
  const healedBefore = (previous?.drift ?? []).filter(
    ({ healedAt }) => healedAt !== undefined && Date.parse(seenAt) - Date.parse(healedAt) < HEALED_SHOWN_MS,
  );
  const byPath = new Map<string, Drift>();
  for (const drift of [...now, ...justHealed, ...healedBefore]) {
    if (!byPath.has(drift.path)) byPath.set(drift.path, drift);
  }
  return [...byPath.values()];
}
