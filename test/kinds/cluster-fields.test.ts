import { beforeEach, describe, expect, test } from 'vitest';
import { clusterKind } from '../../controller/kinds/cluster/index.ts';
import type { ClusterSpec, ClusterState } from '../../controller/kinds/cluster/model.ts';
import type { KindDriver } from '../../controller/kinds/kind.ts';
import { desiredOf, needsIn, tagsFor } from '../support/kinds/desired.ts';
import { nothingFound, nothingNeeded } from '../support/kinds/known.ts';
import { sandboxAws } from '../support/sandbox/controller-door.ts';
import type { SandboxAws } from '../support/sandbox/controller-door.ts';

let world: SandboxAws;
let driver: KindDriver<ClusterSpec, ClusterState>;
beforeEach(() => {
  world = sandboxAws();
  driver = clusterKind.driver(world.context);
});

const cluster = (spec: Omit<ClusterSpec, 'name'> = {}) =>
  desiredOf<ClusterSpec>(
    { kind: 'cluster', name: 'a' },
    { name: 'a', containerInsights: 'disabled', ...spec },
  );

const FARGATE = ['FARGATE', 'FARGATE_SPOT'];
const SPOT = [{ capacityProvider: 'FARGATE_SPOT', weight: 1 }];

async function create(desired: ReturnType<typeof cluster>) {
  return driver.create(desired, tagsFor(world, desired), await needsIn(world));
}

async function changesOf(desired: ReturnType<typeof cluster>) {
  const { items } = await driver.observe({
    desired: [desired],
    scope: 'these',
    needs: nothingNeeded,
    findings: nothingFound,
  });
  const [observed] = items;
  return { observed: observed!, changes: clusterKind.model.diff(desired, observed!, nothingNeeded) };
}

/** Updates it as far as it differs, and tells which requests that took. */
async function update(desired: ReturnType<typeof cluster>) {
  const { observed, changes } = await changesOf(desired);
  const needs = await needsIn(world);
  world.resetRequests();
  await driver.update(desired, observed, { changes, upkeep: [] }, observed.tags, needs);
  return world.requests.map(({ operation }) => operation);
}

async function inAws() {
  const { clusters = [] } = await world.aws.ecs.describeClusters({
    clusters: ['a'],
    include: ['CONFIGURATIONS'],
  });
  return clusters[0]!;
}

describe('a cluster', () => {
  test('is made with all that its manifest says, and differs in nothing', async () => {
    const desired = cluster({
      capacityProviders: FARGATE,
      defaultCapacityProviderStrategy: SPOT,
      configuration: { executeCommandConfiguration: { logging: 'NONE' } },
    });
    await create(desired);
    expect(await inAws()).toMatchObject({ capacityProviders: FARGATE });
    expect((await changesOf(desired)).changes).toEqual([]);
  });

  test('keeps what its manifest does not say', async () => {
    await create(cluster());
    await world.aws.ecs.putClusterCapacityProviders({
      cluster: 'a',
      capacityProviders: FARGATE,
      defaultCapacityProviderStrategy: SPOT,
    });
    expect((await changesOf(cluster())).changes).toEqual([]);
    expect(await update(cluster({ containerInsights: 'enabled' }))).toEqual(['UpdateCluster']);
    expect((await inAws()).capacityProviders).toEqual(FARGATE);
  });

  test('gets other providers, and keeps the default strategy that still has its own', async () => {
    await create(cluster({ capacityProviders: FARGATE, defaultCapacityProviderStrategy: SPOT }));
    expect(await update(cluster({ capacityProviders: ['FARGATE_SPOT'] }))).toEqual([
      'PutClusterCapacityProviders',
    ]);
    expect(await inAws()).toMatchObject({
      capacityProviders: ['FARGATE_SPOT'],
      defaultCapacityProviderStrategy: SPOT,
    });
  });

  test('loses with a provider its place in a default strategy that no manifest says', async () => {
    await create(cluster({ capacityProviders: FARGATE, defaultCapacityProviderStrategy: SPOT }));
    await update(cluster({ capacityProviders: ['FARGATE'] }));
    expect(await inAws()).toMatchObject({
      capacityProviders: ['FARGATE'],
      defaultCapacityProviderStrategy: [],
    });
  });

  test('keeps the keys of its storage where only ECS Exec changes', async () => {
    const kmsKeyId = 'arn:aws:kms:us-east-1:385605022855:key/0';
    await create(cluster({ configuration: { managedStorageConfiguration: { kmsKeyId } } }));
    await update(cluster({ configuration: { executeCommandConfiguration: { logging: 'NONE' } } }));
    expect((await inAws()).configuration).toEqual({
      managedStorageConfiguration: { kmsKeyId },
      executeCommandConfiguration: { logging: 'NONE' },
    });
  });

  test('names the namespace of Service Connect, which ECS shows by its ARN', async () => {
    const [name] = await namespaces(['shop.example']);
    const desired = cluster({ serviceConnectDefaults: { namespace: name! } });
    await create(desired);
    expect((await inAws()).serviceConnectDefaults?.namespace).toMatch(/^arn:/);
    expect((await changesOf(desired)).changes).toEqual([]);
    const none = cluster({ serviceConnectDefaults: { namespace: '' } });
    expect((await changesOf(none)).changes).toMatchObject([{ path: 'serviceConnectDefaults.namespace' }]);
  });
});

async function namespaces(names: readonly string[]): Promise<readonly string[]> {
  const { Vpcs: [vpc] = [] } = await world.aws.ec2.describeVpcs({});
  for (const Name of names) {
    await world.aws.servicediscovery.createPrivateDnsNamespace({ Name, Vpc: vpc?.VpcId ?? '' });
  }
  await world.clock.advance(120_000);
  return names;
}
