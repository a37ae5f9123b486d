import { describe, expect, test } from 'vitest';
import { resourceKey } from '../../controller/core/resource.ts';
import type { Desired } from '../../controller/core/resource.ts';
import type { PlanInput } from '../../controller/plan/input.ts';
import type { Step } from '../../controller/plan/step.ts';
import { withSeen } from '../../controller/plan/snapshot.ts';
import {
  desiredResource,
  observedResource,
  planFor,
  planInput,
  snapshotOf,
} from '../support/plans/resources.ts';
import type { DesiredOverrides, ObservedOverrides } from '../support/plans/resources.ts';

/** A revision that git changes, and the service that is to take it up. */
interface Pair {
  readonly service?: DesiredOverrides;
  readonly seen?: ObservedOverrides;
  readonly input?: Partial<PlanInput>;
  /** Somebody changed the revision in AWS. */
  readonly drifted?: true;
  readonly unread?: true;
}

const REVISION = desiredResource({ kind: 'task-definition', fields: { image: 'new' } });

const MODELS: PlanInput['models'] = new Map(
  [...planInput().models].map(([kind, model]) => [
    kind,
    kind === 'service' ? { ...model, takesUp: () => 'revision' } : model,
  ]),
);

function planned({ service: overrides = {}, seen = {}, input = {}, drifted, unread }: Pair): readonly Step[] {
  const service = desiredResource({ kind: 'service', needs: [REVISION.id], ...overrides });
  const revision: Desired = { ...REVISION, usedBy: service.id };
  const before = desiredResource({ kind: 'task-definition', fields: { image: 'old' } });
  const items = [
    observedResource(REVISION, { fields: { image: 'old' }, applied: drifted === true ? REVISION : before }),
    observedResource(service, seen),
  ];
  const snapshot =
    unread === true
      ? withSeen(snapshotOf(items.slice(0, 1)), 'default', 'service', { type: 'unseen', why: 'throttled' })
      : snapshotOf(items);
  return planFor({ models: MODELS, desired: [revision, service], snapshot, ...input }).steps;
}

function told(steps: readonly Step[]): readonly string[] {
  return steps.map(({ id, ...step }) =>
    [step.type, ...('why' in step ? [step.why, step.intent] : []), id.kind].join(' '),
  );
}

const FAILED = {
  failed: new Map([[resourceKey(desiredResource({ kind: 'service' }).id), 'it was refused']]),
};
const BIG = { fields: { size: 'big' } };

describe('a revision that its service', () => {
  test('is to take up is registered, and the service follows', () => {
    expect(told(planned({}))).toEqual(['update task-definition', 'hold waiting update service']);
  });

  test.each<readonly [string, Pair, string]>([
    [
      'may not be replaced for',
      { service: { fields: { fixed: 'a' } }, seen: { fields: { fixed: 'b' } } },
      'hold policy update task-definition',
    ],
    [
      'is not observed for',
      { service: { policy: { reconcile: 'observe' } }, seen: BIG },
      'hold policy update task-definition',
    ],
    ["is another's to take up", { seen: { owner: 'another' } }, 'hold not-ours update task-definition'],
    ['could not be read for', { unread: true }, 'hold unseen update task-definition'],
    [
      'fails to take up again',
      { seen: BIG, input: FAILED, drifted: true },
      'hold failed update task-definition',
    ],
  ])('%s waits with it', (_what, pair, step) => {
    const [revision] = planned(pair);
    expect(told([revision!])).toEqual([step]);
    expect(revision?.reason).toMatch(/^waits with service\/xray, which is held: /);
  });

  test('is not there to take up waits with it, where it was never made', () => {
    const service = desiredResource({ kind: 'service', policy: { reconcile: 'observe' } });
    const revision: Desired = { ...REVISION, usedBy: service.id };
    const snapshot = snapshotOf([observedResource(service, BIG)]);
    expect(told(planFor({ models: MODELS, desired: [revision, service], snapshot }).steps)).toEqual([
      'hold policy create task-definition',
      'hold policy update service',
    ]);
  });

  test('is held for waits with it, rather than for what it needs itself', () => {
    const service = desiredResource({ kind: 'service', policy: { reconcile: 'observe' } });
    const role = desiredResource({ kind: 'role', name: 'missing' });
    const revision = { ...REVISION, spec: { ...REVISION.spec, needs: [role.id] }, usedBy: service.id };
    const items = [observedResource(REVISION, { fields: { image: 'old' } }), observedResource(service, BIG)];
    const [step] = planFor({ desired: [revision, service], snapshot: snapshotOf(items) }).steps;
    expect(step?.reason).toMatch(/^waits with service\/xray/);
  });

  test('is held for says why it is held itself where only that keeps it', () => {
    const failed = new Map([[resourceKey(REVISION.id), 'AWS refused it']]);
    const [revision] = planned({
      service: { policy: { reconcile: 'observe' } },
      seen: BIG,
      input: { failed },
    });
    expect(revision).toMatchObject({ why: 'failed', reason: 'AWS refused it' });
  });

  test('is held for is tidied up behind all the same', () => {
    const upkeep = [
      { what: 'revisions', which: 'xray:1', from: 'ACTIVE', to: null, isTidying: true },
    ] as const;
    const tidying = new Map(MODELS);
    tidying.set('task-definition', {
      ...MODELS.get('task-definition')!,
      diff: () => [],
      upkeep: () => upkeep,
    });
    const steps = planned({
      service: { policy: { reconcile: 'observe' } },
      seen: BIG,
      input: { models: tidying },
    });
    expect(told(steps)).toEqual(['update task-definition', 'hold policy update service']);
  });

  test('is to take up is registered while the service lets go of what is made anew', () => {
    const group = desiredResource({
      kind: 'security-group',
      fields: { fixed: 'new' },
      policy: { allowReplace: true },
    });
    const old = observedResource(group, { fields: { fixed: 'old' } });
    const service = desiredResource({ kind: 'service', needs: [REVISION.id, group.id] });
    const lettingGo = new Map(MODELS);
    lettingGo.set('service', {
      ...MODELS.get('service')!,
      uses: () => [old.arn!],
      letGo: () => [{ path: 'uses', from: 'it', to: null, by: 'update' }],
    });
    const items = [observedResource(REVISION, { fields: { image: 'old' } }), old, observedResource(service)];
    const desired = [{ ...REVISION, usedBy: service.id }, group, service];
    expect(told(planFor({ models: lettingGo, desired, snapshot: snapshotOf(items) }).steps)).toContain(
      'update task-definition',
    );
  });

  test('ignores is left as it is, and announced by neither', () => {
    const steps = planned({ service: { policy: { ignoreDrift: ['revision'] } }, drifted: true });
    expect(told(steps)).toEqual(['keep task-definition', 'keep service']);
    expect(steps[0]).toMatchObject({ reason: expect.stringContaining('service/xray does not take it up') });
  });

  test('has failed with is registered where git changes it, for that may be the cure', () => {
    expect(told(planned({ seen: BIG, input: FAILED }))).toEqual([
      'update task-definition',
      'hold failed update service',
    ]);
  });
});

test('what gives nothing new by an update does not wait with what uses it', () => {
  const service = desiredResource({ kind: 'service', policy: { reconcile: 'observe' } });
  const group = desiredResource({ kind: 'log-group' });
  const items = [observedResource(group, { fields: { size: 'old' } }), observedResource(service, BIG)];
  const desired = [{ ...group, usedBy: service.id }, service];
  expect(told(planFor({ desired, snapshot: snapshotOf(items) }).steps)).toEqual([
    'update log-group',
    'hold policy update service',
  ]);
});
