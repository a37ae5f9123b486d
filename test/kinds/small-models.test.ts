import { describe, expect, test } from 'vitest';
import { HEALTHY } from '../../controller/core/kind.ts';
import type { KindModel } from '../../controller/core/kind.ts';
import { environmentId } from '../../controller/core/reference.ts';
import type { KindName, Observed } from '../../controller/core/resource.ts';
import { clusterModel } from '../../controller/kinds/cluster/model.ts';
import type { Content } from '../../controller/kinds/cluster/model.ts';
import { environmentModel } from '../../controller/kinds/environment/model.ts';
import { logGroupModel } from '../../controller/kinds/log-group/model.ts';
import { namespaceModel } from '../../controller/kinds/namespace/model.ts';
import { desiredOf } from '../support/kinds/desired.ts';
import { deepFreeze } from '../support/plans/deep-freeze.ts';

/** Models that compare a field or two, and say what stands in the way of a deletion. */

const HERE = environmentId('default');

function observed<State>(kind: KindName, state: State): Observed<State> {
  const id = { environment: 'default', kind, name: 'xray' };
  return deepFreeze({ id, owner: 'us', tags: {}, state, outputs: {}, health: HEALTHY } as const);
}

function differences<Spec, State>(model: KindModel<Spec, State>, spec: Spec, state: State) {
  const desired = desiredOf<Spec>({ kind: model.facts.name, name: 'xray' }, spec);
  return model
    .diff(deepFreeze(desired), observed(model.facts.name, state), () => undefined)
    .map(({ path, from, to, by }) => [path, from, to, by]);
}

function needsOf<Spec, State>(model: KindModel<Spec, State>, spec: Spec) {
  return model.needs(desiredOf<Spec>({ kind: model.facts.name, name: 'xray' }, spec));
}

describe('a cluster', () => {
  const spec = { name: 'fleet', containerInsights: 'enabled' } as const;

  test('differs in its Container Insights, unless they are not ours or were not returned', () => {
    expect(differences(clusterModel, spec, { containerInsights: 'disabled' })).toEqual([
      ['containerInsights', 'disabled', 'enabled', 'update'],
    ]);
    expect(differences(clusterModel, spec, { containerInsights: 'enabled' })).toEqual([]);
    expect(differences(clusterModel, spec, { containerInsights: undefined })).toEqual([]);
    expect(differences(clusterModel, { name: 'fleet' }, { containerInsights: 'disabled' })).toEqual([]);
  });

  test('needs its environment', () => {
    expect(needsOf(clusterModel, spec)).toEqual([HERE]);
  });

  const removal = (contents?: readonly Content[]) =>
    clusterModel.removal!(
      observed('cluster', {
        containerInsights: 'enabled',
        ...(contents === undefined ? {} : { contents }),
      }),
    );

  test('goes once it is empty', () => {
    expect(removal()).toEqual({ upkeep: [] });
    expect(removal([])).toEqual({ upkeep: [] });
    expect(
      removal([
        { what: 'service', count: 2 },
        { what: 'task', count: 1 },
      ]),
    ).toEqual({
      upkeep: [],
      waits: 'waits until it is empty: it has 2 services, 1 task',
    });
  });

  test('is emptied by nobody but AWS where only tasks are left', () => {
    expect(removal([{ what: 'task', count: 3 }])).toEqual({
      upkeep: [],
      waits: 'waits until it is empty: it has 3 tasks',
      endsByItself: true,
    });
    expect(removal([{ what: 'container instance', count: 1 }])).not.toHaveProperty('endsByItself');
  });
});

describe('an environment', () => {
  const spec = { vpc: 'default', subnets: 'default' } as const;

  test('needs nothing and never differs: it is looked up', () => {
    expect(needsOf(environmentModel, spec)).toEqual([]);
    const state = { accountId: '111111111111', vpcId: 'vpc-1', subnetIds: [] };
    expect(differences(environmentModel, spec, state)).toEqual([]);
  });
});

describe('a log group', () => {
  test('differs in how long it keeps events, for ever too', () => {
    const keeping = (retentionInDays: number | null) => ({ name: 'xray', retentionInDays });
    expect(differences(logGroupModel, keeping(7), { retentionInDays: 14 })).toEqual([
      ['retentionInDays', 14, 7, 'update'],
    ]);
    expect(differences(logGroupModel, keeping(7), { retentionInDays: null })).toEqual([
      ['retentionInDays', null, 7, 'update'],
    ]);
    expect(differences(logGroupModel, keeping(null), { retentionInDays: null })).toEqual([]);
  });

  test('needs its environment', () => {
    expect(needsOf(logGroupModel, { name: 'xray', retentionInDays: 7 })).toEqual([HERE]);
  });
});

describe('a namespace', () => {
  const spec = { name: 'local', environment: environmentId('of-it') };

  test('differs in its description and the TTL of its SOA, where the manifest sets them', () => {
    const state = { id: 'ns-1', type: 'private-dns' as const, description: 'old', soaTtl: 15 };
    expect(differences(namespaceModel, { ...spec, description: 'new', soaTtl: 60 }, state)).toEqual([
      ['description', 'old', 'new', 'update'],
      ['soaTtl', 15, 60, 'update'],
    ]);
    expect(differences(namespaceModel, spec, state)).toEqual([]);
  });

  test('needs the environment that its hosted zone is for', () => {
    expect(needsOf(namespaceModel, spec)).toEqual([environmentId('of-it')]);
  });

  const removal = (foreign?: readonly string[]) =>
    namespaceModel.removal!(
      observed('namespace', {
        id: 'ns-1',
        type: 'private-dns' as const,
        description: undefined,
        soaTtl: undefined,
        ...(foreign === undefined ? {} : { foreign }),
      }),
    );

  test('goes once no service of others is in it', () => {
    expect(removal()).toEqual({ upkeep: [] });
    expect(removal([])).toEqual({ upkeep: [] });
  });

  test.each([
    [['a'], 'a'],
    [['a', 'b', 'c'], 'a, b, c'],
    [['a', 'b', 'c', 'd', 'e'], 'a, b, c and 2 more'],
  ])('names three at most of those that it waits for: %j', (foreign, names) => {
    expect(removal(foreign)).toEqual({
      upkeep: [],
      waits: `waits until its services are gone, which are not ours: ${names}`,
    });
  });
});
