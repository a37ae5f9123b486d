import type { CallContext } from '../call.ts';
import type { AwsError } from '../error.ts';
import { malformed } from './malformed.ts';
import { roleReadiness } from './role-store.ts';

const TYPES = ['AWS', 'Service', 'Federated', 'CanonicalUser'];
/** `ecs-tasks.amazonaws.com`; services have few other domains. */
const SERVICE = /^[a-z0-9.-]+\.(amazonaws\.(com(\.cn)?|eu)|amazon\.com|aws\.com|aws\.internal)$/;
const IAM_ARN = /^arn:aws[a-z-]*:(iam|sts)::(\d{12}):[!-~]+$/;
/** The only one that an account has here: who calls. */
const THE_USER = 'user/sandbox';
/** The unique id that IAM shows in place of a role or user that is deleted. */
const UNIQUE_ID = /^A(ROA|IDA)[A-Z0-9]{16,17}$/;

/** Throws MalformedPolicyDocument for who cannot be trusted. */
export function checkPrincipal(principal: unknown, context: CallContext): void {
  if (principal === '*') return;
  if (typeof principal !== 'object' || principal === null || Array.isArray(principal)) {
    throw malformed(`Invalid principal in policy: "${String(principal)}"`);
  }
  const entries: readonly (readonly [string, unknown])[] = Object.entries(principal);
  if (entries.length === 0) throw noPrincipal();
  for (const [type, value] of entries) {
    if (!TYPES.includes(type)) throw malformed(`Invalid principal in policy: "${type}"`);
    const names: readonly unknown[] = Array.isArray(value) ? value : [value];
    // An empty list of accounts is taken, and names nobody (terraform-aws-iam's iam-assumable-role writes such).
    if (names.length === 0 && type !== 'AWS') throw noPrincipal();
    for (const name of names) {
      if (typeof name !== 'string' || !isValid(type, name, context)) {
        throw malformed(`Invalid principal in policy: "${type.toUpperCase()}":"${String(name)}"`);
      }
    }
  }
}

function isValid(type: string, name: string, context: CallContext): boolean {
  if (type === 'Service') return SERVICE.test(name);
  if (type !== 'AWS') return name !== '';
  if (name === '*' || /^\d{12}$/.test(name) || UNIQUE_ID.test(name)) return true;
  const [, , , , accountId, resource = ''] = IAM_ARN.test(name) ? name.split(':') : [];
  if (accountId === undefined) return false;
  if (resource.startsWith('role/')) return roleReadiness(context, name) !== 'unknown';
  return accountId !== context.accountId || !resource.startsWith('user/') || resource === THE_USER;
}

function noPrincipal(): AwsError {
  return malformed('Missing required field Principal cannot be empty!');
}
