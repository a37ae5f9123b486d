import type { ParameterStringFilter, PutParameterCommandInput } from '@aws-sdk/client-ssm';
import { describe, expect, it, test } from 'vitest';
import { serviceSandbox } from '../support/sandbox/service.ts';
import type { ServiceSandbox } from '../support/sandbox/service.ts';

const NAME = '/prod/xray/key';
const ARN = 'arn:aws:ssm:us-east-1:385605022855:parameter/prod/xray/key';

function put(
  ssm: ServiceSandbox<'ssm'>,
  changes: Partial<PutParameterCommandInput> = {},
): Promise<{ readonly Version?: number | undefined; readonly Tier?: string | undefined }> {
  return ssm.call('PutParameter', { Name: NAME, Value: 'open sesame', Type: 'SecureString', ...changes });
}

async function withParameters(...names: readonly string[]): Promise<ServiceSandbox<'ssm'>> {
  const ssm = serviceSandbox('ssm');
  for (const Name of names) await put(ssm, { Name, Type: 'String' });
  return ssm;
}

describe('a parameter', () => {
  it('is read back with its version, in the clear only where that is asked for', async () => {
    const ssm = serviceSandbox('ssm');
    expect(await put(ssm)).toEqual({ Version: 1, Tier: 'Standard' });
    const read = async (WithDecryption: boolean) =>
      (await ssm.call('GetParameter', { Name: NAME, WithDecryption })).Parameter;
    expect(await read(true)).toEqual({
      Name: NAME,
      ARN,
      Type: 'SecureString',
      Value: 'open sesame',
      Version: 1,
      DataType: 'text',
      LastModifiedDate: expect.any(Date),
    });
    const cipher = (await read(false))?.Value ?? '';
    expect(cipher).not.toContain('open sesame');
    expect(Buffer.from(cipher, 'base64').toString()).not.toContain('open sesame');
  });

  it('is described without its value', async () => {
    const ssm = serviceSandbox('ssm');
    await put(ssm, { Description: 'for tests', AllowedPattern: '[a-z ]+' });
    const { Parameters } = await ssm.call('DescribeParameters', {});
    expect(Parameters).toEqual([
      {
        ARN,
        Name: NAME,
        Type: 'SecureString',
        KeyId: 'alias/aws/ssm',
        LastModifiedDate: expect.any(Date),
        LastModifiedUser: 'arn:aws:iam::385605022855:user/sandbox',
        Description: 'for tests',
        AllowedPattern: '[a-z ]+',
        Version: 1,
        Tier: 'Standard',
        Policies: [],
        DataType: 'text',
      },
    ]);
  });

  it('is overwritten only where that is told, and keeps what is not given', async () => {
    const ssm = serviceSandbox('ssm');
    await put(ssm, { Description: 'kept' });
    expect(await ssm.refusal('PutParameter', { Name: NAME, Value: 'x', Type: 'String' })).toMatchObject({
      name: 'ParameterAlreadyExists',
      message:
        'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
    });
    expect(await put(ssm, { Value: 'second', Type: undefined, Overwrite: true })).toMatchObject({
      Version: 2,
    });
    const { Parameters } = await ssm.call('GetParameterHistory', { Name: NAME, WithDecryption: true });
    expect(Parameters).toMatchObject([
      { Version: 1, Value: 'open sesame', Description: 'kept', Labels: [] },
      { Version: 2, Value: 'second', Description: 'kept', Type: 'SecureString' },
    ]);
  });

  it('is found by the number or a label of a version, and by its ARN', async () => {
    const ssm = serviceSandbox('ssm');
    await put(ssm, { Value: 'one' });
    await put(ssm, { Value: 'two', Overwrite: true });
    expect(
      await ssm.call('LabelParameterVersion', {
        Name: NAME,
        ParameterVersion: 1,
        Labels: ['blue', '1st', 'aws'],
      }),
    ).toEqual({ InvalidLabels: ['1st', 'aws'], ParameterVersion: 1 });
    const read = async (Name: string) =>
      (await ssm.call('GetParameter', { Name, WithDecryption: true })).Parameter;
    expect(await read(`${NAME}:1`)).toMatchObject({ Value: 'one', Selector: ':1' });
    expect(await read(`${NAME}:blue`)).toMatchObject({ Value: 'one', Selector: ':blue' });
    expect(await read(ARN)).toMatchObject({ Value: 'two' });
    expect(await read(`${ARN}:1`)).toMatchObject({ Value: 'one' });
    await ssm.call('LabelParameterVersion', { Name: NAME, Labels: ['blue'] });
    expect(await read(`${NAME}:blue`)).toMatchObject({ Value: 'two' });
    expect(await ssm.refusal('GetParameter', { Name: `${NAME}:3` })).toMatchObject({
      name: 'ParameterVersionNotFound',
      message: `Systems Manager could not find version 3 of ${NAME}. Verify the version and try again.`,
    });
  });

  it('has a hundred versions at most, of which a labelled one stays', async () => {
    const ssm = serviceSandbox('ssm');
    for (let version = 1; version <= 101; version += 1) await put(ssm, { Overwrite: true });
    const first = (await ssm.call('GetParameterHistory', { Name: NAME, MaxResults: 1 })).Parameters;
    expect(first).toMatchObject([{ Version: 2 }]);
    await ssm.call('LabelParameterVersion', { Name: NAME, ParameterVersion: 2, Labels: ['kept'] });
    expect(await ssm.refusal('PutParameter', { Name: NAME, Value: 'x', Overwrite: true })).toMatchObject({
      name: 'ParameterMaxVersionLimitExceeded',
    });
  });

  it('that is not there is told without a word', async () => {
    const ssm = serviceSandbox('ssm');
    const refused = { name: 'ParameterNotFound', message: '' };
    expect(await ssm.refusal('GetParameter', { Name: NAME })).toMatchObject(refused);
    expect(await ssm.refusal('GetParameterHistory', { Name: NAME })).toMatchObject(refused);
    expect(await ssm.refusal('DeleteParameter', { Name: NAME })).toMatchObject(refused);
  });

  it('is deleted, alone or with nine others', async () => {
    const ssm = await withParameters('/a', '/b', '/c');
    await ssm.call('DeleteParameter', { Name: '/a' });
    expect(await ssm.call('DeleteParameters', { Names: ['/b', '/x'] })).toEqual({
      DeletedParameters: ['/b'],
      InvalidParameters: ['/x'],
    });
    const { Parameters = [] } = await ssm.call('DescribeParameters', {});
    expect(Parameters.map(({ Name }) => Name)).toEqual(['/c']);
  });

  it('has tags, which the tagging API tells too', async () => {
    const ssm = serviceSandbox('ssm');
    const resource = { ResourceType: 'Parameter' as const, ResourceId: NAME };
    await put(ssm, { Tags: [{ Key: 'team', Value: 'a' }] });
    await ssm.call('AddTagsToResource', { ...resource, Tags: [{ Key: 'cost', Value: '1' }] });
    await ssm.call('RemoveTagsFromResource', { ...resource, TagKeys: ['team'] });
    expect(await ssm.call('ListTagsForResource', resource)).toEqual({
      TagList: [{ Key: 'cost', Value: '1' }],
    });
    ssm.advance(15_000);
    const tagging = ssm.other('tagging');
    const listed = await tagging.call('GetResources', { ResourceTypeFilters: ['ssm:parameter'] });
    expect(listed.ResourceTagMappingList).toEqual([
      { ResourceARN: ARN, Tags: [{ Key: 'cost', Value: '1' }] },
    ]);
    await tagging.call('TagResources', { ResourceARNList: [ARN], Tags: { more: 'x' } });
    expect((await ssm.call('ListTagsForResource', resource)).TagList).toHaveLength(2);
    expect(await ssm.refusal('ListTagsForResource', { ...resource, ResourceId: '/none' })).toMatchObject({
      name: 'InvalidResourceId',
    });
    expect(
      await ssm.refusal('ListTagsForResource', { ResourceType: 'Document', ResourceId: 'x' }),
    ).toMatchObject({ name: 'InvalidResourceType' });
  });

  test.each<[string, Partial<PutParameterCommandInput>, string]>([
    ['a name of AWS', { Name: '/aws/service/x' }, 'AccessDeniedException'],
    ['a name that begins with ssm', { Name: 'ssm-key' }, 'ValidationException'],
    ['a path that begins nowhere', { Name: 'prod/key' }, 'ValidationException'],
    ['a path that ends nowhere', { Name: '/prod/' }, 'ValidationException'],
    ['a space in a name', { Name: '/prod key' }, 'ValidationException'],
    ['sixteen levels', { Name: '/x'.repeat(16) }, 'HierarchyLevelLimitExceededException'],
    ['no value', { Value: '' }, 'ValidationException'],
    ['no type', { Type: undefined }, 'ValidationException'],
    ['another type', { Type: 'Number' as 'String' }, 'ValidationException'],
    ['a value too long for its tier', { Value: 'x'.repeat(4097) }, 'ValidationException'],
    ['a value too long for any tier', { Value: 'x'.repeat(8193), Tier: 'Advanced' }, 'ValidationException'],
    ['a value that is not allowed', { AllowedPattern: '\\d+' }, 'ParameterPatternMismatchException'],
    ['a pattern that is none', { AllowedPattern: '(' }, 'InvalidAllowedPatternException'],
    ['a data type that there is not', { DataType: 'TEXT' }, 'ValidationException'],
    ['a key for what is not encrypted', { Type: 'String', KeyId: 'alias/x' }, 'ValidationException'],
    ['policies in the standard tier', { Policies: '[{"Type":"Expiration"}]' }, 'ValidationException'],
    ['tags while it overwrites', { Overwrite: true, Tags: [{ Key: 'a', Value: '' }] }, 'ValidationException'],
    ['tags of AWS', { Tags: [{ Key: 'aws:a', Value: '' }] }, 'ValidationException'],
  ])('is refused with %s, and the value is not repeated', async (_, changes, name) => {
    const ssm = serviceSandbox('ssm');
    const input = { Name: NAME, Value: 'open sesame', Type: 'SecureString' as const, ...changes };
    const refusal = await ssm.refusal('PutParameter', input);
    expect(refusal).toMatchObject({ name });
    expect(refusal.message).not.toContain('open sesame');
  });

  it('stays of its type, and of the advanced tier', async () => {
    const ssm = serviceSandbox('ssm');
    expect(await put(ssm, { Value: 'x'.repeat(5000), Tier: 'Intelligent-Tiering' })).toMatchObject({
      Tier: 'Advanced',
    });
    expect(
      await ssm.refusal('PutParameter', { Name: NAME, Value: 'x', Tier: 'Standard', Overwrite: true }),
    ).toMatchObject({ name: 'ValidationException' });
    expect(
      await ssm.refusal('PutParameter', { Name: NAME, Value: 'x', Type: 'String', Overwrite: true }),
    ).toMatchObject({ name: 'HierarchyTypeMismatchException' });
  });
});

describe('GetParameters', () => {
  it('answers what is there, and names the rest', async () => {
    const ssm = await withParameters('/a', 'b');
    const answer = await ssm.call('GetParameters', { Names: ['/a', 'b', 'c', '/a:7'] });
    expect(answer.Parameters?.map(({ Name }) => Name)).toEqual(['/a', 'b']);
    expect(answer.InvalidParameters).toEqual(['c', '/a:7']);
    const Names = Array.from({ length: 11 }, (_, index) => `/${index}`);
    expect(await ssm.refusal('GetParameters', { Names })).toMatchObject({ name: 'ValidationException' });
  });
});

describe('GetParametersByPath', () => {
  const below = async (ssm: ServiceSandbox<'ssm'>, Path: string, Recursive = false) => {
    const names: string[] = [];
    let NextToken: string | undefined;
    do {
      const page = await ssm.call('GetParametersByPath', { Path, Recursive, MaxResults: 2, NextToken });
      names.push(...(page.Parameters ?? []).map(({ Name = '' }) => Name));
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    return names;
  };

  it('lists what is right below a path, or all that is below it', async () => {
    const ssm = await withParameters('/prod/a', '/prod/b', '/prod/x/c', '/production/d', 'e');
    expect(await below(ssm, '/prod')).toEqual(['/prod/a', '/prod/b']);
    expect(await below(ssm, '/prod/', true)).toEqual(['/prod/a', '/prod/b', '/prod/x/c']);
    expect(await below(ssm, '/')).toEqual(['e']);
    expect(await ssm.refusal('GetParametersByPath', { Path: 'prod' })).toMatchObject({
      name: 'ValidationException',
    });
    expect(await ssm.refusal('GetParametersByPath', { Path: '/prod', MaxResults: 11 })).toMatchObject({
      name: 'ValidationException',
    });
    expect(await ssm.refusal('GetParametersByPath', { Path: '/prod', NextToken: 'x' })).toMatchObject({
      name: 'InvalidNextToken',
    });
  });

  it('knows the images that AWS recommends for ECS', async () => {
    const ssm = serviceSandbox('ssm');
    const path = '/aws/service/ecs/optimized-ami/amazon-linux-2023/recommended';
    const { Parameter } = await ssm.call('GetParameter', { Name: path });
    const { image_id: imageId } = JSON.parse(Parameter?.Value ?? '') as { readonly image_id: string };
    expect(imageId).toMatch(/^ami-[0-9a-f]{17}$/);
    expect(Parameter?.ARN).toBe(`arn:aws:ssm:us-east-1::parameter${path}`);
    const one = await ssm.call('GetParameters', { Names: [`${path}/image_id`, `${path}/none`] });
    expect(one.Parameters).toMatchObject([{ Value: imageId, DataType: 'aws:ec2:image' }]);
    expect(one.InvalidParameters).toEqual([`${path}/none`]);
    expect(await below(ssm, '/aws/service/ecs/optimized-ami', true)).toContain(`${path}/image_id`);
    const elsewhere = await serviceSandbox('ssm', 'eu-west-1').call('GetParameter', {
      Name: `${path}/image_id`,
    });
    expect(elsewhere.Parameter?.Value).not.toBe(imageId);
    expect((await ssm.call('DescribeParameters', {})).Parameters).toEqual([]);
  });
});

describe('DescribeParameters', () => {
  const listed = async (ssm: ServiceSandbox<'ssm'>, ...ParameterFilters: ParameterStringFilter[]) =>
    ((await ssm.call('DescribeParameters', { ParameterFilters })).Parameters ?? []).map(({ Name }) => Name);

  it('filters by name, path, type, tier and tags, all of which must hold', async () => {
    const ssm = await withParameters('/prod/a', '/prod/x/b', 'c');
    await put(ssm, { Name: 'd', Tags: [{ Key: 'team', Value: 'a' }], Tier: 'Advanced' });
    expect(await listed(ssm, { Key: 'Name', Values: ['c', '/prod/a', 'none'] })).toEqual(['/prod/a', 'c']);
    expect(await listed(ssm, { Key: 'Name', Option: 'BeginsWith', Values: ['/prod'] })).toHaveLength(2);
    expect(await listed(ssm, { Key: 'Name', Option: 'Contains', Values: ['x/'] })).toEqual(['/prod/x/b']);
    expect(await listed(ssm, { Key: 'Path', Values: ['/prod'] })).toEqual(['/prod/a']);
    expect(await listed(ssm, { Key: 'Path', Option: 'Recursive', Values: ['/prod'] })).toHaveLength(2);
    expect(await listed(ssm, { Key: 'Type', Values: ['SecureString'] })).toEqual(['d']);
    expect(await listed(ssm, { Key: 'Tier', Values: ['Advanced'] })).toEqual(['d']);
    expect(await listed(ssm, { Key: 'tag:team' })).toEqual(['d']);
    expect(await listed(ssm, { Key: 'tag:team', Values: ['b'] })).toEqual([]);
    const both = { Key: 'Type', Values: ['String'] };
    expect(await listed(ssm, { Key: 'Path', Values: ['/'] }, both)).toEqual(['c']);
    const older = await ssm.call('DescribeParameters', { Filters: [{ Key: 'Name', Values: ['c'] }] });
    expect(older.Parameters).toMatchObject([{ Name: 'c' }]);
  });

  test.each<[string, ParameterStringFilter[], string]>([
    ['by what is no key', [{ Key: 'Label', Values: ['x'] }], 'InvalidFilterKey'],
    [
      'twice by one key',
      [
        { Key: 'Name', Values: ['x'] },
        { Key: 'Name', Values: ['y'] },
      ],
      'InvalidFilterKey',
    ],
    ['without values', [{ Key: 'Name' }], 'InvalidFilterValue'],
    [
      'in a way that there is not',
      [{ Key: 'Type', Option: 'Contains', Values: ['x'] }],
      'InvalidFilterOption',
    ],
    ['by paths otherwise', [{ Key: 'Path', Option: 'Equals', Values: ['/x'] }], 'InvalidFilterOption'],
  ])('does not filter %s', async (_, ParameterFilters, name) => {
    const ssm = serviceSandbox('ssm');
    expect(await ssm.refusal('DescribeParameters', { ParameterFilters })).toMatchObject({ name });
  });

  it('lists fifty a page', async () => {
    const names = Array.from({ length: 51 }, (_, index) => `/p${String(index).padStart(2, '0')}`);
    const ssm = await withParameters(...names);
    const first = await ssm.call('DescribeParameters', {});
    expect(first.Parameters).toHaveLength(50);
    const second = await ssm.call('DescribeParameters', { NextToken: first.NextToken });
    expect(second.Parameters).toMatchObject([{ Name: '/p50' }]);
    expect(await ssm.refusal('DescribeParameters', { MaxResults: 51 })).toMatchObject({
      name: 'ValidationException',
    });
  });
});
