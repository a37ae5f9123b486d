import type { WorldCall } from '../../world/world.ts';
import { DEADLINE_MS, digestOf, membersIn, membersOf, runningIn, slotsIn, stageOf } from './git.ts';
import type { StagedGit, StagedPlace } from './git.ts';
import { failedSince, hasFailed, isSoaking, isUnderWay } from './seen.ts';
import type { Seen } from './seen.ts';

/** One call that changed something of the daemon in one place, and what AWS held of all of it before and after. */
export interface ChangeSeen {
  readonly call: WorldCall;
  /** As the controller that calls has read it. */
  readonly git: StagedGit;
  readonly place: StagedPlace;
  readonly before: Seen;
  readonly after: Seen;
  /** By the name of the place: after the call. */
  readonly all: ReadonlyMap<string, Seen>;
  /** Epoch milliseconds by AWS's clock. */
  readonly now: number;
  /** When the pass that calls began: what has been so since then it can have seen. */
  readonly passBeganAt: number;
  /** What by its digest the daemon is, for all that git has held. */
  readonly byDigest: ReadonlyMap<string, StagedGit>;
  /** It may not have been readable in this pass. */
  readonly isDark: (place: StagedPlace) => boolean;
  /** Somebody approved it through the API of the process that calls. */
  readonly isApproved: (stage: string, digest: string) => boolean;
}

export type StagedInvariant = (seen: ChangeSeen) => string | undefined;

/**
 * The digest that the call lets the place begin, in its turn; undefined of any other. A service that is gone, or was never finished, is
 * made as git wants it now, whoever's turn it is.
 */
function beginningOf({ before, after, git, place }: ChangeSeen): string | undefined {
  const { held } = after;
  if (held === undefined || after.isUntouched) return undefined;
  if (before.isThere && before.service === undefined) return undefined;
  if (before.held?.definition === held.definition && before.held.expansion === held.expansion)
    return undefined;
  return membersOf(git).includes(place) ? held.definition : undefined;
}

/** Git wants in a place what some had before it: that is nobody's first. */
function isRevert({ before, all, git }: ChangeSeen, definition: string): boolean {
  const since = before.held?.since;
  if (since === undefined || before.held?.definition === definition) return false;
  const holders = membersOf(git).map(({ name }) => all.get(name)?.held);
  return holders.some((held) => held?.definition === definition && held.since < since);
}

/** Whoever begins does so with what git wants of it, which its tag names. */
function beginsWhatGitWants(seen: ChangeSeen): string | undefined {
  const definition = beginningOf(seen);
  if (definition === undefined || definition === digestOf(seen.git)) return undefined;
  return `${seen.place.name} begins ${definition}, and git wants ${digestOf(seen.git)}`;
}

/** Nobody begins where there is no schedule to go by, whatever else the Rollout says. */
function goesByASchedule(seen: ChangeSeen): string | undefined {
  if (beginningOf(seen) === undefined || stageOf(seen.git, seen.place) !== undefined) return undefined;
  return `${seen.place.name} begins, and the Rollout is wrong`;
}

/** Never have more of a stage begun and are neither done nor failed than may be under way at once, unless it is skipped. */
function keepsToSlots(seen: ChangeSeen): string | undefined {
  const { git, place, all, now, isDark } = seen;
  const definition = beginningOf(seen);
  const stage = stageOf(git, place);
  if (definition === undefined || stage === undefined || git.mode === 'skip') return undefined;
  const underWay = membersIn(git, stage).filter((other) => {
    const there = all.get(other.name)!;
    const wanted = runningIn(git, other);
    return other !== place && !isDark(other) && isUnderWay(there, definition, wanted, now, DEADLINE_MS);
  });
  const slots = slotsIn(git, stage);
  return underWay.length + 1 <= slots
    ? undefined
    : `${place.name} begins beside ${namesOf(underWay)} in stage ${stage + 1}, which has ${slots} slots`;
}

/** Nobody begins before all stages before its own are done and soaked, but for those that may fail; whoever goes back need not wait. */
function keepsToStages(seen: ChangeSeen): string | undefined {
  const { git, place, all, now, isDark, before } = seen;
  const definition = beginningOf(seen);
  if (definition === undefined || git.mode === 'skip' || isRevert(seen, definition)) return undefined;
  const isNew = !before.isThere;
  for (let stage = 0; stage < (stageOf(git, place) ?? 0); stage += 1) {
    const { soakMinutes, maxFailures, name } = git.stages[stage]!;
    const unsettled = membersIn(git, stage).filter((other) => {
      const there = all.get(other.name)!;
      const wanted = runningIn(git, other);
      if (there.service === undefined) return !isNew && !there.isThere;
      if (hasFailed(there)) return false;
      const isBehind = there.held?.definition !== definition && there.running?.version !== wanted.version;
      return (
        isBehind ||
        isUnderWay(there, definition, wanted, now, DEADLINE_MS) ||
        isSoaking(there, definition, soakMinutes * 60_000, now)
      );
    });
    const surely = unsettled.filter((other) => !isDark(other));
    if (surely.length > 0 || unsettled.length > maxFailures)
      return `${place.name} begins before ${namesOf(unsettled)} of ${name} are done`;
  }
  return undefined;
}

/** Nobody begins once more of a stage have failed than may; whoever goes back does. */
function stopsWhereItFailed(seen: ChangeSeen): string | undefined {
  const { git, place, all, passBeganAt, isDark } = seen;
  const definition = beginningOf(seen);
  if (definition === undefined || git.mode === 'skip' || isRevert(seen, definition)) return undefined;
  for (const [index, { name, maxFailures }] of git.stages.entries()) {
    const failed = membersIn(git, index).filter((other) => {
      const there = all.get(other.name)!;
      const { held } = there;
      const since = failedSince(there);
      if (since === undefined || other === place || isDark(other)) return false;
      // It began in an earlier pass, and so the failure is this definition's.
      const hasBegun = held?.definition === definition && held.since < passBeganAt;
      return hasBegun && there.lastDeployment!.createdAt.getTime() >= held.since && since < passBeganAt;
    });
    if (failed.length > maxFailures)
      return `${place.name} begins although ${namesOf(failed)} of ${name} failed`;
  }
  return undefined;
}

/** A stage that needs approval has that of git, of this process, or of what has begun in it. */
function waitsForApproval(seen: ChangeSeen): string | undefined {
  const { git, place, all, isApproved } = seen;
  const definition = beginningOf(seen);
  if (definition === undefined || git.mode === 'skip' || isRevert(seen, definition)) return undefined;
  const index = stageOf(git, place);
  if (index === undefined) return undefined;
  const { name, needsApproval } = git.stages[index]!;
  if (!needsApproval || git.approved === definition || isApproved(name, definition)) return undefined;
  const hasBegun = membersIn(git, index).some((other) => {
    const there = all.get(other.name)!;
    return other !== place && there.held?.definition === definition && !there.isUntouched;
  });
  return hasBegun ? undefined : `${place.name} begins in ${name}, which nobody approved`;
}

/** Nothing begins while the Rollout is paused. */
function pausesWhereAsked(seen: ChangeSeen): string | undefined {
  if (beginningOf(seen) === undefined || seen.git.mode !== 'paused') return undefined;
  return `${seen.place.name} begins while the Rollout is paused`;
}

/** What runs in a place changes to what its tag names alone: the tag is written first, and what waits is left, or goes back, to what it was. */
function changesWhatHasBegun(seen: ChangeSeen): string | undefined {
  const { before, after, place, byDigest, call } = seen;
  if (after.running === undefined || before.service === undefined) return undefined;
  const begun = byDigest.get(after.held?.definition ?? '');
  const wanted = begun && runningIn(begun, place);
  const hasVersion = after.running.version === before.running?.version;
  if (!hasVersion && after.running.version !== wanted?.version)
    return `${call.name} brings ${after.running.version} to ${place.name}, whose tag names ${wanted?.version}`;
  const hasCount = after.running.desiredCount === before.running?.desiredCount;
  if (!hasCount && after.running.desiredCount !== wanted?.desiredCount)
    return `${call.name} asks ${place.name} for ${after.running.desiredCount} tasks, whose tag names ${wanted?.desiredCount}`;
  return undefined;
}

/** What git's change does not touch is written down quietly, and nothing else is. */
function tellsQuietlyWhatIsUntouched(seen: ChangeSeen): string | undefined {
  const { before, after, git, place } = seen;
  if (!after.isUntouched || after.running === undefined) return undefined;
  if (before.held?.definition === after.held?.definition) return undefined;
  const { version } = runningIn(git, place);
  return after.running.version === version
    ? undefined
    : `${place.name} is told to be untouched, and runs ${after.running.version} where git wants ${version}`;
}

/** Of every change that a controller makes. */
export const STAGED_INVARIANTS = {
  beginsWhatGitWants,
  goesByASchedule,
  keepsToSlots,
  keepsToStages,
  stopsWhereItFailed,
  waitsForApproval,
  pausesWhereAsked,
  changesWhatHasBegun,
  tellsQuietlyWhatIsUntouched,
} as const satisfies Readonly<Record<string, StagedInvariant>>;

/** Of a change, of a pass, and at rest. */
export type StagedInvariantName =
  | keyof typeof STAGED_INVARIANTS
  | 'everyPassEnds'
  | 'forgetsNobody'
  | 'healsWhatWaits'
  | 'restartsChangeNoDecision'
  | 'everyRolloutEnds';

function namesOf(places: readonly StagedPlace[]): string {
  return places.map(({ name }) => name).join(', ');
}
