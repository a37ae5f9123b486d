import type { Kind } from '../kind.ts';
import { roleDriver } from './driver.ts';
import { roleModel } from './model.ts';
import type { RoleState } from './model.ts';
import type { RoleSpec } from './spec.ts';

export const roleKind: Kind<RoleSpec, RoleState> = { model: roleModel, driver: roleDriver };
