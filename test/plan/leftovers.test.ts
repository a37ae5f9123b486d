import { describe, expect, it } from 'vitest';
import type { Desired, Observed, ResourcePolicy } from '../../controller/core/resource.ts';
import { displayId, resourceKey } from '../../controller/core/resource.ts';
import type { PlanInput } from '../../controller/plan/input.ts';
import { withSeen } from '../../controller/plan/snapshot.ts';
import type { Step } from '../../controller/plan/step.ts';
import {
  desiredResource,
  observedResource,
  planFor,
  planInput,
  snapshotOf,
} from '../support/plans/resources.ts';
import type { SampleSpec } from '../support/plans/resources.ts';

const ROLE = desiredResource({ kind: 'role', manifest: 'gone' });
const GROUP = desiredResource({ kind: 'security-group', manifest: 'gone' });
const SERVICE = desiredResource({ kind: 'service', manifest: 'gone' });

function stepsFor(items: readonly Observed[], overrides: Partial<PlanInput> = {}): readonly Step[] {
  return planFor({ snapshot: snapshotOf(items), ...overrides }).steps;
}

function told(steps: readonly Step[]): readonly string[] {
  return steps.map((step) => {
    const what =
      step.type === 'hold'
        ? `hold ${step.why}`
        : step.type === 'delete' && step.release
          ? 'release'
          : step.type;
    return `${what} ${displayId(step.id)}`;
  });
}

function withPolicy(desired: Desired<SampleSpec>, policy: Partial<ResourcePolicy>): Observed {
  return observedResource({ ...desired, policy: { ...desired.policy, ...policy } });
}

describe('what we own and no manifest names', () => {
  it('is deleted in reverse order of creation, each after what is built on it, and not after what is not', () => {
    expect(told(stepsFor([ROLE, GROUP, SERVICE].map((d) => observedResource(d))))).toEqual([
      'delete service/xray',
      'hold waiting security-group/xray',
      'hold waiting role/xray',
    ]);
    expect(told(stepsFor([ROLE, GROUP].map((d) => observedResource(d))))).toEqual([
      'delete security-group/xray',
      'delete role/xray',
    ]);
  });

  it('goes after what is scoped to it, and not after what stands in a scope of that name of another kind', () => {
    const within = (kind: string, manifest: string): Observed => {
      const item = observedResource(desiredResource({ kind, manifest }));
      return { ...item, id: { ...item.id, scope: 'main' } };
    };
    const scopes = ['cluster', 'namespace'].map((kind) =>
      observedResource(desiredResource({ kind, name: 'main', manifest: kind })),
    );
    expect(told(stepsFor([...scopes, within('discovery-service', 'gone')]))).toEqual([
      'delete cluster/main',
      'delete discovery-service/xray',
      'hold waiting namespace/main',
    ]);
    expect(told(stepsFor([...scopes, within('service', 'gone')]))).toEqual([
      'delete service/xray',
      'hold waiting cluster/main',
      'delete namespace/main',
    ]);
  });

  it.each(['another', 'nobody'] as const)('is not even mentioned when it is owned by %s', (owner) => {
    expect(stepsFor([observedResource(ROLE, { owner })])).toEqual([]);
  });

  it('is not even mentioned where its tags name no manifest', () => {
    const { manifest: _manifest, ...nameless } = observedResource(ROLE);
    expect(stepsFor([nameless])).toEqual([]);
  });

  it('is left alone when it belongs to another environment of ours', () => {
    const elsewhere = observedResource(desiredResource({ kind: 'role', environment: 'other' }));
    const here: Observed = { ...elsewhere, id: { ...elsewhere.id, environment: 'default' } };
    expect(stepsFor([here])).toEqual([]);
  });

  it('stays while what may still be built on it could not be read', () => {
    const unread = withSeen(snapshotOf([observedResource(ROLE)]), 'default', 'service', {
      type: 'unseen',
      why: 'ecs:DescribeServices was refused',
    });
    expect(stepsFor([], { snapshot: unread })).toMatchObject([
      {
        type: 'hold',
        why: 'unseen',
        intent: 'delete',
        reason: expect.stringMatching(/^not every service could be read: ecs:DescribeServices/),
      },
    ]);
    const partly = withSeen(snapshotOf([observedResource(ROLE)]), 'default', 'service', {
      type: 'seen',
      items: [],
      unseen: [{ id: SERVICE.id, why: 'not answered' }],
    });
    expect(told(stepsFor([], { snapshot: partly }))).toEqual(['hold unseen role/xray']);
  });

  describe('counts in the budget', () => {
    const gone = (manifest: string, deletion: 'delete' | 'retain' = 'delete', kind = 'role'): Observed =>
      withPolicy(desiredResource({ kind, name: manifest, manifest }), { deletion });
    const until = (minute: number): string => `2026-11-02T11:0${minute}:00Z`;
    const recent = (begunByUs: boolean, ...manifests: readonly string[]): PlanInput['prune'] => ({
      budget: { count: 3 },
      confirmed: new Set(),
      recent: new Map(
        manifests.map((name, index) => [`DaemonService/${name}`, { until: until(index), begunByUs }]),
      ),
    });
    const budget = (count: number) => ({ ...planInput().prune, budget: { count } });

    it('whether it is deleted or released, which are told apart', () => {
      const items = [gone('a', 'retain'), gone('b', 'retain'), gone('c')];
      expect(told(stepsFor(items, { prune: budget(3) }))).toEqual([
        'release role/a',
        'release role/b',
        'delete role/c',
      ]);
      const held = planFor({ snapshot: snapshotOf(items), prune: budget(2) });
      expect(held.steps.map(({ reason }) => reason)).toEqual(
        items.map(
          () =>
            '1 object would be removed, 2 objects would be released and the prune budget is 2; confirm the plan by its hash, or raise --prune-budget',
        ),
      );
      expect(held.summary).toMatchObject({ hold: 3, release: 0 });
      expect(planFor({ snapshot: snapshotOf(items) }).summary).toMatchObject({ delete: 1, release: 2 });
    });

    it('but for what is released by default, which goes with its daemon', () => {
      const items = ['a', 'b'].map((name) => gone(name, 'retain', 'log-group'));
      expect(told(stepsFor(items, { prune: budget(0) }))).toEqual([
        'release log-group/a',
        'release log-group/b',
      ]);
    });

    it('with what went lately, and says when the next may go', () => {
      expect(told(stepsFor([gone('c')], { prune: recent(true, 'a', 'b') }))).toEqual(['delete role/c']);
      expect(stepsFor([gone('d')], { prune: recent(false, 'a', 'b', 'c') })).toMatchObject([
        {
          why: 'budget',
          reason:
            '1 object would be removed, 3 objects were removed within the last 1h and the prune budget is 3; wait until 2026-11-02T11:00:00Z, confirm the plan by its hash, or raise --prune-budget',
        },
      ]);
    });

    it('once: what has begun goes on, although nothing more may begin', () => {
      const prune = recent(true, 'a', 'b', 'c');
      expect(told(stepsFor([gone('c'), gone('d')], { prune }))).toEqual([
        'delete role/c',
        'hold budget role/d',
      ]);
      expect(told(stepsFor([gone('c')], { prune: recent(false, 'a', 'b', 'c') }))).toEqual(['delete role/c']);
    });

    it('in the number that a share is of', () => {
      const names = Array.from({ length: 20 }, (_, index) => `n${index}`);
      const desired = names.slice(4).map((name) => desiredResource({ name, manifest: name }));
      const prune = { ...recent(true, 'n0', 'n1', 'n2'), budget: { percent: 20 } };
      expect(told(stepsFor([gone('n3')], { desired, prune })).at(-1)).toBe('delete role/n3');
    });
  });

  it('is neither deleted nor released while git is suspect, however large the budget, unless it is confirmed', () => {
    const going = observedResource(SERVICE);
    const staying = withPolicy(ROLE, { deletion: 'retain' });
    const suspect = { budget: { count: 100 }, suspect: 'the branch was moved back' };
    const held = stepsFor([going, staying], { prune: { ...suspect, confirmed: new Set() } });
    expect(told(held).toSorted()).toEqual(['hold budget role/xray', 'hold budget service/xray']);
    for (const { reason } of held) expect(reason).toBe('the branch was moved back');
    const confirmed = new Set([resourceKey(going.id)]);
    expect(told(stepsFor([going], { prune: { ...suspect, confirmed } }))).toEqual(['delete service/xray']);
  });

  it('stays while the budget cannot count all that would go, unless it is confirmed', () => {
    const leftover = observedResource(SERVICE);
    const unread = withSeen(snapshotOf([leftover]), 'default', 'namespace', {
      type: 'unseen',
      why: 'refused',
    });
    expect(told(stepsFor([], { snapshot: unread }))).toEqual(['hold unseen service/xray']);
    const prune = { budget: { count: 0 }, confirmed: new Set([resourceKey(leftover.id)]) };
    expect(told(stepsFor([], { snapshot: unread, prune }))).toEqual(['delete service/xray']);
  });

  it('is untagged and left with deletion-policy retain', () => {
    const steps = stepsFor([withPolicy(ROLE, { deletion: 'retain' })]);
    expect(told(steps)).toEqual(['release role/xray']);
    expect(steps[0]?.reason).toBe('released: untagged and left as it is');
  });

  it('is untagged and left though it is used, and though its deletion would have to wait or is held', () => {
    const role = withPolicy(ROLE, { deletion: 'retain' });
    const others = desiredResource({ kind: 'service', name: 'other', manifest: 'other' });
    const using = { ...planInput().models.get('service')!, uses: () => [role.arn!] };
    const removals = [undefined, { waits: 'waits for sessions' }, { held: 'people use it' }];
    for (const removal of removals) {
      const models = new Map(planInput().models).set('service', using);
      models.set('role', { ...models.get('role')!, removal: () => ({ upkeep: [], ...removal }) });
      const snapshot = snapshotOf([role, observedResource(others)]);
      expect(told(planFor({ desired: [others], snapshot, models }).steps)).toContain('release role/xray');
    }
  });

  describe('where only some of a manifest say retain', () => {
    const group = observedResource(GROUP);
    const service = withPolicy(SERVICE, { deletion: 'retain' });

    it('is left as a whole, and who says so is released last', () => {
      expect(told(stepsFor([group, service]))).toEqual([
        'hold waiting service/xray',
        'release security-group/xray',
      ]);
      expect(stepsFor([group, service])).toMatchObject([
        { reason: 'to be untagged and left; waits until security-group/xray is released' },
        {},
      ]);
      expect(told(stepsFor([service]))).toEqual(['release service/xray']);
    });

    it('is no business of other manifests', () => {
      const other = observedResource(desiredResource({ kind: 'role', name: 'other', manifest: 'other' }));
      expect(told(stepsFor([other, service]))).toEqual(['release service/xray', 'delete role/other']);
    });

    it('waits for nothing that stays with prune disabled', () => {
      const kept = withPolicy(GROUP, { prune: false });
      expect(told(stepsFor([kept, service]))).toEqual(['release service/xray', 'keep security-group/xray']);
    });

    it('is deleted where it is but the log group that says so, as it does by default', () => {
      const logGroup = withPolicy(desiredResource({ kind: 'log-group', manifest: 'gone' }), {
        deletion: 'retain',
      });
      expect(told(stepsFor([logGroup, observedResource(SERVICE)]))).toEqual([
        'delete service/xray',
        'hold waiting log-group/xray',
      ]);
    });
  });

  it('stays with prune disabled', () => {
    const steps = stepsFor([withPolicy(ROLE, { prune: false })]);
    expect(told(steps)).toEqual(['keep role/xray']);
    expect(steps[0]?.reason).toBe('no manifest names it; kept by stationkeeper.dev/prune: disabled');
  });

  it('stays while the source is not wholly valid', () => {
    const prune = { ...planInput().prune, frozen: '1 document is invalid' };
    expect(stepsFor([observedResource(ROLE)], { prune })).toMatchObject([
      { type: 'hold', why: 'policy', intent: 'delete', reason: 'nothing is deleted: 1 document is invalid' },
    ]);
  });

  it('stays in mode observe', () => {
    expect(told(stepsFor([observedResource(ROLE)], { mode: 'observe' }))).toEqual(['hold policy role/xray']);
  });

  it('keeps a cluster until no service is left in it', () => {
    const cluster = desiredResource({ kind: 'cluster', name: 'fleet', manifest: 'fleet' });
    const scoped = observedResource(SERVICE);
    const inCluster: Observed = { ...scoped, id: { ...scoped.id, scope: 'fleet' } };
    expect(told(stepsFor([observedResource(cluster), inCluster]))).toEqual([
      'delete service/xray',
      'hold waiting cluster/fleet',
    ]);
  });
});
