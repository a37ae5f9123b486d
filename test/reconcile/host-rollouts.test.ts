import { describe, expect, it } from 'vitest';
import type { Service } from '@aws-sdk/client-ecs';
import { cluster, daemonService, yamlOf } from '../support/manifests/documents.ts';
import { callsTo } from '../support/world/account.ts';
import { createWorld } from '../support/world/world.ts';
import type { World } from '../support/world/world.ts';

/** Rollouts of a daemon on every host, watched second by second of virtual time. */

const SECOND_MS = 1_000;
const LONGEST_S = 3_600;

function agent(version: number, minimumHealthyPercent: number): string {
  return yamlOf(
    cluster({ name: 'hosts' }),
    daemonService({
      name: 'agent',
      cluster: 'hosts',
      schedulingStrategy: 'DAEMON',
      networkMode: 'host',
      deployment: { minimumHealthyPercent },
      containers: [{ name: 'agent', image: `example.org/agent:${version}` }],
    }),
  );
}

async function settledOn(count: number, minimumHealthyPercent: number): Promise<World> {
  const world = createWorld({ files: { 'agent.yaml': yamlOf(cluster({ name: 'hosts' })) } });
  await world.settle();
  world.sandbox.control.launchInstances({ cluster: 'hosts', count });
  world.files.set('agent.yaml', agent(1, minimumHealthyPercent));
  await world.settle(200);
  await world.clock.advance(300 * SECOND_MS);
  await world.settle(200);
  return world;
}

async function serviceOf({ sandbox }: World): Promise<Service> {
  const { services } = await callsTo(sandbox)('ecs', 'DescribeServices', {
    cluster: 'hosts',
    services: ['agent'],
  });
  return (services as Service[])[0]!;
}

/** Rolls out the next version; answers how few ran at any second, and of what revision all run in the end. */
async function rollOut(world: World, minimum: number): Promise<{ fewest: number; last: Service }> {
  world.files.set('agent.yaml', agent(2, minimum));
  await world.pass();
  let last = await serviceOf(world);
  let fewest = last.runningCount ?? 0;
  for (let second = 0; second < LONGEST_S; second += 1) {
    await world.clock.advance(SECOND_MS);
    last = await serviceOf(world);
    fewest = Math.min(fewest, last.runningCount ?? 0);
    const [primary, ...others] = last.deployments ?? [];
    if (others.length === 0 && primary?.rolloutState === 'COMPLETED') break;
  }
  return { fewest, last };
}

async function outlook(world: World, minimum: number): Promise<string | undefined> {
  world.files.set('agent.yaml', agent(2, minimum));
  const { plan } = await world.pass({ dryRun: true });
  return plan.steps.find(({ id }) => id.kind === 'service')?.reason;
}

describe.each([
  { hosts: 50, minimum: 50, least: 25, says: 'each of 50 hosts, at most 25 at a time' },
  { hosts: 50, minimum: 90, least: 45, says: 'each of 50 hosts, at most 5 at a time' },
  { hosts: 50, minimum: 98, least: 49, says: 'each of 50 hosts, at most 1 at a time' },
  { hosts: 50, minimum: 0, least: 0, says: 'each of 50 hosts, all at once' },
  { hosts: 1, minimum: 0, least: 0, says: 'its one host' },
])('a rollout on $hosts hosts with minimumHealthyPercent $minimum', ({ hosts, minimum, least, says }) => {
  it('stops as many at a time as the plan says, never more, and ends with the next revision on every host', async () => {
    const world = await settledOn(hosts, minimum);
    expect(await outlook(world, minimum)).toContain(says);
    const { fewest, last } = await rollOut(world, minimum);
    expect(fewest).toBe(least);
    expect(last).toMatchObject({
      runningCount: hosts,
      desiredCount: hosts,
      taskDefinition: expect.stringMatching(/agent:2$/),
    });
    expect(last.deployments).toHaveLength(1);
  });
});
