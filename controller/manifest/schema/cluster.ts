import { Type } from 'typebox';
import { knowledgeOf, schemasOf } from '../../core/fields/table.ts';
import { ECS_NAMING } from '../../core/name-rules.ts';
import { CLUSTER } from '../../kinds/cluster/fields.ts';
import { fleetMembers } from './fleet.ts';
import { environmentName, nameText } from './text.ts';

export const clusterSpec = Type.Object(
  {
    environment: Type.Optional(environmentName()),
    ...fleetMembers,
    name: Type.Optional(nameText(ECS_NAMING, 'Name of the cluster in ECS, instead of metadata.name.')),
    containerInsights: Type.Optional(
      Type.Enum(['enabled', 'enhanced', 'disabled'], {
        description: 'CloudWatch Container Insights. Default: disabled.',
      }),
    ),
    ...schemasOf(CLUSTER.fields),
  },
  {
    additionalProperties: false,
    description: 'An ECS cluster.',
    knowledge: knowledgeOf(CLUSTER),
  },
);
