import { describe, expect, it } from 'vitest';
import { serviceSandbox } from '../support/sandbox/service.ts';

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

  it.each([
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
  ])('a retention of %d days is taken', async (retentionInDays) => {
    const logs = serviceSandbox('logs');
    await logs.call('CreateLogGroup', { logGroupName });
    await logs.call('PutRetentionPolicy', { logGroupName, retentionInDays });
    expect((await logs.call('DescribeLogGroups', {})).logGroups).toMatchObject([{ retentionInDays }]);
  });

  it.each([undefined, 0, 2, 8, 366, 3654])('a retention of %s days is refused', async (retentionInDays) => {
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
    await logs.call('CreateLogStream', { logGroupName, logStreamName: 's' });
    const refused = { name: 'ValidationException', statusCode: 400 };
    expect(await logs.refusal('DeleteLogGroup', { logGroupName })).toMatchObject(refused);
    expect(await logs.refusal('DeleteLogStream', { logGroupName, logStreamName: 's' })).toMatchObject(
      refused,
    );
    const [group] = (await logs.call('DescribeLogGroups', {})).logGroups ?? [];
    expect(group).toMatchObject({ deletionProtectionEnabled: true });
    await logs.call('PutLogGroupDeletionProtection', {
      logGroupIdentifier: group?.logGroupArn,
      deletionProtectionEnabled: false,
    });
    await logs.call('DeleteLogStream', { logGroupName, logStreamName: 's' });
    await logs.call('DeleteLogGroup', { logGroupName });
    expect((await logs.call('DescribeLogGroups', {})).logGroups).toEqual([]);
  });

  it.each([
    [{ logGroupIdentifier: logGroupName }, 'InvalidParameterException'],
    [{ deletionProtectionEnabled: true }, 'InvalidParameterException'],
    [{ logGroupIdentifier: '/none', deletionProtectionEnabled: true }, 'ResourceNotFoundException'],
  ])('PutLogGroupDeletionProtection refuses %o with %s', async (input, name) => {
    const logs = serviceSandbox('logs');
    await logs.call('CreateLogGroup', { logGroupName });
    const whole = { logGroupIdentifier: undefined, deletionProtectionEnabled: undefined, ...input };
    expect(await logs.refusal('PutLogGroupDeletionProtection', whole)).toMatchObject({ name });
  });

  it('have fifty tags at most, together with those they have', async () => {
    const logs = serviceSandbox('logs');
    await logs.call('CreateLogGroup', { logGroupName, tags: { a: '1' } });
    const resourceArn = 'arn:aws:logs:us-east-1:385605022855:log-group:/stationkeeper/xray';
    const tags = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, '']));
    expect(await logs.refusal('TagResource', { resourceArn, tags: tags(50) })).toMatchObject({
      name: 'TooManyTagsException',
      message: 'A resource can have no more than 50 tags.',
      resourceName: resourceArn,
    });
    for (const count of [0, 51]) {
      expect(await logs.refusal('TagResource', { resourceArn, tags: tags(count) })).toMatchObject({
        name: 'InvalidParameterException',
      });
    }
    await logs.call('TagResource', { resourceArn, tags: tags(49) });
    expect(Object.keys((await logs.call('ListTagsForResource', { resourceArn })).tags ?? {})).toHaveLength(
      50,
    );
  });

  it.each([
    ['InvalidParameterException', { logGroupName: 'a b' }],
    ['InvalidParameterException', { logGroupName: 'a'.repeat(513) }],
    ['InvalidParameterException', { logGroupName: undefined }],
    ['InvalidParameterException', { logGroupName: 'aws/xray' }],
    ['InvalidParameterException', { logGroupName, logGroupClass: 'COLD' as 'STANDARD' }],
    ['InvalidParameterException', { logGroupName, tags: { 'aws:x': '1' } }],
    [
      'InvalidParameterException',
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

  it('tells of those that a pattern finds no more than name, arn and creation time', async () => {
    const logs = serviceSandbox('logs');
    await logs.call('CreateLogGroup', { logGroupName });
    const { logGroups } = await logs.call('DescribeLogGroups', { logGroupNamePattern: 'xray' });
    expect(logGroups).toEqual([
      {
        logGroupName,
        arn: 'arn:aws:logs:us-east-1:385605022855:log-group:/stationkeeper/xray:*',
        creationTime: Date.UTC(2026, 10, 22),
      },
    ]);
  });

  it('finds those that are named, and nothing else then', async () => {
    const logs = serviceSandbox('logs');
    for (const name of ['/a', '/ab', '/b']) await logs.call('CreateLogGroup', { logGroupName: name });
    const input = { logGroupIdentifiers: ['/a', '/none', '/b'] };
    const { logGroups = [] } = await logs.call('DescribeLogGroups', input);
    expect(logGroups.map((group) => group.logGroupName)).toEqual(['/a', '/b']);
    const both = { ...input, logGroupNamePrefix: '/a' };
    expect(await logs.refusal('DescribeLogGroups', both)).toMatchObject({
      name: 'InvalidParameterException',
    });
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

it('ListLogGroups takes alternatives, and prefixes after ^', async () => {
  const logs = serviceSandbox('logs');
  for (const name of ['/ecs/xray', '/ecs/otel', '/apps/ecs/web', '/other']) {
    await logs.call('CreateLogGroup', { logGroupName: name });
  }
  const names = async (logGroupNamePattern?: string) =>
    (await logs.call('ListLogGroups', { logGroupNamePattern })).logGroups?.map((group) => group.logGroupName);
  expect(await names()).toEqual(['/apps/ecs/web', '/ecs/otel', '/ecs/xray', '/other']);
  expect(await names('ecs')).toEqual(['/apps/ecs/web', '/ecs/otel', '/ecs/xray']);
  expect(await names('^/ecs|other')).toEqual(['/ecs/otel', '/ecs/xray', '/other']);
  expect(await logs.refusal('ListLogGroups', { logGroupNamePattern: 'ab' })).toMatchObject({
    name: 'InvalidParameterException',
  });
  expect(await logs.refusal('ListLogGroups', { limit: 1001 })).toMatchObject({
    name: 'InvalidParameterException',
  });
});

describe('log streams', () => {
  async function withStreams(...names: string[]) {
    const logs = serviceSandbox('logs');
    await logs.call('CreateLogGroup', { logGroupName });
    for (const logStreamName of names) await logs.call('CreateLogStream', { logGroupName, logStreamName });
    return logs;
  }

  it('belong to their group', async () => {
    const logs = await withStreams('docker/xray/1');
    const stream = { logGroupName, logStreamName: 'docker/xray/1' };
    expect(await logs.refusal('CreateLogStream', stream)).toMatchObject({
      name: 'ResourceAlreadyExistsException',
      message: 'The specified log stream already exists',
    });
    const found = { logGroupName, logStreamNamePrefix: 'docker' };
    expect((await logs.call('DescribeLogStreams', found)).logStreams).toMatchObject([
      { logStreamName: 'docker/xray/1' },
    ]);
    await logs.call('DeleteLogStream', stream);
    expect(await logs.refusal('DeleteLogStream', stream)).toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'The specified log stream does not exist.',
    });
    expect(await logs.refusal('CreateLogStream', { ...stream, logGroupName: '/none' })).toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'The specified log group does not exist.',
    });
  });

  it.each([false, true])('are listed by name, descending: %s', async (descending) => {
    const logs = await withStreams('b', 'a', 'd', 'c', 'e');
    const seen: (string | undefined)[] = [];
    let nextToken: string | undefined;
    do {
      const page = await logs.call('DescribeLogStreams', { logGroupName, descending, limit: 2, nextToken });
      seen.push(...(page.logStreams ?? []).map((stream) => stream.logStreamName));
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    const names = ['a', 'b', 'c', 'd', 'e'];
    expect(seen).toEqual(descending ? names.toReversed() : names);
  });

  it.each([
    [{ logGroupName, orderBy: 'LastEventTime', logStreamNamePrefix: 'a' }],
    [{ logGroupName, orderBy: 'Size' }],
    [{ logGroupName, logGroupIdentifier: logGroupName }],
    [{}],
  ])('DescribeLogStreams refuses %o', async (input) => {
    const logs = await withStreams();
    expect(await logs.refusal('DescribeLogStreams', input as { logGroupName: string })).toMatchObject({
      name: 'InvalidParameterException',
    });
  });

  it.each(['a:b', 'a*', ''])('cannot be called "%s"', async (logStreamName) => {
    const logs = await withStreams();
    expect(await logs.refusal('CreateLogStream', { logGroupName, logStreamName })).toMatchObject({
      name: 'InvalidParameterException',
    });
  });
});
