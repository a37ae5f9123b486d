import { describe, expect, it, test } from 'vitest';
import { serviceSandbox } from '../support/sandbox/service.ts';
import type { ServiceSandbox } from '../support/sandbox/service.ts';

const repositoryName = 'xray';
const reference = { registryId: '385605022855', repositoryName };

async function withRepository(): Promise<ServiceSandbox<'ecr'>> {
  const ecr = serviceSandbox('ecr');
  await ecr.call('CreateRepository', { repositoryName });
  return ecr;
}

const untagged = { tagStatus: 'untagged', countType: 'sinceImagePushed', countUnit: 'days', countNumber: 14 };
const any = { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: 100 };
const tagged = { tagStatus: 'tagged', countType: 'imageCountMoreThan', countNumber: 10 };
const expire = { type: 'expire' };

function rule(selection: object, changes: object = {}): object {
  return { rulePriority: 1, description: 'what is left over', selection, action: expire, ...changes };
}

describe('a lifecycle policy', () => {
  it('is kept as it was put, letter by letter, until it is deleted', async () => {
    const ecr = await withRepository();
    const lifecyclePolicyText = `${JSON.stringify({ rules: [rule(untagged)] }, undefined, 2)}\n`;
    const put = { ...reference, lifecyclePolicyText };
    expect(await ecr.call('PutLifecyclePolicy', { repositoryName, lifecyclePolicyText })).toEqual(put);
    expect(await ecr.call('GetLifecyclePolicy', { repositoryName })).toEqual(put);
    expect(await ecr.call('DeleteLifecyclePolicy', { repositoryName })).toEqual(put);
    const refused = {
      name: 'LifecyclePolicyNotFoundException',
      message:
        "Lifecycle policy does not exist for the repository with name 'xray' in the registry with id '385605022855'",
    };
    expect(await ecr.refusal('GetLifecyclePolicy', { repositoryName })).toMatchObject(refused);
    expect(await ecr.refusal('DeleteLifecyclePolicy', { repositoryName })).toMatchObject(refused);
  });

  test.each<[string, readonly object[]]>([
    ['untagged images', [rule(untagged)]],
    ['tags by prefixes', [rule({ ...tagged, tagPrefixList: ['v'] })]],
    ['tags by patterns', [rule({ ...tagged, tagPatternList: ['*a*b*c*'] })]],
    ['any image last', [rule(untagged), rule(any, { rulePriority: 7 })]],
    [
      'what nobody pulls, into the archive',
      [
        rule(
          { ...untagged, countType: 'sinceImagePulled' },
          { action: { type: 'transition', targetStorageClass: 'archive' } },
        ),
      ],
    ],
    [
      'what is in the archive',
      [rule({ ...untagged, countType: 'sinceImageTransitioned', storageClass: 'archive' })],
    ],
  ])('can be for %s', async (_, rules) => {
    const ecr = await withRepository();
    const lifecyclePolicyText = JSON.stringify({ rules });
    expect(await ecr.call('PutLifecyclePolicy', { repositoryName, lifecyclePolicyText })).toMatchObject({
      lifecyclePolicyText,
    });
  });

  test.each<[string, unknown, string]>([
    ['no JSON', undefined, 'Could not map policyString into LifecyclePolicy.'],
    ['a list', [rule(untagged)], 'Could not map policyString into LifecyclePolicy.'],
    ['without rules', { statements: [rule(untagged)] }, 'object has missing required properties (["rules"])'],
    ['with no rule', { rules: [] }, 'array is too short'],
    [
      'with too many rules',
      {
        rules: Array.from({ length: 51 }, (_, index) =>
          rule({ ...tagged, tagPrefixList: ['v'] }, { rulePriority: index + 1 }),
        ),
      },
      'array is too long',
    ],
    [
      'whose rule lacks an action',
      { rules: [{ rulePriority: 1, selection: untagged }] },
      'object has missing required properties (["action"])',
    ],
    [
      'whose rule has a member too many',
      { rules: [rule(untagged, { priority: 1 })] },
      'object instance has properties which are not allowed by the schema: (["priority"])',
    ],
    ['with a priority of 0', { rules: [rule(untagged, { rulePriority: 0 })] }, 'rulePriority'],
    [
      'that counts images in days',
      { rules: [rule({ ...untagged, countType: 'imageCountMoreThan' })] },
      'instance failed to match exactly one schema (matched 0 out of 2)',
    ],
    [
      'that counts time without a unit',
      { rules: [rule({ ...untagged, countUnit: undefined })] },
      'instance failed to match exactly one schema (matched 0 out of 2)',
    ],
    ['that counts nothing', { rules: [rule({ ...untagged, countNumber: 0 })] }, 'countNumber'],
    ['for tagged images of any tag', { rules: [rule(tagged)] }, 'exactly one of tagPrefixList'],
    [
      'for untagged images by their tags',
      { rules: [rule({ ...untagged, tagPrefixList: ['v'] })] },
      'must not be specified when tagStatus is untagged',
    ],
    [
      'with five wildcards',
      { rules: [rule({ ...tagged, tagPatternList: ['*1*2*3*4*'] })] },
      'more than 4 wildcards',
    ],
    [
      'that transitions to nowhere',
      { rules: [rule(untagged, { action: { type: 'transition' } })] },
      'instance failed to match exactly one schema',
    ],
    [
      'with one priority twice',
      { rules: [rule(untagged), rule({ ...tagged, tagPrefixList: ['v'] })] },
      'rulePriority must be unique',
    ],
    [
      'with untagged images twice',
      { rules: [rule(untagged), rule(untagged, { rulePriority: 2 })] },
      'only one rule can have the tagStatus untagged',
    ],
    [
      'with any image before others',
      { rules: [rule(any), rule(untagged, { rulePriority: 2 })] },
      'a rule with the tagStatus any must have the highest rulePriority',
    ],
  ])('%s is refused', async (_, policy, why) => {
    const ecr = await withRepository();
    const lifecyclePolicyText = policy === undefined ? 'x'.repeat(100) : JSON.stringify(policy).padEnd(100);
    const { name, message } = await ecr.refusal('PutLifecyclePolicy', {
      repositoryName,
      lifecyclePolicyText,
    });
    expect(name).toBe('InvalidParameterException');
    expect(message).toContain(
      "Invalid parameter at 'LifecyclePolicyText' failed to satisfy constraint: 'Lifecycle policy validation failure: ",
    );
    expect(message).toContain(why);
  });

  it('too short to be one is refused', async () => {
    const ecr = await withRepository();
    expect(
      await ecr.refusal('PutLifecyclePolicy', { repositoryName, lifecyclePolicyText: '{}' }),
    ).toMatchObject({ message: expect.stringContaining('must have length greater than or equal to 100') });
  });
});

describe('the policy of a repository', () => {
  const policyText = JSON.stringify({
    Version: '2008-10-17',
    Statement: [
      {
        Sid: 'may be called anything, twice',
        Effect: 'Allow',
        Principal: { AWS: ['111122223333'] },
        Action: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
      },
    ],
  });

  it('is kept as it was set, letter by letter, until it is deleted', async () => {
    const ecr = await withRepository();
    const set = { ...reference, policyText };
    expect(await ecr.call('SetRepositoryPolicy', { repositoryName, policyText })).toEqual(set);
    expect(await ecr.call('GetRepositoryPolicy', { repositoryName })).toEqual(set);
    expect(await ecr.call('DeleteRepositoryPolicy', { repositoryName })).toEqual(set);
    const refused = {
      name: 'RepositoryPolicyNotFoundException',
      message:
        "Repository policy does not exist for the repository with name 'xray' in the registry with id '385605022855'",
    };
    expect(await ecr.refusal('GetRepositoryPolicy', { repositoryName })).toMatchObject(refused);
    expect(await ecr.refusal('DeleteRepositoryPolicy', { repositoryName })).toMatchObject(refused);
  });

  test.each([
    ['no JSON', 'x'],
    ['without a principal', '{"Statement":[{"Effect":"Allow","Action":"ecr:*"}]}'],
    [
      'with a role that there is not',
      '{"Statement":[{"Effect":"Allow","Action":"ecr:*","Principal":{"AWS":"arn:aws:iam::385605022855:role/none"}}]}',
    ],
    ['without an action', '{"Statement":[{"Effect":"Allow","Principal":"*"}]}'],
  ])('%s is refused, without a word on why', async (_, text) => {
    const ecr = await withRepository();
    expect(await ecr.refusal('SetRepositoryPolicy', { repositoryName, policyText: text })).toMatchObject({
      name: 'InvalidParameterException',
      message:
        "Invalid parameter at 'PolicyText' failed to satisfy constraint: 'Invalid repository policy provided'",
    });
  });
});
