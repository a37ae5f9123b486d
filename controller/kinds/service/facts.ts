import { LINKED_ROLE_MADE } from '../../aws/linked-role.ts';
import type { ByOperation } from '../../aws/operations.ts';
import { regionalArn, roleArn } from '../../core/arn.ts';
import { SEEN, TAGGED, calls, reads, tagsNew, writes } from '../../core/authorization.ts';
import type { Authorization, Call, ResourceType } from '../../core/authorization.ts';
import type { KindFacts } from '../../core/facts.ts';
import { pathsOf } from '../../core/fields/table.ts';
import { ECS_NAMING } from '../../core/name-rules.ts';
import type { Desired } from '../../core/resource.ts';
import { SERVICE_FIELDS } from './fields.ts';
import type { ServiceSpec } from './spec.ts';

export interface ServiceOutputs {
  readonly arn: string;
  readonly name: string;
  /** ARN of the revision that it runs, or is to run; empty where ECS does not tell. */
  readonly taskDefinition: string;
}

/** What is in use of what others keep in order: told of a service of ours whose tasks could be read. */
export interface ServiceFindings {
  /** Ids of its tasks. */
  readonly tasks: readonly string[];
  /** Ids of those that run and are not ill. */
  readonly running: readonly string[];
  /** ARNs of the revisions of its families that it, or a task in its cluster, runs from. */
  readonly revisions: readonly string[];
  /** Those on which its tasks run; absent where fewer of these were seen than ECS counts. */
  readonly hosts?: readonly RunningHost[];
}

/** A container instance on which tasks of a service run. */
export interface RunningHost {
  /** The last part of its ARN. */
  readonly id: string;
  /** `i-…`, or `mi-…` of one outside of EC2; absent where it is not known. */
  readonly ec2InstanceId?: string;
  /** HEALTHY where one of the tasks is, UNHEALTHY where all are, else UNKNOWN. */
  readonly health: 'HEALTHY' | 'UNHEALTHY' | 'UNKNOWN';
  /** Those of the host that the tasks have, in order; absent where ECS tells of none. */
  readonly ports?: readonly number[];
}

/** Roles that ECS acts with for a service: it makes its volumes, and gets certificates for its proxies (ECS developer guide, infrastructure role). */
const INFRASTRUCTURE_ROLE: ResourceType = {
  name: 'role',
  all: (place) => [roleArn(place, { name: '*' })],
  named: (_place, { spec }) => infrastructureRolesOf(spec as Partial<ServiceSpec>),
};

/** ARNs of these roles, each once. */
export function infrastructureRolesOf({
  volumeConfigurations = [],
  serviceConnectConfiguration,
}: Partial<ServiceSpec>): readonly string[] {
  const volumes = volumeConfigurations.map(({ managedEBSVolume }) => managedEBSVolume?.roleArn);
  const connected = (serviceConnectConfiguration?.services ?? []).map(({ tls }) => tls?.roleArn);
  return [...new Set([...volumes, ...connected].filter((arn) => arn !== undefined))];
}

const PASSES_ROLES = writes('iam:PassRole', INFRASTRUCTURE_ROLE, 'none', {
  condition: { StringEquals: { 'iam:PassedToService': ['ecs.amazonaws.com'] } },
  sid: 'PassRoles',
});

/** Where hosts stand matters to a service that belongs on each. */
function readsOfHosts(action: string): Authorization {
  const about = ({ spec }: Desired): boolean =>
    (spec as Partial<ServiceSpec>).schedulingStrategy === 'DAEMON';
  return { ...reads(action), about };
}

export const serviceFacts: KindFacts<ServiceOutputs, ServiceFindings> = {
  name: 'service',
  naming: ECS_NAMING,
  tagging: { reservesValues: true },
  builtOn: ['cluster', 'task-definition', 'security-group', 'namespace', 'discovery-service'],
  paths: {
    ...pathsOf({ fields: SERVICE_FIELDS }),
    hasOwnNetwork: {},
    registry: { members: { arn: {}, port: {}, containerName: {}, containerPort: {} } },
  },
  scope: 'cluster',
  mainOf: 'DaemonService',
  tellsRevision: true,
  learnsFrom: ['discovery-service'],
  workload: { stops: ({ path, to }) => path === 'desiredCount' && to === 0 },
  isOwn: ({ id, tasks = [] }, { cluster, service, taskId }) =>
    id.scope === cluster && (id.name === service || tasks.some((task) => task.id === taskId)),
  resourceType: {
    name: 'service',
    all: (place) => [regionalArn(place, 'ecs', 'service/*')],
    named: (place, { id }) => [regionalArn(place, 'ecs', `service/${id.scope ?? '*'}/${id.name}`)],
  },
  waitCodes: ['ClusterNotFoundException', 'ServiceNotActiveException', 'UpdateInProgressException'],
  inventoryType: 'ecs:service',
  calls: {
    ecs: {
      createService: calls(
        ['create'],
        writes('ecs:CreateService', 'own', 'request'),
        tagsNew('ecs:TagResource', 'ecs:CreateAction', 'CreateService'),
        PASSES_ROLES,
      ),
      listClusters: calls(['leftovers'], reads('ecs:ListClusters')),
      describeServices: calls(SEEN, reads('ecs:DescribeServices')),
      listServiceDeployments: calls(SEEN, reads('ecs:ListServiceDeployments')),
      describeServiceRevisions: calls(SEEN, reads('ecs:DescribeServiceRevisions')),
      listServices: calls(['leftovers'], reads('ecs:ListServices')),
      updateService: calls(['update'], writes('ecs:UpdateService', 'own', 'resource'), PASSES_ROLES),
      deleteService: calls(['delete'], writes('ecs:DeleteService', 'own', 'resource')),
      listTasks: calls(SEEN, reads('ecs:ListTasks')),
      describeTasks: calls(SEEN, reads('ecs:DescribeTasks')),
      listContainerInstances: calls(['observe'], readsOfHosts('ecs:ListContainerInstances')),
      describeContainerInstances: calls(['observe'], readsOfHosts('ecs:DescribeContainerInstances')),
      describeTaskDefinition: calls(['observe'], readsOfHosts('ecs:DescribeTaskDefinition')),
      tagResource: calls(TAGGED, writes('ecs:TagResource', 'own', 'either')),
      untagResource: calls(['release'], writes('ecs:UntagResource', 'own', 'resource')),
    },
    iam: { createServiceLinkedRole: calls(['create'], LINKED_ROLE_MADE) },
    tagging: { getResources: calls(['leftovers'], reads('tag:GetResources')) },
  } satisfies ByOperation<Call>,
};
