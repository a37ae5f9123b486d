import type { Aws } from '../../aws/operations.ts';
import { hasCode } from '../../core/errors.ts';
import type { Clock } from '../../core/ports.ts';
import { createRemembered } from '../../core/remembered.ts';

/** Route 53 answers five requests a second to the whole account, and zones hardly ever move. */
const BELIEVED_MS = 300_000;

/** The ids of the VPCs that a private hosted zone is associated with; none where Route 53 does not tell any. */
export type VpcsOf = (zoneId: string | undefined) => Promise<readonly string[]>;

/** Asks again after five minutes. */
export function createZones({ route53 }: Aws, clock: Clock): VpcsOf {
  const answers = createRemembered<readonly string[]>(clock, BELIEVED_MS);

  return async (zoneId) => {
    if (zoneId === undefined) return [];
    const known = answers.of(zoneId);
    if (known !== undefined) return known.value;
    try {
      const { VPCs = [] } = await route53.getHostedZone({ Id: zoneId });
      const vpcs = VPCs.flatMap(({ VPCId }) => VPCId ?? []);
      if (vpcs.length > 0) answers.note(zoneId, vpcs);
      return vpcs;
    } catch (thrown) {
      // The zone of a namespace that another account shares with ours is in that account.
      if (!hasCode(thrown, 'NoSuchHostedZone')) throw thrown;
      return [];
    }
  };
}
