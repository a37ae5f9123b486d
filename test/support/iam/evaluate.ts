import type { PolicyJson } from '../../../controller/policy/packing.ts';
import { decisionOf } from '../../../sandbox/authorization/statements.ts';
import type { IamRequest } from '../../../sandbox/authorization/statements.ts';

/** Whether identity policies allow a request, as IAM evaluates them. */
export function isAllowed(policies: readonly PolicyJson[], request: IamRequest): boolean {
  const statements = policies.flatMap(({ Statement }) => Statement);
  return (
    decisionOf(statements as readonly object[] as readonly Record<string, unknown>[], request) === 'allow'
  );
}
