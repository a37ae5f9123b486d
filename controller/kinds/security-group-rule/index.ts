import type { Kind } from '../kind.ts';
import { securityGroupRuleDriver } from './driver.ts';
import { securityGroupRuleModel } from './model.ts';
import type { SecurityGroupRuleSpec, SecurityGroupRuleState } from './spec.ts';

export const securityGroupRuleKind: Kind<SecurityGroupRuleSpec, SecurityGroupRuleState> = {
  model: securityGroupRuleModel,
  driver: securityGroupRuleDriver,
};
