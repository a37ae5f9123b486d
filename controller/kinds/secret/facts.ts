import type { ByOperation } from '../../aws/operations.ts';
import { regionalArn } from '../../core/arn.ts';
import { calls, looksUp } from '../../core/authorization.ts';
import type { Call, ResourceType } from '../../core/authorization.ts';
import type { KindFacts } from '../../core/facts.ts';
import type { LookedUpSpec } from '../../core/looked-up.ts';
import { secretReference, wholeSecretArn } from '../../core/secret-reference.ts';

const SECRET: ResourceType = {
  name: 'Secret',
  all: (place) => [regionalArn(place, 'secretsmanager', 'secret:*')],
  named(place, { spec }) {
    const { reference } = spec as LookedUpSpec;
    const { secret } = secretReference(reference);
    const isArn = secret.startsWith('arn:');
    return [wholeSecretArn(isArn ? reference : regionalArn(place, 'secretsmanager', `secret:${secret}`))];
  },
};

export const secretFacts: KindFacts<object> = {
  name: 'secret',
  neededToStart: true,
  calls: {
    secretsmanager: {
      describeSecret: calls(['observe'], looksUp('secretsmanager:DescribeSecret', SECRET)),
    },
  } satisfies ByOperation<Call>,
};
