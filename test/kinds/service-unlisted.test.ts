import { expect, test } from 'vitest';
import { createInventory } from '../../controller/aws/inventory.ts';
import { serviceKind } from '../../controller/kinds/service/index.ts';
import { TRUST } from '../support/policies.ts';
import { sandboxAws } from '../support/sandbox-aws.ts';

test('a service that the inventory does not list yet is seen by a controller that has just started', async () => {
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
  const inventory = createInventory(world.aws, 'stationkeeper', world.clock);
  const driver = serviceKind.driver({ ...world.context, inventory });
  const namesSeen = async (): Promise<readonly string[]> => {
    inventory.startPass();
    const { items } = await world.run(
      driver.observe({ desired: [], scope: 'all-owned', needs: () => undefined }),
    );
    return items.map(({ id }) => id.name);
  };
  expect(await namesSeen()).toEqual(['ours']);
  await world.clock.advance(120_000);
  world.resetRequests();
  expect(await namesSeen()).toEqual(['ours']);
  expect(world.requests.map(({ operation }) => operation)).not.toContain('ListServices');
});
