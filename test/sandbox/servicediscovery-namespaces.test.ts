import { describe, expect, it } from 'vitest';
import {
  LONGEST_NAMESPACE_OPERATION_MS,
  LONGEST_OPERATION_MS,
  cloudMapSandbox,
  defaultVpc,
} from '../support/sandbox/cloud-map.ts';
import { serviceSandbox } from '../support/sandbox/service.ts';

const SHORTEST_NAMESPACE_OPERATION_MS = 3000;

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
    const operation = async () => (await cloudMap.call('GetOperation', { OperationId })).Operation;
    expect(await operation()).toMatchObject({
      Type: 'CREATE_NAMESPACE',
      Status: 'SUBMITTED',
      Targets: { NAMESPACE: expect.stringMatching(/^ns-[a-z2-7]{16}$/) as string },
    });
    cloudMap.advance(SHORTEST_NAMESPACE_OPERATION_MS - 1);
    expect(await operation()).toMatchObject({ Status: 'PENDING' });
    expect((await cloudMap.call('ListNamespaces', {})).Namespaces).toEqual([]);
    cloudMap.advance(LONGEST_NAMESPACE_OPERATION_MS - SHORTEST_NAMESPACE_OPERATION_MS + 1);
    const ended = await operation();
    expect(ended).toMatchObject({ Status: 'SUCCESS' });
    const { Namespace } = await cloudMap.call('GetNamespace', { Id: ended?.Targets?.NAMESPACE });
    expect(Namespace).toMatchObject({
      Name: 'services.dockerinaws.org',
      Type: 'DNS_PRIVATE',
      Description: 'shared daemons',
      ResourceOwner: '385605022855',
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
    const { cloudMap, vpcId, operation, ended } = await cloudMapSandbox();
    const request = { Name: 'a.local', Vpc: vpcId, CreatorRequestId: 'r1' };
    const first = await cloudMap.call('CreatePrivateDnsNamespace', request);
    expect(await cloudMap.call('CreatePrivateDnsNamespace', request)).toEqual(first);
    await ended(Promise.resolve(first));
    expect(await cloudMap.call('CreatePrivateDnsNamespace', request)).toEqual(first);
    expect(await operation(first.OperationId)).toMatchObject({ Status: 'SUCCESS' });
    expect((await cloudMap.call('ListNamespaces', {})).Namespaces).toHaveLength(2);
  });

  it('the same CreatorRequestId with another request is a duplicate, later a namespace that exists', async () => {
    const { cloudMap, vpcId, ended } = await cloudMapSandbox();
    const request = { Name: 'a.local', Vpc: vpcId, CreatorRequestId: 'r1' };
    const { OperationId } = await cloudMap.call('CreatePrivateDnsNamespace', request);
    const other = { ...request, Name: 'other.local' };
    expect(await cloudMap.refusal('CreatePrivateDnsNamespace', other)).toMatchObject({
      name: 'DuplicateRequest',
      DuplicateOperationId: OperationId,
    });
    const { Targets } = await ended(Promise.resolve({ OperationId }));
    expect(await cloudMap.refusal('CreatePrivateDnsNamespace', other)).toMatchObject({
      name: 'NamespaceAlreadyExists',
      CreatorRequestId: 'r1',
      NamespaceId: Targets?.NAMESPACE,
    });
  });

  it('a name that the VPC has a hosted zone for fails the operation, and the request can be tried again', async () => {
    const { cloudMap, vpcId, namespaceId, ended } = await cloudMapSandbox();
    const request = { Name: 'SVC.local', Vpc: vpcId, CreatorRequestId: 'again' };
    const failed = await ended(cloudMap.call('CreatePrivateDnsNamespace', request));
    expect(failed).toMatchObject({
      Status: 'FAIL',
      ErrorCode: 'CANNOT_CREATE_HOSTED_ZONE',
      ErrorMessage: expect.stringMatching(
        /has already been associated with the hosted zone Z\w+ with the same domain name.*ConflictingDomainExists/,
      ) as string,
    });
    await ended(cloudMap.call('DeleteNamespace', { Id: namespaceId }));
    const retried = await ended(cloudMap.call('CreatePrivateDnsNamespace', request));
    expect(retried).toMatchObject({ Status: 'SUCCESS' });
    expect(retried.Id).not.toBe(failed.Id);
  });

  it('another VPC can have the name, under another HTTP name', async () => {
    const { cloudMap, newNamespace } = await cloudMapSandbox();
    const { Vpc } = await cloudMap.other('ec2').call('CreateVpc', { CidrBlock: '10.0.0.0/16' });
    await newNamespace('svc.local', Vpc?.VpcId);
    const list = async (Name: 'NAME' | 'HTTP_NAME') =>
      (await cloudMap.call('ListNamespaces', { Filters: [{ Name, Values: ['svc.local'] }] })).Namespaces;
    expect(await list('NAME')).toHaveLength(2);
    expect(await list('HTTP_NAME')).toHaveLength(1);
  });

  it('a VPC that does not exist fails the operation', async () => {
    const { cloudMap, ended } = await cloudMapSandbox();
    const started = cloudMap.call('CreatePrivateDnsNamespace', { Name: 'a.b', Vpc: 'vpc-0' });
    expect(await ended(started)).toMatchObject({ Status: 'FAIL', ErrorCode: 'CANNOT_CREATE_HOSTED_ZONE' });
  });

  it('there are at most 50 namespaces in a Region, and those being created count', async () => {
    const { cloudMap, vpcId, namespaceId, ended } = await cloudMapSandbox();
    const create = (name: string) => ({ Name: `${name}.local`, Vpc: vpcId });
    for (let index = 1; index < 50; index++) {
      await cloudMap.call('CreatePrivateDnsNamespace', create(`n${index}`));
    }
    expect(await cloudMap.refusal('CreatePrivateDnsNamespace', create('more'))).toMatchObject({
      name: 'ResourceLimitExceeded',
    });
    await ended(cloudMap.call('DeleteNamespace', { Id: namespaceId }));
    expect(await ended(cloudMap.call('CreatePrivateDnsNamespace', create('more')))).toMatchObject({
      Status: 'SUCCESS',
    });
    expect((await cloudMap.call('ListNamespaces', {})).Namespaces).toHaveLength(50);
  });

  it.each([
    ['InvalidInput', 'no name', { Name: '' }],
    ['InvalidInput', 'an empty label', { Name: 'a..b' }],
    ['InvalidInput', 'a label over 63 characters', { Name: `${'a'.repeat(64)}.local` }],
    ['InvalidInput', 'a name over 253 characters', { Name: `${'a.'.repeat(126)}local` }],
    ['InvalidInput', 'a space in the name', { Name: 'a b.local' }],
    ['InvalidInput', 'an ARN for a name', { Name: 'arn:aws' }],
    ['InvalidInput', 'no VPC', { Vpc: undefined }],
    ['InvalidInput', 'a VPC id over 64 characters', { Vpc: 'v'.repeat(65) }],
    ['InvalidInput', 'a request id over 64 characters', { CreatorRequestId: 'r'.repeat(65) }],
    ['InvalidInput', 'a description over 1024 characters', { Description: 'd'.repeat(1025) }],
    ['InvalidInput', 'a TTL below 0', { Properties: { DnsProperties: { SOA: { TTL: -1 } } } }],
    [
      'InvalidInput',
      'a TTL over 2147483647',
      { Properties: { DnsProperties: { SOA: { TTL: 2_147_483_648 } } } },
    ],
    [
      'TooManyTagsException',
      '51 tags',
      { Tags: Array.from({ length: 51 }, (_, index) => ({ Key: `k${index}`, Value: '' })) },
    ],
  ])('%s for %s', async (name, _what, change) => {
    const input = { Name: 'svc.local', Vpc: 'vpc-1', ...change };
    const refused = await serviceSandbox('servicediscovery').refusal('CreatePrivateDnsNamespace', input);
    expect(refused).toMatchObject({ name });
  });
});

describe('changing a namespace', () => {
  it('an update shows when its operation has succeeded, and only one runs at a time', async () => {
    const { cloudMap, namespaceId: Id } = await cloudMapSandbox();
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

  it('changes the description and the TTL only, and what it leaves out stays', async () => {
    const { cloudMap, namespaceId: Id, ended } = await cloudMapSandbox();
    const { Namespace: before } = await cloudMap.call('GetNamespace', { Id });
    await ended(cloudMap.call('UpdatePrivateDnsNamespace', { Id, Namespace: { Description: 'x' } }));
    expect((await cloudMap.call('GetNamespace', { Id })).Namespace).toEqual({ ...before, Description: 'x' });
  });

  it('the same UpdaterRequestId is the same operation', async () => {
    const { cloudMap, namespaceId: Id } = await cloudMapSandbox();
    const request = { Id, UpdaterRequestId: 'u1', Namespace: { Description: 'x' } };
    const first = await cloudMap.call('UpdatePrivateDnsNamespace', request);
    expect(await cloudMap.call('UpdatePrivateDnsNamespace', request)).toEqual(first);
  });

  it('a deletion is refused while it has services', async () => {
    const { cloudMap, namespaceId: Id, create, ended } = await cloudMapSandbox();
    const service = await create();
    expect(await cloudMap.refusal('DeleteNamespace', { Id })).toMatchObject({
      name: 'ResourceInUse',
      message: 'Namespace has associated services; delete the services before deleting the namespace',
    });
    await cloudMap.call('DeleteService', { Id: service });
    const deletion = cloudMap.call('DeleteNamespace', { Id });
    await deletion;
    expect(await cloudMap.refusal('CreateService', { Name: 'xray', NamespaceId: Id })).toMatchObject({
      name: 'NamespaceNotFound',
    });
    expect(await ended(deletion)).toMatchObject({ Type: 'DELETE_NAMESPACE', Targets: { NAMESPACE: Id } });
    expect(await cloudMap.refusal('GetNamespace', { Id })).toMatchObject({ name: 'NamespaceNotFound' });
  });
});

describe('ListNamespaces', () => {
  it('filters a page after cutting it, so an empty page can carry a token', async () => {
    const { cloudMap, newNamespace } = await cloudMapSandbox();
    for (const name of ['a', 'b', 'c', 'd', 'e']) await newNamespace(`${name}.local`);
    const Filters = [{ Name: 'NAME' as const, Values: ['none.local'] }];
    const pages: (number | undefined)[] = [];
    let NextToken: string | undefined;
    do {
      const page = await cloudMap.call('ListNamespaces', { Filters, MaxResults: 2, NextToken });
      pages.push(page.Namespaces?.length);
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    expect(pages).toEqual([0, 0, 0]);
  });

  it('finds what begins with a value, and none of other accounts or types', async () => {
    const { cloudMap, newNamespace } = await cloudMapSandbox();
    await newNamespace('svc.example.org');
    const found = async (
      Name: 'NAME' | 'TYPE' | 'RESOURCE_OWNER',
      value: string,
      Condition: 'EQ' | 'BEGINS_WITH' = 'EQ',
    ) => {
      const Filters = [{ Name, Values: [value], Condition }];
      return (await cloudMap.call('ListNamespaces', { Filters })).Namespaces?.length;
    };
    expect(await found('NAME', 'svc.', 'BEGINS_WITH')).toBe(2);
    expect(await found('NAME', 'svc.l', 'BEGINS_WITH')).toBe(1);
    expect(await found('TYPE', 'HTTP')).toBe(0);
    expect(await found('TYPE', 'DNS_PRIVATE')).toBe(2);
    expect(await found('RESOURCE_OWNER', 'OTHER_ACCOUNTS')).toBe(0);
    expect(await found('RESOURCE_OWNER', 'SELF')).toBe(2);
  });

  it.each([
    ['two values for EQ', { Name: 'NAME', Values: ['a', 'b'] }],
    ['two values for BEGINS_WITH', { Name: 'NAME', Values: ['a', 'b'], Condition: 'BEGINS_WITH' }],
    ['no value', { Name: 'NAME', Values: [] }],
    ['an empty value', { Name: 'NAME', Values: [''] }],
    ['IN', { Name: 'TYPE', Values: ['HTTP'], Condition: 'IN' }],
  ] as const)('takes no filter with %s', async (_what, { Values, ...filter }) => {
    const refused = await serviceSandbox('servicediscovery').refusal('ListNamespaces', {
      Filters: [{ ...filter, Values: [...Values] }],
    });
    expect(refused).toMatchObject({ name: 'InvalidInput' });
  });
});

describe('operations', () => {
  it('are listed by type, status and target, page by page', async () => {
    const { cloudMap, namespaceId: Id } = await cloudMapSandbox();
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

  it('that ended long ago are forgotten, so that memory stays bounded', async () => {
    const { cloudMap, namespaceId: Id, ended } = await cloudMapSandbox();
    const first = await ended(cloudMap.call('UpdatePrivateDnsNamespace', { Id, Namespace: {} }));
    for (let index = 0; index < 5000; index++) {
      await cloudMap.call('UpdatePrivateDnsNamespace', { Id, Namespace: {} });
      cloudMap.advance(LONGEST_OPERATION_MS);
    }
    expect(await cloudMap.refusal('GetOperation', { OperationId: first.Id })).toMatchObject({
      name: 'OperationNotFound',
    });
  });
});
