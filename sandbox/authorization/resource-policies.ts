import { decisionOf, statementsIn } from './statements.ts';
import type { IamRequest } from './statements.ts';

interface Caller {
  readonly accountId: string;
  /** ARN of the user or session that calls. */
  readonly caller: string;
}

/** Whether the policy of a resource lets somebody of another account do something with it. Its conditions know no keys. */
export function policyAllows(document: string, request: Omit<IamRequest, 'keys'>, caller: Caller): boolean {
  const about = statementsIn(document).filter(({ Principal: principal }) => names(principal, caller));
  return decisionOf(about, { ...request, keys: new Map() }) === 'allow';
}

/** Everybody, the account, or the one who calls; a session also by its role (IAM user guide, AWS JSON policy elements: Principal). */
function names(principal: unknown, { accountId, caller }: Caller): boolean {
  if (principal === '*') return true;
  const { AWS: named } = (principal ?? {}) as { readonly AWS?: string | readonly string[] };
  const [, partition = '', , , , role = ''] = caller.split(':');
  const roleName = /^assumed-role\/([^/]+)\//.exec(role)?.[1];
  return [named ?? []]
    .flat()
    .some(
      (one) =>
        one === '*' ||
        one === accountId ||
        one === caller ||
        one === `arn:${partition}:iam::${accountId}:root` ||
        (roleName !== undefined &&
          one.startsWith(`arn:${partition}:iam::${accountId}:role/`) &&
          one.endsWith(`/${roleName}`)),
    );
}
