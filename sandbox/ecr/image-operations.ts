import type {
  BatchDeleteImageCommandInput,
  BatchDeleteImageCommandOutput,
  BatchGetImageCommandInput,
  BatchGetImageCommandOutput,
  Image as ImageShape,
  ImageFailure,
  ImageIdentifier,
  PutImageCommandInput,
  PutImageCommandOutput,
} from '@aws-sdk/client-ecr';
import type { Answer } from '../answer.ts';
import type { CallContext } from '../call.ts';
import { AwsError } from '../error.ts';
import { checkCount, checkText, invalidParameter } from './checks.ts';
import { findImage, indexesOf, isTag, pushImage, removeImage, untag } from './images.ts';
import { readManifest } from './manifests.ts';
import { requireRepository } from './registries.ts';
import type { Image, Repository } from './state.ts';

const MAX_IDS = 100;
const MAX_MANIFEST_LENGTH = 4_194_304;

/**
 * Puts a manifest; its layers are taken on trust, as nothing is pushed here. Throws InvalidParameterException, RepositoryNotFoundException,
 * ImageDigestDoesNotMatchException, and as pushImage does.
 */
export function putImage(input: PutImageCommandInput, context: CallContext): Answer<PutImageCommandOutput> {
  const { imageTag: tag, imageDigest, imageManifestMediaType } = input;
  const text = checkText(input.imageManifest, 'imageManifest', { least: 1, most: MAX_MANIFEST_LENGTH });
  if (tag !== undefined && !isTag(tag)) throw invalidParameter('imageTag', 'Invalid image tag');
  const manifest = readManifest(text, imageManifestMediaType);
  const repository = requireRepository(context, input, 'PutImage');
  if (imageDigest !== undefined && imageDigest !== manifest.digest) {
    throw new AwsError(
      'ImageDigestDoesNotMatchException',
      `The provided image digest '${imageDigest}' does not match the calculated image digest '${manifest.digest}'`,
    );
  }
  const image = pushImage(repository, manifest, { tag, at: context.world.date() });
  return { image: showImage(repository, image, tag) };
}

/** Answers manifests of up to 100 images; what is not there is a failure and no error. Throws InvalidParameterException, RepositoryNotFoundException. */
export function batchGetImage(
  input: BatchGetImageCommandInput,
  context: CallContext,
): Answer<BatchGetImageCommandOutput> {
  const imageIds = checkIds(input.imageIds);
  const repository = requireRepository(context, input, 'BatchGetImage');
  const images: ImageShape[] = [];
  const failures: ImageFailure[] = [];
  for (const imageId of imageIds) {
    const found = findImage(repository, imageId);
    if ('failure' in found) failures.push(found.failure);
    else images.push(showImage(repository, found.image, imageId.imageTag));
  }
  return { images, failures };
}

/**
 * Deletes up to 100 images, one after the other: by its digest an image with all its tags, by a tag that tag, and the image where it was the
 * last. Throws InvalidParameterException, RepositoryNotFoundException.
 */
export function batchDeleteImage(
  input: BatchDeleteImageCommandInput,
  context: CallContext,
): Answer<BatchDeleteImageCommandOutput> {
  const given = checkIds(input.imageIds);
  const repository = requireRepository(context, input, 'BatchDeleteImage');
  const imageIds: ImageIdentifier[] = [];
  const failures: ImageFailure[] = [];
  for (const imageId of given) {
    const found = findImage(repository, imageId);
    const failure = 'failure' in found ? found.failure : whyKept(repository, found.image, imageId);
    if ('failure' in found || failure !== undefined) failures.push(failure!);
    else imageIds.push(...remove(repository, found.image, imageId.imageTag));
  }
  return { imageIds, failures };
}

function remove(repository: Repository, image: Image, tag: string | undefined): ImageIdentifier[] {
  const { digest: imageDigest, tags } = image;
  if (tag !== undefined && tags.size > 1) {
    untag(repository, tag);
    return [{ imageDigest, imageTag: tag }];
  }
  const removed = [...tags].map((imageTag) => ({ imageDigest, imageTag }));
  removeImage(repository, image);
  return removed.length === 0 ? [{ imageDigest }] : removed;
}

/** An index keeps its images, though not their tags. */
function whyKept(repository: Repository, image: Image, imageId: ImageIdentifier): ImageFailure | undefined {
  if (imageId.imageTag !== undefined && image.tags.size > 1) return undefined;
  const indexes = indexesOf(repository, image);
  if (indexes.length === 0) return undefined;
  return {
    imageId,
    failureCode: 'ImageReferencedByManifestList',
    failureReason: `Requested image referenced by manifest list: [${indexes.join(', ')}]`,
  };
}

function showImage(repository: Repository, { digest, manifest }: Image, tag: string | undefined): ImageShape {
  return {
    registryId: repository.registryId,
    repositoryName: repository.name,
    imageId: { imageDigest: digest, ...(tag === undefined ? {} : { imageTag: tag }) },
    imageManifest: manifest.text,
    imageManifestMediaType: manifest.mediaType,
  };
}

function checkIds(imageIds: readonly ImageIdentifier[] | undefined): readonly ImageIdentifier[] {
  checkCount(imageIds, 'imageIds', { least: 1, most: MAX_IDS });
  return imageIds ?? [];
}
