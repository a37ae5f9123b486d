import { compareText } from '../../controller/core/order.ts';
import type { CapacityProviderStrategyItem } from '@aws-sdk/client-ecs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nextProvider } from '../../sandbox/ecs/clusters/capacity-strategies.ts';
import { ecsSandbox } from '../support/sandbox/ecs.ts';
import type { EcsSandbox } from '../support/sandbox/ecs.ts';

const STRATEGY: CapacityProviderStrategyItem[] = [
  { capacityProvider: 'FARGATE', base: 1, weight: 1 },
  { capacityProvider: 'FARGATE_SPOT', base: 0, weight: 3 },
];

async function onSpot(strategy = STRATEGY, desiredCount = 5): Promise<EcsSandbox> {
  const aws = await ecsSandbox();
  await aws.ecs('PutClusterCapacityProviders', {
    cluster: 'daemons',
    capacityProviders: ['FARGATE', 'FARGATE_SPOT'],
    defaultCapacityProviderStrategy: [],
  });
  await aws.ecs(
    'CreateService',
    aws.serviceInput({ launchType: undefined, capacityProviderStrategy: strategy, desiredCount }),
  );
  return aws;
}

async function providers(aws: EcsSandbox): Promise<readonly string[]> {
  return (await aws.tasks())
    .map(({ capacityProviderName = 'none' }) => capacityProviderName)
    .toSorted(compareText);
}

describe('tasks of a strategy', () => {
  test('are placed by base and weight', async () => {
    const aws = await onSpot();
    await aws.steady();
    expect(await providers(aws)).toEqual([
      'FARGATE',
      'FARGATE',
      'FARGATE_SPOT',
      'FARGATE_SPOT',
      'FARGATE_SPOT',
    ]);
  });

  test('are as many as the weights say beyond the bases, whatever the strategy', () => {
    const item = fc.record({ base: fc.nat(3), weight: fc.nat(5) });
    fc.assert(
      fc.property(item, item, fc.integer({ min: 1, max: 40 }), (fargate, spot, count) => {
        const strategy = [
          { capacityProvider: 'FARGATE', ...fargate, weight: fargate.weight + 1 },
          { capacityProvider: 'FARGATE_SPOT', ...spot, base: fargate.base > 0 ? 0 : spot.base },
        ];
        const tasks: { capacityProvider: string | undefined }[] = [];
        while (tasks.length < count) tasks.push({ capacityProvider: nextProvider(strategy, tasks) });
        const weights = strategy[0]!.weight + strategy[1]!.weight;
        const bases = strategy[0]!.base + strategy[1]!.base;
        for (const { capacityProvider, base, weight } of strategy) {
          const placed = tasks.filter((task) => task.capacityProvider === capacityProvider).length;
          const beyond = Math.max(0, count - bases);
          const due = beyond === 0 ? Math.min(placed, base) : base + (beyond * weight) / weights;
          expect(Math.abs(placed - due)).toBeLessThan(1.0001);
        }
      }),
    );
  });
});

describe('Fargate Spot', () => {
  test('takes tasks back in AWS’s words, and the service starts others', async () => {
    const aws = await onSpot();
    await aws.steady();
    const reclaimed = aws.sandbox.control.reclaimSpot();
    expect(reclaimed).toHaveLength(3);
    await aws.until(
      async () => (await aws.stopped()).filter(({ lastStatus }) => lastStatus === 'STOPPED').length === 3,
    );
    for (const task of await aws.stopped()) {
      expect(task).toMatchObject({
        capacityProviderName: 'FARGATE_SPOT',
        stopCode: 'SpotInterruption',
        stoppedReason: 'Your Spot Task was interrupted.',
      });
    }
    await aws.steady();
    expect(await providers(aws)).toHaveLength(5);
  });

  test('takes back one, and none that is not its own', async () => {
    const aws = await onSpot();
    await aws.steady();
    const all = await aws.tasks();
    const own = all.find(({ capacityProviderName }) => capacityProviderName === 'FARGATE');
    const spot = all.find(({ capacityProviderName }) => capacityProviderName === 'FARGATE_SPOT');
    expect(aws.sandbox.control.reclaimSpot(own?.taskArn)).toEqual([]);
    expect(aws.sandbox.control.reclaimSpot(spot?.taskArn)).toEqual([spot?.taskArn]);
  });

  test('has no room while it is unavailable, and the service says so', async () => {
    const aws = await onSpot([{ capacityProvider: 'FARGATE_SPOT', weight: 1 }], 1);
    aws.sandbox.control.makeUnavailable('FARGATE_SPOT');
    await aws.until(async () => ((await aws.service()).events ?? []).length > 0);
    expect((await aws.service()).events?.[0]?.message).toContain(
      '(service xray) was unable to place a task. Reason: Capacity is unavailable at this time.',
    );
    expect(await aws.tasks()).toEqual([]);
    aws.sandbox.control.makeAvailable('FARGATE_SPOT');
    await aws.steady();
    expect(await providers(aws)).toEqual(['FARGATE_SPOT']);
  });
});
