import { describe, expect, test } from 'vitest';
import type { PassResult } from '../../controller/reconcile/pass-result.ts';
import { cluster, daemonService, yamlOf } from '../support/manifests/documents.ts';
import type { DocumentOverrides } from '../support/manifests/documents.ts';
import { createReporter, resourceIn } from '../support/reports/reporter.ts';
import { otherTool } from '../support/world/other-tools.ts';
import { createWorld, stepsOf } from '../support/world/world.ts';
import type { World } from '../support/world/world.ts';

const IMAGE = 'containers[main].image';

interface Written extends DocumentOverrides<'DaemonService'> {
  readonly ignoring?: string;
  readonly image?: string;
}

function files({
  ignoring,
  image = 'example.org/agent:1',
  ...overrides
}: Written): Readonly<Record<string, string>> {
  const annotations = ignoring === undefined ? {} : { 'stationkeeper.dev/ignore-drift': ignoring };
  const containers = [{ name: 'main', image }];
  return {
    'all.yaml': yamlOf(cluster(), daemonService({ annotations, containers, desiredCount: 2, ...overrides })),
  };
}

function write(world: World, written: Written): void {
  for (const [file, text] of Object.entries(files(written))) world.files.set(file, text);
}

async function settled(written: Written): Promise<World> {
  const world = createWorld({ files: files(written) });
  await rest(world);
  return world;
}

async function rest(world: World): Promise<PassResult> {
  await world.settle();
  await world.clock.advance(60_000);
  const results = await world.settle();
  world.calls.length = 0;
  return results.at(-1)!;
}

interface Revision {
  readonly taskDefinitionArn: string;
  readonly memory: string;
  readonly containerDefinitions: readonly { readonly image: string }[];
}

async function running(
  world: World,
): Promise<{ readonly revision: number; readonly memory: string; readonly image: string }> {
  const { call } = otherTool(world);
  const { services } = await call<{ services: { taskDefinition: string }[] }>('ecs', 'DescribeServices', {
    cluster: 'main',
    services: ['xray'],
  });
  const { taskDefinition } = services[0]!;
  const described = await call<{ taskDefinition: Revision }>('ecs', 'DescribeTaskDefinition', {
    taskDefinition,
  });
  const { memory, containerDefinitions } = described.taskDefinition;
  return {
    revision: Number(taskDefinition.split(':').at(-1)),
    memory,
    image: containerDefinitions[0]!.image,
  };
}

/** As a pipeline does: a copy of what runs with another image, rolled out. */
async function deploy(world: World, image: string, overrides: object = {}): Promise<void> {
  const { call } = otherTool(world);
  const { taskDefinition } = await call<{ taskDefinition: Revision }>('ecs', 'DescribeTaskDefinition', {
    taskDefinition: `xray:${(await running(world)).revision}`,
  });
  const containerDefinitions = taskDefinition.containerDefinitions.map((container) => ({
    ...container,
    image,
  }));
  const registered = await call<{ taskDefinition: Revision }>('ecs', 'RegisterTaskDefinition', {
    ...taskDefinition,
    containerDefinitions,
    ...overrides,
  });
  await call('ecs', 'UpdateService', {
    cluster: 'main',
    service: 'xray',
    taskDefinition: registered.taskDefinition.taskDefinitionArn,
  });
  await world.clock.advance(120_000);
}

async function scale(world: World, desiredCount: number): Promise<void> {
  await otherTool(world).call('ecs', 'UpdateService', { cluster: 'main', service: 'xray', desiredCount });
  await world.clock.advance(60_000);
}

async function desiredCount(world: World): Promise<number> {
  const { services } = await otherTool(world).call<{ services: { desiredCount: number }[] }>(
    'ecs',
    'DescribeServices',
    { cluster: 'main', services: ['xray'] },
  );
  return services[0]!.desiredCount;
}

function changing(world: World): readonly string[] {
  return world.mutations().filter((name) => !name.includes('Tag'));
}

/** What the plan says is what apply does. */
async function planned(world: World): Promise<readonly string[]> {
  const { plan } = await world.pass({ dryRun: true });
  return stepsOf(plan);
}

describe.each([
  ['since it was made', true],
  ['since a while', false],
])('a field in which drift is ignored %s', (_since, fromTheStart) => {
  const ignoring = 'desiredCount';

  async function scaled(): Promise<World> {
    const world = await settled(fromTheStart ? { ignoring } : {});
    write(world, { ignoring });
    await rest(world);
    await scale(world, 5);
    return world;
  }

  test('is left as somebody in AWS made it', async () => {
    const world = await scaled();
    expect(await planned(world)).toEqual([]);
    await rest(world);
    expect(await desiredCount(world)).toBe(5);
  });

  test('is left when git changes something else', async () => {
    const world = await scaled();
    write(world, { ignoring, deployment: { maximumPercent: 150 } });
    expect(await planned(world)).toEqual(['update service/xray']);
    await rest(world);
    expect(await desiredCount(world)).toBe(5);
    expect(await planned(world)).toEqual([]);
  });

  test('is as git says when git changes it, and is then left again', async () => {
    const world = await scaled();
    write(world, { ignoring, desiredCount: 3 });
    expect(await planned(world)).toEqual(['update service/xray']);
    await rest(world);
    expect(await desiredCount(world)).toBe(3);
    await scale(world, 7);
    await rest(world);
    expect(await desiredCount(world)).toBe(7);
  });
});

describe('an image that a pipeline deploys', () => {
  async function deployed(ignoring = IMAGE): Promise<World> {
    const world = await settled({ ignoring });
    await deploy(world, 'example.org/agent:5');
    return world;
  }

  test('is left, with its revision and its service, and told', async () => {
    const world = await deployed();
    expect(await planned(world)).toEqual([]);
    const result = await rest(world);
    expect(changing(world)).toEqual([]);
    expect(await running(world)).toMatchObject({ image: 'example.org/agent:5', revision: 2 });
    expect(resourceIn(createReporter().record(result), 'task-definition/xray')).toMatchObject({
      state: 'InSync',
      reason: `drift ignored: ${IMAGE}`,
      drift: [{ path: IMAGE, desired: 'example.org/agent:1', actual: 'example.org/agent:5' }],
    });
  });

  test('stays when git changes something else, and stays left', async () => {
    const world = await deployed();
    write(world, { ignoring: IMAGE, memory: 1024 });
    expect(await planned(world)).toEqual(['update task-definition/xray', 'hold waiting service/xray']);
    await rest(world);
    expect(await running(world)).toEqual({ image: 'example.org/agent:5', memory: '1024', revision: 3 });
    expect(await planned(world)).toEqual([]);
    await deploy(world, 'example.org/agent:6');
    write(world, { ignoring: IMAGE, memory: 2048 });
    await rest(world);
    expect(await running(world)).toEqual({ image: 'example.org/agent:6', memory: '2048', revision: 5 });
    expect(await planned(world)).toEqual([]);
  });

  test('stays through a restart', async () => {
    const world = await deployed();
    write(world, { ignoring: IMAGE, memory: 1024 });
    world.restart();
    await rest(world);
    world.restart();
    await rest(world);
    expect(await running(world)).toEqual({ image: 'example.org/agent:5', memory: '1024', revision: 3 });
  });

  test("is git's when git changes it", async () => {
    const world = await deployed();
    write(world, { ignoring: IMAGE, memory: 1024 });
    await rest(world);
    write(world, { ignoring: IMAGE, memory: 1024, image: 'example.org/agent:9' });
    await rest(world);
    expect(await running(world)).toMatchObject({ image: 'example.org/agent:9', memory: '1024' });
    expect(await planned(world)).toEqual([]);
  });

  test('is all that is left of a revision that differs in more', async () => {
    const world = await settled({ ignoring: IMAGE });
    await deploy(world, 'example.org/agent:5', { memory: '2048' });
    await rest(world);
    expect(await running(world)).toEqual({ image: 'example.org/agent:5', memory: '512', revision: 3 });
    expect(await planned(world)).toEqual([]);
  });

  test('is corrected where the manifest does not leave it to others', async () => {
    const world = await settled({});
    await deploy(world, 'example.org/agent:5');
    await rest(world);
    expect(await running(world)).toMatchObject({ image: 'example.org/agent:1', revision: 1 });
  });
});

describe('a task definition that is left to others', () => {
  const ignoring = 'taskDefinition';

  test('is left while git does not change it: nothing is announced, and nothing done', async () => {
    const world = await settled({ ignoring });
    await deploy(world, 'example.org/agent:5');
    expect(await planned(world)).toEqual([]);
    await rest(world);
    expect(changing(world)).toEqual([]);
    expect(await running(world)).toMatchObject({ revision: 2 });
  });

  test("is git's where git changes it: the plan says so, and the service gets it", async () => {
    const world = await settled({ ignoring });
    await deploy(world, 'example.org/agent:5');
    write(world, { ignoring, memory: 1024 });
    expect(await planned(world)).toEqual(['update task-definition/xray', 'hold waiting service/xray']);
    await rest(world);
    expect(await running(world)).toMatchObject({ memory: '1024', revision: 3 });
    expect(await planned(world)).toEqual([]);
  });

  test('is not changed when git changes something of the service alone', async () => {
    const world = await settled({ ignoring });
    await deploy(world, 'example.org/agent:5');
    write(world, { ignoring, desiredCount: 3 });
    await rest(world);
    expect(await desiredCount(world)).toBe(3);
    expect(await running(world)).toMatchObject({ revision: 2 });
  });

  test('is not registered anew where nobody would take it up', async () => {
    const world = await settled({ ignoring });
    await deploy(world, 'example.org/agent:5');
    write(world, { ignoring, labels: { team: 'a' } });
    await rest(world);
    expect(changing(world)).toEqual([]);
  });
});

test('what git changes of a task definition waits as long as its service may not be replaced', async () => {
  const world = await settled({});
  world.intercept(async ({ name }, perform) => {
    const answer = await perform();
    if (name !== 'ecs:DescribeServices') return answer;
    const { services } = answer as { readonly services: readonly object[] };
    return { ...answer, services: services.map((service) => ({ ...service, launchType: 'EC2' })) };
  });
  write(world, { memory: 1024 });
  const { plan } = await world.pass();
  expect(stepsOf(plan)).toEqual(['hold policy task-definition/xray', 'hold policy service/xray']);
  expect(changing(world)).toEqual([]);
});
