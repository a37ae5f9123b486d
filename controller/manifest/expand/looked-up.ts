import { environmentId } from '../../core/reference.ts';
import type { LookedUpSpec, NamedThing } from '../../core/looked-up.ts';
import type { Desired, ManifestRef, ResourceId } from '../../core/resource.ts';
import { roleFacts } from '../../kinds/role/facts.ts';
import type { RoleSpec } from '../../kinds/role/spec.ts';
import { securityGroupRuleFacts } from '../../kinds/security-group-rule/facts.ts';
import type { SecurityGroupRuleSpec } from '../../kinds/security-group-rule/spec.ts';
import { serviceFacts } from '../../kinds/service/facts.ts';
import { serviceStartNeeds } from '../../kinds/service/start-needs.ts';
import type { ServiceSpec } from '../../kinds/service/spec.ts';
import { targetGroupsOf } from '../../kinds/service/target-groups.ts';
import { taskDefinitionFacts } from '../../kinds/task-definition/facts.ts';
import type { TaskDefinitionSpec } from '../../kinds/task-definition/spec.ts';
import { startNeedsOf } from '../../kinds/task-definition/start-needs.ts';
import { DEFAULT_POLICY } from './policy.ts';

/** What resources name that no manifest declares, that must exist, and that is only ever looked up. */
export function lookedUpFor(desired: readonly Desired[]): readonly Desired<LookedUpSpec>[] {
  return desired.flatMap((one) => namedIn(one).map((thing) => external(thing, one.manifest)));
}

function namedIn({ id, spec }: Desired): readonly NamedThing[] {
  switch (id.kind) {
    case roleFacts.name:
      return ((spec as RoleSpec).policies ?? []).map(byArn);
    case serviceFacts.name:
      return [...targetGroupsOf(spec as ServiceSpec), ...serviceStartNeeds(spec as ServiceSpec)].map(byArn);
    case taskDefinitionFacts.name:
      return startNeedsOf(spec as TaskDefinitionSpec);
    case securityGroupRuleFacts.name:
      return [(spec as SecurityGroupRuleSpec).consumer];
    default:
      return [];
  }
}

function byArn(id: ResourceId): NamedThing {
  return { id, reference: id.name };
}

function external({ id, reference }: NamedThing, manifest: ManifestRef): Desired<LookedUpSpec> {
  return {
    id,
    manifest,
    management: 'external',
    spec: { reference, environment: environmentId(id.environment) },
    labels: {},
    policy: DEFAULT_POLICY,
  };
}
