import type { Held, MemberFacts } from '../../core/rollout/facts.ts';
import { isSameTarget } from '../../core/rollout/held.ts';
import type { Target } from '../../core/rollout/schedule.ts';
import { soakStart, hasSoakedBefore } from './soak.ts';
import { durationText } from '../../core/duration.ts';

/** How far one Environment is with a target, by its own facts; times in epoch milliseconds by AWS's clock. */
export type Standing =
  | { readonly is: 'notBegun' }
  /** Not looked at yet: it may be under way. */
  | { readonly is: 'pending' }
  /** Begun and not done; fails at `deadline`. */
  | { readonly is: 'progressing'; readonly deadline: number }
  /** Done, and watched until then. */
  | { readonly is: 'soaking'; readonly until: number }
  | { readonly is: 'done'; readonly since: number }
  | { readonly is: 'failed'; readonly why: string };

/** What a stage and its Rollout ask of one Environment. */
export interface Terms {
  readonly soakMs: number;
  readonly progressDeadlineMs: number;
}

/** Of an Environment that is not looked at yet. */
export function pendingFacts(environment: string): MemberFacts {
  return {
    environment,
    isPending: true,
    isThere: false,
    isMissing: false,
    deployments: [],
  };
}

/** What it holds of the target; what git's change does not touch is treated as holding it from now on, which the caller writes down. */
export function begunOf(facts: MemberFacts, target: Target, now: number): Held | undefined {
  if (facts.held !== undefined && isSameTarget(facts.held, target)) return facts.held;
  return isUntouched(facts) ? { ...target, since: now } : undefined;
}

/** Nothing of the definition is there, and nothing says that any of it has begun. */
export function isNew({ isPending, unread, isThere, held }: MemberFacts): boolean {
  return isPending !== true && unread === undefined && !isThere && held === undefined;
}

export function standingOf(facts: MemberFacts, target: Target, terms: Terms, now: number): Standing {
  if (facts.isPending === true) return { is: 'pending' };
  if (facts.unread !== undefined) return { is: 'failed', why: `unreadable: ${facts.unread}` };
  const held = begunOf(facts, target, now);
  if (held === undefined) return { is: 'notBegun' };
  // Deployments before what git's change does not touch was written down are none that it caused.
  const deployments = held === facts.held ? facts.deployments : [];
  // How it is before anything of the target is deployed is no fault of that, as where it begins because a former one failed.
  const isUntried = facts.stepOfGit !== undefined && deployments.length === 0;
  if (facts.degraded !== undefined && !isUntried) {
    return { is: 'failed', why: `degraded: ${facts.degraded}` };
  }
  if ((facts.lastDeployment === 'failed' && !isUntried) || deployments.at(-1)?.state === 'failed') {
    return { is: 'failed', why: 'ECS rolled its deployment back' };
  }
  const { soakMs, progressDeadlineMs } = terms;
  const hasSoaked = hasSoakedBefore({ held, deployments, soakMs, now });
  if (isInPlace(facts) && (hasSoaked || hasCompleted(facts))) {
    const since = soakStart(held, deployments);
    return hasSoaked || since + soakMs <= now
      ? { is: 'done', since }
      : { is: 'soaking', until: since + soakMs };
  }
  const deadline = runsFrom(held, facts, progressDeadlineMs) + progressDeadlineMs;
  if (now < deadline) return { is: 'progressing', deadline };
  return { is: 'failed', why: `not done after ${durationText(progressDeadlineMs)}: ${whatIsLeft(facts)}` };
}

/**
 * How far it is with the target that it holds, whichever that is: what git has changed since is none of that. Undefined where it holds
 * none.
 */
export function standingWithHeld(facts: MemberFacts, terms: Terms, now: number): Standing | undefined {
  if (facts.held === undefined) return undefined;
  const { stepOfGit: _ofNewTarget, ...others } = facts;
  return standingOf(others, facts.held, terms, now);
}

function isUntouched({ unread, isThere, stepOfGit }: MemberFacts): boolean {
  return unread === undefined && isThere && stepOfGit === undefined;
}

function isInPlace({ stepOfGit, isMissing }: MemberFacts): boolean {
  return stepOfGit === undefined && !isMissing;
}

/** ECS tells it in two answers, of which either may be older. */
function hasCompleted({ lastDeployment = 'completed', deployments }: MemberFacts): boolean {
  return lastDeployment === 'completed' && deployments.at(-1)?.state !== 'inProgress';
}

/**
 * What the deadline runs from. A deployment that began after another had succeeded, or after the deadline, is none that git caused: it
 * has a deadline of its own.
 */
function runsFrom(
  held: Held,
  { stepOfGit, isMissing, deployments }: MemberFacts,
  deadlineMs: number,
): number {
  const newest = deployments.at(-1);
  if (stepOfGit !== undefined || isMissing || newest?.state !== 'inProgress') return held.since;
  const isLater =
    newest.createdAt >= held.since + deadlineMs || deployments.some(({ state }) => state === 'succeeded');
  return isLater ? Math.max(held.since, newest.createdAt) : held.since;
}

/** What keeps one that has begun from being done, for people. */
export function whatIsLeft({ stepOfGit, isMissing }: MemberFacts): string {
  if (stepOfGit !== undefined) return stepOfGit;
  return isMissing ? 'its service is not there' : 'its deployment has not completed';
}
