import type { ByOperation } from '../../aws/operations.ts';
import { regionalArn } from '../../core/arn.ts';
import { SEEN, TAGGED, calls, reads, writes } from '../../core/authorization.ts';
import type { Call, ResourceType } from '../../core/authorization.ts';
import type { KindFacts } from '../../core/facts.ts';
import { pathsOf } from '../../core/fields/table.ts';
import type { NameRules } from '../../core/name-rules.ts';
import { TAG_PREFIX } from '../../core/ownership.ts';
import type { Desired, Tags } from '../../core/resource.ts';
import { saidTag } from '../../core/said-fields.ts';
import { POLICIES, REPOSITORY } from './fields.ts';
import { OPTIONAL_FIELDS } from './spec.ts';
import type { RepositorySpec } from './spec.ts';

/** Whether the images go with the repository, which must still be known when its manifest has gone. */
export const FORCE_TAG = `${TAG_PREFIX}force-delete`;

export function isForced(tags: Tags): boolean {
  return tags[FORCE_TAG] === 'true';
}

export interface RepositoryOutputs {
  readonly arn: string;
  readonly name: string;
  /** `385605022855.dkr.ecr.us-east-1.amazonaws.com/xray`: what an image in it is called before its tag or digest. */
  readonly uri: string;
}

/** ECR API reference, CreateRepository, repositoryName. */
export const REPOSITORY_NAMING: NameRules = {
  service: 'ECR',
  pattern: '^(?=..)([a-z0-9]+([._-][a-z0-9]+)*/)*[a-z0-9]+([._-][a-z0-9]+)*$',
  most: 256,
  says: 'must be 2 to 256 lower-case letters and digits, with one . _ - or / between them',
};

const keysOf = ({ spec }: Desired): readonly string[] =>
  [(spec as RepositorySpec).encryptionConfiguration?.kmsKey ?? []].flat();
const hasKey = (desired: Desired): boolean => keysOf(desired).length > 0;

/** The keys that manifests name; that of AWS takes no permission (ECR user guide, encryption at rest, required IAM permissions). */
const KMS_KEY: ResourceType = {
  name: 'key',
  all: (place) => [regionalArn(place, 'kms', 'key/*')],
  named: (_place, desired) => keysOf(desired),
};

export const repositoryFacts: KindFacts<RepositoryOutputs> = {
  name: 'repository',
  naming: REPOSITORY_NAMING,
  builtOn: [],
  paths: { ...pathsOf(REPOSITORY), ...pathsOf(POLICIES), repositoryPolicy: { anything: true } },
  mainOf: 'Repository',
  tags: ({ spec }) => {
    const { forceDelete = false, ...said } = spec as RepositorySpec;
    return { ...saidTag(said, OPTIONAL_FIELDS), [FORCE_TAG]: String(forceDelete) };
  },
  resourceType: {
    name: 'repository',
    all: (place) => [regionalArn(place, 'ecr', 'repository/*')],
    named: (place, { id }) => [regionalArn(place, 'ecr', `repository/${id.name}`)],
  },
  inventoryType: 'ecr:repository',
  calls: {
    ecr: {
      describeRepositories: calls(SEEN, reads('ecr:DescribeRepositories')),
      getLifecyclePolicy: calls(['observe'], reads('ecr:GetLifecyclePolicy')),
      getRepositoryPolicy: calls(['observe'], reads('ecr:GetRepositoryPolicy')),
      listImages: calls(SEEN, reads('ecr:ListImages')),
      listTagsForResource: calls(SEEN, reads('ecr:ListTagsForResource')),
      createRepository: calls(
        ['create'],
        writes('ecr:CreateRepository', 'own', 'request'),
        writes('ecr:TagResource', 'own', 'request'),
        writes('kms:CreateGrant', KMS_KEY, 'none', { about: hasKey }),
        writes('kms:DescribeKey', KMS_KEY, 'none', { about: hasKey }),
      ),
      putImageTagMutability: calls(['update'], writes('ecr:PutImageTagMutability', 'own', 'resource')),
      putImageScanningConfiguration: calls(
        ['update'],
        writes('ecr:PutImageScanningConfiguration', 'own', 'resource'),
      ),
      putLifecyclePolicy: calls(['create', 'update'], writes('ecr:PutLifecyclePolicy', 'own', 'resource')),
      deleteLifecyclePolicy: calls(['update'], writes('ecr:DeleteLifecyclePolicy', 'own', 'resource')),
      setRepositoryPolicy: calls(['create', 'update'], writes('ecr:SetRepositoryPolicy', 'own', 'resource')),
      deleteRepositoryPolicy: calls(['update'], writes('ecr:DeleteRepositoryPolicy', 'own', 'resource')),
      deleteRepository: calls(
        ['delete'],
        writes('ecr:DeleteRepository', 'own', 'resource'),
        writes('kms:RetireGrant', KMS_KEY, 'none', { about: hasKey }),
      ),
      tagResource: calls(TAGGED, writes('ecr:TagResource', 'own', 'either')),
      untagResource: calls(['release'], writes('ecr:UntagResource', 'own', 'resource')),
    },
    tagging: { getResources: calls(SEEN, reads('tag:GetResources')) },
  } satisfies ByOperation<Call>,
};
