import type { ParametersFilter, ParameterStringFilter } from '@aws-sdk/client-ssm';
import { AwsError } from '../error.ts';
import { checkLength, validation } from './checks.ts';
import { latestOf } from './state.ts';
import type { Parameter } from './state.ts';

export type ParameterTest = (parameter: Parameter) => boolean;

type Comparison = (value: string, wanted: string) => boolean;

const OPTIONS: Readonly<Record<string, Comparison>> = {
  Equals: (value, wanted) => value === wanted,
  BeginsWith: (value, wanted) => value.startsWith(wanted),
  Contains: (value, wanted) => value.includes(wanted),
};

/** What of the latest version a filter compares; undefined is like nothing. */
const VALUES: Readonly<Record<string, (parameter: Parameter) => string | undefined>> = {
  Name: ({ name }) => name,
  Type: (parameter) => latestOf(parameter).type,
  KeyId: (parameter) => latestOf(parameter).keyId,
  Tier: (parameter) => latestOf(parameter).tier,
  DataType: (parameter) => latestOf(parameter).dataType,
};

const OF_PATH = ['Type', 'KeyId', 'Label'];
const OF_LIST = ['Path', ...Object.keys(VALUES)];

/** What DescribeParameters lists. Throws ValidationException, InvalidFilterKey, InvalidFilterOption, InvalidFilterValue. */
export function listTest(
  filters: readonly ParametersFilter[] = [],
  newer: readonly ParameterStringFilter[] = [],
): ParameterTest {
  if (filters.length > 0 && newer.length > 0) {
    throw validation('You can use either Filters or ParameterFilters in a single request.');
  }
  const older = filters.map(({ Key, Values }) => ({ Key, Option: 'Equals', Values }));
  return all([...older, ...newer], OF_LIST);
}

/** What GetParametersByPath lists. Throws as listTest does. */
export function pathTest(filters: readonly ParameterStringFilter[] = []): ParameterTest {
  return all(filters, OF_PATH);
}

/** Whether a parameter is below a path: right below it, or anywhere. */
export function isBelow(name: string, path: string, isRecursive: boolean): boolean {
  const full = name.startsWith('/') ? name : `/${name}`;
  const prefix = path.endsWith('/') ? path : `${path}/`;
  return full.startsWith(prefix) && (isRecursive || !full.slice(prefix.length).includes('/'));
}

function all(filters: readonly ParameterStringFilter[], keys: readonly string[]): ParameterTest {
  const seen = new Set<string | undefined>();
  for (const { Key } of filters) {
    if (seen.has(Key)) {
      throw new AwsError(
        'InvalidFilterKey',
        `The following filter is duplicated in the request: ${Key}. A request can contain only one occurrence of a specific filter.`,
      );
    }
    seen.add(Key);
  }
  const tests = filters.map((filter) => testOf(filter, keys));
  return (parameter) => tests.every((test) => test(parameter));
}

function testOf(
  { Key: key = '', Option: option, Values: values = [] }: ParameterStringFilter,
  keys: readonly string[],
): ParameterTest {
  checkLength(values, 'parameterFilters.member.values', 0, 50);
  const isTag = keys === OF_LIST && key.startsWith('tag:');
  if (!isTag && !keys.includes(key)) {
    throw new AwsError(
      'InvalidFilterKey',
      `The following filter key is not valid: ${key}. Valid filter keys include: [${keys.join(', ')}].`,
    );
  }
  if (isTag) {
    const tag = key.slice('tag:'.length);
    return ({ tags }) => {
      const value = tags.get(tag);
      return value !== undefined && (values.length === 0 || values.includes(value));
    };
  }
  if (values.length === 0) {
    throw new AwsError(
      'InvalidFilterValue',
      `The following filter values are missing : null for filter key ${key}.`,
    );
  }
  if (key === 'Path') return pathFilter(option, values);
  if (key === 'Label')
    return ({ versions }) => versions.some(({ labels }) => values.some((one) => labels.has(one)));
  const compare = comparison(
    option,
    key === 'Name' ? ['BeginsWith', 'Equals', 'Contains'] : ['BeginsWith', 'Equals'],
  );
  return (parameter) => {
    const value = VALUES[key]?.(parameter);
    return value !== undefined && values.some((wanted) => compare(value, wanted));
  };
}

function pathFilter(option = 'OneLevel', values: readonly string[]): ParameterTest {
  if (option !== 'Recursive' && option !== 'OneLevel') throw badOption(option, ['Recursive', 'OneLevel']);
  return ({ name }) => values.some((path) => isBelow(name, path, option === 'Recursive'));
}

function comparison(option = 'Equals', known: readonly string[]): Comparison {
  const compare = known.includes(option) ? OPTIONS[option] : undefined;
  if (compare === undefined) throw badOption(option, known);
  return compare;
}

function badOption(option: string, known: readonly string[]): AwsError {
  return new AwsError(
    'InvalidFilterOption',
    `The following filter option is not valid: ${option}. Valid options include: [${known.join(', ')}].`,
  );
}
