import type {
  DescribeImagesCommandInput,
  DescribeImagesCommandOutput,
  ImageDetail,
  ImageIdentifier,
  ImageStatusFilter,
  ListImagesCommandInput,
  ListImagesCommandOutput,
  TagStatus,
} from '@aws-sdk/client-ecr';
import type { Answer } from '../answer.ts';
import type { CallContext } from '../call.ts';
import { AwsError } from '../error.ts';
import { checkCount, checkOneOf, ecrPage, invalidParameter } from './checks.ts';
import { bytesOf, findImage } from './images.ts';
import { requireRepository } from './registries.ts';
import type { Image, Repository } from './state.ts';

const MAX_IDS = 100;

/** Answers images by id, all of which must be there, or page by page. Throws InvalidParameterException, RepositoryNotFoundException, ImageNotFoundException. */
export function describeImages(
  input: DescribeImagesCommandInput,
  context: CallContext,
): Answer<DescribeImagesCommandOutput> {
  const { imageIds, maxResults, nextToken } = input;
  const keep = filterOf(input.filter);
  const repository = requireRepository(context, input, 'DescribeImages');
  if (imageIds === undefined) {
    const page = ecrPage(input, (start) => repository.images.from(start), keep);
    return {
      imageDetails: page.items.map((image) => showDetail(repository, image)),
      nextToken: page.nextToken,
    };
  }
  checkCount(imageIds, 'imageIds', { least: 1, most: MAX_IDS });
  if (maxResults !== undefined || nextToken !== undefined) {
    throw invalidParameter('imageIds', 'cannot be used together with maxResults or nextToken');
  }
  const found = new Set(imageIds.map((imageId) => requireImage(repository, imageId)));
  return { imageDetails: [...found].filter(keep).map((image) => showDetail(repository, image)) };
}

/** Answers an id for each tag of an image, or one for an image without. Throws InvalidParameterException, RepositoryNotFoundException. */
export function listImages(
  input: ListImagesCommandInput,
  context: CallContext,
): Answer<ListImagesCommandOutput> {
  const keep = filterOf(input.filter);
  const repository = requireRepository(context, input, 'ListImages');
  const page = ecrPage(input, (start) => idsFrom(repository, start, keep));
  return { imageIds: [...page.items], nextToken: page.nextToken };
}

export function showDetail(repository: Repository, image: Image): ImageDetail {
  const { digest, manifest, pushedAt, tags } = image;
  return {
    registryId: repository.registryId,
    repositoryName: repository.name,
    imageDigest: digest,
    ...(tags.size === 0 ? {} : { imageTags: [...tags] }),
    imageSizeInBytes: bytesOf(repository, image),
    imagePushedAt: pushedAt,
    imageManifestMediaType: manifest.mediaType,
    ...(manifest.artifactType === undefined ? {} : { artifactMediaType: manifest.artifactType }),
    imageStatus: 'ACTIVE',
  };
}

function* idsFrom(
  { images }: Repository,
  start: string,
  keep: (image: Image) => boolean,
): Generator<readonly [string, ImageIdentifier]> {
  const [digest = ''] = start.split(' ');
  for (const [imageDigest, image] of images.from(digest)) {
    if (!keep(image)) continue;
    const tags = [...image.tags].toSorted();
    const ids = tags.length === 0 ? [{ imageDigest }] : tags.map((imageTag) => ({ imageDigest, imageTag }));
    for (const id of ids) {
      const key = 'imageTag' in id ? `${imageDigest} ${id.imageTag}` : imageDigest;
      if (key >= start) yield [key, id];
    }
  }
}

/** Images here are all active. */
function filterOf(
  filter: {
    readonly tagStatus?: TagStatus | undefined;
    readonly imageStatus?: ImageStatusFilter | undefined;
  } = {},
): (image: Image) => boolean {
  const { tagStatus = 'ANY', imageStatus = 'ACTIVE' } = filter;
  checkOneOf(tagStatus, 'filter.tagStatus', ['TAGGED', 'UNTAGGED', 'ANY']);
  checkOneOf(imageStatus, 'filter.imageStatus', ['ACTIVE', 'ARCHIVED', 'ACTIVATING', 'ANY']);
  const isActive = imageStatus === 'ACTIVE' || imageStatus === 'ANY';
  return ({ tags }) => isActive && (tagStatus === 'ANY' || (tagStatus === 'TAGGED') === tags.size > 0);
}

function requireImage(repository: Repository, imageId: ImageIdentifier): Image {
  const found = findImage(repository, imageId);
  if ('image' in found) return found.image;
  const { failureCode, failureReason = '' } = found.failure;
  if (failureCode !== 'ImageNotFound' && failureCode !== 'ImageTagDoesNotMatchDigest') {
    throw invalidParameter('imageIds', failureReason);
  }
  const { imageDigest = 'null', imageTag = 'null' } = imageId;
  throw new AwsError(
    'ImageNotFoundException',
    `The image with imageId {imageDigest:'${imageDigest}', imageTag:'${imageTag}'} does not exist within the repository with name '${repository.name}' in the registry with id '${repository.registryId}'`,
  );
}
