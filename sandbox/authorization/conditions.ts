import { likeness } from '../iam/likeness.ts';

/** By condition key in lower case; a key that is missing was not in the request. Most have one value. */
export type ConditionKeys = ReadonlyMap<string, readonly string[]>;

/** How a text is compared, by the operator without `Not` and `IfExists`, in lower case. */
const COMPARISONS: Readonly<Record<string, (actual: string, wanted: string) => boolean>> = {
  stringequals: (actual, wanted) => actual === wanted,
  stringequalsignorecase: (actual, wanted) => actual.toLowerCase() === wanted.toLowerCase(),
  stringlike: (actual, wanted) => likeness(wanted).test(actual),
  arnequals: (actual, wanted) => likeness(wanted).test(actual),
  arnlike: (actual, wanted) => likeness(wanted).test(actual),
  bool: (actual, wanted) => actual.toLowerCase() === wanted.toLowerCase(),
};

/**
 * Whether the conditions of a statement are met. A key that the request has not fails what asks for it, but for the negated operators,
 * `…IfExists` and `ForAllValues` (IAM user guide, condition operators, multivalued context keys). What compares otherwise than texts asks
 * for keys that no request here has.
 */
export function meetsConditions(conditions: unknown, keys: ConditionKeys): boolean {
  return Object.entries((conditions ?? {}) as Readonly<Record<string, object>>).every(([operator, tests]) =>
    Object.entries(tests).every(([key, wanted]: [string, unknown]) =>
      meets(operator.toLowerCase(), keys.get(key.toLowerCase()), [wanted].flat().map(String)),
    ),
  );
}

function meets(operator: string, actual: readonly string[] | undefined, wanted: readonly string[]): boolean {
  if (operator === 'null') return wanted.includes(String(actual === undefined));
  const [, set, name = '', ifExists] =
    /^(?:(forallvalues|foranyvalue):)?(.+?)(ifexists)?$/.exec(operator) ?? [];
  const isNegated = /^(string|arn|numeric|date)not|^notip/.test(name);
  if (actual === undefined) {
    return ifExists !== undefined || set === 'forallvalues' || (isNegated && set === undefined);
  }
  const compare = COMPARISONS[name.replace(/^(string|arn)not/, '$1')];
  if (compare === undefined) return isNegated;
  const holds = (value: string): boolean => wanted.some((one) => compare(value, one)) !== isNegated;
  // Of several values one is to be like a wanted one, and all unlike them where nothing else is said.
  return set === 'forallvalues' || (isNegated && set === undefined)
    ? actual.every(holds)
    : actual.some(holds);
}
