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
      '2 objects would be removed, 1 object were removed within the last 1h and the prune budget is 0; confirm the plan by its hash, or raise --prune-budget',
    );
  });

  it('nothing goes on while git is suspect, whoever began it', () => {
    const suspect = budget(0, { suspect: 'the branch was moved back', recent: recent(true, 'a') });
    expect(planned([gone('a')], suspect)).toMatchObject([
      { why: 'budget', reason: 'the branch was moved back' },
    ]);
  });
});

describe('of an object that goes in other environments too', () => {
  const elsewhere = (environments: number, unread = 0, wantedIn = 0): Partial<PruneRules> => {
    const named = (count: number, what: string) => Array.from({ length: count }, (_, nth) => `${what}${nth}`);
    const going = { environments: named(environments, 'e'), unread: named(unread, 'u'), wantedIn };
    return { elsewhere: new Map([['DaemonService/a', going]]) };
  };
  const percent = { count: 3, percent: 10 };

  it.each([
    ['two, of a budget of three', elsewhere(2), 'delete'],
    ['three, of a budget of three', elsewhere(3), 'budget'],
    ['nowhere', elsewhere(0), 'delete'],
    ['two, and one that could not be read', elsewhere(2, 1), 'budget'],
    ['as many as a tenth of all, of which it is wanted in the others', elsewhere(11, 0, 108), 'delete'],
    ['one more than a tenth', elsewhere(12, 0, 107), 'budget'],
    [
      'many, and somebody has confirmed it',
      { ...elsewhere(40), confirmed: new Set([resourceKey(gone('a').id)]) },
      'delete',
    ],
    ['many, and it has begun to go here', { ...elsewhere(40), recent: recent(false, 'a') }, 'delete'],
  ] as const)('%s', (_what, rules, told_) => {
    expect(told(planned([gone('a')], { ...planInput().prune, budget: percent, ...rules }))).toEqual([told_]);
  });

  it('all are named, or the first of them, and those that could not be read', () => {
    const [step] = planned([gone('a')], { ...planInput().prune, budget: percent, ...elsewhere(6, 1, 3) });
    expect(step?.reason).toBe(
      'DaemonService/a would go in 7 Environments (default, e0, e1, e2, e3 and 2 more), it may be in 1 Environment (u0), which could not be read, and the prune budget for it is 3 of 11 Environments; confirm the plan by its hash, or raise --prune-budget',
    );
  });

  it('others of the same environment go, as they always did', () => {
    const steps = planned([gone('a'), gone('b')], {
      ...planInput().prune,
      budget: percent,
      ...elsewhere(40),
    });
    expect(told(steps)).toEqual(['budget', 'delete']);
  });
});
