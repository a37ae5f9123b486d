import { KINDS } from '../../../../controller/kinds/index.ts';
import type { KindCase } from '../cases.ts';
import { shippedStage } from '../stage.ts';
import type { KindStage } from '../stage.ts';
import { desiredOf } from '../desired.ts';
import { queueKind } from './index.ts';
import type { QueueSpec } from './model.ts';
import { createQueues } from './queues.ts';

export const QUEUE = desiredOf<QueueSpec>(
  { kind: 'queue', name: 'traces' },
  { retention: 345_600 },
  { labels: { team: 'observability' } },
);

/** The program's kinds and one more, with queues beside the sandbox. */
function queueStage(): KindStage {
  const stage = shippedStage();
  const sqs = createQueues();
  const { world } = stage;
  return {
    ...stage,
    kinds: [...KINDS, queueKind(sqs)],
    wanted: [...stage.wanted, QUEUE],
    account: async () => ({ ...(await stage.account()), ...(await sqs.call('ListQueues')) }),
    async call(service, operation, input) {
      return service === 'sqs'
        ? { ...(await sqs.call(operation, input)) }
        : stage.call(service, operation, input);
    },
    world: {
      ...world,
      mutations: () => [...world.mutations(), ...sqs.mutations],
      resetRequests() {
        world.resetRequests();
        sqs.mutations.length = 0;
      },
      failNext(operation, code, options) {
        if (operation.startsWith('sqs:')) sqs.refusals.set(operation, { times: options?.times ?? 1, code });
        else world.failNext(operation, code, options);
      },
    },
  };
}

export const QUEUE_CASE: KindCase = {
  kind: 'queue',
  stage: queueStage,
  name: QUEUE.id.name,
  change: (desired) => ({ ...desired, spec: { retention: 60 } }),
  changes: ['retention'],
  meddle: (call) => call('sqs', 'SetQueueAttributes', { name: QUEUE.id.name, retention: 120 }),
  drift: { path: 'retention', from: 120, to: 345_600 },
  rephrase: 'a number of seconds can be written in one way only',
  read: 'sqs:ListQueues',
  sort: 'queues',
};
