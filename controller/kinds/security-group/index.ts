import type { Kind } from '../kind.ts';
import { securityGroupDriver } from './driver.ts';
import { securityGroupModel } from './model.ts';
import type { SecurityGroupSpec, SecurityGroupState } from './model.ts';

export const securityGroupKind: Kind<SecurityGroupSpec, SecurityGroupState> = {
  model: securityGroupModel,
  driver: securityGroupDriver,
};
