import type { DnsRecord, Zone } from '../dns/zone.ts';
import { contains, parseIpv4Cidr } from '../ec2/addresses.ts';
import type { Places } from '../places.ts';

/** A zone in which what lies in a subnet of the sandbox is where it is on this machine; all else stays. */
export function zoneOnMachine(zone: Zone, places: Places, addressOf: (address: string) => string): Zone {
  const moved = (record: DnsRecord): DnsRecord =>
    record.type === 'A' && isInSubnet(places, record.data)
      ? { ...record, data: addressOf(record.data) }
      : record;
  return {
    ...zone,
    setsAt: (name) =>
      zone.setsAt(name)?.map((set) => ({
        ...set,
        records: set.records.map((one) => ({ ...one, record: moved(one.record) })),
      })),
  };
}

function isInSubnet({ regions }: Places, address: string): boolean {
  const own = parseIpv4Cidr(`${address}/32`);
  if (own === undefined) return false;
  for (const { ec2 } of regions.values()) {
    for (const { cidrBlock } of ec2.subnets.values()) {
      const block = parseIpv4Cidr(cidrBlock);
      if (block !== undefined && contains(block, own)) return true;
    }
  }
  return false;
}
