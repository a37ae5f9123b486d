import { describe, expect, test } from 'vitest';
import { EXAMPLES } from '../support/manifests/examples.ts';
import { expectConverged } from '../support/reports/converged.ts';
import { createReporter } from '../support/reports/reporter.ts';
import { exampleWorld } from '../support/world/example.ts';
import { exportFrom } from '../support/world/export.ts';
import { stepsOf } from '../support/world/world.ts';

describe.each(EXAMPLES)('the example $name', (example) => {
  test('converges in an account that has nothing of it but what it takes for granted, and is exported as it was applied', async () => {
    const world = await exampleWorld(example);
    await world.settle();
    await world.clock.advance(300_000);
    world.calls.length = 0;
    const result = await world.pass();
    expect(stepsOf(result.plan)).toEqual([]);
    expect(world.mutations()).toEqual([]);
    expectConverged(createReporter().record(result));

    const { code, out } = await exportFrom(world);
    expect(code).toBe(0);
    world.files.clear();
    world.files.set('exported.yaml', out);
    world.restart();
    const { plan, wanted } = await world.pass({ dryRun: true });
    expect(wanted.errors).toEqual([]);
    expect(stepsOf(plan)).toEqual([]);
  });
});
