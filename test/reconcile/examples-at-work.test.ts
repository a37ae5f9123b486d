import { describe, expect, test } from 'vitest';
import { EXAMPLES } from '../support/manifests/examples.ts';
import { expectConverged } from '../support/reports/converged.ts';
import { createReporter } from '../support/reports/reporter.ts';
import { HOSTS, exampleWorld } from '../support/world/example.ts';
import { otherTool } from '../support/world/other-tools.ts';
import type { World } from '../support/world/world.ts';

async function settled(name: string): Promise<World> {
  const world = await exampleWorld(EXAMPLES.find((example) => example.name === name)!);
  await rest(world);
  return world;
}

async function rest(world: World): Promise<void> {
  await world.settle();
  await world.clock.advance(300_000);
  expectConverged(createReporter().record(await world.pass()));
}

interface Task {
  readonly taskArn: string;
  readonly capacityProviderName: string;
  /** Of those on hosts. */
  readonly containerInstanceArn?: string;
  readonly containers: { readonly networkInterfaces: { readonly privateIpv4Address: string }[] }[];
}

async function tasksIn(world: World, cluster: string): Promise<readonly Task[]> {
  const { call } = otherTool(world);
  const { taskArns } = await call<{ taskArns: string[] }>('ecs', 'ListTasks', { cluster });
  const { tasks } = await call<{ tasks: Task[] }>('ecs', 'DescribeTasks', { cluster, tasks: taskArns });
  return tasks;
}

describe('the example otel-gateway', () => {
  /** `172.31.0.5:4317 healthy` of every target that is there. */
  async function targets(world: World): Promise<readonly string[]> {
    const { call } = otherTool(world);
    const { TargetGroups } = await call<{ TargetGroups: { TargetGroupArn: string }[] }>(
      'elasticloadbalancing',
      'DescribeTargetGroups',
      { Names: ['otel-gateway-grpc', 'otel-gateway-http'] },
    );
    const found: string[] = [];
    for (const { TargetGroupArn } of TargetGroups) {
      const { TargetHealthDescriptions } = await call<{
        TargetHealthDescriptions: { Target: { Id: string; Port: number }; TargetHealth: { State: string } }[];
      }>('elasticloadbalancing', 'DescribeTargetHealth', { TargetGroupArn });
      for (const { Target, TargetHealth } of TargetHealthDescriptions) {
        found.push(`${Target.Id}:${Target.Port} ${TargetHealth.State}`);
      }
    }
    return found.toSorted();
  }

  const healthyAtBothPorts = (tasks: readonly Task[]) =>
    tasks
      .map(({ containers }) => containers[0]!.networkInterfaces[0]!.privateIpv4Address)
      .flatMap((address) => [`${address}:4317 healthy`, `${address}:4318 healthy`])
      .toSorted();

  test('has every task as a healthy target of both ports, at the least and at the most that it is scaled to', async () => {
    const world = await settled('otel-gateway');
    const least = await tasksIn(world, 'gateways');
    expect(least).toHaveLength(2);
    expect(await targets(world)).toEqual(healthyAtBothPorts(least));

    world.sandbox.control.setMetric({
      resourceId: 'service/gateways/otel-gateway',
      metric: 'ECSServiceAverageCPUUtilization',
      value: 100,
    });
    await world.clock.advance(1_800_000);
    await rest(world);
    const most = await tasksIn(world, 'gateways');
    expect(most).toHaveLength(10);
    expect(await targets(world)).toEqual(healthyAtBothPorts(most));
  });
});

describe.each(
  EXAMPLES.filter(({ files }) => Object.values(files).join().includes('schedulingStrategy: DAEMON')),
)('the example $name', ({ name, files }) => {
  const [, hosts = ''] = /^ {2}cluster: (\S+)$/m.exec(Object.values(files).join('\n')) ?? [];

  test('has a task on every host, and on one that joins them later', async () => {
    const world = await settled(name);
    const { call } = otherTool(world);
    const hostsOf = async () =>
      new Set((await tasksIn(world, hosts)).map(({ containerInstanceArn }) => containerInstanceArn));
    expect((await hostsOf()).size).toBe(HOSTS);
    world.sandbox.control.launchInstances({ cluster: hosts });
    await rest(world);
    const { containerInstanceArns } = await call<{ containerInstanceArns: string[] }>(
      'ecs',
      'ListContainerInstances',
      { cluster: hosts },
    );
    expect(await hostsOf()).toEqual(new Set(containerInstanceArns));
  });
});

describe('the example fargate-spot', () => {
  const providers = (tasks: readonly Task[]) =>
    tasks.map(({ capacityProviderName }) => capacityProviderName).toSorted();
  const SPREAD = ['FARGATE', 'FARGATE_SPOT', 'FARGATE_SPOT', 'FARGATE_SPOT'];

  test('keeps one task on Fargate, and comes back to its count after Spot took a task or all of its own', async () => {
    const world = await settled('fargate-spot');
    const before = await tasksIn(world, 'spot');
    expect(providers(before)).toEqual(SPREAD);

    const one = before.find(({ capacityProviderName }) => capacityProviderName === 'FARGATE_SPOT')!;
    expect(world.sandbox.control.reclaimSpot(one.taskArn)).toEqual([one.taskArn]);
    await rest(world);
    const after = await tasksIn(world, 'spot');
    expect(providers(after)).toEqual(SPREAD);
    expect(after.map(({ taskArn }) => taskArn)).not.toContain(one.taskArn);

    expect(world.sandbox.control.reclaimSpot()).toHaveLength(3);
    expect(providers(await tasksIn(world, 'spot'))).toEqual(['FARGATE']);
    await rest(world);
    expect(providers(await tasksIn(world, 'spot'))).toEqual(SPREAD);
  });
});
