import type { Kind } from '../kind.ts';
import { managedPolicyDriver } from './driver.ts';
import { managedPolicyModel } from './model.ts';
import type { ManagedPolicySpec, ManagedPolicyState } from './model.ts';

export const managedPolicyKind: Kind<ManagedPolicySpec, ManagedPolicyState> = {
  model: managedPolicyModel,
  driver: managedPolicyDriver,
};
