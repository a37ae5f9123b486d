import { describe, expect, it } from 'vitest';
import type { Removing } from '../../controller/core/kind.ts';
import { resourceKey } from '../../controller/core/resource.ts';
import type { PlanInput } from '../../controller/plan/input.ts';
import { withSeen } from '../../controller/plan/snapshot.ts';
import type { HoldStep, Step } from '../../controller/plan/step.ts';
import {
  desiredResource,
  factsOf,
  modelsWith,
  observedResource,
  planFor,
  planInput,
  snapshotOf,
} from '../support/plans/resources.ts';

/** One thing that keeps a step from being taken now. */
interface Obstacle {
  readonly name: string;
  readonly with: Partial<PlanInput>;
  readonly why: HoldStep['why'];
  readonly says: RegExp;
}

/** Each obstacle beside all that come after it: the first is told. */
function precedence(obstacles: readonly Obstacle[], stepOf: (input: Partial<PlanInput>) => Step): void {
  it.each(obstacles.map((obstacle, index) => [obstacle.name, index] as const))('%s', (_name, index) => {
    const { why, says } = obstacles[index]!;
    const step = stepOf(
      Object.assign(
        {},
        ...obstacles
          .slice(index)
          .map((one) => one.with)
          .toReversed(),
      ) as Partial<PlanInput>,
    );
    expect(step).toMatchObject({ type: 'hold', why, reason: expect.stringMatching(says) as string });
  });

  it('nothing at all', () => {
    expect(stepOf({}).type).not.toBe('hold');
  });
}

const UNKNOWN_SELF = { type: 'unseen', why: 'ECS does not tell' } as const;
const KEY = resourceKey(desiredResource().id);
const FAILED = { failed: new Map([[KEY, 'it was refused']]) };
const STARTED = { started: new Map([[KEY, 'AWS is working on it']]) };

describe('what is left over is kept by, in this order', () => {
  const leftover = observedResource(desiredResource());
  const unread = withSeen(snapshotOf([leftover]), 'default', 'service', { type: 'unseen', why: 'refused' });
  const prune = planInput().prune;
  precedence(
    [
      {
        name: 'the controller itself',
        with: { self: UNKNOWN_SELF },
        why: 'policy',
        says: /ECS does not say/,
      },
      { name: 'what was not read', with: { snapshot: unread }, why: 'unseen', says: /not every service/ },
      {
        name: 'frozen pruning',
        with: { prune: { ...prune, frozen: 'a bad document' } },
        why: 'policy',
        says: /a bad document/,
      },
      {
        name: 'its youth',
        with: {
          prune: { ...prune, wantedAt: 1_000 },
          snapshot: snapshotOf([{ ...leftover, createdAt: 1_001 }]),
        },
        why: 'waiting',
        says: /is younger than the last reading of git/,
      },
      { name: 'the mode', with: { mode: 'observe' }, why: 'policy', says: /--mode observe/ },
      {
        name: 'its model',
        with: {
          models: modelsWith('log-group', { removal: () => ({ upkeep: [], held: 'people log in it' }) }),
        },
        why: 'policy',
        says: /people log in it/,
      },
      {
        name: 'the budget',
        with: { prune: { ...prune, suspect: 'the branch was moved back' } },
        why: 'budget',
        says: /moved back/,
      },
      { name: 'a failure', with: FAILED, why: 'failed', says: /it was refused/ },
      { name: 'work under way', with: STARTED, why: 'waiting', says: /AWS is working/ },
      {
        name: 'what AWS ends by itself',
        with: {
          models: modelsWith('log-group', { removal: () => ({ upkeep: [], waits: 'waits for streams' }) }),
        },
        why: 'waiting',
        says: /waits for streams/,
      },
    ],
    (input) => planFor({ snapshot: snapshotOf([leftover]), ...input }).steps[0]!,
  );
});

describe('a replacement is kept by, in this order', () => {
  const policy = { allowReplace: true };
  const wanted = desiredResource({ fields: { fixed: 'new' }, policy });
  const snapshot = snapshotOf([observedResource(wanted, { fields: { fixed: 'old' } })]);
  const unread = withSeen(snapshot, 'default', 'service', { type: 'unseen', why: 'refused' });
  const { prune } = planInput();
  const missing = desiredResource({ kind: 'role', name: 'gone' });
  const needing = { ...wanted, spec: { ...wanted.spec, needs: [missing.id] } };
  const variant = (over: Partial<typeof wanted.policy>) => ({
    desired: [{ ...needing, policy: { ...needing.policy, ...over } }],
  });
  precedence(
    [
      {
        name: 'the controller itself',
        with: { self: UNKNOWN_SELF },
        why: 'policy',
        says: /ECS does not say/,
      },
      { name: 'what was not read', with: { snapshot: unread }, why: 'unseen', says: /not every service/ },
      {
        name: 'frozen pruning',
        with: { prune: { ...prune, frozen: 'a bad document' } },
        why: 'policy',
        says: /nothing is replaced: a bad document/,
      },
      {
        name: 'its youth',
        with: {
          prune: { ...prune, wantedAt: 1_000 },
          snapshot: snapshotOf([
            { ...observedResource(wanted, { fields: { fixed: 'old' } }), createdAt: 1_001 },
          ]),
        },
        why: 'waiting',
        says: /is younger than the last reading of git/,
      },
      { name: 'the mode', with: { mode: 'observe' }, why: 'policy', says: /--mode observe/ },
      {
        name: 'its annotation',
        with: variant({ reconcile: 'observe', allowReplace: false }),
        why: 'policy',
        says: /reconcile: observe/,
      },
      {
        name: 'a replacement that is not allowed',
        with: variant({ allowReplace: false }),
        why: 'policy',
        says: /allow-replace: "true" to delete and create it again; replacing it interrupts everything/,
      },
      {
        name: 'its model',
        with: {
          models: modelsWith('log-group', { removal: () => ({ upkeep: [], held: 'people log in it' }) }),
        },
        why: 'policy',
        says: /people log in it/,
      },
      {
        name: 'a suspect source',
        with: { prune: { ...prune, suspect: 'the branch was moved back' } },
        why: 'budget',
        says: /moved back/,
      },
      { name: 'a failure', with: FAILED, why: 'failed', says: /it was refused/ },
      { name: 'work under way', with: STARTED, why: 'waiting', says: /AWS is working/ },
      {
        name: 'what AWS ends by itself',
        with: {
          models: modelsWith('log-group', { removal: () => ({ upkeep: [], waits: 'waits for streams' }) }),
        },
        why: 'waiting',
        says: /waits for streams; replacing it interrupts everything/,
      },
      { name: 'what it needs', with: { desired: [needing] }, why: 'waiting', says: /waits for role\/gone/ },
    ],
    (input) => planFor({ desired: [wanted], snapshot, ...input }).steps[0]!,
  );
});

describe('letting go is kept by, in this order', () => {
  const policy = { allowReplace: true };
  const group = desiredResource({ kind: 'security-group', name: 'group', fields: { fixed: 'new' }, policy });
  const service = desiredResource({ kind: 'service', needs: [group.id], policy });
  const key = resourceKey(service.id);
  const old = observedResource(group, { fields: { fixed: 'old' } });
  const models = modelsWith('service', {
    uses: () => [old.arn!],
    letGo: () => [{ path: 'uses', from: 'it', to: null, by: 'update' }],
  });
  const observing = { ...service, policy: { ...service.policy, reconcile: 'observe' as const } };
  precedence(
    [
      {
        name: 'its annotation',
        with: { desired: [group, observing] },
        why: 'policy',
        says: /reconcile: observe/,
      },
      {
        name: 'a failure',
        with: { failed: new Map([[key, 'it was refused']]) },
        why: 'failed',
        says: /it was refused/,
      },
      {
        name: 'work under way',
        with: { started: new Map([[key, 'AWS is working on it']]) },
        why: 'waiting',
        says: /AWS is working/,
      },
    ],
    (input) =>
      planFor({
        desired: [group, service],
        snapshot: snapshotOf([old, observedResource(service)]),
        models,
        ...input,
      }).steps.at(-1)!,
  );
});

describe('what is left over', () => {
  const leftover = observedResource(desiredResource());
  const stepOf = (item = leftover, input: Partial<PlanInput> = {}): Step =>
    planFor({ snapshot: snapshotOf([item]), ...input }).steps[0]!;
  const asked = (wantedAt: number): Partial<PlanInput> => ({ prune: { ...planInput().prune, wantedAt } });

  it.each<readonly [string, number | undefined, Partial<PlanInput>, Step['type']]>([
    ['younger than what is known of git', 1_001, asked(1_000), 'hold'],
    ['as old as what is known of git', 1_000, asked(1_000), 'delete'],
    ['of an age that nobody knows', undefined, asked(1_000), 'delete'],
    ['of any age, where nobody knows when git was asked', 1_001, {}, 'delete'],
  ])('and is %s', (_what, createdAt, input, type) => {
    const step = stepOf(createdAt === undefined ? leftover : { ...leftover, createdAt }, input);
    expect([step.type, 'endsByItself' in step]).toEqual([type, type === 'hold']);
  });

  const removing = (removal: Omit<Removing, 'upkeep'>): Partial<PlanInput> => ({
    models: modelsWith('log-group', { removal: () => ({ upkeep: [], ...removal }) }),
  });

  it('waits for what AWS ends by itself, or for what people have to end', () => {
    expect(stepOf(leftover, removing({ waits: 'AWS drains it', endsByItself: true }))).toMatchObject({
      reason: 'AWS drains it',
      endsByItself: true,
    });
    expect(stepOf(leftover, removing({ waits: 'instances are in it' }))).not.toHaveProperty('endsByItself');
  });

  it('waits for those who use it, which AWS does not end, whatever AWS ends besides', () => {
    const user = desiredResource({ kind: 'service', name: 'user' });
    const models = new Map(removing({ waits: 'AWS drains it', endsByItself: true }).models);
    models.set('service', { ...models.get('service')!, uses: () => [leftover.arn!] });
    const { steps } = planFor({
      desired: [user],
      snapshot: snapshotOf([leftover, observedResource(user)]),
      models,
    });
    expect(steps.at(-1)).toMatchObject({ reason: 'waits until service/user no longer uses it' });
    expect(steps.at(-1)).not.toHaveProperty('endsByItself');
  });
});

describe('what may not be deleted', () => {
  it('is updated all the same', () => {
    const desired = desiredResource();
    const models = modelsWith('log-group', { removal: () => ({ upkeep: [], held: 'people log in it' }) });
    const snapshot = snapshotOf([observedResource(desired, { fields: { size: 'big' } })]);
    expect(planFor({ desired: [desired], snapshot, models }).steps[0]?.type).toBe('update');
  });
});

describe('a replacement', () => {
  it('goes on while only what comes before it could not be read, on which nothing of it stands', () => {
    const wanted = desiredResource({
      kind: 'service',
      fields: { fixed: 'new' },
      policy: { allowReplace: true },
    });
    const seen = snapshotOf([observedResource(wanted, { fields: { fixed: 'old' } })]);
    const snapshot = withSeen(seen, 'default', 'log-group', { type: 'unseen', why: 'refused' });
    expect(planFor({ desired: [wanted], snapshot }).steps[0]?.type).toBe('replace');
  });
});

describe('a controller that runs on ECS', () => {
  it('starts no second one beside itself', () => {
    const second = desiredResource({ kind: 'service', name: 'second', manifest: 'keeper' });
    const own = desiredResource({ kind: 'service', name: 'keeper' });
    const running = { ...observedResource(own), id: { ...own.id, scope: 'main' } };
    const models = modelsWith('service', {
      facts: { ...factsOf('service'), isOwn: ({ id }) => id.name === 'keeper' },
    });
    const self = { type: 'seen', region: 'us-east-1', accountId: '1', cluster: 'main' } as const;
    const { steps } = planFor({ desired: [second], snapshot: snapshotOf([running]), models, self });
    expect(steps[0]).toMatchObject({
      type: 'hold',
      why: 'policy',
      intent: 'create',
      reason: expect.stringMatching(/^this controller starts no second one beside itself/),
    });
  });
});
