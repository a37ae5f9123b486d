import type { CreateServiceCommandInput } from '@aws-sdk/client-servicediscovery';
import { describe, expect, it } from 'vitest';
import { serviceSandbox } from '../support/service-sandbox.ts';

const LONGEST_OPERATION_MS = 3000;
const A_RECORD = { DnsRecords: [{ Type: 'A' as const, TTL: 60 }] };

/** A namespace, and the calls that most tests make in it. */
async function inNamespace() {
  const cloudMap = serviceSandbox('servicediscovery');
  const { Vpcs = [] } = await cloudMap.other('ec2').call('DescribeVpcs', {});
  const newNamespace = async (Name: string) => {
    const { OperationId } = await cloudMap.call('CreatePrivateDnsNamespace', { Name, Vpc: Vpcs[0]?.VpcId });
    cloudMap.advance(LONGEST_OPERATION_MS);
    return (await cloudMap.call('GetOperation', { OperationId })).Operation?.Targets?.NAMESPACE ?? '';
  };
  const NamespaceId = await newNamespace('svc.local');
  const create = async (changes: Partial<CreateServiceCommandInput> = {}) => {
    const input = { Name: 'xray', NamespaceId, DnsConfig: A_RECORD, HealthCheckCustomConfig: {}, ...changes };
    return (await cloudMap.call('CreateService', input)).Service;
  };
  const register = async (ServiceId: string | undefined, InstanceId: string, attributes = {}) => {
    const Attributes = { AWS_INSTANCE_IPV4: '172.31.0.4', AWS_INSTANCE_PORT: '2000', ...attributes };
    const answer = await cloudMap.call('RegisterInstance', { ServiceId, InstanceId, Attributes });
    cloudMap.advance(LONGEST_OPERATION_MS);
    return answer;
  };
  return { cloudMap, NamespaceId, newNamespace, create, register };
}

describe('CreateService', () => {
  it('answers at once, with MULTIVALUE routing and a failure threshold of 1', async () => {
    const { create, NamespaceId } = await inNamespace();
    const service = await create({ HealthCheckCustomConfig: { FailureThreshold: 5 } });
    expect(service).toMatchObject({
      Id: expect.stringMatching(/^srv-[a-z2-7]{16}$/) as string,
      Arn: `arn:aws:servicediscovery:us-east-1:385605022855:service/${service?.Id}`,
      Name: 'xray',
      NamespaceId,
      Type: 'DNS_HTTP',
      InstanceCount: 0,
      DnsConfig: { NamespaceId, RoutingPolicy: 'MULTIVALUE', DnsRecords: [{ Type: 'A', TTL: 60 }] },
      HealthCheckCustomConfig: { FailureThreshold: 1 },
    });
  });

  it('a name is taken once per namespace, whatever its case, and the refusal names the service', async () => {
    const { cloudMap, create, newNamespace, NamespaceId } = await inNamespace();
    const service = await create({ CreatorRequestId: 'first' });
    const refused = await cloudMap.refusal('CreateService', { Name: 'XRAY', NamespaceId });
    expect(refused).toMatchObject({
      name: 'ServiceAlreadyExists',
      ServiceId: service?.Id,
      ServiceArn: service?.Arn,
      CreatorRequestId: 'first',
    });
    await create({ NamespaceId: await newNamespace('other.local') });
  });

  it('the same name after deletion gets the same id', async () => {
    const { cloudMap, create } = await inNamespace();
    const service = await create();
    await cloudMap.call('DeleteService', { Id: service?.Id });
    expect(await cloudMap.refusal('GetService', { Id: service?.Id })).toMatchObject({
      name: 'ServiceNotFound',
    });
    expect((await create())?.Id).toBe(service?.Id);
    expect((await create({ Name: 'other' }))?.Id).not.toBe(service?.Id);
  });

  it.each([[['A']], [['AAAA']], [['AAAA', 'A']], [['SRV']], [[]]] as const)(
    'records of the types %j are possible',
    async (types) => {
      const { create } = await inNamespace();
      const DnsRecords = types.map((Type) => ({ Type, TTL: 10 }));
      expect((await create({ DnsConfig: { DnsRecords } }))?.DnsConfig?.DnsRecords).toEqual(DnsRecords);
    },
  );

  it.each<[string, Partial<CreateServiceCommandInput>]>([
    [
      'InvalidInput',
      {
        DnsConfig: {
          DnsRecords: [
            { Type: 'A', TTL: 60 },
            { Type: 'SRV', TTL: 60 },
          ],
        },
      },
    ],
    [
      'InvalidInput',
      {
        DnsConfig: {
          DnsRecords: [
            { Type: 'A', TTL: 60 },
            { Type: 'A', TTL: 60 },
          ],
        },
      },
    ],
    ['InvalidInput', { DnsConfig: { DnsRecords: [{ Type: 'CNAME', TTL: 60 }] } }],
    ['InvalidInput', { DnsConfig: { DnsRecords: [{ Type: 'A', TTL: -1 }] } }],
    ['InvalidInput', { Name: 'x ray' }],
    ['InvalidInput', { Name: 'x'.repeat(64) }],
    ['InvalidInput', { NamespaceId: undefined }],
    ['InvalidInput', { HealthCheckConfig: { Type: 'TCP' } }],
    ['InvalidInput', { Type: 'HTTP' }],
    ['NamespaceNotFound', { NamespaceId: 'ns-0' }],
  ])('%s for %j', async (name, changes) => {
    const { cloudMap, NamespaceId } = await inNamespace();
    const input = { Name: 'xray', NamespaceId, DnsConfig: A_RECORD, ...changes };
    expect(await cloudMap.refusal('CreateService', input)).toMatchObject({ name });
  });
});

describe('ListServices', () => {
  it('filters a page after cutting it, so an empty page can carry a token', async () => {
    const { cloudMap, create, newNamespace } = await inNamespace();
    for (let index = 0; index < 8; index++) await create({ Name: `xray-${index}` });
    const NamespaceId = await newNamespace('other.local');
    const wanted = await create({ Name: 'wanted', NamespaceId });
    const pages: number[] = [];
    const found: (string | undefined)[] = [];
    let NextToken: string | undefined;
    do {
      const page = await cloudMap.call('ListServices', {
        Filters: [{ Name: 'NAMESPACE_ID', Values: [NamespaceId], Condition: 'EQ' }],
        MaxResults: 2,
        NextToken,
      });
      pages.push(page.Services?.length ?? 0);
      found.push(...(page.Services ?? []).map((service) => service.Id));
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    expect(pages).toHaveLength(5);
    expect(pages.filter((size) => size === 0)).toHaveLength(4);
    expect(found).toEqual([wanted?.Id]);
  });

  it('gives 100 a page', async () => {
    const { cloudMap, create } = await inNamespace();
    for (let index = 0; index < 101; index++) await create({ Name: `xray-${index}` });
    const first = await cloudMap.call('ListServices', {});
    expect(first.Services).toHaveLength(100);
    const second = await cloudMap.call('ListServices', { NextToken: first.NextToken });
    expect(second.Services).toHaveLength(1);
    expect(second.NextToken).toBeUndefined();
  });

  it.each([
    [{ MaxResults: 101 }],
    [{ NextToken: 'x' }],
    [{ Filters: [{ Name: 'NAMESPACE_ID' as const, Values: ['a', 'b'] }] }],
    [{ Filters: [{ Name: 'NAMESPACE_ID' as const, Values: ['a'], Condition: 'BETWEEN' as const }] }],
  ])('refuses %j', async (input) => {
    expect(await serviceSandbox('servicediscovery').refusal('ListServices', input)).toMatchObject({
      name: 'InvalidInput',
    });
  });
});

describe('UpdateService', () => {
  it('changes a TTL in its own time', async () => {
    const { cloudMap, create } = await inNamespace();
    const Id = (await create())?.Id;
    const ttl = async () =>
      (await cloudMap.call('GetService', { Id })).Service?.DnsConfig?.DnsRecords?.[0]?.TTL;
    const DnsConfig = { DnsRecords: [{ Type: 'A' as const, TTL: 10 }] };
    await cloudMap.call('UpdateService', { Id, Service: { DnsConfig } });
    expect(await ttl()).toBe(60);
    expect(await cloudMap.refusal('UpdateService', { Id, Service: { DnsConfig } })).toMatchObject({
      name: 'DuplicateRequest',
    });
    cloudMap.advance(LONGEST_OPERATION_MS);
    expect(await ttl()).toBe(10);
  });

  it('deletes the records that it does not name, and keeps the custom health check', async () => {
    const { cloudMap, create } = await inNamespace();
    const Id = (await create())?.Id;
    await cloudMap.call('UpdateService', { Id, Service: { Description: 'x' } });
    cloudMap.advance(LONGEST_OPERATION_MS);
    expect((await cloudMap.call('GetService', { Id })).Service).toMatchObject({
      Description: 'x',
      DnsConfig: { DnsRecords: [] },
      HealthCheckCustomConfig: { FailureThreshold: 1 },
    });
  });

  it('cannot change the type of a record', async () => {
    const { cloudMap, create } = await inNamespace();
    const Id = (await create())?.Id;
    const DnsConfig = { DnsRecords: [{ Type: 'SRV' as const, TTL: 60 }] };
    expect(await cloudMap.refusal('UpdateService', { Id, Service: { DnsConfig } })).toMatchObject({
      name: 'InvalidInput',
    });
  });
});

describe('instances', () => {
  it('are registered by an operation, an upsert by id, and keep their service from being deleted', async () => {
    const { cloudMap, create, register } = await inNamespace();
    const ServiceId = (await create())?.Id;
    const { OperationId } = await register(ServiceId, 'i-1');
    expect((await cloudMap.call('GetOperation', { OperationId })).Operation).toMatchObject({
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
    await cloudMap.call('DeregisterInstance', { ServiceId, InstanceId: 'i-1' });
    expect((await cloudMap.call('GetInstance', { ServiceId, InstanceId: 'i-1' })).Instance?.Id).toBe('i-1');
    cloudMap.advance(LONGEST_OPERATION_MS);
    expect(await cloudMap.refusal('GetInstance', { ServiceId, InstanceId: 'i-1' })).toMatchObject({
      name: 'InstanceNotFound',
    });
    await cloudMap.call('DeleteService', { Id: ServiceId });
  });

  it('one operation at a time per instance', async () => {
    const { cloudMap, create } = await inNamespace();
    const ServiceId = (await create())?.Id;
    const input = {
      ServiceId,
      InstanceId: 'i-1',
      CreatorRequestId: 'r1',
      Attributes: { AWS_INSTANCE_IPV4: '172.31.0.4' },
    };
    const first = await cloudMap.call('RegisterInstance', input);
    expect(await cloudMap.call('RegisterInstance', input)).toEqual(first);
    const other = { ...input, CreatorRequestId: 'r2' };
    expect(await cloudMap.refusal('RegisterInstance', other)).toMatchObject({
      name: 'DuplicateRequest',
      DuplicateOperationId: first.OperationId,
    });
    await cloudMap.call('RegisterInstance', { ...other, InstanceId: 'i-2' });
  });

  it('a service deleted meanwhile fails the registration', async () => {
    const { cloudMap, create } = await inNamespace();
    const ServiceId = (await create())?.Id;
    const Attributes = { AWS_INSTANCE_IPV4: '172.31.0.4' };
    const { OperationId } = await cloudMap.call('RegisterInstance', {
      ServiceId,
      InstanceId: 'i',
      Attributes,
    });
    await cloudMap.call('DeleteService', { Id: ServiceId });
    await create();
    cloudMap.advance(LONGEST_OPERATION_MS);
    expect((await cloudMap.call('GetOperation', { OperationId })).Operation?.Status).toBe('FAIL');
    expect((await cloudMap.call('ListInstances', { ServiceId })).Instances).toEqual([]);
  });

  it.each([
    ['an A record needs an IPv4 address', ['A'], {}],
    ['an address must be one', ['A'], { AWS_INSTANCE_IPV4: '172.31.0' }],
    ['an AAAA record needs an IPv6 address', ['AAAA'], { AWS_INSTANCE_IPV4: '172.31.0.4' }],
    ['an SRV record needs a port', ['SRV'], { AWS_INSTANCE_IPV4: '172.31.0.4' }],
    ['an SRV record needs an address', ['SRV'], { AWS_INSTANCE_PORT: '2000' }],
    ['a port must be one', ['SRV'], { AWS_INSTANCE_IPV4: '172.31.0.4', AWS_INSTANCE_PORT: '65536' }],
    [
      'an initial health must be one',
      ['A'],
      { AWS_INSTANCE_IPV4: '172.31.0.4', AWS_INIT_HEALTH_STATUS: 'SICK' },
    ],
    [
      '30 attributes are the limit',
      [],
      Object.fromEntries(Array.from({ length: 31 }, (_, i) => [`k${i}`, 'v'])),
    ],
  ] as const)('%s', async (_rule, types, attributes) => {
    const { cloudMap, create } = await inNamespace();
    const DnsRecords = types.map((Type) => ({ Type, TTL: 60 }));
    const ServiceId = (await create({ DnsConfig: { DnsRecords } }))?.Id;
    const Attributes: Record<string, string> = { ...attributes };
    const refused = await cloudMap.refusal('RegisterInstance', { ServiceId, InstanceId: 'i', Attributes });
    expect(refused).toMatchObject({ name: 'InvalidInput' });
  });
});

describe('health and discovery', () => {
  it('a reported health shows after 30 seconds, unless it is taken back', async () => {
    const { cloudMap, create, register } = await inNamespace();
    const ServiceId = (await create())?.Id;
    await register(ServiceId, 'i-1');
    const report = (Status: 'HEALTHY' | 'UNHEALTHY') =>
      cloudMap.call('UpdateInstanceCustomHealthStatus', { ServiceId, InstanceId: 'i-1', Status });
    const health = async () =>
      (await cloudMap.call('GetInstancesHealthStatus', { ServiceId })).Status?.['i-1'];
    await report('UNHEALTHY');
    cloudMap.advance(29_000);
    expect(await health()).toBe('HEALTHY');
    await report('HEALTHY');
    cloudMap.advance(60_000);
    expect(await health()).toBe('HEALTHY');
    await report('UNHEALTHY');
    cloudMap.advance(30_000);
    expect(await health()).toBe('UNHEALTHY');
  });

  it('without a custom health check there is none to report', async () => {
    const { cloudMap, create, register } = await inNamespace();
    const ServiceId = (await create({ HealthCheckCustomConfig: undefined }))?.Id;
    await register(ServiceId, 'i-1');
    expect(
      await cloudMap.refusal('UpdateInstanceCustomHealthStatus', {
        ServiceId,
        InstanceId: 'i-1',
        Status: 'HEALTHY',
      }),
    ).toMatchObject({ name: 'CustomHealthNotFound' });
    expect((await cloudMap.call('GetInstancesHealthStatus', { ServiceId })).Status).toEqual({
      'i-1': 'UNKNOWN',
    });
  });

  it.each([
    [undefined, ['well']],
    ['HEALTHY', ['well']],
    ['UNHEALTHY', ['ill']],
    ['ALL', ['ill', 'well']],
  ] as const)('DiscoverInstances with health %s finds %j', async (HealthStatus, expected) => {
    const { cloudMap, create, register } = await inNamespace();
    const ServiceId = (await create())?.Id;
    await register(ServiceId, 'well');
    await register(ServiceId, 'ill', { AWS_INIT_HEALTH_STATUS: 'UNHEALTHY' });
    const { Instances } = await cloudMap.call('DiscoverInstances', {
      NamespaceName: 'svc.local',
      ServiceName: 'xray',
      HealthStatus,
    });
    expect(Instances?.map((instance) => instance.InstanceId)).toEqual(expected);
  });

  it('DiscoverInstances finds by attributes, and its revision moves with every change', async () => {
    const { cloudMap, create, register } = await inNamespace();
    const names = { NamespaceName: 'svc.local', ServiceName: 'xray' };
    const ServiceId = (await create())?.Id;
    await register(ServiceId, 'a', { zone: '1' });
    await register(ServiceId, 'b', { zone: '2', AWS_INIT_HEALTH_STATUS: 'UNHEALTHY' });
    const ids = async (input: object) =>
      (await cloudMap.call('DiscoverInstances', { ...names, ...input })).Instances?.map((i) => i.InstanceId);
    expect(await ids({ QueryParameters: { zone: '2' } })).toEqual(['b']);
    expect(await ids({ OptionalParameters: { zone: '3' } })).toEqual(['a']);
    const before = await cloudMap.call('DiscoverInstancesRevision', names);
    await cloudMap.call('DeregisterInstance', { ServiceId, InstanceId: 'a' });
    cloudMap.advance(LONGEST_OPERATION_MS);
    const after = await cloudMap.call('DiscoverInstancesRevision', names);
    expect(after.InstancesRevision).toBeGreaterThan(before.InstancesRevision ?? Infinity);
    expect(await cloudMap.refusal('DiscoverInstances', { ...names, ServiceName: 'y' })).toMatchObject({
      name: 'ServiceNotFound',
    });
    expect(await cloudMap.refusal('DiscoverInstances', { ...names, NamespaceName: 'y' })).toMatchObject({
      name: 'NamespaceNotFound',
    });
  });
});

it('tags are read and changed by ARN', async () => {
  const { cloudMap, create } = await inNamespace();
  const ResourceARN = (await create({ Tags: [{ Key: 'a', Value: '1' }] }))?.Arn;
  await cloudMap.call('TagResource', { ResourceARN, Tags: [{ Key: 'b', Value: '2' }] });
  await cloudMap.call('UntagResource', { ResourceARN, TagKeys: ['a'] });
  expect((await cloudMap.call('ListTagsForResource', { ResourceARN })).Tags).toEqual([
    { Key: 'b', Value: '2' },
  ]);
  expect(await cloudMap.refusal('ListTagsForResource', { ResourceARN: `${ResourceARN}x` })).toMatchObject({
    name: 'ResourceNotFoundException',
  });
});
