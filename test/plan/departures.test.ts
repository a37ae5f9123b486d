import { describe, expect, it } from 'vitest';
import { displayId } from '../../controller/core/resource.ts';
import type { Desired, KindName, Observed } from '../../controller/core/resource.ts';
import type { PlanInput } from '../../controller/plan/input.ts';
import type { Step } from '../../controller/plan/step.ts';
import {
  desiredResource,
  factsOf,
  modelsWith,
  observedResource,
  planFor,
  snapshotOf,
} from '../support/plans/resources.ts';
import type { SampleSpec } from '../support/plans/resources.ts';

/** Something that the manifest `xray` named before. */
function former(kind: KindName, overrides: Partial<Parameters<typeof desiredResource>[0]> = {}): Observed {
  return observedResource(desiredResource({ kind, name: 'former', manifest: 'xray', ...overrides }));
}

/** Something that the manifest `xray` names now. */
function current(
  kind: KindName,
  overrides: Partial<Parameters<typeof desiredResource>[0]> = {},
): Desired<SampleSpec> {
  return desiredResource({ kind, name: 'current', manifest: 'xray', ...overrides });
}

const ILL = { health: { status: 'Degraded', message: 'crashing' } } as const;
const WELL = { health: { status: 'Healthy', message: '' } } as const;

/** The step of what is left over, beside these that are wanted and there. */
function departing(
  leftovers: readonly Observed[],
  desired: readonly Desired<SampleSpec>[],
  items: readonly Observed[] = [],
  input: Partial<PlanInput> = {},
): readonly Step[] {
  const { steps } = planFor({ desired, snapshot: snapshotOf([...items, ...leftovers]), ...input });
  const left = new Set(leftovers.map(({ id }) => displayId(id)));
  return steps.filter(({ id }) => left.has(displayId(id)));
}

function told(steps: readonly Step[]): readonly string[] {
  return steps.map((step) => (step.type === 'hold' ? `${step.why}: ${step.reason}` : step.type));
}

describe('what a manifest named before', () => {
  it.each(['observe', 'disabled'] as const)('stays while the manifest says reconcile: %s', (reconcile) => {
    const wanted = current('role', { policy: { reconcile } });
    expect(told(departing([former('role')], [wanted], [observedResource(wanted)]))).toEqual([
      `policy: stationkeeper.dev/reconcile: ${reconcile}`,
    ]);
  });

  it('stays though the manifest only uses something, of which it says nothing', () => {
    const used = current('log-group', { management: 'external' });
    const wanted = current('role', { policy: { reconcile: 'observe' } });
    const items = [observedResource(used), observedResource(wanted)];
    expect(told(departing([former('role')], [used, wanted], items))).toEqual([
      'policy: stationkeeper.dev/reconcile: observe',
    ]);
  });

  it('goes whatever others say: another manifest, or what is only used', () => {
    const other = current('role', { manifest: 'other', policy: { reconcile: 'observe' } });
    const used = current('log-group', { management: 'external', policy: { reconcile: 'observe' } });
    const items = [observedResource(other), observedResource(used)];
    expect(told(departing([former('role')], [other, used], items))).toEqual(['delete']);
  });

  it('stays until what its manifest names now may take its place', () => {
    const renaming = modelsWith('security-group', { renameReplaces: true });
    const wanted = current('security-group');
    expect(told(departing([former('security-group')], [wanted], [], { models: renaming }))).toEqual([
      'policy: stays until security-group/current may take its place: see there',
    ]);
  });

  it.each<readonly [string, Desired<SampleSpec>, readonly Observed[]]>([
    [
      'of another kind',
      current('security-group', { fields: { fixed: 'a' } }),
      [observedResource(current('security-group', { fields: { fixed: 'b' } }))],
    ],
    [
      'that is replaced',
      current('role', { fields: { fixed: 'a' }, policy: { allowReplace: true } }),
      [observedResource(current('role', { fields: { fixed: 'b' } }))],
    ],
    [
      'that is held for another reason than a replacement',
      current('role', { policy: { adoption: 'adopt' } }),
      [],
    ],
    [
      'that is to be replaced as soon as what it needs is there',
      current('role', {
        fields: { fixed: 'a' },
        policy: { allowReplace: true },
        needs: [current('cluster').id],
      }),
      [observedResource(current('role', { fields: { fixed: 'b' } }))],
    ],
  ])('does not wait for the place of something %s', (_what, wanted, items) => {
    expect(told(departing([former('role')], [wanted], items)).join()).not.toContain('its place');
  });

  it('does not wait for the place of something of which only fields are refused', () => {
    const refusing = modelsWith('role', {
      diff: () => [{ path: 'size', from: 1, to: 2, by: 'update', held: 'AWS rolled it back' }],
    });
    const wanted = current('role');
    expect(
      told(departing([former('role')], [wanted], [observedResource(wanted)], { models: refusing })),
    ).toEqual(['delete']);
  });

  it.each<readonly [string, Parameters<typeof observedResource>[1], string]>([
    ['is well', WELL, 'delete'],
    ['is not well', ILL, 'waiting: waits until service/current is healthy on its replacement'],
    [
      'is to be changed',
      { fields: { size: 'other' } },
      'waiting: waits until service/current is healthy on its replacement',
    ],
  ])('goes when the workload that replaces it %s', (_what, observed, expected) => {
    const wanted = current('service');
    expect(told(departing([former('service')], [wanted], [observedResource(wanted, observed)]))).toEqual([
      expected,
    ]);
  });

  it('waits for a later kind of its manifest only, unless both run tasks', () => {
    const wanted = current('role');
    expect(told(departing([former('role')], [wanted], [observedResource(wanted, ILL)]))).toEqual(['delete']);
    expect(told(departing([former('service')], [wanted], [observedResource(wanted, ILL)]))).toEqual([
      'delete',
    ]);
    const later = current('security-group');
    expect(told(departing([former('role')], [later], [observedResource(later, ILL)]))).toEqual([
      'waiting: waits until security-group/current is healthy on its replacement',
    ]);
  });

  it('does not wait for what nothing will be done about', () => {
    const wanted = current('service', { policy: { adoption: 'adopt' } });
    expect(told(departing([former('role')], [wanted]))).toEqual(['delete']);
  });

  it('gives up its place as a workload at once where something of its manifest is replaced', () => {
    const group = current('security-group', { fields: { fixed: 'a' }, policy: { allowReplace: true } });
    const service = current('service', { needs: [group.id] });
    const items = [observedResource({ ...group, spec: { ...group.spec, fields: { fixed: 'b' } } })];
    expect(told(departing([former('service')], [group, service], items))).toEqual(['delete']);
    expect(told(departing([former('role')], [group, service], items))[0]).toMatch(/^waiting/);
    expect(told(departing([former('service')], [service]))[0]).toMatch(/^waiting/);
  });

  it('is not used by what must stay, except as what that stands in', () => {
    const staying = modelsWith('discovery-service', {
      facts: { ...factsOf('discovery-service'), builtOn: ['role', 'namespace'] },
      removal: () => ({ upkeep: [], held: 'instances of others are in it' }),
    });
    const stays = former('discovery-service');
    const inNamespace = { ...stays, id: { ...stays.id, scope: 'former' } };
    const all = departing([former('role'), former('namespace', { manifest: 'names' }), inNamespace], [], [], {
      models: staying,
    });
    expect(told(all)).toEqual([
      'policy: instances of others are in it',
      'waiting: waits for the end of discovery-service/former',
      'delete',
    ]);
  });

  it('waits for all that is built on it, of which two are named', () => {
    const users = ['a', 'b', 'c', 'd'].map((name) => former('service', { name }));
    expect(told(departing([former('role'), ...users.slice(0, 2)], [])).at(-1)).toBe(
      'waiting: waits for the end of service/a, service/b',
    );
    expect(told(departing([former('role'), ...users], [])).at(-1)).toBe(
      'waiting: waits for the end of service/a, service/b and 2 more',
    );
  });
});

describe('who says retain', () => {
  it('waits for its own manifest only', () => {
    const retained = former('role', { policy: { deletion: 'retain' } });
    const sibling = former('log-group');
    const other = former('role', { name: 'other', manifest: 'other', policy: { deletion: 'retain' } });
    const otherSibling = former('log-group', { name: 'other', manifest: 'other' });
    const steps = departing([retained, sibling, other, otherSibling], []);
    expect(steps.find(({ id }) => displayId(id) === 'role/former')?.reason).toBe(
      'to be untagged and left; waits until log-group/former is released',
    );
  });
});
