import { lookedUpModel } from '../../core/looked-up.ts';
import type { LookedUpSpec, LookedUpState } from '../../core/looked-up.ts';
import type { Kind } from '../kind.ts';
import { givenRoleDriver } from './driver.ts';
import { givenRoleFacts } from './facts.ts';

export const givenRoleKind: Kind<LookedUpSpec, LookedUpState> = {
  model: lookedUpModel(givenRoleFacts),
  driver: givenRoleDriver,
};
