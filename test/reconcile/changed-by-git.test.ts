import { displayId } from '../../controller/core/resource.ts';
import { describe, expect, test } from 'vitest';
import type { PassResult } from '../../controller/reconcile/pass-result.ts';
import { cluster, daemonService, environment, namespace, yamlOf } from '../support/manifests/documents.ts';
import type { ManifestDocument } from '../support/manifests/documents.ts';
import { callsTo } from '../support/world/account.ts';
import { createWorld, stepsOf } from '../support/world/world.ts';
import type { World } from '../support/world/world.ts';

/** Every AWS name is said, so that none follows from the manifest's. */
const PINNED = {
  cluster: 'c',
  serviceName: 'd',
  family: 'd',
  logs: { group: '/d' },
  executionRole: { name: 'd-execution' },
  taskRole: { name: 'd-task' },
  securityGroup: { name: 'd' },
  serviceDiscovery: { namespace: 'services.example.org', name: 'd' },
} as const;

async function converged(...documents: readonly ManifestDocument[]): Promise<World> {
  const world = createWorld({ files: { 'd.yaml': yamlOf(...documents) } });
  await world.settle();
  return world;
}

/** Who made the steps that a plan takes, by resource. */
function makersOf({ before }: PassResult): Readonly<Record<string, string>> {
  return Object.fromEntries(
    before.steps
      .filter((step) => step.changes.length > 0)
      .map(({ id, changedBy }) => [displayId(id), changedBy]),
  );
}

async function subnetsOf({ sandbox }: World): Promise<readonly string[]> {
  const { Subnets } = await callsTo(sandbox)('ec2', 'DescribeSubnets');
  return (Subnets as { SubnetId: string }[]).map(({ SubnetId }) => SubnetId).toSorted();
}

describe('git made it, and nobody is said to have done it in AWS', () => {
  test('where a manifest is renamed and all its AWS names stay', async () => {
    const around = [cluster({ name: 'c' }), namespace()];
    const world = await converged(...around, daemonService({ name: 'before', ...PINNED }));
    world.files.set('d.yaml', yamlOf(...around, daemonService({ name: 'after', ...PINNED })));
    const makers = makersOf(await world.pass());
    expect(Object.keys(makers)).toEqual(
      expect.arrayContaining([
        'log-group/d',
        'security-group/d',
        'discovery-service/d',
        'service/d',
        'role/d-task',
      ]),
    );
    expect(new Set(Object.values(makers))).toEqual(new Set(['git']));
    expect(stepsOf((await world.settle()).at(-1)!.plan)).toEqual([]);
  });

  test("where the Environment's subnets change, which its services are made of; and then drift is drift again", async () => {
    const of = (subnets: readonly string[]) => [
      environment({ subnets: [...subnets], assignPublicIp: true }),
      cluster({ name: 'c' }),
      daemonService({ name: 'd', cluster: 'c' }),
    ];
    const [first = '', second = ''] = await subnetsOf(createWorld());
    const world = await converged(...of([first]));
    world.files.set('d.yaml', yamlOf(...of([second])));
    expect(makersOf(await world.pass())).toEqual({ 'service/d': 'git' });
    await world.settle();
    await callsTo(world.sandbox)('ecs', 'UpdateService', {
      cluster: 'c',
      service: 'd',
      networkConfiguration: { awsvpcConfiguration: { subnets: [first], assignPublicIp: 'ENABLED' } },
    });
    await world.clock.advance(60_000);
    expect(makersOf(await world.pass({ dryRun: true }))).toEqual({ 'service/d': 'aws' });
  });
});
