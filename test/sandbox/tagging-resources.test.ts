import { describe, expect, it } from 'vitest';
import { AWS_TIMING } from '../../sandbox/timing.ts';
import { serviceSandbox } from '../support/sandbox/service.ts';
import type { ServiceSandbox } from '../support/sandbox/service.ts';

const OWNER = { Key: 'owner', Value: 'us' };
const ARN = 'arn:aws:logs:us-east-1:385605022855:log-group:/xray';
const CREATED_BY_THEN = AWS_TIMING.servicediscovery.namespaceOperation.most + 1000;
const SHOWN_BY_THEN = AWS_TIMING.tagging.visibility.most;

/** One tagged resource of each service that has any, and some that carry another tag. */
async function tagged(tagging: ServiceSandbox<'tagging'>) {
  const ec2 = tagging.other('ec2');
  const cloudMap = tagging.other('servicediscovery');
  const [vpc] = (await ec2.call('DescribeVpcs', {})).Vpcs ?? [];
  await ec2.call('CreateSecurityGroup', {
    GroupName: 'xray',
    Description: 'xray',
    TagSpecifications: [{ ResourceType: 'security-group', Tags: [OWNER] }],
  });
  await ec2.call('CreateTags', { Resources: [vpc?.VpcId ?? ''], Tags: [{ Key: 'owner', Value: 'them' }] });
  await tagging.other('logs').call('CreateLogGroup', { logGroupName: '/xray', tags: { owner: 'us' } });
  await tagging.other('logs').call('CreateLogGroup', { logGroupName: '/untagged' });
  await tagging.other('ecs').call('CreateCluster', {
    clusterName: 'daemons',
    tags: [{ key: 'owner', value: 'us' }],
  });
  await cloudMap.call('CreatePrivateDnsNamespace', { Name: 'svc.local', Vpc: vpc?.VpcId, Tags: [OWNER] });
  tagging.advance(CREATED_BY_THEN);
  const [namespace] = (await cloudMap.call('ListNamespaces', {})).Namespaces ?? [];
  await cloudMap.call('CreateService', { Name: 'xray', NamespaceId: namespace?.Id, Tags: [OWNER] });
  tagging.advance(SHOWN_BY_THEN);
}

function kindsOf(answer: { ResourceTagMappingList?: { ResourceARN?: string | undefined }[] | undefined }) {
  return answer.ResourceTagMappingList?.map(({ ResourceARN }) => {
    const [, , service, , , resource = ''] = ResourceARN?.split(':') ?? [];
    return `${service}:${resource.split('/')[0]}`;
  });
}

describe('GetResources', () => {
  it('finds what carries a tag, in every regional service', async () => {
    const tagging = serviceSandbox('tagging');
    await tagged(tagging);
    await tagging.other('iam').call('CreateRole', {
      RoleName: 'xray',
      AssumeRolePolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: { Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' },
      }),
      Tags: [OWNER],
    });
    tagging.advance(SHOWN_BY_THEN);
    const answer = await tagging.call('GetResources', { TagFilters: [{ Key: 'owner', Values: ['us'] }] });
    expect(kindsOf(answer)?.toSorted()).toEqual([
      'ec2:security-group',
      'ecs:cluster',
      'logs:log-group',
      'servicediscovery:namespace',
      'servicediscovery:service',
    ]);
    expect(answer.ResourceTagMappingList?.every(({ Tags }) => Tags?.[0]?.Value === 'us')).toBe(true);
    expect(answer.PaginationToken).toBe('');
  });

  it.each([
    [{ TagFilters: [{ Key: 'owner' }] }, 6],
    [{ TagFilters: [{ Key: 'owner', Values: ['them'] }] }, 1],
    [{ TagFilters: [{ Key: 'owner', Values: ['us', 'them'] }, { Key: 'team' }] }, 0],
    [{ ResourceTypeFilters: ['ec2'] }, 2],
    [{ ResourceTypeFilters: ['ec2:vpc', 'ecs:cluster'] }, 2],
    [{ ResourceARNList: ['arn:aws:logs:us-east-1:385605022855:log-group:/xray'] }, 1],
    [{}, 6],
  ])('%o finds %d', async (input, count) => {
    const tagging = serviceSandbox('tagging');
    await tagged(tagging);
    expect((await tagging.call('GetResources', input)).ResourceTagMappingList).toHaveLength(count);
  });

  it('gives each ECS resource once, whatever the size of the pages and the names', async () => {
    const tagging = serviceSandbox('tagging');
    const ecs = tagging.other('ecs');
    const tags = [{ key: 'owner', value: 'us' }];
    const names = ['a', 'a-b', 'a-b-c', 'ab', 'b'];
    for (const name of names) {
      await ecs.call('CreateCluster', { clusterName: name, tags });
      for (let revision = 0; revision < 12; revision += 1) {
        const containerDefinitions = [{ name, image: name, memory: 128 }];
        await ecs.call('RegisterTaskDefinition', { family: name, containerDefinitions, tags });
      }
    }
    tagging.advance(SHOWN_BY_THEN);
    for (const size of [1, 7, 100]) {
      const found: string[] = [];
      let token: string | undefined;
      do {
        const page = await tagging.call('GetResources', { PaginationToken: token, ResourcesPerPage: size });
        found.push(...(page.ResourceTagMappingList ?? []).map(({ ResourceARN }) => ResourceARN ?? ''));
        token = page.PaginationToken;
      } while (token !== '');
      expect(found).toHaveLength(names.length * 13);
      expect(new Set(found).size).toBe(names.length * 13);
    }
  });

  it('gives pages of at most 100, and each resource once', async () => {
    const tagging = serviceSandbox('tagging');
    for (let index = 0; index < 230; index++) {
      await tagging.other('logs').call('CreateLogGroup', {
        logGroupName: `/g/${(index * 37) % 230}`,
        tags: { owner: 'us' },
      });
    }
    tagging.advance(SHOWN_BY_THEN);
    const seen: string[] = [];
    const sizes: number[] = [];
    let PaginationToken = '';
    do {
      const page = await tagging.call('GetResources', { PaginationToken });
      const arns = (page.ResourceTagMappingList ?? []).map(({ ResourceARN }) => ResourceARN ?? '');
      sizes.push(arns.length);
      seen.push(...arns);
      PaginationToken = page.PaginationToken ?? '';
    } while (PaginationToken !== '');
    expect(sizes).toEqual([100, 100, 30]);
    expect(new Set(seen).size).toBe(230);
  });

  it('fills pages by tags too, splitting no resource', async () => {
    const tagging = serviceSandbox('tagging');
    const tags = Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`k${index}`, 'v']));
    for (let index = 0; index < 22; index += 1) {
      await tagging.other('logs').call('CreateLogGroup', { logGroupName: `/g/${index}`, tags });
    }
    tagging.advance(SHOWN_BY_THEN);
    const sizes: number[] = [];
    let PaginationToken = '';
    do {
      const page = await tagging.call('GetResources', { PaginationToken, TagsPerPage: 100 });
      sizes.push(page.ResourceTagMappingList?.length ?? 0);
      PaginationToken = page.PaginationToken ?? '';
    } while (PaginationToken !== '');
    expect(sizes).toEqual([10, 10, 2]);
  });

  it.each([
    [{ ResourcesPerPage: 0 }],
    [{ ResourcesPerPage: 101 }],
    [{ TagsPerPage: 99 }],
    [{ TagsPerPage: 501 }],
    [{ PaginationToken: 'x' }],
    [{ ResourceTypeFilters: ['ecs service'] }],
    [{ ResourceTypeFilters: Array.from({ length: 101 }, () => 'ecs') }],
    [{ TagFilters: [{ Key: '' }] }],
    [{ TagFilters: [{ Key: 'a', Values: Array.from({ length: 21 }, String) }] }],
    [{ TagFilters: Array.from({ length: 51 }, (_, index) => ({ Key: `k${index}` })) }],
    [{ ResourceARNList: [] }],
    [{ ResourceARNList: ['nonsense'] }],
    [{ ResourceARNList: Array.from({ length: 101 }, () => ARN) }],
    [{ ResourceARNList: [ARN], TagFilters: [{ Key: 'a' }] }],
    [{ ResourceARNList: [ARN], ResourceTypeFilters: ['logs'] }],
    [{ ResourceARNList: [ARN], ResourcesPerPage: 10 }],
    [{ ExcludeCompliantResources: true }],
  ])('refuses %o', async (input) => {
    expect(await serviceSandbox('tagging').refusal('GetResources', input)).toMatchObject({
      name: 'InvalidParameterException',
    });
  });

  it('a token is valid for 15 minutes', async () => {
    const tagging = serviceSandbox('tagging');
    await tagged(tagging);
    const { PaginationToken } = await tagging.call('GetResources', { ResourcesPerPage: 1 });
    tagging.advance(15 * 60_000);
    await tagging.call('GetResources', { ResourcesPerPage: 1, PaginationToken });
    tagging.advance(1);
    expect(await tagging.refusal('GetResources', { PaginationToken })).toMatchObject({
      name: 'PaginationTokenExpiredException',
    });
  });
});

describe('TagResources and UntagResources', () => {
  it('reach every service that has tags', async () => {
    const tagging = serviceSandbox('tagging');
    await tagged(tagging);
    const all = (await tagging.call('GetResources', {})).ResourceTagMappingList ?? [];
    const ResourceARNList = all.map(({ ResourceARN }) => ResourceARN ?? '');
    expect(await tagging.call('TagResources', { ResourceARNList, Tags: { team: 'a' } })).toEqual({
      FailedResourcesMap: {},
    });
    tagging.advance(SHOWN_BY_THEN);
    const ofTeam = { TagFilters: [{ Key: 'team' }] };
    expect((await tagging.call('GetResources', ofTeam)).ResourceTagMappingList).toHaveLength(6);
    expect((await tagging.call('GetTagKeys', {})).TagKeys).toEqual(['owner', 'team']);
    expect((await tagging.call('GetTagValues', { Key: 'owner' })).TagValues).toEqual(['them', 'us']);
    await tagging.call('UntagResources', { ResourceARNList, TagKeys: ['team'] });
    tagging.advance(SHOWN_BY_THEN);
    expect((await tagging.call('GetResources', ofTeam)).ResourceTagMappingList).toEqual([]);
  });

  it('answer for each resource that failed what its service said', async () => {
    const tagging = serviceSandbox('tagging');
    await tagged(tagging);
    const elsewhere = ARN.replace('us-east-1', 'eu-west-1');
    const { FailedResourcesMap } = await tagging.call('TagResources', {
      ResourceARNList: [ARN, `${ARN}-other`, elsewhere, 'arn:aws:s3:::bucket'],
      Tags: { team: 'a' },
    });
    expect(FailedResourcesMap).toEqual({
      [`${ARN}-other`]: expect.objectContaining({
        StatusCode: 400,
        ErrorCode: 'ResourceNotFoundException',
      }) as object,
      [elsewhere]: expect.objectContaining({ ErrorCode: 'InvalidParameterException' }) as object,
      'arn:aws:s3:::bucket': expect.objectContaining({ ErrorCode: 'InvalidParameterException' }) as object,
    });
    const { tags } = await tagging.other('logs').call('ListTagsForResource', { resourceArn: ARN });
    expect(tags).toEqual({ owner: 'us', team: 'a' });
  });

  it.each([
    [{ ResourceARNList: [], Tags: { a: '1' } }],
    [{ ResourceARNList: Array.from({ length: 21 }, () => ARN), Tags: { a: '1' } }],
    [{ ResourceARNList: [ARN], Tags: {} }],
    [{ ResourceARNList: [ARN], Tags: { 'aws:a': '1' } }],
    [{ ResourceARNList: [ARN], Tags: { a: 'x'.repeat(257) } }],
  ])('refuse %o', async (input) => {
    expect(await serviceSandbox('tagging').refusal('TagResources', input)).toMatchObject({
      name: 'InvalidParameterException',
    });
  });
});
