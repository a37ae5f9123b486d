import { IMAGE_DIGEST, IMAGE_TAG } from '../../core/ecr-image.ts';
import type { ContainerManifest } from '../schema/daemon-service.ts';
import { checkEach } from './check.ts';

/** ECS takes any reference to an image that has no odd characters; one that no registry knows ends tasks with CannotPullContainerError. */
export const images = checkEach<ContainerManifest>(['containers'], ({ image }, at, { report, warn }) => {
  if (typeof image !== 'string') {
    const { tag, digest } = image;
    if (tag === undefined && digest === undefined) {
      report(
        [...at, 'image', 'tag'],
        'tag is missing: say which image of the repository, by tag or by digest',
      );
    } else if (tag !== undefined && digest !== undefined) {
      report([...at, 'image', 'digest'], 'the digest alone decides which image runs; remove tag or digest');
    }
    return;
  }
  const problem = imageProblem(image);
  if (problem !== undefined) warn([...at, 'image'], `ECS takes it, and no registry does: ${problem}`);
});

/** Of a repository, each part between slashes (the OCI distribution specification, pulling manifests). */
const PART = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const REPOSITORY = new RegExp(`^${PART}(?:/${PART})*$`);
const TAG = new RegExp(IMAGE_TAG);

function imageProblem(image: string): string | undefined {
  if (/^[a-z]+:\/\//i.test(image)) {
    return `an image is named without a scheme; write ${image.replace(/^[a-z]+:\/\//i, '')}`;
  }
  const [named = '', digest] = image.split('@');
  if (digest !== undefined && !new RegExp(IMAGE_DIGEST).test(digest)) {
    return 'a digest is sha256: and 64 hexadecimal digits';
  }
  const tag = /:([^/]*)$/.exec(named)?.[1];
  if (tag !== undefined && !TAG.test(tag)) {
    return 'a tag is at most 128 letters, digits, underscores, dots and hyphens, and begins with no dot or hyphen';
  }
  // A first part with a dot or a port is the registry, whose case does not matter.
  const repository = named.replace(/:[^/]*$/, '').replace(/^[^/]*[.:][^/]*\//, '');
  if (repository !== repository.toLowerCase()) {
    return `a repository is named in lower case; write ${image.replace(repository, repository.toLowerCase())}`;
  }
  return REPOSITORY.test(repository)
    ? undefined
    : "each part of a repository's name is letters and digits, with a dot, one or two underscores or hyphens between them";
}
