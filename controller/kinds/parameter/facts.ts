import type { ByOperation } from '../../aws/operations.ts';
import { calls, reads } from '../../core/authorization.ts';
import type { Call } from '../../core/authorization.ts';
import type { KindFacts } from '../../core/facts.ts';

export const parameterFacts: KindFacts<object> = {
  name: 'parameter',
  neededToStart: true,
  calls: {
    ssm: { describeParameters: calls(['observe'], reads('ssm:DescribeParameters')) },
  } satisfies ByOperation<Call>,
};
