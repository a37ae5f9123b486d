import { describe, expect, test } from 'vitest';
import { displayId } from '../../controller/core/resource.ts';
import type { Plan } from '../../controller/plan/step.ts';
import { MANIFESTS, createWorld, isRead, stepsOf } from '../support/world/world.ts';
import type { World } from '../support/world/world.ts';

/** A pass of a controller that has just started, so that nothing is remembered; `empty` answers 200 and nothing else. */
async function firstPass(world: World, empty: string | undefined, dryRun = false) {
  world.restart();
  world.intercept((call, perform) =>
    call.name === empty ? Promise.resolve({ $metadata: { httpStatusCode: 200 } }) : perform(),
  );
  world.calls.length = 0;
  return world.pass({ dryRun });
}

async function converged(): Promise<World> {
  const world = createWorld();
  await world.settle();
  await world.clock.advance(300_000);
  await world.settle();
  return world;
}

function readsIn(world: World): readonly string[] {
  return [...new Set(world.calls.map(({ name }) => name).filter(isRead))].toSorted();
}

function deletionsIn({ steps }: Plan): readonly string[] {
  return steps.flatMap(({ type, id }) => (type === 'delete' ? [displayId(id)] : []));
}

describe('an answer without what it must hold', () => {
  test('to any read makes, changes and deletes nothing of what is as wanted', async () => {
    const world = await converged();
    await firstPass(world, undefined);
    const reads = readsIn(world);
    expect(reads.length).toBeGreaterThan(10);
    for (const operation of reads) {
      const { plan } = await firstPass(world, operation);
      const steps = plan.steps.filter(({ type }) => type !== 'keep' && type !== 'hold');
      expect({ operation, mutations: world.mutations(), steps }).toEqual({
        operation,
        mutations: [],
        steps: [],
      });
    }
    world.intercept(undefined);
    await world.settle();
    expect(stepsOf((await world.pass()).plan)).toEqual([]);
  });

  test('to any read deletes nothing that would not be deleted first with every answer', async () => {
    const world = await converged();
    world.files.set('xray.yaml', MANIFESTS['xray.yaml'].split('---\n')[0]!);
    const first = deletionsIn((await firstPass(world, undefined, true)).plan);
    expect(first).toEqual(['service/xray']);
    for (const operation of readsIn(world)) {
      const deleted = deletionsIn((await firstPass(world, operation, true)).plan);
      const more = deleted.filter((id) => !first.includes(id));
      expect({ operation, more }).toEqual({ operation, more: [] });
    }
  });

  test('is told of what could not be read by it, with the operation and what is missing', async () => {
    const world = await converged();
    const { plan } = await firstPass(world, 'ec2:DescribeSecurityGroupRules');
    const step = plan.steps.find(({ id }) => displayId(id) === 'security-group/xray');
    expect(step).toMatchObject({
      type: 'hold',
      why: 'unseen',
      reason: expect.stringContaining(
        'the answer to ec2:DescribeSecurityGroupRules lacks SecurityGroupRules',
      ),
    });
  });
});
