import { askedStateOf, rulesOf } from '../../core/fields/table.ts';
import type { KindModel } from '../../core/kind.ts';
import { environmentId } from '../../core/reference.ts';
import { compareFields } from '../../plan/compare.ts';
import { scalableTargetFacts } from './facts.ts';
import { SCALABLE_TARGET_FIELDS } from './fields.ts';
import type { ScalableTargetSpec } from './spec.ts';
import type { ScalableTargetState } from './state.ts';

const RULES = rulesOf(SCALABLE_TARGET_FIELDS);

export const scalableTargetModel: KindModel<ScalableTargetSpec, ScalableTargetState> = {
  facts: scalableTargetFacts,
  updateChangesOutputs: false,
  replaceInterrupts: 'nothing that runs: the desired count stays until it is registered again',
  needs: ({ id, spec }) => [environmentId(id.environment), spec.service],
  says: ({ spec }) => askedStateOf(SCALABLE_TARGET_FIELDS, spec),
  diff: ({ spec }, { state }) => compareFields(askedStateOf(SCALABLE_TARGET_FIELDS, spec), state, RULES),
};
