import { describe, expect, test } from 'vitest';
import { neighbourhood } from '../support/simulation/consumers.ts';
import { chanceOf } from '../support/simulation/chance.ts';
import { groupNamed, rulesOf } from '../support/world/groups.ts';
import { stepsOf } from '../support/world/world.ts';
import type { World } from '../support/world/world.ts';

/** Groups of others, in which a controller keeps rules while git, people, faults and deaths come in between. */

const HAPPENINGS = 14;
/** What comes back again and again is left alone for up to an hour. */
const REST_MS = 2 * 3_600_000;
const SEEDS = Array.from({ length: 12 }, (_, nth) => 19_000 + nth);

/** What the plan says of a daemon's group that has to go while rules of others still name it: people have to take these away. */
async function namedByTheirs(world: World, theirs: Iterable<string>): Promise<ReadonlySet<string>> {
  const texts = [...theirs];
  const named = new Set<string>();
  for (const daemon of ['one', 'other']) {
    const group = await groupNamed(world, daemon);
    if (group !== '' && texts.some((text) => text.endsWith(` ${group}`))) {
      named.add(`hold policy security-group/${daemon}`);
    }
  }
  return named;
}

describe.each(SEEDS)('with seed %i', (seed) => {
  test('rules of others stay as they are, and each consumer of a daemon has one way out to it', async () => {
    const { world, groups, trespasses, theirs, happen, declared } = await neighbourhood(chanceOf(seed));
    const tale: string[] = [];
    for (let nth = 0; nth < HAPPENINGS; nth += 1) {
      tale.push(await happen());
      expect({ tale, trespasses }).toEqual({ tale, trespasses: [] });
    }
    await world.loopFor(REST_MS);
    expect({ tale, trespasses }).toEqual({ tale, trespasses: [] });
    const named = await namedByTheirs(world, theirs.values());
    const open = stepsOf((await world.pass()).plan).filter((step) => !named.has(step));
    expect({ tale, open }).toEqual({ tale, open: [] });

    const left = new Map<string, string>();
    const ways: string[] = [];
    for (const [id, name] of groups) {
      const rules = await rulesOf(world, id);
      for (const rule of rules.filter(({ tags }) => tags['stationkeeper:owner'] === undefined)) {
        left.set(rule.id, rule.text);
      }
      for (const daemon of ['one', 'other']) {
        const group = await groupNamed(world, daemon);
        const toDaemon = rules.filter(({ text }) => group !== '' && text === `egress udp 2000 ${group}`);
        const isOurs = toDaemon.some(({ tags }) => tags['stationkeeper:owner'] !== undefined);
        // One of theirs to a daemon stays, whether or not git declares the consumer any more.
        if (toDaemon.length > 0 && (isOurs || declared().has(`${daemon}>${name}`))) {
          ways.push(`${daemon}>${name}${toDaemon.length > 1 ? ` ${toDaemon.length} times` : ''}`);
        }
      }
    }
    expect({ tale, left }).toEqual({ tale, left: theirs });
    expect({ tale, ways: new Set(ways) }).toEqual({ tale, ways: declared() });
  });
});
