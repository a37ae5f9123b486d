import type { ResourceRecordSet } from '@aws-sdk/client-route-53';
import type { Aws } from '../../aws/operations.ts';
import type { Clock } from '../../core/ports.ts';
import type { HeldRecord } from '../../core/resource.ts';

/** What a hosted zone held when it was read. */
export interface ZoneRecords {
  /** Epoch milliseconds: when the first of it was read. */
  readonly readAt: number;
  /** By name, in lower case and without a last dot. */
  readonly byName: ReadonlyMap<string, readonly HeldRecord[]>;
}

export interface ZoneReader {
  /** The last whole reading; undefined where there is none, as where Route 53 may not be read. */
  of(zoneId: string): ZoneRecords | undefined;
  /**
   * Reads one page of each zone whose turn it is. `isNews` says whether what is known of one can no longer be all of it. Never rejects: to
   * show what Route 53 holds is all that it is for.
   */
  look(zoneIds: ReadonlySet<string>, isNews: (zoneId: string) => boolean): Promise<void>;
}

/** Route 53 answers five requests a second to the whole account, and a page holds as much as it gives at once. */
const PAGE_SIZE = 300;
const AGAIN_AFTER_MS = 300_000;
/** Where Cloud Map has something else by now; a change is in all of Route 53 within a minute (Route 53 developer guide). */
const NEWS_AFTER_MS = 15_000;
/** What Route 53 leaves unanswered holds up nothing; it is taken when it comes. */
const PATIENCE_MS = 3_000;

interface Reading {
  /** On the Clock's monotonic scale: when the reading began, or was refused. */
  readonly begunAt: number;
  readonly readAt: number;
  readonly sets: readonly ResourceRecordSet[];
  /** Where it goes on; undefined where it has come to its end. */
  readonly next?: Pick<ResourceRecordSet, 'Name' | 'Type' | 'SetIdentifier'>;
}

export function createZoneReader({ route53 }: Pick<Aws, 'route53'>, clock: Clock): ZoneReader {
  const readings = new Map<string, Reading>();
  const whole = new Map<string, ZoneRecords>();
  const underWay = new Set<string>();

  function isDue(zoneId: string, isNews: (zoneId: string) => boolean): boolean {
    if (underWay.has(zoneId)) return false;
    const reading = readings.get(zoneId);
    if (reading === undefined || reading.next !== undefined) return true;
    const age = clock.monotonic() - reading.begunAt;
    return age >= AGAIN_AFTER_MS || (age >= NEWS_AFTER_MS && whole.has(zoneId) && isNews(zoneId));
  }

  async function read(zoneId: string): Promise<void> {
    const before = readings.get(zoneId);
    const begun =
      before?.next === undefined ? { begunAt: clock.monotonic(), readAt: clock.now(), sets: [] } : before;
    underWay.add(zoneId);
    try {
      const page = await route53.listResourceRecordSets({
        HostedZoneId: zoneId,
        StartRecordName: before?.next?.Name,
        StartRecordType: before?.next?.Type,
        StartRecordIdentifier: before?.next?.SetIdentifier,
        MaxItems: PAGE_SIZE,
      });
      const sets = [...begun.sets, ...(page.ResourceRecordSets ?? [])];
      const { begunAt, readAt } = begun;
      if (page.IsTruncated === true) {
        const next = {
          Name: page.NextRecordName,
          Type: page.NextRecordType,
          SetIdentifier: page.NextRecordIdentifier,
        };
        readings.set(zoneId, { begunAt, readAt, sets, next });
      } else {
        readings.set(zoneId, { begunAt, readAt, sets: [] });
        whole.set(zoneId, { readAt, byName: byName(sets) });
      }
    } catch {
      // What was known is old by now, and to ask again at once would be refused again.
      readings.set(zoneId, { begunAt: clock.monotonic(), readAt: 0, sets: [] });
      whole.delete(zoneId);
    } finally {
      underWay.delete(zoneId);
    }
  }

  return {
    of: (zoneId) => whole.get(zoneId),
    async look(zoneIds, isNews) {
      for (const known of readings.keys()) {
        if (zoneIds.has(known)) continue;
        readings.delete(known);
        whole.delete(known);
      }
      const due = [...zoneIds].filter((zoneId) => isDue(zoneId, isNews));
      if (due.length === 0) return;
      const ended = new AbortController();
      await Promise.race([Promise.all(due.map(read)), clock.sleep(PATIENCE_MS, ended.signal)]);
      ended.abort('read');
    },
  };
}

function byName(sets: readonly ResourceRecordSet[]): ReadonlyMap<string, readonly HeldRecord[]> {
  const names = new Map<string, HeldRecord[]>();
  for (const { Name = '', Type, TTL = 0, ResourceRecords = [] } of sets) {
    if (Type !== 'A' && Type !== 'AAAA' && Type !== 'SRV') continue;
    const name = Name.toLowerCase().replace(/\.$/, '');
    const held = names.get(name) ?? [];
    held.push(...ResourceRecords.map(({ Value = '' }) => ({ type: Type, ttl: TTL, value: Value })));
    names.set(name, held);
  }
  return names;
}
