import type { CallContext } from '../../call.ts';
import { findImage } from '../../ecr/images.ts';
import { AwsError } from '../../error.ts';
import { hostSuffixOf } from '../../partition.ts';
import { imageReference } from './images.ts';
import type { Need, NeedKind } from './needs.ts';
import { lookUpParameter, lookUpSecret, stateIn } from './secret-values.ts';
import type { Looked } from './secret-values.ts';

/** Hosts of private registries, also those that IPv6 reaches. */
const REGISTRY = /^(\d{12})\.dkr[.-]ecr(?:-fips)?\.([a-z0-9-]+)\.(.+)$/;

/** The tags that let a task fail by themselves need no image. */
const PROVOKING = 'fail-';

type Asked = (context: CallContext, need: Need) => Error | undefined;

/** What is asked for of what the account's own services hold. */
const ASKED: Readonly<Partial<Record<NeedKind, Asked>>> = {
  image: (context, { name }) => imageAbsence(context, name),
  parameter: (context, { name }) => errorIn(lookUpParameter(context, name)),
  secret: (context, { name, valueFrom }) => errorIn(lookUpSecret(context, valueFrom ?? name)),
  credentials: (context, { name }) => errorIn(lookUpSecret(context, name)),
};

/**
 * Why a task does not get what it needs of its own account: an image of ECR, a parameter, a secret. What is another account's, and what no
 * service here holds, is there.
 */
export function absenceOf(context: CallContext, need: Need): Error | undefined {
  return ASKED[need.kind]?.(context, need);
}

function imageAbsence(context: CallContext, image: string): Error | undefined {
  const { host, repository, tag, digest } = imageReference(image);
  const [, registryId, region = '', suffix = ''] = REGISTRY.exec(host) ?? [];
  if (registryId !== context.accountId || ![hostSuffixOf(region), 'on.aws'].includes(suffix))
    return undefined;
  if (tag.startsWith(PROVOKING)) return undefined;
  const found = stateIn(context, region)?.ecr.repositories.get(repository);
  // A digest alone counts where there are both.
  const imageId = digest === undefined ? { imageTag: tag } : { imageDigest: digest };
  if (found !== undefined && 'image' in findImage(found, imageId)) return undefined;
  return new AwsError('ImageNotFoundException', `${image} is not in the registry.`);
}

function errorIn(looked: Looked | undefined): Error | undefined {
  return looked !== undefined && 'error' in looked ? looked.error : undefined;
}
