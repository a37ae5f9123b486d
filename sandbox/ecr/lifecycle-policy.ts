import type { AwsError } from '../error.ts';
import { checkText, invalidParameter } from './checks.ts';

/** Rules per lifecycle policy (Amazon ECR service quotas). */
const MAX_RULES = 50;
const MAX_WILDCARDS = 4;

type Json = Readonly<Record<string, unknown>>;

/** What a member may be; one without `isRequired` may be left out. */
interface Member {
  readonly isRequired?: true;
  readonly isRight: (value: unknown) => boolean;
  readonly wanted: string;
}

type Members = Readonly<Record<string, Member>>;

const COUNT: Member = {
  isRequired: true,
  isRight: (value) => Number.isInteger(value) && Number(value) >= 1,
  wanted: 'a whole number from 1 on',
};
const TEXT: Member = { isRight: (value) => typeof value === 'string', wanted: 'a string' };
const OBJECT: Member = { isRequired: true, isRight: isObject, wanted: 'an object' };
const TEXTS: Member = {
  isRight: (value) =>
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((item) => typeof item === 'string' && item !== ''),
  wanted: 'a list of strings',
};

const RULE: Members = { rulePriority: COUNT, description: TEXT, selection: OBJECT, action: OBJECT };

const SELECTION: Members = {
  tagStatus: { ...oneOf('tagged', 'untagged', 'any'), isRequired: true },
  tagPrefixList: TEXTS,
  tagPatternList: TEXTS,
  storageClass: oneOf('standard', 'archive'),
  countType: {
    ...oneOf('imageCountMoreThan', 'sinceImagePushed', 'sinceImagePulled', 'sinceImageTransitioned'),
    isRequired: true,
  },
  countUnit: oneOf('days'),
  countNumber: COUNT,
};

const ACTION: Members = {
  type: { ...oneOf('expire', 'transition'), isRequired: true },
  targetStorageClass: oneOf('archive'),
};

interface Rule {
  readonly rulePriority: number;
  readonly selection: {
    readonly tagStatus: string;
    readonly tagPrefixList?: readonly string[];
    readonly tagPatternList?: readonly string[];
    readonly storageClass?: string;
    readonly countType: string;
    readonly countUnit?: string;
  };
  readonly action: { readonly type: string; readonly targetStorageClass?: string };
}

/** Throws InvalidParameterException for what ECR would not take (Amazon ECR user guide, lifecycle policy properties). */
export function checkLifecyclePolicy(given: string | undefined): string {
  const text = checkText(given, 'LifecyclePolicyText', { least: 100, most: 30_720 });
  const policy = parsed(text);
  if (!isObject(policy)) throw failure('Could not map policyString into LifecyclePolicy.');
  checkMembers(policy, { rules: { isRequired: true, isRight: Array.isArray, wanted: 'a list' } });
  const rules = policy['rules'] as readonly unknown[];
  if (rules.length === 0)
    throw failure('array is too short: must have at least 1 elements but instance has 0 elements');
  if (rules.length > MAX_RULES) {
    throw failure(
      `array is too long: must have at most ${MAX_RULES} elements but instance has ${rules.length} elements`,
    );
  }
  const checked = rules.map(readRule);
  checkTogether(checked);
  return text;
}

function readRule(rule: unknown): Rule {
  if (!isObject(rule))
    throw failure('instance type does not match any allowed primitive type (allowed: ["object"])');
  checkMembers(rule, RULE);
  checkMembers(rule['selection'] as Json, SELECTION);
  checkMembers(rule['action'] as Json, ACTION);
  const read = rule as unknown as Rule;
  checkCounting(read);
  checkTagged(read);
  checkAction(read);
  return read;
}

/** What is counted in days has a unit, and what is counted in images has none. */
function checkCounting({ selection: { countType, countUnit, storageClass } }: Rule): void {
  const isTime = countType !== 'imageCountMoreThan';
  const isOfArchive = countType !== 'sinceImageTransitioned' || storageClass === 'archive';
  if (isTime === (countUnit !== undefined) && isOfArchive) return;
  throw failure('instance failed to match exactly one schema (matched 0 out of 2)');
}

/** Tagged images are chosen by prefixes or by patterns, others by neither. */
function checkTagged({ selection: { tagStatus, tagPrefixList, tagPatternList } }: Rule): void {
  const lists = [tagPrefixList, tagPatternList].filter((list) => list !== undefined).length;
  if (lists !== (tagStatus === 'tagged' ? 1 : 0)) {
    throw failure(
      tagStatus === 'tagged'
        ? 'exactly one of tagPrefixList and tagPatternList must be specified when tagStatus is tagged'
        : `tagPrefixList and tagPatternList must not be specified when tagStatus is ${tagStatus}`,
    );
  }
  for (const pattern of tagPatternList ?? []) {
    if (pattern.split('*').length - 1 <= MAX_WILDCARDS) continue;
    throw failure(`the pattern ${pattern} has more than ${MAX_WILDCARDS} wildcards`);
  }
}

function checkAction({ action: { type, targetStorageClass } }: Rule): void {
  if ((type === 'transition') === (targetStorageClass !== undefined)) return;
  throw failure('instance failed to match exactly one schema (matched 0 out of 2)');
}

/** Priorities are unique, that of a rule for any image is the highest; of each storage class one rule is for untagged and one for any image. */
function checkTogether(rules: readonly Rule[]): void {
  const priorities = rules.map(({ rulePriority }) => rulePriority);
  if (new Set(priorities).size < rules.length) throw failure('rulePriority must be unique for each rule');
  const highest = Math.max(...priorities);
  for (const status of ['untagged', 'any']) {
    const found = rules.filter(({ selection }) => selection.tagStatus === status);
    const kinds = new Set(
      found.map(({ selection: { storageClass = 'standard' }, action }) => `${storageClass} ${action.type}`),
    );
    if (kinds.size < found.length) throw failure(`only one rule can have the tagStatus ${status}`);
    if (status === 'any' && found.length > 0 && !found.some(({ rulePriority }) => rulePriority === highest)) {
      throw failure('a rule with the tagStatus any must have the highest rulePriority');
    }
  }
}

function checkMembers(value: Json, members: Members): void {
  const required = Object.keys(members).filter((name) => members[name]?.isRequired === true);
  const absent = required.filter((name) => !Object.hasOwn(value, name)).toSorted();
  if (absent.length > 0) {
    throw failure(`object has missing required properties (${JSON.stringify(absent)})`);
  }
  for (const [name, item] of Object.entries(value)) {
    const member = Object.hasOwn(members, name) ? members[name] : undefined;
    if (member === undefined) {
      throw failure(
        `object instance has properties which are not allowed by the schema: (${JSON.stringify([name])})`,
      );
    }
    if (!member.isRight(item)) {
      throw failure(`instance value (${JSON.stringify(item)}) of ${name} is not ${member.wanted}`);
    }
  }
}

function oneOf(...values: readonly string[]): Member {
  return {
    isRight: (value) => typeof value === 'string' && values.includes(value),
    wanted: `found in enum (possible values: ${JSON.stringify(values)})`,
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function failure(why: string): AwsError {
  return invalidParameter('LifecyclePolicyText', `Lifecycle policy validation failure: ${why}`);
}
