import { mapConcurrently } from '../../aws/collect.ts';
import { asStationkeeperError, hasCode } from '../../core/errors.ts';
import { HEALTHY } from '../../core/kind.ts';
import { requireOutputs } from '../../core/outputs.ts';
import { createRemembered } from '../../core/remembered.ts';
import type { Observed, UnseenResource } from '../../core/resource.ts';
import type { DriverContext, KindDriver } from '../kind.ts';
import { neverChanged } from '../looked-up.ts';
import type { ManagedPolicyOutputs } from './facts.ts';
import type { ManagedPolicySpec, ManagedPolicyState } from './model.ts';

const CONCURRENT_READS = 5;
/** IAM refuses to delete a policy while a role has it, so that one that was there is most often still there. */
const KNOWN_FOR_MS = 300_000;

/**
 * Looks up the managed policies that roles name: each once, whatever the number of roles, and again after five minutes; one that is not
 * there in every pass.
 */
export function managedPolicyDriver({
  aws,
  clock,
}: DriverContext): KindDriver<ManagedPolicySpec, ManagedPolicyState> {
  const known = createRemembered<true>(clock, KNOWN_FOR_MS);

  async function exists(arn: string, accountId: string): Promise<boolean> {
    if (known.of(arn) !== undefined) return true;
    // A role takes policies of AWS and of its own account.
    const [, , , , of] = arn.split(':');
    if (of !== 'aws' && of !== accountId) return false;
    try {
      await aws.iam.getPolicy({ PolicyArn: arn });
      known.note(arn, true);
      return true;
    } catch (thrown) {
      if (hasCode(thrown, 'NoSuchEntity')) return false;
      throw thrown;
    }
  }

  return {
    async observe({ desired, needs }) {
      const unseen: UnseenResource[] = [];
      const items = await mapConcurrently(
        CONCURRENT_READS,
        desired,
        async ({ id, spec: { arn, environment } }) => {
          try {
            const isThere = await exists(arn, requireOutputs(needs, environment).accountId);
            if (!isThere) return [];
          } catch (thrown) {
            unseen.push({ id, why: asStationkeeperError(thrown).message });
            return [];
          }
          const seen: Observed<ManagedPolicyState> = {
            id,
            owner: 'nobody',
            arn,
            tags: {},
            state: {},
            outputs: { arn } satisfies ManagedPolicyOutputs,
            health: HEALTHY,
          };
          return [seen];
        },
      );
      return { items: items.flat(), unseen };
    },
    ...neverChanged('a managed policy'),
  };
}
