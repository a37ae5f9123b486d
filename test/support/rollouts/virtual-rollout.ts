import type { Approval, Course } from '../../../controller/core/rollout/course.ts';
import type { MemberFacts } from '../../../controller/core/rollout/facts.ts';
import { isSameTarget } from '../../../controller/core/rollout/held.ts';
import type { StagedDefinition } from '../../../controller/core/rollout/schedule.ts';
import { courseOf } from '../../../controller/plan/rollout/course.ts';
import { MINUTE } from './members.ts';

export interface VirtualRollout {
  readonly definition: StagedDefinition;
  readonly facts: ReadonlyMap<string, MemberFacts>;
  /** Epoch milliseconds. */
  readonly now: number;
  /** How long the deployment of an Environment takes. */
  readonly minutesOf: (environment: string) => number;
}

/** One moment of a rollout: the course that was decided, and what it was decided of. */
export interface Moment {
  readonly now: number;
  readonly facts: ReadonlyMap<string, MemberFacts>;
  readonly course: Course;
  /** Those that the process has been told. */
  readonly approvals: readonly Approval[];
  /** Whose deployment has completed since the moment before. */
  readonly completed: readonly string[];
}

const MOST_MOMENTS = 1000;

/**
 * A rollout in virtual time, until it ends or nothing goes on: what may begin is begun, deployments complete, and somebody gives each
 * approval ten minutes after it is all that is waited for.
 */
export function momentsOf({ definition, facts, now, minutesOf }: VirtualRollout): readonly Moment[] {
  const moments: Moment[] = [];
  let approvals: readonly Approval[] = [];
  let here = facts;
  let time = now;
  let completed: readonly string[] = [];
  while (moments.length < MOST_MOMENTS) {
    const course = courseOf(definition, here, approvals, time);
    moments.push({ now: time, facts: here, course, approvals, completed });
    here = begun(here, course, time);
    const times = [...here].flatMap(([name, each]) => completionOf(each, minutesOf(name)) ?? []);
    if (course.nextAt !== undefined) times.push(course.nextAt);
    const isBeginning = [...course.turns.values()].some(({ state }) => state === 'begins');
    if (times.length === 0 && course.condition === 'approval') {
      const stage = course.stages.find(({ isOpen, approval }) => isOpen && approval === 'needed')!;
      approvals = [
        ...approvals,
        { rollout: definition.rollout, stage: stage.name, digest: definition.digest },
      ];
      time += 10 * MINUTE;
      completed = [];
      continue;
    }
    if (times.length === 0 && !isBeginning) break;
    time = Math.min(...times);
    const ended = [...here].filter(([name, each]) => completionOf(each, minutesOf(name)) === time);
    completed = ended.map(([name]) => name);
    here = new Map([...here, ...ended.map(([name, each]) => [name, completedAt(each, time)] as const)]);
  }
  return moments;
}

/** What the controller does by a course: it writes the tag, and where git has a step, deploys. */
function begun(
  facts: ReadonlyMap<string, MemberFacts>,
  { definition, turns }: Course,
  now: number,
): ReadonlyMap<string, MemberFacts> {
  const changed = definition.members.flatMap(({ environment, target }) => {
    const turn = turns.get(environment);
    const each = facts.get(environment);
    const isHeld = each?.held !== undefined && isSameTarget(each.held, target);
    if (each === undefined || isHeld || turn === undefined) return [];
    if (turn.state !== 'begins' && !turn.hasBegun) return [];
    const held = { ...target, since: now };
    if (turn.hasBegun) return [[environment, { ...each, held, deployments: [] }] as const];
    const { stepOfGit: _done, degraded: _mended, ...others } = each;
    const deploying: MemberFacts = {
      ...others,
      isThere: true,
      isMissing: false,
      held,
      lastDeployment: 'inProgress',
      deployments: [{ createdAt: now, state: 'inProgress' }],
    };
    return [[environment, deploying] as const];
  });
  return new Map([...facts, ...changed]);
}

function completionOf({ deployments }: MemberFacts, minutes: number): number | undefined {
  const newest = deployments.at(-1);
  return newest?.state === 'inProgress' ? newest.createdAt + minutes * MINUTE : undefined;
}

function completedAt(facts: MemberFacts, now: number): MemberFacts {
  const earlier = facts.deployments.slice(0, -1);
  const newest = { ...facts.deployments.at(-1)!, finishedAt: now, state: 'succeeded' as const };
  return { ...facts, lastDeployment: 'completed', deployments: [...earlier, newest] };
}
