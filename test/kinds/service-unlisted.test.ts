import { expect, test } from 'vitest';
import { createInventory } from '../../controller/aws/inventory.ts';
import type { Aws } from '../../controller/aws/operations.ts';
import { FACTS, inventoryTypesOf } from '../../controller/kinds/facts.ts';
import { serviceKind } from '../../controller/kinds/service/index.ts';
import { TRUST } from '../support/iam/policies.ts';
import { sandboxAws } from '../support/sandbox/controller-door.ts';
import { nothingFound, nothingNeeded } from '../support/kinds/known.ts';

/** A service of ours and a foreign one, in one cluster. */
async function twoServices() {
  const world = sandboxAws();
  await world.aws.ecs.createCluster({ clusterName: 'daemons' });
  const { Subnets = [] } = await world.aws.ec2.describeSubnets({});
  await world.aws.iam.createRole({ RoleName: 'daemon', AssumeRolePolicyDocument: TRUST });
  await world.becomeKnown();
  await world.aws.ecs.registerTaskDefinition({
    family: 'xray',
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    cpu: '256',
    memory: '512',
    executionRoleArn: 'arn:aws:iam::385605022855:role/daemon',
    containerDefinitions: [{ name: 'xray', image: 'public.ecr.aws/xray/aws-xray-daemon:3.x' }],
  });
  const ours = { 'stationkeeper:owner': 'stationkeeper', 'stationkeeper:environment': 'default' };
  const subnets = Subnets.map(({ SubnetId = '' }) => SubnetId);
  for (const [serviceName, tags] of [
    ['ours', ours],
    ['foreign', {}],
  ] as const) {
    await world.aws.ecs.createService({
      cluster: 'daemons',
      serviceName,
      taskDefinition: 'xray',
      desiredCount: 1,
      launchType: 'FARGATE',
      networkConfiguration: { awsvpcConfiguration: { subnets } },
      tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
    });
  }
  return world;
}

test('a service that the inventory does not list yet is seen by a controller that has just started', async () => {
  const world = await twoServices();
  const inventory = createInventory(world.aws, 'stationkeeper', world.clock, inventoryTypesOf(FACTS));
  const driver = serviceKind.driver({ ...world.context, inventory });
  const namesSeen = async (): Promise<readonly string[]> => {
    inventory.startPass();
    const { items } = await world.run(
      driver.observe({ desired: [], scope: 'all-owned', needs: nothingNeeded, findings: nothingFound }),
    );
    return items.map(({ id }) => id.name);
  };
  expect(await namesSeen()).toEqual(['ours']);
  await world.clock.advance(120_000);
  world.resetRequests();
  expect(await namesSeen()).toEqual(['ours']);
  expect(world.requests.map(({ operation }) => operation)).not.toContain('ListServices');
});

test('a service that was there moments ago is unseen, not absent, until no read can be so old or AWS says that it ended', async () => {
  const world = await twoServices();
  let isLagging = false;
  const old: Partial<Aws['ecs']> = {
    listClusters: () => Promise.resolve({ clusterArns: [], $metadata: {} }),
    describeServices: ({ services = [] }) =>
      Promise.resolve({
        services: [],
        failures: services.map((name) => ({ arn: `service/${name}`, reason: 'MISSING' })),
        $metadata: {},
      }),
  };
  const ecs = new Proxy(world.aws.ecs, {
    get: (all, name: keyof Aws['ecs']) => (isLagging ? (old[name] ?? all[name]) : all[name]),
  });
  const aws = { ...world.aws, ecs };
  const inventory = createInventory(aws, 'stationkeeper', world.clock, inventoryTypesOf(FACTS));
  const driver = serviceKind.driver({ ...world.context, aws, inventory });
  const look = async () => {
    inventory.startPass();
    const { items, unseen } = await world.run(
      driver.observe({ desired: [], scope: 'all-owned', needs: nothingNeeded, findings: nothingFound }),
    );
    return { seen: items.map(({ id }) => id.name), unseen: unseen.map(({ id }) => id.name) };
  };
  expect(await look()).toEqual({ seen: ['ours'], unseen: [] });
  isLagging = true;
  expect(await look()).toEqual({ seen: [], unseen: ['ours'] });
  await world.clock.advance(15_000);
  expect(await look()).toEqual({ seen: [], unseen: [] });

  isLagging = false;
  expect(await look()).toEqual({ seen: ['ours'], unseen: [] });
  await world.aws.ecs.deleteService({ cluster: 'daemons', service: 'ours', force: true });
  await world.clock.advance(300_000);
  expect(await look()).toEqual({ seen: [], unseen: [] });
});
