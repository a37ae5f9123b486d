import type { Desired } from '../../core/resource.ts';
import { roleFacts } from '../../kinds/role/facts.ts';
import type { RoleSpec } from '../../kinds/role/spec.ts';
import { serviceFacts } from '../../kinds/service/facts.ts';
import type { ServiceSpec } from '../../kinds/service/spec.ts';
import { externalPolicies } from './roles.ts';
import { externalTargetGroups } from './service.ts';

/** What resources name that no manifest declares, and that is only ever looked up. */
export function lookedUpFor(desired: readonly Desired[]): readonly Desired[] {
  return [
    ...desired
      .filter((one): one is Desired<RoleSpec> => one.id.kind === roleFacts.name)
      .flatMap(externalPolicies),
    ...desired
      .filter((one): one is Desired<ServiceSpec> => one.id.kind === serviceFacts.name)
      .flatMap(externalTargetGroups),
  ];
}
