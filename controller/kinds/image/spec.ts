import type { Place } from '../../core/arn.ts';
import { ecrImage } from '../../core/ecr-image.ts';
import type { EcrImage } from '../../core/ecr-image.ts';

/** An image that is named by its repository alone, `xray:3.x`, is in the registry of its Environment. */
export function locatedImage(
  reference: string,
  { accountId, region }: Pick<Place, 'accountId' | 'region'>,
): EcrImage {
  const elsewhere = ecrImage(reference);
  if (elsewhere !== undefined) return elsewhere;
  const [named = '', digest] = reference.split('@');
  const [repository = '', tag] = named.split(':');
  return {
    registryId: accountId,
    region,
    repository,
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
  };
}
