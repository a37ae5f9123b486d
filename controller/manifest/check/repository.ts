import type { ManifestSpecs } from '../schema/index.ts';
import { checkEach, checksOf } from './check.ts';

type Spec = ManifestSpecs['Repository'];
type Rule = NonNullable<Spec['lifecyclePolicy']>['rules'][number];

const check = checksOf<Spec>();

const FIELD = 'imageTagMutabilityExclusionFilters';

/** ECR API reference, PutImageTagMutability. */
const mutability = check(['imageTagMutability', FIELD], (spec, { report }) => {
  const { imageTagMutability, [FIELD]: filters = [] } = spec;
  const excludes = imageTagMutability?.endsWith('_WITH_EXCLUSION') === true;
  if (excludes && filters.length === 0) {
    const whole = imageTagMutability.replace('_WITH_EXCLUSION', '');
    report(
      ['spec', FIELD],
      `${imageTagMutability} needs filters for the tags that it leaves out: add [{ filterType: WILDCARD, filter: dev-* }], or write imageTagMutability: ${whole}`,
    );
  } else if (!excludes && filters.length > 0) {
    const written = imageTagMutability ?? 'MUTABLE';
    report(
      ['spec', FIELD],
      `filters go with imageTagMutability: ${written}_WITH_EXCLUSION; write that, or remove them`,
    );
  }
  filters.forEach(({ filter }, nth) => {
    if (filter.split('*').length > MOST_WILDCARDS + 1)
      report(['spec', FIELD, nth, 'filter'], `has more than ${MOST_WILDCARDS} wildcards, which ECR allows`);
  });
});

/** Amazon ECR service quotas, rules per lifecycle policy. */
const MOST_RULES = 50;

/** ECR API reference, ImageTagMutabilityExclusionFilter; user guide, lifecycle policy properties. */
const MOST_WILDCARDS = 2;
const MOST_IN_PATTERN = 4;

/** ECR API reference, EncryptionConfiguration. */
const encryption = check(['encryptionConfiguration'], ({ encryptionConfiguration }, { report }) => {
  const { encryptionType, kmsKey } = encryptionConfiguration ?? {};
  if (encryptionType === 'AES256' && kmsKey !== undefined) {
    report(
      ['spec', 'encryptionConfiguration', 'kmsKey'],
      'AES256 encrypts with keys of S3; write encryptionType: KMS or KMS_DSSE, or remove kmsKey',
    );
  }
});

const rules = check(['lifecyclePolicy'], ({ lifecyclePolicy }, { report }) => {
  const all = lifecyclePolicy?.rules ?? [];
  if (all.length > MOST_RULES) {
    report(
      ['spec', 'lifecyclePolicy', 'rules'],
      `has ${all.length} rules, and ECR takes at most ${MOST_RULES}`,
    );
  }
  all.forEach(({ rulePriority, selection: { tagStatus } }, nth) => {
    const at = ['spec', 'lifecyclePolicy', 'rules', nth, 'rulePriority'];
    if (all.some((other, index) => index < nth && other.rulePriority === rulePriority)) {
      report(at, `another rule has the priority ${rulePriority} too; each has one of its own`);
    }
    const later = all.find(
      (other) => other.rulePriority > rulePriority && other.selection.tagStatus !== 'any',
    );
    if (tagStatus === 'any' && later !== undefined) {
      report(
        at,
        `a rule for any comes last, and that of priority ${later.rulePriority} comes after it; give this one a higher priority`,
      );
    }
  });
});

/** ECR user guide, lifecycle policy properties. */
const eachRule = checkEach<Rule>(['lifecyclePolicy', 'rules'], ({ selection, action }, at, { report }) => {
  const {
    tagStatus,
    tagPatternList = [],
    tagPrefixList = [],
    countType,
    countUnit,
    storageClass,
  } = selection;
  const lists = tagPatternList.length + tagPrefixList.length;
  if (tagStatus === 'tagged' && lists === 0) {
    report([...at, 'selection'], 'tagged needs the tags: add tagPatternList, such as ["*"] for any tag');
  } else if (tagStatus !== 'tagged' && lists > 0) {
    const list = tagPatternList.length > 0 ? 'tagPatternList' : 'tagPrefixList';
    report([...at, 'selection', list], `goes with tagStatus: tagged; write that, or remove ${list}`);
  } else if (tagPatternList.length > 0 && tagPrefixList.length > 0) {
    report(
      [...at, 'selection', 'tagPrefixList'],
      'goes without tagPatternList; write the prefixes as patterns: prod*',
    );
  }
  tagPatternList.forEach((pattern, nth) => {
    if (pattern.split('*').length > MOST_IN_PATTERN + 1) {
      report(
        [...at, 'selection', 'tagPatternList', nth],
        `has more than ${MOST_IN_PATTERN} wildcards, which ECR allows`,
      );
    }
  });
  const isOfTime = countType !== 'imageCountMoreThan';
  if (isOfTime && countUnit === undefined) {
    report([...at, 'selection', 'countUnit'], `${countType} is counted in days: add countUnit: days`);
  } else if (!isOfTime && countUnit !== undefined) {
    report([...at, 'selection', 'countUnit'], 'imageCountMoreThan counts images; remove countUnit');
  }
  if (countType === 'sinceImageTransitioned' && storageClass !== 'archive') {
    report(
      [...at, 'selection', 'storageClass'],
      'sinceImageTransitioned is about what is archived: add storageClass: archive',
    );
  }
  if (action.type === 'transition' && action.targetStorageClass === undefined) {
    report(
      [...at, 'action', 'targetStorageClass'],
      'transition needs where to: add targetStorageClass: archive',
    );
  } else if (action.type === 'expire' && action.targetStorageClass !== undefined) {
    report([...at, 'action', 'targetStorageClass'], 'goes with type: transition; write that, or remove it');
  }
});

export const repositoryChecks = [mutability, encryption, rules, eachRule];
