import { describe, expect, it } from 'vitest';
import type { Desired, Observed } from '../../controller/core/resource.ts';
import { withSeen } from '../../controller/plan/snapshot.ts';
import type { Step } from '../../controller/plan/step.ts';
import {
  desiredResource,
  observedResource,
  planFor,
  resourceId,
  snapshotOf,
} from '../support/plans/resources.ts';
import type { DesiredOverrides, ObservedOverrides } from '../support/plans/resources.ts';

interface Row {
  readonly rule: string;
  readonly desired?: DesiredOverrides;
  /** Absent: it does not exist. */
  readonly observed?: ObservedOverrides;
  readonly mode?: 'observe';
  readonly failed?: boolean;
  readonly started?: boolean;
  /** `create`, `hold policy create`, … */
  readonly step: string;
}

const ROWS: readonly Row[] = [
  { rule: 'what does not exist is created', step: 'create' },
  { rule: 'what is as wanted is kept', observed: {}, step: 'keep' },
  { rule: 'what differs is updated', observed: { fields: { size: 'big' } }, step: 'update' },
  {
    rule: 'what AWS cannot change in place is held',
    desired: { fields: { fixedName: 'a' } },
    observed: { fields: { fixedName: 'b' } },
    step: 'hold policy replace',
  },
  {
    rule: 'allow-replace lets it be replaced',
    desired: { fields: { fixedName: 'a' }, policy: { allowReplace: true } },
    observed: { fields: { fixedName: 'b' } },
    step: 'replace',
  },
  {
    rule: "another owner's is held even where it differs",
    observed: { owner: 'another', fields: { size: 'big' } },
    step: 'hold not-ours none',
  },
  { rule: 'what nobody owns is held', observed: { owner: 'nobody' }, step: 'hold not-ours none' },
  {
    rule: 'adopt takes over what nobody owns',
    desired: { policy: { adoption: 'adopt' } },
    observed: { owner: 'nobody' },
    step: 'update',
  },
  {
    rule: 'adopt-or-create takes over what nobody owns',
    desired: { policy: { adoption: 'adopt-or-create' } },
    observed: { owner: 'nobody' },
    step: 'update',
  },
  {
    rule: 'what nobody owns is taken over before it is replaced',
    desired: { fields: { fixedName: 'a' }, policy: { adoption: 'adopt', allowReplace: true } },
    observed: { owner: 'nobody', fields: { fixedName: 'b' } },
    step: 'update',
  },
  {
    rule: 'what nobody owns and may not be replaced is not even taken over',
    desired: { fields: { fixedName: 'a' }, policy: { adoption: 'adopt' } },
    observed: { owner: 'nobody', fields: { fixedName: 'b' } },
    step: 'hold policy replace',
  },
  {
    rule: "adopt never takes over another owner's",
    desired: { policy: { adoption: 'adopt' } },
    observed: { owner: 'another' },
    step: 'hold not-ours none',
  },
  { rule: 'adopt never creates', desired: { policy: { adoption: 'adopt' } }, step: 'hold missing none' },
  { rule: 'adopt-or-create creates', desired: { policy: { adoption: 'adopt-or-create' } }, step: 'create' },
  {
    rule: 'reconcile: observe creates nothing',
    desired: { policy: { reconcile: 'observe' } },
    step: 'hold policy create',
  },
  {
    rule: 'reconcile: observe changes nothing',
    desired: { policy: { reconcile: 'observe' } },
    observed: { fields: { size: 'big' } },
    step: 'hold policy update',
  },
  {
    rule: 'reconcile: observe keeps what is as wanted',
    desired: { policy: { reconcile: 'observe' } },
    observed: {},
    step: 'keep',
  },
  {
    rule: 'reconcile: disabled leaves alone what differs',
    desired: { policy: { reconcile: 'disabled' } },
    observed: { fields: { size: 'big' } },
    step: 'hold policy none',
  },
  {
    rule: 'mode observe changes nothing',
    mode: 'observe',
    observed: { fields: { size: 'big' } },
    step: 'hold policy update',
  },
  { rule: 'mode observe creates nothing', mode: 'observe', step: 'hold policy create' },
  {
    rule: 'ignored drift is kept',
    desired: { policy: { ignoreDrift: ['size'] } },
    observed: { fields: { size: 'big' } },
    step: 'keep',
  },
  {
    rule: 'a missing label is put back',
    desired: { labels: { team: 'a' } },
    observed: { applied: desiredResource() },
    step: 'update',
  },
  { rule: 'what has just failed is held', failed: true, step: 'hold failed create' },
  { rule: 'what AWS still works on is waited for', started: true, step: 'hold waiting create' },
  {
    rule: 'an external resource that exists is kept, whoever owns it',
    desired: { management: 'external' },
    observed: { owner: 'another', fields: { size: 'big' } },
    step: 'keep',
  },
  {
    rule: 'an external resource that is absent is held',
    desired: { management: 'external' },
    step: 'hold missing none',
  },
  {
    rule: 'ill health never holds an update',
    observed: { fields: { size: 'big' }, health: { status: 'Degraded', message: 'crashing' } },
    step: 'update',
  },
];

function plannedFor(row: Row): Step {
  const desired = desiredResource(row.desired);
  const items = row.observed === undefined ? [] : [observedResource(desired, row.observed)];
  const key = 'default|log-group||xray';
  const plan = planFor({
    desired: [desired],
    snapshot: snapshotOf(items),
    ...(row.mode === undefined ? {} : { mode: row.mode }),
    ...(row.failed === true ? { failed: new Map([[key, 'it failed']]) } : {}),
    ...(row.started === true ? { started: new Map([[key, 'under way']]) } : {}),
  });
  expect(plan.steps).toHaveLength(1);
  return plan.steps[0]!;
}

function describeStep(step: Step): string {
  return step.type === 'hold' ? `hold ${step.why} ${step.intent}` : step.type;
}

describe('the step of one resource', () => {
  it.each(ROWS)('$rule', (row) => {
    expect(describeStep(plannedFor(row))).toBe(row.step);
  });

  it('is unseen where what it is looked for by was not seen', () => {
    const namespace = desiredResource({ kind: 'namespace', name: 'example.org', management: 'external' });
    const desired = desiredResource({ kind: 'discovery-service', needs: [namespace.id] });
    const snapshot = withSeen(snapshotOf([]), 'default', 'namespace', {
      type: 'seen',
      items: [],
      unseen: [{ id: namespace.id, why: 'two have the name' }],
    });
    const { steps } = planFor({ desired: [namespace, desired], snapshot });
    expect(steps.map((step) => [describeStep(step), step.reason])).toEqual([
      ['hold unseen none', 'two have the name'],
      ['hold unseen none', 'it is looked for by namespace/example.org, which is not known yet: see there'],
    ]);
  });

  it('calls a difference drift when the spec that was last applied is the wanted one', () => {
    const step = plannedFor({ rule: '', step: '', observed: { fields: { size: 'big' } } });
    expect(step).toMatchObject({ changedBy: 'aws', changes: [{ path: 'size', from: 'big', to: 'small' }] });
  });

  it('calls a difference a change when git asked for another spec before', () => {
    const applied = desiredResource({ fields: { size: 'medium' } });
    expect(
      plannedFor({ rule: '', step: '', observed: { fields: { size: 'medium' }, applied } }).changedBy,
    ).toBe('git');
  });

  it('lists ignored drift on the step that keeps it', () => {
    const step = plannedFor({
      rule: '',
      step: '',
      desired: { policy: { ignoreDrift: ['size'] } },
      observed: { fields: { size: 'big' } },
    });
    expect(step).toMatchObject({ type: 'keep', reason: 'drift ignored: size', changes: [{ path: 'size' }] });
  });
});

describe('what was not seen', () => {
  const desired = desiredResource();

  it('is never created, where the whole kind could not be read', () => {
    const snapshot = withSeen(snapshotOf([]), 'default', 'log-group', { type: 'unseen', why: 'throttled' });
    expect(planFor({ desired: [desired], snapshot }).steps).toMatchObject([
      { type: 'hold', why: 'unseen', intent: 'none', reason: 'throttled' },
    ]);
  });

  it('is never created, where it alone could not be read', () => {
    const unseen = [{ id: desired.id, why: 'no answer' }];
    const snapshot = withSeen(snapshotOf([]), 'default', 'log-group', { type: 'seen', items: [], unseen });
    expect(planFor({ desired: [desired], snapshot }).steps).toMatchObject([{ type: 'hold', why: 'unseen' }]);
  });

  it('holds what needs it', () => {
    const user = desiredResource({ kind: 'task-definition', needs: [desired.id] });
    const snapshot = withSeen(snapshotOf([]), 'default', 'log-group', { type: 'unseen', why: 'throttled' });
    expect(planFor({ desired: [desired, user], snapshot }).steps[1]).toMatchObject({
      type: 'hold',
      why: 'waiting',
      intent: 'create',
    });
  });

  it('keeps leftovers of its kind from being deleted', () => {
    const leftover = observedResource(desiredResource({ name: 'gone' }));
    const unseen = [{ id: desired.id, why: 'no answer' }];
    const snapshot = withSeen(snapshotOf([]), 'default', 'log-group', {
      type: 'seen',
      items: [leftover],
      unseen,
    });
    const steps = planFor({ desired: [desired], snapshot }).steps;
    expect(steps[1]).toMatchObject({ type: 'hold', why: 'unseen', intent: 'delete' });
  });
});

describe('what needs others', () => {
  const role = desiredResource({ kind: 'role', name: 'task' });
  const taskDefinition = desiredResource({ kind: 'task-definition', needs: [role.id] });
  const service = desiredResource({ kind: 'service', needs: [taskDefinition.id] });

  function stepsFor(
    items: readonly Observed[],
    desired: readonly Desired[] = [service, taskDefinition, role],
  ): readonly string[] {
    return planFor({ desired, snapshot: snapshotOf(items) }).steps.map(describeStep);
  }

  it('comes after what it needs, and waits while that does not exist', () => {
    expect(stepsFor([])).toEqual(['create', 'hold waiting create', 'hold waiting create']);
  });

  it('moves on as soon as what it needs is there', () => {
    expect(stepsFor([observedResource(role)])).toEqual(['keep', 'create', 'hold waiting create']);
  });

  it('waits with its own update while what it needs has one', () => {
    const items = [
      observedResource(role, { fields: { size: 'old' } }),
      observedResource(taskDefinition, { fields: { size: 'old' } }),
    ];
    expect(stepsFor(items)).toEqual(['update', 'hold waiting update', 'hold waiting create']);
  });

  it('is kept while what it needs is updated in place', () => {
    const items = [
      observedResource(role, { fields: { size: 'old' } }),
      observedResource(taskDefinition),
      observedResource(service),
    ];
    expect(stepsFor(items)).toEqual(['update', 'keep', 'keep']);
  });

  it('is announced to follow a task definition that gets a new revision', () => {
    const items = [
      observedResource(role),
      observedResource(taskDefinition, { fields: { size: 'old' } }),
      observedResource(service),
    ];
    const plan = planFor({ desired: [service, taskDefinition, role], snapshot: snapshotOf(items) });
    expect(plan.steps[2]).toMatchObject({
      type: 'hold',
      why: 'waiting',
      intent: 'update',
      reason: 'follows task-definition/xray',
    });
    expect(plan.summary).toMatchObject({ update: 2, keep: 1 });
  });

  it('never builds on what belongs to others', () => {
    expect(stepsFor([observedResource(role, { owner: 'nobody' })])).toEqual([
      'hold not-ours none',
      'hold waiting create',
      'hold waiting create',
    ]);
  });

  it('goes on with what exists when the update of that has failed', () => {
    const items = [observedResource(role, { fields: { size: 'old' } })];
    const failed = new Map([['default|role||task', 'AccessDenied']]);
    const plan = planFor({ desired: [taskDefinition, role], snapshot: snapshotOf(items), failed });
    expect(plan.steps.map(describeStep)).toEqual(['hold failed update', 'create']);
  });

  it('uses an external resource', () => {
    const external = desiredResource({ kind: 'role', name: 'task', management: 'external' });
    expect(stepsFor([observedResource(external, { owner: 'nobody' })], [taskDefinition, external])).toEqual([
      'keep',
      'create',
    ]);
  });
});

describe('the plan as a whole', () => {
  it('has the same hash whether a step is held or taken, and another one for another change', () => {
    const desired = desiredResource();
    const small = planFor({ desired: [desired] });
    const held = planFor({ desired: [desired], mode: 'observe' });
    const other = planFor({ desired: [desiredResource({ name: 'other' })] });
    expect(held.hash).toBe(small.hash);
    expect(other.hash).not.toBe(small.hash);
  });

  it('counts every step once: what waits as what it waits to do, what is held otherwise as held', () => {
    const waiting = desiredResource({ name: 'a', needs: [resourceId('role', 'missing')] });
    const observed = desiredResource({ name: 'b', policy: { reconcile: 'observe' } });
    const plan = planFor({ desired: [waiting, observed] });
    expect(plan.summary).toEqual({
      create: 1,
      update: 0,
      replace: 0,
      delete: 0,
      release: 0,
      keep: 0,
      hold: 1,
    });
  });
});
