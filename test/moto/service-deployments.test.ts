import { setTimeout as pause } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { sdkTransports } from '../../controller/aws/clients.ts';
import { openDoor } from '../../controller/aws/door.ts';
import type { Clock } from '../../controller/core/ports.ts';
import { ROLLOUT_TAG, heldText } from '../../controller/core/rollout/held.ts';
import { createDeployments } from '../../controller/kinds/service/deployments.ts';
import { service } from '../support/aws/ecs-calls.ts';
import { useMotoStack } from '../support/aws/moto/stack.ts';
import { ANY_CREDENTIALS } from '../support/programs/cli.ts';

const moto = useMotoStack();

/** moto is on the other side of a socket. */
const clock: Clock = {
  now: Date.now,
  monotonic: () => performance.now(),
  sleep: (ms, signal) => pause(ms, undefined, { ...(signal && { signal }) }).catch(() => undefined),
};

/** moto knows no service deployments, and answers a page of HTML. */
test('an endpoint without service deployments tells neither any nor a reason, and is asked once', async () => {
  for (const [name, value] of Object.entries(ANY_CREDENTIALS)) vi.stubEnv(name, value);
  const codes: string[] = [];
  const { ecs } = openDoor({
    transport: sdkTransports({ told: () => undefined })({
      region: 'us-east-1',
      endpointUrl: moto.url,
      ownEndpoint: true,
    }),
    clock,
    random: () => 0,
    onRequest: ({ operation, code }) => codes.push(`${operation} ${code}`),
  });
  const created = (await service(moto.aws, 'staged'))!;
  const target = { definition: '0123456789abcdef', expansion: 'fedcba9876543210' };
  const staged = [{ service: created, tags: { [ROLLOUT_TAG]: heldText(target, 0) } }];
  const deployments = createDeployments(ecs, clock);
  const now = Number(created.createdAt);
  expect(await deployments.look(staged, now)).toEqual(new Map([[created.serviceArn, {}]]));
  expect(new Set(codes)).toEqual(new Set(['ListServiceDeployments SyntaxError']));
  codes.length = 0;
  await deployments.look(staged, now);
  expect(codes).toEqual([]);
});
