import { describe, expect, it } from 'vitest';
import { parseManifests } from '../../controller/manifest/parse.ts';
import { daemonService, repository, yamlOf } from '../support/manifests/documents.ts';
import type { DocumentOverrides, ManifestDocument } from '../support/manifests/documents.ts';

function told(...documents: readonly ManifestDocument[]) {
  const { errors, warnings } = parseManifests([{ file: 'a.yaml', text: yamlOf(...documents) }]);
  const text = ({ path, message }: { path: string; message: string }) => `${path}: ${message}`;
  return { errors: errors.map(text), warnings: warnings.map(text) };
}

type Spec = DocumentOverrides<'Repository'>;
type Rule = NonNullable<Spec['lifecyclePolicy']>['rules'][number];

const images = { countType: 'imageCountMoreThan', countNumber: 5 } as const;
const rule = (
  rulePriority: number,
  selection: Partial<Rule['selection']> = {},
  action: object = {},
): Rule => ({
  rulePriority,
  selection: { tagStatus: 'any', ...images, ...selection },
  action: { type: 'expire', ...action },
});
const rules = (...all: readonly Rule[]): Spec => ({ lifecyclePolicy: { rules: [...all] } });
const FILTER = { filterType: 'WILDCARD', filter: 'dev-*' } as const;

/** What ECR refuses, by what is written: where that is told, and how. */
const REFUSED: readonly (readonly [what: string, spec: Spec, says: RegExp])[] = [
  ['a name that ECR does not take', { repositoryName: 'Team/xray' }, /^spec\.repositoryName: .*lower-case/],
  [
    'a derived name of one letter',
    { name: 'x' },
    /^metadata\.name: the derived ECR repository name x must be 2/,
  ],
  [
    'an exclusion of nothing',
    { imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION' },
    /^spec\.imageTagMutabilityExclusionFilters: IMMUTABLE_WITH_EXCLUSION needs filters.*imageTagMutability: IMMUTABLE$/,
  ],
  [
    'filters without an exclusion',
    { imageTagMutability: 'IMMUTABLE', imageTagMutabilityExclusionFilters: [FILTER] },
    /filters go with imageTagMutability: IMMUTABLE_WITH_EXCLUSION/,
  ],
  [
    'a filter of three wildcards',
    {
      imageTagMutability: 'MUTABLE_WITH_EXCLUSION',
      imageTagMutabilityExclusionFilters: [{ ...FILTER, filter: 'a*b*c*' }],
    },
    /Filters\[0\]\.filter: has more than 2 wildcards/,
  ],
  [
    'a key with the encryption of S3',
    {
      encryptionConfiguration: {
        encryptionType: 'AES256',
        kmsKey: 'arn:aws:kms:us-east-1:385605022855:key/1234abcd',
      },
    },
    /^spec\.encryptionConfiguration\.kmsKey: AES256 encrypts with keys of S3; write encryptionType: KMS/,
  ],
  [
    'a key by its alias, which ECR shows by its ARN',
    { encryptionConfiguration: { encryptionType: 'KMS', kmsKey: 'alias/images' } },
    /must be the ARN of a KMS key/,
  ],
  ['two rules of one priority', rules(rule(1, { tagStatus: 'untagged' }), rule(1)), /priority 1 too/],
  ['a rule for any before another', rules(rule(1), rule(2, { tagStatus: 'untagged' })), /any comes last/],
  [
    'too many rules',
    rules(...Array.from({ length: 51 }, (_, nth) => rule(nth + 1))),
    /has 51 rules.*at most 50/,
  ],
  ['tagged without tags', rules(rule(1, { tagStatus: 'tagged' })), /selection: tagged needs the tags/],
  [
    'tags without tagged',
    rules(rule(1, { tagPatternList: ['a'] })),
    /tagPatternList: goes with tagStatus: tagged/,
  ],
  [
    'prefixes beside patterns',
    rules(rule(1, { tagStatus: 'tagged', tagPatternList: ['a'], tagPrefixList: ['b'] })),
    /tagPrefixList: goes without tagPatternList/,
  ],
  [
    'a pattern of five wildcards',
    rules(rule(1, { tagStatus: 'tagged', tagPatternList: ['*a*b*c*d*'] })),
    /tagPatternList\[0\]: has more than 4 wildcards/,
  ],
  [
    'time without a unit',
    rules(rule(1, { countType: 'sinceImagePushed' })),
    /countUnit: sinceImagePushed is counted in days/,
  ],
  ['images in days', rules(rule(1, { countUnit: 'days' })), /countUnit: imageCountMoreThan counts images/],
  [
    'time in an archive that the rule is not about',
    rules(rule(1, { countType: 'sinceImageTransitioned', countUnit: 'days' })),
    /storageClass: sinceImageTransitioned is about what is archived/,
  ],
  [
    'a transition to nowhere',
    rules(rule(1, {}, { type: 'transition' })),
    /targetStorageClass: transition needs where to/,
  ],
  [
    'an expiry to somewhere',
    rules(rule(1, {}, { targetStorageClass: 'archive' })),
    /goes with type: transition/,
  ],
  [
    'a policy about a resource',
    { repositoryPolicy: { Statement: [{ Effect: 'Allow', Resource: '*' } as never] } },
    /Resource.*the policy is about this repository alone; remove it/,
  ],
  [
    'a policy as text',
    { lifecyclePolicy: '{"rules": []}' as never },
    /^spec\.lifecyclePolicy: must be a mapping, not text/,
  ],
];

describe('a Repository', () => {
  it.each(REFUSED)('is refused with %s', (_what, spec, says) => {
    expect(told(repository(spec)).errors).toContainEqual(expect.stringMatching(says));
  });

  it('takes a lifecycle policy as the console shows it', () => {
    const text = yamlOf(repository()).replace(
      /spec: .*/,
      'spec: { lifecyclePolicy: {"rules": [{"rulePriority": 1, "description": "old", "selection": {"tagStatus": "untagged", "countType": "sinceImagePushed", "countUnit": "days", "countNumber": 14}, "action": {"type": "expire"}}]} }',
    );
    expect(parseManifests([{ file: 'a.yaml', text }]).errors).toEqual([]);
  });

  it('is refused where another has its name in ECR', () => {
    const both = [repository({ name: 'a', repositoryName: 'xray' }), repository()];
    expect(told(...both).errors).toEqual([
      expect.stringContaining('the ECR repository xray is claimed by Repository/xray at a.yaml'),
      expect.stringContaining('the ECR repository xray is claimed by Repository/a at a.yaml'),
    ]);
  });
});

describe('an image in a repository', () => {
  type Image = DocumentOverrides<'DaemonService'>['containers'];
  const daemon = (image: object, fields: object = {}) =>
    daemonService({ containers: [{ name: 'main', image }] as Image & object, ...fields });
  const DIGEST = `sha256:${'a'.repeat(64)}`;

  it.each([
    ['a tag', { repository: 'xray', tag: '3.x' }],
    ['a digest', { repository: 'xray', digest: DIGEST }],
    ['the name of a repository in ECR', { repository: 'team/xray', tag: '3.x' }],
  ])('is taken with %s', (_what, image) => {
    expect(told(repository(), daemon(image))).toEqual({ errors: [], warnings: [] });
  });

  it.each([
    ['no tag', { repository: 'xray' }, /image\.tag: tag is missing: say which image/],
    [
      'tag and digest',
      { repository: 'xray', tag: 'a', digest: DIGEST },
      /image\.digest: .*remove tag or digest/,
    ],
    ['a tag that no registry takes', { repository: 'xray', tag: '-a' }, /image\.tag: .*must be a tag/],
    ['half a digest', { repository: 'xray', digest: 'sha256:ab' }, /64 hexadecimal digits/],
    ['a number as its tag', { repository: 'xray', tag: 3.1 }, /image\.tag: .*in quotes/],
    ['no repository', { tag: '3.x' }, /image\.repository: repository is missing/],
    ['a key too many', { repository: 'xray', tag: '3.x', registry: 'x' }, /unknown key "registry"/],
    [
      'a name that neither a manifest nor ECR has',
      { repository: 'x--y', tag: '3.x' },
      /image\.repository: no Repository is called so here, and as a name in ECR it must be 2 to 256/,
    ],
  ])('is refused with %s', (_what, image, says) => {
    expect(told(repository(), daemon(image)).errors).toEqual([expect.stringMatching(says)]);
  });

  it('whose repository is nearly called as one that is declared is warned about', () => {
    expect(told(repository(), daemon({ repository: 'xrai', tag: '3.x' }))).toEqual({
      errors: [],
      warnings: [
        expect.stringMatching(
          /repository: no Repository is called so here.*did you mean Repository\/xray at a\.yaml/,
        ),
      ],
    });
  });

  it('is pulled with the execution role', () => {
    const without = daemon({ repository: 'xray', tag: '3.x' }, { executionRole: { omit: true } });
    expect(told(repository(), without).errors).toContainEqual(
      expect.stringContaining('ECS pulls the image of container main from ECR with the execution role'),
    );
  });
});
