import * as fc from 'fast-check';
import type { Hints } from './json-schema.ts';

const rule = (rulePriority: number, selection: object, action: object, more: object = {}) => ({
  rulePriority,
  selection,
  action,
  ...more,
});
const days = (countType: string, countNumber: number) => ({ countType, countUnit: 'days', countNumber });
const images = { countType: 'imageCountMoreThan', countNumber: 10 };
const expire = { type: 'expire' };
const archive = { type: 'transition', targetStorageClass: 'archive' };

/** Rules that can stand beside each other. */
const LIFECYCLE_POLICIES = [
  { rules: [] },
  {
    rules: [
      rule(3, { tagStatus: 'any', ...images }, expire, { description: 'the last ten' }),
      rule(
        1,
        { tagStatus: 'tagged', tagPatternList: ['dev-*', 'a*'], ...days('sinceImagePushed', 3) },
        expire,
      ),
      rule(2, { tagStatus: 'untagged', ...days('sinceImagePulled', 7) }, archive),
    ],
  },
  {
    rules: [
      rule(1, { tagStatus: 'tagged', tagPrefixList: ['dev'], storageClass: 'standard', ...images }, expire),
      rule(2, { tagStatus: 'any', storageClass: 'archive', ...days('sinceImageTransitioned', 90) }, expire),
    ],
  },
];

const POLICIES = [
  { Statement: [] },
  {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'pull',
        Effect: 'Allow',
        Principal: {
          AWS: ['111122223333', 'arn:aws:iam::444455556666:root'],
          Service: 'lambda.amazonaws.com',
        },
        Action: ['ecr:GetDownloadUrlForLayer', 'ecr:BatchGetImage'],
        Condition: {
          Bool: { 'aws:SecureTransport': true },
          StringEquals: { 'aws:PrincipalOrgID': 'o-abcdefghij', 'aws:RequestedRegion': ['b', 'a'] },
        },
      },
      { Effect: 'Deny', Principal: '*', NotAction: 'ecr:BatchGetImage' },
    ],
  },
  {
    Version: '2008-10-17',
    Statement: [
      { Effect: 'Deny', NotPrincipal: { AWS: '111122223333' }, Action: 'ecr:*' },
      { Effect: 'Deny', NotPrincipal: '*', NotAction: ['ecr:BatchGetImage', 'ecr:PutImage'] },
      { Effect: 'Deny', NotPrincipal: { AWS: ['111122223333'] }, Action: 'ecr:PutImage' },
    ],
  },
  { Statement: [{ Effect: 'Allow', Principal: { AWS: '111122223333' }, Action: 'ecr:BatchGetImage' }] },
];

/** What the policies of a repository mean, which are whole. */
export const HINTS_FOR_REPOSITORIES: Hints = {
  'Repository.spec.repositoryName': { value: fc.constantFrom('platform/x-ray', 'a.b_c-d/e/f') },
  'Repository.spec.imageTagMutabilityExclusionFilters[].filter': {
    value: fc.constantFrom('dev-*', 'latest', '*.rc*'),
  },
  'Repository.spec.encryptionConfiguration.kmsKey': {
    value: fc.constant('arn:aws:kms:us-east-1:385605022855:key/1234abcd-12ab-34cd-56ef-1234567890ab'),
  },
  'Repository.spec.lifecyclePolicy': { value: fc.constantFrom(...LIFECYCLE_POLICIES) },
  'Repository.spec.repositoryPolicy': { value: fc.constantFrom(...POLICIES) },
};
