import { describe, expect, test } from 'vitest';
import { createWorld, refusal, stepsOf } from '../support/world/world.ts';
import type { World } from '../support/world/world.ts';

const REGIONS = ['us-east-1', 'us-east-2', 'us-west-2', 'eu-west-1', 'eu-central-1'];

function environment(region: string, label: string): string {
  return `apiVersion: stationkeeper.dev/v1\nkind: Environment\nmetadata: { name: ${region}, labels: { fleet: "${label}" } }\nspec: { region: ${region} }\n`;
}

/** A cluster in each Environment of the fleet, of which so many are in it. */
function fleet(members: number, selector = '{ matchLabels: { fleet: "in" } }'): Record<string, string> {
  return {
    'environments.yaml': REGIONS.map((region, nth) => environment(region, nth < members ? 'in' : 'out')).join(
      '---\n',
    ),
    'cluster.yaml': `apiVersion: stationkeeper.dev/v1\nkind: Cluster\nmetadata: { name: main }\nspec: { environments: ${selector} }\n`,
  };
}

function change(world: World, files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) world.files.set(name, text);
}

const HELD = REGIONS.slice(1).map(() => 'hold budget cluster/main');

describe('an object of a fleet that a label takes away', () => {
  async function whole(): Promise<World> {
    const world = createWorld({ files: fleet(5), pruneBudget: { count: 3 } });
    await world.settle();
    return world;
  }

  test('goes where it goes in few, in one pass', async () => {
    const world = await whole();
    change(world, fleet(2));
    const results = await world.loopFor(120_000);
    expect(
      results
        .flatMap(({ outcomes }) => outcomes.map(({ type, id }) => `${type} ${id.environment}`))
        .toSorted(),
    ).toEqual(['delete eu-central-1', 'delete eu-west-1', 'delete us-west-2']);
  });

  test('waits in all where it goes in many, and says in which', async () => {
    const world = await whole();
    change(world, fleet(1));
    const results = await world.loopFor(120_000);
    const { plan } = results.at(-1)!;
    expect(stepsOf(plan)).toEqual(HELD);
    expect(plan.steps.find(({ type }) => type === 'hold')?.reason).toMatch(
      /^Cluster\/main would go in 4 environments \(eu-central-1, eu-west-1, us-east-2 and 1 more\), and the prune budget for it is 3 of 5 environments; confirm/,
    );
    expect(results.flatMap(({ outcomes }) => outcomes)).toEqual([]);
  });

  test('waits after a restart too, in the very first pass', async () => {
    const world = await whole();
    world.restart();
    change(world, fleet(1));
    const [first] = await world.loopFor(120_000);
    expect(stepsOf(first!.plan)).toEqual(HELD);
  });

  test('goes a few at a time only as the budget has time for', async () => {
    const world = await whole();
    change(world, fleet(2));
    await world.loopFor(120_000);
    change(world, fleet(1));
    const { plan } = (await world.loopFor(120_000)).at(-1)!;
    expect(stepsOf(plan)).toEqual(['hold budget cluster/main']);
  });

  test('counts where nobody can look as going there', async () => {
    const world = await whole();
    world.intercept((call, perform) =>
      call.region === 'us-east-2' ? Promise.reject(refusal('AccessDeniedException')) : perform(),
    );
    change(world, fleet(1));
    const { plan } = (await world.loopFor(120_000)).at(-1)!;
    const held = plan.steps.filter((step) => step.type === 'hold' && step.why === 'budget');
    expect(held).toHaveLength(3);
    expect(held[0]?.reason).toContain('us-east-2');
  });
});
