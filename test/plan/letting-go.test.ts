import { describe, expect, it } from 'vitest';
import type { KindModel } from '../../controller/core/kind.ts';
import { displayId, resourceKey } from '../../controller/core/resource.ts';
import type { Desired, KindName, Observed } from '../../controller/core/resource.ts';
import type { PlanInput } from '../../controller/plan/input.ts';
import type { Step } from '../../controller/plan/step.ts';
import { refersTo, usersIn } from '../../controller/plan/uses.ts';
import {
  desiredResource,
  observedResource,
  planFor,
  planInput,
  snapshotOf,
} from '../support/plans/resources.ts';
import type { DesiredOverrides, SampleSpec } from '../support/plans/resources.ts';

const ALLOWED = { policy: { allowReplace: true } } as const;

/** Models of which services and log groups refer to the ARNs in their state, and let go of what they are told. */
function models(overrides: Partial<KindModel> = {}, kind: KindName = 'service'): PlanInput['models'] {
  const all = new Map(planInput().models);
  for (const name of ['service', 'log-group', kind]) {
    all.set(name, {
      ...all.get(name)!,
      uses: ({ state }: Observed) =>
        Object.values(state as Record<string, string>).filter((value) => value.startsWith('arn:')),
      letGo: (_observed, used) => [{ path: 'uses', from: used.id.name, to: null, by: 'update' }],
    });
  }
  all.set(kind, { ...all.get(kind)!, ...overrides });
  return all;
}

function group(name: string, overrides: DesiredOverrides = {}): Desired<SampleSpec> {
  return desiredResource({
    kind: 'security-group',
    name,
    fields: { fixed: 'new' },
    ...ALLOWED,
    ...overrides,
  });
}

/** To be replaced: it differs in what AWS cannot change in place. */
function old(desired: Desired<SampleSpec>): Observed {
  return observedResource(desired, { fields: { fixed: 'old' } });
}

function using(desired: Desired<SampleSpec>, ...used: readonly Observed[]): Observed {
  const arns = Object.fromEntries(used.map(({ id, arn }) => [id.name, arn!]));
  return observedResource(desired, { fields: { ...desired.spec.fields, ...arns } });
}

function stepOf(
  { id }: Desired,
  desired: readonly Desired[],
  items: readonly Observed[],
  overrides: Partial<KindModel> = {},
): Step {
  const { steps } = planFor({ desired, snapshot: snapshotOf(items), models: models(overrides) });
  return steps.find((step) => resourceKey(step.id) === resourceKey(id))!;
}

const A = group('a');
const B = group('b');
const SERVICE = desiredResource({ kind: 'service', needs: [A.id, B.id] });

describe('what uses something that is made anew', () => {
  it('lets go of all of it in one update, which is not yet its whole spec', () => {
    const step = stepOf(SERVICE, [A, B, SERVICE], [old(A), old(B), using(SERVICE, old(A), old(B))]);
    expect(step).toMatchObject({
      type: 'update',
      adopts: false,
      changedBy: 'git',
      reason: 'lets go of security-group/a, security-group/b, which is created again',
      changes: [{ from: 'a' }, { from: 'b' }],
      upkeep: [],
      tags: { 'stationkeeper:spec': '' },
    });
  });

  it('lets go of nothing that it needs and does not use', () => {
    const step = stepOf(SERVICE, [A, B, SERVICE], [old(A), old(B), using(SERVICE, old(B))]);
    expect(step.type === 'update' && step.changes).toEqual([
      { path: 'uses', from: 'b', to: null, by: 'update' },
    ]);
  });

  it('lets go of nothing where another uses what both need', () => {
    const other = desiredResource({ kind: 'service', name: 'other', needs: [A.id] });
    const items = [old(A), using(SERVICE), using(other, old(A))];
    expect(stepOf(SERVICE, [A, SERVICE, other], items)).toMatchObject({ type: 'hold', changes: [] });
  });

  it.each<readonly [string, Observed]>([
    [
      'only changed',
      observedResource(group('a', { fields: { size: 'small' } }), { fields: { size: 'old' } }),
    ],
    ['as wanted', observedResource(A)],
  ])('lets go of nothing that is %s', (_what, item) => {
    const wanted = item.state === A.spec.fields ? A : group('a', { fields: { size: 'small' } });
    const service = desiredResource({ kind: 'service', needs: [A.id] });
    expect(stepOf(service, [wanted, service], [item, using(service, item)]).type).toBe('keep');
  });

  it('lets go of nothing that waits to be changed itself', () => {
    const role = desiredResource({ kind: 'role' });
    const waiting = group('a', { needs: [role.id], fields: { size: 'new' } });
    const item = observedResource(waiting, { fields: { size: 'old' } });
    const service = desiredResource({ kind: 'service', needs: [A.id] });
    expect(stepOf(service, [waiting, service], [item, using(service, item)]).type).toBe('keep');
  });

  it('keeps it where it cannot be without it, or knows of no way', () => {
    const items = [old(A), using(SERVICE, old(A))];
    const desired = [A, desiredResource({ kind: 'service', needs: [A.id] })];
    for (const overrides of [{ letGo: () => [] }, { letGo: undefined }, { uses: undefined }] as const) {
      const step = stepOf(SERVICE, desired, items, overrides as unknown as Partial<KindModel>);
      expect(step.changes.map(({ path }) => path)).not.toContain('uses');
    }
  });

  it('is taken over before it lets go of anything', () => {
    const adopting = desiredResource({ kind: 'service', needs: [A.id], policy: { adoption: 'adopt' } });
    const nobodys = { ...using(adopting, old(A)), owner: 'nobody', tags: {} } as const;
    expect(stepOf(adopting, [A, adopting], [old(A), nobodys])).toMatchObject({
      type: 'hold',
      why: 'waiting',
    });
  });

  it('is held from letting go as an update, and shows what differs of it', () => {
    const observing = desiredResource({
      kind: 'service',
      needs: [A.id],
      fields: { size: 'big' },
      policy: { reconcile: 'observe' },
    });
    const item = observedResource(observing, { fields: { size: 'small', a: old(A).arn! } });
    expect(stepOf(observing, [A, observing], [old(A), item])).toMatchObject({
      type: 'hold',
      why: 'policy',
      intent: 'update',
      changes: [{ path: 'size' }],
    });
  });

  it('is waited for by all that is to be replaced, named one by one', () => {
    const other = desiredResource({ kind: 'service', name: 'other', needs: [A.id] });
    const items = [old(A), using(SERVICE, old(A)), using(other, old(A))];
    expect(stepOf(A, [A, B, SERVICE, other], items).reason).toMatch(
      /^waits until service\/xray, service\/other no longer uses it/,
    );
  });
});

describe('a user', () => {
  const used = observedResource(A);
  const withId: Observed = { ...used, outputs: { id: 'sg-1' } };
  const { arn: _arn, ...nameless } = used;

  it.each<readonly [string, readonly string[], Observed, boolean]>([
    ['by its ARN', [used.arn!], used, true],
    ['by its id', ['sg-1'], withId, true],
    ['by one of several', ['sg-0', 'sg-1'], withId, true],
    ['not by another ARN or id', ['arn:other', 'sg-2'], withId, false],
    ['not where neither is known', ['arn:other'], { ...nameless, outputs: {} }, false],
    ['not where it refers to nothing', [], withId, false],
  ])('refers to it %s', (_what, references, item, refers) => {
    expect(refersTo(references, item)).toBe(refers);
  });

  it('is what refers to it in its own environment, and not itself', () => {
    const itself = { ...observedResource(desiredResource({ kind: 'service' })), arn: 'arn:self' };
    const self: Observed = { ...itself, state: { self: 'arn:self' } };
    const user = observedResource(desiredResource({ kind: 'service', name: 'user' }), {
      fields: { a: 'arn:self' },
    });
    const elsewhere = observedResource(desiredResource({ kind: 'service', environment: 'other' }), {
      fields: { a: 'arn:self' },
    });
    const silent = observedResource(desiredResource({ kind: 'role', name: 'silent' }), {
      fields: { a: 'arn:self' },
    });
    const snapshot = snapshotOf([self, user, elsewhere, silent], ['default', 'other']);
    const users = usersIn(planInput({ snapshot, models: models() }), self);
    expect(users.map(({ id }) => displayId(id))).toEqual(['service/user']);
  });
});
