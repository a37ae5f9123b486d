import { describe, expect, it } from 'vitest';
import { resourceKey } from '../../controller/core/resource.ts';
import type { Desired, Observed } from '../../controller/core/resource.ts';
import type { PruneRules, RecentRemoval } from '../../controller/plan/prune-rules.ts';
import type { Step } from '../../controller/plan/step.ts';
import {
  desiredResource,
  observedResource,
  planFor,
  planInput,
  snapshotOf,
} from '../support/plans/resources.ts';
import type { DesiredOverrides } from '../support/plans/resources.ts';

const UNTIL = '2026-11-02T11:00:00Z';

/** A role of ours that no manifest names; its manifest has its name. */
function gone(name: string, overrides: DesiredOverrides = {}): Observed {
  return observedResource(desiredResource({ kind: 'role', name, manifest: name, ...overrides }));
}

function budget(count: number, rules: Partial<PruneRules> = {}): PruneRules {
  return { ...planInput().prune, budget: { count }, ...rules };
}

/** Manifests of which something went lately. */
function recent(begunByUs: boolean, ...names: readonly string[]): ReadonlyMap<string, RecentRemoval> {
  return new Map(names.map((name) => [`DaemonService/${name}`, { until: UNTIL, begunByUs }]));
}

function planned(
  items: readonly Observed[],
  prune = planInput().prune,
  desired: readonly Desired[] = [],
): readonly Step[] {
  return planFor({ snapshot: snapshotOf(items), prune, desired }).steps;
}

function told(steps: readonly Step[]): readonly string[] {
  return steps.map((step) => (step.type === 'hold' ? step.why : step.type));
}

const FOUR = ['a', 'b', 'c', 'd'].map((name) => gone(name));

describe('the prune budget', () => {
  it('lets as many objects go as it allows, and none of a plan that would remove more', () => {
    expect(told(planned(FOUR.slice(0, 3)))).toEqual(['delete', 'delete', 'delete']);
    expect(told(planned(FOUR))).toEqual(['budget', 'budget', 'budget', 'budget']);
  });

  it('lets go what was confirmed', () => {
    const confirmed = new Set(FOUR.map((item) => resourceKey(item.id)));
    expect(told(planned(FOUR, { ...planInput().prune, confirmed }))).toEqual(FOUR.map(() => 'delete'));
  });

  it('grows with the number of objects, as a percentage', () => {
    const staying = Array.from({ length: 40 }, (_, index) =>
      desiredResource({ kind: 'role', name: `r${index}` }),
    );
    const items = [...FOUR, ...staying.map((desired) => observedResource(desired))];
    const steps = planned(items, planInput().prune, staying);
    expect(steps.filter(({ type }) => type === 'delete')).toHaveLength(4);
  });

  it('counts objects, not their resources', () => {
    const one = ['role', 'security-group', 'service'].map((kind) => gone('xray', { kind }));
    expect(told(planned(one, budget(1)))).toEqual(['delete', 'waiting', 'waiting']);
  });

  it('does not count what stays with prune disabled', () => {
    const items = [gone('a'), gone('kept', { policy: { prune: false } })];
    expect(told(planned(items, budget(1)))).toEqual(['delete', 'keep']);
  });

  it.each([
    [1, '1 object would be removed'],
    [2, '2 objects would be removed'],
  ])('says how much would go: %i', (count, says) => {
    for (const { reason } of planned(FOUR.slice(0, count), budget(0))) {
      expect(reason).toMatch(new RegExp(`^${says} and the prune budget is 0; confirm`));
    }
  });

  it('tells of releases alone where nothing would be deleted', () => {
    const released = ['a', 'b'].map((name) => gone(name, { policy: { deletion: 'retain' } }));
    for (const { reason } of planned(released, budget(0))) {
      expect(reason).toMatch(/^2 objects would be released and the prune budget is 0; confirm/);
    }
  });
});

describe('of what began to go within the time that the budget is for', () => {
  it('the rest goes after a restart too, as nothing new goes with it', () => {
    expect(told(planned([gone('a')], budget(0, { recent: recent(false, 'a') })))).toEqual(['delete']);
  });

  it('each object counts once, whether it is gone or not', () => {
    const prune = budget(0, { recent: recent(false, 'a', 'earlier') });
    expect(planned([gone('a'), gone('b')], prune)[1]?.reason).toBe(
      '2 objects would be removed, 1 object went within the last 1h and the prune budget is 0; confirm the plan by its hash, or raise --prune-budget',
    );
  });

  it('nothing goes on while git is suspect, whoever began it', () => {
    const suspect = budget(0, { suspect: 'the branch was moved back', recent: recent(true, 'a') });
    expect(planned([gone('a')], suspect)).toMatchObject([
      { why: 'budget', reason: 'the branch was moved back' },
    ]);
  });
});
