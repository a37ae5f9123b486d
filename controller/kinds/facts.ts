import type { KindFacts } from '../core/facts.ts';
import { clusterFacts } from './cluster/facts.ts';
import { discoveryServiceFacts } from './discovery-service/facts.ts';
import { environmentFacts } from './environment/facts.ts';
import { givenRoleFacts } from './given-role/facts.ts';
import { givenSecurityGroupFacts } from './given-security-group/facts.ts';
import { imageFacts } from './image/facts.ts';
import { logGroupFacts } from './log-group/facts.ts';
import { managedPolicyFacts } from './managed-policy/facts.ts';
import { namespaceFacts } from './namespace/facts.ts';
import { parameterFacts } from './parameter/facts.ts';
import { repositoryFacts } from './repository/facts.ts';
import { roleFacts } from './role/facts.ts';
import { scalableTargetFacts } from './scalable-target/facts.ts';
import { secretFacts } from './secret/facts.ts';
import { securityGroupFacts } from './security-group/facts.ts';
import { securityGroupRuleFacts } from './security-group-rule/facts.ts';
import { serviceFacts } from './service/facts.ts';
import { targetGroupFacts } from './target-group/facts.ts';
import { taskDefinitionFacts } from './task-definition/facts.ts';

/**
 * What is known of every kind, in the order in which they are created; deletion goes the other way. It loads no model and no driver,
 * for those who read manifests or reports.
 */
export const FACTS: readonly KindFacts[] = [
  environmentFacts,
  managedPolicyFacts,
  targetGroupFacts,
  givenRoleFacts,
  givenSecurityGroupFacts,
  imageFacts,
  secretFacts,
  parameterFacts,
  roleFacts,
  logGroupFacts,
  securityGroupFacts,
  namespaceFacts,
  discoveryServiceFacts,
  repositoryFacts,
  clusterFacts,
  taskDefinitionFacts,
  serviceFacts,
  scalableTargetFacts,
  securityGroupRuleFacts,
];

export const KIND_NAMES = FACTS.map(({ name }) => name);

export function waitCodesOf(facts: readonly KindFacts[]): ReadonlySet<string> {
  return new Set(facts.flatMap(({ waitCodes = [] }) => waitCodes));
}

export function inventoryTypesOf(facts: readonly KindFacts[]): readonly string[] {
  return [...new Set(facts.flatMap(({ inventoryType }) => inventoryType ?? []))];
}
