import { describe, expect, it } from 'vitest';
import { cloudMapSandbox } from '../support/sandbox/cloud-map.ts';
import type { ServiceSandbox } from '../support/sandbox/service.ts';

type Operation = Parameters<ServiceSandbox<'servicediscovery'>['call']>[0];

const NAMES = { NamespaceName: 'svc.local', ServiceName: 'xray' };
const UNKNOWN = 'srv-aaaaaaaaaaaaaaaa';

/** Bounds and patterns of the Cloud Map API reference. */
describe('a request that breaks a constraint is InvalidInput, whatever else it gets wrong:', () => {
  it.each<[string, Operation, object]>([
    ['an id longer than 255', 'GetService', { Id: 'a'.repeat(256) }],
    ['a namespace id longer than 255', 'DeleteNamespace', { Id: 'a'.repeat(256) }],
    ['an operation id longer than 255', 'GetOperation', { OperationId: 'a'.repeat(256) }],
    ['an owner account of 13 digits', 'GetOperation', { OperationId: 'a', OwnerAccount: '1234567890123' }],
    ['a namespace name with a space', 'DiscoverInstances', { ...NAMES, NamespaceName: 'svc local' }],
    ['a service name with a space', 'DiscoverInstances', { ...NAMES, ServiceName: 'x ray' }],
    ['a service name with a space', 'DiscoverInstancesRevision', { ...NAMES, ServiceName: 'x ray' }],
    [
      'a query for a key with a space',
      'DiscoverInstances',
      { ...NAMES, ServiceName: 'other', QueryParameters: { 'a b': '1' } },
    ],
    [
      'an optional value over 1024',
      'DiscoverInstances',
      { ...NAMES, OptionalParameters: { a: 'x'.repeat(1025) } },
    ],
    ['an owner account of one digit', 'DiscoverInstances', { ...NAMES, OwnerAccount: '1' }],
    ['an empty list of instances', 'GetInstancesHealthStatus', { ServiceId: '', Instances: [] }],
    ['a resource ARN over 1011', 'ListTagsForResource', { ResourceARN: `arn:${'a'.repeat(1008)}` }],
    [
      'a description over 1024',
      'CreateService',
      { Name: 'a', NamespaceId: 'ns-x', Description: 'x'.repeat(1025) },
    ],
    [
      'a negative TTL of the SOA record',
      'UpdatePrivateDnsNamespace',
      { Id: 'ns-x', Namespace: { Properties: { DnsProperties: { SOA: { TTL: -1 } } } } },
    ],
  ])('%s (%s → %s)', async (_what, operation, input) => {
    const { cloudMap } = await cloudMapSandbox();
    expect(await cloudMap.refusal(operation, input as never)).toMatchObject({ name: 'InvalidInput' });
  });

  it.each([
    ['an empty tag key', ''],
    ['a tag key over 128', 'a'.repeat(129)],
  ])('%s to take away', async (_what, key) => {
    const { cloudMap, create } = await cloudMapSandbox();
    const { Service } = await cloudMap.call('GetService', { Id: await create() });
    const input = { ResourceARN: Service?.Arn, TagKeys: [key] };
    expect(await cloudMap.refusal('UntagResource', input)).toMatchObject({ name: 'InvalidInput' });
  });

  it('a service attribute key over 255 to delete', async () => {
    const { cloudMap, create } = await cloudMapSandbox();
    const input = { ServiceId: await create(), Attributes: ['a'.repeat(256)] };
    expect(await cloudMap.refusal('DeleteServiceAttributes', input)).toMatchObject({ name: 'InvalidInput' });
  });
});

describe('what is not here is not found:', () => {
  it.each([
    ['another account', 'arn:aws:servicediscovery:us-east-1:111122223333'],
    ['another region', 'arn:aws:servicediscovery:eu-west-1:385605022855'],
    ['another service', 'arn:aws:ecs:us-east-1:385605022855'],
  ])('the ARN of %s, though its id is one of ours', async (_what, prefix) => {
    const { cloudMap, create, namespaceId } = await cloudMapSandbox();
    const serviceId = await create();
    expect(await cloudMap.refusal('GetService', { Id: `${prefix}:service/${serviceId}` })).toMatchObject({
      name: 'ServiceNotFound',
    });
    expect(
      await cloudMap.refusal('DeleteNamespace', { Id: `${prefix}:namespace/${namespaceId}` }),
    ).toMatchObject({ name: 'NamespaceNotFound' });
  });

  it('an operation or a namespace of another owner', async () => {
    const { cloudMap, create, register } = await cloudMapSandbox();
    const { Id } = await register(await create(), 'i-1');
    const OwnerAccount = '111122223333';
    expect(await cloudMap.refusal('GetOperation', { OperationId: Id, OwnerAccount })).toMatchObject({
      name: 'OperationNotFound',
    });
    expect(await cloudMap.refusal('DiscoverInstances', { ...NAMES, OwnerAccount })).toMatchObject({
      name: 'NamespaceNotFound',
    });
    const ours = await cloudMap.call('DiscoverInstances', { ...NAMES, OwnerAccount: '385605022855' });
    expect(ours.Instances).toHaveLength(1);
  });

  it('a service of a well-formed id', async () => {
    const { cloudMap } = await cloudMapSandbox();
    expect(await cloudMap.refusal('DeleteService', { Id: UNKNOWN })).toMatchObject({
      name: 'ServiceNotFound',
    });
  });
});
