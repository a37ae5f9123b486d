import { didYouMean } from '../../core/suggest.ts';
import type { Path } from '../position.ts';
import type { ConditionsManifest, StatementManifest } from '../schema/role.ts';
import { checkEach } from './check.ts';
import type { Report } from './check.ts';

/** IAM's condition operators (IAM user guide, condition operators). */
const COMPARED = ['Equals', 'NotEquals', 'LessThan', 'LessThanEquals', 'GreaterThan', 'GreaterThanEquals'];
const OPERATORS: readonly string[] = [
  ...['Equals', 'NotEquals', 'EqualsIgnoreCase', 'NotEqualsIgnoreCase', 'Like', 'NotLike'].map(
    (test) => `String${test}`,
  ),
  ...COMPARED.flatMap((test) => [`Numeric${test}`, `Date${test}`]),
  ...['Equals', 'NotEquals', 'Like', 'NotLike'].map((test) => `Arn${test}`),
  'Bool',
  'BinaryEquals',
  'IpAddress',
  'NotIpAddress',
  'Null',
];

const OF_ROLES = ['taskRole', 'executionRole'] as const;

const conditions = OF_ROLES.map((field) =>
  checkEach<StatementManifest>([field, 'statements'], ({ conditions: written = {} }, at, { report }) =>
    reportConditions(written, [...at, 'conditions'], report),
  ),
);

export function reportConditions(written: ConditionsManifest, at: Path, report: Report): void {
  for (const [operator, tests] of Object.entries(written)) {
    const wrong = operatorProblem(operator);
    if (wrong !== undefined) report([...at, operator], wrong);
    for (const key of Object.keys(tests)) {
      if (/^[^\s:]+:./.test(key)) continue;
      report(
        [...at, operator, key],
        `${JSON.stringify(key)} is no condition key; it names its service, such as aws:SourceAccount`,
      );
    }
  }
}

/** An operator may be of a set (`ForAllValues:`, `ForAnyValue:`) and let keys be missing (`…IfExists`), but for Null, which asks for that. */
function operatorProblem(operator: string): string | undefined {
  const alone = operator.replace(/^(?:forallvalues|foranyvalue):/i, '');
  const plain = alone.replace(/ifexists$/i, '');
  if (/^null$/i.test(plain) && plain !== alone) {
    return 'IAM has no IfExists of Null, which itself says whether a key is there; write Null';
  }
  if (OPERATORS.some((known) => known.toLowerCase() === plain.toLowerCase())) return undefined;
  const name = operator.slice(operator.lastIndexOf(':') + 1).replace(/ifexists$/i, '');
  const meant = OPERATORS.some((known) => known.toLowerCase() === name.toLowerCase())
    ? 'before an operator stands ForAllValues: or ForAnyValue:'
    : didYouMean(name, OPERATORS, 'it has');
  return `IAM has no condition operator ${JSON.stringify(operator)}; ${meant}`;
}

const resources = OF_ROLES.map((field) =>
  checkEach<StatementManifest>([field, 'statements'], ({ resources: written }, at, { report }) => {
    for (const [index, resource] of written.entries()) {
      const wrong = resourceProblem(resource);
      if (wrong !== undefined) report([...at, 'resources', index], wrong);
    }
  }),
);

/** What S3 has in a Region; its buckets are named without one. */
const REGIONAL_IN_S3 = /^(?:\*|accesspoint|access-grants|async-request|job|storage-lens)/;

/**
 * Why IAM takes a text for no resource (IAM user guide, Resource). It takes half an ARN, and lets all that is missing be anything; but the
 * partition must be one, and the service be named in full.
 */
function resourceProblem(resource: string): string | undefined {
  if (resource === '*') return undefined;
  const [, partition = '', service, region = '', , ...rest] = resource.split(':');
  const written = JSON.stringify(resource.slice(0, 128));
  if (partition !== '*' && !/^aws(?:-[a-z0-9]+)*$/.test(partition)) {
    return `${written} must be an ARN of a partition of AWS, such as arn:aws:…, or "*"`;
  }
  if (service === undefined || service === '' || /[*?]/.test(service)) {
    return `${written} must be an ARN that names its service without wildcards, such as arn:aws:s3:::bucket/*, or "*"`;
  }
  if (rest.length === 0) {
    return resource.includes('::')
      ? `${written} must be an ARN with all of its six parts, where one of them is empty`
      : undefined;
  }
  const isGlobal = service === 'iam' || (service === 's3' && !REGIONAL_IN_S3.test(rest.join(':')));
  if (!isGlobal || region === '') return undefined;
  return `${written} must name no Region, which ${service === 'iam' ? 'IAM has not' : 'the ARN of a bucket has not'}; write ${JSON.stringify(`arn:${partition}:${service}::${resource.split(':').slice(4).join(':')}`)}`;
}

export const statementChecks = [...conditions, ...resources];
