import { describe, expect, it, test } from 'vitest';
import type { KindModel } from '../../controller/core/kind.ts';
import { wantedTags } from '../../controller/core/ownership.ts';
import { displayId, resourceKey } from '../../controller/core/resource.ts';
import type { Desired, Observed } from '../../controller/core/resource.ts';
import { heldText } from '../../controller/core/rollout/held.ts';
import { recordText } from '../../controller/core/rollout/record.ts';
import type { Gate } from '../../controller/plan/input.ts';
import { planSteps } from '../../controller/plan/plan.ts';
import type { Step } from '../../controller/plan/step.ts';
import {
  desiredResource,
  factsOf,
  observedResource,
  planInput,
  resourceId,
  snapshotOf,
} from '../support/plans/resources.ts';
import type { SampleSpec } from '../support/plans/resources.ts';

type Fields = Readonly<Record<string, string>>;

const NOW = Date.parse('2026-11-28T14:00:00Z');
const TARGET = { definition: '0123456789abcdef', expansion: 'fedcba9876543210' };
const WAITS = 'stage 2 of 3 (eu) waits for canary: 1 of 2 done';
const SERVICE = { ...resourceId('service', 'xray'), scope: 'main' };
const GROUP = resourceId('security-group', 'xray');

/** A daemon: its group, its revision, and the service that uses both. */
interface Daemon {
  readonly group?: Fields;
  readonly revision?: Fields;
  readonly service?: Fields;
  readonly labels?: Fields;
  /** Rules that git wants of the group. */
  readonly rules?: readonly string[];
}

const OLD: Daemon = {
  group: { rule: '1' },
  revision: { image: '1' },
  service: { count: '2' },
  rules: ['2000'],
};

function desiredOf({ group = {}, revision = {}, service = {}, labels = {}, rules = [] }: Daemon) {
  const common = { labels, management: 'managed' } as const;
  const own = (kind: string, fields: Fields, more: Partial<Desired<SampleSpec>> = {}) => ({
    ...desiredResource({ kind, name: 'xray', fields, ...common }),
    target: TARGET,
    ...more,
  });
  const family = own('task-definition', revision, { usedBy: SERVICE });
  return [
    own('security-group', group),
    ...rules.map((name) => ({
      ...desiredResource({ kind: 'security-group-rule', name, manifest: 'xray', fields: {}, ...common }),
      target: TARGET,
    })),
    family,
    own('service', service, {
      id: SERVICE,
      basis: JSON.stringify(revision),
      spec: { fields: service, needs: [family.id, GROUP] },
    }),
  ];
}

/** As it was left when these were wanted. */
function applied(daemon: Daemon, since = NOW - 3_600_000): Observed[] {
  const desired = desiredOf(daemon);
  const ids = desired.map(({ id }) => id);
  return desired.map((one) => {
    const observed = observedResource(one);
    if (one.id.kind !== 'service') return observed;
    const tags = {
      ...wantedTags({ owner: 'stationkeeper', environment: 'default' }, one, factsOf('service'), {}),
      'stationkeeper:rollout': heldText({ ...TARGET, definition: 'aaaaaaaaaaaaaaaa' }, since),
      'stationkeeper:rollout-resources': recordText(ids),
    };
    return { ...observed, tags, state: { ...(observed.state as Fields), revision: 'arn:aws:sample:::xray' } };
  });
}

/** The service takes up the revision that its family has. */
function models() {
  const all = new Map(planInput().models);
  const service = all.get('service')! as KindModel<SampleSpec>;
  const model: KindModel<SampleSpec> = {
    ...service,
    parts: () => ({}),
    takesUp: (_desired, { kind }) => (kind === 'task-definition' ? 'revision' : undefined),
  };
  return all.set('service', model);
}

function gate(overrides: Partial<Gate> = {}): Gate {
  return { target: TARGET, waits: WAITS, since: NOW, isNew: false, record: '4:abcd', ...overrides };
}

function plan(wanted: Daemon, there: readonly Observed[], overrides: Partial<Gate> = {}): readonly Step[] {
  return planSteps(
    planInput({
      desired: desiredOf(wanted),
      snapshot: snapshotOf(there),
      models: models(),
      gates: new Map([['DaemonService/xray', gate(overrides)]]),
    }),
  );
}

function said(steps: readonly Step[]): readonly string[] {
  return steps
    .filter(({ type }) => type !== 'keep')
    .map((step) => {
      const paths = step.changes.map(({ path }) => path).join(',');
      const why = step.type === 'hold' ? ` (${step.why})` : '';
      return `${step.type} ${displayId(step.id)}${paths === '' ? '' : ` ${paths}`}${why}`;
    });
}

function without(there: readonly Observed[], ...kinds: readonly string[]): readonly Observed[] {
  return there.filter(({ id }) => !kinds.includes(id.kind));
}

function meddled(there: readonly Observed[], kind: string, fields: Fields): readonly Observed[] {
  return there.map((one) =>
    one.id.kind === kind ? { ...one, state: { ...(one.state as Fields), ...fields } } : one,
  );
}

describe('what git has changed of an object that waits for its turn', () => {
  const NEWER: Daemon = { ...OLD, group: { rule: '2' }, revision: { image: '2' }, service: { count: '3' } };

  it('is held, resource by resource, with what it waits for', () => {
    const steps = plan(NEWER, applied(OLD));
    expect(said(steps)).toEqual([
      'hold security-group/xray rule (rollout)',
      'hold task-definition/xray image (rollout)',
      'hold service/xray count (rollout)',
    ]);
    expect(steps.every(({ reason }) => reason === '' || reason === WAITS)).toBe(true);
  });

  it('is done once its gate is open', () => {
    expect(said(plan(NEWER, applied(OLD), { waits: undefined }))).toEqual([
      'update security-group/xray rule',
      'update task-definition/xray image',
      'hold service/xray count (waiting)',
    ]);
  });

  it('is held where it adds a resource, and where it drops one', () => {
    const steps = plan({ ...OLD, rules: ['4317'] }, applied(OLD));
    expect(said(steps)).toEqual([
      'hold security-group-rule/4317 (rollout)',
      'hold security-group-rule/2000 (rollout)',
    ]);
  });

  it('is held where only its labels changed', () => {
    const steps = plan({ ...OLD, labels: { team: 'a' } }, applied(OLD));
    expect(new Set(said(steps).map((one) => one.replace(/ \S+\/\S+ /, ' ')))).toEqual(
      new Set(['hold tags.team (rollout)']),
    );
  });

  it('is held where it would take over what nobody owns', () => {
    const adopting = desiredOf(OLD).map((one) => ({
      ...one,
      policy: { ...one.policy, adoption: 'adopt-or-create' as const },
    }));
    const there = adopting.map((one) => observedResource(one, { owner: 'nobody' }));
    const steps = planSteps(
      planInput({
        desired: adopting,
        snapshot: snapshotOf(there),
        models: models(),
        gates: new Map([['DaemonService/xray', gate({ isNew: true })]]),
      }),
    );
    expect(new Set(steps.map((step) => (step.type === 'hold' ? step.why : step.type)))).toEqual(
      new Set(['rollout']),
    );
  });
});

describe('what somebody has changed in AWS of an object that waits', () => {
  it('is corrected where git has not changed the resource since', () => {
    const there = meddled(applied(OLD), 'security-group', { rule: 'open' });
    expect(said(plan({ ...OLD, revision: { image: '2' } }, there))).toEqual([
      'update security-group/xray rule',
      'hold task-definition/xray image (rollout)',
    ]);
  });

  it('is left where git has changed the resource since', () => {
    const there = meddled(applied(OLD), 'security-group', { rule: 'open' });
    expect(said(plan({ ...OLD, group: { rule: '2' } }, there))).toEqual([
      'hold security-group/xray rule (rollout)',
    ]);
  });

  test('of a service: its own fields are corrected while only its task definition changed in git', () => {
    const there = meddled(applied(OLD), 'service', { count: '0' });
    expect(said(plan({ ...OLD, revision: { image: '2' } }, there))).toEqual([
      'hold task-definition/xray image (rollout)',
      'update service/xray count',
    ]);
  });

  test('of a service: they are left while git changed one of them', () => {
    const there = meddled(applied(OLD), 'service', { count: '0' });
    expect(said(plan({ ...OLD, service: { count: '3' } }, there))).toEqual([
      'hold service/xray count (rollout)',
    ]);
  });

  it('is corrected without saying that all that git wants was applied', () => {
    const there = meddled(applied(OLD), 'service', { count: '0' });
    const before = there.find(({ id }) => id.kind === 'service')!.tags;
    const step = plan({ ...OLD, revision: { image: '2' } }, there).find(({ type }) => type === 'update');
    expect(step).toMatchObject({ tags: before });
  });
});

describe('what is gone while an object waits', () => {
  it('is made anew as git wants it now', () => {
    expect(said(plan({ ...OLD, revision: { image: '2' } }, without(applied(OLD), 'security-group')))).toEqual(
      [
        'create security-group/xray',
        'hold task-definition/xray image (rollout)',
        'hold service/xray (waiting)',
      ],
    );
  });

  test('a service is made from what git wants now, says what it was made for, and the rest waits', () => {
    const newer = { ...OLD, group: { rule: '2' }, revision: { image: '2' } };
    const there = without(applied(OLD), 'service', 'task-definition');
    const steps = plan(newer, there);
    expect(said(steps)).toEqual([
      'hold security-group/xray rule (rollout)',
      'create task-definition/xray',
      'hold service/xray (waiting)',
    ]);
    const made = plan(newer, [...there, observedResource(desiredOf(newer)[2]!)]);
    expect(made.find(({ type }) => type === 'create')).toMatchObject({
      id: { kind: 'service' },
      tags: { 'stationkeeper:rollout': heldText(TARGET, NOW), 'stationkeeper:rollout-resources': '4:abcd' },
    });
  });

  test('its revision is made as git wants it now, where only the service is gone', () => {
    const steps = plan({ ...OLD, revision: { image: '2' } }, without(applied(OLD), 'service'));
    expect(said(steps)).toEqual(['update task-definition/xray image', 'hold service/xray (waiting)']);
  });
});

describe('an object of which nothing is there', () => {
  it('is not gone, and made when its turn comes', () => {
    expect(new Set(plan(OLD, [], { isNew: true }).map((step) => step.type === 'hold' && step.why))).toEqual(
      new Set(['rollout']),
    );
  });

  test('all that is made for it carries its target until its service exists', () => {
    const steps = plan(OLD, [], { waits: undefined, isNew: true });
    const tagged = steps.filter(({ type }) => type === 'create');
    expect(tagged.length).toBeGreaterThan(0);
    for (const step of tagged) {
      expect(step).toMatchObject({ tags: { 'stationkeeper:rollout': heldText(TARGET, NOW) } });
    }
  });

  test('what is made beside its service does not', () => {
    const steps = plan({ ...OLD, rules: ['2000', '4317'] }, applied(OLD), { waits: undefined });
    const [made] = steps.filter(({ type }) => type === 'create');
    expect(made).toMatchObject({ id: { name: '4317' } });
    expect(Object.keys((made as { tags: object }).tags)).not.toContain('stationkeeper:rollout');
  });
});

test('a service that git renames is made when its turn comes, and the former one stays', () => {
  const renamed = desiredOf(OLD).map((one) =>
    one.id.kind === 'service' ? { ...one, id: { ...SERVICE, name: 'xray-2' } } : one,
  );
  const steps = planSteps(
    planInput({
      desired: renamed,
      snapshot: snapshotOf(applied(OLD)),
      models: models(),
      gates: new Map([['DaemonService/xray', gate()]]),
    }),
  );
  expect(said(steps)).toEqual(['hold service/xray-2 (rollout)', 'hold service/xray (rollout)']);
  expect(new Set(steps.map(({ id }) => resourceKey(id))).size).toBe(steps.length);
});
