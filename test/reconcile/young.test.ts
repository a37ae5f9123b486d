import { describe, expect, test } from 'vitest';
import { createWorld, refusal, stepsOf } from '../support/world/world.ts';
import type { World } from '../support/world/world.ts';

const FIVE_MINUTES_MS = 300_000;
const OTHER = manifest('Cluster', 'other', '{}');

function manifest(kind: string, name: string, spec: string): string {
  return `apiVersion: stationkeeper.dev/v1\nkind: ${kind}\nmetadata: { name: ${name} }\nspec: ${spec}\n`;
}

/** Git wants these for one pass, and then none of them, and the world goes on for a while. */
async function wantedForAMoment(world: World): Promise<readonly string[]> {
  await world.pass();
  world.files.clear();
  world.files.set('other.yaml', OTHER);
  const results = await world.loopFor(FIVE_MINUTES_MS);
  return stepsOf(results.at(-1)!.plan);
}

function deletions(world: World): readonly string[] {
  return world.mutations().filter((name) => name.includes(':Delete'));
}

describe('what git drops before AWS lists it counts in the prune budget', () => {
  test('namespaces that Cloud Map was still making', async () => {
    const files = {
      'cluster.yaml': manifest('Cluster', 'main', '{}'),
      'a.yaml': manifest('Namespace', 'a.example.org', '{ type: private-dns }'),
      'b.yaml': manifest('Namespace', 'b.example.org', '{ type: private-dns }'),
    };
    const world = createWorld({ files, pruneBudget: { count: 2 } });
    expect(await wantedForAMoment(world)).toEqual([
      'hold budget cluster/main',
      'hold budget namespace/a.example.org',
      'hold budget namespace/b.example.org',
    ]);
    expect(deletions(world)).toEqual([]);
  });

  test('a cluster that was made although the answer was an error', async () => {
    const files = {
      'a.yaml': manifest('Cluster', 'a', '{}'),
      'b.yaml': manifest('Cluster', 'b', '{}'),
    };
    const world = createWorld({ files, pruneBudget: { count: 1 } });
    world.intercept(async ({ name, input }, perform) => {
      const answer = await perform();
      if (name === 'ecs:CreateCluster' && input['clusterName'] === 'b')
        throw refusal('ServerException', { status: 500 });
      return answer;
    });
    expect(await wantedForAMoment(world)).toEqual(['hold budget cluster/a', 'hold budget cluster/b']);
    expect(deletions(world)).toEqual([]);
  });
});
