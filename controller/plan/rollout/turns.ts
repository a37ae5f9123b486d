import { compareText } from '../../core/order.ts';
import type { Turn } from '../../core/rollout/course.ts';
import type { Entrant } from './entrants.ts';
import { obstacleOf, slotsTaken } from './obstacles.ts';
import type { Field, Obstacle } from './obstacles.ts';
import { whatIsLeft } from './standing.ts';
import { remedy } from './stages.ts';
import { timeText } from './words.ts';

/** One Environment's turn, and what it waits for where it does. */
export interface Placing {
  readonly entrant: Entrant;
  readonly turn: Turn;
  readonly obstacle: Obstacle | undefined;
}

/** The turns of all, by Environment's name. */
export function placingsOf(entrants: readonly Entrant[], field: Field): readonly Placing[] {
  const obstacles = obstaclesOf(entrants, field);
  return entrants.map((entrant) => {
    const obstacle = obstacles.get(entrant);
    return { entrant, obstacle, turn: turnOf(entrant, obstacle, field) };
  });
}

/** What each one that has not begun waits for; undefined where it may begin. */
function obstaclesOf(entrants: readonly Entrant[], field: Field): ReadonlyMap<Entrant, Obstacle | undefined> {
  const obstacles = new Map<Entrant, Obstacle | undefined>();
  const waiting = entrants.filter(({ standing }) => standing.is === 'notBegun');
  for (const entrant of waiting) obstacles.set(entrant, obstacleOf(entrant, field));
  if (field.definition.mode === 'skip') return obstacles;
  for (const stage of field.stages) {
    const candidates = stage.entrants
      .filter((entrant) => obstacles.has(entrant) && obstacles.get(entrant) === undefined)
      .toSorted(inTurn);
    // What has not been looked at may be under way as well.
    const underWay = stage.entrants.filter(
      ({ standing: { is } }) => is === 'progressing' || is === 'pending',
    );
    const free = Math.max(0, stage.slots - underWay.length);
    const taken = [...underWay, ...candidates.slice(0, free)].map(({ member }) => member.environment);
    for (const entrant of candidates.slice(free)) {
      obstacles.set(entrant, slotsTaken(stage, taken.toSorted(compareText)));
    }
  }
  return obstacles;
}

function inTurn(a: Entrant, b: Entrant): number {
  return a.rank - b.rank || compareText(a.member.environment, b.member.environment);
}

function turnOf(entrant: Entrant, obstacle: Obstacle | undefined, field: Field): Turn {
  const { member, hasBegun, standing } = entrant;
  const { now } = field;
  const { held } = entrant.facts;
  const own = {
    environment: member.environment,
    stage: member.stage,
    hasBegun,
    ...(held === undefined ? {} : { held }),
  };
  switch (standing.is) {
    case 'done':
      return { ...own, state: 'done', says: `done since ${timeText(standing.since, now)}` };
    case 'soaking': {
      const { until } = standing;
      return { ...own, state: 'soaking', until, says: `done, soaks until ${timeText(until, now)}` };
    }
    case 'progressing': {
      const { deadline } = standing;
      const says = `under way, fails at ${timeText(deadline, now)} unless done by then: ${whatIsLeft(entrant.facts)}`;
      return { ...own, state: 'progressing', deadline, says };
    }
    case 'failed':
      return {
        ...own,
        state: 'failed',
        why: standing.why,
        says: `failed: ${standing.why}; ${remedy(entrant)}`,
      };
    case 'pending':
      return { ...own, state: 'waiting', says: 'it has not been looked at yet' };
    case 'notBegun':
      return obstacle === undefined
        ? { ...own, state: 'begins', says: beginsText(entrant, field) }
        : { ...own, state: 'waiting', says: obstacle.says };
  }
}

function beginsText({ member, isRevert }: Entrant, { definition, stages }: Field): string {
  if (definition.mode === 'skip') {
    const by = definition.modeSaidBy ?? `Rollout/${definition.rollout}`;
    return `begins now: stationkeeper.dev/rollout: skip on ${by} waives stages, windows and approvals`;
  }
  const { called = '' } = stages[member.stage ?? 0] ?? {};
  return isRevert
    ? `${called} goes back to digest ${definition.digest}: begins now`
    : `${called}: begins now`;
}
