import { compareText } from '../../core/order.ts';
import type { MemberFacts } from '../../core/rollout/facts.ts';
import type { Member, StagedDefinition } from '../../core/rollout/schedule.ts';
import { begunOf, isNew, standingOf, standingWithHeld, pendingFacts } from './standing.ts';
import type { Standing, Terms } from './standing.ts';

/** One Environment as it takes part in a rollout, with all that is decided of it without the others' turns. */
export interface Entrant {
  readonly member: Member;
  readonly facts: MemberFacts;
  readonly standing: Standing;
  readonly hasBegun: boolean;
  /** Nothing of the definition is there yet. */
  readonly isNew: boolean;
  /** For it the definition is one that it had before, or that others had. */
  readonly isRevert: boolean;
  /** Of those whose turn has come the least goes first, and of equal ones the first by name. */
  readonly rank: number;
}

/** The deadline where there is no Rollout to say one: what one has that says none (contract section 6). */
const PROGRESS_DEADLINE_MS = 30 * 60_000;

/** All of a definition, by Environment's name. */
export function entrantsOf(
  definition: StagedDefinition,
  facts: ReadonlyMap<string, MemberFacts>,
  now: number,
): readonly Entrant[] {
  const holders = definition.members.flatMap(({ environment }) => facts.get(environment)?.held ?? []);
  const heldSince = Math.min(
    ...holders.filter((held) => held.definition === definition.digest).map(({ since }) => since),
  );
  return definition.members
    .toSorted((a, b) => compareText(a.environment, b.environment))
    .map((member) => {
      const found = facts.get(member.environment) ?? pendingFacts(member.environment);
      const terms = termsOf(definition, member);
      const hasBegun = begunOf(found, member.target, now) !== undefined;
      const isRevert = !hasBegun && isEarlier(definition, heldSince, found);
      return {
        member,
        facts: found,
        standing: standingOf(found, member.target, terms, now),
        hasBegun,
        isNew: !hasBegun && isNew(found),
        isRevert,
        rank: rankOf(isRevert, standingWithHeld(found, terms, now)),
      };
    });
}

/** Whether a definition that is held since then was there before the other one that the Environment holds. */
function isEarlier({ digest }: StagedDefinition, heldSince: number, { held }: MemberFacts): boolean {
  return held !== undefined && held.definition !== digest && heldSince < held.since;
}

function termsOf({ schedule }: StagedDefinition, { stage }: Member): Terms {
  return {
    soakMs: (stage === undefined ? undefined : schedule?.stages[stage]?.soakMs) ?? 0,
    progressDeadlineMs: schedule?.progressDeadlineMs ?? PROGRESS_DEADLINE_MS,
  };
}

/** By how it is with what it holds: who failed goes first, then who is not done with that, who is, and who holds nothing. */
const RANKS = { failed: 0, progressing: 1, soaking: 2, done: 2, notBegun: 3, pending: 3 } as const;

/** Reverts go before all others. */
function rankOf(isRevert: boolean, before: Standing | undefined): number {
  return (isRevert ? 0 : Object.keys(RANKS).length) + RANKS[before?.is ?? 'notBegun'];
}
