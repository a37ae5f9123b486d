import type { ByOperation } from '../../aws/operations.ts';
import { calls, reads } from '../../core/authorization.ts';
import type { Call } from '../../core/authorization.ts';
import type { KindFacts } from '../../core/facts.ts';
import { ENVIRONMENT_KIND } from '../../core/reference.ts';
import type { EnvironmentOutputs } from '../../core/reference.ts';

export const environmentFacts: KindFacts<EnvironmentOutputs> = {
  name: ENVIRONMENT_KIND,
  mainOf: 'Environment',
  calls: {
    ec2: {
      describeVpcs: calls(['observe'], reads('ec2:DescribeVpcs')),
      describeSubnets: calls(['observe'], reads('ec2:DescribeSubnets')),
    },
    // AWS lets everybody ask who they are.
    sts: { getCallerIdentity: calls(['observe']) },
  } satisfies ByOperation<Call>,
};
