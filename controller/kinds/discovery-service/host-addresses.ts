import type { Instance } from '@aws-sdk/client-ec2';
import { collect, inBatchesOf, mapConcurrently } from '../../aws/collect.ts';
import type { Aws } from '../../aws/operations.ts';
import { asStationkeeperError } from '../../core/errors.ts';
import type { Address } from './hosts.ts';

/** Most values of one filter (EC2 API reference, Filter). */
const INSTANCES_AT_ONCE = 200;
const READS_AT_ONCE = 5;

/** The private addresses of instances of EC2, as far as they are known, and why some are not. */
export interface HostAddresses {
  readonly byInstance: ReadonlyMap<string, Address>;
  /** Undefined where EC2 could be asked. */
  readonly unreadable: string | undefined;
}

/**
 * Reads them by id. Each is asked for once, as an address does not change while its instance lives; what is not asked for any more is
 * forgotten.
 */
export function createHostAddressReader({
  ec2,
}: Pick<Aws, 'ec2'>): (ids: ReadonlySet<string>) => Promise<HostAddresses> {
  const known = new Map<string, Address>();

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
      if (instance.InstanceId !== undefined && address !== undefined) known.set(instance.InstanceId, address);
    }
  }

  return async (ids) => {
    for (const id of known.keys()) if (!ids.has(id)) known.delete(id);
    const unknown = [...ids].filter((id) => id.startsWith('i-') && !known.has(id));
    try {
      await mapConcurrently(READS_AT_ONCE, inBatchesOf(INSTANCES_AT_ONCE, unknown), describe);
      return { byInstance: known, unreadable: undefined };
    } catch (thrown) {
      return { byInstance: known, unreadable: asStationkeeperError(thrown).message };
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
