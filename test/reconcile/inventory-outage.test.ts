import { expect, test } from 'vitest';
import { describeAccount } from '../support/world/account.ts';
import { MANIFESTS, createWorld, isRead, refusal, stepsOf } from '../support/world/world.ts';
import type { World } from '../support/world/world.ts';

/** From now on the list of everything tagged cannot be read. */
function listingFails(world: World, code: string, status: number): void {
  world.intercept((call, perform) =>
    call.name === 'tagging:GetResources' ? Promise.reject(refusal(code, { status })) : perform(),
  );
}

test('what git wants is created, kept and healed although AWS cannot list what we own', async () => {
  const world = createWorld();
  listingFails(world, 'InternalServiceException', 500);
  const results = await world.settle();
  expect(stepsOf(results.at(-1)!.plan)).toEqual([]);
  await world.sandbox.call({
    service: 'ecs',
    operation: 'UpdateService',
    input: { cluster: 'xray-daemon-cluster', service: 'xray', desiredCount: 1 },
    region: 'us-east-1',
  });
  await world.loopFor(120_000);
  const healed = await describeAccount(world.sandbox);
  const undisturbed = createWorld();
  await undisturbed.settle();
  expect(healed.services).toEqual((await describeAccount(undisturbed.sandbox)).services);
});

test('nothing is deleted while AWS cannot list what we own, and then what git dropped goes', async () => {
  const world = createWorld();
  await world.settle();
  listingFails(world, 'InternalServiceException', 500);
  world.files.delete('otel-collector.yaml');
  world.calls.length = 0;
  await world.loopFor(180_000);
  expect(world.calls.map(({ name }) => name).filter((name) => !isRead(name))).toEqual([]);
  world.intercept(undefined);
  await world.loopFor(300_000);
  expect((await describeAccount(world.sandbox)).services).toHaveLength(1);
});

test('what belongs to nobody is held although AWS cannot list what we own', async () => {
  const world = createWorld({ files: { 'xray.yaml': MANIFESTS['xray.yaml'] } });
  listingFails(world, 'InternalServiceException', 500);
  await world.sandbox.call({
    service: 'logs',
    operation: 'CreateLogGroup',
    input: { logGroupName: '/stationkeeper/xray' },
    region: 'us-east-1',
  });
  await world.pass();
  const { plan } = await world.pass();
  const held = plan.steps.filter((step) => step.type === 'hold' && step.why === 'not-ours');
  expect(held.map(({ id }) => id.kind)).toEqual(['log-group']);
});

test('a missing permission to list what we own is told, not worked around', async () => {
  const world = createWorld();
  listingFails(world, 'AccessDeniedException', 400);
  const { plan } = await world.pass();
  const unseen = plan.steps.find((step) => step.id.kind === 'cluster');
  expect(unseen?.reason).toContain('"Action":"tag:GetResources"');
});
