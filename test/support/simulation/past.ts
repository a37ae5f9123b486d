import { SOURCE_ID } from '../world/world.ts';
import type { World } from '../world/world.ts';
import { callsTo } from '../world/account.ts';
import { chanceOf } from './chance.ts';
import { daemonsOf } from './commit.ts';
import type { Commit } from './commit.ts';
import type { Live, LiveService } from './live.ts';
import { OWNER, OWNER_TAG } from './live.ts';
import { whereIs } from './regions.ts';
import { ofOneEach, regionOf } from './wanted.ts';

/** Revisions of ours that a family keeps besides those in use (docs/manifests.md). */
const REVISIONS_KEPT = 5;

/** Some daemons have been here before: their families hold revisions that earlier commits were rolled out as. */
export async function registerPast(world: World, commit: Commit, seed: number): Promise<void> {
  const chance = chanceOf(seed ^ 0x9a57);
  for (const daemon of daemonsOf(ofOneEach(commit))) {
    if (!chance.happens(0.3)) continue;
    const { region, environment } = regionOf(daemon, commit);
    const { name } = daemon.metadata;
    const call = callsTo(world.sandbox, whereIs(region));
    const tags = {
      [OWNER_TAG]: OWNER,
      'stationkeeper:environment': environment,
      'stationkeeper:manifest': `DaemonService/${name}`,
      'stationkeeper:source': SOURCE_ID,
      'stationkeeper:deletion-policy': 'delete',
      'stationkeeper:prune': 'enabled',
    };
    for (let edition = chance.whole(REVISIONS_KEPT + 1, REVISIONS_KEPT + 3); edition > 0; edition -= 1) {
      // ECS takes a few registrations at once, and one a second after that.
      await world.clock.advance(1_000);
      await call('ecs', 'RegisterTaskDefinition', {
        family: name,
        networkMode: 'awsvpc',
        requiresCompatibilities: ['FARGATE'],
        cpu: '256',
        memory: '512',
        containerDefinitions: [
          { name: 'main', image: `example.org/${name}:old-${edition}`, essential: true },
        ],
        tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
      });
    }
  }
}

/** Families that keep more revisions of ours than people may go back to and services use. */
export function needlessRevisions(
  live: readonly Live[],
  services: readonly LiveService[],
  isWanted: (key: string) => boolean,
): readonly string[] {
  const used = new Set(services.flatMap(({ uses }) => uses));
  const families = new Map<string, Live[]>();
  for (const one of live) {
    if (one.kind !== 'task-definition' || one.tags.get(OWNER_TAG) !== OWNER || !isWanted(one.key)) continue;
    families.set(one.key, [...(families.get(one.key) ?? []), one]);
  }
  const revisionOf = ({ arn }: Live): number => Number(arn.split(':').at(-1));
  return [...families].flatMap(([key, revisions]) => {
    const old = revisions.toSorted((a, b) => revisionOf(b) - revisionOf(a)).slice(REVISIONS_KEPT);
    const needless = old.filter(({ id }) => !used.has(id));
    return needless.length === 0 ? [] : [`${key} keeps ${needless.map(({ id }) => id).join(', ')}`];
  });
}
