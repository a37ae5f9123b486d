import { describe, expect, it } from 'vitest';
import { environmentId } from '../../controller/core/reference.ts';
import type { Desired, FieldChange, Observed } from '../../controller/core/resource.ts';
import type { Self } from '../../controller/core/self.ts';
import type { PlanInput } from '../../controller/plan/input.ts';
import { selfProtection } from '../../controller/plan/self.ts';
import type { SelfProtection } from '../../controller/plan/self.ts';
import { desiredResource, observedResource, planInput, snapshotOf } from '../support/plans/resources.ts';
import type { DesiredOverrides, SampleSpec } from '../support/plans/resources.ts';

const HERE = { region: 'us-east-1', accountId: '111111111111' };
const SELF = { type: 'seen', ...HERE, cluster: 'platform', service: 'keeper' } as const satisfies Self;

type Wanted = Desired<SampleSpec>;

function wanted(kind: string, name: string, overrides: DesiredOverrides & { scope?: string } = {}): Wanted {
  const { scope, ...others } = overrides;
  const made = desiredResource({ kind, name, manifest: 'keeper', ...others });
  return scope === undefined ? made : { ...made, id: { ...made.id, scope } };
}

/** As AWS has it; `uses` are the names of what it refers to. */
function there(desired: Wanted, ...uses: readonly string[]): Observed {
  const state = Object.fromEntries(uses.map((name) => [name, `arn:aws:sample:::${name}`]));
  return { ...observedResource(desired), state };
}

const ROLE = wanted('role', 'keeper-task', { manifest: 'roles' });
const LOGS = wanted('log-group', 'keeper-logs', { manifest: 'logs' });
const CLUSTER = wanted('cluster', 'platform', { manifest: 'platform' });
const DEFINITION = wanted('task-definition', 'keeper', { needs: [ROLE.id, LOGS.id] });
const SERVICE = wanted('service', 'keeper', { scope: 'platform', needs: [DEFINITION.id] });
const OTHER = wanted('service', 'xray', { scope: 'platform', manifest: 'xray' });

const ENVIRONMENT: Observed = {
  ...observedResource({ ...desiredResource({ kind: 'environment' }), id: environmentId('default') }),
  outputs: HERE,
};

const USING = new Map(
  [...planInput().models].map(([kind, model]) => [
    kind,
    { ...model, uses: ({ state }: Observed) => Object.values(state as Record<string, string>) },
  ]),
);

const EVERYTHING = [
  ENVIRONMENT,
  there(ROLE),
  there(LOGS),
  there(CLUSTER),
  there(DEFINITION, 'keeper-task'),
  there(SERVICE, 'keeper'),
  there(OTHER),
];

function protectionOf(
  self: Self | undefined,
  items: readonly Observed[] = EVERYTHING,
  input: Partial<PlanInput> = {},
): SelfProtection {
  return selfProtection(
    planInput({
      snapshot: snapshotOf(items, ['default', 'other']),
      models: USING,
      ...(self === undefined ? {} : { self }),
      ...input,
    }),
  );
}

function keeps(protection: SelfProtection, desired: readonly Wanted[]): readonly string[] {
  return desired.filter(({ id }) => protection.whyKept(id) !== undefined).map(({ id }) => id.name);
}

const STOPPING: FieldChange = { path: 'desiredCount', from: 1, to: 0, by: 'update' };
const GROWING: FieldChange = { path: 'desiredCount', from: 1, to: 2, by: 'update' };

describe('a controller that does not run on ECS', () => {
  const protection = (): SelfProtection => protectionOf(undefined);

  it('is kept from nothing', () => {
    expect(protection().whyKept(SERVICE.id)).toBeUndefined();
    expect(protection().whyForbidden(SERVICE, 'replace')).toBeUndefined();
    expect(protection().withheld(SERVICE.id, [STOPPING])).toEqual([STOPPING]);
  });
});

describe('a controller that does not know as what it runs on ECS', () => {
  const protection = (): SelfProtection => protectionOf({ type: 'unseen', why: 'ECS does not tell' });

  it('removes and replaces nothing at all, and says why', () => {
    expect(protection().whyKept(OTHER.id)).toMatch(/removes and replaces nothing: ECS does not tell$/);
    expect(protection().whyForbidden(OTHER, 'replace')).toBe(protection().whyKept(OTHER.id));
    expect(protection().withheld(OTHER.id, [STOPPING])[0]?.held).toMatch(/would end itself/);
  });

  it('creates and updates all the same', () => {
    expect(protection().whyForbidden(OTHER, 'create')).toBeUndefined();
    expect(protection().whyForbidden(OTHER, 'update')).toBeUndefined();
    expect(protection().withheld(OTHER.id, [GROWING])).toEqual([GROWING]);
  });
});

describe('the service that the controller runs as', () => {
  const protection = (): SelfProtection => protectionOf(SELF);
  const says = (reason: string): string =>
    reason
      .replace('NAME', 'service/keeper in cluster platform')
      .replace('WHO', 'only "stationkeeper apply" from elsewhere');

  it('is kept, with what it stands on in AWS, and nothing else is', () => {
    expect(keeps(protection(), [ROLE, LOGS, CLUSTER, DEFINITION, SERVICE, OTHER])).toEqual([
      'keeper-task',
      'platform',
      'keeper',
      'keeper',
    ]);
    expect(protection().whyKept(SERVICE.id)).toBe(
      says('this controller runs on it (NAME); WHO removes or replaces it'),
    );
  });

  it('is not replaced, and is updated; others are replaced', () => {
    expect(protection().whyForbidden(SERVICE, 'replace')).toBe(protection().whyKept(SERVICE.id));
    expect(protection().whyForbidden(SERVICE, 'update')).toBeUndefined();
    expect(protection().whyForbidden(OTHER, 'replace')).toBeUndefined();
  });

  it('is scaled, and not to nothing; others are, and what runs no tasks has no tasks to stop', () => {
    const held = says('this controller would end itself; WHO stops it');
    expect(protection().withheld(SERVICE.id, [GROWING, STOPPING])).toEqual([GROWING, { ...STOPPING, held }]);
    expect(protection().withheld(OTHER.id, [STOPPING])).toEqual([STOPPING]);
    expect(protection().withheld(DEFINITION.id, [STOPPING])).toEqual([STOPPING]);
  });

  it('gets no second one beside it, whatever its manifest says; others are created', () => {
    const second = wanted('service', 'second', { scope: 'platform' });
    expect(protection().whyForbidden(second, 'create')).toBe(
      says('this controller starts no second one beside itself (NAME); WHO moves it'),
    );
    expect(protection().whyForbidden(second, 'update')).toBeUndefined();
    expect(protection().whyForbidden(SERVICE, 'create')).toBeUndefined();
    expect(protection().whyForbidden(OTHER, 'create')).toBeUndefined();
    expect(protection().whyForbidden(wanted('role', 'second'), 'create')).toBeUndefined();
  });

  it('is kept with what git builds it on, named by AWS or not, as far as git wants it', () => {
    const desired = [ROLE, LOGS, CLUSTER, DEFINITION, SERVICE, OTHER];
    const needing = protectionOf(SELF, [ENVIRONMENT, there(SERVICE)], { desired });
    expect(keeps(needing, desired)).toEqual(['keeper-task', 'keeper-logs', 'keeper', 'keeper']);
    expect(keeps(protectionOf(SELF, [ENVIRONMENT, there(SERVICE)], { desired: [SERVICE] }), desired)).toEqual(
      ['keeper'],
    );
  });

  it('is kept with what git builds on it that carries no tag of its manifest', () => {
    const strange = { ...there(SERVICE), owner: 'nobody', manifest: undefined } as unknown as Observed;
    const desired = [
      ROLE,
      LOGS,
      DEFINITION,
      wanted('service', 'keeper', { scope: 'platform', manifest: 'else', needs: [LOGS.id] }),
    ];
    expect(keeps(protectionOf(SELF, [ENVIRONMENT, strange], { desired }), [LOGS, ROLE])).toEqual([
      'keeper-logs',
    ]);
  });

  it('is kept with all that carries its manifest, and not what carries none or stands elsewhere', () => {
    const sibling = wanted('role', 'keeper-other');
    const unmarked = { ...there(wanted('role', 'unmarked')), manifest: undefined } as unknown as Observed;
    const elsewhere = wanted('role', 'elsewhere', { environment: 'other' });
    const protectedOnes = protectionOf(SELF, [
      ENVIRONMENT,
      there(SERVICE),
      there(sibling),
      unmarked,
      there(elsewhere),
    ]);
    expect(keeps(protectedOnes, [sibling, wanted('role', 'unmarked'), elsewhere])).toEqual(['keeper-other']);
  });

  it('is kept with what it refers to only in its own environment', () => {
    const elsewhere = wanted('role', 'keeper-task', { environment: 'other', manifest: 'roles' });
    const items = [ENVIRONMENT, there(SERVICE, 'keeper-task'), there(ROLE), there(elsewhere)];
    expect(protectionOf(SELF, items).whyKept(ROLE.id)).toBeDefined();
    expect(protectionOf(SELF, items).whyKept(elsewhere.id)).toBeUndefined();
  });

  it('is kept with its cluster, and no other kind or cluster of that name', () => {
    const items = [
      ENVIRONMENT,
      there(SERVICE),
      there(CLUSTER),
      there(wanted('cluster', 'another', { manifest: 'another' })),
      there(wanted('namespace', 'platform', { manifest: 'names' })),
    ];
    const kept = protectionOf(SELF, items);
    expect(items.filter(({ id }) => kept.whyKept(id) !== undefined).map(({ id }) => id)).toEqual([
      SERVICE.id,
      CLUSTER.id,
    ]);
  });
});

describe('what the controller runs as', () => {
  it.each<readonly [string, Partial<typeof HERE>]>([
    ['another Region', { region: 'eu-west-1' }],
    ['another account', { accountId: '222222222222' }],
  ])('is not what bears its name in %s', (_what, place) => {
    const environment = { ...ENVIRONMENT, outputs: { ...HERE, ...place } };
    expect(protectionOf(SELF, [environment, there(SERVICE)]).whyKept(SERVICE.id)).toBeUndefined();
  });

  it('may be what bears its name where the place is not known', () => {
    expect(protectionOf(SELF, [there(SERVICE)]).whyKept(SERVICE.id)).toBeDefined();
  });

  it.each<readonly [string, Partial<Extract<Self, { type: 'seen' }>>]>([
    ['what it was told', { service: 'keeper', family: 'family' }],
    ['the service that its task is seen in', { taskId: 't1', family: 'family' }],
  ])('is named by %s', (_what, told) => {
    const { service: _service, ...nameless } = SELF;
    const running = {
      ...there(SERVICE),
      tasks: [{ id: 't1', lastStatus: 'RUNNING', healthStatus: 'HEALTHY' }],
    };
    expect(protectionOf({ ...nameless, ...told }, [ENVIRONMENT, running]).whyKept(SERVICE.id)).toContain(
      '(service/keeper in cluster',
    );
  });

  it('is named by its family where its service was not seen, as it was told', () => {
    const { service: _service, ...nameless } = SELF;
    const unseen = [ENVIRONMENT, there(DEFINITION)];
    expect(protectionOf({ ...nameless, family: 'keeper' }, unseen).whyKept(DEFINITION.id)).toContain(
      '(service/keeper in cluster platform)',
    );
  });

  it('is a service, and nothing else that stands in a scope of its cluster’s name', () => {
    const inNames = wanted('discovery-service', 'keeper', { scope: 'platform' });
    const { service: _service, ...nameless } = SELF;
    const items = [ENVIRONMENT, there(inNames), there(DEFINITION), there(SERVICE)];
    const kept = protectionOf({ ...nameless, family: 'keeper' }, items);
    expect(kept.whyForbidden(wanted('service', 'second', { scope: 'platform' }), 'create')).toMatch(
      /^this controller starts no second one beside itself/,
    );
    expect(kept.whyForbidden(SERVICE, 'create')).toBeUndefined();
  });

  it('is a service of its own cluster: one of its manifest in another cluster may have a second beside it', () => {
    const away = wanted('service', 'away', { scope: 'elsewhere' });
    const { service: _service, ...nameless } = SELF;
    const protection = protectionOf({ ...nameless, family: 'keeper' }, [
      ENVIRONMENT,
      there(DEFINITION),
      there(away),
    ]);
    expect(
      protection.whyForbidden(wanted('service', 'third', { scope: 'platform' }), 'create'),
    ).toBeUndefined();
    expect(protection.whyKept(away.id)).toContain('(service/keeper in cluster platform)');
  });
});
