import { describe, expect, test } from 'vitest';
import { resourceKey } from '../../controller/core/resource.ts';
import type { FieldChange, Upkeep } from '../../controller/core/resource.ts';
import type { PlanInput } from '../../controller/plan/input.ts';
import type { Step } from '../../controller/plan/step.ts';
import {
  desiredResource,
  modelsWith,
  observedResource,
  planFor,
  planInput,
  snapshotOf,
} from '../support/plans/resources.ts';

const NEEDED = desiredResource({ kind: 'log-group', name: 'needed' });
const USER = desiredResource({ kind: 'service', needs: [NEEDED.id] });
const SIZE: FieldChange = { path: 'size', from: 'small', to: 'big', by: 'update' };
const TIDYING: Upkeep = { what: 'revisions', from: 'ACTIVE', to: 'INACTIVE', isTidying: true };
const REGISTERING: Upkeep = { what: 'registrations', from: 1, to: 2, isTidying: false };

/** The steps of what is needed, for which this is to be done, and of what needs it and is to be made. */
function planned(
  changes: readonly FieldChange[],
  upkeep: readonly Upkeep[],
  input: Partial<PlanInput> = {},
): readonly Step[] {
  const models = new Map(planInput().models);
  models.set('log-group', { ...models.get('log-group')!, diff: () => changes, upkeep: () => upkeep });
  const snapshot = snapshotOf([observedResource(NEEDED)]);
  return planFor({ desired: [NEEDED, USER], snapshot, models, ...input }).steps;
}

describe('what needs something of which', () => {
  test.each<readonly [string, readonly FieldChange[], readonly Upkeep[], 'create' | 'hold']>([
    ['nothing is to be done goes on', [], [], 'create'],
    ['only something is tidied goes on', [], [TIDYING], 'create'],
    ['a field changes waits', [SIZE], [], 'hold'],
    ['a field changes and something is tidied waits', [SIZE], [TIDYING], 'hold'],
    ['more than tidying is to be done waits', [], [TIDYING, REGISTERING], 'hold'],
  ])('%s', (_what, changes, upkeep, expected) => {
    const reason = expected === 'hold' ? 'waits for log-group/needed' : '';
    expect(planned(changes, upkeep)[1]).toMatchObject({ type: expected, reason });
  });

  test('there is nothing yet waits, whatever there is to tidy up', () => {
    const missing = planned([], [TIDYING], { snapshot: snapshotOf([]) });
    expect(missing).toMatchObject([
      { type: 'create' },
      { type: 'hold', changedBy: 'git', reason: 'waits for log-group/needed' },
    ]);
  });

  test('it is not told yet what changes, as that follows something else, waits', () => {
    const role = desiredResource({ kind: 'role' });
    const group = desiredResource({ kind: 'security-group', needs: [role.id] });
    const service = desiredResource({ kind: 'service', needs: [group.id] });
    const models = modelsWith('role', { updateChangesOutputs: true });
    const items = [observedResource(role, { fields: { size: 'big' } }), observedResource(group)];
    const { steps } = planFor({ desired: [role, group, service], snapshot: snapshotOf(items), models });
    expect(steps.map(({ reason }) => reason)).toEqual([
      '',
      'follows role/xray',
      'waits for security-group/xray',
    ]);
  });

  test('the change is held by more than waiting goes on with what there is', () => {
    const failed = new Map([[resourceKey(NEEDED.id), 'it was refused']]);
    expect(planned([SIZE], [], { failed }).map(({ type }) => type)).toEqual(['hold', 'create']);
  });

  test('the change waits itself waits too, and says that AWS ends the first by itself', () => {
    const started = new Map([[resourceKey(NEEDED.id), 'AWS is working on it']]);
    expect(planned([SIZE], [], { started })).toMatchObject([
      { type: 'hold', reason: 'AWS is working on it', endsByItself: true },
      { type: 'hold', reason: 'waits for log-group/needed' },
    ]);
    expect(planned([SIZE], [], { started })[1]).not.toHaveProperty('endsByItself');
  });
});

test('what is not compared, as it could not be read or is not ours, differs by what git wants', () => {
  const theirs = observedResource(NEEDED, { owner: 'another' });
  expect(planFor({ desired: [NEEDED], snapshot: snapshotOf([theirs]) }).steps[0]).toMatchObject({
    type: 'hold',
    changedBy: 'git',
  });
});

test('upkeep is told among the fields by its name and which of them it concerns', () => {
  const models = new Map(planInput().models);
  const upkeep: readonly Upkeep[] = [TIDYING, { ...TIDYING, which: 'xray:7' }];
  models.set('log-group', { ...models.get('log-group')!, upkeep: () => upkeep });
  const ignoring = { ...NEEDED, policy: { ...NEEDED.policy, ignoreDrift: ['size'] } };
  const resting = (...paths: readonly string[]): Partial<PlanInput> => ({
    resting: new Map([[resourceKey(NEEDED.id), { paths: new Set(paths), reason: 'it does not stay' }]]),
  });
  const input = { desired: [ignoring], snapshot: snapshotOf([observedResource(NEEDED)]), models };
  const [step] = planFor({ ...input, ...resting('revisions[xray:7]') }).steps;
  expect(step).toMatchObject({ type: 'update', upkeep: [TIDYING] });
  expect(planFor({ ...input, ...resting('revisions', 'revisions[xray:7]') }).steps[0]?.type).toBe('hold');
});
