import { collect } from '../../aws/collect.ts';
import type { Aws } from '../../aws/operations.ts';
import type { Clock } from '../../core/ports.ts';
import type { EnvironmentOutputs } from '../../core/reference.ts';
import { createRemembered } from '../../core/remembered.ts';
import type { ListedNamespace } from './listing.ts';

/** Route 53 answers five requests a second to the whole account, and zones hardly ever move. */
const BELIEVED_MS = 300_000;

/** The ids of the private hosted zones that a VPC asks. */
export type ZonesOf = (
  place: EnvironmentOutputs,
  listed: readonly ListedNamespace[],
) => Promise<ReadonlySet<string>>;

/** Asks again after five minutes, and at once where there are other namespaces than before. */
export function createZones({ route53 }: Aws, clock: Clock): ZonesOf {
  const answers = createRemembered<ReadonlySet<string>>(clock);

  async function read({ vpcId, region }: EnvironmentOutputs): Promise<ReadonlySet<string>> {
    const zones = await collect(async (NextToken) => {
      const page = await route53.listHostedZonesByVPC({
        VPCId: vpcId,
        VPCRegion: region as 'us-east-1',
        NextToken,
      });
      return { items: page.HostedZoneSummaries, next: page.NextToken };
    });
    return new Set(zones.flatMap(({ HostedZoneId }) => plainZoneId(HostedZoneId) ?? []));
  }

  return async (place, listed) => {
    const key = [place.vpcId, ...listed.map(({ state }) => state.id).toSorted()].join(' ');
    const known = answers.of(key);
    if (known !== undefined && clock.monotonic() - known.since < BELIEVED_MS) return known.value;
    const zones = await read(place);
    answers.keep(() => false);
    return answers.note(key, zones).value;
  };
}

/** Route 53 writes a zone's id with `/hostedzone/` before it in some answers. */
export function plainZoneId(id: string | undefined): string | undefined {
  return id?.replace(/^\/hostedzone\//, '');
}
