import { describe, expect, test } from 'vitest';
import { cluster, daemonService, environment, repository, yamlOf } from '../support/manifests/documents.ts';
import type { DocumentOverrides } from '../support/manifests/documents.ts';
import { callsTo } from '../support/world/account.ts';
import { createWorld, stepsOf } from '../support/world/world.ts';
import type { World } from '../support/world/world.ts';

const NAME = 'platform/xray';
const HOST = '385605022855.dkr.ecr.us-east-1.amazonaws.com';
const FROM_XRAY = [{ name: 'main', image: { repository: 'xray', tag: '3.x' } }];

type Written = DocumentOverrides<'Repository'>;

function write(world: World, written: Written | undefined, image = FROM_XRAY): void {
  const others = written === undefined ? [] : [repository({ repositoryName: NAME, ...written })];
  world.files.set('all.yaml', yamlOf(cluster(), ...others, daemonService({ containers: image })));
}

/** An index with an image for each of two architectures: three images. */
function push(world: World, repositoryName = NAME, tag = '3.x') {
  const architectures = ['amd64', 'arm64'];
  return world.sandbox.control.putImage({ repository: repositoryName, tags: [tag], architectures });
}

/** A world in which the daemon runs from the repository, which holds its image. */
async function running(written: Written = {}): Promise<World> {
  const world = createWorld({ files: {}, pruneBudget: { count: 1000 } });
  write(world, written);
  await world.settle();
  push(world);
  await world.settle();
  return world;
}

async function imageOf(world: World, region = 'us-east-1'): Promise<unknown> {
  const { taskDefinition } = await callsTo(world.sandbox, { region })('ecs', 'DescribeTaskDefinition', {
    taskDefinition: 'xray',
  });
  return (taskDefinition as { containerDefinitions: { image: string }[] }).containerDefinitions[0]?.image;
}

async function repositoriesIn(world: World): Promise<readonly unknown[]> {
  return (await callsTo(world.sandbox)('ecr', 'DescribeRepositories'))['repositories'] as unknown[];
}

/** The reason that the plan gives for a resource of a kind. */
async function reasonFor(world: World, kind: string): Promise<string | undefined> {
  const { plan } = await world.pass({ dryRun: true });
  return plan.steps.find(({ id }) => id.kind === kind)?.reason;
}

describe('an image in a repository', () => {
  test('is told to ECS by the account and Region of its Environment, and waits for the repository that a manifest declares', async () => {
    const world = createWorld({ files: {} });
    write(world, {});
    expect(await reasonFor(world, 'task-definition')).toMatch(/repository\/?.*platform\/xray/);
    await world.settle();
    push(world);
    await world.settle();
    expect(await imageOf(world)).toBe(`${HOST}/${NAME}:3.x`);
    expect(stepsOf((await world.pass()).plan)).toEqual([]);
  });

  test('is of the registry of its partition', async () => {
    const region = 'cn-north-1';
    const world = createWorld({
      files: {
        'all.yaml': yamlOf(
          environment({ region }),
          cluster(),
          repository(),
          daemonService({ containers: FROM_XRAY }),
        ),
      },
    });
    await world.settle();
    push(world, 'xray');
    await world.settle();
    expect(await imageOf(world, region)).toBe('385605022855.dkr.ecr.cn-north-1.amazonaws.com.cn/xray:3.x');
  });

  test('is by its digest where the manifest says that', async () => {
    const world = createWorld({ files: { 'all.yaml': yamlOf(repository()) } });
    await world.settle();
    const digest = push(world, 'xray').imageDigest ?? '';
    world.files.set(
      'all.yaml',
      yamlOf(
        cluster(),
        repository(),
        daemonService({ containers: [{ name: 'main', image: { repository: 'xray', digest } }] }),
      ),
    );
    await world.settle();
    expect(await imageOf(world)).toBe(`${HOST}/xray@${digest}`);
  });

  test('is of one that exists where no manifest declares it, which is used and never changed', async () => {
    const world = createWorld({ files: {} });
    write(world, undefined);
    expect(await reasonFor(world, 'repository')).toBe(
      'the repository "xray" does not exist and no manifest declares it; declare it or create it',
    );
    await world.settle();
    expect(await imageOf(world).catch(() => 'none')).toBe('none');

    await callsTo(world.sandbox)('ecr', 'CreateRepository', { repositoryName: 'xray' });
    push(world, 'xray');
    await world.settle();
    expect(await imageOf(world)).toBe(`${HOST}/xray:3.x`);
    expect(await repositoriesIn(world)).toMatchObject([{ imageTagMutability: 'MUTABLE' }]);
    expect(world.mutations().filter((name) => name.startsWith('ecr:'))).toEqual([]);
  });

  test('that is written as text before is the same to ECS: nothing is rolled out', async () => {
    const world = await running();
    world.files.set(
      'all.yaml',
      yamlOf(
        cluster(),
        repository({ repositoryName: NAME }),
        daemonService({ containers: [{ name: 'main', image: `${HOST}/${NAME}:3.x` }] }),
      ),
    );
    world.calls.length = 0;
    await world.settle();
    expect(world.mutations().filter((name) => /Register|UpdateService/.test(name))).toEqual([]);
  });

  test('names its repository as what rolls it out when the tag changes', async () => {
    const world = await running();
    push(world, NAME, '3.y');
    write(world, {}, [{ name: 'main', image: { repository: 'xray', tag: '3.y' } }]);
    const { plan } = await world.pass({ dryRun: true });
    expect(plan.steps.find(({ id }) => id.kind === 'task-definition')).toMatchObject({
      type: 'update',
      changes: [{ path: 'containers[main].image', from: `${HOST}/${NAME}:3.x`, to: `${HOST}/${NAME}:3.y` }],
    });
  });
});

describe('a repository', () => {
  test('goes back to what a new one has in what its manifest said and says no more, and nowhere else', async () => {
    const world = await running({
      imageTagMutability: 'IMMUTABLE',
      repositoryPolicy: { Statement: [{ Effect: 'Allow', Principal: '*', Action: 'ecr:BatchGetImage' }] },
    });
    const call = callsTo(world.sandbox);
    await call('ecr', 'PutImageScanningConfiguration', {
      repositoryName: NAME,
      imageScanningConfiguration: { scanOnPush: true },
    });
    write(world, {});
    await world.settle();
    expect(await repositoriesIn(world)).toMatchObject([
      { imageTagMutability: 'MUTABLE', imageScanningConfiguration: { scanOnPush: true } },
    ]);
    await expect(call('ecr', 'GetRepositoryPolicy', { repositoryName: NAME })).rejects.toThrow(/not exist/);
    expect(stepsOf((await world.pass()).plan)).toEqual([]);
  });

  test('is not deleted while a task definition uses it', async () => {
    const world = await running({ forceDelete: true });
    write(world, undefined, [{ name: 'main', image: `${HOST}/${NAME}:3.x` }] as never);
    expect(await reasonFor(world, 'repository')).toBe('waits until task-definition/xray no longer uses it');
  });

  test('is held while it holds images, and goes once they have gone', async () => {
    const world = await running();
    world.files.set('all.yaml', yamlOf(cluster()));
    await world.settle();
    expect(await reasonFor(world, 'repository')).toMatch(
      /^it holds 3 images: delete them .*spec\.forceDelete: true.*deletion-policy: retain/,
    );
    expect(await repositoriesIn(world)).toHaveLength(1);

    const call = callsTo(world.sandbox);
    const { imageIds } = (await call('ecr', 'ListImages', { repositoryName: NAME })) as {
      imageIds: { imageDigest: string; imageTag?: string }[];
    };
    const index = imageIds.filter(({ imageTag }) => imageTag !== undefined);
    await call('ecr', 'BatchDeleteImage', { repositoryName: NAME, imageIds: index });
    await call('ecr', 'BatchDeleteImage', { repositoryName: NAME, imageIds });
    await world.settle();
    expect(await repositoriesIn(world)).toEqual([]);
  });

  test('is deleted with its images where its manifest said so, which the plan counts', async () => {
    const world = await running({ forceDelete: true });
    world.files.set('all.yaml', yamlOf(cluster()));
    const { plan } = await world.pass({ dryRun: true });
    expect(plan.steps.find(({ id }) => id.kind === 'repository')).toMatchObject({
      upkeep: [{ what: 'images', from: 3, to: null }],
    });
    await world.settle();
    expect(await repositoriesIn(world)).toEqual([]);
  });

  test('that says so no more is held again', async () => {
    const world = await running({ forceDelete: true });
    write(world, {});
    await world.settle();
    world.files.set('all.yaml', yamlOf(cluster()));
    await world.settle();
    expect(await reasonFor(world, 'repository')).toMatch(/^it holds 3 images/);
  });

  test('with other encryption is replaced only where that is allowed, and it holds no images', async () => {
    const world = await running();
    const encrypted = { encryptionConfiguration: { encryptionType: 'KMS' } } as const;
    write(world, encrypted);
    expect(await reasonFor(world, 'repository')).toMatch(
      /^AWS cannot change encryptionConfiguration\.encryptionType in place; set stationkeeper\.dev\/allow-replace/,
    );
    const allowed = { annotations: { 'stationkeeper.dev/allow-replace': 'true' } };
    write(world, { ...encrypted, ...allowed });
    expect(await reasonFor(world, 'repository')).toMatch(/^it holds 3 images/);

    write(world, { ...allowed, forceDelete: true });
    await world.settle();
    write(world, { ...encrypted, ...allowed, forceDelete: true });
    await world.settle();
    expect(await repositoriesIn(world)).toMatchObject([
      { encryptionConfiguration: { encryptionType: 'KMS' } },
    ]);
    expect(stepsOf((await world.pass()).plan)).toEqual([]);
  });

  test('of somebody else is taken over only where its manifest adopts it', async () => {
    const world = createWorld({ files: {} });
    await callsTo(world.sandbox)('ecr', 'CreateRepository', { repositoryName: NAME });
    write(world, {});
    expect(await reasonFor(world, 'repository')).toMatch(/^exists without our tag/);
    write(world, { annotations: { 'stationkeeper.dev/adoption-policy': 'adopt' } });
    push(world);
    await world.settle();
    expect(stepsOf((await world.pass()).plan)).toEqual([]);
  });

  test('that is gone is asked for apart from the others, which are read together', async () => {
    const world = createWorld({ files: {} });
    const names = Array.from({ length: 30 }, (_, nth) => `tools/a${nth}`);
    const call = callsTo(world.sandbox);
    for (const repositoryName of names) await call('ecr', 'CreateRepository', { repositoryName });
    const named = [...names, 'tools/none'].map((name, nth) =>
      daemonService({
        name: `d${nth}`,
        desiredCount: 0,
        containers: [{ name: 'main', image: { repository: name, tag: '1' } }],
      }),
    );
    world.files.set('all.yaml', yamlOf(cluster(), ...named));
    await world.settle();
    world.calls.length = 0;
    await world.pass();
    expect(world.calls.filter(({ name }) => name === 'ecr:DescribeRepositories')).toHaveLength(2);
  });
});
