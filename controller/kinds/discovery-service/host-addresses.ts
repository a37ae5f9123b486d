import type { Instance } from '@aws-sdk/client-ec2';
import { collect, inBatchesOf, mapConcurrently } from '../../aws/collect.ts';
import type { Aws } from '../../aws/operations.ts';
import { asStationkeeperError } from '../../core/errors.ts';
import type { Clock } from '../../core/ports.ts';
import type { Address } from './hosts.ts';

/** Most values of one filter (EC2 API reference, Filter). */
const INSTANCES_AT_ONCE = 200;
const READS_AT_ONCE = 5;
/** How long what was read is taken to be so: EC2 lets an instance that runs have another IPv6 address. */
const KNOWN_FOR_MS = 10 * 60_000;

/** The private addresses of instances of EC2, as far as they are known, and why some are not. */
export interface HostAddresses {
  of(instanceId: string): Address | undefined;
  /** Undefined where EC2 could be asked. */
  readonly unreadable: string | undefined;
}

/** Which instances are asked for, by id; true where an IPv6 address is needed of it. */
export type HostsAsked = ReadonlyMap<string, boolean>;

/**
 * Reads them by id, each anew now and then, and whenever it lacks what is needed of it; what is not asked for any more is forgotten.
 */
export function createHostAddressReader(
  { ec2 }: Pick<Aws, 'ec2'>,
  clock: Clock,
): (asked: HostsAsked) => Promise<HostAddresses> {
  const known = new Map<string, { readonly address: Address; readonly readAt: number }>();

  /** By a filter: among ids, one that EC2 does not know would be an error for all. */
  async function describe(ids: readonly string[]): Promise<void> {
    const reservations = await collect(async (NextToken) => {
      const page = await ec2.describeInstances({
        Filters: [{ Name: 'instance-id', Values: [...ids] }],
        NextToken,
      });
      return { items: page.Reservations, next: page.NextToken };
    });
    for (const instance of reservations.flatMap(({ Instances = [] }) => Instances)) {
      const address = addressOf(instance);
      if (instance.InstanceId === undefined || address === undefined) continue;
      known.set(instance.InstanceId, { address, readAt: clock.monotonic() });
    }
  }

  function isKnown(id: string, needsIpv6: boolean): boolean {
    const found = known.get(id);
    if (found === undefined || clock.monotonic() - found.readAt >= KNOWN_FOR_MS) return false;
    return !needsIpv6 || found.address.ipv6 !== undefined;
  }

  return async (asked) => {
    for (const id of known.keys()) if (!asked.has(id)) known.delete(id);
    const of = (id: string): Address | undefined => known.get(id)?.address;
    const unknown = [...asked].flatMap(([id, needsIpv6]) =>
      id.startsWith('i-') && !isKnown(id, needsIpv6) ? [id] : [],
    );
    try {
      await mapConcurrently(READS_AT_ONCE, inBatchesOf(INSTANCES_AT_ONCE, unknown), describe);
      return { of, unreadable: undefined };
    } catch (thrown) {
      return { of, unreadable: asStationkeeperError(thrown).message };
    }
  };
}

/** IPv4 and IPv6, as its first interface has them. */
function addressOf({
  PrivateIpAddress: ipv4,
  Ipv6Address,
  NetworkInterfaces = [],
}: Instance): Address | undefined {
  const ipv6 =
    Ipv6Address ??
    NetworkInterfaces.flatMap(({ Ipv6Addresses = [] }) => Ipv6Addresses.map((each) => each.Ipv6Address)).find(
      (address) => address !== undefined,
    );
  if (ipv4 === undefined && ipv6 === undefined) return undefined;
  return { ...(ipv4 === undefined ? {} : { ipv4 }), ...(ipv6 === undefined ? {} : { ipv6 }) };
}
