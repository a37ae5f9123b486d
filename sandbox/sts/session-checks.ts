import type { AssumeRoleCommandInput } from '@aws-sdk/client-sts';
import type { CallContext } from '../call.ts';
import { AwsError } from '../error.ts';
import { checkIdentityPolicy } from '../iam/policy-document.ts';
import { checkCount, checkText } from './checks.ts';

/** Most characters of an inline session policy and the ARNs of managed ones together (AssumeRole, STS API reference). */
const MAX_POLICY_CHARACTERS = 2048;
const MAX_MANAGED_POLICIES = 10;
const MAX_TAGS = 50;

const ANY = '[\\s\\S]*';
const TAG_CHARACTERS = '[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]';
const WORD = '[\\w+=,.@-]*';

/**
 * What a request says of its session besides role, name and duration. Answers how much of their limit its policies and tags take,
 * in per cent; undefined without any. Throws ValidationError, MalformedPolicyDocument, PackedPolicyTooLarge,
 * InvalidParameterValue.
 */
export function checkSession(
  input: AssumeRoleCommandInput,
  context: Pick<CallContext, 'region'>,
): number | undefined {
  checkOptional(input.ExternalId, 'externalId', { min: 2, max: 1224, pattern: '[\\w+=,.@:\\/-]*' });
  checkOptional(input.SourceIdentity, 'sourceIdentity', { min: 2, max: 64, pattern: WORD });
  checkDevice(input);
  checkTags(input);
  checkCount(input.ProvidedContexts, 'providedContexts', { min: 1, max: 5 });
  for (const [index, { ProviderArn, ContextAssertion }] of (input.ProvidedContexts ?? []).entries()) {
    const member = `providedContexts.${index + 1}.member`;
    checkOptional(ProviderArn, `${member}.providerArn`, { min: 20, max: 2048, pattern: ANY });
    checkOptional(ContextAssertion, `${member}.contextAssertion`, { min: 4, max: 2048, pattern: ANY });
  }
  return packedSize(input, context);
}

/** A device for a second factor, and its code. Throws ValidationError. */
export function checkDevice(input: {
  readonly SerialNumber?: string | undefined;
  readonly TokenCode?: string | undefined;
}): void {
  checkOptional(input.SerialNumber, 'serialNumber', { min: 9, max: 256, pattern: '[\\w+=/:,.@-]*' });
  checkOptional(input.TokenCode, 'tokenCode', { min: 6, max: 6, pattern: '[\\d]*' });
}

function checkTags({ Tags: tags = [], TransitiveTagKeys: transitive }: AssumeRoleCommandInput): void {
  checkCount(tags, 'tags', { min: 0, max: MAX_TAGS });
  for (const [index, { Key, Value }] of tags.entries()) {
    const member = `tags.${index + 1}.member`;
    checkText(Key, `${member}.key`, { min: 1, max: 128, pattern: `${TAG_CHARACTERS}+` });
    checkText(Value, `${member}.value`, { min: 0, max: 256, pattern: `${TAG_CHARACTERS}*` });
  }
  const keys = tags.map(({ Key = '' }) => Key.toLowerCase());
  if (new Set(keys).size < keys.length) {
    throw new AwsError(
      'InvalidParameterValue',
      'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
    );
  }
  if (keys.some((key) => key.startsWith('aws:'))) {
    throw new AwsError('InvalidParameterValue', 'Tag keys may not begin with "aws:".');
  }
  checkCount(transitive, 'transitiveTagKeys', { min: 0, max: MAX_TAGS });
  for (const [index, key] of (transitive ?? []).entries()) {
    const member = `transitiveTagKeys.${index + 1}.member`;
    checkText(key, member, { min: 1, max: 128, pattern: `${TAG_CHARACTERS}+` });
  }
}

function packedSize(
  { Policy, PolicyArns: arns = [], Tags: tags = [] }: AssumeRoleCommandInput,
  context: Pick<CallContext, 'region'>,
): number | undefined {
  const policy = checkOptional(Policy, 'policy', {
    min: 1,
    max: Number.POSITIVE_INFINITY,
    pattern: '[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+',
  });
  if (policy !== undefined) checkIdentityPolicy(policy, context);
  checkCount(arns, 'policyArns', { min: 0, max: MAX_MANAGED_POLICIES });
  const texts = arns.map(({ arn }, index) =>
    checkText(arn, `policyArns.${index + 1}.member.arn`, {
      min: 20,
      max: 2048,
      pattern: 'arn:.*:iam::.*:policy/.+',
    }),
  );
  const size = [policy ?? '', ...texts].join('').length;
  if (size > MAX_POLICY_CHARACTERS) {
    throw new AwsError(
      'PackedPolicyTooLarge',
      `The session policies have ${size} characters; ${MAX_POLICY_CHARACTERS} are allowed.`,
    );
  }
  if (size === 0 && tags.length === 0) return undefined;
  return Math.max(1, Math.round((100 * size) / MAX_POLICY_CHARACTERS));
}

function checkOptional(
  text: string | undefined,
  member: string,
  limits: Parameters<typeof checkText>[2],
): string | undefined {
  return text === undefined ? undefined : checkText(text, member, limits);
}
