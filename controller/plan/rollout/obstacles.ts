import { someOf } from '../../core/some-of.ts';
import type { StagedDefinition } from '../../core/rollout/schedule.ts';
import { isOpen, localTime, nextChange } from '../../core/rollout/windows.ts';
import type { Entrant } from './entrants.ts';
import { firstCause, progressText } from './stages.ts';
import type { StageStanding } from './stages.ts';

/** What one that has not begun waits for, in the order in which it is asked; what it says is for people. */
export interface Obstacle {
  readonly of:
    | 'schedule'
    | 'leftAlone'
    | 'noStage'
    | 'paused'
    | 'failedStage'
    | 'earlierStages'
    | 'approval'
    | 'window'
    | 'slots';
  readonly says: string;
}

/** How all of a definition stands, of which each one's obstacles follow. */
export interface Field {
  readonly definition: StagedDefinition;
  readonly stages: readonly StageStanding[];
  /** What was there before has come through. */
  readonly hasEnded: boolean;
  readonly now: number;
}

/** The first obstacle of one that has not begun, but for slots; undefined where there is none. */
export function obstacleOf(entrant: Entrant, field: Field): Obstacle | undefined {
  const { definition, stages } = field;
  const { leftAlone } = entrant.facts;
  if (leftAlone !== undefined) return { of: 'leftAlone', says: `left alone by ${leftAlone}` };
  if (definition.schedule === undefined) return { of: 'schedule', says: unscheduledText(definition) };
  if (definition.mode === 'skip') return undefined;
  const own = entrant.member.stage === undefined ? undefined : stages[entrant.member.stage];
  if (own === undefined) {
    return {
      of: 'noStage',
      says: `no stage of Rollout ${definition.rollout} takes it; add a stage without environments`,
    };
  }
  if (definition.mode === 'paused') return { of: 'paused', says: pausedText(definition) };
  if (entrant.isRevert) return undefined;
  return (
    failureOf(field) ?? stagesBefore(own, entrant, field) ?? approvalOf(own, field) ?? windowOf(own, field)
  );
}

/** So many are under way in a stage as may be. */
export function slotsTaken({ called, slots }: StageStanding, underWay: readonly string[]): Obstacle {
  const which = slots === 1 ? 'its one slot' : `one of its ${slots} slots`;
  const are = underWay.length === 1 ? 'is' : 'are';
  return { of: 'slots', says: `${called} waits for ${which}: ${someOf(underWay)} ${are} under way` };
}

export function unscheduledText({ rollout, unscheduled }: StagedDefinition): string {
  return unscheduled ?? `Rollout ${rollout} does not exist; add it to git`;
}

export function pausedText({ rollout, modeSaidBy }: StagedDefinition): string {
  return `paused by stationkeeper.dev/rollout: paused on ${modeSaidBy ?? `Rollout/${rollout}`}`;
}

function failureOf({ stages }: Field): Obstacle | undefined {
  const failed = stages.find(({ isFailed }) => isFailed);
  return failed && { of: 'failedStage', says: `${failed.called} has failed: ${firstCause(failed)}` };
}

function stagesBefore(own: StageStanding, { isNew }: Entrant, field: Field): Obstacle | undefined {
  const { stages, hasEnded, now } = field;
  if (own.isOpen || (isNew && hasEnded)) return undefined;
  const before = stages.find(({ isSettled }) => !isSettled);
  if (before === undefined) return undefined;
  return {
    of: 'earlierStages',
    says: `${own.called} waits for ${before.name}: ${progressText(before, now)}`,
  };
}

function approvalOf({ called, name, approval }: StageStanding, { definition }: Field): Obstacle | undefined {
  if (approval !== 'needed') return undefined;
  const { rollout, digest, manifest } = definition;
  return {
    of: 'approval',
    says: `${called} waits for approval of digest ${digest}: stationkeeper approve ${rollout} ${name} ${digest}, or approved: { ${manifest.name}: ${digest} } in Rollout/${rollout}`,
  };
}

function windowOf({ called }: StageStanding, { definition, now }: Field): Obstacle | undefined {
  const windows = definition.schedule?.windows ?? [];
  if (isOpen(windows, now)) return undefined;
  const change = nextChange(windows, now);
  const opens =
    change !== undefined && 'opensAt' in change
      ? `which opens ${localTime(change.opensAt, change.timeZone)} ${change.timeZone}`
      : 'which does not open within two weeks';
  return { of: 'window', says: `${called} waits for its window, ${opens}` };
}
