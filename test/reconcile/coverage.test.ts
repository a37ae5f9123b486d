import { describe, expect, it } from 'vitest';
import type { ContainerInstance } from '@aws-sdk/client-ecs';
import { daemonService, yamlOf } from '../support/manifests/documents.ts';
import { createReporter } from '../support/reports/reporter.ts';
import { agent, daemonOnHosts, known, launch, told, withHosts } from '../support/world/hosts.ts';
import type { World } from '../support/world/world.ts';

const MINUTE_MS = 60_000;

async function withAgents(count: number): Promise<{ world: World; hosts: readonly ContainerInstance[] }> {
  const made = await withHosts(count);
  made.world.files.set('agent.yaml', yamlOf(agent()));
  await made.world.settle();
  return made;
}

describe('a daemon that was just made', () => {
  it('tells of the hosts that it belongs on from the first look on, before ECS has counted them', async () => {
    const { world } = await withHosts(3);
    world.files.set('agent.yaml', yamlOf(agent()));
    const reporter = createReporter();
    let first = await told(world, reporter);
    for (let pass = 0; pass < 5 && first.coverage === undefined; pass += 1)
      first = await told(world, reporter);
    expect(known(first.coverage)).toMatchObject({ eligible: 3 });
    expect(first.conditions.map(({ message }) => message).join()).not.toContain('no host');
  });
});

describe('a gap', () => {
  it('is Progressing at first, then Degraded, and gone once the daemon runs there', async () => {
    const { world, hosts } = await withAgents(3);
    const { control } = world.sandbox;
    const reporter = createReporter();
    expect(await told(world, reporter)).toMatchObject({ health: 'Healthy' });
    control.actOnInstance(hosts[0]!.containerInstanceArn!, 'drain');
    await world.clock.advance(MINUTE_MS);
    const first = await told(world, reporter);
    expect(first).toMatchObject({ health: 'Progressing', coverage: { eligible: 3, running: 2, missing: 1 } });
    await world.clock.advance(5 * MINUTE_MS);
    const later = await told(world, reporter);
    expect(later).toMatchObject({ health: 'Degraded', conditions: [{ reason: 'CoverageGap' }, {}, {}] });
    expect(known(later.coverage).gaps[0]?.since).toBe(known(first.coverage).gaps[0]?.since);
    control.actOnInstance(hosts[0]!.containerInstanceArn!, 'activate');
    await world.clock.advance(3 * MINUTE_MS);
    expect(await told(world, reporter)).toMatchObject({
      health: 'Healthy',
      coverage: { running: 3, gaps: [] },
    });
  });

  it('begins anew with a controller that starts, and an agent is disconnected since ECS says so', async () => {
    const { world } = await withAgents(2);
    const [late] = launch(world);
    world.sandbox.control.actOnInstance(late!.containerInstanceArn!, 'disconnect');
    const disconnectedAt = new Date(world.clock.now()).toISOString();
    await world.clock.advance(30 * MINUTE_MS);
    world.restart();
    const startedAt = new Date(world.clock.now()).toISOString();
    const { coverage, health } = await told(world);
    expect(health).toBe('Progressing');
    expect(known(coverage).gaps).toMatchObject([
      {
        since: startedAt,
        cause: 'AgentDisconnected',
        message: expect.stringContaining(`since ${disconnectedAt}`),
      },
    ]);
  });

  it('of a rollout keeps nobody from being told that it goes on, and is none in the end', async () => {
    const { world } = await withAgents(4);
    world.files.set('agent.yaml', yamlOf(agent('example.org/agent:2')));
    const reporter = createReporter();
    const seen = new Set<string>();
    for (let look = 0; look < 60; look += 1) {
      const { coverage, conditions } = await told(world, reporter);
      for (const { cause } of known(coverage).gaps) seen.add(cause);
      expect(conditions[0]?.reason).not.toBe('CoverageGap');
      await world.clock.advance(5_000);
    }
    expect([...seen]).toEqual(['RolloutUnderWay']);
    expect(await told(world, reporter)).toMatchObject({
      health: 'Healthy',
      coverage: { running: 4, gaps: [] },
    });
  });
});

describe('what is read', () => {
  it('is the hosts of a cluster once for all its daemons, a hundred to a request, and each revision once', async () => {
    const { world } = await withHosts(120);
    const names = ['a', 'b', 'c'];
    const daemons = names.map((name) => daemonOnHosts({ name }));
    world.files.set('daemons.yaml', yamlOf(...daemons));
    await world.settle(200);
    const before = world.calls.length;
    await world.pass();
    const calls = world.calls.slice(before).map(({ name }) => name);
    const count = (name: string): number => calls.filter((one) => one === `ecs:${name}`).length;
    expect(count('ListContainerInstances')).toBe(2);
    expect(count('DescribeContainerInstances')).toBe(2);
  });

  it('is nothing of hosts where no daemon belongs on every host', async () => {
    const { world } = await withHosts(2);
    world.files.set(
      'a.yaml',
      yamlOf(daemonService({ name: 'a', cluster: 'hosts', networkMode: 'bridge', launchType: 'EC2' })),
    );
    await world.settle();
    expect(world.calls.filter(({ name }) => name.includes('ContainerInstances'))).toEqual([]);
    expect(await told(world, createReporter(), 'a')).not.toHaveProperty('coverage');
  });

  it.each(['ecs:ListContainerInstances', 'ecs:DescribeContainerInstances'])(
    'is unknown while %s hangs, and the daemon is seen and mended all the same',
    async (silent) => {
      const { world } = await withAgents(2);
      world.intercept((call, perform) => (call.name === silent ? new Promise(() => undefined) : perform()));
      world.files.set('agent.yaml', yamlOf(agent('example.org/agent:2')));
      const { outcomes } = await world.pass();
      expect(outcomes.filter(({ result }) => result === 'failed')).toEqual([]);
      expect(world.mutations()).toContain('ecs:UpdateService');
      expect((await told(world)).coverage).toEqual({
        unknown:
          'the hosts of the cluster cannot be read: ECS has not answered within 8 s; the next pass asks again',
      });
    },
  );

  it.each(['ecs:ListContainerInstances', 'ecs:DescribeContainerInstances'])(
    'is unknown without %s, which hinders nothing else',
    async (refused) => {
      const { world } = await withHosts(2);
      world.intercept((call, perform) => {
        if (call.name !== refused) return perform();
        return Promise.reject(
          Object.assign(new Error(`User is not authorized to perform: ${refused}`), {
            name: 'AccessDeniedException',
            $metadata: { httpStatusCode: 400 },
          }),
        );
      });
      world.files.set('agent.yaml', yamlOf(agent()));
      await world.settle();
      const { coverage, health, sync } = await told(world);
      expect({ health, sync }).toEqual({ health: 'Healthy', sync: 'Synced' });
      expect(coverage).toEqual({
        unknown: expect.stringMatching(`hosts of the cluster cannot be read: .*add .*"Action":"${refused}"`),
      });
    },
  );
});
