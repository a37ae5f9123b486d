import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resourceKey } from '../../controller/core/resource.ts';
import type { Desired, Observed } from '../../controller/core/resource.ts';
import type { Self } from '../../controller/core/self.ts';
import { KIND_NAMES } from '../../controller/kinds/facts.ts';
import type { PlanInput } from '../../controller/plan/input.ts';
import { withOutcomes, withSeen } from '../../controller/plan/snapshot.ts';
import type { Snapshot } from '../../controller/plan/snapshot.ts';
import type { Plan, Step } from '../../controller/plan/step.ts';
import { deepFreeze } from '../support/plans/deep-freeze.ts';
import {
  desiredResource,
  observedResource,
  planFor,
  planInput,
  snapshotOf,
} from '../support/plans/resources.ts';
import type { SampleSpec } from '../support/plans/resources.ts';

/** Kinds of the samples, so that needs can point to an earlier kind. */
const KINDS = ['role', 'security-group', 'task-definition', 'service'] as const;
const NAMES = ['a', 'b', 'c'] as const;

/** What one possible resource is in a generated world. */
interface Cell {
  readonly wanted: boolean;
  readonly exists: boolean;
  readonly owner: 'us' | 'another' | 'nobody';
  readonly size: 'small' | 'big';
  /** Differs from what is wanted in a field that cannot change in place. */
  readonly isFixedOtherwise: boolean;
  readonly allowReplace: boolean;
  readonly seen: boolean;
  readonly reconcile: 'enabled' | 'observe' | 'disabled';
  readonly adoption: 'create' | 'adopt' | 'adopt-or-create';
  readonly deletion: 'delete' | 'retain';
  readonly prune: boolean;
  readonly needsEarlier: boolean;
}

const cell: fc.Arbitrary<Cell> = fc.record({
  wanted: fc.boolean(),
  exists: fc.boolean(),
  owner: fc.constantFrom('us', 'us', 'another', 'nobody'),
  size: fc.constantFrom('small', 'big'),
  isFixedOtherwise: fc.boolean(),
  allowReplace: fc.boolean(),
  seen: fc.integer({ min: 0, max: 9 }).map((n) => n > 0),
  reconcile: fc.constantFrom('enabled', 'enabled', 'observe', 'disabled'),
  adoption: fc.constantFrom('create', 'adopt', 'adopt-or-create'),
  deletion: fc.constantFrom('delete', 'retain'),
  prune: fc.boolean(),
  needsEarlier: fc.boolean(),
});

const world = fc.record({
  cells: fc.array(cell, { minLength: KINDS.length * NAMES.length, maxLength: KINDS.length * NAMES.length }),
  mode: fc.constantFrom('enforce' as const, 'enforce' as const, 'observe' as const),
  frozen: fc.boolean(),
});

interface World {
  readonly input: PlanInput;
  readonly desired: readonly Desired<SampleSpec>[];
  readonly existing: readonly Observed[];
}

function build({
  cells,
  mode,
  frozen,
}: {
  cells: readonly Cell[];
  mode: 'enforce' | 'observe';
  frozen: boolean;
}): World {
  const all = cells.map((one, index) => {
    const kind = KINDS[Math.floor(index / NAMES.length)]!;
    const earlier = KINDS[KINDS.indexOf(kind) - 1];
    const name = NAMES[index % NAMES.length]!;
    const { reconcile, adoption, deletion, prune, allowReplace } = one;
    const needs =
      one.needsEarlier && earlier !== undefined ? [{ environment: 'default', kind: earlier, name }] : [];
    return {
      one,
      desired: desiredResource({
        kind,
        name,
        needs,
        fields: { size: 'small', fixedZone: 'a' },
        policy: { reconcile, adoption, deletion, prune, allowReplace },
      }),
    };
  });
  const existing = all
    .filter(({ one }) => one.exists && one.seen)
    .map(({ one, desired }) =>
      observedResource(desired, {
        owner: one.owner,
        fields: { size: one.size, fixedZone: one.isFixedOtherwise ? 'b' : 'a' },
      }),
    );
  let snapshot: Snapshot = snapshotOf(existing);
  for (const { one, desired } of all) {
    if (!one.seen)
      snapshot = withSeen(snapshot, 'default', desired.id.kind, {
        type: 'seen',
        items: [],
        unseen: [{ id: desired.id, why: 'no answer' }],
      });
  }
  const desired = all.filter(({ one }) => one.wanted).map((entry) => entry.desired);
  const prune = { ...planInput().prune, budget: { count: 100 }, ...(frozen ? { frozen: 'not whole' } : {}) };
  return { input: planInput({ desired, snapshot, mode, prune }), desired, existing };
}

function mutations(plan: Plan): readonly Step[] {
  return plan.steps.filter((step) => step.type !== 'keep' && step.type !== 'hold');
}

/** What AWS would show after the step, had it been taken. */
function outcomeOf(step: Step): Observed | undefined {
  if (step.type !== 'create' && step.type !== 'update') return undefined;
  const desired = step.desired as Desired<SampleSpec>;
  // Only what was among its changes has changed.
  const isWhole = step.type === 'create' || step.changes.some(({ path }) => !path.startsWith('tags.'));
  return isWhole ? observedResource(desired) : { ...step.observed, owner: 'us', tags: step.tags };
}

describe('any plan', () => {
  it('has exactly one step for every desired and every owned resource, and none for others', () => {
    fc.assert(
      fc.property(world, (generated) => {
        const { input, desired, existing } = build(generated);
        const keys = planFor(input).steps.map((step) => resourceKey(step.id));
        const expected = new Set([
          ...desired.map((one) => resourceKey(one.id)),
          ...existing.filter((one) => one.owner === 'us').map((one) => resourceKey(one.id)),
        ]);
        expect(keys.toSorted()).toEqual([...expected].toSorted());
      }),
    );
  });

  it('changes nothing that is not ours, except to adopt what nobody owns where the manifest says so', () => {
    fc.assert(
      fc.property(world, (generated) => {
        for (const step of mutations(planFor(build(generated).input))) {
          if (step.type === 'create') continue;
          const adopts = step.type === 'update' && step.adopts && step.desired.policy.adoption !== 'create';
          expect(step.owner === 'us' || (step.owner === 'nobody' && adopts)).toBe(true);
        }
      }),
    );
  });

  it('creates, changes and deletes nothing that was not seen, and deletes nothing of a kind that was not seen whole', () => {
    fc.assert(
      fc.property(world, (generated) => {
        const { input } = build(generated);
        const steps = mutations(planFor(input));
        expect(steps.filter((step) => input.snapshot.unseen.has(resourceKey(step.id)))).toEqual([]);
        const deletions = steps.filter((step) => step.type === 'delete');
        expect(
          deletions.filter((step) => input.snapshot.incompleteKinds.has(`default|${step.id.kind}`)),
        ).toEqual([]);
      }),
    );
  });

  it('changes nothing in mode observe, nor what is suspended or only observed', () => {
    fc.assert(
      fc.property(world, (generated) => {
        const { input } = build(generated);
        const steps = mutations(planFor(input));
        expect(input.mode === 'enforce' || steps.length === 0).toBe(true);
        const reconciled = steps.flatMap((step) =>
          'desired' in step ? [step.desired?.policy.reconcile] : [],
        );
        expect(reconciled.filter((reconcile) => reconcile !== 'enabled')).toEqual([]);
      }),
    );
  });

  it('deletes only what no manifest names, with prune enabled, while the source is whole', () => {
    fc.assert(
      fc.property(world, (generated) => {
        const { input, desired } = build(generated);
        const wanted = new Set(desired.map((one) => resourceKey(one.id)));
        for (const step of mutations(planFor(input))) {
          if (step.type !== 'delete') continue;
          expect(wanted.has(resourceKey(step.id))).toBe(false);
          expect(input.prune.frozen).toBeUndefined();
          expect(step.observed.tags['stationkeeper:prune']).toBe('enabled');
        }
      }),
    );
  });

  it('removes and replaces nothing of what the controller itself runs as, nor anything while it does not know as what', () => {
    const place = { region: 'us-east-1', accountId: '385605022855', cluster: 'platform' };
    const own = KINDS.indexOf('task-definition') * NAMES.length + NAMES.indexOf('a');
    fc.assert(
      fc.property(world, (generated) => {
        const cells = generated.cells.with(own, {
          ...generated.cells[own]!,
          exists: true,
          seen: true,
          owner: 'us',
        });
        const { input } = build({ ...generated, cells });
        const endingsAs = (self: Self): readonly Step[] =>
          mutations(planFor({ ...input, self })).filter(
            ({ type }) => type === 'delete' || type === 'replace',
          );
        expect(
          endingsAs({ type: 'seen', ...place, family: 'a' }).filter(({ id }) => id.name === 'a'),
        ).toEqual([]);
        expect(endingsAs({ type: 'unseen', why: 'nobody answers' })).toEqual([]);
      }),
    );
  });

  it('is the same whatever the order of its input, and leaves that untouched', () => {
    fc.assert(
      fc.property(
        world,
        fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
        (generated, randoms) => {
          const { input } = build(generated);
          const order = new Map(input.desired.map((one) => [one, randoms.next().value]));
          const shuffled = input.desired.toSorted((a, b) => order.get(a)! - order.get(b)!);
          deepFreeze(input);
          expect(planFor({ ...input, desired: shuffled })).toEqual(planFor(input));
        },
      ),
    );
  });

  it('comes to rest: taking its steps and planning again ends with nothing left to take', () => {
    fc.assert(
      fc.property(world, (generated) => {
        const { input } = build(generated);
        let { snapshot } = input;
        const enough = KINDS.length * 4 + 1;
        for (let round = 0; ; round += 1) {
          expect(round).toBeLessThan(enough);
          const steps = mutations(planFor({ ...input, snapshot }));
          if (steps.length === 0) return;
          snapshot = withOutcomes(
            snapshot,
            new Map(steps.map((step) => [resourceKey(step.id), outcomeOf(step)])),
          );
        }
      }),
    );
  });

  it('knows every kind it plans for', () => {
    expect(KINDS.every((kind) => KIND_NAMES.includes(kind))).toBe(true);
  });
});
