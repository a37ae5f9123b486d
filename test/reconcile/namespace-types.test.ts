import { beforeEach, describe, expect, test } from 'vitest';
import { StationkeeperError } from '../../controller/core/errors.ts';
import type { Discovery } from '../../controller/core/resource.ts';
import type { PassResult } from '../../controller/reconcile/pass-result.ts';
import { cluster, daemonService, namespace, yamlOf } from '../support/manifests/documents.ts';
import type { ManifestDocument } from '../support/manifests/documents.ts';
import { callsTo } from '../support/world/account.ts';
import { createWorld, stepsOf } from '../support/world/world.ts';
import type { World } from '../support/world/world.ts';

const NAME = 'services.example.org';
const MINUTE_MS = 60_000;
const READ = 'route53:ListResourceRecordSets';
const CONTAINERS = [{ name: 'main', image: 'example.org/a:1', portMappings: [{ containerPort: 2000 }] }];

type Type = 'private-dns' | 'public-dns' | 'http';

function stack(type: Type, spec: object = {}, discovery: object = {}): readonly ManifestDocument[] {
  return [
    cluster(),
    namespace({ type, ...spec }),
    daemonService({ containers: CONTAINERS, serviceDiscovery: { namespace: NAME, ...discovery } }),
  ];
}

let world: World;
beforeEach(() => {
  world = createWorld({ files: { 'all.yaml': yamlOf(...stack('public-dns')) } });
});

/** What is left to do once nothing moves any more. */
async function settled(documents: readonly ManifestDocument[]): Promise<PassResult> {
  world.files.set('all.yaml', yamlOf(...documents));
  await world.settle();
  await world.clock.advance(5 * MINUTE_MS);
  return (await world.settle()).at(-1)!;
}

const aws = (operation: string, input: object = {}) =>
  callsTo(world.sandbox)('servicediscovery', operation, input);

async function namespaces(): Promise<readonly { Id: string; Type: string; Description?: string }[]> {
  return (await aws('ListNamespaces'))['Namespaces'] as never;
}

function discoveryIn({ plan }: PassResult): Discovery | undefined {
  return plan.steps.flatMap((step) => ('observed' in step ? (step.observed?.discovery ?? []) : []))[0];
}

const UPDATES = {
  'private-dns': 'UpdatePrivateDnsNamespace',
  'public-dns': 'UpdatePublicDnsNamespace',
  http: 'UpdateHttpNamespace',
} as const;

describe.each(['private-dns', 'public-dns', 'http'] as const)('a namespace of type %s', (type) => {
  test('is made with its daemon, drifts, is put right, and goes with all that is in it', async () => {
    const documents = stack(type, { description: 'of all' });
    expect(stepsOf((await settled(documents)).plan)).toEqual([]);
    const [made] = await namespaces();
    await aws(UPDATES[type], { Id: made!.Id, Namespace: { Description: 'meddled' } });
    await world.clock.advance(MINUTE_MS);
    expect(stepsOf((await world.pass({ dryRun: true })).plan)).toEqual([`update namespace/${NAME}`]);
    expect(stepsOf((await settled(documents)).plan)).toEqual([]);
    expect((await namespaces())[0]?.Description).toBe('of all');
    world.files.set('all.yaml', yamlOf(cluster()));
    await world.settle();
    await world.clock.advance(5 * MINUTE_MS);
    await world.settle();
    expect(await namespaces()).toEqual([]);
  });

  test('of somebody else is held, and taken over where the manifest says so', async () => {
    const { Vpcs } = (await callsTo(world.sandbox)('ec2', 'DescribeVpcs')) as { Vpcs: { VpcId: string }[] };
    await aws(UPDATES[type].replace('Update', 'Create'), {
      Name: NAME,
      ...(type === 'private-dns' ? { Vpc: Vpcs[0]!.VpcId } : {}),
    });
    await world.clock.advance(2 * MINUTE_MS);
    const held = await settled([namespace({ type })]);
    expect(held.plan.steps.find(({ id }) => id.kind === 'namespace')).toMatchObject({ why: 'not-ours' });
    const annotations = { 'stationkeeper.dev/adoption-policy': 'adopt' };
    expect(stepsOf((await settled([namespace({ type, annotations })])).plan)).toEqual([]);
    expect(await namespaces()).toHaveLength(1);
  });
});

describe('another type', () => {
  const allowing = { annotations: { 'stationkeeper.dev/allow-replace': 'true' } };

  test('is a replacement, which is held', async () => {
    await settled([namespace({ type: 'public-dns' })]);
    const { plan } = await settled([namespace({ type: 'http' })]);
    expect(plan.steps.find(({ id }) => id.kind === 'namespace')).toMatchObject({
      type: 'hold',
      intent: 'replace',
      reason: expect.stringContaining('AWS cannot change type in place'),
    });
    expect((await namespaces()).map(({ Type: one }) => one)).toEqual(['DNS_PUBLIC']);
  });

  test('is made where the manifest allows it and nothing is in the namespace', async () => {
    await settled([namespace({ type: 'public-dns' })]);
    expect(stepsOf((await settled([namespace({ type: 'http', ...allowing })])).plan)).toEqual([]);
    expect((await namespaces()).map(({ Type: one }) => one)).toEqual(['HTTP']);
  });

  test('is held with the services that are in the way', async () => {
    await settled(stack('private-dns'));
    const { plan } = await settled(stack('public-dns', allowing));
    expect(plan.steps.find(({ id }) => id.kind === 'namespace')).toMatchObject({
      type: 'hold',
      reason: expect.stringContaining('deletes no namespace that has services'),
    });
    expect((await namespaces()).map(({ Type: one }) => one)).toEqual(['DNS_PRIVATE']);
  });

  test('of somebody else beside it is another namespace', async () => {
    await aws('CreateHttpNamespace', { Name: NAME });
    await world.clock.advance(2 * MINUTE_MS);
    expect(stepsOf((await settled(stack('public-dns'))).plan)).toEqual([]);
    expect((await namespaces()).map(({ Type: one }) => one).toSorted()).toEqual(['DNS_PUBLIC', 'HTTP']);
  });
});

test('a public name that another zone answers for is told at its place, and nothing else suffers', async () => {
  await world.sandbox.call({
    service: 'servicediscovery',
    operation: 'CreatePublicDnsNamespace',
    input: { Name: NAME },
    region: 'eu-west-1',
  });
  await world.clock.advance(2 * MINUTE_MS);
  const documents = [cluster(), namespace({ type: 'public-dns' })];
  world.files.set('all.yaml', yamlOf(...documents));
  const first = await world.pass({ dryRun: true });
  expect(stepsOf(first.plan)).toContain(`hold not-ours namespace/${NAME}`);
  const { plan } = await settled(documents);
  expect(plan.steps.find(({ id }) => id.kind === 'namespace')).toMatchObject({
    type: 'hold',
    why: 'not-ours',
    called: 'HostedZoneExists',
    reason: expect.stringMatching(/the public hosted zone Z\w+ answers for services\.example\.org already/),
  });
  expect(plan.steps.find(({ id }) => id.kind === 'cluster')?.type).toBe('keep');
  expect(await namespaces()).toEqual([]);
  expect(world.mutations().filter((name) => name.startsWith('servicediscovery:'))).toEqual([]);
});

test('a daemon in an HTTP namespace that no manifest declares has to say that it has no records', async () => {
  await aws('CreateHttpNamespace', { Name: NAME });
  await world.clock.advance(2 * MINUTE_MS);
  const [main, , daemon] = stack('http');
  const { plan } = await settled([main!, daemon!]);
  expect(plan.steps.find(({ id }) => id.kind === 'discovery-service')).toMatchObject({
    type: 'hold',
    reason: expect.stringContaining(
      'is an HTTP namespace, in which nothing has a name in DNS; write dnsRecords: []',
    ),
  });
  const [, , said] = stack('http', {}, { dnsRecords: [] });
  expect(stepsOf((await settled([main!, said!])).plan)).toEqual([]);
});

describe('what Route 53 holds', () => {
  test('is seen beside what Cloud Map has, and costs a call in five minutes', async () => {
    const result = await settled(stack('public-dns', {}, { routingPolicy: 'WEIGHTED' }));
    await world.clock.advance(5 * MINUTE_MS);
    const seen = discoveryIn(await world.pass());
    expect(seen).toMatchObject({ name: `xray.${NAME}`, routingPolicy: 'WEIGHTED' });
    expect(seen?.held?.records.map(({ type }) => type)).toEqual(['A']);
    expect(seen?.held?.differences).toEqual([]);
    expect(stepsOf(result.plan)).toEqual([]);
    world.calls.length = 0;
    for (let minute = 0; minute < 10; minute += 1) {
      await world.clock.advance(MINUTE_MS);
      await world.pass();
    }
    expect(world.calls.filter(({ name }) => name === READ)).toHaveLength(2);
  });

  test('is told where it has lacked a record of an instance for a minute', async () => {
    await settled(stack('private-dns'));
    world.intercept(async ({ name }, perform) => {
      const answer = await perform();
      return name === READ ? { ...answer, ResourceRecordSets: [] } : answer;
    });
    await world.clock.advance(5 * MINUTE_MS);
    expect(discoveryIn(await world.pass())?.held?.differences).toEqual([]);
    await world.clock.advance(MINUTE_MS);
    await world.pass();
    await world.clock.advance(MINUTE_MS);
    expect(discoveryIn(await world.pass())?.held?.differences).toEqual([
      expect.stringContaining('Route 53 lacks 1 A record that Cloud Map has: 172.31.'),
    ]);
    world.intercept(undefined);
    await world.clock.advance(MINUTE_MS);
    expect(discoveryIn(await world.pass())?.held?.differences).toEqual([]);
  });

  test('may not be read, which is no error', async () => {
    world.intercept(async ({ name }, perform) => {
      if (name !== READ) return perform();
      throw new StationkeeperError({
        code: 'AccessDenied',
        message: 'denied',
        retry: 'never',
        operation: READ,
      });
    });
    const { plan } = await settled(stack('private-dns'));
    expect(stepsOf(plan)).toEqual([]);
    const seen = plan.steps.flatMap((step) => ('observed' in step ? (step.observed?.discovery ?? []) : []));
    expect(seen).toEqual([{ name: `xray.${NAME}`, records: ['A'], routingPolicy: 'MULTIVALUE' }]);
  });
});
