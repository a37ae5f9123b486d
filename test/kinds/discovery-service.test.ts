import { beforeEach, describe, expect, test } from 'vitest';
import { discoveryServiceKind } from '../../controller/kinds/discovery-service/index.ts';
import type { DiscoveryServiceSpec } from '../../controller/kinds/discovery-service/spec.ts';
import type { DiscoveryServiceState } from '../../controller/kinds/discovery-service/state.ts';
import { namespaceKind } from '../../controller/kinds/namespace/index.ts';
import type { NamespaceSpec, NamespaceState } from '../../controller/kinds/namespace/model.ts';
import type { KindDriver } from '../../controller/kinds/kind.ts';
import type { Needs } from '../../controller/core/outputs.ts';
import { environmentId } from '../../controller/core/reference.ts';
import type { Desired, Observed, ResourceId } from '../../controller/core/resource.ts';
import { deepFreeze } from '../support/plans/deep-freeze.ts';
import { desiredOf, doneOf, needsIn, tagsFor } from '../support/kinds/desired.ts';
import { sandboxAws } from '../support/sandbox/controller-door.ts';
import type { SandboxAws } from '../support/sandbox/controller-door.ts';
import { nothingFound } from '../support/kinds/known.ts';

const DOMAIN = 'services.example.org';
const A_WHILE_MS = 120_000;

let world: SandboxAws;
let driver: KindDriver<DiscoveryServiceSpec, DiscoveryServiceState>;
let namespace: Observed<NamespaceState>;
let needs: Needs;
beforeEach(async () => {
  world = sandboxAws();
  driver = discoveryServiceKind.driver(world.context);
  namespace = await makeNamespace(DOMAIN);
  needs = await needsIn(world, namespace);
});

async function makeNamespace(name: string): Promise<Observed<NamespaceState>> {
  const desired = desiredOf<NamespaceSpec>(
    { kind: 'namespace', name },
    { name, environment: environmentId('default') },
  );
  const namespaces = namespaceKind.driver(world.context);
  const create = async () => namespaces.create(desired, tagsFor(world, desired), await needsIn(world));
  await create();
  await world.clock.advance(A_WHILE_MS);
  return doneOf(await create());
}

/** Without what Route 53 has at its name, and who names it, which are read after. */
function withoutRecords({ discovery: _read, usedBy: _users, ...rest }: Observed<DiscoveryServiceState>) {
  return rest;
}

/** One of the same name in another VPC. */
async function secondNamespace(): Promise<Observed<NamespaceState>> {
  const call = {
    service: 'ec2',
    operation: 'CreateVpc',
    input: { CidrBlock: '10.0.0.0/16' },
    region: 'us-east-1',
  };
  const { Vpc } = (await world.sandbox.call(call)) as { readonly Vpc: { readonly VpcId: string } };
  const { OperationId } = await world.aws.servicediscovery.createPrivateDnsNamespace({
    Name: DOMAIN,
    Vpc: Vpc.VpcId,
  });
  await world.clock.advance(A_WHILE_MS);
  const { Operation } = await world.aws.servicediscovery.getOperation({ OperationId });
  const id = Operation?.Targets?.NAMESPACE ?? '';
  const spec = { name: DOMAIN, environment: environmentId('default'), id };
  const desired = desiredOf<NamespaceSpec>({ kind: 'namespace', name: DOMAIN, scope: id }, spec, {
    management: 'external',
  });
  const request = { desired: [desired], scope: 'these', needs, findings: nothingFound } as const;
  return (await namespaceKind.driver(world.context).observe(request)).items[0]!;
}

function namespaceId(name: string): ResourceId {
  return { environment: 'default', kind: 'namespace', name };
}

function service(name = 'xray', fields: Partial<DiscoveryServiceSpec> = {}, domain = DOMAIN) {
  return desiredOf<DiscoveryServiceSpec>(
    { kind: 'discovery-service', name, scope: domain },
    { name, namespace: namespaceId(domain), dnsRecords: [{ type: 'A', ttl: 60 }], ...fields },
  );
}

async function created(desired = service()): Promise<Observed<DiscoveryServiceState>> {
  return doneOf(await driver.create(desired, tagsFor(world, desired), needs));
}

async function foreign(): Promise<void> {
  await world.aws.servicediscovery.createService({
    Name: 'foreign',
    NamespaceId: namespace.state.id,
    DnsConfig: { DnsRecords: [{ Type: 'A', TTL: 60 }] },
    HealthCheckCustomConfig: { FailureThreshold: 1 },
  });
}

function observe(
  desired: readonly Desired<DiscoveryServiceSpec>[] = [service()],
  scope: 'these' | 'all-owned' = 'these',
) {
  return driver.observe({ desired, scope, needs, findings: nothingFound });
}

async function register(serviceId: string, instanceId: string): Promise<void> {
  const input = {
    ServiceId: serviceId,
    InstanceId: instanceId,
    Attributes: { AWS_INSTANCE_IPV4: '172.31.5.7', AWS_INSTANCE_PORT: '2000' },
  };
  const call = { service: 'servicediscovery', operation: 'RegisterInstance', input, region: 'us-east-1' };
  await world.sandbox.call(call);
  await world.clock.advance(A_WHILE_MS);
}

describe('what differs', () => {
  const state: DiscoveryServiceState = {
    id: 'srv-1',
    description: 'd',
    dnsRecords: { A: { ttl: 60 } },
    customHealthCheck: true,
  };
  test.each<
    [string, Partial<DiscoveryServiceSpec>, Partial<DiscoveryServiceState>, readonly (readonly unknown[])[]]
  >([
    ['nothing', {}, {}, []],
    [
      'a TTL, in place',
      { dnsRecords: [{ type: 'A', ttl: 10 }] },
      {},
      [['dnsRecords[A].ttl', 60, 10, 'update']],
    ],
    [
      'a type beside another, by replacement',
      {
        dnsRecords: [
          { type: 'SRV', ttl: 60 },
          { type: 'A', ttl: 60 },
        ],
      },
      {},
      [['dnsRecords[SRV]', null, { ttl: 60 }, 'replace']],
    ],
    [
      'the order of A and SRV records, which means nothing, and the TTL of one of them',
      {
        dnsRecords: [
          { type: 'SRV', ttl: 10 },
          { type: 'A', ttl: 60 },
        ],
      },
      { dnsRecords: { A: { ttl: 60 }, SRV: { ttl: 60 } } },
      [['dnsRecords[SRV].ttl', 60, 10, 'update']],
    ],
    [
      'a type, by replacement',
      { dnsRecords: [{ type: 'SRV', ttl: 60 }] },
      {},
      [
        ['dnsRecords[SRV]', null, { ttl: 60 }, 'replace'],
        ['dnsRecords[A]', { ttl: 60 }, null, 'replace'],
      ],
    ],
    ['a description, in place', { description: 'e' }, {}, [['description', 'd', 'e', 'update']]],
    ['a description that was not returned', { description: 'e' }, { description: undefined }, []],
    [
      'a missing custom health check, by replacement',
      {},
      { customHealthCheck: false },
      [['customHealthCheck', false, true, 'replace']],
    ],
    [
      'records that somebody has removed',
      {},
      { dnsRecords: {} },
      [['dnsRecords[A]', null, { ttl: 60 }, 'replace']],
    ],
  ])('%s', async (_what, fields, actual, expected) => {
    const observed = { ...(await created()), state: { ...state, ...actual } };
    const changes = discoveryServiceKind.model.diff(
      deepFreeze(service('xray', fields)),
      deepFreeze(observed),
      needs,
    );
    expect(changes.map(({ path, from, to, by }) => [path, from, to, by])).toEqual(expected);
  });
});

describe('creating', () => {
  test.each([
    [[{ type: 'A', ttl: 60 }]],
    [[{ type: 'SRV', ttl: 10 }]],
    [
      [
        { type: 'A', ttl: 60 },
        { type: 'AAAA', ttl: 30 },
      ],
    ],
    [
      [
        { type: 'SRV', ttl: 10 },
        { type: 'A', ttl: 60 },
      ],
    ],
  ] as const)('with %j leaves nothing that differs', async (dnsRecords) => {
    const desired = service('xray', { description: 'd', dnsRecords });
    const made = await created(desired);
    const { items } = await observe([desired]);
    expect(items.map(withoutRecords)).toEqual([made]);
    expect(made).toMatchObject({ owner: 'us', tags: tagsFor(world, desired), registrations: [] });
    expect(discoveryServiceKind.model.diff(desired, made, needs)).toEqual([]);
  });

  test('what exists already is looked at again, and not claimed', async () => {
    await world.aws.servicediscovery.createService({
      Name: 'xray',
      NamespaceId: namespace.state.id,
      DnsConfig: { DnsRecords: [{ Type: 'A', TTL: 60 }] },
      HealthCheckCustomConfig: { FailureThreshold: 1 },
    });
    const desired = service();
    expect(await driver.create(desired, tagsFor(world, desired), needs)).toMatchObject({ type: 'started' });
    expect((await observe()).items[0]?.owner).toBe('nobody');
  });

  test('again after a deletion is no repetition of the first', async () => {
    await driver.delete(await created());
    const after = await created();
    expect((await observe()).items.map(withoutRecords)).toEqual([after]);
  });

  test('without its namespace waits for it', async () => {
    const desired = service('xray', {}, 'unknown.example.org');
    const creating = driver.create(desired, tagsFor(world, desired), needs);
    await expect(creating).rejects.toMatchObject({ code: 'NeedMissing', retry: 'wait' });
  });
});

describe('updating', () => {
  async function update(before: Observed<DiscoveryServiceState>, wanted: Desired<DiscoveryServiceSpec>) {
    const changes = discoveryServiceKind.model.diff(wanted, before, needs);
    await driver.update(wanted, before, { changes, upkeep: [] }, before.tags, needs);
    await world.clock.advance(A_WHILE_MS);
    return (await observe([wanted])).items[0];
  }

  test('one TTL keeps the other records', async () => {
    const before = service('xray', {
      dnsRecords: [
        { type: 'A', ttl: 60 },
        { type: 'AAAA', ttl: 60 },
      ],
    });
    const after = await update(
      await created(before),
      service('xray', {
        dnsRecords: [
          { type: 'A', ttl: 10 },
          { type: 'AAAA', ttl: 60 },
        ],
      }),
    );
    expect(after?.state.dnsRecords).toEqual({ A: { ttl: 10 }, AAAA: { ttl: 60 } });
  });

  test('the description keeps the records and the health check', async () => {
    const after = await update(await created(), service('xray', { description: 'new' }));
    expect(after?.state).toMatchObject({ dnsRecords: { A: { ttl: 60 } }, customHealthCheck: true });
  });

  test('leaves a field alone that is not among the changes', async () => {
    const made = await created(service('xray', { description: 'theirs' }));
    const wanted = service('xray', { description: 'ours', dnsRecords: [{ type: 'A', ttl: 10 }] });
    const changes = discoveryServiceKind.model
      .diff(wanted, made, needs)
      .filter(({ path }) => path !== 'description');
    await driver.update(wanted, made, { changes, upkeep: [] }, made.tags, needs);
    await world.clock.advance(A_WHILE_MS);
    expect((await observe([wanted])).items[0]?.state).toMatchObject({
      description: 'theirs',
      dnsRecords: { A: { ttl: 10 } },
    });
  });
});

describe('deleting', () => {
  test('twice is gone both times', async () => {
    const made = await created();
    expect(await driver.delete(made)).toEqual({ type: 'gone' });
    expect(await driver.delete(made)).toEqual({ type: 'gone' });
  });

  test('waits while instances are registered, and says how many', async () => {
    const made = await created();
    await register(made.state.id, 'one');
    await register(made.state.id, 'two');
    expect(await driver.delete(made)).toMatchObject({
      type: 'started',
      message: expect.stringContaining('2 registered instances'),
    });
  });
});

describe('observing', () => {
  test('shows the instances that are registered', async () => {
    const made = await created();
    await register(made.state.id, 'task-1');
    const { items } = await observe();
    expect(items[0]?.registrations).toEqual([
      { id: 'task-1', ipv4: '172.31.5.7', port: 2000, health: 'HEALTHY' },
    ]);
  });

  test('a service whose instances cannot be read says so, and holds up nothing that needs it', async () => {
    for (const each of [await created(), await created(service('otel'))]) {
      await register(String(each.outputs['id']), 'i-1');
    }
    world.failNext('servicediscovery:DiscoverInstances', 'AccessDeniedException');
    const { items, unseen } = await observe([service(), service('otel')]);
    expect(unseen).toEqual([]);
    expect(items.map(({ outputs }) => typeof outputs['arn'])).toEqual(['string', 'string']);
    expect(items.filter(({ health }) => health.status === 'Degraded')).toHaveLength(1);
    const unreadable = items.find(({ health }) => health.status === 'Degraded');
    expect(unreadable?.health.message).toContain('servicediscovery:DiscoverInstances');
    expect(unreadable).not.toHaveProperty('registrations');
  });

  test('reads a namespace page by page', async () => {
    const desired = Array.from({ length: 120 }, (_, index) => service(`d${index}`));
    for (const each of desired) await created(each);
    world.resetRequests();
    const { items } = await observe(desired);
    expect(items).toHaveLength(120);
    expect(world.requests.filter((each) => each.operation === 'ListServices').length).toBeLessThan(5);
  });

  test('keeps services of one name in two namespaces apart', async () => {
    const other = await makeNamespace('other.example.org');
    needs = await needsIn(world, namespace, other);
    const both = [service(), service('xray', {}, 'other.example.org')];
    const made = [await created(both[0]), await created(both[1])];
    expect((await observe(both)).items.map(withoutRecords)).toEqual(made);
  });

  test('reads the instances of its own namespace, where another has the same name', async () => {
    await created();
    const other = await secondNamespace();
    const desired = { ...service(), id: { ...service().id, scope: other.state.id } };
    needs = await needsIn(world, { ...other, id: namespaceId(DOMAIN) });
    const made = doneOf(await driver.create(desired, tagsFor(world, desired), needs));
    await register(made.state.id, 'mine');
    expect((await observe([desired])).items).toMatchObject([
      { state: { id: made.state.id }, registrations: [{ id: 'mine', health: 'HEALTHY' }] },
    ]);
  });

  test('finds what is ours in a second namespace of one name, and tells it from what is wanted', async () => {
    const wanted = await created();
    const other = await secondNamespace();
    const former = { ...service(), id: { ...service().id, scope: other.state.id } };
    const inOther = await needsIn(world, { ...other, id: namespaceId(DOMAIN) });
    const left = doneOf(await driver.create(former, tagsFor(world, former), inOther));
    const { items, unseen } = await observe([service()], 'all-owned');
    expect(unseen).toEqual([]);
    expect(items.map(({ id, state }) => [id.scope, state.id])).toEqual([
      [DOMAIN, wanted.state.id],
      [other.state.id, left.state.id],
    ]);
  });

  test('takes nothing for a leftover while it is not known which of two namespaces of one name is meant', async () => {
    await created();
    await secondNamespace();
    needs = await needsIn(world);
    const { items, unseen } = await observe([service()], 'all-owned');
    expect(items).toEqual([]);
    expect(unseen).toMatchObject([{ id: { name: 'xray', scope: namespace.state.id } }]);
  });

  test('a service whose namespace is not there is absent, and nothing is asked for it', async () => {
    world.resetRequests();
    const desired = [service('xray', {}, 'unknown.example.org')];
    expect(await observe(desired)).toEqual({ items: [], unseen: [] });
    expect(world.requests).toEqual([]);
  });

  test('finds what is ours and no longer wanted, in its own namespace and in others', async () => {
    const other = await makeNamespace('other.example.org');
    needs = await needsIn(world, namespace, other);
    await created(service('kept'));
    await created(service('dropped'));
    await created(service('elsewhere', {}, 'other.example.org'));
    await foreign();
    world.context.inventory.startPass();
    const { items, unseen } = await observe([service('kept')], 'all-owned');
    expect(unseen).toEqual([]);
    expect(items.map((item) => `${item.id.name}.${item.id.scope}`).toSorted()).toEqual([
      'dropped.services.example.org',
      'elsewhere.other.example.org',
      'kept.services.example.org',
    ]);
  });

  test('finds what is ours where no service is wanted any more', async () => {
    await created();
    world.context.inventory.startPass();
    const { items } = await observe([], 'all-owned');
    expect(items.map((item) => item.id)).toEqual([service().id]);
  });

  test('does not take a wanted service for a leftover while its namespace was not seen', async () => {
    await created();
    world.context.inventory.startPass();
    const blind = await needsIn(world);
    const { items } = await driver.observe({
      desired: [service()],
      scope: 'all-owned',
      needs: blind,
      findings: nothingFound,
    });
    expect(items.map((item) => item.id)).toEqual([service().id]);
  });

  test('one whose tags cannot be read is unseen, and the others are not', async () => {
    await foreign();
    await created();
    world.failNext('servicediscovery:ListTagsForResource', 'AccessDeniedException');
    expect(await observe([service()], 'all-owned')).toMatchObject({
      items: [{ id: service().id }],
      unseen: [{ id: { name: 'foreign' } }],
    });
  });

  test('asks a foreign service for its tags once, not in every pass', async () => {
    await foreign();
    await created();
    await observe([service()], 'all-owned');
    world.context.inventory.startPass();
    world.resetRequests();
    await observe([service()], 'all-owned');
    expect(world.requests.map((each) => each.operation)).not.toContain('ListTagsForResource');
  });

  test('a refused listing is no observation', async () => {
    world.failNext('servicediscovery:ListServices', 'AccessDeniedException');
    await expect(observe()).rejects.toMatchObject({ code: 'AccessDeniedException' });
  });
});

test('releasing it leaves it to nobody', async () => {
  const made = await created();
  const released = await driver.tag(made, {}, Object.keys(made.tags));
  expect(released).toMatchObject({ owner: 'nobody', tags: {} });
  expect((await observe([], 'all-owned')).items).toEqual([]);
});
