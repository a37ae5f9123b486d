import type { ByOperation } from '../../aws/operations.ts';
import { calls, reads } from '../../core/authorization.ts';
import type { Call } from '../../core/authorization.ts';
import type { KindFacts } from '../../core/facts.ts';
import type { Reference } from '../../core/reference.ts';

export interface ManagedPolicyOutputs {
  readonly arn: string;
}

export const managedPolicyFacts: KindFacts<ManagedPolicyOutputs> = {
  name: 'managed-policy',
  whereAbsent:
    'make it in this account, or correct managedPolicyArns or permissionsBoundary where a manifest names it',
  calls: {
    iam: { getPolicy: calls(['observe'], reads('iam:GetPolicy')) },
  } satisfies ByOperation<Call>,
};

/** A managed policy of IAM as roles refer to it: its ARN is its name. */
export function managedPolicyId(environment: string, arn: string): Reference<ManagedPolicyOutputs> {
  return { environment, kind: managedPolicyFacts.name, name: arn };
}
