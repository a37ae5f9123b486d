import type { Service } from '@aws-sdk/client-ecs';
import { expect, test } from 'vitest';
import { NEVER_ASKED, createAsked } from '../../controller/core/asked.ts';
import { rolloutRetries } from '../../controller/kinds/service/rollout-retries.ts';
import { VirtualClock } from '../../sandbox/virtual-clock.ts';

const MINUTE_MS = 60_000;

function givenUp(deployment: string, overrides: Partial<Service> = {}, revision = 'xray:1'): Service {
  return {
    serviceArn: 'arn:aws:ecs:us-east-1:385605022855:service/fleet/xray',
    desiredCount: 2,
    runningCount: 0,
    deployments: [{ id: deployment, status: 'PRIMARY', rolloutState: 'FAILED', taskDefinition: revision }],
    ...overrides,
  };
}

/** Minutes until the attempt is due, and its number. */
async function untilDue(
  retry: ReturnType<typeof rolloutRetries>,
  clock: VirtualClock,
  service: Service,
): Promise<readonly [number, number]> {
  for (let minutes = 0; minutes < 200; minutes += 1) {
    const next = retry(service);
    if (next?.isDue === true) return [minutes, next.attempt];
    await clock.advance(MINUTE_MS);
  }
  throw new Error('it was never due');
}

test('each attempt is due after twice the pause of the one before, an hour at most', async () => {
  const clock = new VirtualClock();
  const retry = rolloutRetries(clock, NEVER_ASKED);
  const pauses: (readonly [number, number])[] = [];
  for (const deployment of ['a', 'b', 'c', 'd', 'e', 'f']) {
    pauses.push(await untilDue(retry, clock, givenUp(deployment)));
  }
  expect(pauses).toEqual([
    [5, 2],
    [10, 3],
    [20, 4],
    [40, 5],
    [60, 6],
    [60, 7],
  ]);
});

test('a restart, another revision and a rollout that was completed begin with the first pause', async () => {
  const clock = new VirtualClock();
  const retry = rolloutRetries(clock, NEVER_ASKED);
  await untilDue(retry, clock, givenUp('a'));
  expect(await untilDue(retry, clock, givenUp('b', {}, 'xray:2'))).toEqual([5, 2]);
  const completed = { id: 'c', status: 'PRIMARY', rolloutState: 'COMPLETED' } as const;
  expect(retry(givenUp('c', { deployments: [completed] }))).toBeNull();
  expect(await untilDue(retry, clock, givenUp('d', {}, 'xray:2'))).toEqual([5, 2]);
  expect(await untilDue(rolloutRetries(clock, NEVER_ASKED), clock, givenUp('d', {}, 'xray:2'))).toEqual([
    5, 2,
  ]);
});

test('one is due at once where somebody asks for it, and not again before its time', async () => {
  const clock = new VirtualClock();
  const asked = createAsked(clock);
  const retry = rolloutRetries(clock, asked);
  expect(retry(givenUp('a'))?.isDue).toBe(false);
  await clock.advance(MINUTE_MS);
  asked.ask();
  expect(retry(givenUp('a'))?.isDue).toBe(true);
  await clock.advance(MINUTE_MS);
  expect(retry(givenUp('b'))?.isDue).toBe(false);
});

test('one is due where the tasks of the deployment before still run, and those of the new one are missing', async () => {
  const clock = new VirtualClock();
  const running = { runningCount: 2 };
  const retry = rolloutRetries(clock, NEVER_ASKED);
  const [given] = givenUp('a').deployments!;
  const former = { id: '0', status: 'ACTIVE', rolloutState: 'COMPLETED', runningCount: 2 } as const;
  const deployments = [{ ...given, runningCount: 0 }, former];
  expect(await untilDue(retry, clock, givenUp('a', { ...running, deployments }))).toEqual([5, 2]);
});

test.each<[string, Partial<Service>]>([
  [
    'has all its tasks',
    {
      runningCount: 2,
      deployments: [{ id: 'a', status: 'PRIMARY', rolloutState: 'FAILED', runningCount: 2 }],
    },
  ],
  [
    'has as many tasks as are wanted, where the endpoint does not tell of which deployment',
    { runningCount: 2 },
  ],
  ['is wanted with none', { desiredCount: 0 }],
  ['is still rolled out', { deployments: [{ id: 'a', status: 'PRIMARY', rolloutState: 'IN_PROGRESS' }] }],
  ['was rolled back', { deployments: [{ id: 'a', status: 'ACTIVE', rolloutState: 'FAILED' }] }],
  ['is of an endpoint that does not tell', { deployments: [{ id: 'a', status: 'PRIMARY' }] }],
])('none is due of a service that %s', async (_how, overrides) => {
  const clock = new VirtualClock();
  const retry = rolloutRetries(clock, NEVER_ASKED);
  expect(retry(givenUp('a', overrides))).toBeNull();
  await clock.advance(120 * MINUTE_MS);
  expect(retry(givenUp('a', overrides))).toBeNull();
});
