import type { CallContext } from '../call.ts';
import { AwsError } from '../error.ts';
import { partitionOf } from '../partition.ts';
import { checkText, missing } from './checks.ts';
import { malformed } from './malformed.ts';
import { checkConditions } from './policy-conditions.ts';
import { checkPrincipal } from './principals.ts';
import { checkResource } from './policy-resources.ts';

/** Most bytes of an inline policy, without white space (IAM and AWS STS quotas). */
export const MAX_INLINE_POLICY_SIZE = 10_240;
/** Most bytes of a trust policy; AWS raises this to 4096 for those who ask. */
const MAX_TRUST_POLICY_SIZE = 2048;
const MAX_MANAGED_POLICY_SIZE = 6144;
/** Limits of any document, white space included (IAM API reference). */
const DOCUMENT = { max: 131_072, pattern: '[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+' };

const TOP_FIELDS = ['Version', 'Id', 'Statement'];
const STATEMENT_FIELDS = [
  'Sid',
  'Effect',
  'Principal',
  'NotPrincipal',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
];

/** What a trust policy can allow; wildcards too (IAM user guide, AssumeRole and its like). */
const TRUST_ACTION =
  /^sts:(assumerole(with(saml|webidentity))?|tagsession|setsourceidentity|setcontext|.*[*?].*)$/i;

type Json = Readonly<Record<string, unknown>>;

/** Throws ValidationError, MalformedPolicyDocument where IAM would not take it for the policy of an identity. */
export function checkIdentityPolicy(
  document: string | undefined,
  context: Pick<CallContext, 'region'>,
): string {
  const { text, statements } = parse(document);
  checkStatementIds(statements);
  for (const statement of statements) {
    if (has(statement, 'Principal') || has(statement, 'NotPrincipal')) {
      throw malformed('Policy document should not specify a principal.');
    }
    checkActions(statement);
    const resources = listOf(statement['Resource'] ?? statement['NotResource']);
    if (resources.length === 0) throw malformed('Policy statement must contain resources.');
    for (const resource of resources) checkResource(resource, partitionOf(context.region));
  }
  return text;
}

/** Throws MalformedPolicyDocument, LimitExceeded where IAM would not take it for a managed policy. */
export function checkManagedPolicy(document: string | undefined, context: CallContext): string {
  const text = checkIdentityPolicy(document, context);
  if (policySize(text) > MAX_MANAGED_POLICY_SIZE) {
    throw new AwsError(
      'LimitExceeded',
      `Cannot exceed quota for PolicySize: ${MAX_MANAGED_POLICY_SIZE}`,
      409,
    );
  }
  return text;
}

/**
 * Throws MalformedPolicyDocument, LimitExceeded where IAM would not take it for who may assume a role: a role of the
 * account that it names must have propagated.
 */
export function checkTrustPolicy(
  document: string | undefined,
  context: CallContext,
  member = 'assumeRolePolicyDocument',
): string {
  const { text, statements } = parse(document, member);
  checkStatementIds(statements);
  for (const statement of statements) {
    for (const field of ['Resource', 'NotResource']) {
      if (has(statement, field)) throw malformed(`Has prohibited field ${field}`);
    }
    if (!has(statement, 'Principal') && !has(statement, 'NotPrincipal')) {
      throw malformed('Missing required field Principal');
    }
    checkPrincipal(statement['Principal'] ?? statement['NotPrincipal'], context);
    checkActions(statement);
    for (const action of listOf(statement['Action'])) {
      if (!TRUST_ACTION.test(action))
        throw malformed('AssumeRole policy may only specify STS AssumeRole actions.');
    }
  }
  if (policySize(text) > MAX_TRUST_POLICY_SIZE) {
    throw new AwsError(
      'LimitExceeded',
      `Cannot exceed quota for ACLSizePerRole: ${MAX_TRUST_POLICY_SIZE}`,
      409,
    );
  }
  return text;
}

/**
 * Throws MalformedPolicyDocument for what no service would take for the policy of a resource of its own: it names who may what, and need not
 * name the resource. Statements may be called anything there.
 */
export function checkResourcePolicy(document: string | undefined, context: CallContext): string {
  const { text, statements } = parse(document);
  for (const statement of statements) {
    if (!has(statement, 'Principal') && !has(statement, 'NotPrincipal')) {
      throw malformed('Missing required field Principal');
    }
    checkPrincipal(statement['Principal'] ?? statement['NotPrincipal'], context);
    checkActions(statement);
  }
  return text;
}

/** The size of a document as IAM counts it: without white space. */
export function policySize(document: string): number {
  return Buffer.byteLength(document.replace(/\s/g, ''));
}

function parse(
  document: string | undefined,
  member = 'policyDocument',
): {
  readonly text: string;
  readonly statements: readonly Json[];
} {
  if (document === undefined || document === '') {
    throw missing(member);
  }
  checkText(document, member, DOCUMENT);
  const policy = parseJson(document);
  const version = policy['Version'] ?? '2008-10-17';
  if (version !== '2012-10-17' && version !== '2008-10-17') {
    throw malformed('The policy failed legacy parsing: unknown Version.');
  }
  for (const field of Object.keys(policy)) {
    if (!TOP_FIELDS.includes(field)) throw malformed('Syntax errors in policy.');
  }
  const found = policy['Statement'];
  const statements = Array.isArray(found) ? (found as unknown[]) : [found];
  if (!statements.every(isObject) || statements.length === 0) throw malformed('Syntax errors in policy.');
  checkShape(statements);
  return { text: document, statements };
}

/** IAM alone is particular about these. */
function checkStatementIds(statements: readonly Json[]): void {
  const ids = statements.flatMap((statement) => (has(statement, 'Sid') ? [statement['Sid']] : []));
  if (new Set(ids).size < ids.length) {
    throw malformed('Statement IDs (SID) in a single policy must be unique.');
  }
  for (const id of ids) {
    if (typeof id !== 'string' || !/^[a-zA-Z0-9]*$/.test(id)) {
      throw malformed(
        'Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*',
      );
    }
  }
}

function checkShape(statements: readonly Json[]): void {
  for (const statement of statements) {
    if (statement['Effect'] !== 'Allow' && statement['Effect'] !== 'Deny') {
      throw malformed('Syntax errors in policy.');
    }
    if (!Object.keys(statement).every((field) => STATEMENT_FIELDS.includes(field))) {
      throw malformed('Syntax errors in policy.');
    }
    for (const field of ['Principal', 'Action', 'Resource']) {
      if (has(statement, field) && has(statement, `Not${field}`)) throw malformed('Syntax errors in policy.');
    }
    if (has(statement, 'Condition')) checkConditions(statement['Condition']);
  }
}

function checkActions(statement: Json): void {
  const actions = listOf(statement['Action'] ?? statement['NotAction']);
  if (actions.length === 0) throw malformed('Policy statement must contain actions.');
  for (const action of actions) {
    if (action !== '*' && !/^[a-zA-Z0-9-]+:[a-zA-Z0-9*?]+$/.test(action)) {
      throw malformed('Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.');
    }
  }
}

function parseJson(document: string): Json {
  let parsed: unknown;
  try {
    parsed = JSON.parse(document);
  } catch {
    throw malformed('This policy contains invalid Json');
  }
  if (!isObject(parsed)) throw malformed('This policy contains invalid Json');
  return parsed;
}

function listOf(value: unknown): readonly string[] {
  const list: unknown[] = Array.isArray(value) ? value : value === undefined ? [] : [value];
  if (!list.every((item) => typeof item === 'string')) throw malformed('Syntax errors in policy.');
  return list;
}

function has(statement: Json, field: string): boolean {
  return Object.hasOwn(statement, field);
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
