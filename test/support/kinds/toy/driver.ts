import { HEALTHY } from '../../../../controller/core/kind.ts';
import { ownership } from '../../../../controller/core/ownership.ts';
import type { Observed } from '../../../../controller/core/resource.ts';
import type { DriverContext, KindDriver } from '../../../../controller/kinds/kind.ts';
import { queueFacts } from './facts.ts';
import type { QueueSpec, QueueState } from './model.ts';
import type { Queue, Queues } from './queues.ts';

export function queueDriver({ claim }: DriverContext, sqs: Queues): KindDriver<QueueSpec, QueueState> {
  function observed({ name, retention, tags }: Queue): Observed<QueueState> {
    const arn = `arn:aws:sqs:us-east-1:123456789012:${name}`;
    return {
      id: { environment: claim.environment, kind: queueFacts.name, name },
      ...ownership(claim, tags),
      arn,
      state: { retention },
      outputs: { arn },
      health: HEALTHY,
    };
  }

  async function read(name: string): Promise<Queue | undefined> {
    const { queues } = await sqs.call('ListQueues');
    return queues.find((queue) => queue.name === name);
  }

  async function asItIs(name: string): Promise<Observed<QueueState>> {
    return observed((await read(name))!);
  }

  return {
    async observe({ desired, scope }) {
      const names = new Set(desired.map(({ id }) => id.name));
      const items = (await sqs.call('ListQueues')).queues
        .map(observed)
        .filter(({ id, owner }) => names.has(id.name) || (scope === 'all-owned' && owner === 'us'));
      return { items, unseen: [] };
    },
    async create({ id: { name }, spec: { retention } }, tags) {
      await sqs.call('CreateQueue', { name, retention, tags });
      return { type: 'done', observed: await asItIs(name) };
    },
    async update({ id: { name }, spec: { retention } }) {
      await sqs.call('SetQueueAttributes', { name, retention });
      return { type: 'done', observed: await asItIs(name) };
    },
    async delete({ id: { name } }) {
      await sqs.call('DeleteQueue', { name });
      return { type: 'gone' };
    },
    tagsNow: async ({ id }) => (await read(id.name))?.tags,
    async tag({ id: { name } }, set, remove) {
      await sqs.call('TagQueue', { name, tags: set });
      if (remove.length > 0) await sqs.call('UntagQueue', { name, keys: remove });
      return asItIs(name);
    },
  };
}
