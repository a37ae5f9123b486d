import { clusterKind } from './cluster/index.ts';
import { discoveryServiceKind } from './discovery-service/index.ts';
import { environmentKind } from './environment/index.ts';
import { givenRoleKind } from './given-role/index.ts';
import { givenSecurityGroupKind } from './given-security-group/index.ts';
import { imageKind } from './image/index.ts';
import type { Kind } from './kind.ts';
import { logGroupKind } from './log-group/index.ts';
import { managedPolicyKind } from './managed-policy/index.ts';
import { namespaceKind } from './namespace/index.ts';
import { parameterKind } from './parameter/index.ts';
import { repositoryKind } from './repository/index.ts';
import { roleKind } from './role/index.ts';
import { scalableTargetKind } from './scalable-target/index.ts';
import { secretKind } from './secret/index.ts';
import { securityGroupKind } from './security-group/index.ts';
import { securityGroupRuleKind } from './security-group-rule/index.ts';
import { serviceKind } from './service/index.ts';
import { targetGroupKind } from './target-group/index.ts';
import { taskDefinitionKind } from './task-definition/index.ts';

/** Every resource kind, in the order of their facts. To add one, write its folder and name it here and in `facts.ts`. */
export const KINDS: readonly Kind[] = [
  environmentKind,
  managedPolicyKind,
  targetGroupKind,
  givenRoleKind,
  givenSecurityGroupKind,
  imageKind,
  secretKind,
  parameterKind,
  roleKind,
  logGroupKind,
  securityGroupKind,
  namespaceKind,
  discoveryServiceKind,
  repositoryKind,
  clusterKind,
  taskDefinitionKind,
  serviceKind,
  scalableTargetKind,
  securityGroupRuleKind,
];
