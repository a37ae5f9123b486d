import type { Discovery, HeldRecord, Registration } from '../../core/resource.ts';
import type { DriverContext } from '../kind.ts';
import type { NamespaceOutputs } from '../namespace/facts.ts';
import { compareRecords, differenceLines, recordTypesIn } from './records.ts';
import type { RecordDifference } from './records.ts';
import { createSightings } from './sightings.ts';
import type { DiscoveryServiceState } from './state.ts';
import { createZoneReader } from './zone-records.ts';
import type { ZoneRecords } from './zone-records.ts';

/** A service of which somebody is to be told how clients find it. */
export interface Discoverable {
  readonly state: DiscoveryServiceState;
  readonly name: string;
  readonly namespace: NamespaceOutputs;
  /** Undefined where they could not be read. */
  readonly registrations: readonly Registration[] | undefined;
}

export interface DiscoveryReader {
  /** By the service's id. Reads of Route 53 what is due, and never rejects. */
  read(services: readonly Discoverable[]): Promise<ReadonlyMap<string, Discovery>>;
  /** Forgets the others. */
  keepOnly(serviceIds: ReadonlySet<string>): void;
}

/** Longer than a change takes to be in all of Route 53, which is a minute (Route 53 developer guide). */
const DIFFERS_AFTER_MS = 60_000;

export function createDiscoveryReader({ aws, clock }: DriverContext): DiscoveryReader {
  const zones = createZoneReader(aws, clock);
  const sightings = createSightings(clock, DIFFERS_AFTER_MS);
  /** Keys of what differed for long enough, and by which reading, by the service's id. */
  const lasting = new Map<string, { readonly readAt: number; readonly keys: ReadonlySet<string> }>();

  function differencesIn(
    { state, name, namespace, registrations = [] }: Discoverable,
    records: ZoneRecords | undefined,
  ): readonly RecordDifference[] {
    if (records === undefined) return [];
    const domain = domainOf(name, namespace);
    return compareRecords(state, registrations, heldAt(records, domain), domain);
  }

  /** What has differed in several readings of Route 53: one alone may be older than what it is compared with. */
  function lastingIn(service: Discoverable, records: ZoneRecords): readonly RecordDifference[] {
    const { id } = service.state;
    const now = differencesIn(service, records);
    const before = lasting.get(id);
    if (before?.readAt !== records.readAt) {
      const seen = sightings.look(
        id,
        now.map(({ key }) => key),
      );
      lasting.set(id, { readAt: records.readAt, keys: new Set(seen) });
    }
    return now.filter(({ key }) => lasting.get(id)?.keys.has(key) === true);
  }

  function discoveryOf(service: Discoverable): Discovery {
    const { state, name, namespace, registrations } = service;
    const records = recordTypesIn(state);
    const { routingPolicy = 'MULTIVALUE' } = state;
    if (records.length === 0) {
      return { name: `${namespace.httpName ?? namespace.name}/${name}`, records, routingPolicy };
    }
    const domain = domainOf(name, namespace);
    const zone = zones.of(namespace.hostedZoneId ?? '');
    if (zone === undefined) return { name: domain, records, routingPolicy };
    const differences = registrations === undefined ? [] : differenceLines(lastingIn(service, zone));
    const held = { readAt: zone.readAt, records: heldAt(zone, domain), differences };
    return { name: domain, records, routingPolicy, held };
  }

  return {
    async read(services) {
      const inZones = services.flatMap((service) => {
        const { hostedZoneId } = service.namespace;
        const isInDns = recordTypesIn(service.state).length > 0;
        return hostedZoneId === undefined || !isInDns ? [] : [{ service, hostedZoneId }];
      });
      const isNews = (zoneId: string): boolean =>
        inZones.some(
          ({ service, hostedZoneId }) =>
            hostedZoneId === zoneId && differencesIn(service, zones.of(zoneId)).length > 0,
        );
      await zones.look(new Set(inZones.map(({ hostedZoneId }) => hostedZoneId)), isNews);
      return new Map(services.map((service) => [service.state.id, discoveryOf(service)]));
    },
    keepOnly(serviceIds) {
      sightings.keepOnly(serviceIds);
      for (const id of lasting.keys()) if (!serviceIds.has(id)) lasting.delete(id);
    },
  };
}

function domainOf(name: string, namespace: NamespaceOutputs): string {
  return `${name}.${namespace.name}`;
}

function heldAt({ byName }: ZoneRecords, domain: string): readonly HeldRecord[] {
  return byName.get(domain.toLowerCase()) ?? [];
}
