import { lookedUpModel } from '../../core/looked-up.ts';
import type { LookedUpSpec, LookedUpState } from '../../core/looked-up.ts';
import type { Kind } from '../kind.ts';
import { givenSecurityGroupDriver } from './driver.ts';
import { givenSecurityGroupFacts } from './facts.ts';

export const givenSecurityGroupKind: Kind<LookedUpSpec, LookedUpState> = {
  model: lookedUpModel(givenSecurityGroupFacts),
  driver: givenSecurityGroupDriver,
};
