import type { ImageIdentifier } from '@aws-sdk/client-ecr';
import { describe, expect, it, test } from 'vitest';
import { serviceSandbox } from '../support/sandbox/service.ts';
import type { ServiceSandbox } from '../support/sandbox/service.ts';

const repositoryName = 'xray';
const reference = { registryId: '385605022855', repositoryName };
const DIGEST = /^sha256:[0-9a-f]{64}$/;

interface Images {
  readonly ecr: ServiceSandbox<'ecr'>;
  /** Digest of an image that is pushed with these tags. */
  readonly push: (tags?: readonly string[], architectures?: readonly string[]) => string;
  /** Tags of all images, by digest. */
  readonly tags: () => Promise<Readonly<Record<string, readonly string[]>>>;
}

async function images(
  imageTagMutability: 'MUTABLE' | 'IMMUTABLE' | 'IMMUTABLE_WITH_EXCLUSION' = 'MUTABLE',
): Promise<Images> {
  const ecr = serviceSandbox('ecr');
  await ecr.call('CreateRepository', {
    repositoryName,
    imageTagMutability,
    ...(imageTagMutability === 'IMMUTABLE_WITH_EXCLUSION'
      ? { imageTagMutabilityExclusionFilters: [{ filterType: 'WILDCARD', filter: 'dev-*' }] }
      : {}),
  });
  return {
    ecr,
    push: (tags = [], architectures) =>
      ecr.sandbox.control.putImage({
        repository: repositoryName,
        tags,
        ...(architectures === undefined ? {} : { architectures }),
      }).imageDigest ?? '',
    tags: async () => {
      const { imageDetails = [] } = await ecr.call('DescribeImages', { repositoryName });
      return Object.fromEntries(
        imageDetails.map(({ imageDigest = '', imageTags = [] }) => [imageDigest, imageTags]),
      );
    },
  };
}

function manifestOf(layer: string): string {
  return JSON.stringify({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest: `sha256:${layer}c`, size: 7 },
    layers: [{ mediaType: 'application/vnd.oci.image.layer.v1.tar', digest: `sha256:${layer}`, size: 42 }],
  });
}

describe('an image that people put into a repository', () => {
  it('is described with its tags, time and size', async () => {
    const { ecr, push } = await images();
    const imageDigest = push(['3.x', 'latest']);
    expect(imageDigest).toMatch(DIGEST);
    const { imageDetails } = await ecr.call('DescribeImages', { repositoryName });
    expect(imageDetails).toEqual([
      {
        ...reference,
        imageDigest,
        imageTags: ['3.x', 'latest'],
        imageSizeInBytes: expect.any(Number),
        imagePushedAt: ecr.sandbox.world.date(),
        imageManifestMediaType: 'application/vnd.oci.image.manifest.v1+json',
        artifactMediaType: 'application/vnd.oci.image.config.v1+json',
        imageStatus: 'ACTIVE',
      },
    ]);
  });

  it('is the same in every sandbox of one seed, and another one each time', async () => {
    const [one, other] = [await images(), await images()];
    const digests = [one.push(['a']), one.push(['a'])];
    expect([other.push(['a']), other.push(['a'])]).toEqual(digests);
    expect(new Set(digests).size).toBe(2);
  });

  it('of several architectures is an index of an image for each', async () => {
    const { ecr, push, tags } = await images();
    const imageDigest = push(['3.x'], ['amd64', 'arm64']);
    const answer = await ecr.call('BatchGetImage', { repositoryName, imageIds: [{ imageTag: '3.x' }] });
    const [image] = answer.images ?? [];
    expect(image?.imageId).toEqual({ imageDigest, imageTag: '3.x' });
    const index = JSON.parse(image?.imageManifest ?? '') as {
      mediaType: string;
      manifests: { digest: string; platform: object }[];
    };
    expect(index.mediaType).toBe('application/vnd.oci.image.index.v1+json');
    expect(index.manifests.map(({ platform }) => platform)).toEqual([
      { architecture: 'amd64', os: 'linux' },
      { architecture: 'arm64', os: 'linux' },
    ]);
    const untagged = Object.fromEntries(index.manifests.map(({ digest }) => [digest, []]));
    expect(await tags()).toEqual({ [imageDigest]: ['3.x'], ...untagged });
  });

  it('takes the tag from the one that had it', async () => {
    const { push, tags } = await images();
    const before = push(['latest', 'v1']);
    const after = push(['latest']);
    expect(await tags()).toEqual({ [before]: ['v1'], [after]: ['latest'] });
  });

  it('takes no tag from another where tags stay, unless they are excluded', async () => {
    const { push, tags } = await images('IMMUTABLE_WITH_EXCLUSION');
    const first = push(['v1', 'dev-1']);
    expect(() => push(['v1'])).toThrow(
      "The image tag 'v1' already exists in the 'xray' repository and cannot be overwritten because the tag is immutable.",
    );
    const second = push(['dev-1']);
    expect(await tags()).toMatchObject({ [first]: ['v1'], [second]: ['dev-1'] });
  });

  it('leaves nothing behind where it is refused', async () => {
    const { push, tags } = await images('IMMUTABLE');
    const first = push(['v1']);
    expect(() => push(['v2', 'v1'], ['amd64'])).toThrow('cannot be overwritten');
    expect(await tags()).toEqual({ [first]: ['v1'] });
  });

  it('needs a repository that there is, by one name in all accounts and Regions', async () => {
    const { ecr } = await images();
    const { control } = ecr.sandbox;
    expect(() => control.putImage({ repository: 'none' })).toThrow('There is no repository none.');
    await ecr.sandbox.call({
      service: 'ecr',
      operation: 'CreateRepository',
      input: { repositoryName },
      region: 'eu-west-1',
    });
    expect(() => control.putImage({ repository: repositoryName })).toThrow('name it by its ARN');
    const uri = '385605022855.dkr.ecr.us-east-1.amazonaws.com/xray';
    expect(control.putImage({ repository: uri })).toMatchObject(reference);
    expect(() => control.putImage({ repository: uri, tags: ['no tag'] })).toThrow('cannot be the tag');
  });
});

describe('PutImage', () => {
  it('takes a manifest as it is, whose digest is that of its bytes', async () => {
    const { ecr } = await images();
    const imageManifest = manifestOf('1');
    const { image } = await ecr.call('PutImage', { repositoryName, imageManifest, imageTag: 'v1' });
    expect(image).toEqual({
      ...reference,
      imageId: { imageDigest: expect.stringMatching(DIGEST), imageTag: 'v1' },
      imageManifest,
      imageManifestMediaType: 'application/vnd.oci.image.manifest.v1+json',
    });
    const imageDigest = image?.imageId?.imageDigest;
    const { imageDetails } = await ecr.call('DescribeImages', {
      repositoryName,
      imageIds: [{ imageDigest }],
    });
    expect(imageDetails).toMatchObject([{ imageDigest, imageTags: ['v1'], imageSizeInBytes: 42 }]);
    const again = await ecr.call('PutImage', { repositoryName, imageManifest, imageTag: 'v2' });
    expect(again.image?.imageId).toEqual({ imageDigest, imageTag: 'v2' });
  });

  test.each([
    [
      'what is there already, under its tag',
      { imageManifest: manifestOf('1'), imageTag: 'v1' },
      'ImageAlreadyExistsException',
    ],
    [
      'what is there already, without a tag',
      { imageManifest: manifestOf('1') },
      'ImageAlreadyExistsException',
    ],
    [
      'another image under a tag that stays',
      { imageManifest: manifestOf('2'), imageTag: 'v1' },
      'ImageTagAlreadyExistsException',
    ],
    [
      'another digest than that of the manifest',
      { imageManifest: manifestOf('2'), imageDigest: `sha256:${'0'.repeat(64)}` },
      'ImageDigestDoesNotMatchException',
    ],
    ['no JSON', { imageManifest: '{' }, 'InvalidParameterException'],
    ['a manifest of no type', { imageManifest: '{"schemaVersion":2}' }, 'InvalidParameterException'],
    [
      'what cannot be a tag',
      { imageManifest: manifestOf('2'), imageTag: 'v 2' },
      'InvalidParameterException',
    ],
    [
      'an index of images that are not there',
      {
        imageManifest: JSON.stringify({ manifests: [{ digest: `sha256:${'0'.repeat(64)}` }] }),
        imageManifestMediaType: 'application/vnd.oci.image.index.v1+json',
      },
      'ReferencedImagesNotFoundException',
    ],
  ])('refuses %s', async (_, input, name) => {
    const { ecr } = await images('IMMUTABLE');
    await ecr.call('PutImage', { repositoryName, imageManifest: manifestOf('1'), imageTag: 'v1' });
    expect(await ecr.refusal('PutImage', { repositoryName, ...input })).toMatchObject({ name });
  });
});

describe('images are found', () => {
  it('by digest and by tag, and what is not there is a failure of its own', async () => {
    const { ecr, push } = await images();
    const [v1, v2] = [push(['v1']), push(['v2'])];
    const { images: found = [], failures } = await ecr.call('BatchGetImage', {
      repositoryName,
      imageIds: [
        { imageDigest: v1 },
        { imageTag: 'v2' },
        { imageDigest: v1, imageTag: 'v2' },
        { imageTag: 'v3' },
        { imageTag: 'v 3' },
        { imageDigest: 'sha256' },
        {},
      ],
    });
    expect(found.map(({ imageId }) => imageId)).toEqual([
      { imageDigest: v1 },
      { imageDigest: v2, imageTag: 'v2' },
    ]);
    expect(failures).toMatchObject([
      { imageId: { imageDigest: v1, imageTag: 'v2' }, failureCode: 'ImageTagDoesNotMatchDigest' },
      {
        imageId: { imageTag: 'v3' },
        failureCode: 'ImageNotFound',
        failureReason: 'Requested image not found',
      },
      { imageId: { imageTag: 'v 3' }, failureCode: 'InvalidImageTag' },
      { imageId: { imageDigest: 'sha256' }, failureCode: 'InvalidImageDigest' },
      { imageId: {}, failureCode: 'MissingDigestAndTag' },
    ]);
  });

  it('at most 100 at a time', async () => {
    const { ecr } = await images();
    const imageIds = (count: number): ImageIdentifier[] =>
      Array.from({ length: count }, (_, index) => ({ imageTag: `v${index}` }));
    const { failures } = await ecr.call('BatchGetImage', { repositoryName, imageIds: imageIds(100) });
    expect(failures).toHaveLength(100);
    for (const count of [0, 101]) {
      for (const operation of ['BatchGetImage', 'BatchDeleteImage', 'DescribeImages'] as const) {
        expect(await ecr.refusal(operation, { repositoryName, imageIds: imageIds(count) })).toMatchObject({
          name: 'InvalidParameterException',
        });
      }
    }
  });

  it('by DescribeImages all or none', async () => {
    const { ecr, push } = await images();
    const v1 = push(['v1']);
    const described = await ecr.call('DescribeImages', {
      repositoryName,
      imageIds: [{ imageTag: 'v1' }, { imageDigest: v1 }],
    });
    expect(described.imageDetails).toMatchObject([{ imageDigest: v1 }]);
    expect(
      await ecr.refusal('DescribeImages', {
        repositoryName,
        imageIds: [{ imageTag: 'v1' }, { imageTag: 'v2' }],
      }),
    ).toMatchObject({
      name: 'ImageNotFoundException',
      message:
        "The image with imageId {imageDigest:'null', imageTag:'v2'} does not exist within the repository with name 'xray' in the registry with id '385605022855'",
    });
    expect(
      await ecr.refusal('DescribeImages', { repositoryName, imageIds: [{ imageTag: 'v1' }], maxResults: 2 }),
    ).toMatchObject({ name: 'InvalidParameterException' });
  });

  it('page by page, the tagged and the untagged', async () => {
    const { ecr, push } = await images();
    const tagged = push(['v1', 'v2', 'v3']);
    const untagged = push();
    const all: ImageIdentifier[] = [];
    for (let nextToken: string | undefined, pages = 0; pages < 5; pages += 1) {
      const page = await ecr.call('ListImages', { repositoryName, maxResults: 2, nextToken });
      all.push(...(page.imageIds ?? []));
      nextToken = page.nextToken;
      if (nextToken === undefined) break;
    }
    const ids = ['v1', 'v2', 'v3'].map((imageTag) => ({ imageDigest: tagged, imageTag }));
    expect(all).toHaveLength(4);
    expect(all).toEqual(expect.arrayContaining([...ids, { imageDigest: untagged }]));
    const filtered = async (tagStatus: 'TAGGED' | 'UNTAGGED') =>
      (await ecr.call('ListImages', { repositoryName, filter: { tagStatus } })).imageIds;
    expect(await filtered('TAGGED')).toEqual(ids);
    expect(await filtered('UNTAGGED')).toEqual([{ imageDigest: untagged }]);
    const described = await ecr.call('DescribeImages', {
      repositoryName,
      filter: { tagStatus: 'UNTAGGED' },
      maxResults: 1,
    });
    expect(described.imageDetails).toMatchObject([{ imageDigest: untagged }]);
    expect(described.nextToken).toBeUndefined();
    const archived = await ecr.call('DescribeImages', {
      repositoryName,
      filter: { imageStatus: 'ARCHIVED' },
    });
    expect(archived.imageDetails).toEqual([]);
  });
});

describe('BatchDeleteImage', () => {
  it('takes a tag away, and the image with its last one', async () => {
    const { ecr, push, tags } = await images();
    const digest = push(['v1', 'v2']);
    const remove = async (imageId: ImageIdentifier) =>
      (await ecr.call('BatchDeleteImage', { repositoryName, imageIds: [imageId] })).imageIds;
    expect(await remove({ imageTag: 'v1' })).toEqual([{ imageDigest: digest, imageTag: 'v1' }]);
    expect(await tags()).toEqual({ [digest]: ['v2'] });
    expect(await remove({ imageTag: 'v2' })).toEqual([{ imageDigest: digest, imageTag: 'v2' }]);
    expect(await tags()).toEqual({});
  });

  it('by its digest deletes an image with all its tags', async () => {
    const { ecr, push, tags } = await images();
    const digest = push(['v1', 'v2']);
    const answer = await ecr.call('BatchDeleteImage', {
      repositoryName,
      imageIds: [{ imageDigest: digest }, { imageTag: 'v1' }],
    });
    expect(answer.imageIds).toEqual([
      { imageDigest: digest, imageTag: 'v1' },
      { imageDigest: digest, imageTag: 'v2' },
    ]);
    expect(answer.failures).toMatchObject([{ failureCode: 'ImageNotFound' }]);
    expect(await tags()).toEqual({});
  });

  it('keeps the images of an index as long as that is there', async () => {
    const { ecr, push, tags } = await images();
    const index = push(['v1'], ['amd64']);
    const [image = ''] = Object.keys(await tags()).filter((digest) => digest !== index);
    const remove = (...imageIds: ImageIdentifier[]) =>
      ecr.call('BatchDeleteImage', { repositoryName, imageIds });
    expect((await remove({ imageDigest: image })).failures).toEqual([
      {
        imageId: { imageDigest: image },
        failureCode: 'ImageReferencedByManifestList',
        failureReason: `Requested image referenced by manifest list: [${index}]`,
      },
    ]);
    expect((await remove({ imageTag: 'v1' }, { imageDigest: image })).failures).toEqual([]);
    expect(await tags()).toEqual({});
  });
});

it('a repository goes with its images only where that is told', async () => {
  const { ecr, push } = await images();
  push();
  expect(await ecr.refusal('DeleteRepository', { repositoryName })).toMatchObject({
    name: 'RepositoryNotEmptyException',
    message:
      "The repository with name 'xray' in registry with id '385605022855' cannot be deleted because it still contains images",
  });
  await ecr.call('DeleteRepository', { repositoryName, force: true });
  expect((await ecr.call('DescribeRepositories', {})).repositories).toEqual([]);
});
