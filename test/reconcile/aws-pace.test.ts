import { describe, expect, test } from 'vitest';
import { displayId } from '../../controller/core/resource.ts';
import type { PassResult } from '../../controller/reconcile/pass-result.ts';
import { countsOf, describeAccount } from '../support/world/account.ts';
import { MANIFESTS, createWorld, stepsOf } from '../support/world/world.ts';

const MINUTE_MS = 60_000;

function failuresIn(results: readonly PassResult[]): readonly string[] {
  return results.flatMap(({ outcomes }) =>
    outcomes.flatMap(({ id, error }) => (error === undefined ? [] : [`${displayId(id)}: ${error.message}`])),
  );
}

/** All that people were told about a resource, in order. */
function toldAbout(results: readonly PassResult[], id: string): readonly string[] {
  const said = results.flatMap(({ plan }) =>
    plan.steps
      .filter((step) => displayId(step.id) === id)
      .map((step) =>
        step.reason === '' && 'observed' in step ? step.observed?.health.message : step.reason,
      ),
  );
  return said.flatMap((text, index) => (text === undefined || text === said[index - 1] ? [] : [text]));
}

describe.each([1, 2, 3])('at the pace of AWS (%i)', (seed) => {
  test('a daemon comes up without a failure, by some thirty looks, and Ready is said once it is', async () => {
    const world = createWorld({ seed, files: { 'xray.yaml': MANIFESTS['xray.yaml'] } });
    const results = await world.loopFor(5 * MINUTE_MS);
    expect(failuresIn(results)).toEqual([]);
    expect(stepsOf(results.at(-1)!.plan)).toEqual([]);
    expect(results.length).toBeLessThan(40);
    expect(toldAbout(results, 'namespace/services.dockerinaws.org')).toContain(
      'Cloud Map works on it, for up to two minutes',
    );
    expect(toldAbout(results, 'service/xray').slice(-2)).toEqual([
      '2 of 2 tasks running, deployment in progress',
      '2 of 2 tasks running',
    ]);
  });

  test('a change of its image tells of both sides until the former tasks are gone', async () => {
    const world = createWorld({ seed, files: { 'xray.yaml': MANIFESTS['xray.yaml'] } });
    await world.settle();
    world.files.set('xray.yaml', MANIFESTS['xray.yaml'].replace('xray-daemon:3.x', 'xray-daemon:3.4'));
    const results = await world.loopFor(5 * MINUTE_MS);
    expect(failuresIn(results)).toEqual([]);
    const told = toldAbout(results, 'service/xray');
    expect(told).toContain('2 of 2 new tasks running, and 2 of the former deployment');
    expect(told.at(-1)).toBe('2 of 2 tasks running');
  });

  test('its removal waits for what AWS is slow to let go, which is no failure', async () => {
    const world = createWorld({ seed });
    await world.settle();
    world.files.delete('otel-collector.yaml');
    const results = await world.loopFor(5 * MINUTE_MS);
    expect(failuresIn(results)).toEqual([]);
    expect(toldAbout(results, 'security-group/otel-collector').join()).toContain('network interfaces');
    expect(countsOf(await describeAccount(world.sandbox))).toMatchObject({
      services: 1,
      roles: 2,
      securityGroups: 1,
    });
  });
});

test('a daemon whose new roles ECS cannot assume yet says so, and comes up', async () => {
  const told: string[] = [];
  for (const seed of [1, 2, 3, 4]) {
    const world = createWorld({ seed, files: { 'xray.yaml': MANIFESTS['xray.yaml'] } });
    await world.settle();
    world.files.set('otel-collector.yaml', MANIFESTS['otel-collector.yaml']);
    const results = await world.loopFor(5 * MINUTE_MS);
    expect(failuresIn(results)).toEqual([]);
    expect(stepsOf(results.at(-1)!.plan)).toEqual([]);
    told.push(...toldAbout(results, 'service/otel-collector'));
  }
  expect(told.join('\n')).toMatch(/ECS says: .*unable to assume the role.*tries again every half minute/);
});

test('an account that has never used ECS gets its service-linked role, and the daemon', async () => {
  const world = createWorld({ newAccount: true, files: { 'xray.yaml': MANIFESTS['xray.yaml'] } });
  const results = await world.loopFor(6 * MINUTE_MS);
  expect(failuresIn(results)).toEqual([]);
  expect(world.mutations().filter((name) => name === 'iam:CreateServiceLinkedRole').length).toBeGreaterThan(
    0,
  );
  expect(toldAbout(results, 'cluster/xray-daemon-cluster').join()).toContain('service-linked role');
  expect(stepsOf(results.at(-1)!.plan)).toEqual([]);
  expect(countsOf(await describeAccount(world.sandbox))).toMatchObject({ services: 1 });
});
