import { describe, expect, it, test } from 'vitest';
import { resourceKey } from '../../controller/core/resource.ts';
import type { Desired, Observed } from '../../controller/core/resource.ts';
import type { PlanInput } from '../../controller/plan/input.ts';
import { planToMarkdown, planToText } from '../../controller/plan/render.ts';
import { withRemembered, withSeen } from '../../controller/plan/snapshot.ts';
import type { Plan } from '../../controller/plan/step.ts';
import {
  desiredResource,
  observedResource,
  planFor,
  planInput,
  snapshotOf,
} from '../support/plans/resources.ts';
import type { DesiredOverrides } from '../support/plans/resources.ts';

const HERE = 'github.com/acme/here';
const THERE = 'github.com/acme/there';

/** A resource of ours whose manifest stands in this source, or in none that it says. */
function from(source: string | undefined, overrides: DesiredOverrides = {}): Observed {
  const item = observedResource(desiredResource({ kind: 'role', ...overrides }));
  const tags = source === undefined ? item.tags : { ...item.tags, 'stationkeeper:source': source };
  return { ...item, tags };
}

function planned(items: readonly Observed[], overrides: Partial<PlanInput> = {}): Plan {
  return planFor({ source: { id: HERE, takesOver: [] }, snapshot: snapshotOf(items), ...overrides });
}

describe('what no manifest of this source names', () => {
  it('goes where it is this source’s, and is left where it is another’s', () => {
    const { steps } = planned([from(HERE, { name: 'a' }), from(THERE, { name: 'b' })]);
    expect(steps).toMatchObject([
      { type: 'delete', id: { name: 'a' } },
      {
        type: 'hold',
        id: { name: 'b' },
        why: 'not-ours',
        intent: 'none',
        otherSource: THERE,
        reason: `left to another source, ${THERE}`,
      },
    ]);
  });

  it('goes where it is of a source that this one takes the place of', () => {
    const source = { id: HERE, takesOver: [THERE] };
    expect(planned([from(THERE)], { source }).steps).toMatchObject([{ type: 'delete' }]);
  });

  it('does not say whose it is, and goes only once that is confirmed', () => {
    const item = from(undefined);
    expect(planned([item]).steps).toMatchObject([
      {
        type: 'hold',
        why: 'budget',
        intent: 'delete',
        reason: 'it has no tag stationkeeper:source; confirm the plan by its hash to remove it',
      },
    ]);
    const prune = { ...planInput().prune, confirmed: new Set([resourceKey(item.id)]) };
    expect(planned([item], { prune }).steps).toMatchObject([{ type: 'delete' }]);
  });

  it('counts against the budget only as far as it is this source’s', () => {
    const prune = { ...planInput().prune, budget: { count: 1 } };
    const items = [from(HERE, { name: 'a' }), from(THERE, { name: 'b' }), from(THERE, { name: 'c' })];
    expect(planned(items, { prune }).steps.map(({ type }) => type)).toEqual(['delete', 'hold', 'hold']);
  });

  it('is counted by source at the end of a plan, in its summary and among its steps not at all', () => {
    const items = [from(THERE, { name: 'a' }), from(THERE, { name: 'b' }), from('sha', { name: 'c' })];
    const plan = planned(items);
    const line = `Left to other sources, which have their own manifests: ${THERE} (2), sha (1)`;
    for (const text of [planToText(plan), planToMarkdown(plan)]) {
      expect(text).toContain(`${line}\n\n`);
      expect(text).not.toContain('role/a');
    }
    expect(plan.summary).toMatchObject({ hold: 0, delete: 0 });
    for (const text of [planToText(planned([])), planToMarkdown(planned([]))]) {
      expect(text).not.toContain('Left to other sources');
      expect(text).not.toContain('\n\n\n');
    }
  });
});

describe('what a manifest of this source names', () => {
  const step = (desired: Desired, item: Observed) => planned([item], { desired: [desired] }).steps[0];

  it('is held where it is another source’s, and says how to have it here', () => {
    expect(step(desiredResource({ kind: 'role' }), from(THERE))).toMatchObject({
      type: 'hold',
      why: 'not-ours',
      intent: 'none',
      otherSource: THERE,
      reason: `belongs to another source, ${THERE}; remove it there, set stationkeeper.dev/adoption-policy: adopt-or-create on DaemonService/xray to take it over, or start with --take-over-source ${THERE} where this source replaces that one`,
    });
    const plan = planned([from(THERE)], { desired: [desiredResource({ kind: 'role' })] });
    expect(plan.summary).toMatchObject({ hold: 1 });
    expect(planToText(plan)).toContain(`held: belongs to another source, ${THERE}`);
  });

  test.each<readonly [string, DesiredOverrides, string | undefined, string]>([
    ['is this source’s', {}, HERE, 'keep'],
    ['does not say whose it is', {}, undefined, 'keep'],
    ['is another’s and is taken over', { policy: { adoption: 'adopt-or-create' } }, THERE, 'update'],
  ])('that %s is not held for it', (_what, overrides, source, type) => {
    expect(step(desiredResource({ kind: 'role', ...overrides }), from(source))?.type).toBe(type);
  });

  it('says so where it is made', () => {
    const { steps } = planned([], { desired: [desiredResource()] });
    expect(steps).toMatchObject([{ type: 'create', tags: { 'stationkeeper:source': HERE } }]);
    const unnamed = planFor({ desired: [desiredResource()] }).steps[0];
    expect(unnamed).not.toHaveProperty(['tags', 'stationkeeper:source']);
  });
});

describe('what was there and was not seen again', () => {
  /** As it is once a pass has seen these and the next one could not list, or read, roles. */
  function outOfSight(items: readonly Observed[], isUnread: boolean): Plan {
    const now = isUnread
      ? ({ type: 'unseen', why: 'throttled' } as const)
      : ({ type: 'seen', items: [], unseen: [], leftoversUnseen: 'no list' } as const);
    const snapshot = withSeen(snapshotOf([]), 'default', 'role', now);
    return planned([], { snapshot: withRemembered(snapshot, 'default', snapshotOf(items)) });
  }

  test.each([
    ['all of its kind is unseen', true, 'throttled'],
    ['its kind was not read whole', false, 'not every role could be read: no list'],
  ])('is held, not gone, where %s', (_what, isUnread, reason) => {
    expect(outOfSight([from(HERE)], isUnread).steps).toMatchObject([
      {
        type: 'hold',
        why: 'unseen',
        intent: 'delete',
        owner: 'us',
        reason,
        observed: { id: { name: 'xray' } },
      },
    ]);
  });

  it('is left to its source all the same', () => {
    expect(outOfSight([from(THERE)], true).steps).toMatchObject([{ why: 'not-ours', otherSource: THERE }]);
  });
});
