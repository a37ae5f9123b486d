import { describe, expect, test } from 'vitest';
import { callsTo } from '../support/world/account.ts';
import { daemonService, environment, namespace, yamlOf, cluster } from '../support/manifests/documents.ts';
import { createWorld, stepsOf } from '../support/world/world.ts';
import type { World } from '../support/world/world.ts';

const DOMAIN = 'services.example.org';
const A_WHILE_MS = 120_000;

interface Network {
  readonly vpc: string;
  readonly subnets: readonly string[];
}

/** A VPC with a subnet. */
async function networkIn({ sandbox }: World, block: string): Promise<Network> {
  const call = callsTo(sandbox);
  const { Vpc } = (await call('ec2', 'CreateVpc', { CidrBlock: block })) as { Vpc: { VpcId: string } };
  const { Subnet } = (await call('ec2', 'CreateSubnet', {
    VpcId: Vpc.VpcId,
    CidrBlock: block,
    AvailabilityZone: 'us-east-1a',
  })) as { Subnet: { SubnetId: string } };
  return { vpc: Vpc.VpcId, subnets: [Subnet.SubnetId] };
}

/** The private namespaces of that name, by VPC. */
async function namespacesOf({ sandbox }: World): Promise<ReadonlyMap<string, string>> {
  const call = callsTo(sandbox);
  const { Namespaces } = (await call('servicediscovery', 'ListNamespaces')) as {
    Namespaces: { Id: string; Properties: { DnsProperties: { HostedZoneId: string } } }[];
  };
  const { Vpcs } = (await call('ec2', 'DescribeVpcs')) as { Vpcs: { VpcId: string }[] };
  const found = await Promise.all(
    Vpcs.map(async ({ VpcId }) => {
      const input = { VPCId: VpcId, VPCRegion: 'us-east-1' };
      const { HostedZoneSummaries } = (await call('route53', 'ListHostedZonesByVPC', input)) as {
        HostedZoneSummaries: { HostedZoneId: string }[];
      };
      const zones = new Set(HostedZoneSummaries.map(({ HostedZoneId }) => HostedZoneId));
      return Namespaces.filter(({ Properties }) => zones.has(Properties.DnsProperties.HostedZoneId)).map(
        ({ Id }) => [VpcId, Id] as const,
      );
    }),
  );
  return new Map(found.flat());
}

async function makeNamespace({ sandbox, clock }: World, Vpc: string): Promise<void> {
  await callsTo(sandbox)('servicediscovery', 'CreatePrivateDnsNamespace', { Name: DOMAIN, Vpc });
  await clock.advance(A_WHILE_MS);
}

function daemonIn(of: string, discovery: { readonly namespaceId?: string } = {}) {
  return daemonService({
    name: `d-${of}`,
    cluster: `c-${of}`,
    environment: of,
    serviceDiscovery: { namespace: DOMAIN, ...discovery },
  });
}

function environmentAt(name: string, { vpc, subnets }: Network) {
  return environment({ name, region: 'us-east-1', vpc, subnets: [...subnets] });
}

describe('one domain name in two VPCs of an account', () => {
  test('is a namespace for each Environment, and each daemon is found in its own', async () => {
    const world = createWorld({ files: {} });
    const [a, b] = [await networkIn(world, '10.1.0.0/16'), await networkIn(world, '10.2.0.0/16')];
    const objectsIn = (of: string) => [
      namespace({ environment: of }),
      cluster({ name: `c-${of}`, environment: of }),
      daemonIn(of),
    ];
    world.files.set(
      'all.yaml',
      yamlOf(environmentAt('a', a), environmentAt('b', b), ...objectsIn('a'), ...objectsIn('b')),
    );
    const results = await world.settle();
    expect(results.at(-1)!.wanted.errors).toEqual([]);
    expect(stepsOf(results.at(-1)!.plan)).toEqual([]);
    expect([...(await namespacesOf(world)).keys()].toSorted()).toEqual([a.vpc, b.vpc].toSorted());
    const items = results.at(-1)!.plan.steps.flatMap((step) => ('observed' in step ? [step.observed] : []));
    const found = items.filter((item) => item?.id.kind === 'discovery-service');
    expect(found.map((item) => [item?.id.environment, item?.registrations?.length])).toEqual([
      ['a', 1],
      ['b', 1],
    ]);
    // Ours are known by their tags: the steady state asks Route 53 nothing.
    world.calls.length = 0;
    await world.pass();
    expect(world.calls.map(({ name }) => name)).not.toContain('route53:GetHostedZone');
  });

  test('is made beside the one of another owner in another VPC, and nobody is told to take that over', async () => {
    const world = createWorld({ files: {} });
    const [a, b] = [await networkIn(world, '10.1.0.0/16'), await networkIn(world, '10.2.0.0/16')];
    await makeNamespace(world, a.vpc);
    world.files.set('b.yaml', yamlOf(environmentAt('b', b), namespace({ environment: 'b' })));
    const results = await world.settle();
    expect(stepsOf(results.at(-1)!.plan)).toEqual([]);
    expect((await namespacesOf(world)).size).toBe(2);
  });
});

describe('two namespaces of one name, neither ours', () => {
  const files = (place: Network, discovery: { readonly namespaceId?: string } = {}) => ({
    'd.yaml': yamlOf(environmentAt('a', place), cluster({ name: 'c-a' }), daemonIn('a', discovery)),
  });

  test("of these the VPC's is used", async () => {
    const world = createWorld({ files: {} });
    const [a, b] = [await networkIn(world, '10.1.0.0/16'), await networkIn(world, '10.2.0.0/16')];
    await makeNamespace(world, b.vpc);
    await makeNamespace(world, a.vpc);
    for (const [file, text] of Object.entries(files(a))) world.files.set(file, text);
    const results = await world.settle();
    expect(stepsOf(results.at(-1)!.plan)).toEqual([]);
    const { Services } = (await callsTo(world.sandbox)('servicediscovery', 'ListServices', {
      Filters: [{ Name: 'NAMESPACE_ID', Values: [(await namespacesOf(world)).get(a.vpc)] }],
    })) as { Services: object[] };
    expect(Services).toMatchObject([{ Name: 'd-a', InstanceCount: 1 }]);
  });

  test('in other VPCs: nothing is known, nothing is changed, the ids and the way out are told; the id leads out', async () => {
    const world = createWorld({ files: {} });
    const a = await networkIn(world, '10.1.0.0/16');
    const others = [await networkIn(world, '10.2.0.0/16'), await networkIn(world, '10.3.0.0/16')];
    for (const { vpc } of others) await makeNamespace(world, vpc);
    for (const [file, text] of Object.entries(files(a))) world.files.set(file, text);
    const last = (await world.loopFor(300_000)).at(-1)!;
    const ids = [...(await namespacesOf(world)).values()].toSorted();
    expect(stepsOf(last.plan)).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^hold unseen namespace\//),
        expect.stringMatching(/^hold unseen discovery-service\//),
      ]),
    );
    const [held] = last.plan.steps.filter(({ id }) => id.kind === 'namespace');
    for (const id of ids) expect(held?.reason).toContain(id);
    expect(held?.reason).toContain('namespaceId');
    for (const [file, text] of Object.entries(files(a, { namespaceId: ids[0]! })))
      world.files.set(file, text);
    expect(stepsOf((await world.settle()).at(-1)!.plan)).toEqual([]);
  });

  test('a second one that appears beside what a daemon uses redeploys nobody and makes nobody ill', async () => {
    const world = createWorld({ files: {} });
    const [a, b] = [await networkIn(world, '10.1.0.0/16'), await networkIn(world, '10.2.0.0/16')];
    await makeNamespace(world, a.vpc);
    for (const [file, text] of Object.entries(files(a))) world.files.set(file, text);
    await world.settle();
    await makeNamespace(world, b.vpc);
    world.calls.length = 0;
    const results = await world.loopFor(600_000);
    expect(world.mutations()).toEqual([]);
    expect(stepsOf(results.at(-1)!.plan)).toEqual([]);
    world.intercept((call, perform) =>
      call.service === 'route53' ? Promise.reject(new Error('no answer')) : perform(),
    );
    const blind = await world.loopFor(600_000);
    expect(world.mutations()).toEqual([]);
    const health = blind
      .at(-1)!
      .plan.steps.flatMap((step) =>
        'observed' in step && step.observed !== undefined ? [step.observed.health.status] : [],
      );
    expect(new Set(health)).toEqual(new Set(['Healthy']));
  });
});
