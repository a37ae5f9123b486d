import type { ByOperation } from '../../aws/operations.ts';
import { calls, reads } from '../../core/authorization.ts';
import type { Call } from '../../core/authorization.ts';
import type { KindFacts } from '../../core/facts.ts';

export const givenRoleFacts: KindFacts<object> = {
  name: 'given-role',
  neededToStart: true,
  calls: {
    iam: {
      getAccountAuthorizationDetails: calls(['observe'], reads('iam:GetAccountAuthorizationDetails')),
    },
  } satisfies ByOperation<Call>,
};
