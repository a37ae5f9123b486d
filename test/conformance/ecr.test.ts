import type { LifecyclePolicyRuleAction } from '@aws-sdk/client-ecr';
import { expect } from 'vitest';
import { conformance, refused } from '../support/aws/conformance.ts';
import type { Row } from '../support/aws/conformance.ts';

/** Sources: the Amazon ECR API reference and user guide; reference: dependencies as inputs. */

const POLICY = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    { Sid: 'pull', Effect: 'Allow', Principal: { AWS: ['111122223333'] }, Action: ['ecr:BatchGetImage'] },
  ],
});

function lifecycle(
  action: Partial<Record<keyof LifecyclePolicyRuleAction, string>> = { type: 'expire' },
): string {
  return JSON.stringify({
    rules: [
      {
        rulePriority: 1,
        selection: {
          tagStatus: 'untagged',
          countType: 'sinceImagePushed',
          countUnit: 'days',
          countNumber: 14,
        },
        action,
      },
    ],
  });
}

function manifest(layer: string): string {
  return JSON.stringify({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: {
      mediaType: 'application/vnd.oci.image.config.v1+json',
      digest: `sha256:${layer.repeat(64)}`,
      size: 7,
    },
    layers: [
      {
        mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
        digest: `sha256:${layer.repeat(64)}`,
        size: 42,
      },
    ],
  });
}

const ECR: readonly Row[] = [
  {
    aws: 'makes a repository that is mutable, not scanned and encrypted with AES256',
    check: async ({ ecr }, repositoryName) => {
      const { repository } = await ecr.createRepository({ repositoryName });
      expect(repository).toMatchObject({
        repositoryName,
        imageTagMutability: 'MUTABLE',
        imageScanningConfiguration: { scanOnPush: false },
        encryptionConfiguration: { encryptionType: 'AES256' },
      });
      expect(repository?.repositoryArn).toBe(
        `arn:aws:ecr:us-east-1:${repository?.registryId}:repository/${repositoryName}`,
      );
      expect(repository?.repositoryUri).toBe(
        `${repository?.registryId}.dkr.ecr.us-east-1.amazonaws.com/${repositoryName}`,
      );
    },
  },
  {
    aws: 'refuses a second repository of one name with RepositoryAlreadyExistsException',
    check: async ({ ecr }, repositoryName) => {
      await ecr.createRepository({ repositoryName });
      await refused(ecr.createRepository({ repositoryName }), 'RepositoryAlreadyExistsException', {
        message: `The repository with name '${repositoryName}' already exists in the registry`,
      });
    },
  },
  {
    aws: 'refuses a name with capital letters with InvalidParameterException',
    check: ({ ecr }) =>
      refused(ecr.createRepository({ repositoryName: 'Xray' }), 'InvalidParameterException', {
        message: "Invalid parameter at 'repositoryName' failed to satisfy constraint",
      }),
  },
  {
    aws: 'refuses to describe or delete a repository that is not there with RepositoryNotFoundException',
    check: async ({ ecr }, repositoryName) => {
      const said = { message: `The repository with name '${repositoryName}' does not exist in the registry` };
      const repositoryNames = [repositoryName];
      await refused(ecr.describeRepositories({ repositoryNames }), 'RepositoryNotFoundException', said);
      await refused(ecr.deleteRepository({ repositoryName }), 'RepositoryNotFoundException', said);
    },
  },
  {
    aws: 'tells repositories page by page',
    moto: 'answers all of them at once',
    check: async ({ ecr }, name) => {
      for (const each of ['a', 'b']) await ecr.createRepository({ repositoryName: `${name}-${each}` });
      const first = await ecr.describeRepositories({ maxResults: 1 });
      expect(first.repositories).toHaveLength(1);
      expect(first.nextToken).toBeTypeOf('string');
    },
  },
  {
    aws: 'changes whether tags can be moved, and excludes some by filters',
    check: async ({ ecr }, repositoryName) => {
      await ecr.createRepository({ repositoryName });
      const setting = {
        imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION' as const,
        imageTagMutabilityExclusionFilters: [{ filterType: 'WILDCARD' as const, filter: 'dev-*' }],
      };
      await ecr.putImageTagMutability({ repositoryName, ...setting });
      const { repositories } = await ecr.describeRepositories({ repositoryNames: [repositoryName] });
      expect(repositories).toMatchObject([setting]);
    },
  },
  {
    aws: 'keeps lifecycle and repository policies as they were put',
    check: async ({ ecr }, repositoryName) => {
      await ecr.createRepository({ repositoryName });
      await refused(ecr.getLifecyclePolicy({ repositoryName }), 'LifecyclePolicyNotFoundException');
      await refused(ecr.getRepositoryPolicy({ repositoryName }), 'RepositoryPolicyNotFoundException');
      await ecr.putLifecyclePolicy({ repositoryName, lifecyclePolicyText: lifecycle() });
      await ecr.setRepositoryPolicy({ repositoryName, policyText: POLICY });
      expect((await ecr.getLifecyclePolicy({ repositoryName })).lifecyclePolicyText).toBe(lifecycle());
      expect((await ecr.getRepositoryPolicy({ repositoryName })).policyText).toBe(POLICY);
      await ecr.deleteLifecyclePolicy({ repositoryName });
      await ecr.deleteRepositoryPolicy({ repositoryName });
      await refused(ecr.getLifecyclePolicy({ repositoryName }), 'LifecyclePolicyNotFoundException');
    },
  },
  {
    aws: 'refuses a lifecycle policy that does what there is not with InvalidParameterException',
    check: async ({ ecr }, repositoryName) => {
      await ecr.createRepository({ repositoryName });
      await refused(
        ecr.putLifecyclePolicy({ repositoryName, lifecyclePolicyText: lifecycle({ type: 'remove' }) }),
        'InvalidParameterException',
        {
          message:
            "Invalid parameter at 'LifecyclePolicyText' failed to satisfy constraint: 'Lifecycle policy validation failure: ",
        },
      );
    },
  },
  {
    aws: 'refuses a repository policy that is none with InvalidParameterException',
    check: async ({ ecr }, repositoryName) => {
      await ecr.createRepository({ repositoryName });
      await refused(
        ecr.setRepositoryPolicy({ repositoryName, policyText: '{' }),
        'InvalidParameterException',
        {
          message: "Invalid parameter at 'PolicyText' failed to satisfy constraint",
        },
      );
    },
  },
  {
    aws: 'finds an image by its tag and digest, and says of others that they are not there',
    check: async ({ ecr }, repositoryName) => {
      await ecr.createRepository({ repositoryName });
      const { image } = await ecr.putImage({ repositoryName, imageManifest: manifest('1'), imageTag: 'v1' });
      const imageDigest = image?.imageId?.imageDigest;
      const { images, failures } = await ecr.batchGetImage({
        repositoryName,
        imageIds: [{ imageTag: 'v1' }, { imageTag: 'v2' }],
      });
      expect(images).toMatchObject([
        { imageId: { imageDigest, imageTag: 'v1' }, imageManifest: manifest('1') },
      ]);
      expect(failures).toMatchObject([{ imageId: { imageTag: 'v2' }, failureCode: 'ImageNotFound' }]);
      await refused(
        ecr.describeImages({ repositoryName, imageIds: [{ imageTag: 'v2' }] }),
        'ImageNotFoundException',
        { message: "The image with imageId {imageDigest:'null', imageTag:'v2'} does not exist" },
      );
    },
  },
  {
    aws: 'moves a tag to the image that is pushed last',
    check: async ({ ecr }, repositoryName) => {
      await ecr.createRepository({ repositoryName });
      await ecr.putImage({ repositoryName, imageManifest: manifest('1'), imageTag: 'latest' });
      const { image } = await ecr.putImage({
        repositoryName,
        imageManifest: manifest('2'),
        imageTag: 'latest',
      });
      const found = await ecr.describeImages({ repositoryName, imageIds: [{ imageTag: 'latest' }] });
      expect(found.imageDetails).toMatchObject([{ imageDigest: image?.imageId?.imageDigest }]);
    },
  },
  {
    aws: 'refuses to move a tag that stays with ImageTagAlreadyExistsException',
    moto: 'calls it ImageAlreadyExistsException',
    check: async ({ ecr }, repositoryName) => {
      await ecr.createRepository({ repositoryName, imageTagMutability: 'IMMUTABLE' });
      await ecr.putImage({ repositoryName, imageManifest: manifest('1'), imageTag: 'v1' });
      await refused(
        ecr.putImage({ repositoryName, imageManifest: manifest('2'), imageTag: 'v1' }),
        'ImageTagAlreadyExistsException',
      );
    },
  },
  {
    aws: 'deletes a repository with images only where that is told',
    check: async ({ ecr }, repositoryName) => {
      await ecr.createRepository({ repositoryName });
      await ecr.putImage({ repositoryName, imageManifest: manifest('1'), imageTag: 'v1' });
      await refused(ecr.deleteRepository({ repositoryName }), 'RepositoryNotEmptyException', {
        message: 'cannot be deleted because it still contains images',
      });
      await ecr.deleteRepository({ repositoryName, force: true });
    },
  },
  {
    aws: 'has the tags of a repository by its ARN',
    check: async ({ ecr }, repositoryName) => {
      const tags = [{ Key: 'team', Value: 'a' }];
      const { repository } = await ecr.createRepository({ repositoryName, tags });
      const resourceArn = repository?.repositoryArn;
      await ecr.tagResource({ resourceArn, tags: [{ Key: 'cost', Value: '1' }] });
      await ecr.untagResource({ resourceArn, tagKeys: ['team'] });
      expect((await ecr.listTagsForResource({ resourceArn })).tags).toEqual([{ Key: 'cost', Value: '1' }]);
    },
  },
];

conformance('Amazon ECR', ECR);
