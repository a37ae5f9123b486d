import { FACTS, inventoryTypesOf } from '../../../controller/kinds/facts.ts';
import { createInventory } from '../../../controller/aws/inventory.ts';
import { findingsFrom, needsFrom } from '../../../controller/core/outputs.ts';
import type { Findings, Needs } from '../../../controller/core/outputs.ts';
import { environmentId } from '../../../controller/core/reference.ts';
import { resourceKey } from '../../../controller/core/resource.ts';
import type { Desired, KindName, Observed, ResourceId, Tags } from '../../../controller/core/resource.ts';
import type { Kind, KindDriver } from '../../../controller/kinds/kind.ts';
import { wavesOf } from '../../../controller/kinds/waves.ts';
import type { PlanInput } from '../../../controller/plan/input.ts';
import type { Step } from '../../../controller/plan/step.ts';
import { converge } from '../../../controller/reconcile/apply.ts';
import type { Converged } from '../../../controller/reconcile/apply.ts';
import type { EnvironmentRuntime } from '../../../controller/reconcile/environments.ts';
import { createFailures } from '../../../controller/reconcile/memory/failures.ts';
import type { HeadWatch } from '../../../controller/reconcile/head.ts';
import { observe } from '../../../controller/reconcile/observe.ts';
import type { KindStage } from './stage.ts';
import { PATIENT } from '../../../controller/reconcile/kind-reads.ts';

/** A source that stays as it was read. */
export const IN_FORCE: HeadWatch = {
  ask: () => Promise.resolve({ type: 'same' }),
  confirmedAt: () => Number.POSITIVE_INFINITY,
  ensureWanted: () => Promise.resolve(),
};

/** A time after which our own writes count no more than what AWS lists. */
const MUCH_LATER_MS = 300_000;
const MOST_PASSES = 60;

/** One resource under test, everything that it needs being there. */
export interface Subject extends KindStage {
  readonly kind: Kind;
  readonly desired: Desired;
  readonly driver: KindDriver;
  /**
   * A pass over what the subject needs and, unless it is to be a leftover, the subject. `meanwhile` happens after AWS was
   * read and before anything is done.
   */
  pass(
    subject?: Desired | 'unwanted',
    meanwhile?: () => Promise<void>,
  ): Promise<{ readonly step: Step | undefined } & Converged>;
  /** Passes until nothing more is to be done; its observation then, undefined where it is gone. */
  settle(subject?: Desired | 'unwanted'): Promise<Observed | undefined>;
  /** Reads it afresh; fails where it is not there. */
  see(): Promise<Observed>;
  /** Somebody else sets and removes tags, so long ago that nothing of ours is remembered. */
  retag(set: Tags, remove: (key: string) => boolean): Promise<void>;
  /** Time in which our own writes are forgotten. */
  muchLater(): Promise<void>;
  needs: Needs;
  findings: Findings;
  /** Mutations at the door while work runs. */
  mutationsOf(work: () => Promise<unknown>): Promise<readonly string[]>;
}

/** The resource of a kind with this name, wanted as `change` makes it. */
export async function subjectOf(
  stage: KindStage,
  kindName: KindName,
  name: string,
  change: (desired: Desired) => Desired = (desired) => desired,
): Promise<Subject> {
  const { world, kinds } = stage;
  const models: PlanInput['models'] = new Map(kinds.map(({ model }) => [model.facts.name, model]));
  const kind = kinds.find(({ model }) => model.facts.name === kindName)!;
  const desired = change(stage.wanted.find(({ id }) => id.kind === kindName && id.name === name)!);
  const key = resourceKey(desired.id);
  const around = needsClosure(desired, stage.wanted, models);
  const drivers = new Map(kinds.map((each) => [each.model.facts.name, each.driver(world.context)]));
  const { inventory } = world.context;
  const runtime: EnvironmentRuntime = {
    name: 'default',
    secretRules: [],
    inventory,
    models,
    drivers,
    waves: wavesOf(kinds.map(({ model }) => model.facts)),
    actFor: () => undefined,
    requestCount: () => 0,
    silence: () => undefined,
    unanswered: new Map(),
    reads: PATIENT,
    reach: () => Promise.resolve(new Map()),
  };
  const failures = createFailures(world.clock, () => 0.5);
  let snapshot: Converged['snapshot'] | undefined;

  async function runPass(wanted: readonly Desired[], meanwhile?: () => Promise<void>): Promise<Converged> {
    const look = await world.run(observe(runtime, wanted, 'all-owned'));
    failures.review('default', wanted, look.snapshot);
    await meanwhile?.();
    const converging = converge({
      input: {
        owner: world.context.claim.owner,
        desired: wanted,
        snapshot: look.snapshot,
        models,
        mode: 'enforce',
        prune: { budget: { count: 3 }, confirmed: new Set() },
      },
      runtime,
      failures,
      head: IN_FORCE,
      clock: world.clock,
      stop: () => false,
    });
    const converged = await world.run(converging);
    snapshot = converged.snapshot;
    return converged;
  }

  async function rest(wanted: readonly Desired[]): Promise<Converged> {
    for (let passes = 0; passes < MOST_PASSES; passes += 1) {
      const result = await runPass(wanted);
      const failed = result.outcomes.find((outcome) => outcome.error !== undefined);
      if (failed?.error !== undefined) throw failed.error;
      const waits = result.steps.some((step) => step.type === 'hold' && step.why === 'waiting');
      if (result.outcomes.length === 0 && !waits) return result;
      await world.clock.advance(2_000);
    }
    throw new Error(`${key} did not come to rest`);
  }

  function wantedWith(subject: Desired | 'unwanted'): readonly Desired[] {
    return subject === 'unwanted' ? around : [...around, subject];
  }

  const self: Subject = {
    ...stage,
    kind,
    desired,
    driver: drivers.get(kindName)!,
    async pass(subject = desired, meanwhile) {
      const result = await runPass(wantedWith(subject), meanwhile);
      return { ...result, step: result.before.find(({ id }) => resourceKey(id) === key) };
    },
    async settle(subject = desired) {
      return (await rest(wantedWith(subject))).snapshot.items.get(key);
    },
    async see() {
      const request = {
        desired: [desired],
        scope: 'these',
        needs: self.needs,
        findings: self.findings,
      } as const;
      world.context.inventory.startPass();
      const { items } = await world.run(self.driver.observe(request));
      const found = items.find(({ id }) => resourceKey(id) === key);
      if (found === undefined) throw new Error(`${key} is not there`);
      return found;
    },
    async retag(set, remove) {
      await self.muchLater();
      const { context } = world;
      const strange = {
        ...context,
        inventory: createInventory(context.aws, 'nobody', world.clock, inventoryTypesOf(FACTS)),
      };
      const before = await self.see();
      await world.run(kind.driver(strange).tag(before, set, Object.keys(before.tags).filter(remove)));
      await world.becomeKnown();
    },
    muchLater: () => world.clock.advance(MUCH_LATER_MS),
    needs: needsFrom((id) => snapshot?.items.get(resourceKey(id))),
    findings: findingsFrom((id) => snapshot?.items.get(resourceKey(id)), kind.model.facts),
    async mutationsOf(work) {
      world.resetRequests();
      await work();
      return world.mutations();
    },
  };
  await rest(around);
  return self;
}

/** What it needs, and what that needs. */
function needsClosure(
  desired: Desired,
  all: readonly Desired[],
  models: PlanInput['models'],
): readonly Desired[] {
  const found = new Map<string, Desired>();
  const visit = (one: Desired): void => {
    for (const id of models.get(one.id.kind)!.needs(one)) add(id);
  };
  const add = (id: ResourceId): void => {
    const needed = all.find((one) => resourceKey(one.id) === resourceKey(id));
    if (needed === undefined || found.has(resourceKey(id))) return;
    found.set(resourceKey(id), needed);
    visit(needed);
  };
  add(environmentId('default'));
  visit(desired);
  return [...found.values()];
}
