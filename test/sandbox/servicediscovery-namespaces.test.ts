import { describe, expect, it } from 'vitest';
import { serviceSandbox } from '../support/service-sandbox.ts';
import type { ServiceSandbox } from '../support/service-sandbox.ts';

const LONGEST_OPERATION_MS = 3000;
const SHORTEST_OPERATION_MS = 1500;

async function defaultVpc(cloudMap: ServiceSandbox<'servicediscovery'>): Promise<string> {
  const { Vpcs = [] } = await cloudMap.other('ec2').call('DescribeVpcs', {});
  return Vpcs[0]?.VpcId ?? '';
}

async function operation(cloudMap: ServiceSandbox<'servicediscovery'>, OperationId: string | undefined) {
  return (await cloudMap.call('GetOperation', { OperationId })).Operation;
}

async function newNamespace(cloudMap: ServiceSandbox<'servicediscovery'>, Name = 'svc.local') {
  const Vpc = await defaultVpc(cloudMap);
  await cloudMap.call('CreatePrivateDnsNamespace', { Name, Vpc });
  cloudMap.advance(LONGEST_OPERATION_MS);
  const { Namespaces = [] } = await cloudMap.call('ListNamespaces', {
    Filters: [{ Name: 'NAME', Values: [Name] }],
  });
  return Namespaces[0]?.Id ?? '';
}

describe('CreatePrivateDnsNamespace', () => {
  it('is an operation that is submitted, then pending, and makes the namespace when it succeeds', async () => {
    const cloudMap = serviceSandbox('servicediscovery');
    const { OperationId } = await cloudMap.call('CreatePrivateDnsNamespace', {
      Name: 'services.dockerinaws.org',
      Vpc: await defaultVpc(cloudMap),
      Description: 'shared daemons',
      Properties: { DnsProperties: { SOA: { TTL: 60 } } },
      Tags: [{ Key: 'a', Value: '1' }],
    });
    expect(await operation(cloudMap, OperationId)).toMatchObject({
      Type: 'CREATE_NAMESPACE',
      Status: 'SUBMITTED',
      Targets: { NAMESPACE: expect.stringMatching(/^ns-[a-z2-7]{16}$/) as string },
    });
    cloudMap.advance(SHORTEST_OPERATION_MS - 1);
    expect(await operation(cloudMap, OperationId)).toMatchObject({ Status: 'PENDING' });
    expect((await cloudMap.call('ListNamespaces', {})).Namespaces).toEqual([]);
    cloudMap.advance(LONGEST_OPERATION_MS - SHORTEST_OPERATION_MS + 1);
    const ended = await operation(cloudMap, OperationId);
    expect(ended).toMatchObject({ Status: 'SUCCESS' });
    const { Namespace } = await cloudMap.call('GetNamespace', { Id: ended?.Targets?.NAMESPACE });
    expect(Namespace).toMatchObject({
      Name: 'services.dockerinaws.org',
      Type: 'DNS_PRIVATE',
      Description: 'shared daemons',
      ServiceCount: 0,
      Properties: {
        DnsProperties: { HostedZoneId: expect.stringMatching(/^Z/) as string, SOA: { TTL: 60 } },
        HttpProperties: { HttpName: 'services.dockerinaws.org' },
      },
    });
    expect(await cloudMap.call('ListTagsForResource', { ResourceARN: Namespace?.Arn })).toEqual({
      Tags: [{ Key: 'a', Value: '1' }],
    });
  });

  it('the same CreatorRequestId with the same request is the same operation, before and after it ends', async () => {
    const cloudMap = serviceSandbox('servicediscovery');
    const request = { Name: 'svc.local', Vpc: await defaultVpc(cloudMap), CreatorRequestId: 'r1' };
    const first = await cloudMap.call('CreatePrivateDnsNamespace', request);
    expect(await cloudMap.call('CreatePrivateDnsNamespace', request)).toEqual(first);
    cloudMap.advance(LONGEST_OPERATION_MS);
    expect(await cloudMap.call('CreatePrivateDnsNamespace', request)).toEqual(first);
    expect((await cloudMap.call('ListNamespaces', {})).Namespaces).toHaveLength(1);
  });

  it('the same CreatorRequestId with another request is a duplicate, later a namespace that exists', async () => {
    const cloudMap = serviceSandbox('servicediscovery');
    const request = { Name: 'svc.local', Vpc: await defaultVpc(cloudMap), CreatorRequestId: 'r1' };
    const { OperationId } = await cloudMap.call('CreatePrivateDnsNamespace', request);
    const other = { ...request, Name: 'other.local' };
    expect(await cloudMap.refusal('CreatePrivateDnsNamespace', other)).toMatchObject({
      name: 'DuplicateRequest',
      DuplicateOperationId: OperationId,
    });
    cloudMap.advance(LONGEST_OPERATION_MS);
    const ended = await operation(cloudMap, OperationId);
    expect(await cloudMap.refusal('CreatePrivateDnsNamespace', other)).toMatchObject({
      name: 'NamespaceAlreadyExists',
      CreatorRequestId: 'r1',
      NamespaceId: ended?.Targets?.NAMESPACE,
    });
  });

  it('a name that the VPC has a hosted zone for fails the operation, and the request can be tried again', async () => {
    const cloudMap = serviceSandbox('servicediscovery');
    const id = await newNamespace(cloudMap, 'svc.local');
    const request = { Name: 'SVC.local', Vpc: await defaultVpc(cloudMap), CreatorRequestId: 'again' };
    const { OperationId } = await cloudMap.call('CreatePrivateDnsNamespace', request);
    cloudMap.advance(LONGEST_OPERATION_MS);
    expect(await operation(cloudMap, OperationId)).toMatchObject({
      Status: 'FAIL',
      ErrorCode: 'CANNOT_CREATE_HOSTED_ZONE',
      ErrorMessage: expect.stringContaining('ConflictingDomainExists') as string,
    });
    await cloudMap.call('DeleteNamespace', { Id: id });
    cloudMap.advance(LONGEST_OPERATION_MS);
    const retried = await cloudMap.call('CreatePrivateDnsNamespace', request);
    expect(retried.OperationId).not.toBe(OperationId);
    cloudMap.advance(LONGEST_OPERATION_MS);
    expect(await operation(cloudMap, retried.OperationId)).toMatchObject({ Status: 'SUCCESS' });
  });

  it('another VPC can have the name, under another HTTP name', async () => {
    const cloudMap = serviceSandbox('servicediscovery');
    await newNamespace(cloudMap, 'svc.local');
    const { Vpc } = await cloudMap.other('ec2').call('CreateVpc', { CidrBlock: '10.0.0.0/16' });
    await cloudMap.call('CreatePrivateDnsNamespace', { Name: 'svc.local', Vpc: Vpc?.VpcId });
    cloudMap.advance(LONGEST_OPERATION_MS);
    const list = async (Name: 'NAME' | 'HTTP_NAME') =>
      (await cloudMap.call('ListNamespaces', { Filters: [{ Name, Values: ['svc.local'] }] })).Namespaces;
    expect(await list('NAME')).toHaveLength(2);
    expect(await list('HTTP_NAME')).toHaveLength(1);
  });

  it('a VPC that does not exist fails the operation', async () => {
    const cloudMap = serviceSandbox('servicediscovery');
    const { OperationId } = await cloudMap.call('CreatePrivateDnsNamespace', { Name: 'a.b', Vpc: 'vpc-0' });
    cloudMap.advance(LONGEST_OPERATION_MS);
    expect(await operation(cloudMap, OperationId)).toMatchObject({ Status: 'FAIL' });
  });

  it.each([
    ['InvalidInput', { Name: '' }],
    ['InvalidInput', { Name: 'a..b' }],
    ['InvalidInput', { Vpc: undefined }],
    ['InvalidInput', { Properties: { DnsProperties: { SOA: { TTL: -1 } } } }],
    [
      'TooManyTagsException',
      { Tags: Array.from({ length: 51 }, (_, index) => ({ Key: `k${index}`, Value: '' })) },
    ],
  ])('%s for %o', async (name, change) => {
    const input = { Name: 'svc.local', Vpc: 'vpc-1', ...change };
    expect(
      await serviceSandbox('servicediscovery').refusal('CreatePrivateDnsNamespace', input),
    ).toMatchObject({ name });
  });
});

describe('changing a namespace', () => {
  it('an update shows when its operation has succeeded, and only one runs at a time', async () => {
    const cloudMap = serviceSandbox('servicediscovery');
    const Id = await newNamespace(cloudMap);
    const change = { Properties: { DnsProperties: { SOA: { TTL: 30 } } } };
    const { OperationId } = await cloudMap.call('UpdatePrivateDnsNamespace', { Id, Namespace: change });
    expect(await cloudMap.refusal('DeleteNamespace', { Id })).toMatchObject({
      name: 'DuplicateRequest',
      DuplicateOperationId: OperationId,
    });
    const ttl = async () =>
      (await cloudMap.call('GetNamespace', { Id })).Namespace?.Properties?.DnsProperties?.SOA?.TTL;
    expect(await ttl()).toBe(15);
    cloudMap.advance(LONGEST_OPERATION_MS);
    expect(await ttl()).toBe(30);
  });

  it('a deletion is refused while it has services', async () => {
    const cloudMap = serviceSandbox('servicediscovery');
    const Id = await newNamespace(cloudMap);
    const { Service } = await cloudMap.call('CreateService', { Name: 'xray', NamespaceId: Id });
    expect(await cloudMap.refusal('DeleteNamespace', { Id })).toMatchObject({ name: 'ResourceInUse' });
    await cloudMap.call('DeleteService', { Id: Service?.Id });
    await cloudMap.call('DeleteNamespace', { Id });
    expect(await cloudMap.refusal('CreateService', { Name: 'xray', NamespaceId: Id })).toMatchObject({
      name: 'NamespaceNotFound',
    });
    cloudMap.advance(LONGEST_OPERATION_MS);
    expect(await cloudMap.refusal('GetNamespace', { Id })).toMatchObject({ name: 'NamespaceNotFound' });
  });
});

describe('operations', () => {
  it('are listed by type, status and target, page by page', async () => {
    const cloudMap = serviceSandbox('servicediscovery');
    const Id = await newNamespace(cloudMap);
    await cloudMap.call('UpdatePrivateDnsNamespace', { Id, Namespace: { Description: 'x' } });
    const list = async (Name: 'TYPE' | 'STATUS' | 'NAMESPACE_ID', ...Values: string[]) => {
      const Condition = Values.length > 1 ? 'IN' : 'EQ';
      return (await cloudMap.call('ListOperations', { Filters: [{ Name, Values, Condition }] })).Operations;
    };
    expect(await list('TYPE', 'UPDATE_NAMESPACE')).toMatchObject([{ Status: 'SUBMITTED' }]);
    expect(await list('STATUS', 'SUCCESS', 'SUBMITTED')).toHaveLength(2);
    expect(await list('NAMESPACE_ID', Id)).toHaveLength(2);
    const first = await cloudMap.call('ListOperations', { MaxResults: 1 });
    const second = await cloudMap.call('ListOperations', { MaxResults: 1, NextToken: first.NextToken });
    expect(first.Operations?.[0]?.Id).not.toBe(second.Operations?.[0]?.Id);
    expect(second.NextToken).toBeUndefined();
    expect(await cloudMap.refusal('GetOperation', { OperationId: 'x' })).toMatchObject({
      name: 'OperationNotFound',
    });
  });
});
