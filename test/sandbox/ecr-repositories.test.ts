import { describe, expect, it, test } from 'vitest';
import { serviceSandbox } from '../support/sandbox/service.ts';

const repositoryName = 'daemons/xray';
const ARN = 'arn:aws:ecr:us-east-1:385605022855:repository/daemons/xray';

describe('a repository', () => {
  it('is mutable, not scanned and encrypted with AES256 where nothing else is said', async () => {
    const ecr = serviceSandbox('ecr');
    const { repository } = await ecr.call('CreateRepository', { repositoryName });
    expect(repository).toEqual({
      repositoryArn: ARN,
      registryId: '385605022855',
      repositoryName,
      repositoryUri: '385605022855.dkr.ecr.us-east-1.amazonaws.com/daemons/xray',
      createdAt: expect.any(Date),
      imageTagMutability: 'MUTABLE',
      imageScanningConfiguration: { scanOnPush: false },
      encryptionConfiguration: { encryptionType: 'AES256' },
    });
    expect((await ecr.call('DescribeRepositories', {})).repositories).toEqual([repository]);
  });

  it('has a URI of its partition', async () => {
    const ecr = serviceSandbox('ecr', 'cn-north-1');
    const { repository } = await ecr.call('CreateRepository', { repositoryName });
    expect(repository).toMatchObject({
      repositoryArn: 'arn:aws-cn:ecr:cn-north-1:385605022855:repository/daemons/xray',
      repositoryUri: '385605022855.dkr.ecr.cn-north-1.amazonaws.com.cn/daemons/xray',
    });
  });

  it('exists once, and is gone once deleted', async () => {
    const ecr = serviceSandbox('ecr');
    await ecr.call('CreateRepository', { repositoryName });
    expect(await ecr.refusal('CreateRepository', { repositoryName })).toMatchObject({
      name: 'RepositoryAlreadyExistsException',
      message:
        "The repository with name 'daemons/xray' already exists in the registry with id '385605022855'",
    });
    await ecr.call('DeleteRepository', { repositoryName });
    expect(await ecr.refusal('DeleteRepository', { repositoryName })).toMatchObject({
      name: 'RepositoryNotFoundException',
      message:
        "The repository with name 'daemons/xray' does not exist in the registry with id '385605022855'",
    });
  });

  test.each(['x', 'Xray', 'xray..daemon', '-xray', 'xray/', 'x'.repeat(257)])(
    'cannot be called %j',
    async (name) => {
      const ecr = serviceSandbox('ecr');
      expect(await ecr.refusal('CreateRepository', { repositoryName: name })).toMatchObject({
        name: 'InvalidParameterException',
        message: expect.stringContaining(
          "Invalid parameter at 'repositoryName' failed to satisfy constraint",
        ),
      });
    },
  );

  test.each(['xray', 'a0', 'team/xray__daemon', 'x--y.z'])('can be called %j', async (name) => {
    const ecr = serviceSandbox('ecr');
    const { repository } = await ecr.call('CreateRepository', { repositoryName: name });
    expect(repository).toMatchObject({ repositoryName: name });
  });

  it('keeps its key, or gets that of the account', async () => {
    const ecr = serviceSandbox('ecr');
    const created = async (name: string, kmsKey?: string) =>
      (
        await ecr.call('CreateRepository', {
          repositoryName: name,
          encryptionConfiguration: { encryptionType: 'KMS', ...(kmsKey === undefined ? {} : { kmsKey }) },
        })
      ).repository?.encryptionConfiguration;
    expect(await created('own', 'alias/mine')).toEqual({ encryptionType: 'KMS', kmsKey: 'alias/mine' });
    const ofAccount = await created('one');
    expect(ofAccount?.kmsKey).toMatch(/^arn:aws:kms:us-east-1:385605022855:key\/[0-9a-f-]{36}$/);
    expect(await created('two')).toEqual(ofAccount);
    expect(
      await ecr.refusal('CreateRepository', {
        repositoryName,
        encryptionConfiguration: { encryptionType: 'AES256', kmsKey: 'alias/mine' },
      }),
    ).toMatchObject({ name: 'InvalidParameterException' });
  });

  it('is told by name, all at once or none, and otherwise page by page', async () => {
    const ecr = serviceSandbox('ecr');
    for (const name of ['aa', 'bb', 'cc']) await ecr.call('CreateRepository', { repositoryName: name });
    const first = await ecr.call('DescribeRepositories', { maxResults: 2 });
    expect(first.repositories?.map((each) => each.repositoryName)).toEqual(['aa', 'bb']);
    const second = await ecr.call('DescribeRepositories', { nextToken: first.nextToken });
    expect(second.repositories?.map((each) => each.repositoryName)).toEqual(['cc']);
    expect(second).not.toHaveProperty('nextToken', expect.anything());
    const named = await ecr.call('DescribeRepositories', { repositoryNames: ['cc', 'aa'] });
    expect(named.repositories?.map((each) => each.repositoryName)).toEqual(['cc', 'aa']);
    expect(await ecr.refusal('DescribeRepositories', { repositoryNames: ['aa', 'dd'] })).toMatchObject({
      name: 'RepositoryNotFoundException',
      message: expect.stringContaining("'dd'"),
    });
    expect(
      await ecr.refusal('DescribeRepositories', { repositoryNames: ['aa'], maxResults: 5 }),
    ).toMatchObject({ name: 'InvalidParameterException' });
    for (const input of [{ maxResults: 0 }, { maxResults: 1001 }, { nextToken: 'made up' }]) {
      expect(await ecr.refusal('DescribeRepositories', input)).toMatchObject({
        name: 'InvalidParameterException',
      });
    }
  });

  it('has tags, by its ARN, which the tagging API tells too', async () => {
    const ecr = serviceSandbox('ecr');
    await ecr.call('CreateRepository', {
      repositoryName,
      tags: [
        { Key: 'team', Value: 'observability' },
        { Key: 'cost', Value: '1' },
      ],
    });
    await ecr.call('TagResource', { resourceArn: ARN, tags: [{ Key: 'cost', Value: '2' }] });
    await ecr.call('UntagResource', { resourceArn: ARN, tagKeys: ['team'] });
    const tags = [{ Key: 'cost', Value: '2' }];
    expect(await ecr.call('ListTagsForResource', { resourceArn: ARN })).toEqual({ tags });
    ecr.advance(15_000);
    const tagging = ecr.other('tagging');
    expect(
      (await tagging.call('GetResources', { ResourceTypeFilters: ['ecr:repository'] }))
        .ResourceTagMappingList,
    ).toEqual([{ ResourceARN: ARN, Tags: tags }]);
    await tagging.call('TagResources', { ResourceARNList: [ARN], Tags: { more: 'x' } });
    expect((await ecr.call('ListTagsForResource', { resourceArn: ARN })).tags).toHaveLength(2);
    await ecr.call('DeleteRepository', { repositoryName });
    ecr.advance(15_000);
    expect((await tagging.call('GetResources', {})).ResourceTagMappingList).toEqual([]);
  });

  test.each([
    ['of AWS', [{ Key: 'aws:x', Value: '' }], 'InvalidTagParameterException'],
    ['without a key', [{ Key: '', Value: '' }], 'InvalidTagParameterException'],
    [
      'beyond fifty',
      Array.from({ length: 51 }, (_, index) => ({ Key: `k${index}`, Value: '' })),
      'TooManyTagsException',
    ],
  ])('has no tags %s', async (_, tags, name) => {
    const ecr = serviceSandbox('ecr');
    expect(await ecr.refusal('CreateRepository', { repositoryName, tags })).toMatchObject({ name });
  });
});

describe("the mutability of a repository's tags", () => {
  const filters = [{ filterType: 'WILDCARD' as const, filter: 'dev-*' }];

  it('can be changed, with the filters of what is excluded', async () => {
    const ecr = serviceSandbox('ecr');
    await ecr.call('CreateRepository', { repositoryName, imageTagMutability: 'IMMUTABLE' });
    const changed = await ecr.call('PutImageTagMutability', {
      repositoryName,
      imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
      imageTagMutabilityExclusionFilters: filters,
    });
    const setting = {
      imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
      imageTagMutabilityExclusionFilters: filters,
    };
    expect(changed).toEqual({ registryId: '385605022855', repositoryName, ...setting });
    expect((await ecr.call('DescribeRepositories', {})).repositories).toMatchObject([setting]);
    await ecr.call('PutImageTagMutability', { repositoryName, imageTagMutability: 'MUTABLE' });
    const [repository] = (await ecr.call('DescribeRepositories', {})).repositories ?? [];
    expect(repository).not.toHaveProperty('imageTagMutabilityExclusionFilters');
  });

  test.each([
    ['an exclusion without filters', { imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION' as const }],
    [
      'filters without an exclusion',
      { imageTagMutability: 'IMMUTABLE' as const, imageTagMutabilityExclusionFilters: filters },
    ],
    [
      'six filters',
      {
        imageTagMutability: 'MUTABLE_WITH_EXCLUSION' as const,
        imageTagMutabilityExclusionFilters: Array.from({ length: 6 }, () => filters[0]!),
      },
    ],
    [
      'a filter that no tag can be like',
      {
        imageTagMutability: 'MUTABLE_WITH_EXCLUSION' as const,
        imageTagMutabilityExclusionFilters: [{ filterType: 'WILDCARD' as const, filter: 'dev/*' }],
      },
    ],
    ['another setting', { imageTagMutability: 'SOMETIMES' as 'MUTABLE' }],
  ])('cannot be %s', async (_, input) => {
    const ecr = serviceSandbox('ecr');
    await ecr.call('CreateRepository', { repositoryName });
    const refused = { name: 'InvalidParameterException' };
    expect(await ecr.refusal('PutImageTagMutability', { repositoryName, ...input })).toMatchObject(refused);
    expect(await ecr.refusal('CreateRepository', { repositoryName: 'other', ...input })).toMatchObject(
      refused,
    );
  });
});

it('images are scanned on push from when that is put', async () => {
  const ecr = serviceSandbox('ecr');
  await ecr.call('CreateRepository', { repositoryName });
  const imageScanningConfiguration = { scanOnPush: true };
  await ecr.call('PutImageScanningConfiguration', { repositoryName, imageScanningConfiguration });
  expect((await ecr.call('DescribeRepositories', {})).repositories).toMatchObject([
    { imageScanningConfiguration },
  ]);
});

describe('the registry', () => {
  it('gives out tokens that are good for twelve hours, and replicates nothing', async () => {
    const ecr = serviceSandbox('ecr');
    const { authorizationData = [] } = await ecr.call('GetAuthorizationToken', {});
    expect(authorizationData).toHaveLength(1);
    const [{ authorizationToken = '', expiresAt, proxyEndpoint } = {}] = authorizationData;
    expect(Buffer.from(authorizationToken, 'base64').toString()).toMatch(/^AWS:[0-9a-f]{64}$/);
    expect(expiresAt).toEqual(new Date(Date.UTC(2026, 10, 22, 12)));
    expect(proxyEndpoint).toBe('https://385605022855.dkr.ecr.us-east-1.amazonaws.com');
    expect(await ecr.call('DescribeRegistry', {})).toEqual({
      registryId: '385605022855',
      replicationConfiguration: { rules: [] },
    });
  });

  it("of another account is open to those whom its repository's policy names", async () => {
    const ecr = serviceSandbox('ecr');
    const registryId = '111122223333';
    const theirs = (operation: string, input: object) =>
      ecr.sandbox.call({ service: 'ecr', operation, input, region: 'us-east-1', accountId: registryId });
    const reference = { registryId, repositoryName };
    const refused = {
      name: 'AccessDeniedException',
      message: `User: arn:aws:iam::385605022855:user/sandbox is not authorized to perform: ecr:GetRepositoryPolicy on resource: arn:aws:ecr:us-east-1:111122223333:repository/${repositoryName} because no resource-based policy allows the ecr:GetRepositoryPolicy action`,
    };
    expect(await ecr.refusal('GetRepositoryPolicy', reference)).toMatchObject(refused);
    await theirs('CreateRepository', { repositoryName });
    expect(await ecr.refusal('GetRepositoryPolicy', reference)).toMatchObject(refused);
    const policyText = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::385605022855:root' }, Action: 'ecr:Get*' },
      ],
    });
    await theirs('SetRepositoryPolicy', { repositoryName, policyText });
    expect(await ecr.call('GetRepositoryPolicy', reference)).toEqual({ ...reference, policyText });
    for (const operation of ['CreateRepository', 'DeleteRepository'] as const) {
      expect(await ecr.refusal(operation, reference)).toMatchObject({ name: 'AccessDeniedException' });
    }
    expect(await ecr.refusal('DescribeRepositories', { registryId })).toMatchObject({
      name: 'AccessDeniedException',
    });
  });
});
