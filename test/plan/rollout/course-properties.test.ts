import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DeploymentFact, MemberFacts } from '../../../controller/core/rollout/facts.ts';
import type { Schedule, Stage, StagedDefinition } from '../../../controller/core/rollout/schedule.ts';
import { courseOf } from '../../../controller/plan/rollout/course.ts';
import {
  at,
  definitionOf,
  memberFacts,
  MINUTE,
  NEW,
  NOON,
  OLD,
  stage,
  target,
} from '../../support/rollouts/members.ts';
import { deepFreeze } from '../../support/plans/deep-freeze.ts';
import { momentsOf } from '../../support/rollouts/virtual-rollout.ts';

const minutes = fc.integer({ min: -120, max: 0 });

const deployments: fc.Arbitrary<readonly DeploymentFact[]> = fc
  .array(fc.tuple(minutes, fc.constantFrom('succeeded', 'succeeded', 'stopped', 'failed', 'inProgress')), {
    maxLength: 3,
  })
  .map((all) =>
    all
      .toSorted(([a], [b]) => a - b)
      .map(([from, state], index): DeploymentFact => {
        if (state === 'inProgress' && index === all.length - 1) return { createdAt: at(from), state };
        return {
          createdAt: at(from),
          finishedAt: at(Math.min(0, from + 3)),
          state: state === 'inProgress' ? 'stopped' : state,
        };
      }),
  );

const anyFacts: fc.Arbitrary<Partial<MemberFacts> | null> = fc.oneof(
  { weight: 1, arbitrary: fc.constant(null) },
  {
    weight: 9,
    arbitrary: fc
      .record({
        isThere: fc.boolean(),
        held: fc.option(fc.record({ definition: fc.constantFrom(NEW, NEW, OLD), since: minutes }), {
          nil: undefined,
        }),
        stepOfGit: fc.option(fc.constant('update service/xray'), { nil: undefined }),
        degraded: fc.option(fc.constant('tasks stop'), { nil: undefined, freq: 6 }),
        unread: fc.option(fc.constant('access denied'), { nil: undefined, freq: 8 }),
        isMissing: fc.integer({ min: 0, max: 8 }).map((n) => n === 0),
        lastDeployment: fc.constantFrom('completed', 'completed', 'inProgress', 'failed', undefined),
        deployments,
      })
      .map(({ held, stepOfGit, degraded, unread, lastDeployment, ...others }) => ({
        ...others,
        ...(held === undefined
          ? {}
          : { held: { ...target(held.definition), since: at(held.since) }, isThere: true }),
        ...(stepOfGit === undefined ? {} : { stepOfGit }),
        ...(degraded === undefined ? {} : { degraded }),
        ...(unread === undefined ? {} : { unread }),
        ...(lastDeployment === undefined ? {} : { lastDeployment }),
      })),
  },
);

/** As it is before a rollout: done with an old definition, or new. */
const before: fc.Arbitrary<Partial<MemberFacts>> = fc.constantFrom<Partial<MemberFacts>>(
  {
    isThere: true,
    held: { ...target(OLD), since: at(-1000) },
    stepOfGit: 'update',
    lastDeployment: 'completed',
  },
  { isThere: true, stepOfGit: 'update', lastDeployment: 'completed', degraded: 'tasks stop' },
  { isThere: true, held: { ...target(OLD), since: at(-1000) }, lastDeployment: 'completed' },
  { stepOfGit: 'create', isMissing: true },
);

const anyStage: fc.Arbitrary<Partial<Stage>> = fc.record({
  maxConcurrent: fc.oneof(
    fc.record({ count: fc.integer({ min: 1, max: 4 }) }),
    fc.record({ percent: fc.integer({ min: 1, max: 100 }) }),
  ),
  maxFailures: fc.integer({ min: 0, max: 2 }),
  soakMs: fc.constantFrom(0, 5 * MINUTE, 30 * MINUTE),
  needsApproval: fc.boolean(),
});

const windows: fc.Arbitrary<Schedule['windows']> = fc.constantFrom<Schedule['windows']>(
  [],
  [],
  [{ days: ['Mon', 'Fri'], from: 8 * 60, to: 13 * 60 + 10, timeZone: 'Europe/Berlin' }],
);

interface World {
  readonly definition: StagedDefinition;
  readonly facts: ReadonlyMap<string, MemberFacts>;
}

function worldOf(
  one: fc.Arbitrary<Partial<MemberFacts> | null>,
  modes: readonly StagedDefinition['mode'][],
): fc.Arbitrary<World> {
  return fc
    .record({
      stages: fc.array(anyStage, { minLength: 1, maxLength: 3 }),
      all: fc.array(fc.tuple(one, fc.nat()), { minLength: 1, maxLength: 9 }),
      windows,
      mode: fc.constantFrom(...modes),
    })
    .map(({ stages, all, windows, mode }) => {
      const members = stages.map((_, index) =>
        Object.fromEntries(
          all.flatMap(([each, at], name) =>
            at % stages.length === index ? [[`e${name}`, each] as const] : [],
          ),
        ),
      );
      const definition = definitionOf({
        stages: stages.map((each, index) => stage(`s${index}`, each)),
        members,
        schedule: { windows },
        definition: { mode },
      });
      const facts = new Map(
        all.flatMap(([each], name) =>
          each === null ? [] : [[`e${name}`, memberFacts(`e${name}`, each)] as const],
        ),
      );
      return { definition, facts };
    });
}

const anyWorld = worldOf(anyFacts, ['staged', 'staged', 'staged', 'paused', 'skip']);

describe('a course', () => {
  it('is the same by whatever order its facts and members come in, and changes none of them', () => {
    fc.assert(
      fc.property(anyWorld, fc.infiniteStream(fc.nat()), ({ definition, facts }, chance) => {
        const order = new Map(
          definition.members.map((member) => [member.environment, Number(chance.next().value)]),
        );
        const shuffled = <Item>(items: readonly Item[], nameOf: (item: Item) => string): readonly Item[] =>
          items.toSorted((a, b) => order.get(nameOf(a))! - order.get(nameOf(b))!);
        const other = {
          ...definition,
          members: shuffled(definition.members, ({ environment }) => environment),
        };
        const otherFacts = new Map(shuffled([...facts], ([name]) => name));
        const { definition: _one, ...course } = courseOf(deepFreeze(definition), facts, [], NOON);
        const { definition: _other, ...again } = courseOf(other, otherFacts, [], NOON);
        expect(again).toEqual(course);
        expect([...again.turns.keys()]).toEqual([...course.turns.keys()]);
      }),
    );
  });

  it('has each Environment in exactly one state, and counts it once', () => {
    fc.assert(
      fc.property(anyWorld, ({ definition, facts }) => {
        const { turns, stages } = courseOf(definition, facts, [], NOON);
        expect([...turns.keys()].toSorted()).toEqual(
          definition.members.map(({ environment }) => environment).toSorted(),
        );
        for (const [index, { size, counts }] of stages.entries()) {
          const own = [...turns.values()].filter((turn) => turn.stage === index);
          expect(own.length).toBe(size);
          expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBe(size);
        }
      }),
    );
  });

  it('lets no more begin than there are slots beside what is under way', () => {
    fc.assert(
      fc.property(anyWorld, ({ definition, facts }) => {
        fc.pre(definition.mode !== 'skip');
        const { stages } = courseOf(definition, facts, [], NOON);
        const tooMany = stages.filter(
          ({ counts, slots }) => counts.begins > 0 && counts.begins + counts.progressing > slots,
        );
        expect(tooMany).toEqual([]);
      }),
    );
  });

  it('lets nobody begin who holds the target, cannot be read, or is held by a pause', () => {
    fc.assert(
      fc.property(anyWorld, ({ definition, facts }) => {
        for (const turn of courseOf(definition, facts, [], NOON).turns.values()) {
          if (turn.state !== 'begins') continue;
          expect(definition.mode).not.toBe('paused');
          expect(turn.hasBegun).toBe(false);
          expect(facts.get(turn.environment)?.unread).toBeUndefined();
          expect(facts.has(turn.environment)).toBe(true);
        }
      }),
    );
  });

  it('says of time alone only what is to come', () => {
    fc.assert(
      fc.property(anyWorld, ({ definition, facts }) => {
        expect(courseOf(definition, facts, [], NOON).nextAt ?? Infinity).toBeGreaterThan(NOON);
      }),
    );
  });
});

describe('a rollout in virtual time', () => {
  const fresh = worldOf(before, ['staged', 'staged', 'skip']);
  const run = ({ definition, facts }: World) =>
    momentsOf({ definition, facts, now: NOON, minutesOf: (name) => 3 + (name.codePointAt(1)! % 5) });

  it('always ends done', () => {
    fc.assert(
      fc.property(fresh, (world) => {
        const last = run(world).at(-1)!.course;
        expect(last.condition).toBe('done');
        expect([...last.turns.values()].every(({ state }) => state === 'done')).toBe(true);
      }),
    );
  });

  it('begins no stage before those before it are done and soaked, but for what is new once it has ended', () => {
    fc.assert(
      fc.property(fresh, (world) => {
        fc.pre(world.definition.mode === 'staged');
        for (const { course, facts } of run(world)) {
          for (const turn of course.turns.values()) {
            if (turn.state !== 'begins' || facts.get(turn.environment)?.isThere === false) continue;
            const earlier = [...course.turns.values()].filter(({ stage }) => stage! < turn.stage!);
            expect(earlier.filter(({ state }) => state !== 'done')).toEqual([]);
          }
        }
      }),
    );
  });

  it('is decided the same by a process that knows nothing but approvals of what has not begun', () => {
    fc.assert(
      fc.property(fresh, (world) => {
        for (const { now, facts, course, approvals } of run(world)) {
          const begun = world.definition.members.filter(
            ({ environment }) => facts.get(environment)?.held?.definition === world.definition.digest,
          );
          const stages = new Set(begun.map(({ stage }) => `s${stage}`));
          const known = approvals.filter((each) => !stages.has(each.stage));
          expect(courseOf(world.definition, new Map(facts), known, now)).toEqual(course);
        }
      }),
    );
  });
});
