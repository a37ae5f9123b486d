import { StationkeeperError } from '../../../../controller/core/errors.ts';
import type { Tags } from '../../../../controller/core/resource.ts';

export interface Queue {
  readonly name: string;
  readonly retention: number;
  readonly tags: Tags;
}

interface Input {
  readonly name?: string;
  readonly retention?: number;
  readonly tags?: Tags;
  readonly keys?: readonly string[];
}

/** An SQS with what a kind needs of it. */
export interface Queues {
  call(operation: string, input?: Input): Promise<{ readonly queues: readonly Queue[] }>;
  /** `sqs:CreateQueue` of every mutation so far. */
  readonly mutations: string[];
  /** Operation → how often it is refused from now on, and with which code. */
  readonly refusals: Map<string, { times: number; readonly code: string }>;
}

export function createQueues(): Queues {
  const queues = new Map<string, Queue>();
  const mutations: string[] = [];
  const refusals: Queues['refusals'] = new Map();

  function change(name: string, changed: (queue: Queue) => Partial<Queue>): void {
    const queue = queues.get(name);
    if (queue !== undefined) queues.set(name, { ...queue, ...changed(queue) });
  }

  const answers: Readonly<Record<string, (input: Input) => void>> = {
    ListQueues: () => undefined,
    CreateQueue({ name = '', retention = 0, tags = {} }) {
      if (!queues.has(name)) queues.set(name, { name, retention, tags });
    },
    SetQueueAttributes: ({ name = '', retention = 0 }) => change(name, () => ({ retention })),
    DeleteQueue: ({ name = '' }) => void queues.delete(name),
    TagQueue: ({ name = '', tags = {} }) => change(name, (queue) => ({ tags: { ...queue.tags, ...tags } })),
    UntagQueue: ({ name = '', keys = [] }) =>
      change(name, ({ tags }) => ({
        tags: Object.fromEntries(Object.entries(tags).filter(([key]) => !keys.includes(key))),
      })),
  };

  return {
    mutations,
    refusals,
    async call(operation, input = {}) {
      const called = `sqs:${operation}`;
      const refusal = refusals.get(called);
      if (refusal !== undefined && refusal.times > 0) {
        refusal.times -= 1;
        const message = `${called} was refused: ${refusal.code}`;
        return Promise.reject(
          new StationkeeperError({ code: refusal.code, retry: 'backoff', message, operation: called }),
        );
      }
      if (operation !== 'ListQueues') mutations.push(called);
      answers[operation]!(input);
      return Promise.resolve({ queues: [...queues.values()] });
    },
  };
}
