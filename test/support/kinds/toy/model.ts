import type { KindModel } from '../../../../controller/core/kind.ts';
import { environmentId } from '../../../../controller/core/reference.ts';
import { compareFields } from '../../../../controller/plan/compare.ts';
import { queueFacts } from './facts.ts';

/** An SQS queue. Outputs: `arn`. */
export interface QueueSpec {
  /** Seconds that a message is kept. */
  readonly retention: number;
}

export type QueueState = QueueSpec;

export const queueModel: KindModel<QueueSpec, QueueState> = {
  facts: queueFacts,
  updateChangesOutputs: false,
  needs: ({ id }) => [environmentId(id.environment)],
  diff: ({ spec }, { state }) => compareFields({ retention: spec.retention }, state),
};
