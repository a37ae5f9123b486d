import type { ImageDetail } from '@aws-sdk/client-ecr';
import type { CallContext } from '../call.ts';
import { showDetail } from '../ecr/image-lists.ts';
import { checkMovable, isTag, pushImage } from '../ecr/images.ts';
import { imageManifest, indexManifest, readManifest } from '../ecr/manifests.ts';
import type { Manifest } from '../ecr/manifests.ts';
import type { Repository } from '../ecr/state.ts';
import { AwsError } from '../error.ts';

/** An image that people put into a repository, as if they had pushed it. */
export interface ImagePush {
  /** Name, ARN or URI of the repository. */
  readonly repository: string;
  /** Default: none. */
  readonly tags?: readonly string[];
  /** With these it is an index of one image for each; without, one image. */
  readonly architectures?: readonly string[];
}

const LAYER_BYTES = { least: 5_000_000, most: 80_000_000 };

/**
 * Puts an image into the one repository of that name, or ARN or URI, of all these places; its digests are the seed's. Throws
 * RepositoryNotFoundException, InvalidParameterException, ImageTagAlreadyExistsException for a tag that cannot be moved.
 */
export function putImage(contexts: readonly CallContext[], push: ImagePush): ImageDetail {
  const { repository, context } = ownerOf(contexts, push.repository);
  const { tags = [], architectures } = push;
  for (const tag of tags) {
    if (!isTag(tag)) throw new AwsError('InvalidParameterException', `${tag} cannot be the tag of an image.`);
    checkMovable(repository, tag);
  }
  const put = (manifest: Manifest, tag?: string) =>
    pushImage(repository, manifest, { tag, at: context.world.date() });
  const platforms = architectures?.map((architecture) => ({ architecture, manifest: newManifest(context) }));
  const manifest =
    platforms === undefined ? newManifest(context) : readManifest(indexManifest(platforms), undefined);
  for (const platform of platforms ?? []) put(platform.manifest);
  const [first, ...others] = new Set(tags);
  const image = put(manifest, first);
  for (const tag of others) put(manifest, tag);
  return showDetail(repository, image);
}

function newManifest({ world }: CallContext): Manifest {
  const digest = () => `sha256:${world.randomText(64)}`;
  const bytes = Math.floor(world.pick(LAYER_BYTES));
  return readManifest(imageManifest(digest(), digest(), bytes), undefined);
}

function ownerOf(
  contexts: readonly CallContext[],
  named: string,
): { readonly repository: Repository; readonly context: CallContext } {
  const found = contexts.flatMap((context) =>
    [...context.state.ecr.repositories.values()].flatMap((repository) => {
      const { name, arn, uri } = repository;
      return [name, arn, uri].includes(named) ? [{ repository, context }] : [];
    }),
  );
  const [owner, other] = found;
  if (owner === undefined) {
    throw new AwsError('RepositoryNotFoundException', `There is no repository ${named}.`);
  }
  if (other !== undefined) {
    const where = found.map(({ repository }) => repository.arn).join(' and ');
    throw new AwsError('InvalidParameterException', `${named} is ${where}: name it by its ARN.`);
  }
  return owner;
}
