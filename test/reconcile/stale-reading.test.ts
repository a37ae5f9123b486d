import { expect, it } from 'vitest';
import { isRead, createWorld, MANIFESTS, stepsOf } from '../support/world/world.ts';
import type { Interceptor, World } from '../support/world/world.ts';
import type { PassResult } from '../../controller/reconcile/pass-result.ts';
import { TRUST } from '../support/world/other-tools.ts';

/** A pass reads git first and AWS later: what git wants may be another thing by then (DESIGN, law 2). */

const { 'xray.yaml': XRAY, 'otel-collector.yaml': COLLECTOR } = MANIFESTS;

async function twoDaemons(): Promise<World> {
  const world = createWorld();
  await world.settle();
  world.calls.length = 0;
  return world;
}

/** AWS takes 18 s over what a pass reads one after another, in which something else happens. */
function meanwhile(world: World, happens: () => unknown = () => undefined): Interceptor {
  const slow = new Set(['ec2:DescribeVpcs', 'ecs:DescribeServices', 'ecs:ListTasks']);
  return async ({ name }, perform) => {
    if (slow.delete(name)) {
      await world.clock.sleep(6_000);
      if (slow.size === 0) await happens();
    }
    return perform();
  };
}

/** Another controller of ours makes a role for a manifest that this one has not read. */
async function makeRole(world: World, RoleName: string): Promise<void> {
  const tags = {
    'stationkeeper:owner': 'stationkeeper',
    'stationkeeper:manifest': 'DaemonService/newer',
    'stationkeeper:environment': 'default',
    'stationkeeper:deletion-policy': 'delete',
    'stationkeeper:prune': 'enabled',
    'stationkeeper:source': 'git.example.org/daemons',
  };
  const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  const input = { RoleName, AssumeRolePolicyDocument: TRUST, Tags };
  await world.sandbox.call({ service: 'iam', operation: 'CreateRole', input, region: 'us-east-1' });
}

it('deletes nothing where a removal was reverted while AWS was read', async () => {
  const world = await twoDaemons();
  world.files.delete('otel-collector.yaml');
  world.intercept(meanwhile(world, () => world.files.set('otel-collector.yaml', COLLECTOR)));
  const result = await world.pass();
  expect(world.mutations()).toEqual([]);
  expect(result.lookAgainInMs).toBeLessThanOrEqual(1_000);
  await world.settle();
  expect(world.mutations()).toEqual([]);
});

it('ends a pass in the middle of its steps once git has moved on', async () => {
  const world = await twoDaemons();
  world.files.delete('otel-collector.yaml');
  world.intercept(async ({ name }, perform) => {
    const answer = await perform();
    if (!isRead(name)) {
      world.files.set('otel-collector.yaml', COLLECTOR);
      await world.clock.sleep(11_000);
    }
    return answer;
  });
  await world.pass();
  expect(world.mutations()).toEqual(['ecs:DeleteService']);
  world.intercept(undefined);
  await world.settle();
  expect(stepsOf((await world.pass()).plan)).toEqual([]);
});

it('goes on, without deleting, where git cannot be asked again', async () => {
  const world = await twoDaemons();
  world.files.delete('otel-collector.yaml');
  world.files.set('xray.yaml', XRAY.replace('desiredCount: 2', 'desiredCount: 3'));
  world.intercept(meanwhile(world, () => world.sourceFails('SourceUnreachable')));
  const { plan } = await world.pass();
  expect(world.mutations()).toContain('ecs:UpdateService');
  expect(world.mutations().filter((name) => /Delete|Untag/.test(name))).toEqual([]);
  expect(plan.steps.find(({ id }) => id.name === 'otel-collector' && id.kind === 'service')).toMatchObject({
    type: 'hold',
    why: 'policy',
    reason: 'nothing is deleted: git says no',
  });
});

it('asks git again only where something is to be changed, and at most every ten seconds', async () => {
  const world = await twoDaemons();
  const asked = () => world.headsAsked();
  world.intercept(meanwhile(world));
  await world.pass();
  expect(asked()).toBe(0);
  world.files.set('xray.yaml', XRAY.replace('desiredCount: 2', 'desiredCount: 3'));
  world.intercept(undefined);
  await world.pass();
  expect(asked()).toBe(0);
  world.files.set('xray.yaml', XRAY);
  world.intercept(meanwhile(world));
  await world.pass();
  expect(asked()).toBe(1);
});

it('deletes nothing of ours that was made after git was read', async () => {
  const world = await twoDaemons();
  let made = false;
  world.intercept(async ({ name }, perform) => {
    if (!made && name === 'iam:GetAccountAuthorizationDetails') {
      made = true;
      await world.clock.sleep(5_000);
      await makeRole(world, 'newer');
    }
    return perform();
  });
  const planned = (result: PassResult) => result.plan.steps.find(({ id }) => id.name === 'newer');
  expect(planned(await world.pass())).toMatchObject({ type: 'hold', why: 'waiting', intent: 'delete' });
  expect(world.mutations()).toEqual([]);
  await world.settle();
  expect(world.mutations()).toEqual(['iam:DeleteRole']);
});
