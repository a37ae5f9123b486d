import { beforeEach, describe, expect, test } from 'vitest';
import type { ListResourceRecordSetsCommandInput, ResourceRecordSet } from '@aws-sdk/client-route-53';
import type { Aws } from '../../controller/aws/operations.ts';
import { createZoneReader } from '../../controller/kinds/discovery-service/zone-records.ts';
import type { ZoneReader } from '../../controller/kinds/discovery-service/zone-records.ts';
import { VirtualClock } from '../../sandbox/virtual-clock.ts';

/** A Route 53 of which a test says what one zone holds, and how it answers. */
class OneZone {
  sets: readonly ResourceRecordSet[] = [];
  asked = 0;
  fails = false;
  hangs = false;
  pageSize = 300;

  readonly route53 = {
    listResourceRecordSets: async (input: ListResourceRecordSetsCommandInput) => {
      this.asked += 1;
      if (this.hangs) await new Promise(() => undefined);
      if (this.fails) throw new Error('denied');
      const start = this.sets.findIndex(({ Name }) => Name === (input.StartRecordName ?? Name));
      const page = this.sets.slice(start, start + this.pageSize);
      const next = this.sets[start + this.pageSize];
      return {
        $metadata: {},
        ResourceRecordSets: page,
        IsTruncated: next !== undefined,
        NextRecordName: next?.Name,
        NextRecordType: next?.Type,
        MaxItems: this.pageSize,
      };
    },
  };
}

let clock: VirtualClock;
let zone: OneZone;
let reader: ZoneReader;
beforeEach(() => {
  clock = new VirtualClock();
  zone = new OneZone();
  zone.sets = [record('a.example.org', '10.0.0.1')];
  reader = createZoneReader(zone as unknown as Pick<Aws, 'route53'>, clock);
});

function record(name: string, value: string): ResourceRecordSet {
  return { Name: `${name.toUpperCase()}.`, Type: 'A', TTL: 60, ResourceRecords: [{ Value: value }] };
}

const quiet = () => false;
const news = () => true;

async function look(isNews: () => boolean = quiet): Promise<void> {
  await clock.run(reader.look(new Set(['Z1']), isNews));
}

function valuesAt(name: string): readonly string[] | undefined {
  return reader
    .of('Z1')
    ?.byName.get(name)
    ?.map(({ value }) => value);
}

describe('a hosted zone', () => {
  test('is read at the first look, under names without case and last dot', async () => {
    const before = clock.now();
    await look();
    expect(valuesAt('a.example.org')).toEqual(['10.0.0.1']);
    expect(reader.of('Z1')?.readAt).toBe(before);
  });

  test('is read again after five minutes, and not before', async () => {
    await look();
    for (let minute = 1; minute < 5; minute += 1) {
      await clock.advance(60_000);
      await look();
    }
    expect(zone.asked).toBe(1);
    await clock.advance(60_000);
    await look();
    expect(zone.asked).toBe(2);
  });

  test('is read again within a minute where Cloud Map has something else by now, though not at once', async () => {
    await look();
    await look(news);
    expect(zone.asked).toBe(1);
    await clock.advance(15_000);
    zone.sets = [record('a.example.org', '10.0.0.2')];
    await look(news);
    expect(zone.asked).toBe(2);
    expect(valuesAt('a.example.org')).toEqual(['10.0.0.2']);
  });

  test('is read a page at each look, and counts once all of it is read', async () => {
    zone.pageSize = 2;
    zone.sets = ['a', 'b', 'c', 'd', 'e'].map((label) => record(`${label}.example.org`, '10.0.0.1'));
    await look();
    expect([zone.asked, reader.of('Z1')]).toEqual([1, undefined]);
    await look();
    await look();
    expect([zone.asked, valuesAt('e.example.org')]).toEqual([3, ['10.0.0.1']]);
    await look();
    expect(zone.asked).toBe(3);
  });

  test('that may not be read is nothing, is no error, and is asked for again after five minutes', async () => {
    zone.fails = true;
    await look();
    await clock.advance(60_000);
    await look(news);
    expect([zone.asked, reader.of('Z1')]).toEqual([1, undefined]);
    zone.fails = false;
    await clock.advance(240_000);
    await look();
    expect(valuesAt('a.example.org')).toEqual(['10.0.0.1']);
  });

  test('of which Route 53 does not answer holds nobody up, and is not asked for twice', async () => {
    zone.hangs = true;
    const before = clock.now();
    await look();
    expect(clock.now() - before).toBe(3_000);
    await look();
    expect([clock.now() - before, zone.asked]).toEqual([3_000, 1]);
  });

  test('that nobody asks for any more is forgotten', async () => {
    await look();
    await clock.run(reader.look(new Set(), quiet));
    expect(reader.of('Z1')).toBeUndefined();
  });
});
