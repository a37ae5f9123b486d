import { lookedUpModel } from '../../core/looked-up.ts';
import type { LookedUpSpec, LookedUpState } from '../../core/looked-up.ts';
import type { Kind } from '../kind.ts';
import { managedPolicyDriver } from './driver.ts';
import { managedPolicyFacts } from './facts.ts';

export const managedPolicyKind: Kind<LookedUpSpec, LookedUpState> = {
  model: lookedUpModel(managedPolicyFacts),
  driver: managedPolicyDriver,
};
