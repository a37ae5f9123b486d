import type { Approval, StageCourse } from '../../core/rollout/course.ts';
import type { Amount, Stage, StagedDefinition } from '../../core/rollout/schedule.ts';
import type { Entrant } from './entrants.ts';
import { timeText } from './words.ts';

/** One stage as the facts of its Environments have it. */
export interface StageStanding extends Pick<StageCourse, 'name' | 'isOpen' | 'approval' | 'slots'> {
  /** `stage 2 of 3 (eu)`. */
  readonly called: string;
  readonly maxFailures: number;
  readonly entrants: readonly Entrant[];
  readonly failed: readonly Entrant[];
  /** Everybody in it is done and soaked, but for so many failed ones as may be. */
  readonly isSettled: boolean;
  /** More failed than may: nothing begins any more. */
  readonly isFailed: boolean;
}

/** The stages of a definition in order; none where there is no schedule. */
export function stagesOf(
  definition: StagedDefinition,
  entrants: readonly Entrant[],
  approvals: readonly Approval[],
): readonly StageStanding[] {
  const stages = definition.schedule?.stages ?? [];
  let isOpen = true;
  return stages.map((stage, index) => {
    const own = entrants.filter(({ member }) => member.stage === index);
    const failed = own.filter(({ standing }) => standing.is === 'failed');
    const isWithin = failed.length <= stage.maxFailures;
    const isSettled = isWithin && own.every(({ standing: { is } }) => is === 'done' || is === 'failed');
    const standing = {
      name: stage.name,
      called: `stage ${index + 1} of ${stages.length} (${stage.name})`,
      maxFailures: stage.maxFailures,
      entrants: own,
      failed,
      isOpen,
      isSettled,
      // One whose turn has not come is not given up for what cannot be read there.
      isFailed: !isWithin && (isOpen || own.some(({ hasBegun }) => hasBegun)),
      approval: approvalOf(stage, definition, own, approvals),
      slots: slotsOf(stage.maxConcurrent, own.length),
    };
    isOpen &&= isSettled;
    return standing;
  });
}

/**
 * Whether all that was there before has come through, so that what is new need not wait for stages. A fleet of which nothing is there yet in
 * some stage has not come so far: what is done of it is only what went first.
 */
export function hasEnded(stages: readonly StageStanding[], entrants: readonly Entrant[]): boolean {
  const others = entrants.filter(({ isNew }) => !isNew);
  const hasReached = stages.every(
    (stage) => stage.entrants.length === 0 || stage.entrants.some(({ isNew }) => !isNew),
  );
  return (
    others.length > 0 &&
    hasReached &&
    others.every(({ member: { stage }, standing: { is } }) => {
      if (is !== 'failed') return is === 'done';
      const own = stage === undefined ? undefined : stages[stage];
      return own !== undefined && own.failed.length <= own.maxFailures;
    })
  );
}

/** `3 of 4 done, 1 under way, soaks until 14:05 UTC`. */
export function progressText({ entrants, isOpen, approval }: StageStanding, now: number): string {
  const standings = entrants.map(({ standing }) => standing);
  const count = (...which: readonly string[]): number =>
    standings.filter(({ is }) => which.includes(is)).length;
  const [underWay, failed, pending] = [count('progressing'), count('failed'), count('pending')];
  const soaking = standings.flatMap((standing) => (standing.is === 'soaking' ? [standing.until] : []));
  return [
    `${count('done', 'soaking')} of ${entrants.length} done`,
    ...(underWay > 0 ? [`${underWay} under way`] : []),
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(pending > 0 ? [`${pending} not looked at yet`] : []),
    ...(soaking.length > 0 ? [`soaks until ${timeText(Math.max(...soaking), now)}`] : []),
    ...(isOpen && approval === 'needed' ? ['waits for approval'] : []),
  ].join(', ');
}

/** The first cause of what failed in a stage: `dev-a: degraded: service/xray: …`, with what to do. */
export function firstCause({ failed: [first] }: StageStanding): string {
  if (first?.standing.is !== 'failed') return '';
  const { facts, standing } = first;
  return `${facts.environment}: ${standing.why}; ${remedy(first)}`;
}

export function remedy({ facts }: Entrant): string {
  return facts.unread === undefined ? 'fix it in git, or revert' : 'make it readable, or remove it from git';
}

function approvalOf(
  { name, needsApproval }: Stage,
  { manifest, digest, rollout, schedule }: StagedDefinition,
  entrants: readonly Entrant[],
  approvals: readonly Approval[],
): StageCourse['approval'] {
  if (!needsApproval) return 'notNeeded';
  const approved = schedule?.approved ?? {};
  const isGiven =
    (Object.hasOwn(approved, manifest.name) && approved[manifest.name] === digest) ||
    approvals.some((each) => each.rollout === rollout && each.stage === name && each.digest === digest) ||
    // What has begun in it was let begin: an approval outlives the process that was told it.
    entrants.some(({ facts: { held } }) => held?.definition === digest && held.isUntouched !== true);
  return isGiven ? 'given' : 'needed';
}

function slotsOf(amount: Amount | undefined, size: number): number {
  if (amount === undefined) return size;
  return 'count' in amount ? amount.count : Math.max(1, Math.floor((size * amount.percent) / 100));
}
