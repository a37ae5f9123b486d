import { inBatchesOf } from '../../aws/collect.ts';
import { hasCode } from '../../core/errors.ts';
import type { LookedUpSpec, LookedUpState } from '../../core/looked-up.ts';
import type { DriverContext, KindDriver } from '../kind.ts';
import { lookedUpDriver } from '../looked-up.ts';
import type { Verdict } from '../looked-up.ts';
import type { ManagedPolicyOutputs } from './facts.ts';

/** IAM refuses to delete a policy while a role has it, so that one that was there is most often still there. */
const KNOWN_FOR_MS = 300_000;

/** Looks up the managed policies that roles name. */
export function managedPolicyDriver({ aws, clock }: DriverContext): KindDriver<LookedUpSpec, LookedUpState> {
  const outputsOf = (arn: string) => ({ arn }) satisfies ManagedPolicyOutputs;
  return lookedUpDriver(clock, {
    one: 'a managed policy',
    all: 'managed policies',
    knownForMs: KNOWN_FOR_MS,
    onDenial: 'unseen',
    onFailure: 'unseen',
    taken: outputsOf,
    withoutAsking(arn, { accountId }) {
      // A role takes policies of AWS and of its own account.
      const [, , , , of] = arn.split(':');
      return of === 'aws' || of === accountId ? undefined : { type: 'missing' };
    },
    batches: (arns) => inBatchesOf(1, arns),
    async ask([arn = '']) {
      const verdict = (one: Verdict) => new Map([[arn, one]]);
      try {
        await aws.iam.getPolicy({ PolicyArn: arn });
        return verdict({ type: 'found', outputs: outputsOf(arn) });
      } catch (thrown) {
        if (hasCode(thrown, 'NoSuchEntity')) return verdict({ type: 'missing' });
        throw thrown;
      }
    },
  });
}
