import type { Approval, Course, TurnState } from '../../../controller/core/rollout/course.ts';
import type { DeploymentFact, MemberFacts } from '../../../controller/core/rollout/facts.ts';
import type {
  Member,
  Schedule,
  Stage,
  StagedDefinition,
  Target,
} from '../../../controller/core/rollout/schedule.ts';
import { courseOf } from '../../../controller/plan/rollout/course.ts';

export const MINUTE = 60_000;
/** Noon; facts say their times as minutes from it. */
export const NOON = Date.parse('2026-11-27T12:00:00Z');

export const OLD = '00000000000000aa';
export const NEW = '00000000000000bb';

/** What a definition by its digest comes to in every Environment. */
export function target(definition: string = NEW): Target {
  return { definition, expansion: 'e000000000000000' };
}

/** Minutes from noon. */
export function at(minutes: number): number {
  return NOON + minutes * MINUTE;
}

export function stage(name: string, overrides: Partial<Stage> = {}): Stage {
  return { name, maxFailures: 0, soakMs: 0, needsApproval: false, ...overrides };
}

function schedule(stages: readonly Stage[], overrides: Partial<Schedule> = {}): Schedule {
  return { name: 'fleet', stages, approved: {}, progressDeadlineMs: 30 * MINUTE, windows: [], ...overrides };
}

/** Facts of an Environment that is done with an old definition since long ago, and in which the new one changes something. */
export function old(overrides: Partial<MemberFacts> = {}): Partial<MemberFacts> {
  return { ...holding(OLD, -1000), stepOfGit: 'update service/xray: taskDefinition', ...overrides };
}

/** Facts of one that has begun a definition so many minutes from noon, and is done with it. */
export function holding(definition: string, since: number, overrides: Partial<MemberFacts> = {}) {
  return {
    isThere: true,
    held: { ...target(definition), since: at(since) },
    lastDeployment: 'completed',
    ...overrides,
  } satisfies Partial<MemberFacts>;
}

/** Facts of one that has begun the new one and is not done. */
export function underWay(since: number, overrides: Partial<MemberFacts> = {}): Partial<MemberFacts> {
  return holding(NEW, since, {
    lastDeployment: 'inProgress',
    deployments: [deployment(since, 'inProgress')],
    ...overrides,
  });
}

/** Facts of one in which nothing of the definition is. */
export const NOTHING: Partial<MemberFacts> = { stepOfGit: 'create service/xray', isMissing: true };

export function deployment(from: number, state: DeploymentFact['state'], to?: number): DeploymentFact {
  return { createdAt: at(from), state, ...(to === undefined ? {} : { finishedAt: at(to) }) };
}

export interface Fleet {
  readonly stages: readonly Stage[];
  /** Facts by stage, each by Environment's name; null: not looked at. */
  readonly members: readonly Readonly<Record<string, Partial<MemberFacts> | null>>[];
  readonly schedule?: Partial<Schedule>;
  readonly definition?: Partial<StagedDefinition>;
  readonly approvals?: readonly Approval[];
  /** Minutes from noon. */
  readonly now?: number;
}

export function memberFacts(environment: string, overrides: Partial<MemberFacts> = {}): MemberFacts {
  return { environment, isThere: false, isMissing: false, deployments: [], ...overrides };
}

export function definitionOf(fleet: Fleet): StagedDefinition {
  const members = fleet.members.flatMap((own, index) =>
    Object.keys(own).map(
      (environment): Member => ({
        environment,
        target: target(),
        stage: index < fleet.stages.length ? index : undefined,
      }),
    ),
  );
  return {
    manifest: { kind: 'DaemonService', name: 'xray' },
    digest: NEW,
    rollout: 'fleet',
    schedule: schedule(fleet.stages, fleet.schedule),
    mode: 'staged',
    members,
    ...fleet.definition,
  };
}

export function courseOfFleet(fleet: Fleet): Course {
  const facts = new Map(
    fleet.members
      .flatMap((own) => Object.entries(own))
      .flatMap(([name, each]) => (each === null ? [] : [[name, memberFacts(name, each)] as const])),
  );
  return courseOf(definitionOf(fleet), facts, fleet.approvals ?? [], at(fleet.now ?? 0));
}

/** `{ a: 'begins' }`. */
export function statesOf({ turns }: Course): Readonly<Record<string, TurnState>> {
  return Object.fromEntries([...turns.values()].map(({ environment, state }) => [environment, state]));
}

/** Of two stages with two Environments each, in which nothing has begun yet. */
export function courseOfTwoStages(overrides: Partial<Fleet> = {}): Course {
  return courseOfFleet({
    stages: [stage('canary'), stage('rest')],
    members: [
      { a: old(), b: old() },
      { c: old(), d: old() },
    ],
    ...overrides,
  });
}
