import { describe, expect, it } from 'vitest';
import { environmentId } from '../../controller/core/reference.ts';
import { resourceKey } from '../../controller/core/resource.ts';
import type { Desired, Observed } from '../../controller/core/resource.ts';
import type { PlanInput } from '../../controller/plan/input.ts';
import { withSeen } from '../../controller/plan/snapshot.ts';
import type { Step } from '../../controller/plan/step.ts';
import {
  desiredResource,
  modelsWith,
  observedResource,
  planFor,
  planInput,
  snapshotOf,
} from '../support/plans/resources.ts';
import type { DesiredOverrides, ObservedOverrides } from '../support/plans/resources.ts';

/** The step of the first that is desired. */
function stepOf(desired: Desired, items: readonly Observed[] = [], input: Partial<PlanInput> = {}): Step {
  const { steps } = planFor({ desired: [desired], snapshot: snapshotOf(items), ...input });
  return steps.find(({ id }) => resourceKey(id) === resourceKey(desired.id))!;
}

function stepFor(overrides: DesiredOverrides, observed?: ObservedOverrides): Step {
  const desired = desiredResource(overrides);
  return stepOf(desired, observed === undefined ? [] : [observedResource(desired, observed)]);
}

const ADOPTING = { policy: { adoption: 'adopt' } } as const;

describe('what people are told', () => {
  it.each<readonly [string, DesiredOverrides, ObservedOverrides | undefined, RegExp]>([
    [
      'disabled',
      { policy: { reconcile: 'disabled' } },
      {},
      /^suspended by stationkeeper\.dev\/reconcile: disabled$/,
    ],
    ['external', { management: 'external' }, {}, /^used, not managed here$/],
    [
      'external and missing',
      { management: 'external' },
      undefined,
      /^the log-group "xray" does not exist .* declare it/,
    ],
    ['nothing to adopt', ADOPTING, undefined, /^nothing to adopt: it does not exist/],
    [
      "another's",
      {},
      { owner: 'another' },
      /^exists and belongs to .*somebody-else.*; use another name here/,
    ],
    [
      "nobody's",
      {},
      { owner: 'nobody' },
      /^exists without our tag; .* on DaemonService\/xray to take it over$/,
    ],
    ['created', {}, undefined, /^$/],
    ['as wanted', {}, {}, /^$/],
    ['updated', {}, { fields: { size: 'big' } }, /^$/],
    ['adopted', ADOPTING, { owner: 'nobody' }, /^adopted: it exists in AWS without our owner tag$/],
  ])('of what is %s', (_what, desired, observed, reason) => {
    expect(stepFor(desired, observed).reason).toMatch(reason);
  });

  it('of what is external and missing names where it was looked for', () => {
    const used = desiredResource({ kind: 'service', management: 'external' });
    expect(stepOf({ ...used, id: { ...used.id, scope: 'main' } }).reason).toMatch(
      /^the service "xray" \(main\) does not exist/,
    );
  });

  it('of what may not be replaced names the fields that cannot change in place, and no others', () => {
    const fields = { fixedA: 'new', fixedB: 'new', size: 'new' };
    const old = { fixedA: 'old', fixedB: 'old', size: 'old' };
    expect(stepFor({ fields }, { fields: old }).reason).toMatch(
      /^AWS cannot change fixedA, fixedB in place;/,
    );
  });

  it('of a replacement that interrupts nothing is nothing about interruptions', () => {
    const desired = desiredResource({ fields: { fixed: 'new' } });
    const items = [observedResource(desired, { fields: { fixed: 'old' } })];
    const models = modelsWith('log-group', { replaceInterrupts: undefined } as never);
    expect(stepOf(desired, items, { models }).reason).toMatch(/to delete and create it again$/);
    const allowed = desiredResource({ fields: { fixed: 'new' }, policy: { allowReplace: true } });
    expect(stepOf(allowed, items, { models })).toMatchObject({ type: 'replace', reason: '' });
  });

  it('of ignored drift are all of its paths', () => {
    const desired = { fields: { a: '1', b: '1' }, policy: { ignoreDrift: ['a', 'b'] } };
    expect(stepFor(desired, { fields: { a: '2', b: '2' } }).reason).toBe('drift ignored: a, b');
  });
});

describe('an owner', () => {
  it('is told of what another owns, though its driver took it for ours', () => {
    const desired = desiredResource();
    const item: Observed = { ...observedResource(desired, { owner: 'another' }), owner: 'us' };
    expect(stepOf(desired, [item])).toMatchObject({
      why: 'not-ours',
      owner: 'another',
      observed: { id: desired.id },
    });
  });

  it('of one Region does not take what one of another Region owns', () => {
    const desired = desiredResource({ kind: 'role' });
    const at = (region: string): Observed => ({
      ...observedResource({ ...desiredResource({ kind: 'environment' }), id: environmentId('default') }),
      outputs: { region },
    });
    const role = observedResource(desired);
    const made = { ...role, tags: { ...role.tags, 'stationkeeper:region': 'eu-west-1' } };
    expect(stepOf(desired, [at('eu-west-1'), made]).type).toBe('keep');
    expect(stepOf(desired, [at('us-east-1'), made])).toMatchObject({ type: 'hold', why: 'not-ours' });
    expect(stepOf(desired, [at('eu-west-1')])).toMatchObject({
      tags: { 'stationkeeper:region': 'eu-west-1' },
    });
  });
});

describe('what is taken over', () => {
  it('is tagged alone where it is to be replaced: that its spec was applied is not said yet', () => {
    const step = stepFor(
      { fields: { fixed: 'new' }, policy: { adoption: 'adopt', allowReplace: true } },
      { owner: 'nobody', fields: { fixed: 'old' } },
    );
    expect(step).toMatchObject({
      type: 'update',
      adopts: true,
      reason: 'adopted and then replaced: it exists in AWS without our owner tag',
    });
    expect(step.changes.map(({ path }) => path).filter((path) => !path.startsWith('tags.'))).toEqual([]);
    expect(step.upkeep).toEqual([]);
    expect(step).not.toHaveProperty(['tags', 'stationkeeper:spec']);
  });

  it('is changed with it where it need not be replaced', () => {
    const step = stepFor(ADOPTING, { owner: 'nobody', fields: { size: 'big' } });
    expect(step).toMatchObject({ type: 'update', adopts: true });
    expect(step.changes.map(({ path }) => path)).toContain('size');
    expect(step).toHaveProperty(['tags', 'stationkeeper:spec']);
  });

  it('is taken back where its manifest comes back that it was released from, though it may only create', () => {
    const desired = desiredResource();
    const released = (manifest: string): Observed => ({
      ...observedResource(desired, { owner: 'nobody' }),
      tags: { 'stationkeeper:released-from': `stationkeeper/default/${manifest}` },
    });
    expect(stepOf(desired, [released('DaemonService/xray')])).toMatchObject({
      type: 'update',
      adopts: true,
      reason: 'adopted again: the removal of its manifest had released it',
    });
    expect(stepOf(desired, [released('DaemonService/other')])).toMatchObject({
      type: 'hold',
      why: 'not-ours',
    });
  });

  it('is no adoption where it is ours', () => {
    expect(stepFor({}, { fields: { size: 'big' } })).toMatchObject({ type: 'update', adopts: false });
  });
});

describe('fields that are left alone for now', () => {
  const desired = desiredResource({ fields: { a: '1', b: '1' } });
  const resting = new Map([[resourceKey(desired.id), { paths: new Set(['a']), reason: 'it does not stay' }]]);

  it('hold the resource where nothing else differs, and are told', () => {
    expect(
      stepOf(desired, [observedResource(desired, { fields: { a: '2', b: '1' } })], { resting }),
    ).toMatchObject({
      type: 'hold',
      why: 'failed',
      intent: 'update',
      reason: 'it does not stay',
      changes: [{ path: 'a' }],
    });
  });

  it('are not corrected with the others, which are', () => {
    const step = stepOf(desired, [observedResource(desired, { fields: { a: '2', b: '2' } })], { resting });
    expect(step).toMatchObject({ type: 'update', changes: [{ path: 'b' }] });
  });

  it('hold nothing where they are as wanted, nor where their difference is ignored', () => {
    expect(stepOf(desired, [observedResource(desired)], { resting }).type).toBe('keep');
    const ignoring = { ...desired, policy: { ...desired.policy, ignoreDrift: ['a'] } };
    const items = [observedResource(ignoring, { fields: { a: '2', b: '1' } })];
    expect(stepOf(ignoring, items, { resting }).type).toBe('keep');
  });
});

describe('ignored drift', () => {
  const changing = (path: string) =>
    modelsWith('log-group', { diff: () => [{ path, from: 1, to: 2, by: 'update' }] });
  const desired = desiredResource({ policy: { ignoreDrift: ['a.b'] } });

  it.each(['a.b', 'a.b.c', 'a.b[key]', 'a.b[key].c'])('covers a field and all below it: %s', (path) => {
    expect(stepOf(desired, [observedResource(desired)], { models: changing(path) }).type).toBe('keep');
  });

  it.each(['a', 'a.bc', 'x.a.b', 'c'])('covers nothing else: %s', (path) => {
    expect(stepOf(desired, [observedResource(desired)], { models: changing(path) }).type).toBe('update');
  });
});

describe('what follows', () => {
  it('a task definition waits for it only while it is as wanted itself', () => {
    const definition = desiredResource({ kind: 'task-definition' });
    const service = desiredResource({ kind: 'service', needs: [definition.id], fields: { size: 'big' } });
    const items = [
      observedResource(definition, { fields: { size: 'old' } }),
      observedResource(service, { fields: { size: 'x' } }),
    ];
    const step = stepOf(service, items, { desired: [definition, service] });
    expect(step).toMatchObject({
      type: 'hold',
      why: 'waiting',
      intent: 'update',
      reason: 'waits for task-definition/xray',
    });
    expect(step.changes.map(({ path }) => path)).toEqual(['size']);
  });

  it('several things names them all', () => {
    const [a, b] = ['a', 'b'].map((name) => desiredResource({ kind: 'task-definition', name }));
    const service = desiredResource({ kind: 'service', needs: [a!.id, b!.id] });
    const items = [a!, b!].map((one) => observedResource(one, { fields: { size: 'old' } }));
    expect(
      stepOf(service, [...items, observedResource(service)], { desired: [a!, b!, service] }).reason,
    ).toBe('follows task-definition/a, task-definition/b');
  });

  it('is not what needs something that was not read, though it was seen before', () => {
    const role = desiredResource({ kind: 'role' });
    const definition = desiredResource({ kind: 'task-definition', needs: [role.id] });
    const unseen = { type: 'seen', items: [], unseen: [{ id: role.id, why: 'no answer' }] } as const;
    const snapshot = withSeen(snapshotOf([observedResource(role)]), 'default', 'role', unseen);
    expect(stepOf(definition, [], { desired: [role, definition], snapshot }).reason).toBe(
      'waits for role/xray',
    );
  });
});

describe('what is looked for by something else', () => {
  const namespace = desiredResource({ kind: 'namespace', name: 'names' });
  const desired = desiredResource({ kind: 'discovery-service', needs: [namespace.id] });
  const both = [namespace, desired];
  const seen = observedResource(namespace);
  const unread = (items: readonly Observed[]) =>
    withSeen(snapshotOf(items), 'default', 'namespace', { type: 'unseen', why: 'throttled' });

  it('is unseen while that is, and made where that was seen', () => {
    expect(stepOf(desired, [], { desired: both, snapshot: unread([]) }).reason).toBe(
      'it is looked for by namespace/names, which is not known yet: see there',
    );
    expect(stepOf(desired, [seen], { desired: both }).type).toBe('create');
  });

  it('is there where it was found', () => {
    const items = [seen, observedResource(desired)];
    expect(stepOf(desired, [], { desired: both, snapshot: unread(items) }).type).toBe('keep');
  });
});

it('a kind without a model is a defect, and named', () => {
  const models = new Map(planInput().models);
  models.delete('log-group');
  expect(() => stepOf(desiredResource(), [], { models })).toThrow('no model for the kind log-group');
});
