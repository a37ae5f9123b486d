import { Type } from 'typebox';
import type { Table } from '../../core/fields/field.ts';
import {
  inPart,
  object,
  omissible,
  omissibleObject,
  required,
  set,
  value,
} from '../../core/fields/shapes.ts';
import { objectOf } from '../../core/fields/table.ts';
import { text } from '../../core/schema.ts';
import { LIFECYCLE_POLICY } from './lifecycle-fields.ts';
import { policyDocument } from './policy-fields.ts';

/** What CreateRepository takes, and the policies beside it. What no manifest says is left as it is. */

const ENCRYPTION = {
  fields: {
    encryptionType: required(
      value(
        Type.Enum(['AES256', 'KMS', 'KMS_DSSE'], {
          description: 'AES256: with keys of S3. KMS, KMS_DSSE: with a key of KMS, once or twice.',
        }),
      ),
    ),
    kmsKey: value(
      text(
        '^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$',
        'must be the ARN of a KMS key, as ECR shows it, such as arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab',
        'ARN of a key of the Region, with KMS and KMS_DSSE. Default: the key that AWS keeps for ECR.',
      ),
    ),
  },
  elsewhere: {},
  notOffered: {},
} satisfies Table;

const SCANNING = {
  fields: {
    scanOnPush: omissible(
      Type.Boolean({
        description:
          'Whether images are scanned for known vulnerabilities when they are pushed. Default: false.',
      }),
      false,
    ),
  },
  elsewhere: {},
  notOffered: {},
} satisfies Table;

const EXCLUSION_FILTER = {
  fields: {
    filterType: required(
      value(Type.Enum(['WILDCARD'], { description: 'WILDCARD: * in the filter stands for any text.' })),
    ),
    filter: required(
      value(
        text(
          '^[0-9a-zA-Z._*-]{1,128}$',
          'must be at most 128 letters, digits and . _ - with * for any text',
          'The tags, such as dev-*.',
        ),
      ),
    ),
  },
  elsewhere: {},
  notOffered: {},
} satisfies Table;

export const REPOSITORY = {
  fields: {
    imageTagMutability: omissible(
      Type.Enum(['MUTABLE', 'IMMUTABLE', 'IMMUTABLE_WITH_EXCLUSION', 'MUTABLE_WITH_EXCLUSION'], {
        description:
          'Whether a tag can move to another image. …_WITH_EXCLUSION: the opposite holds for the tags that imageTagMutabilityExclusionFilters name. Not written: as it is, which is MUTABLE for a new one.',
      }),
      'MUTABLE',
    ),
    imageTagMutabilityExclusionFilters: {
      ...set(objectOf(EXCLUSION_FILTER), {
        description: 'The tags that are the other way: up to five filters, with …_WITH_EXCLUSION.',
        maxItems: 5,
      }),
      holds: EXCLUSION_FILTER,
    },
    imageScanningConfiguration: omissibleObject(
      SCANNING,
      'Basic scanning. Where the registry has a scanning configuration of its own, that decides. Not written: as it is.',
    ),
    encryptionConfiguration: {
      ...inPart(
        object(
          ENCRYPTION,
          'Encryption of the images; AWS cannot change it for an existing repository. Not written: as it is, which is AES256 for a new one.',
        ),
      ),
      replaces: true,
    },
  },
  elsewhere: {
    registryId: 'it is the account of the Environment',
    repositoryName: 'write repositoryName',
    tags: 'write metadata.labels: they become the tags',
  },
  notOffered: {},
} satisfies Table;

const lifecyclePolicy = object(
  LIFECYCLE_POLICY,
  "The lifecycle policy: which images ECR deletes or archives by itself, in ECR's language. JSON is YAML, so you can paste a policy as it is. Without rules there is none. Not written: as it is.",
);

/** What a repository has beside that, each by a call of its own. */
export const POLICIES = {
  fields: {
    lifecyclePolicy: {
      ...lifecyclePolicy,
      observed: (aws: Parameters<typeof lifecyclePolicy.observed>[0]) =>
        aws === undefined || aws.rules.length === 0 ? null : lifecyclePolicy.observed(aws),
    },
    repositoryPolicy: policyDocument(
      "The repository's policy: who else may pull and push, in IAM's language without Resource, which is the repository. Without statements there is none. Not written: as it is.",
    ),
  },
  elsewhere: {},
  notOffered: {},
} satisfies Table;
