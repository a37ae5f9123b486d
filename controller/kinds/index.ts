import type { KindModel } from '../core/kind.ts';
import type { KindName } from '../core/resource.ts';
import { clusterKind } from './cluster/index.ts';
import { discoveryServiceKind } from './discovery-service/index.ts';
import { environmentKind } from './environment/index.ts';
import { FACTS } from './facts.ts';
import type { Kind } from './kind.ts';
import { logGroupKind } from './log-group/index.ts';
import { namespaceKind } from './namespace/index.ts';
import { roleKind } from './role/index.ts';
import { securityGroupKind } from './security-group/index.ts';
import { serviceKind } from './service/index.ts';
import { taskDefinitionKind } from './task-definition/index.ts';
import { wavesOf } from './waves.ts';

/** Every resource kind, in the order of their facts. To add one, write its folder and name it here and in `facts.ts`. */
export const KINDS: readonly Kind[] = [
  environmentKind,
  roleKind,
  logGroupKind,
  securityGroupKind,
  namespaceKind,
  discoveryServiceKind,
  clusterKind,
  taskDefinitionKind,
  serviceKind,
];

export const MODELS: ReadonlyMap<KindName, KindModel> = new Map(
  KINDS.map(({ model }) => [model.facts.name, model]),
);

export const WAVES = wavesOf(FACTS);
