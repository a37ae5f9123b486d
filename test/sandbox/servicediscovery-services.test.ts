import type { CreateServiceCommandInput } from '@aws-sdk/client-servicediscovery';
import { describe, expect, it } from 'vitest';
import { A_RECORD, LONGEST_OPERATION_MS, cloudMapSandbox } from '../support/sandbox/cloud-map.ts';
import { serviceSandbox } from '../support/sandbox/service.ts';

describe('CreateService', () => {
  it('answers at once, with MULTIVALUE routing and a failure threshold of 1', async () => {
    const { cloudMap, namespaceId } = await cloudMapSandbox();
    const { Service } = await cloudMap.call('CreateService', {
      Name: 'xray',
      NamespaceId: namespaceId,
      DnsConfig: A_RECORD,
      HealthCheckCustomConfig: { FailureThreshold: 5 },
    });
    expect(Service).toMatchObject({
      Id: expect.stringMatching(/^srv-[a-z2-7]{16}$/) as string,
      Arn: `arn:aws:servicediscovery:us-east-1:385605022855:service/${Service?.Id}`,
      ResourceOwner: '385605022855',
      Name: 'xray',
      NamespaceId: namespaceId,
      Type: 'DNS_HTTP',
      InstanceCount: 0,
      DnsConfig: {
        NamespaceId: namespaceId,
        RoutingPolicy: 'MULTIVALUE',
        DnsRecords: [{ Type: 'A', TTL: 60 }],
      },
      HealthCheckCustomConfig: { FailureThreshold: 1 },
    });
  });

  it('custom health is there or not: an empty HealthCheckCustomConfig turns it on', async () => {
    const { cloudMap, create } = await cloudMapSandbox();
    const health = async (Id: string) =>
      (await cloudMap.call('GetService', { Id })).Service?.HealthCheckCustomConfig;
    expect(await health(await create({ Name: 'with', HealthCheckCustomConfig: {} }))).toEqual({
      FailureThreshold: 1,
    });
    expect(
      await health(await create({ Name: 'without', HealthCheckCustomConfig: undefined })),
    ).toBeUndefined();
  });

  it('takes the ARN of a namespace for its id, and the namespace where DnsConfig has it', async () => {
    const { cloudMap, create, namespaceId } = await cloudMapSandbox();
    const { Namespace } = await cloudMap.call('GetNamespace', { Id: namespaceId });
    await create({ NamespaceId: Namespace?.Arn });
    await create({
      Name: 'old-style',
      NamespaceId: undefined,
      DnsConfig: { ...A_RECORD, NamespaceId: namespaceId },
    });
    expect((await cloudMap.call('GetNamespace', { Id: namespaceId })).Namespace?.ServiceCount).toBe(2);
  });

  it('a name is taken once per namespace, whatever its case, and the refusal names the service', async () => {
    const { cloudMap, create, newNamespace, namespaceId } = await cloudMapSandbox();
    const service = await create({ CreatorRequestId: 'first' });
    const refused = await cloudMap.refusal('CreateService', { Name: 'XRAY', NamespaceId: namespaceId });
    expect(refused).toMatchObject({
      name: 'ServiceAlreadyExists',
      ServiceId: service,
      ServiceArn: `arn:aws:servicediscovery:us-east-1:385605022855:service/${service}`,
      CreatorRequestId: 'first',
    });
    await create({ NamespaceId: await newNamespace('other.local') });
  });

  it('the same name after deletion gets the same id', async () => {
    const { cloudMap, create } = await cloudMapSandbox();
    const service = await create();
    await cloudMap.call('DeleteService', { Id: service });
    expect(await cloudMap.refusal('GetService', { Id: service })).toMatchObject({ name: 'ServiceNotFound' });
    expect(await create()).toBe(service);
    expect(await create({ Name: 'other' })).not.toBe(service);
  });

  it('ids of services deleted long ago are forgotten, so that memory stays bounded', async () => {
    const { cloudMap, create } = await cloudMapSandbox();
    const passing = async (Name: string) => {
      const Id = await create({ Name });
      await cloudMap.call('DeleteService', { Id });
      return Id;
    };
    const first = await passing('first');
    for (let index = 0; index < 5000; index++) await passing(`n${index}`);
    expect(await create({ Name: 'first' })).not.toBe(first);
  });

  it.each([
    [['A']],
    [['AAAA']],
    [['AAAA', 'A']],
    [['SRV']],
    [['A', 'SRV']],
    [['SRV', 'AAAA', 'A']],
    [[]],
  ] as const)('records of the types %j are possible', async (types) => {
    const { cloudMap, create } = await cloudMapSandbox();
    const DnsRecords = types.map((Type) => ({ Type, TTL: 10 }));
    const { Service } = await cloudMap.call('GetService', {
      Id: await create({ DnsConfig: { DnsRecords } }),
    });
    expect(Service?.DnsConfig?.DnsRecords).toEqual(DnsRecords);
  });

  it('CNAME records are possible with WEIGHTED routing', async () => {
    const { cloudMap, create } = await cloudMapSandbox();
    const DnsConfig = {
      RoutingPolicy: 'WEIGHTED' as const,
      DnsRecords: [{ Type: 'CNAME' as const, TTL: 10 }],
    };
    const { Service } = await cloudMap.call('GetService', { Id: await create({ DnsConfig }) });
    expect(Service?.DnsConfig).toMatchObject(DnsConfig);
  });

  it.each(['x', 'X-ray_1', '_xray._tcp', '.', 'x'.repeat(63), `${'x'.repeat(63)}.${'y'.repeat(63)}`])(
    'the name %s is possible',
    async (Name) => {
      const { create } = await cloudMapSandbox();
      expect(await create({ Name })).toMatch(/^srv-/);
    },
  );

  const records = (...types: ('A' | 'SRV' | 'CNAME' | 'AAAA')[]) => ({
    DnsConfig: { DnsRecords: types.map((Type) => ({ Type, TTL: 60 })) },
  });

  it.each<[string, string, Partial<CreateServiceCommandInput>]>([
    ['InvalidInput', 'CNAME and A records', records('CNAME', 'A')],
    ['InvalidInput', 'a record type twice beside another', records('A', 'SRV', 'A')],
    ['InvalidInput', 'a record type twice', records('A', 'A')],
    ['InvalidInput', 'a CNAME with MULTIVALUE routing', records('CNAME')],
    ['InvalidInput', 'a TTL below 0', { DnsConfig: { DnsRecords: [{ Type: 'A', TTL: -1 }] } }],
    ['InvalidInput', 'a TTL over 2147483647', { DnsConfig: { DnsRecords: [{ Type: 'A', TTL: 2 ** 31 }] } }],
    ['InvalidInput', 'a space in the name', { Name: 'x ray' }],
    ['InvalidInput', 'a label that ends with a hyphen', { Name: 'xray-' }],
    ['InvalidInput', 'a name of one underscore', { Name: '_' }],
    ['InvalidInput', 'a label over 63 characters', { Name: 'x'.repeat(64) }],
    ['InvalidInput', 'a name over 127 characters', { Name: `${'x'.repeat(63)}.${'y'.repeat(62)}.z` }],
    ['InvalidInput', 'no namespace', { NamespaceId: undefined }],
    ['InvalidInput', 'a description over 1024 characters', { Description: 'd'.repeat(1025) }],
    ['InvalidInput', 'a request id over 64 characters', { CreatorRequestId: 'r'.repeat(65) }],
    ['InvalidInput', 'a failure threshold over 10', { HealthCheckCustomConfig: { FailureThreshold: 11 } }],
    ['InvalidInput', 'a Route 53 health check', { HealthCheckConfig: { Type: 'TCP' } }],
    ['InvalidInput', 'DNS records for the type HTTP', { Type: 'HTTP' }],
    ['InvalidInput', 'another type than HTTP', { Type: 'DNS' as 'HTTP' }],
    ['NamespaceNotFound', 'an unknown namespace', { NamespaceId: 'ns-0' }],
    [
      'TooManyTagsException',
      '51 tags',
      { Tags: Array.from({ length: 51 }, (_, index) => ({ Key: `k${index}`, Value: '' })) },
    ],
  ])('%s for %s', async (name, _what, changes) => {
    const { cloudMap, namespaceId } = await cloudMapSandbox();
    const input = { Name: 'xray', NamespaceId: namespaceId, DnsConfig: A_RECORD, ...changes };
    expect(await cloudMap.refusal('CreateService', input)).toMatchObject({ name });
  });
});

describe('ListServices', () => {
  it('filters a page after cutting it, so an empty page can carry a token', async () => {
    const { cloudMap, create, newNamespace } = await cloudMapSandbox();
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
    expect(found).toEqual([wanted]);
  });

  it('finds the services of a namespace by its ARN too', async () => {
    const { cloudMap, create, namespaceId } = await cloudMapSandbox();
    await create();
    const { Namespace } = await cloudMap.call('GetNamespace', { Id: namespaceId });
    const Filters = [{ Name: 'NAMESPACE_ID' as const, Values: [Namespace?.Arn ?? ''] }];
    expect((await cloudMap.call('ListServices', { Filters })).Services).toHaveLength(1);
  });

  it('gives 100 a page', async () => {
    const { cloudMap, create } = await cloudMapSandbox();
    for (let index = 0; index < 101; index++) await create({ Name: `xray-${index}` });
    const first = await cloudMap.call('ListServices', {});
    expect(first.Services).toHaveLength(100);
    const second = await cloudMap.call('ListServices', { NextToken: first.NextToken });
    expect(second.Services).toHaveLength(1);
    expect(second.NextToken).toBeUndefined();
  });

  it.each([
    [{ MaxResults: 101 }],
    [{ MaxResults: 0 }],
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
    const { cloudMap, create } = await cloudMapSandbox();
    const Id = await create();
    const ttl = async () =>
      (await cloudMap.call('GetService', { Id })).Service?.DnsConfig?.DnsRecords?.[0]?.TTL;
    const DnsConfig = { DnsRecords: [{ Type: 'A' as const, TTL: 10 }] };
    const { OperationId } = await cloudMap.call('UpdateService', { Id, Service: { DnsConfig } });
    expect(await ttl()).toBe(60);
    expect(await cloudMap.refusal('UpdateService', { Id, Service: { DnsConfig } })).toMatchObject({
      name: 'DuplicateRequest',
      DuplicateOperationId: OperationId,
    });
    cloudMap.advance(LONGEST_OPERATION_MS);
    expect(await ttl()).toBe(10);
  });

  it('deletes the records that it does not name, and keeps the custom health check', async () => {
    const { cloudMap, create, ended } = await cloudMapSandbox();
    const Id = await create();
    const operation = await ended(cloudMap.call('UpdateService', { Id, Service: { Description: 'x' } }));
    expect(operation).toMatchObject({ Type: 'UPDATE_SERVICE', Status: 'SUCCESS', Targets: { SERVICE: Id } });
    expect((await cloudMap.call('GetService', { Id })).Service).toMatchObject({
      Description: 'x',
      DnsConfig: { DnsRecords: [] },
      HealthCheckCustomConfig: { FailureThreshold: 1 },
    });
  });

  it('of the type HTTP changes the description, and adds no DNS records', async () => {
    const { cloudMap, create, ended } = await cloudMapSandbox();
    const Id = await create({ Type: 'HTTP', DnsConfig: undefined });
    await ended(cloudMap.call('UpdateService', { Id, Service: { Description: 'x' } }));
    expect((await cloudMap.call('GetService', { Id })).Service).toMatchObject({
      Type: 'HTTP',
      Description: 'x',
    });
    expect(await cloudMap.refusal('UpdateService', { Id, Service: { DnsConfig: A_RECORD } })).toMatchObject({
      name: 'InvalidInput',
      message: "When you specify an HTTP service, you can't include a DnsConfig element.",
    });
  });

  it.each([
    ['change the type of a record', { DnsConfig: { DnsRecords: [{ Type: 'SRV' as const, TTL: 60 }] } }],
    ['add a Route 53 health check', { HealthCheckConfig: { Type: 'TCP' as const } }],
  ])('cannot %s', async (_what, Service) => {
    const { cloudMap, create } = await cloudMapSandbox();
    const Id = await create();
    expect(await cloudMap.refusal('UpdateService', { Id, Service })).toMatchObject({ name: 'InvalidInput' });
  });
});
