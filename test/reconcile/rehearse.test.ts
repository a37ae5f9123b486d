import { describe, expect, test } from 'vitest';
import { environmentId } from '../../controller/core/reference.ts';
import { resourceKey } from '../../controller/core/resource.ts';
import type { Desired, Observed, Outputs } from '../../controller/core/resource.ts';
import type { Environments } from '../../controller/reconcile/environments.ts';
import { rehearseAdoption } from '../../controller/reconcile/rehearse.ts';
import { createAccount } from '../support/plans/account.ts';
import type { Account } from '../support/plans/account.ts';
import { DEFAULT_POLICY, observedResource, desiredResource } from '../support/plans/resources.ts';

const ENVIRONMENT = wanted('environment', 'default', { vpc: 'default', subnets: 'default' }, 'external');
const PLACE: Outputs = { accountId: '111111111111', region: 'eu-west-1', partition: 'aws' };

function wanted(
  kind: string,
  name: string,
  spec: object,
  management: Desired['management'] = 'managed',
): Desired {
  const id = kind === 'environment' ? environmentId(name) : { environment: 'default', kind, name };
  const manifest = { kind: 'Cluster', name } as const;
  return { id, manifest, management, spec, labels: {}, policy: { ...DEFAULT_POLICY, adoption: 'adopt' } };
}

function cluster(name: string, management?: Desired['management']): Desired {
  return wanted('cluster', name, { name, containerInsights: 'enabled' }, management);
}

function found(
  desired: Desired,
  state: object,
  owner: Observed['owner'] = 'nobody',
  outputs: Outputs = {},
): Observed {
  const { id } = desired;
  const tags = observedResource(desiredResource({ kind: id.kind, name: id.name }), { owner }).tags;
  return { id, owner, tags, state, outputs, health: { status: 'Healthy', message: '' } };
}

function environmentsOf({ runtime }: Account): Environments {
  return { runtimeOf: () => runtime, keepOnly: () => undefined };
}

/** What adopting these would leave to be done. */
async function left(desired: readonly Desired[], items: readonly Observed[]) {
  const account = createAccount([found(ENVIRONMENT, {}, 'nobody', PLACE), ...items]);
  const expansion = { environments: [{ name: 'default' }], objects: [], desired: [ENVIRONMENT, ...desired] };
  const said = await rehearseAdoption(expansion, environmentsOf(account), 'stationkeeper');
  expect(account.asked.every((request) => request.startsWith('read these '))).toBe(true);
  return [...said.left];
}

const AS_WANTED = { containerInsights: 'enabled' };
const OTHERWISE = { containerInsights: 'disabled' };

describe('an adoption that is rehearsed', () => {
  test('leaves nothing where what runs is as wanted', async () => {
    expect(await left([cluster('a')], [found(cluster('a'), AS_WANTED)])).toEqual([]);
  });

  test('tells by manifest what it would change', async () => {
    const items = [found(cluster('a'), OTHERWISE), found(cluster('b'), OTHERWISE)];
    expect(await left([cluster('a'), cluster('b')], items)).toEqual([
      ['Cluster/a', ['adopting it would change cluster/a: containerInsights "disabled" → "enabled"']],
      ['Cluster/b', ['adopting it would change cluster/b: containerInsights "disabled" → "enabled"']],
    ]);
  });

  test('tells all of one manifest, and all fields of each', async () => {
    const namespace = wanted('namespace', 'a', {
      name: 'a',
      environment: ENVIRONMENT.id,
      description: 'd',
      soaTtl: 1,
    });
    const both = { ...namespace, manifest: { kind: 'Cluster', name: 'a' } } as const;
    const items = [
      found(cluster('a'), OTHERWISE),
      found(namespace, { id: 'ns-1', description: 'x', soaTtl: 2 }),
    ];
    const [[, said] = []] = await left([cluster('a'), both], items);
    expect(said?.toSorted()).toEqual([
      'adopting it would change cluster/a: containerInsights "disabled" → "enabled"',
      'adopting it would change namespace/a: description "x" → "d", soaTtl 2 → 1',
    ]);
  });

  test('tells what cannot be adopted, and why', async () => {
    expect(await left([cluster('gone')], [])).toEqual([
      [
        'Cluster/gone',
        [
          'cluster/gone cannot be adopted: nothing to adopt: it does not exist, and adoption-policy adopt never creates; set stationkeeper.dev/adoption-policy: adopt-or-create to create it',
        ],
      ],
    ]);
    const [[, another] = []] = await left([cluster('a')], [found(cluster('a'), AS_WANTED, 'another')]);
    expect(another?.[0]).toMatch(/^cluster\/a cannot be adopted: exists and belongs to/);
  });

  test('tells what would be created, which is no adoption', async () => {
    const created = {
      ...cluster('new'),
      policy: { ...DEFAULT_POLICY, adoption: 'adopt-or-create' },
    } as const;
    expect(await left([created], [])).toEqual([
      ['Cluster/new', ['cluster/new cannot be adopted: there is a create left']],
    ]);
  });

  test('takes over nothing that is only used', async () => {
    expect(await left([cluster('a', 'external')], [found(cluster('a'), OTHERWISE)])).toEqual([]);
  });

  test('goes on where something is not there that only tasks need which start, and tells it apart', async () => {
    const secret = wanted(
      'secret',
      'token of a',
      { reference: 'token', environment: ENVIRONMENT.id },
      'external',
    );
    const account = createAccount([found(ENVIRONMENT, {}, 'nobody', PLACE)]);
    const expansion = { environments: [{ name: 'default' }], objects: [], desired: [ENVIRONMENT, secret] };
    const { left: stays, lacking } = await rehearseAdoption(
      expansion,
      environmentsOf(account),
      'stationkeeper',
    );
    expect(stays.size).toBe(0);
    expect([...lacking]).toEqual([
      [
        'Cluster/token of a',
        [expect.stringMatching(/^secret\/token of a: the secret "token of a" does not exist/)],
      ],
    ]);
  });

  test('looks at each environment for what is wanted there', async () => {
    const elsewhere = { ...cluster('a'), id: { ...cluster('a').id, environment: 'other' } };
    const account = createAccount([found(ENVIRONMENT, {}, 'nobody', PLACE), found(cluster('a'), OTHERWISE)]);
    const expansion = { environments: [{ name: 'default' }], objects: [], desired: [ENVIRONMENT, elsewhere] };
    const said = await rehearseAdoption(expansion, environmentsOf(account), 'stationkeeper');
    expect(said.left.size).toBe(0);
    expect(account.needed.has(resourceKey(elsewhere.id))).toBe(false);
  });
});
