import { describe, expect, it } from 'vitest';
import { cloudMapSandbox } from '../support/sandbox/cloud-map.ts';

describe('attributes of a service', () => {
  it('are merged, deleted by key, and gone with the service', async () => {
    const { cloudMap, create } = await cloudMapSandbox();
    const ServiceId = await create();
    const attributes = async () =>
      (await cloudMap.call('GetServiceAttributes', { ServiceId })).ServiceAttributes?.Attributes;
    await cloudMap.call('UpdateServiceAttributes', { ServiceId, Attributes: { a: '1', b: '2' } });
    await cloudMap.call('UpdateServiceAttributes', { ServiceId, Attributes: { b: '3' } });
    expect(await attributes()).toEqual({ a: '1', b: '3' });
    await cloudMap.call('DeleteServiceAttributes', { ServiceId, Attributes: ['a'] });
    expect(await attributes()).toEqual({ b: '3' });
    await cloudMap.call('DeleteService', { Id: ServiceId });
    await create();
    expect(await attributes()).toEqual({});
  });

  it('are at most 30', async () => {
    const { cloudMap, create } = await cloudMapSandbox();
    const ServiceId = await create();
    const Attributes = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`k${index}`, 'v']));
    await cloudMap.call('UpdateServiceAttributes', { ServiceId, Attributes });
    expect(
      await cloudMap.refusal('UpdateServiceAttributes', { ServiceId, Attributes: { more: 'v' } }),
    ).toMatchObject({ name: 'ServiceAttributesLimitExceededException' });
  });
});

describe('tags', () => {
  it('are read and changed by ARN', async () => {
    const { cloudMap, create } = await cloudMapSandbox();
    const Id = await create({ Tags: [{ Key: 'a', Value: '1' }] });
    const ResourceARN = (await cloudMap.call('GetService', { Id })).Service?.Arn;
    await cloudMap.call('TagResource', { ResourceARN, Tags: [{ Key: 'b', Value: '2' }] });
    await cloudMap.call('UntagResource', { ResourceARN, TagKeys: ['a'] });
    expect((await cloudMap.call('ListTagsForResource', { ResourceARN })).Tags).toEqual([
      { Key: 'b', Value: '2' },
    ]);
    const other = { ResourceARN: `${ResourceARN}x` };
    expect(await cloudMap.refusal('ListTagsForResource', other)).toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });

  const many = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ Key: `k${index}`, Value: '' }));

  it.each([
    ['InvalidInput', 'a key over 128 characters', [{ Key: 'k'.repeat(129), Value: '' }]],
    ['InvalidInput', 'a value over 256 characters', [{ Key: 'k', Value: 'v'.repeat(257) }]],
    ['InvalidInput', 'an empty key', [{ Key: '', Value: '' }]],
    ['InvalidInput', 'a reserved key', [{ Key: 'AWS:x', Value: '' }]],
    ['InvalidInput', 'more than 200 in a request', many(201)],
    ['TooManyTagsException', 'more than 50 on a resource', many(51)],
  ])('%s for %s', async (name, _what, Tags) => {
    const { cloudMap, create } = await cloudMapSandbox();
    const ResourceARN = (await cloudMap.call('GetService', { Id: await create() })).Service?.Arn;
    expect(await cloudMap.refusal('TagResource', { ResourceARN, Tags })).toMatchObject({ name });
  });
});
