import { Type } from 'typebox';
import type { Static } from 'typebox';
import { IMAGE_DIGEST, IMAGE_TAG, ecrImage } from '../../core/ecr-image.ts';
import type { Field } from '../../core/fields/field.ts';
import type { Needs } from '../../core/outputs.ts';
import type { Reference } from '../../core/reference.ts';
import { text } from '../../core/schema.ts';
import type { RepositoryOutputs } from '../repository/facts.ts';

const imageInRepository = Type.Object(
  {
    repository: text(
      '^[a-z0-9][a-z0-9._/-]{0,255}$',
      'must be the name of a Repository, or of a repository in ECR',
      'A Repository of the same Environment, by its metadata.name; or, where none is called so, a repository that exists in its account and Region, by its name in ECR.',
    ),
    tag: Type.Optional(
      text(
        IMAGE_TAG,
        'must be a tag: at most 128 letters, digits, underscores, dots and hyphens, which begins with no dot or hyphen',
        'The tag; in quotes where it is a number.',
      ),
    ),
    digest: Type.Optional(
      text(IMAGE_DIGEST, 'must be sha256: and 64 hexadecimal digits', 'The digest, instead of a tag.'),
    ),
  },
  { additionalProperties: false },
);

const schema = Type.Union(
  [
    text(
      '^[A-Za-z0-9][A-Za-z0-9._:/#-]{0,254}(@[A-Za-z0-9:]{1,255})?$',
      'must be an image such as public.ecr.aws/xray/aws-xray-daemon:3.x',
      'registry/repository:tag or registry/repository@sha256:digest.',
    ),
    imageInRepository,
  ],
  {
    description:
      'registry/repository:tag or registry/repository@sha256:digest; or { repository: xray, tag: 3.x }, which is in ECR in the account and Region of the Environment.',
    errorMessage:
      'must be an image such as public.ecr.aws/xray/aws-xray-daemon:3.x, or { repository: xray, tag: 3.x }',
  },
);
export type ImageManifest = Static<typeof schema>;

/** What ECS is told of one in a repository follows from what that gives (`imageIn`). */
export const imageField: Field<
  typeof schema,
  ImageManifest | undefined,
  string,
  string | null | undefined
> & { readonly presence: 'required' } = {
  schema,
  presence: 'required',
  compared: 'value',
  wanted: (written) => written,
  toAws: (spec) => (typeof spec === 'string' ? spec : undefined),
  observed: (aws) => aws ?? null,
  written: (aws) => aws,
};

/** As registries name it, or by the repository that it is in, with its tag or its digest. */
export type Image = string | RepositoryImage;

export interface RepositoryImage {
  readonly repository: Reference<RepositoryOutputs>;
  readonly tag?: string;
  readonly digest?: string;
}

interface WithImages {
  readonly containers: readonly { readonly name: string; readonly image: Image }[];
}

/** The image as ECS is told it; undefined while its repository is not known. */
export function imageIn(image: Image, needs: Needs): string | undefined {
  if (typeof image === 'string') return image;
  const { repository, tag, digest } = image;
  const uri = needs(repository)?.uri;
  return uri === undefined ? undefined : `${uri}${digest === undefined ? `:${tag}` : `@${digest}`}`;
}

/** The repositories that images are in, as manifests name them. */
export function repositoriesOf({ containers }: WithImages): readonly Reference<RepositoryOutputs>[] {
  return containers.flatMap(({ image }) => (typeof image === 'string' ? [] : [image.repository]));
}

/** The container whose image is in a repository; undefined where none names that. */
export function containerFrom(
  { containers }: WithImages,
  { kind, name }: Reference<unknown>,
): string | undefined {
  return containers.find(
    ({ image }) =>
      typeof image !== 'string' && image.repository.kind === kind && image.repository.name === name,
  )?.name;
}

/** ARN of the private repository that an image is in, where it is in one. */
export function repositoryArn(image: string, partition: string): string | undefined {
  const found = ecrImage(image);
  return found && `arn:${partition}:ecr:${found.region}:${found.registryId}:repository/${found.repository}`;
}
