import type { Aws } from '../../aws/operations.ts';
import { hasCode } from '../../core/errors.ts';
import type { Place } from '../../core/arn.ts';
import type { Clock } from '../../core/ports.ts';
import { createRemembered } from '../../core/remembered.ts';
import { isSameName } from './listing.ts';

/** Route 53 answers five requests a second to the whole account, and zones hardly ever move. */
const BELIEVED_MS = 300_000;

/** A hosted zone as Route 53 shows it. */
export interface Zone {
  /** The ids of the VPCs that a private one is associated with; none where Route 53 does not tell any. */
  readonly vpcs: readonly string[];
  /** Names of the servers that answer for a public one. */
  readonly nameServers: readonly string[];
}

export interface Zones {
  /** Asks again after five minutes. */
  of(zoneId: string | undefined): Promise<Zone>;
  /**
   * The name servers of a public zone, by which the domain is delegated; none where Route 53 does not tell them, or may not be asked: to
   * show them is all that they are for.
   */
  nameServersOf(zoneId: string | undefined): Promise<readonly string[]>;
  /**
   * Why a public namespace of this name is not to be made: a public zone of it, which no namespace here has, answers for it already, and
   * Route 53 would make a second one, which nobody asks. Undefined where there is none. Looks again after five minutes, and at once where
   * `isNow`. Throws StationkeeperError.
   */
  whyRivalled(name: string, place: Place, isNow?: boolean): Promise<string | undefined>;
}

const NOTHING: Zone = { vpcs: [], nameServers: [] };

export function createZones({ route53 }: Aws, clock: Clock): Zones {
  const answers = createRemembered<Zone>(clock, BELIEVED_MS);
  const rivals = createRemembered<string | undefined>(clock, BELIEVED_MS);

  async function of(zoneId: string | undefined): Promise<Zone> {
    if (zoneId === undefined) return NOTHING;
    const known = answers.of(zoneId);
    if (known !== undefined) return known.value;
    try {
      const { VPCs = [], DelegationSet } = await route53.getHostedZone({ Id: zoneId });
      const zone = {
        vpcs: VPCs.flatMap(({ VPCId }) => VPCId ?? []),
        nameServers: (DelegationSet?.NameServers ?? []).toSorted(),
      };
      if (zone.vpcs.length + zone.nameServers.length > 0) answers.note(zoneId, zone);
      return zone;
    } catch (thrown) {
      // The zone of a namespace that another account shares with ours is in that account.
      if (!hasCode(thrown, 'NoSuchHostedZone')) throw thrown;
      return NOTHING;
    }
  }

  return {
    of,
    async nameServersOf(zoneId) {
      if (zoneId === undefined) return [];
      try {
        return (await of(zoneId)).nameServers;
      } catch {
        // What is not told now is asked for again as rarely as what is.
        answers.note(zoneId, NOTHING);
        return [];
      }
    },
    async whyRivalled(name, place, isNow = false) {
      const known = isNow ? undefined : rivals.of(name);
      const { value: rival } = known ?? rivals.note(name, await findRival(name, place));
      return rival === undefined ? undefined : rivalled(name, rival);
    },
  };

  async function findRival(name: string, { region, accountId }: Place): Promise<string | undefined> {
    // Zones of one name stand together, and there are seldom two.
    const { HostedZones = [] } = await route53.listHostedZonesByName({ DNSName: name });
    const rival = HostedZones.find(({ Name = '', Config, LinkedService }) => {
      // Cloud Map itself says of what it has here whether that is in the way.
      const isOfHere = LinkedService?.Description?.includes(`:servicediscovery:${region}:${accountId}:`);
      return isSameName(Name.replace(/\.$/, ''), name) && Config?.PrivateZone !== true && isOfHere !== true;
    });
    return rival?.Id?.replace(/^\/hostedzone\//, '');
  }
}

function rivalled(name: string, zoneId: string): string {
  return `the public hosted zone ${zoneId} answers for ${name} already, and Cloud Map would make a second zone that nobody asks. Give the Namespace another name, such as daemons.${name}, and delegate that name in ${zoneId} to the name servers in its status; or remove ${zoneId}`;
}
