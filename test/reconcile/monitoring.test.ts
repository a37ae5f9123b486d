import { describe, expect, test } from 'vitest';
import type { DaemonServiceManifestSpec } from '../../controller/manifest/schema/daemon-service.ts';
import { createReporter, resourceIn } from '../support/reports/reporter.ts';
import { cluster, daemonService, yamlOf } from '../support/manifests/documents.ts';
import { callsTo } from '../support/world/account.ts';
import { exportFrom } from '../support/world/export.ts';
import { createWorld, stepsOf } from '../support/world/world.ts';
import type { World } from '../support/world/world.ts';

type Monitoring = NonNullable<DaemonServiceManifestSpec['monitoring']>;

const READS = 'ecs:DescribeServiceRevisions';
const OFTEN: Monitoring = {
  metricConfigurations: [{ metricNames: ['CPUUtilization'], resolutionSeconds: 20 }],
};

function write(world: World, ...services: readonly (Monitoring | undefined)[]): void {
  const daemons = services.map((monitoring, nth) =>
    daemonService({ name: `daemon-${nth}`, desiredCount: 0, ...(monitoring && { monitoring }) }),
  );
  world.files.set('all.yaml', yamlOf(cluster(), ...daemons));
}

async function settled(...services: readonly (Monitoring | undefined)[]): Promise<World> {
  const world = createWorld({ files: {} });
  write(world, ...services);
  await rest(world);
  world.calls.length = 0;
  return world;
}

async function rest(world: World): Promise<void> {
  await world.settle();
  await world.clock.advance(180_000);
  await world.settle();
}

async function resolutions(world: World): Promise<unknown> {
  const call = callsTo(world.sandbox);
  const answer = await call('ecs', 'DescribeServices', { cluster: 'main', services: ['daemon-0'] });
  const [service] = answer['services'] as { currentServiceRevisions: { arn: string }[] }[];
  const { serviceRevisions } = await call('ecs', 'DescribeServiceRevisions', {
    serviceRevisionArns: service!.currentServiceRevisions.map(({ arn }) => arn),
  });
  return (serviceRevisions as { monitoring?: Monitoring }[])[0]?.monitoring?.metricConfigurations;
}

async function somebodySets(world: World, monitoring: Monitoring): Promise<void> {
  await callsTo(world.sandbox)('ecs', 'UpdateService', { cluster: 'main', service: 'daemon-0', monitoring });
  await world.clock.advance(180_000);
}

const reads = (world: World) => world.calls.filter(({ name }) => name === READS);

describe('how often a service is measured', () => {
  test('is set as its manifest says, and then planned as empty', async () => {
    const world = await settled(OFTEN);
    expect(stepsOf((await world.pass({ dryRun: true })).plan)).toEqual([]);
    expect(await resolutions(world)).toEqual([
      { metricNames: ['CPUUtilization'], resolutionSeconds: 20 },
      { metricNames: ['MemoryUtilization'], resolutionSeconds: 60 },
    ]);
  });

  test('is put right where somebody changes it, each metric for itself', async () => {
    const world = await settled(OFTEN);
    await somebodySets(world, {
      metricConfigurations: [{ metricNames: ['MemoryUtilization'], resolutionSeconds: 20 }],
    });
    const report = createReporter().record(await world.pass({ dryRun: true }));
    expect(resourceIn(report, 'service/daemon-0')).toMatchObject({
      state: 'Drifted',
      drift: [
        { path: 'monitoring[CPUUtilization]', desired: 20, actual: 60 },
        { path: 'monitoring[MemoryUtilization]', desired: 60, actual: 20 },
      ],
    });
    await rest(world);
    expect(stepsOf((await world.pass({ dryRun: true })).plan)).toEqual([]);
    expect(world.mutations()).toEqual(['ecs:UpdateService']);
  });

  test('goes back to usual where the manifest names no metric any more', async () => {
    const world = await settled(OFTEN);
    write(world, { metricConfigurations: [] });
    await rest(world);
    expect(stepsOf((await world.pass({ dryRun: true })).plan)).toEqual([]);
    expect(await resolutions(world)).toEqual([
      { metricNames: ['CPUUtilization', 'MemoryUtilization'], resolutionSeconds: 60 },
    ]);
  });

  test('stays as others set it where the manifest says nothing, and is not read', async () => {
    const world = await settled(undefined);
    await somebodySets(world, OFTEN);
    await rest(world);
    expect(world.mutations()).toEqual([]);
    expect(reads(world)).toEqual([]);
    expect(await resolutions(world)).toEqual(OFTEN.metricConfigurations);
  });

  test('is read of twenty services a call, and of each revision once', async () => {
    const services = Array.from({ length: 25 }, () => OFTEN);
    const world = await settled(...services);
    expect(reads(world)).toEqual([]);
    world.restart();
    await world.pass({ dryRun: true });
    expect(reads(world)).toHaveLength(2);
    await world.pass({ dryRun: true });
    expect(reads(world)).toHaveLength(2);
  });

  test('is not known while it cannot be read, and then nothing is done about the service', async () => {
    const world = await settled(OFTEN, undefined);
    world.restart();
    world.intercept(async ({ name }, perform) => {
      if (name !== READS) return perform();
      throw Object.assign(new Error('no'), { name: 'ServerException', $metadata: { httpStatusCode: 500 } });
    });
    expect(stepsOf((await world.pass({ dryRun: true })).plan)).toEqual(['hold unseen service/daemon-0']);
  });

  test('is exported where it is unusual, of all services of the account', async () => {
    const world = await settled(undefined, undefined);
    await somebodySets(world, OFTEN);
    const { code, out } = await exportFrom(world);
    expect(code).toBe(0);
    expect(out.match(/monitoring:/g)).toHaveLength(1);
    expect(out).toMatch(/resolutionSeconds: 20/);
  });
});
