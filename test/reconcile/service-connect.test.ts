import { describe, expect, test } from 'vitest';
import { cluster, daemonService, environment, namespace, yamlOf } from '../support/manifests/documents.ts';
import type { ManifestDocument } from '../support/manifests/documents.ts';
import { callsTo } from '../support/world/account.ts';
import { exportFrom } from '../support/world/export.ts';
import { createWorld, stepsOf } from '../support/world/world.ts';
import type { World } from '../support/world/world.ts';

const NAME = 'shop.example.org';
const DEFAULTS = { serviceConnectDefaults: { namespace: NAME } };

function connected(named?: string): ManifestDocument {
  return daemonService({
    desiredCount: 0,
    containers: [
      { name: 'main', image: 'example.org/daemon:1', portMappings: [{ name: 'otlp', containerPort: 4317 }] },
    ],
    serviceConnectConfiguration: {
      enabled: true,
      ...(named === undefined ? {} : { namespace: named }),
      services: [{ portName: 'otlp' }],
    },
  });
}

function worldOf(...documents: readonly ManifestDocument[]): World {
  return createWorld({ files: { 'all.yaml': yamlOf(...documents) } });
}

/** What is left to do once nothing moves any more. */
async function settled(world: World, ...documents: readonly ManifestDocument[]): Promise<readonly string[]> {
  if (documents.length > 0) world.files.set('all.yaml', yamlOf(...documents));
  await world.settle();
  await world.clock.advance(300_000);
  return stepsOf((await world.settle()).at(-1)!.plan);
}

async function namespaceArns(world: World): Promise<readonly string[]> {
  const { Namespaces } = await callsTo(world.sandbox)('servicediscovery', 'ListNamespaces', {});
  return (Namespaces as readonly { Arn: string }[]).map(({ Arn }) => Arn);
}

async function makeNamespace(world: World): Promise<void> {
  const call = callsTo(world.sandbox);
  const { Vpcs } = (await call('ec2', 'DescribeVpcs', {})) as { Vpcs: readonly { VpcId: string }[] };
  await call('servicediscovery', 'CreatePrivateDnsNamespace', { Name: NAME, Vpc: Vpcs[0]!.VpcId });
  await world.clock.advance(120_000);
}

async function defaultOf({ sandbox }: World): Promise<string | undefined> {
  const { clusters } = await callsTo(sandbox)('ecs', 'DescribeClusters', { clusters: ['main'] });
  const [found] = clusters as readonly { serviceConnectDefaults?: { namespace: string } }[];
  return found?.serviceConnectDefaults?.namespace;
}

async function namespaceOfService({ sandbox }: World): Promise<string | undefined> {
  const input = { cluster: 'main', services: ['xray'] };
  const { services } = await callsTo(sandbox)('ecs', 'DescribeServices', input);
  const [service] = services as readonly {
    deployments: readonly { serviceConnectConfiguration?: { namespace: string } }[];
  }[];
  return service?.deployments[0]?.serviceConnectConfiguration?.namespace;
}

/** What ECS was told in calls of these operations. */
function toldIn(world: World, key: string, ...operations: readonly string[]): readonly unknown[] {
  return world.calls
    .filter(({ name }) => operations.includes(name))
    .map(({ input }) => (input[key] as { namespace?: string } | undefined)?.namespace);
}

const told = (world: World) => toldIn(world, 'serviceConnectConfiguration', 'ecs:CreateService');
const toldOfCluster = (world: World) =>
  toldIn(world, 'serviceConnectDefaults', 'ecs:CreateCluster', 'ecs:UpdateCluster');

describe("a service's namespace of Service Connect", () => {
  test('that a manifest declares is made first, and ECS is told its ARN alone', async () => {
    const world = worldOf(cluster(), namespace({ name: NAME }), connected(NAME));
    const { plan } = await world.pass({ dryRun: true });
    expect(plan.steps.find(({ id }) => id.kind === 'service')).toMatchObject({
      type: 'hold',
      reason: expect.stringContaining(`namespace/${NAME}`) as string,
    });
    expect(await settled(world)).toEqual([]);
    const [arn] = await namespaceArns(world);
    expect(arn).toMatch(/^arn:/);
    expect(told(world)).toEqual([arn]);
    expect(await namespaceOfService(world)).toBe(arn);
  });

  test('that only another Environment declares goes to ECS as it is written', async () => {
    const here = { environment: 'here' };
    const { spec, ...daemon } = connected(NAME) as ManifestDocument<'DaemonService'>;
    const world = worldOf(
      environment({ name: 'here', region: 'us-east-1' }),
      environment({ name: 'there', region: 'eu-west-1' }),
      cluster(here),
      namespace({ name: NAME, environment: 'there' }),
      { ...daemon, spec: { ...spec, ...here } },
    );
    await makeNamespace(world);
    expect(await settled(world)).toEqual([]);
    expect(told(world)).toEqual([NAME]);
  });

  test('that ECS shows by the name it was told stays as it is when a manifest declares it', async () => {
    const world = worldOf(cluster(), connected(NAME));
    await makeNamespace(world);
    expect(await settled(world)).toEqual([]);
    const adopted = namespace({ name: NAME, annotations: { 'stationkeeper.dev/adopt': 'true' } });
    world.calls.length = 0;
    expect(await settled(world, cluster(), adopted, connected(NAME))).toEqual([]);
    expect(world.mutations()).not.toContain('ecs:UpdateService');
    expect(await namespaceOfService(world)).toBe(NAME);
  });

  test('that somebody changed in AWS is corrected to the declared one', async () => {
    const world = worldOf(cluster(), namespace({ name: NAME }), connected(NAME));
    await settled(world);
    const [arn] = await namespaceArns(world);
    const call = callsTo(world.sandbox);
    const { Vpcs } = (await call('ec2', 'DescribeVpcs', {})) as { Vpcs: readonly { VpcId: string }[] };
    await call('servicediscovery', 'CreatePrivateDnsNamespace', { Name: 'other', Vpc: Vpcs[0]!.VpcId });
    await world.clock.advance(120_000);
    await call('ecs', 'UpdateService', {
      cluster: 'main',
      service: 'xray',
      serviceConnectConfiguration: {
        enabled: true,
        namespace: 'other',
        services: [{ portName: 'otlp' }],
      },
    });
    expect(await settled(world)).toEqual([]);
    expect(await namespaceOfService(world)).toBe(arn);
  });

  test('stays while the service is in it, though no manifest declares it any more', async () => {
    const world = worldOf(cluster(), namespace({ name: NAME }), connected(NAME));
    await settled(world);
    expect(await settled(world, cluster(), connected(NAME))).toEqual([`hold waiting namespace/${NAME}`]);
    expect(world.mutations()).not.toContain('servicediscovery:DeleteNamespace');
  });
});

describe("a cluster's default namespace of Service Connect", () => {
  test('that a manifest declares is made first, and ECS is told its ARN alone', async () => {
    const world = worldOf(cluster(DEFAULTS), namespace({ name: NAME }), connected());
    expect(await settled(world)).toEqual([]);
    const [arn] = await namespaceArns(world);
    expect(toldOfCluster(world)).toEqual([arn]);
    expect(await defaultOf(world)).toBe(arn);
    expect(await namespaceOfService(world)).toBe(arn);
  });

  test('is given to a cluster that is there once its Namespace is', async () => {
    const world = worldOf(cluster());
    await settled(world);
    expect(await settled(world, cluster(DEFAULTS), namespace({ name: NAME }))).toEqual([]);
    const [arn] = await namespaceArns(world);
    expect(await defaultOf(world)).toBe(arn);
    expect(toldOfCluster(world)).toEqual([undefined, arn]);
  });

  test('that a manifest declares is told from another, and that none declares is not', async () => {
    const other = { serviceConnectDefaults: { namespace: 'other.example.org' } };
    const both = [namespace({ name: NAME }), namespace({ name: 'other.example.org' })] as const;
    const world = worldOf(cluster(DEFAULTS), ...both);
    await settled(world);
    const first = await defaultOf(world);
    expect(await settled(world, cluster(other), ...both)).toEqual([]);
    expect(await defaultOf(world)).not.toBe(first);
    world.calls.length = 0;
    const undeclared = { serviceConnectDefaults: { namespace: 'undeclared.example.org' } };
    expect(await settled(world, cluster(undeclared), ...both)).toEqual([]);
    expect(toldOfCluster(world)).toEqual([]);
  });

  test('goes after its cluster no longer uses it', async () => {
    const world = worldOf(cluster(DEFAULTS), namespace({ name: NAME }));
    await settled(world);
    const none = { serviceConnectDefaults: { namespace: '' } };
    world.calls.length = 0;
    expect(await settled(world, cluster(none))).toEqual([]);
    expect(world.mutations().filter((name) => /UpdateCluster|DeleteNamespace/.test(name))).toEqual([
      'ecs:UpdateCluster',
      'servicediscovery:DeleteNamespace',
    ]);
    expect(await namespaceArns(world)).toEqual([]);
  });
});

test('an authority of which nothing is said is exported as such, and the manifests are valid', async () => {
  const roleArn = 'arn:aws:iam::385605022855:role/certificates';
  const { spec, ...daemon } = connected(NAME) as ManifestDocument<'DaemonService'>;
  const services = [{ portName: 'otlp', tls: { issuerCertificateAuthority: {}, roleArn } }];
  const world = worldOf(cluster(), namespace({ name: NAME }));
  const AssumeRolePolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: 'ecs.amazonaws.com' }, Action: 'sts:AssumeRole' }],
  });
  await callsTo(world.sandbox)('iam', 'CreateRole', { RoleName: 'certificates', AssumeRolePolicyDocument });
  const connect = { ...spec.serviceConnectConfiguration!, services };
  const secured = { ...daemon, spec: { ...spec, serviceConnectConfiguration: connect } };
  expect(await settled(world, cluster(), namespace({ name: NAME }), secured)).toEqual([]);
  const { code, out } = await exportFrom(world);
  expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining('issuerCertificateAuthority: {}') });
});
