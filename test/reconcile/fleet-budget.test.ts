import { describe, expect, test } from 'vitest';
import { resourceKey } from '../../controller/core/resource.ts';
import type { PassResult } from '../../controller/reconcile/pass-result.ts';
import { daemonService, yamlOf } from '../support/manifests/documents.ts';
import { placed } from '../support/manifests/environments.ts';
import { listGoneServices } from '../support/world/gone-services.ts';
import { createWorld, refusal, stepsOf } from '../support/world/world.ts';
import type { World } from '../support/world/world.ts';

const REGIONS = ['us-east-1', 'us-east-2', 'us-west-2', 'eu-west-1', 'eu-central-1'];

/** A cluster in each Environment of the fleet, of which so many are in it. */
function fleet(members: number, selector = '{ matchLabels: { fleet: "in" } }'): Record<string, string> {
  return {
    'environments.yaml': yamlOf(
      ...REGIONS.map((region, nth) =>
        placed({ name: region, region, labels: { fleet: nth < members ? 'in' : 'out' } }),
      ),
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
      /^Cluster\/main would go in 4 Environments \(eu-central-1, eu-west-1, us-east-2, us-west-2\), and the prune budget for it is 3 of 5 Environments; confirm/,
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

  test('is counted neither where another source has its own, nor where it is kept', async () => {
    const [first = '', second = '', ...others] = REGIONS;
    const cluster = (name: string, of: string, annotations = ''): string =>
      `apiVersion: stationkeeper.dev/v1\nkind: Cluster\nmetadata: { name: ${name}${annotations} }\nspec: { environment: ${of} }\n`;
    const kept = ', annotations: { stationkeeper.dev/prune: disabled }';
    const environments = fleet(5)['environments.yaml'] ?? '';
    const files = [cluster('other', first), cluster('main', first), cluster('main', second, kept)];
    const world = createWorld({
      files: { 'environments.yaml': environments, 'clusters.yaml': files.join('---\n') },
      pruneBudget: { count: 1 },
    });
    await world.settle();
    const theirs = createWorld({
      beside: world,
      sourceId: 'git.example.org/theirs',
      files: {
        'environments.yaml': environments,
        'clusters.yaml': others.map((region) => cluster('main', region)).join('---\n'),
      },
    });
    await theirs.settle();
    change(world, { 'clusters.yaml': files[0] ?? '' });
    const results = await world.loopFor(120_000);
    expect(goneIn(results)).toEqual([first]);
  });

  test('goes in all of them once the plan that names them all is confirmed', async () => {
    const world = await whole();
    change(world, fleet(1));
    const [held] = await world.loopFor(60_000);
    const results = await withConfirmed(world, held!);
    expect(goneIn(results)).toEqual(REGIONS.slice(1).toSorted());
    expect(stepsOf(results.at(-1)!.plan)).toEqual([]);
  });

  test('goes by a confirmation only where its plan could see it, and elsewhere by another', async () => {
    const world = await whole();
    world.intercept((call, perform) =>
      call.region === 'us-east-2' ? Promise.reject(refusal('AccessDeniedException')) : perform(),
    );
    change(world, fleet(1));
    const [held] = await world.loopFor(60_000);
    const results = await withConfirmed(world, held!);
    expect(goneIn(results)).toEqual(['eu-central-1', 'eu-west-1', 'us-west-2']);
    world.intercept(undefined);
    const later = await world.loopFor(300_000);
    expect(goneIn(later)).toEqual([]);
    const { plan } = later.at(-1)!;
    expect(stepsOf(plan)).toEqual(['hold budget cluster/main']);
    expect(plan.steps.find(({ type }) => type === 'hold')?.reason).toContain('would go in 4 Environments');
  });
});

/** Passes once somebody has confirmed what one of them held. */
async function withConfirmed(world: World, { plan }: PassResult): Promise<readonly PassResult[]> {
  const held = plan.steps.filter((step) => step.type === 'hold' && step.why === 'budget');
  const confirmed = new Set(held.map(({ id }) => resourceKey(id)));
  const results: PassResult[] = [];
  for (let nth = 0; nth < 20; nth += 1) {
    results.push(await world.pass({ confirmed }));
    await world.clock.advance(30_000);
  }
  return results;
}

function goneIn(results: readonly PassResult[]): readonly string[] {
  return results
    .flatMap(({ outcomes }) =>
      outcomes.flatMap(({ type, id, result }) =>
        type === 'delete' && result !== 'failed' && id.kind === 'cluster' ? [id.environment] : [],
      ),
    )
    .toSorted();
}

describe('a daemon of a fleet, over a restart', () => {
  const daemon = (name: string, cluster: string): string =>
    yamlOf(daemonService({ name, cluster, desiredCount: 0, environments: { matchLabels: { fleet: 'in' } } }));
  const clusters = ['main', 'side'].map(
    (name) =>
      `apiVersion: stationkeeper.dev/v1\nkind: Cluster\nmetadata: { name: ${name} }\nspec: { environments: {} }\n`,
  );
  const files = (members: number, cluster = 'main'): Record<string, string> => ({
    ...fleet(members),
    'cluster.yaml': clusters.join('---\n'),
    'daemon.yaml': daemon('xray', cluster),
  });

  async function whole(): Promise<World> {
    const world = createWorld({ files: files(5), pruneBudget: { count: 3 } });
    listGoneServices(world);
    await world.settle();
    return world;
  }

  /** `hold budget eu-west-1`, for what is held of the daemon. */
  const servicesIn = ({ plan }: PassResult): readonly string[] =>
    plan.steps
      .filter(({ id, type }) => id.kind === 'service' && type !== 'keep')
      .map((step) => `${step.type === 'hold' ? `hold ${step.why}` : step.type} ${step.id.environment}`);

  test('goes on where its removal had begun, within the budget', async () => {
    const world = await whole();
    change(world, files(2));
    await world.loopFor(1_000);
    world.restart();
    const results = await world.loopFor(300_000);
    expect(stepsOf(results.at(-1)!.plan)).toEqual([]);
    expect(
      results.flatMap(({ plan }) =>
        plan.steps.filter((step) => step.type === 'hold' && step.why === 'budget'),
      ),
    ).toEqual([]);
  });

  test('counts where it has gone before the restart', async () => {
    const world = await whole();
    change(world, files(2));
    await world.loopFor(120_000);
    world.restart();
    change(world, files(1));
    const results = await world.loopFor(120_000);
    expect(servicesIn(results.at(-1)!)).toEqual(['hold budget us-east-2']);
  });

  test('goes on by a confirmation only where it had begun', async () => {
    const world = await whole();
    change(world, files(1));
    const [held] = await world.loopFor(60_000);
    const confirmed = new Set(
      held!.plan.steps.flatMap((step) =>
        step.type === 'hold' && step.why === 'budget' && step.id.environment.startsWith('eu-')
          ? [resourceKey(step.id)]
          : [],
      ),
    );
    await world.pass({ confirmed });
    await world.clock.advance(90_000);
    await world.pass({ confirmed });
    world.restart();
    const results = await world.loopFor(300_000);
    expect(servicesIn(results.at(-1)!)).toEqual(['hold budget us-east-2', 'hold budget us-west-2']);
    expect(
      results
        .at(-1)!
        .plan.steps.filter(({ id, type }) => id.environment.startsWith('eu-') && type !== 'keep'),
    ).toEqual([]);
  });

  test('has not begun to go where another cluster took the place of its own', async () => {
    const world = await whole();
    change(world, files(5, 'side'));
    await world.loopFor(300_000);
    world.restart();
    change(world, files(1, 'side'));
    const results = await world.loopFor(120_000);
    expect(results.flatMap(({ outcomes }) => outcomes)).toEqual([]);
    expect(servicesIn(results.at(-1)!)).toEqual(
      REGIONS.slice(1)
        .map((name) => `hold budget ${name}`)
        .toSorted(),
    );
  });
});
