import type { ImageFailure, ImageIdentifier } from '@aws-sdk/client-ecr';
import { AwsError } from '../error.ts';
import { isMovable } from './mutability.ts';
import type { Manifest } from './manifests.ts';
import type { Image, Repository } from './state.ts';

/** Images per repository, and tags per image (Amazon ECR service quotas). */
const MAX_IMAGES = 100_000;
const MAX_TAGS = 1000;

const DIGEST = '[a-zA-Z0-9-_+.]+:[a-fA-F0-9]+';
const TAG = '[a-zA-Z0-9-_.]+';

/** The image that a request means, or why there is none. */
export type FoundImage = { readonly image: Image } | { readonly failure: ImageFailure };

/** Finds an image by its digest, by a tag, or by both, which must agree. */
export function findImage(repository: Repository, imageId: ImageIdentifier): FoundImage {
  const { imageDigest, imageTag } = imageId;
  const failed = (
    failureCode: NonNullable<ImageFailure['failureCode']>,
    failureReason: string,
  ): FoundImage => ({ failure: { imageId, failureCode, failureReason } });
  if (imageDigest === undefined && imageTag === undefined) {
    return failed('MissingDigestAndTag', 'Invalid request parameters: both tag and digest cannot be null');
  }
  if (imageDigest !== undefined && !new RegExp(`^${DIGEST}$`).test(imageDigest)) {
    return failed(
      'InvalidImageDigest',
      `Invalid request parameters: image digest should satisfy the regex '${DIGEST}'`,
    );
  }
  if (imageTag !== undefined && !isTag(imageTag)) {
    return failed(
      'InvalidImageTag',
      `Invalid request parameters: image tag should satisfy the regex '${TAG}'`,
    );
  }
  const tagged = imageTag === undefined ? undefined : repository.tagged.get(imageTag);
  const digest = imageDigest ?? tagged;
  const image = digest === undefined ? undefined : repository.images.get(digest);
  if (image === undefined) return failed('ImageNotFound', 'Requested image not found');
  if (imageTag !== undefined && tagged !== image.digest) {
    return failed('ImageTagDoesNotMatchDigest', 'The image tag does not match the image digest');
  }
  return { image };
}

export function isTag(tag: string): boolean {
  return tag.length <= 300 && new RegExp(`^${TAG}$`).test(tag);
}

/**
 * Puts an image into a repository, and lets the tag be its own from now on. Throws ImageAlreadyExistsException,
 * ImageTagAlreadyExistsException, ReferencedImagesNotFoundException, LimitExceededException.
 */
export function pushImage(
  repository: Repository,
  manifest: Manifest,
  { tag, at }: { readonly tag: string | undefined; readonly at: Date },
): Image {
  const { images, name, registryId, tagged } = repository;
  const present = images.get(manifest.digest);
  const where = `in the repository with name '${name}' in registry with id '${registryId}'`;
  if (present !== undefined && (tag === undefined || present.tags.has(tag))) {
    const what = tag === undefined ? '' : ` and tag '${tag}'`;
    throw new AwsError(
      'ImageAlreadyExistsException',
      `Image with digest '${manifest.digest}'${what} already exists ${where}`,
    );
  }
  const missing = manifest.images.filter((digest) => !images.has(digest));
  if (missing.length > 0) {
    throw new AwsError(
      'ReferencedImagesNotFoundException',
      `The images with digests '[${missing.join(', ')}]' that the manifest list refers to do not exist ${where}`,
    );
  }
  if (tag !== undefined) checkMovable(repository, tag);
  if (images.size >= MAX_IMAGES || (present?.tags.size ?? 0) >= MAX_TAGS) {
    throw new AwsError(
      'LimitExceededException',
      `The maximum number of images, or of tags of an image, has been reached ${where}`,
    );
  }
  const image = present ?? { digest: manifest.digest, manifest, pushedAt: at, tags: new Set<string>() };
  images.set(image.digest, image);
  if (tag !== undefined) {
    untag(repository, tag);
    tagged.set(tag, image.digest);
    image.tags.add(tag);
  }
  return image;
}

/** Throws ImageTagAlreadyExistsException for a tag that an image has, and keeps. */
export function checkMovable(repository: Repository, tag: string): void {
  if (!repository.tagged.has(tag) || isMovable(repository, tag)) return;
  throw new AwsError(
    'ImageTagAlreadyExistsException',
    `The image tag '${tag}' already exists in the '${repository.name}' repository and cannot be overwritten because the tag is immutable.`,
  );
}

/** Takes a tag away from the image that has it, which stays. */
export function untag({ images, tagged }: Repository, tag: string): void {
  const digest = tagged.get(tag);
  if (digest === undefined) return;
  images.get(digest)?.tags.delete(tag);
  tagged.delete(tag);
}

export function removeImage({ images, tagged }: Repository, { digest, tags }: Image): void {
  for (const tag of tags) tagged.delete(tag);
  images.delete(digest);
}

/** Digests of the indexes that an image is in, and that keep it from being deleted. */
export function indexesOf({ images }: Repository, { digest }: Image): readonly string[] {
  return [...images.values()].flatMap((other) =>
    other.manifest.images.includes(digest) ? [other.digest] : [],
  );
}

/** Of an index the bytes of all its images. */
export function bytesOf({ images }: Repository, { manifest }: Image): number {
  return manifest.images.reduce(
    (sum, digest) => sum + (images.get(digest)?.manifest.layerBytes ?? 0),
    manifest.layerBytes,
  );
}
