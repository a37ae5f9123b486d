import { malformed } from './malformed.ts';

const COMPARISONS = ['Equals', 'NotEquals', 'LessThan', 'LessThanEquals', 'GreaterThan', 'GreaterThanEquals'];

/** Condition operators in lower case (IAM user guide, condition operators). */
const OPERATORS = new Set(
  [
    ...['Equals', 'NotEquals', 'EqualsIgnoreCase', 'NotEqualsIgnoreCase', 'Like', 'NotLike'].map(
      (test) => `String${test}`,
    ),
    ...COMPARISONS.flatMap((test) => [`Numeric${test}`, `Date${test}`]),
    ...['Equals', 'NotEquals', 'Like', 'NotLike'].map((test) => `Arn${test}`),
    'Bool',
    'BinaryEquals',
    'IpAddress',
    'NotIpAddress',
    'Null',
  ].map((operator) => operator.toLowerCase()),
);

/** Operator → key → a value or a list of values. Throws MalformedPolicyDocument. */
export function checkConditions(conditions: unknown): void {
  for (const [operator, tests] of entriesOf(conditions)) {
    const alone = operator.toLowerCase().replace(/^(forallvalues|foranyvalue):/, '');
    if (alone === 'nullifexists' || !OPERATORS.has(alone.replace(/ifexists$/, '')))
      throw malformed(`Invalid Condition type : ${operator}.`);
    for (const [key, value] of entriesOf(tests)) {
      if (!/^[^\s:]+:./.test(key)) {
        throw malformed('Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.');
      }
      const values: readonly unknown[] = Array.isArray(value) ? value : [value];
      if (!values.every((item) => ['string', 'number', 'boolean'].includes(typeof item))) {
        throw malformed('Syntax errors in policy.');
      }
    }
  }
}

function entriesOf(value: unknown): readonly (readonly [string, unknown])[] {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return Object.entries(value);
  throw malformed('Syntax errors in policy.');
}
