import type { CallContext } from '../../call.ts';
import { findImage } from '../../ecr/images.ts';
import { AwsError } from '../../error.ts';
import { hostSuffixOf } from '../../partition.ts';
import { findSecret, secretNotFound } from '../../secretsmanager/find.ts';
import { valueFor } from '../../secretsmanager/values.ts';
import { findParameter } from '../../ssm/find.ts';
import type { RegionState } from '../../state.ts';
import { imageReference } from './images.ts';
import type { Need, NeedKind } from './needs.ts';

/** Hosts of private registries, also those that IPv6 reaches. */
const REGISTRY = /^(\d{12})\.dkr[.-]ecr(?:-fips)?\.([a-z0-9-]+)\.(.+)$/;

/** The tags that let a task fail by themselves need no image. */
const PROVOKING = 'fail-';

type Asked = (context: CallContext, need: Need) => Error | undefined;

/** What is asked for of what the account's own services hold. */
const ASKED: Readonly<Partial<Record<NeedKind, Asked>>> = {
  image: (context, { name }) => imageAbsence(context, name),
  parameter: (context, { name }) => parameterAbsence(context, name),
  secret: (context, { name, valueFrom }) => secretAbsence(context, valueFrom ?? name),
  credentials: (context, { name }) => secretAbsence(context, name),
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

function parameterAbsence(context: CallContext, reference: string): AwsError | undefined {
  const [, region, accountId] = /^arn:[^:]+:ssm:([^:]+):(\d*):/.exec(reference) ?? [];
  if (accountId !== undefined && accountId !== '' && accountId !== context.accountId) return undefined;
  const where = region ?? context.region;
  const state = stateIn(context, where);
  const found =
    state === undefined ? undefined : findParameter({ ...context, region: where, state }, reference);
  return found?.version === undefined ? new AwsError('ParameterNotFound', '') : undefined;
}

/** `arn:…:secret:name-AbCdEf`, with or without `:json-key:version-stage:version-id` behind it. */
function secretAbsence(context: CallContext, reference: string): Error | undefined {
  const [, , , region = context.region, accountId = context.accountId, , , key = '', stage = '', id = ''] =
    reference.split(':');
  if (accountId !== context.accountId) return undefined;
  const state = stateIn(context, region);
  const arn = reference.split(':').slice(0, 7).join(':');
  const secret = state === undefined ? undefined : findSecret(state, arn);
  if (secret === undefined) return secretNotFound();
  try {
    const text = valueFor(secret, {
      ...(stage === '' ? {} : { VersionStage: stage }),
      ...(id === '' ? {} : { VersionId: id }),
    });
    return key === '' || hasKey(text, key) ? undefined : withoutKey(key);
  } catch (thrown) {
    if (thrown instanceof AwsError) return thrown;
    throw thrown;
  }
}

function hasKey(text: string, key: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && Object.hasOwn(value, key);
  } catch {
    return false;
  }
}

/** As the agent says it, which has got the secret. */
function withoutKey(key: string): Error {
  return new Error(`retrieved secret from Secrets Manager did not contain json key ${key}`);
}

/** What the account holds in a Region; undefined where nobody has looked yet. */
function stateIn(context: CallContext, region: string): RegionState | undefined {
  return region === context.region ? context.state : context.regions().get(region);
}
