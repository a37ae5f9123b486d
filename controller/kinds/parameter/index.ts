import { lookedUpModel } from '../../core/looked-up.ts';
import type { LookedUpSpec, LookedUpState } from '../../core/looked-up.ts';
import type { Kind } from '../kind.ts';
import { parameterDriver } from './driver.ts';
import { parameterFacts } from './facts.ts';

export const parameterKind: Kind<LookedUpSpec, LookedUpState> = {
  model: lookedUpModel(parameterFacts),
  driver: parameterDriver,
};
