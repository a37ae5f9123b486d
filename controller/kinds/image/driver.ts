import type { ImageIdentifier } from '@aws-sdk/client-ecr';
import { collect, inBatchesOf } from '../../aws/collect.ts';
import type { Place } from '../../core/arn.ts';
import { ecrImage } from '../../core/ecr-image.ts';
import type { EcrImage } from '../../core/ecr-image.ts';
import { asStationkeeperError, hasCode } from '../../core/errors.ts';
import type { LookedUpSpec, LookedUpState } from '../../core/looked-up.ts';
import { groupBy } from '../../core/order.ts';
import { createRemembered } from '../../core/remembered.ts';
import { closest } from '../../core/suggest.ts';
import type { DriverContext, KindDriver } from '../kind.ts';
import { lookedUpDriver } from '../looked-up.ts';
import type { Verdict } from '../looked-up.ts';
import { locatedImage } from './spec.ts';

/** BatchGetImage takes so many, of one repository (API reference, imageIds). */
const IMAGES_AT_ONCE = 100;
const KNOWN_FOR_MS = 600_000;
/** A page of ListImages; among so many tags the nearest is looked for. */
const TAGS_SHOWN = 1000;
/** In which form ECR has the manifest: without them it makes another one of it (API reference, acceptedMediaTypes). */
const MEDIA_TYPES = [
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.oci.image.index.v1+json',
];
/** The prefix of a pull-through cache rule for every repository. */
const ANY_REPOSITORY = 'ROOT';
const HELPS = 'or correct image where a manifest names it';

/** Looks up the images in ECR that containers name, by repository. What is in other registries is no resource of this kind. */
export function imageDriver({ aws, clock }: DriverContext): KindDriver<LookedUpSpec, LookedUpState> {
  const { ecr } = aws;
  /** By repository; and of the own registry. */
  const tags = createRemembered<readonly string[]>(clock, KNOWN_FOR_MS);
  const cached = createRemembered<readonly string[]>(clock, KNOWN_FOR_MS);

  async function failuresOf(
    { registryId, repository: repositoryName }: EcrImage,
    images: ReadonlyMap<string, EcrImage>,
  ): Promise<ReadonlyMap<string, Verdict> | undefined> {
    try {
      const ids = new Map([...images.values()].map(idOf).map((id) => [keyOf(id), id]));
      const { images: found = [], failures = [] } = await ecr.batchGetImage({
        registryId,
        repositoryName,
        imageIds: [...ids.values()],
        acceptedMediaTypes: MEDIA_TYPES,
      });
      const there = new Set(found.flatMap(({ imageId = {} }) => [imageId.imageTag, imageId.imageDigest]));
      const failed = new Map(
        failures.map(({ imageId = {}, failureCode }) => [keyOf(imageId), failureCode ?? '']),
      );
      return new Map(
        [...images].flatMap(([reference, image]): (readonly [string, Verdict])[] => {
          const key = keyOf(idOf(image));
          if (there.has(key)) return [[reference, { type: 'found', outputs: {} }]];
          const code = failed.get(key);
          if (code === undefined) return [];
          return code === 'ImageNotFound'
            ? [[reference, { type: 'missing' }]]
            : [[reference, { type: 'unknown', why: `ECR says ${code} of it` }]];
        }),
      );
    } catch (thrown) {
      if (hasCode(thrown, 'RepositoryNotFoundException')) return undefined;
      throw thrown;
    }
  }

  /** Prefixes of the repositories that ECR fills from another registry when somebody pulls from them. */
  async function cachePrefixes(registryId: string): Promise<readonly string[]> {
    const known = cached.of(registryId)?.value;
    if (known !== undefined) return known;
    const rules = await collect(async (nextToken) => {
      const page = await ecr.describePullThroughCacheRules({
        registryId,
        ...(nextToken === undefined ? {} : { nextToken }),
      });
      return { items: page.pullThroughCacheRules, next: page.nextToken };
    });
    return cached.note(
      registryId,
      rules.flatMap(({ ecrRepositoryPrefix = [] }) => ecrRepositoryPrefix),
    ).value;
  }

  /** Why what is not there may come by itself; undefined where it does not. Nobody may ask that of another account's registry. */
  async function mayBeFetched(
    { registryId, repository }: EcrImage,
    { accountId }: Place,
  ): Promise<string | undefined> {
    if (registryId !== accountId) return undefined;
    try {
      const prefix = (await cachePrefixes(registryId)).find(
        (each) => each === ANY_REPOSITORY || repository.startsWith(`${each}/`),
      );
      return prefix && `ECR fetches it by the pull-through cache rule ${prefix} when a task pulls it`;
    } catch (thrown) {
      return `ECR has no such image, and whether a pull-through cache rule fetches it could not be read: ${asStationkeeperError(thrown).message}`;
    }
  }

  /** ` (the nearest is 3.2)`, where there is one; to look for it is a favour, and no reason to fail. */
  async function nearest({ registryId, repository }: EcrImage, tag: string): Promise<string> {
    const key = `${registryId}/${repository}`;
    try {
      const known =
        tags.of(key)?.value ?? tags.note(key, await tagsOf({ registryId, repositoryName: repository })).value;
      const close = closest(tag, known);
      return close === undefined ? '' : ` (the nearest is ${close})`;
    } catch {
      return '';
    }
  }

  async function tagsOf(of: {
    readonly registryId: string;
    readonly repositoryName: string;
  }): Promise<readonly string[]> {
    const { imageIds = [] } = await ecr.listImages({
      ...of,
      filter: { tagStatus: 'TAGGED' },
      maxResults: TAGS_SHOWN,
    });
    return imageIds.flatMap(({ imageTag = [] }) => imageTag);
  }

  return lookedUpDriver(clock, {
    one: 'an image',
    all: 'images',
    knownForMs: KNOWN_FOR_MS,
    onDenial: 'taken',
    onFailure: 'taken',
    taken: () => ({}),
    withoutAsking(reference, { region }) {
      const of = ecrImage(reference)?.region ?? region;
      if (of === region) return undefined;
      return { type: 'unknown', why: `it is in ${of}, and this Environment asks ECR in ${region}` };
    },
    batches(references) {
      const byRepository = groupBy(references, (reference) => {
        const { registryId, repository } = locatedImage(reference, ITS_OWN);
        return `${registryId}/${repository}`;
      });
      return [...byRepository.values()].flatMap((some) => inBatchesOf(IMAGES_AT_ONCE, some));
    },
    async ask(references, place) {
      const images = new Map(references.map((reference) => [reference, locatedImage(reference, place)]));
      const [first] = images.values();
      if (first === undefined) return new Map();
      const verdicts = await failuresOf(first, images);
      const isMissing = (reference: string) =>
        verdicts === undefined || verdicts.get(reference)?.type === 'missing';
      const missing = [...images].filter(([reference]) => isMissing(reference));
      if (missing.length === 0) return verdicts!;
      const comes = await mayBeFetched(first, place);
      const told = new Map(verdicts);
      for (const [reference, image] of missing) {
        told.set(
          reference,
          comes === undefined
            ? { type: 'missing', why: await whyMissing(reference, image, verdicts === undefined) }
            : { type: 'unknown', why: comes },
        );
      }
      return told;
    },
  });

  async function whyMissing(reference: string, image: EcrImage, lacksRepository: boolean): Promise<string> {
    const { registryId, region, repository } = image;
    const { imageDigest, imageTag = '' } = idOf(image);
    if (lacksRepository) {
      return ecrImage(reference) === undefined
        ? `the repository ${repository} does not exist yet; push ${reference} to it once it does, and the controller continues`
        : `account ${registryId} has no repository ${repository} in ${region}; create it and push the image, ${HELPS}`;
    }
    return imageDigest === undefined
      ? `the repository ${repository} has no tag ${imageTag}${await nearest(image, imageTag)}; push it, ${HELPS}`
      : `the repository ${repository} has no image ${imageDigest}; push it, ${HELPS}`;
  }
}

/** Stands for the place of what is named by its repository alone. */
const ITS_OWN = { accountId: '', region: '' };
const DEFAULT_TAG = 'latest';

/** By its digest, where it has one: who pulls it does not ask for the tag beside that. */
function idOf({ tag = DEFAULT_TAG, digest }: EcrImage): ImageIdentifier {
  return digest === undefined ? { imageTag: tag } : { imageDigest: digest };
}

/** By what an image is asked for. */
function keyOf({ imageDigest, imageTag }: ImageIdentifier): string {
  return imageTag ?? imageDigest ?? '';
}
