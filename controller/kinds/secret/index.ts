import { lookedUpModel } from '../../core/looked-up.ts';
import type { LookedUpSpec, LookedUpState } from '../../core/looked-up.ts';
import type { Kind } from '../kind.ts';
import { secretDriver } from './driver.ts';
import { secretFacts } from './facts.ts';

export const secretKind: Kind<LookedUpSpec, LookedUpState> = {
  model: lookedUpModel(secretFacts),
  driver: secretDriver,
};
