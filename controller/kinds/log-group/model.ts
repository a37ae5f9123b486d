import type { KindModel } from '../../core/kind.ts';
import { environmentId } from '../../core/reference.ts';
import { compareFields } from '../../plan/compare.ts';
import { logGroupFacts } from './facts.ts';

/** A CloudWatch Logs group. */
export interface LogGroupSpec {
  readonly name: string;
  /** Days; null keeps events for ever. */
  readonly retentionInDays: number | null;
}

export interface LogGroupState {
  /** Days; null keeps events for ever. */
  readonly retentionInDays: number | null;
}

export const logGroupModel: KindModel<LogGroupSpec, LogGroupState> = {
  facts: logGroupFacts,
  updateChangesOutputs: false,
  replaceInterrupts: 'nothing that runs, but every event in it is lost',
  needs: ({ id }) => [environmentId(id.environment)],
  diff: ({ spec }, { state }) => compareFields({ retentionInDays: spec.retentionInDays }, state),
};
