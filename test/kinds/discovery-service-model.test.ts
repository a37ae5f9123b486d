import { describe, expect, test } from 'vitest';
import { HEALTHY } from '../../controller/core/kind.ts';
import { environmentId } from '../../controller/core/reference.ts';
import type { Observed, Registration, Tags } from '../../controller/core/resource.ts';
import { discoveryServiceModel } from '../../controller/kinds/discovery-service/model.ts';
import type { DiscoveryServiceSpec } from '../../controller/kinds/discovery-service/spec.ts';
import type { DiscoveryServiceState } from '../../controller/kinds/discovery-service/state.ts';
import { desiredOf } from '../support/kinds/desired.ts';
import { nothingFound } from '../support/kinds/known.ts';
import { deepFreeze } from '../support/plans/deep-freeze.ts';

const ID = { environment: 'default', kind: 'discovery-service', name: 'xray', scope: 'local' } as const;
const NAMESPACE = { environment: 'default', kind: 'namespace', name: 'local' } as const;
/** As which its ECS service registers, by the tags of the discovery service. */
const REGISTRANT = 'fleet/xray';
const TAGS = { 'stationkeeper:registrant': REGISTRANT };

const SPEC: DiscoveryServiceSpec = {
  name: 'xray',
  namespace: NAMESPACE,
  description: 'traces',
  dnsRecords: [{ type: 'A', ttl: 15 }],
};
const STATE: DiscoveryServiceState = {
  id: 'srv-1',
  description: 'traces',
  dnsRecords: { A: { ttl: 15 } },
  customHealthCheck: true,
};

function observed(
  state: Partial<DiscoveryServiceState> = {},
  registrations?: readonly Registration[],
  tags: Tags = TAGS,
): Observed<DiscoveryServiceState> {
  return deepFreeze<Observed<DiscoveryServiceState>>({
    id: ID,
    owner: 'us',
    tags,
    state: { ...STATE, ...state },
    outputs: {},
    health: HEALTHY,
    ...(registrations === undefined ? {} : { registrations }),
  });
}

function differences(state: Partial<DiscoveryServiceState>, spec: Partial<DiscoveryServiceSpec> = {}) {
  const desired = deepFreeze(desiredOf<DiscoveryServiceSpec>(ID, { ...SPEC, ...spec }));
  return discoveryServiceModel
    .diff(desired, observed(state), () => undefined)
    .map(({ path, from, to, by }) => [path, from, to, by]);
}

describe('a discovery service', () => {
  test('is as wanted where nothing differs', () => {
    expect(differences({})).toEqual([]);
  });

  test('needs its environment and its namespace', () => {
    expect(discoveryServiceModel.needs(desiredOf<DiscoveryServiceSpec>(ID, SPEC))).toEqual([
      environmentId('default'),
      NAMESPACE,
    ]);
  });

  test('differs in its description', () => {
    expect(differences({ description: 'old' })).toEqual([['description', 'old', 'traces', 'update']]);
  });

  test('changes the TTL of a record in place, and is replaced for another type', () => {
    expect(differences({ dnsRecords: { A: { ttl: 60 } } })).toEqual([
      ['dnsRecords[A].ttl', 60, 15, 'update'],
    ]);
    expect(differences({ dnsRecords: { SRV: { ttl: 15 } } })).toEqual([
      ['dnsRecords[A]', null, { ttl: 15 }, 'replace'],
      ['dnsRecords[SRV]', { ttl: 15 }, null, 'replace'],
    ]);
  });

  test('is replaced where it lacks the custom health check', () => {
    expect(differences({ customHealthCheck: false })).toEqual([
      ['customHealthCheck', false, true, 'replace'],
    ]);
  });
});

test('git says its records by their type, and that it has a custom health check', () => {
  const dnsRecords = [
    { type: 'A', ttl: 15 },
    { type: 'SRV', ttl: 60 },
  ] as const;
  const desired = desiredOf<DiscoveryServiceSpec>(ID, { ...SPEC, dnsRecords });
  expect(discoveryServiceModel.says!(desired)).toEqual({
    ...SPEC,
    dnsRecords: { A: { ttl: 15 }, SRV: { ttl: 60 } },
    customHealthCheck: true,
  });
});

describe('instances whose tasks are no more', () => {
  const tidied = ['a', 'b'].map((which) => ({
    what: 'instances',
    which,
    from: 'registered, and its task is gone',
    to: null,
    isTidying: true,
  }));

  test('are taken out, of one that stays and of one that goes', () => {
    const seen = observed({ stale: ['a', 'b'] });
    const desired = desiredOf<DiscoveryServiceSpec>(ID, SPEC);
    expect(discoveryServiceModel.upkeep!(desired, seen, nothingFound)).toEqual(tidied);
    expect(discoveryServiceModel.removal!(seen)).toEqual({ upkeep: tidied });
  });

  test('are taken out even where others hold it, or are waited for', () => {
    const kept = (registeredBy: string) =>
      discoveryServiceModel.removal!(
        observed({ stale: ['a', 'b'] }, [{ id: 'c', health: 'HEALTHY', registeredBy }]),
      );
    expect(kept('fleet/other')).toEqual({ upkeep: tidied, held: expect.any(String) });
    expect(kept(REGISTRANT)).toMatchObject({ upkeep: tidied, waits: expect.any(String) });
  });

  test('are none where none were found', () => {
    const desired = desiredOf<DiscoveryServiceSpec>(ID, SPEC);
    expect(discoveryServiceModel.upkeep!(desired, observed(), nothingFound)).toEqual([]);
  });
});

describe('the instances of one that goes', () => {
  const instance = (id: string, registeredBy?: string): Registration => ({
    id,
    health: 'HEALTHY',
    ...(registeredBy === undefined ? {} : { registeredBy }),
  });
  const removal = (registrations?: readonly Registration[], stale?: readonly string[]) => {
    const { upkeep: _tidied, ...rest } = discoveryServiceModel.removal!(
      observed(stale === undefined ? {} : { stale }, registrations),
    );
    return rest;
  };

  test('are waited for where ECS has registered them for its daemon', () => {
    expect(removal()).toEqual({});
    expect(removal([])).toEqual({});
    expect(removal([instance('a', REGISTRANT), instance('b', REGISTRANT)])).toEqual({
      waits: 'waits until ECS has deregistered 2 instances',
      endsByItself: true,
    });
  });

  test('are not waited for where their tasks are no more', () => {
    expect(removal([instance('a', REGISTRANT)], ['a'])).toEqual({});
    expect(removal([instance('a', REGISTRANT), instance('b', REGISTRANT)], ['a']).waits).toContain(
      '1 instances',
    );
  });

  test.each<readonly [string, string | undefined]>([
    ['another service', 'fleet/other'],
    ['nobody known', undefined],
  ])('hold it where %s has registered them', (_who, registeredBy) => {
    const { held, waits } = removal([instance('mine', REGISTRANT), instance('i-1', registeredBy)]);
    expect(held).toMatch(
      /^AWS deletes no discovery service that has instances, and of these 1 were not .*: i-1; /,
    );
    expect(waits).toBeUndefined();
  });

  test('hold it where neither they nor it say who registered them', () => {
    const { held } = discoveryServiceModel.removal!(observed({}, [instance('i-1')], {}));
    expect(held).toContain(': i-1; ');
  });

  test.each([
    [3, ': i-0, i-1, i-2; deregister'],
    [5, ': i-0, i-1, i-2 and 2 more; deregister'],
  ])('are named, three of them at most: %i', (count, names) => {
    const others = Array.from({ length: count }, (_, index) => instance(`i-${index}`));
    expect(removal(others).held).toContain(names);
  });
});
