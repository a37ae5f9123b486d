import { describe, expect, it } from 'vitest';
import type { KindModel } from '../../controller/core/kind.ts';
import type { KindName, Observed } from '../../controller/core/resource.ts';
import { displayId } from '../../controller/core/resource.ts';
import type { PlanInput } from '../../controller/plan/input.ts';
import type { Step } from '../../controller/plan/step.ts';
import {
  desiredResource,
  observedResource,
  planFor,
  planInput,
  snapshotOf,
} from '../support/plans/resources.ts';
import type { ObservedOverrides } from '../support/plans/resources.ts';

const ALLOWED = { policy: { allowReplace: true } };
const group = desiredResource({
  kind: 'security-group',
  name: 'group',
  manifest: 'xray',
  fields: { fixed: 'new' },
  ...ALLOWED,
});
const service = desiredResource({ kind: 'service', manifest: 'xray', needs: [group.id], ...ALLOWED });

/** Models that say what uses what: a sample refers to the ARN in its field `uses`. */
function models(overrides: Partial<KindModel> = {}, kind: KindName = 'service'): PlanInput['models'] {
  const all = new Map(planInput().models);
  all.set(kind, {
    ...all.get(kind)!,
    uses: ({ state }: Observed) =>
      Object.entries(state as Record<string, string>).flatMap(([name, arn]) =>
        name === 'uses' ? [arn] : [],
      ),
    letGo: () => [{ path: 'uses', from: 'it', to: null, by: 'update' }],
    ...overrides,
  });
  return all;
}

function using(used: Observed | undefined, overrides: ObservedOverrides = {}): Observed {
  const fields = { size: 'small', ...(used?.arn === undefined ? {} : { uses: used.arn }) };
  return observedResource(service, { fields, ...overrides });
}

const oldGroup = observedResource(group, { fields: { fixed: 'old' } });

function steps(items: readonly Observed[], overrides: Partial<PlanInput> = {}): readonly Step[] {
  return planFor({ desired: [group, service], snapshot: snapshotOf(items), models: models(), ...overrides })
    .steps;
}

function told(all: readonly Step[]): readonly string[] {
  return all.map((step) => `${step.type === 'hold' ? `hold ${step.why}` : step.type} ${displayId(step.id)}`);
}

describe('something that is to be replaced', () => {
  it('waits for what uses it to let go, and says what replacing it interrupts', () => {
    const [replaced, user] = steps([oldGroup, using(oldGroup)]);
    expect(replaced).toMatchObject({
      type: 'hold',
      why: 'waiting',
      intent: 'replace',
      reason: 'waits until service/xray no longer uses it; replacing it interrupts everything',
    });
    expect(user).toMatchObject({ type: 'update', changes: [{ path: 'uses', to: null }], changedBy: 'git' });
  });

  it('is replaced once nothing uses it, and its user waits for the new one', () => {
    const needy = desiredResource({
      kind: 'service',
      manifest: 'xray',
      needs: [group.id],
      fields: { size: 'big' },
    });
    expect(told(steps([oldGroup, using(undefined)], { desired: [group, needy] }))).toEqual([
      'replace security-group/group',
      'hold waiting service/xray',
    ]);
  });

  it('waits for what cannot be without it', () => {
    expect(told(steps([oldGroup, using(oldGroup)], { models: models({ letGo: () => [] }) }))).toEqual([
      'hold waiting security-group/group',
      'hold waiting service/xray',
    ]);
  });

  it('is let go of by nobody while it may not be replaced', () => {
    const held = { ...group, policy: { ...group.policy, allowReplace: false } };
    expect(told(steps([oldGroup, using(oldGroup)], { desired: [held, service] }))).toEqual([
      'hold policy security-group/group',
      'keep service/xray',
    ]);
  });

  it('stays where its removal is forbidden, with the reason', () => {
    const forbidding = models(
      { removal: () => ({ upkeep: [], held: 'somebody is in it' }) },
      'security-group',
    );
    expect(steps([oldGroup], { models: forbidding })[0]).toMatchObject({
      type: 'hold',
      why: 'policy',
      reason: 'somebody is in it',
    });
  });
});

describe('a leftover', () => {
  const leftover = observedResource(
    desiredResource({ kind: 'security-group', name: 'former', manifest: 'xray' }),
  );

  it('stays while something refers to it', () => {
    const steps = planFor({
      desired: [service],
      snapshot: snapshotOf([leftover, using(leftover)]),
      models: models(),
    }).steps;
    expect(steps.at(-1)).toMatchObject({
      type: 'hold',
      why: 'waiting',
      reason: 'waits until service/xray no longer uses it',
    });
  });

  it('stays until what is built on its successor is well', () => {
    const ill = using(undefined, { health: { status: 'Degraded', message: 'rolled back' } });
    const all = planFor({
      desired: [service],
      snapshot: snapshotOf([leftover, ill]),
      models: models(),
    }).steps;
    expect(all.at(-1)).toMatchObject({
      type: 'hold',
      why: 'waiting',
      reason: 'waits until service/xray is healthy on its replacement',
    });
  });

  it('is what a rename leaves, and held with it until it is allowed', () => {
    const renaming = models({ renameReplaces: true }, 'security-group');
    const held = { ...group, policy: { ...group.policy, allowReplace: false } };
    const snapshot = snapshotOf([leftover]);
    const [renamed, former] = planFor({ desired: [held], snapshot, models: renaming }).steps;
    expect(renamed).toMatchObject({
      type: 'hold',
      why: 'policy',
      intent: 'replace',
      changes: [{ path: 'name', from: 'former', to: 'group', by: 'replace' }],
    });
    expect(former).toMatchObject({ type: 'hold', why: 'policy', intent: 'delete' });
    expect(told(planFor({ desired: [group], snapshot, models: renaming }).steps)).toEqual([
      'create security-group/group',
      'delete security-group/former',
    ]);
  });
});

describe('upkeep', () => {
  const upkeep = (isTidying: boolean) =>
    models(
      {
        upkeep: () => [{ what: 'revisions', which: 'xray:1', from: 'ACTIVE', to: null, isTidying }],
      },
      'security-group',
    );
  const needy = desiredResource({
    kind: 'service',
    manifest: 'xray',
    needs: [group.id],
    fields: { size: 'big' },
  });
  const items = [observedResource(group), using(undefined)];

  it('that is mere tidying holds nothing up', () => {
    const desired = [group, needy];
    expect(told(steps(items, { desired, models: upkeep(true) }))).toEqual([
      'update security-group/group',
      'update service/xray',
    ]);
    expect(told(steps(items, { desired, models: upkeep(false) }))).toEqual([
      'update security-group/group',
      'hold waiting service/xray',
    ]);
  });

  it('that only tidies waits for what differs, and other upkeep is done with it', () => {
    const desired = [{ ...group, spec: { ...group.spec, fields: { size: 'big' } } }];
    const of = (isTidying: boolean) => steps(items, { desired, models: upkeep(isTidying) })[0];
    expect(of(true)).toMatchObject({ type: 'update', changes: [{ path: 'size' }], upkeep: [] });
    expect(of(false)).toMatchObject({
      type: 'update',
      changes: [{ path: 'size' }],
      upkeep: [{ what: 'revisions', which: 'xray:1' }],
    });
  });
});

it('a change that would be in vain is told and not made', () => {
  const change = { path: 'taskDefinition', from: 'xray:6', to: 'xray:7', by: 'update' } as const;
  const vain = models({ diff: () => [{ ...change, held: 'it was rolled back' }] }, 'security-group');
  expect(steps([observedResource(group), using(undefined)], { models: vain })[0]).toMatchObject({
    type: 'hold',
    why: 'policy',
    intent: 'update',
    reason: 'it was rolled back',
    changes: [change],
  });
});
