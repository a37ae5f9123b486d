import { describe, expect, it } from 'vitest';
import { resourceKey } from '../../controller/core/resource.ts';
import { cluster, daemonService, namespace, yamlOf } from '../support/manifests/documents.ts';
import type { DocumentOverrides } from '../support/manifests/documents.ts';
import { callsTo } from '../support/world/account.ts';
import { createWorld, stepsOf } from '../support/world/world.ts';
import type { World, WorldOptions } from '../support/world/world.ts';

/** Whatever is held says how it goes on, and what it says leads there. */

const RELEASED_TAG = 'stationkeeper:released-from';

const CLUSTER = yamlOf(cluster());

function daemon(overrides: DocumentOverrides<'DaemonService'> = {}): string {
  return yamlOf(daemonService(overrides));
}

function adopting(overrides: DocumentOverrides<'DaemonService'> = {}): string {
  return daemon({ ...overrides, annotations: { 'stationkeeper.dev/adoption-policy': 'adopt-or-create' } });
}

async function settled(options: WorldOptions): Promise<World> {
  const world = createWorld(options);
  await world.settle();
  return world;
}

/** Passes until nothing is left to do, and says what would still be. */
async function endsAt(world: World): Promise<readonly string[]> {
  await world.settle();
  const { plan } = await world.pass();
  const ill = plan.steps.filter((step) => 'observed' in step && step.observed?.health.status === 'Degraded');
  return [...stepsOf(plan), ...ill.map(({ id }) => `ill ${resourceKey(id)}`)];
}

async function reasonsOf(world: World): Promise<readonly string[]> {
  const { plan } = await world.pass();
  return plan.steps.flatMap((step) => (step.type === 'hold' ? [step.reason] : []));
}

describe('a daemon that is removed and put back', () => {
  it('comes back by itself, with the log group that outlived it', async () => {
    const world = await settled({ files: { 'c.yaml': CLUSTER, 'd.yaml': daemon() } });
    world.files.delete('d.yaml');
    await world.settle();
    const call = callsTo(world.sandbox);
    const { logGroups } = (await call('logs', 'DescribeLogGroups', {})) as {
      readonly logGroups: readonly { readonly logGroupArn: string }[];
    };
    const tagsOf = async () =>
      (await call('logs', 'ListTagsForResource', { resourceArn: logGroups[0]?.logGroupArn }))['tags'];
    expect(await tagsOf()).toEqual({ [RELEASED_TAG]: 'stationkeeper/default/DaemonService/xray' });
    world.files.set('d.yaml', daemon());
    expect(await endsAt(world)).toEqual([]);
    expect(await tagsOf()).not.toHaveProperty(RELEASED_TAG);
    expect(await tagsOf()).toMatchObject({ 'stationkeeper:owner': 'stationkeeper' });
  });

  it('comes back after a restart too, long after', async () => {
    const world = await settled({ files: { 'c.yaml': CLUSTER, 'd.yaml': daemon() } });
    world.files.delete('d.yaml');
    await world.settle();
    await world.clock.advance(3_600_000);
    world.restart();
    world.files.set('d.yaml', daemon());
    expect(await endsAt(world)).toEqual([]);
  });
});

interface Advice {
  readonly of: string;
  readonly world: () => Promise<World>;
  /** Said of what is held. */
  readonly says: RegExp;
  readonly follow: (world: World) => unknown;
}

const RETAIN = { 'stationkeeper.dev/deletion-policy': 'retain' };
const TWO = { 'c.yaml': CLUSTER, 'd.yaml': daemon() };

const ADVICE: readonly Advice[] = [
  {
    of: 'what was released and is wanted by another manifest',
    world: async () => {
      const world = await settled({ files: { 'c.yaml': CLUSTER, 'd.yaml': daemon() } });
      world.files.delete('d.yaml');
      await world.settle();
      world.files.set('d.yaml', daemon({ name: 'other', logs: { group: '/stationkeeper/xray' } }));
      return world;
    },
    says: /exists without our tag; set stationkeeper\.dev\/adoption-policy: adopt-or-create on DaemonService\/other/,
    follow: ({ files }) =>
      files.set('d.yaml', adopting({ name: 'other', logs: { group: '/stationkeeper/xray' } })),
  },
  {
    of: 'a daemon that was retained',
    world: async () => {
      const world = await settled({ files: { ...TWO, 'd.yaml': daemon({ annotations: RETAIN }) } });
      world.files.delete('d.yaml');
      await world.settle();
      world.files.set('d.yaml', daemon());
      return world;
    },
    says: /exists without our tag; set stationkeeper\.dev\/adoption-policy: adopt-or-create/,
    follow: ({ files }) => files.set('d.yaml', adopting()),
  },
  {
    of: 'a policy that never creates',
    world: () =>
      settled({
        files: {
          ...TWO,
          'd.yaml': daemon({ annotations: { 'stationkeeper.dev/adoption-policy': 'adopt' } }),
        },
      }),
    says: /nothing to adopt: .*; set stationkeeper\.dev\/adoption-policy: adopt-or-create to create it/,
    follow: ({ files }) => files.set('d.yaml', adopting()),
  },
  {
    of: 'a cluster that nobody made',
    world: () => Promise.resolve(createWorld({ files: { 'd.yaml': daemon() } })),
    says: /the cluster "main" does not exist and no manifest declares it; declare it or create it/,
    follow: ({ files }) => files.set('c.yaml', CLUSTER),
  },
  {
    of: 'a cluster that nobody made, made by hand',
    world: () => Promise.resolve(createWorld({ files: { 'd.yaml': daemon() } })),
    says: /declare it or create it/,
    follow: ({ sandbox }) => callsTo(sandbox)('ecs', 'CreateCluster', { clusterName: 'main' }),
  },
  {
    of: 'a change that AWS cannot make in place',
    world: async () => {
      const world = await settled({
        files: { ...TWO, 'n.yaml': yamlOf(namespace()), 'd.yaml': daemon(found('A')) },
      });
      world.files.set('d.yaml', daemon(found('SRV')));
      return world;
    },
    says: /set stationkeeper\.dev\/allow-replace: "true"/,
    follow: ({ files }) =>
      files.set(
        'd.yaml',
        daemon({ ...found('SRV'), annotations: { 'stationkeeper.dev/allow-replace': 'true' } }),
      ),
  },
  {
    of: 'a resource of another source',
    world: async () => {
      const theirs = await settled({ files: TWO, sourceId: 'theirs' });
      return createWorld({ beside: theirs, files: TWO, sourceId: 'ours' });
    },
    says: /adoption-policy: adopt-or-create on DaemonService\/xray to take it over/,
    follow: ({ files }) => {
      files.set('d.yaml', adopting());
      files.set(
        'c.yaml',
        yamlOf(cluster({ annotations: { 'stationkeeper.dev/adoption-policy': 'adopt-or-create' } })),
      );
    },
  },
  {
    of: 'a resource of another owner',
    world: async () => {
      const files = { ...TWO, 'd.yaml': daemon({ annotations: RETAIN }) };
      const theirs = await settled({ files, owner: 'theirs' });
      theirs.files.delete('d.yaml');
      const ours = createWorld({ beside: theirs, files: { 'd.yaml': daemon() } });
      return Object.assign(ours, { theirs });
    },
    says: /belongs to the owner "theirs"; .*have it released there/,
    follow: async (world) => {
      await (world as World & { readonly theirs: World }).theirs.settle();
      world.files.set('d.yaml', adopting());
    },
  },
];

function found(type: 'A' | 'SRV'): DocumentOverrides<'DaemonService'> {
  const port = { containerPort: 2000, protocol: 'udp' } as const;
  return {
    containers: [{ name: 'main', image: 'example.org/daemon:1', portMappings: [port] }],
    serviceDiscovery: {
      namespace: 'services.example.org',
      dnsRecords: [{ type, ttl: 60 }],
      ...(type === 'SRV' ? { containerName: 'main', containerPort: 2000 } : {}),
    },
  };
}

describe('what is held says what to do, which ends it', () => {
  it.each(ADVICE.map((advice) => [advice.of, advice] as const))('%s', async (_of, advice) => {
    const world = await advice.world();
    expect((await reasonsOf(world)).join('\n')).toMatch(advice.says);
    await advice.follow(world);
    expect(await endsAt(world)).toEqual([]);
  });

  it('deletions beyond the budget go once they are confirmed', async () => {
    const names = ['a', 'b', 'c', 'd'];
    const files = Object.fromEntries(names.map((name) => [`${name}.yaml`, daemon({ name })]));
    const world = await settled({ files: { ...files, 'cluster.yaml': CLUSTER } });
    for (const name of names) world.files.delete(`${name}.yaml`);
    const { plan } = await world.pass();
    const held = plan.steps.filter((step) => step.type === 'hold' && step.why === 'budget');
    expect(held[0]?.reason).toMatch(/confirm the plan by its hash, or raise --prune-budget/);
    const confirmed = new Set(held.map(({ id }) => resourceKey(id)));
    for (let passes = 0; passes < 40; passes += 1) {
      await world.pass({ confirmed });
      await world.clock.advance(15_000);
    }
    expect(stepsOf((await world.pass({ confirmed })).plan)).toEqual([]);
  });
});
