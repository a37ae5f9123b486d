import { lookedUpModel } from '../../core/looked-up.ts';
import type { LookedUpSpec, LookedUpState } from '../../core/looked-up.ts';
import type { Kind } from '../kind.ts';
import { targetGroupDriver } from './driver.ts';
import { targetGroupFacts } from './facts.ts';

export const targetGroupKind: Kind<LookedUpSpec, LookedUpState> = {
  model: lookedUpModel(targetGroupFacts),
  driver: targetGroupDriver,
};
