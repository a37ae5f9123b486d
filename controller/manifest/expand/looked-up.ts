import type { Desired, ResourceId } from '../../core/resource.ts';
import { roleFacts } from '../../kinds/role/facts.ts';
import type { RoleSpec } from '../../kinds/role/spec.ts';
import { serviceFacts } from '../../kinds/service/facts.ts';
import type { ServiceSpec } from '../../kinds/service/spec.ts';
import { targetGroupsOf } from '../../kinds/service/target-groups.ts';
import { DEFAULT_POLICY } from './policy.ts';

/** What resources name by its ARN that no manifest declares, that must exist, and that is only ever looked up. */
export function lookedUpFor(desired: readonly Desired[]): readonly Desired[] {
  return [
    ...desired
      .filter((one): one is Desired<RoleSpec> => one.id.kind === roleFacts.name)
      .flatMap((role) => external(role, role.spec.policies ?? [])),
    ...desired
      .filter((one): one is Desired<ServiceSpec> => one.id.kind === serviceFacts.name)
      .flatMap((service) => external(service, targetGroupsOf(service.spec))),
  ];
}

function external(
  { spec: { environment }, manifest }: Desired<RoleSpec> | Desired<ServiceSpec>,
  named: readonly ResourceId[],
): readonly Desired[] {
  return named.map((id) => ({
    id,
    manifest,
    management: 'external',
    spec: { arn: id.name, environment },
    labels: {},
    policy: DEFAULT_POLICY,
  }));
}
