import type { Kind } from '../../../../controller/kinds/kind.ts';
import { queueDriver } from './driver.ts';
import { queueModel } from './model.ts';
import type { QueueSpec, QueueState } from './model.ts';
import type { Queues } from './queues.ts';

/** A kind that the program does not have, at home in an AWS of its own. */
export function queueKind(sqs: Queues): Kind<QueueSpec, QueueState> {
  return { model: queueModel, driver: (context) => queueDriver(context, sqs) };
}
