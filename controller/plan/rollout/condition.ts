import type { Course, TurnState } from '../../core/rollout/course.ts';
import { pausedText, unscheduledText } from './obstacles.ts';
import type { Field, Obstacle } from './obstacles.ts';
import { firstCause, progressText } from './stages.ts';
import type { StageStanding } from './stages.ts';
import type { Placing } from './turns.ts';
import { environmentsText } from './words.ts';

type Summary = Pick<Course, 'condition' | 'says'>;

/** How a definition stands as a whole, in one word and one sentence. */
export function summaryOf(placings: readonly Placing[], field: Field): Summary {
  const { definition, stages } = field;
  const isAny = (...states: readonly TurnState[]): boolean =>
    placings.some(({ turn }) => states.includes(turn.state));
  const isMoving = isAny('progressing', 'soaking', 'begins');
  const failed = stages.find(({ isFailed }) => isFailed);

  if (isComplete(placings, field)) return { condition: 'done', says: doneText(placings) };
  if (definition.schedule === undefined) {
    return { condition: isMoving ? 'progressing' : 'failed', says: unscheduledText(definition) };
  }
  if (failed !== undefined && !isGoingBack(placings) && !(definition.mode === 'skip' && isMoving)) {
    return { condition: 'failed', says: failedText(failed) };
  }
  if (definition.mode === 'paused' && isAny('waiting')) {
    return { condition: 'paused', says: `${pausedText(definition)}: ${overall(placings)}` };
  }
  if (isMoving) return { condition: 'progressing', says: movingText(placings, field) };
  return stuckOn(placings) ?? { condition: 'progressing', says: movingText(placings, field) };
}

function isComplete(placings: readonly Placing[], { stages }: Field): boolean {
  return (
    stages.every(({ isSettled }) => isSettled) &&
    placings.every(
      ({ turn }) => turn.state === 'done' || (turn.state === 'failed' && turn.stage !== undefined),
    )
  );
}

/** Whether somebody takes back what failed, or is about to. */
function isGoingBack(placings: readonly Placing[]): boolean {
  return placings.some(
    ({ entrant, turn, obstacle }) =>
      entrant.isRevert && (turn.state === 'begins' || obstacle?.of === 'slots'),
  );
}

/** What keeps everything, where nothing goes on: an approval before a window, and what only people can mend after both. */
function stuckOn(placings: readonly Placing[]): Summary | undefined {
  const first = (which: Obstacle['of']): string | undefined =>
    placings.find(({ obstacle }) => obstacle?.of === which)?.obstacle?.says;
  const approval = first('approval');
  if (approval !== undefined) return { condition: 'approval', says: approval };
  const window = first('window');
  if (window !== undefined) return { condition: 'window', says: window };
  const stray = placings.find(
    ({ obstacle, turn }) =>
      obstacle?.of === 'noStage' || (turn.state === 'failed' && turn.stage === undefined),
  );
  return stray && { condition: 'failed', says: `${stray.turn.environment}: ${stray.turn.says}` };
}

function failedText(stage: StageStanding): string {
  const { called, failed, entrants, maxFailures } = stage;
  return `${called} failed: ${failed.length} of ${environmentsText(entrants.length)} failed, at most ${maxFailures} may: ${firstCause(stage)}`;
}

function doneText(placings: readonly Placing[]): string {
  const failed = placings.filter(({ turn }) => turn.state === 'failed');
  const [first] = failed;
  if (first === undefined) return `done in all ${environmentsText(placings.length)}`;
  return `${overall(placings)}; ${failed.length} failed, which its stages allow: ${first.turn.environment}: ${first.turn.says}`;
}

function movingText(placings: readonly Placing[], { stages, hasEnded, now }: Field): string {
  const at = stages.find(({ isSettled }) => !isSettled);
  const beginning = placings.filter(({ turn }) => turn.state === 'begins').length;
  const begin = beginning === 0 ? '' : `, ${beginning} ${beginning === 1 ? 'begins' : 'begin'} now`;
  if (at === undefined || hasEnded) return `${overall(placings)}${begin}`;
  return `${at.called}: ${progressText(at, now)}${begin}`;
}

/** `3 of 40 Environments done`. */
function overall(placings: readonly Placing[]): string {
  const done = placings.filter(({ turn }) => turn.state === 'done' || turn.state === 'soaking');
  return `${done.length} of ${environmentsText(placings.length)} done`;
}
