import { LINKED_ROLE_MADE } from '../../aws/linked-role.ts';
import type { ByOperation } from '../../aws/operations.ts';
import { regionalArn } from '../../core/arn.ts';
import { SEEN, TAGGED, calls, reads, tagsNew, writes } from '../../core/authorization.ts';
import type { Call } from '../../core/authorization.ts';
import type { KindFacts } from '../../core/facts.ts';
import { pathsOf } from '../../core/fields/table.ts';
import { ECS_NAMING } from '../../core/name-rules.ts';
import { CLUSTER } from './fields.ts';

export interface ClusterOutputs {
  readonly arn: string;
  readonly name: string;
}

export const clusterFacts: KindFacts<ClusterOutputs> = {
  name: 'cluster',
  naming: ECS_NAMING,
  tagging: { reservesValues: true },
  builtOn: ['namespace'],
  paths: { containerInsights: {}, ...pathsOf(CLUSTER) },
  mainOf: 'Cluster',
  isOwn: ({ id }, { cluster }) => id.name === cluster,
  resourceType: {
    name: 'cluster',
    all: (place) => [regionalArn(place, 'ecs', 'cluster/*')],
    named: (place, { id }) => [regionalArn(place, 'ecs', `cluster/${id.name}`)],
  },
  waitCodes: [
    'ClusterContainsServicesException',
    'ClusterContainsTasksException',
    'UpdateInProgressException',
  ],
  inventoryType: 'ecs:cluster',
  calls: {
    ecs: {
      createCluster: calls(
        ['create'],
        writes('ecs:CreateCluster', 'own', 'request'),
        tagsNew('ecs:TagResource', 'ecs:CreateAction', 'CreateCluster'),
      ),
      listClusters: calls(['leftovers'], reads('ecs:ListClusters')),
      describeClusters: calls(SEEN, reads('ecs:DescribeClusters')),
      updateCluster: calls(['update'], writes('ecs:UpdateCluster', 'own', 'resource')),
      putClusterCapacityProviders: calls(
        ['update'],
        writes('ecs:PutClusterCapacityProviders', 'own', 'resource'),
      ),
      deleteCluster: calls(['delete'], writes('ecs:DeleteCluster', 'own', 'resource')),
      tagResource: calls(TAGGED, writes('ecs:TagResource', 'own', 'either')),
      untagResource: calls(['release'], writes('ecs:UntagResource', 'own', 'resource')),
    },
    iam: { createServiceLinkedRole: calls(['create'], LINKED_ROLE_MADE) },
    tagging: { getResources: calls(['leftovers'], reads('tag:GetResources')) },
  } satisfies ByOperation<Call>,
};
