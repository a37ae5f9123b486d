import { compareText, groupBy } from '../core/order.ts';
import { manifestKey } from '../core/resource.ts';
import type { Course, StageCourse, Turn, TurnState } from '../core/rollout/course.ts';
import type { FleetDefinition, FleetEnvironment } from './fleet-schema.ts';
import { isRolloutObject } from './rollouts.ts';
import type { ObjectStatus } from './schema.ts';

/** By definition, how far its Environments are: of all that is in several Environments, or goes through a Rollout. Pure. */
export function fleetOf(
  objects: readonly ObjectStatus[],
  courses: readonly Course[],
): readonly FleetDefinition[] {
  const own = objects.filter((one) => !isRolloutObject(one) && one.kind !== 'Environment');
  const staged = courses.map((course) => {
    const { manifest, members } = course.definition;
    const names = new Set(members.map(({ environment }) => environment));
    const its = own.filter((one) => manifestKey(one) === manifestKey(manifest) && names.has(one.environment));
    return stagedDefinition(course, its);
  });
  const isStaged = new Set(courses.map(({ definition }) => manifestKey(definition.manifest)));
  const others = [...groupBy(own, manifestKey)].flatMap(([key, its]) => {
    const [first, ...more] = its;
    return first === undefined || more.length === 0 || isStaged.has(key)
      ? []
      : [unstagedDefinition(first, its)];
  });
  return [...staged, ...others].toSorted(
    (a, b) =>
      compareText(a.kind, b.kind) ||
      compareText(a.name, b.name) ||
      compareText(a.digest ?? '', b.digest ?? ''),
  );
}

function stagedDefinition(course: Course, objects: readonly ObjectStatus[]): FleetDefinition {
  const { definition, condition, says, nextAt } = course;
  const { manifest, rollout, digest, members } = definition;
  const byEnvironment = new Map(objects.map((one) => [one.environment, one]));
  const turns = [...course.turns.values()];
  return {
    kind: manifest.kind,
    name: manifest.name,
    rollout,
    digest,
    mode: course.mode,
    condition,
    says,
    ...(nextAt === undefined ? {} : { nextAt: new Date(nextAt).toISOString() }),
    counts: {
      environments: members.length,
      states: statesOf(turns),
      health: tally(objects.map(({ health }) => health)),
      targets: tally(turns.map(({ held }) => held?.definition ?? 'none')),
    },
    stages: course.stages.map(stageJson),
    environments: turns.map((turn) => ({
      ...ofObject(turn.environment, byEnvironment.get(turn.environment)),
      ...ofTurn(turn, course.stages),
    })),
  };
}

function unstagedDefinition({ kind, name }: ObjectStatus, objects: readonly ObjectStatus[]): FleetDefinition {
  return {
    kind,
    name,
    counts: { environments: objects.length, health: tally(objects.map(({ health }) => health)) },
    environments: objects.map((one) => ofObject(one.environment, one)),
  };
}

function stageJson({ name, size, counts, isOpen, approval, slots }: StageCourse) {
  return { name, environments: size, states: counts, open: isOpen, approval, maxConcurrent: slots };
}

function ofTurn(
  { stage, state, says, held }: Turn,
  stages: readonly StageCourse[],
): Partial<FleetEnvironment> {
  const name = stage === undefined ? undefined : stages[stage]?.name;
  return {
    ...(name === undefined ? {} : { stage: name }),
    state,
    says,
    ...(held === undefined ? {} : { digest: held.definition, since: new Date(held.since).toISOString() }),
  };
}

function ofObject(environment: string, object: ObjectStatus | undefined): FleetEnvironment {
  if (object === undefined) return { environment };
  const { sync, health, conditions, lastAppliedRevision } = object;
  const ready = conditions.find(({ type }) => type === 'Ready');
  return {
    environment,
    sync,
    health,
    ...(ready === undefined ? {} : { reason: ready.reason, message: ready.message }),
    ...(lastAppliedRevision === undefined ? {} : { lastAppliedRevision }),
  };
}

const NO_TURNS: Readonly<Record<TurnState, number>> = {
  done: 0,
  soaking: 0,
  progressing: 0,
  begins: 0,
  waiting: 0,
  failed: 0,
};

function statesOf(turns: readonly Turn[]): Record<TurnState, number> {
  const counts = { ...NO_TURNS };
  for (const { state } of turns) counts[state] += 1;
  return counts;
}

function tally(words: readonly string[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const word of words.toSorted(compareText)) counts.set(word, (counts.get(word) ?? 0) + 1);
  return Object.fromEntries(counts);
}
