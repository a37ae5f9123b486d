import { describe, expect, it } from 'vitest';
import { serviceSandbox } from '../support/service-sandbox.ts';

const logGroupName = '/stationkeeper/xray';

describe('log groups', () => {
  it('keep events for ever until they get a retention', async () => {
    const logs = serviceSandbox('logs');
    await logs.call('CreateLogGroup', { logGroupName });
    const described = async () =>
      (await logs.call('DescribeLogGroups', { logGroupNamePrefix: logGroupName })).logGroups?.[0];
    expect(await described()).not.toHaveProperty('retentionInDays');
    await logs.call('PutRetentionPolicy', { logGroupName, retentionInDays: 7 });
    expect(await described()).toMatchObject({ retentionInDays: 7 });
    await logs.call('DeleteRetentionPolicy', { logGroupName });
    expect(await described()).not.toHaveProperty('retentionInDays');
  });

  it.each([0, 2, 8, 366, 3654])('a retention of %d days is refused', async (retentionInDays) => {
    const logs = serviceSandbox('logs');
    await logs.call('CreateLogGroup', { logGroupName });
    expect(await logs.refusal('PutRetentionPolicy', { logGroupName, retentionInDays })).toMatchObject({
      name: 'InvalidParameterException',
    });
  });

  it('arn ends in :*, logGroupArn does not, and tags go by the latter', async () => {
    const logs = serviceSandbox('logs');
    await logs.call('CreateLogGroup', { logGroupName, tags: { a: '1', b: '2' } });
    const [group] = (await logs.call('DescribeLogGroups', {})).logGroups ?? [];
    const resourceArn = 'arn:aws:logs:us-east-1:385605022855:log-group:/stationkeeper/xray';
    expect(group).toMatchObject({ arn: `${resourceArn}:*`, logGroupArn: resourceArn });
    await logs.call('TagResource', { resourceArn, tags: { b: '3', c: '' } });
    await logs.call('UntagResource', { resourceArn, tagKeys: ['a'] });
    expect(await logs.call('ListTagsForResource', { resourceArn })).toEqual({ tags: { b: '3', c: '' } });
    expect(await logs.call('ListTagsLogGroup', { logGroupName })).toEqual({ tags: { b: '3', c: '' } });
    expect(await logs.refusal('ListTagsForResource', { resourceArn: group?.arn })).toMatchObject({
      name: 'InvalidParameterException',
    });
    expect(await logs.refusal('ListTagsForResource', { resourceArn: `${resourceArn}-other` })).toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });

  it('exist once, and are gone once deleted', async () => {
    const logs = serviceSandbox('logs');
    await logs.call('CreateLogGroup', { logGroupName });
    expect(await logs.refusal('CreateLogGroup', { logGroupName })).toMatchObject({
      name: 'ResourceAlreadyExistsException',
      message: 'The specified log group already exists',
    });
    await logs.call('DeleteLogGroup', { logGroupName });
    const gone = {
      name: 'ResourceNotFoundException',
      message: 'The specified log group does not exist.',
    };
    expect(await logs.refusal('DeleteLogGroup', { logGroupName })).toMatchObject(gone);
    expect(await logs.refusal('PutRetentionPolicy', { logGroupName, retentionInDays: 7 })).toMatchObject(
      gone,
    );
  });

  it('protected from deletion are not deleted', async () => {
    const logs = serviceSandbox('logs');
    await logs.call('CreateLogGroup', { logGroupName, deletionProtectionEnabled: true });
    expect(await logs.refusal('DeleteLogGroup', { logGroupName })).toMatchObject({
      name: 'ValidationException',
    });
  });

  it.each([
    ['InvalidParameterException', { logGroupName: 'a b' }],
    ['InvalidParameterException', { logGroupName: 'a'.repeat(513) }],
    ['InvalidParameterException', { logGroupName: undefined }],
    ['InvalidParameterException', { logGroupName, tags: { 'aws:x': '1' } }],
    [
      'TooManyTagsException',
      { logGroupName, tags: Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`k${index}`, ''])) },
    ],
  ])('%s for %o', async (name, input) => {
    const logs = serviceSandbox('logs');
    expect(await logs.refusal('CreateLogGroup', input)).toMatchObject({ name });
    expect((await logs.call('DescribeLogGroups', {})).logGroups).toEqual([]);
  });
});

describe('DescribeLogGroups', () => {
  it('finds by prefix, so a longer name comes along, or by any part of the name', async () => {
    const logs = serviceSandbox('logs');
    for (const name of ['/a/xray', '/a/xray-2', '/b/xray', '/c']) {
      await logs.call('CreateLogGroup', { logGroupName: name });
    }
    const names = async (input: { logGroupNamePrefix?: string; logGroupNamePattern?: string }) =>
      (await logs.call('DescribeLogGroups', input)).logGroups?.map((group) => group.logGroupName);
    expect(await names({ logGroupNamePrefix: '/a/xray' })).toEqual(['/a/xray', '/a/xray-2']);
    expect(await names({ logGroupNamePattern: 'xray' })).toEqual(['/a/xray', '/a/xray-2', '/b/xray']);
    expect(
      await logs.refusal('DescribeLogGroups', { logGroupNamePrefix: '/a', logGroupNamePattern: 'x' }),
    ).toMatchObject({ name: 'InvalidParameterException' });
  });

  it('gives 50 a page in the order of names', async () => {
    const logs = serviceSandbox('logs');
    const made = Array.from(
      { length: 120 },
      (_, index) => `/g/${String((index * 7) % 120).padStart(3, '0')}`,
    );
    for (const name of made) await logs.call('CreateLogGroup', { logGroupName: name });
    await logs.call('CreateLogGroup', { logGroupName: '/h' });
    const seen: string[] = [];
    const sizes: number[] = [];
    let nextToken: string | undefined;
    do {
      const page = await logs.call('DescribeLogGroups', { logGroupNamePrefix: '/g/', nextToken });
      sizes.push(page.logGroups?.length ?? 0);
      seen.push(...(page.logGroups ?? []).map((group) => group.logGroupName ?? ''));
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    expect(sizes).toEqual([50, 50, 20]);
    expect(seen).toEqual(made.toSorted());
  });

  it.each([{ limit: 51 }, { limit: 0 }, { nextToken: 'x' }])('refuses %o', async (input) => {
    expect(await serviceSandbox('logs').refusal('DescribeLogGroups', input)).toMatchObject({
      name: 'InvalidParameterException',
    });
  });
});

it('log streams belong to their group', async () => {
  const logs = serviceSandbox('logs');
  await logs.call('CreateLogGroup', { logGroupName });
  await logs.call('CreateLogStream', { logGroupName, logStreamName: 'docker/xray/1' });
  expect(
    await logs.refusal('CreateLogStream', { logGroupName, logStreamName: 'docker/xray/1' }),
  ).toMatchObject({
    name: 'ResourceAlreadyExistsException',
  });
  const { logStreams } = await logs.call('DescribeLogStreams', {
    logGroupName,
    logStreamNamePrefix: 'docker',
  });
  expect(logStreams).toMatchObject([{ logStreamName: 'docker/xray/1' }]);
});
