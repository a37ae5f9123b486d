import { Type } from 'typebox';
import { knowledgeOf, schemasOf } from '../../core/fields/table.ts';
import { CLUSTER } from '../../kinds/cluster/fields.ts';
import { fleetMembers } from './fleet.ts';
import { environmentName } from './text.ts';

export const clusterSpec = Type.Object(
  {
    environment: Type.Optional(environmentName()),
    ...fleetMembers,
    containerInsights: Type.Optional(
      Type.Enum(['enabled', 'enhanced', 'disabled'], {
        description: 'CloudWatch Container Insights. Default: disabled.',
      }),
    ),
    ...schemasOf(CLUSTER.fields),
  },
  {
    additionalProperties: false,
    description: 'An ECS cluster; its name is metadata.name.',
    knowledge: knowledgeOf(CLUSTER),
  },
);
