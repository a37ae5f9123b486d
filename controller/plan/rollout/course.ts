import type { Approval, Course, StageCourse, TurnState } from '../../core/rollout/course.ts';
import type { MemberFacts } from '../../core/rollout/facts.ts';
import type { StagedDefinition } from '../../core/rollout/schedule.ts';
import { nextChange } from '../../core/rollout/windows.ts';
import { summaryOf } from './condition.ts';
import { entrantsOf } from './entrants.ts';
import type { Field } from './obstacles.ts';
import { hasEnded, stagesOf } from './stages.ts';
import type { StageStanding } from './stages.ts';
import { placingsOf } from './turns.ts';
import type { Placing } from './turns.ts';

/**
 * How a definition stands on its way through its Rollout (contract section 6): a function of what its Environments hold, of approvals and
 * of time. One without facts counts as unreadable.
 * @param facts by Environment's name
 * @param now epoch milliseconds by AWS's clock
 */
export function courseOf(
  definition: StagedDefinition,
  facts: ReadonlyMap<string, MemberFacts>,
  approvals: readonly Approval[],
  now: number,
): Course {
  const entrants = entrantsOf(definition, facts, now);
  const stages = stagesOf(definition, entrants, approvals);
  const field: Field = { definition, stages, hasEnded: hasEnded(stages, entrants), now };
  const placings = placingsOf(entrants, field);
  const nextAt = nextTime(placings, field);
  return {
    definition,
    mode: definition.mode,
    turns: new Map(placings.map(({ turn }) => [turn.environment, turn])),
    stages: stages.map((stage, index) => stageCourse(stage, index, placings)),
    ...summaryOf(placings, field),
    ...(nextAt === undefined ? {} : { nextAt }),
  };
}

function stageCourse(
  { name, entrants, isOpen, approval, slots }: StageStanding,
  index: number,
  placings: readonly Placing[],
): StageCourse {
  const states = placings.filter(({ turn }) => turn.stage === index).map(({ turn }) => turn.state);
  const count = (state: TurnState): number => states.filter((each) => each === state).length;
  const counts = {
    done: count('done'),
    soaking: count('soaking'),
    progressing: count('progressing'),
    begins: count('begins'),
    waiting: count('waiting'),
    failed: count('failed'),
  };
  return { name, size: entrants.length, counts, isOpen, approval, slots };
}

/** When a soak or a deadline ends next, or a window opens or closes for somebody who has not begun. */
function nextTime(placings: readonly Placing[], { definition, now }: Field): number | undefined {
  const times = placings.flatMap(({ turn }) => {
    if (turn.state === 'soaking') return [turn.until];
    return turn.state === 'progressing' ? [turn.deadline] : [];
  });
  const waitsFor = new Set(placings.flatMap(({ obstacle }) => obstacle?.of ?? []));
  const change = nextChange(definition.schedule?.windows ?? [], now);
  if (change !== undefined) {
    if ('opensAt' in change && waitsFor.has('window')) times.push(change.opensAt);
    if ('closesAt' in change && (waitsFor.has('slots') || waitsFor.has('earlierStages')))
      times.push(change.closesAt);
  }
  return times.length === 0 ? undefined : Math.min(...times);
}
