import { meetsConditions } from '../authorization/conditions.ts';
import type { ConditionKeys } from '../authorization/conditions.ts';
import { isAbout, statementsIn, textsOf } from '../authorization/statements.ts';
import type { Statement } from '../authorization/statements.ts';
import type { Role } from './state.ts';

/** Who asks for a role: an AWS service, or a user or role of an account. */
export type Asking =
  | { readonly service: string }
  | { readonly accountId: string; readonly arn: string; readonly userId: string };

interface Asked {
  readonly by: Asking;
  /** `sts:AssumeRole`, and what else is asked of the session. */
  readonly actions: readonly string[];
  /** As far as they are known. */
  readonly keys?: ConditionKeys;
}

/** Whether the trust policy of a role lets somebody assume it: something allows each action, and nothing denies one. */
export function trusts(
  { assumeRolePolicyDocument }: Pick<Role, 'assumeRolePolicyDocument'>,
  asked: Asked,
): boolean {
  const statements = statementsIn(assumeRolePolicyDocument);
  const speaks = (effect: string, action: string): boolean =>
    statements.some(
      (statement) =>
        statement['Effect'] === effect &&
        isAbout(statement, action) &&
        isFor(statement, asked.by) &&
        meetsConditions(statement['Condition'], asked.keys ?? new Map()),
    );
  return asked.actions.every((action) => speaks('Allow', action) && !speaks('Deny', action));
}

function isFor({ Principal: principal, NotPrincipal: others }: Statement, by: Asking): boolean {
  return principal === undefined ? !isNamed(others, by) : isNamed(principal, by);
}

/** IAM user guide, principal element: `*` is everybody, and the root of an account everybody in it. */
function isNamed(principal: unknown, by: Asking): boolean {
  if (principal === '*') return !('service' in by);
  const named = (principal ?? {}) as Readonly<Record<string, unknown>>;
  if ('service' in by) return textsOf(named['Service']).includes(by.service);
  return textsOf(named['AWS']).some((name) => isCalled(by, name));
}

function isCalled(by: Exclude<Asking, { service: string }>, name: string): boolean {
  if (name === '*' || name === by.accountId || name === by.arn) return true;
  // The id that IAM keeps in place of a user or role.
  if (by.userId.split(':')[0] === name) return true;
  const [, accountId, resource = ''] = /^arn:[^:]+:iam::(\d{12}):(.+)$/.exec(name) ?? [];
  if (accountId !== by.accountId) return false;
  if (resource === 'root') return true;
  // A session of a role leaves the role's path out.
  const [, session] = /:assumed-role\/([^/]+)\//.exec(by.arn) ?? [];
  return session !== undefined && resource.startsWith('role/') && resource.endsWith(`/${session}`);
}
