import { AwsError } from '../error.ts';

const ARN = /^arn:[^:]+:([^:]+):[^:]*:[^:]*:(.+)$/;
const MAX_ARN_LENGTH = 1011;
const MAX_TAGS = 50;

/** Throws InvalidParameterException for none, too many, or what is no ARN. */
export function checkArns(arns: readonly string[] | undefined, most: number): readonly string[] {
  if (arns === undefined || arns.length === 0 || arns.length > most) {
    throw invalidParameter(`ResourceARNList must have from 1 to ${most} items.`);
  }
  for (const arn of arns) {
    if (arn.length > MAX_ARN_LENGTH || !ARN.test(arn)) throw invalidParameter(`${arn} is not an ARN.`);
  }
  return arns;
}

/** The type of a resource as ResourceTypeFilters name it: `ecs:service`. */
export function resourceTypeOf(arn: string): string {
  const [, service = '', resource = ''] = ARN.exec(arn) ?? [];
  return `${service}:${resource.split(/[:/]/, 1)[0]}`;
}

/** Checks from 1 to 50 tags. Throws InvalidParameterException. */
export function checkTags(
  tags: Readonly<Record<string, string>> | undefined,
): Readonly<Record<string, string>> {
  checkTagKeys(Object.keys(tags ?? {}));
  for (const value of Object.values(tags ?? {})) {
    if (value.length > 256) throw invalidParameter('A tag value can have at most 256 characters.');
  }
  return tags ?? {};
}

/** Checks from 1 to 50 keys. Throws InvalidParameterException. */
export function checkTagKeys(keys: readonly string[] | undefined): readonly string[] {
  if (keys === undefined || keys.length === 0 || keys.length > MAX_TAGS) {
    throw invalidParameter(`There must be from 1 to ${MAX_TAGS} tags.`);
  }
  for (const key of keys) {
    checkTagKey(key);
    if (/^aws:/i.test(key)) throw invalidParameter('Tag keys cannot start with aws:.');
  }
  return keys;
}

/** Throws InvalidParameterException. */
export function checkTagKey(key: string | undefined): string {
  if (key === undefined || key === '' || key.length > 128) {
    throw invalidParameter('A tag key must have from 1 to 128 characters.');
  }
  return key;
}

export function invalidParameter(message: string): AwsError {
  return new AwsError('InvalidParameterException', message);
}
