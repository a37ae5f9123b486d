import { likeness } from './likeness.ts';

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
 * Whether the conditions of a trust policy are met, by the keys of a request in lower case. A key that the request has not fails what asks
 * for it, but for the negated operators and `…IfExists` (IAM user guide, condition operators). What compares otherwise than texts asks for
 * keys that no request here has.
 */
export function meetsConditions(conditions: unknown, keys: ReadonlyMap<string, string>): boolean {
  return Object.entries((conditions ?? {}) as Readonly<Record<string, object>>).every(([operator, tests]) =>
    Object.entries(tests).every(([key, wanted]: [string, unknown]) =>
      meets(operator.toLowerCase(), keys.get(key.toLowerCase()), [wanted].flat().map(String)),
    ),
  );
}

function meets(operator: string, actual: string | undefined, wanted: readonly string[]): boolean {
  if (operator === 'null') return wanted.includes(String(actual === undefined));
  const plain = operator.replace(/^for(all|any)values?:/, '');
  const isOptional = plain.endsWith('ifexists') || operator.startsWith('forallvalue');
  const name = plain.replace(/ifexists$/, '');
  const isNegated = /^(string|arn|numeric|date)not|^notip/.test(name);
  if (actual === undefined) return isOptional || isNegated;
  const compare = COMPARISONS[name.replace(/^(string|arn)not/, '$1')];
  if (compare === undefined) return isNegated;
  return wanted.some((one) => compare(actual, one)) !== isNegated;
}
