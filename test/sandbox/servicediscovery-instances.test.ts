import { describe, expect, it } from 'vitest';
import { deregisterTaskInstance, registerTaskInstance } from '../../sandbox/servicediscovery/instances.ts';
import { LONGEST_OPERATION_MS, cloudMapSandbox } from '../support/sandbox/cloud-map.ts';

const Attributes = { AWS_INSTANCE_IPV4: '172.31.0.4' };

function records(...types: ('A' | 'AAAA' | 'SRV' | 'CNAME')[]) {
  return { DnsConfig: { DnsRecords: types.map((Type) => ({ Type, TTL: 60 })) } };
}

describe('RegisterInstance', () => {
  it('is an operation, an upsert by id, and keeps its service from being deleted', async () => {
    const { cloudMap, create, register, ended } = await cloudMapSandbox();
    const ServiceId = await create();
    expect(await register(ServiceId, 'i-1')).toMatchObject({
      Type: 'REGISTER_INSTANCE',
      Status: 'SUCCESS',
      Targets: { INSTANCE: 'i-1', SERVICE: ServiceId },
    });
    await register(ServiceId, 'i-1', { AWS_INSTANCE_IPV4: '172.31.0.5' });
    expect((await cloudMap.call('ListInstances', { ServiceId })).Instances).toMatchObject([
      { Id: 'i-1', Attributes: { AWS_INSTANCE_IPV4: '172.31.0.5' } },
    ]);
    expect(await cloudMap.refusal('DeleteService', { Id: ServiceId })).toMatchObject({
      name: 'ResourceInUse',
      message: 'Service contains registered instances; delete the instances before deleting the service',
    });
    const deregistration = cloudMap.call('DeregisterInstance', { ServiceId, InstanceId: 'i-1' });
    await deregistration;
    expect((await cloudMap.call('GetInstance', { ServiceId, InstanceId: 'i-1' })).Instance?.Id).toBe('i-1');
    expect(await ended(deregistration)).toMatchObject({ Type: 'DEREGISTER_INSTANCE', Status: 'SUCCESS' });
    expect(await cloudMap.refusal('GetInstance', { ServiceId, InstanceId: 'i-1' })).toMatchObject({
      name: 'InstanceNotFound',
    });
    await cloudMap.call('DeleteService', { Id: ServiceId });
  });

  it('one operation at a time runs per instance; the same request joins it', async () => {
    const { cloudMap, create } = await cloudMapSandbox();
    const ServiceId = await create();
    const input = { ServiceId, InstanceId: 'i-1', CreatorRequestId: 'r1', Attributes };
    const first = await cloudMap.call('RegisterInstance', input);
    expect(await cloudMap.call('RegisterInstance', input)).toEqual(first);
    const other = { ...input, CreatorRequestId: 'r2' };
    expect(await cloudMap.refusal('RegisterInstance', other)).toMatchObject({
      name: 'DuplicateRequest',
      DuplicateOperationId: first.OperationId,
    });
    await cloudMap.call('RegisterInstance', { ...other, InstanceId: 'i-2' });
  });

  it('an instance whose registration has not propagated is not found', async () => {
    const { cloudMap, create } = await cloudMapSandbox();
    const ServiceId = await create();
    const instance = { ServiceId, InstanceId: 'i-1' };
    await cloudMap.call('RegisterInstance', { ...instance, Attributes });
    const refusals = [
      await cloudMap.refusal('UpdateInstanceCustomHealthStatus', { ...instance, Status: 'HEALTHY' }),
      await cloudMap.refusal('GetInstancesHealthStatus', { ServiceId, Instances: ['i-1'] }),
      await cloudMap.refusal('GetInstance', instance),
      await cloudMap.refusal('DeregisterInstance', instance),
    ];
    expect(refusals.map(({ name }) => name)).toEqual(refusals.map(() => 'InstanceNotFound'));
    expect((await cloudMap.call('GetService', { Id: ServiceId })).Service?.InstanceCount).toBe(0);
    cloudMap.advance(LONGEST_OPERATION_MS);
    await cloudMap.call('UpdateInstanceCustomHealthStatus', { ...instance, Status: 'HEALTHY' });
  });

  it('a service deleted meanwhile fails the registration', async () => {
    const { cloudMap, create, ended } = await cloudMapSandbox();
    const ServiceId = await create();
    const registration = cloudMap.call('RegisterInstance', { ServiceId, InstanceId: 'i', Attributes });
    await registration;
    await cloudMap.call('DeleteService', { Id: ServiceId });
    expect(await create()).toBe(ServiceId);
    expect((await ended(registration)).Status).toBe('FAIL');
    expect((await cloudMap.call('ListInstances', { ServiceId })).Instances).toEqual([]);
  });

  it('a name that Route 53 cannot have fails the registration', async () => {
    const { create, register } = await cloudMapSandbox();
    const ServiceId = await create(records('SRV'));
    expect(await register(ServiceId, 'i'.repeat(63))).toMatchObject({ Status: 'SUCCESS' });
    expect(await register(ServiceId, 'i'.repeat(64))).toMatchObject({
      Status: 'FAIL',
      ErrorCode: 'INVALID_CHANGE_BATCH',
    });
  });

  it.each([
    ['an A record needs an IPv4 address', ['A'], {}],
    ['an address must be one', ['A'], { AWS_INSTANCE_IPV4: '172.31.0' }],
    ['an AAAA record needs an IPv6 address', ['AAAA'], { AWS_INSTANCE_IPV4: '172.31.0.4' }],
    ['A and AAAA records need both', ['A', 'AAAA'], { AWS_INSTANCE_IPV4: '172.31.0.4' }],
    ['an SRV record needs a port', ['SRV'], { AWS_INSTANCE_IPV4: '172.31.0.4' }],
    ['an SRV record needs an address', ['SRV'], { AWS_INSTANCE_PORT: '2000' }],
    ['A and SRV records need a port', ['A', 'SRV'], { AWS_INSTANCE_IPV4: '172.31.0.4' }],
    ['a port must be one', ['SRV'], { AWS_INSTANCE_IPV4: '172.31.0.4', AWS_INSTANCE_PORT: '65536' }],
    [
      'an initial health must be one',
      ['A'],
      { AWS_INSTANCE_IPV4: '172.31.0.4', AWS_INIT_HEALTH_STATUS: 'SICK' },
    ],
    ['an EC2 instance id is for HTTP namespaces', [], { AWS_EC2_INSTANCE_ID: 'i-0123' }],
    ['an alias needs WEIGHTED routing', ['A'], { AWS_ALIAS_DNS_NAME: 'lb.example.org' }],
    ['a key has 1 to 255 characters', [], { ['k'.repeat(256)]: 'v' }],
    ['a key has no spaces', [], { 'a b': 'v' }],
    ['a value has at most 1024 characters', [], { k: 'v'.repeat(1025) }],
    ['a value has printable characters', [], { k: 'ä' }],
    [
      'all together have at most 5000 characters',
      [],
      Object.fromEntries(Array.from({ length: 5 }, (_, i) => [`k${i}`, 'v'.repeat(1000)])),
    ],
    [
      '30 attributes are the limit',
      [],
      Object.fromEntries(Array.from({ length: 31 }, (_, i) => [`k${i}`, 'v'])),
    ],
  ] as const)('%s', async (_rule, types, attributes) => {
    const { cloudMap, create } = await cloudMapSandbox();
    const ServiceId = await create(records(...types));
    const refused = await cloudMap.refusal('RegisterInstance', {
      ServiceId,
      InstanceId: 'i',
      Attributes: { ...attributes },
    });
    expect(refused).toMatchObject({ name: 'InvalidInput' });
  });

  it.each(['', 'i'.repeat(65), 'a b', 'ä'])('%o is no instance id', async (InstanceId) => {
    const { cloudMap, create } = await cloudMapSandbox();
    const input = { ServiceId: await create(), InstanceId, Attributes };
    expect(await cloudMap.refusal('RegisterInstance', input)).toMatchObject({ name: 'InvalidInput' });
  });

  it('AWS_INIT_HEALTH_STATUS needs custom health', async () => {
    const { cloudMap, create } = await cloudMapSandbox();
    const ServiceId = await create({ HealthCheckCustomConfig: undefined });
    const input = {
      ServiceId,
      InstanceId: 'i',
      Attributes: { ...Attributes, AWS_INIT_HEALTH_STATUS: 'HEALTHY' },
    };
    expect(await cloudMap.refusal('RegisterInstance', input)).toMatchObject({ name: 'InvalidInput' });
  });
});

describe('quotas on instances', () => {
  async function full() {
    const world = await cloudMapSandbox();
    const fill = async (ServiceId: string, count: number) => {
      for (let index = 0; index < count; index++) {
        await world.cloudMap.call('RegisterInstance', { ServiceId, InstanceId: `i-${index}`, Attributes });
      }
    };
    return { ...world, fill };
  }

  it('1000 per service, those being registered included; replacing one is possible', async () => {
    const { cloudMap, create, fill, ended } = await full();
    const ServiceId = await create();
    await fill(ServiceId, 1000);
    const more = { ServiceId, InstanceId: 'more', Attributes };
    expect(await cloudMap.refusal('RegisterInstance', more)).toMatchObject({ name: 'ResourceLimitExceeded' });
    cloudMap.advance(LONGEST_OPERATION_MS);
    expect(await cloudMap.refusal('RegisterInstance', more)).toMatchObject({ name: 'ResourceLimitExceeded' });
    await ended(cloudMap.call('RegisterInstance', { ...more, InstanceId: 'i-0' }));
    await ended(cloudMap.call('DeregisterInstance', { ServiceId, InstanceId: 'i-0' }));
    expect(await ended(cloudMap.call('RegisterInstance', more))).toMatchObject({ Status: 'SUCCESS' });
  });

  it('tasks of ECS count, and are not registered over them', async () => {
    const { cloudMap, create } = await full();
    const serviceId = await create();
    const state = cloudMap.sandbox.places.regions.get('385605022855/us-east-1')!.servicediscovery;
    const task = (id: string) =>
      registerTaskInstance(state, serviceId, { id, attributes: Attributes, health: 'HEALTHY' });
    for (let index = 0; index < 1000; index++) expect(task(`t-${index}`)).toBe(true);
    expect(task('more')).toBe(false);
    expect(task('t-0')).toBe(true);
    deregisterTaskInstance(state, serviceId, 't-0');
    expect(task('more')).toBe(true);
  });

  it('2000 per namespace', async () => {
    const { cloudMap, create, fill, ended, newNamespace } = await full();
    await fill(await create({ Name: 'a' }), 1000);
    const second = await create({ Name: 'b' });
    await fill(second, 1000);
    const more = { ServiceId: await create({ Name: 'c' }), InstanceId: 'more', Attributes };
    expect(await cloudMap.refusal('RegisterInstance', more)).toMatchObject({ name: 'ResourceLimitExceeded' });
    const elsewhere = await create({ NamespaceId: await newNamespace('other.local') });
    await cloudMap.call('RegisterInstance', { ...more, ServiceId: elsewhere });
    await ended(cloudMap.call('DeregisterInstance', { ServiceId: second, InstanceId: 'i-0' }));
    await cloudMap.call('RegisterInstance', more);
  });
});

it('ListInstances gives 100 a page', async () => {
  const { cloudMap, create } = await cloudMapSandbox();
  const ServiceId = await create();
  for (let index = 0; index < 101; index++) {
    await cloudMap.call('RegisterInstance', { ServiceId, InstanceId: `i-${index}`, Attributes });
  }
  cloudMap.advance(LONGEST_OPERATION_MS);
  const first = await cloudMap.call('ListInstances', { ServiceId });
  expect(first).toMatchObject({ ResourceOwner: '385605022855' });
  expect(first.Instances).toHaveLength(100);
  const second = await cloudMap.call('ListInstances', { ServiceId, NextToken: first.NextToken });
  expect(second.Instances).toHaveLength(1);
  expect(second.NextToken).toBeUndefined();
});
