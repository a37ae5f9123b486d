import type { ByOperation } from '../../aws/operations.ts';
import { regionalArn } from '../../core/arn.ts';
import { SEEN, TAGGED, calls, reads, writes } from '../../core/authorization.ts';
import type { Call, ResourceType } from '../../core/authorization.ts';
import type { KindFacts } from '../../core/facts.ts';
import { REGISTRANT_TAG } from '../../core/ownership.ts';
import type { NameRules } from '../../core/name-rules.ts';
import type { Desired, Tags } from '../../core/resource.ts';
import type { DiscoveryServiceSpec } from './spec.ts';

const HOSTED_ZONE: ResourceType = {
  name: 'hostedzone',
  all: ({ partition }) => [`arn:${partition}:route53:::hostedzone/*`],
};

/** What it is made in. */
const NAMESPACE: ResourceType = {
  name: 'namespace',
  all: (place) => [regionalArn(place, 'servicediscovery', 'namespace/*')],
};

export interface DiscoveryServiceOutputs {
  readonly id: string;
  readonly arn: string;
  readonly name: string;
}

export interface DiscoveryServiceFindings {
  /** Ids of tasks that have run for a while and are not registered in it. */
  readonly unregistered: readonly string[];
}

const LABEL = '([A-Za-z0-9_][A-Za-z0-9_-]{0,61}[A-Za-z0-9_]|[A-Za-z0-9])';
/** CreateService (Cloud Map API reference): a label of one character is a letter or a digit. */
export const DISCOVERY_SERVICE_NAMING: NameRules = {
  service: 'Cloud Map',
  pattern: `^${LABEL}(\\.${LABEL})*$`,
  most: 127,
  says: 'must be DNS labels of letters, digits, hyphens and underscores, with none of the hyphens at an end',
};

export const discoveryServiceFacts: KindFacts<DiscoveryServiceOutputs, DiscoveryServiceFindings> = {
  name: 'discovery-service',
  naming: DISCOVERY_SERVICE_NAMING,
  builtOn: ['namespace'],
  paths: {
    description: {},
    dnsRecords: { entries: { members: { ttl: {} } } },
    routingPolicy: {},
    customHealthCheck: {},
    registration: {},
  },
  scope: 'namespace',
  readAfter: ['namespace', 'service'],
  learnsFrom: ['service'],
  tags: ({ usedBy }) =>
    usedBy === undefined ? {} : { [REGISTRANT_TAG]: `${usedBy.scope ?? ''}/${usedBy.name}` },
  resourceType: {
    name: 'service',
    all: (place) => [regionalArn(place, 'servicediscovery', 'service/*')],
  },
  waitCodes: ['DuplicateRequest', 'NamespaceNotFound', 'ResourceInUse', 'ServiceNotFound'],
  inventoryType: 'servicediscovery',
  calls: {
    servicediscovery: {
      listNamespaces: calls(SEEN, reads('servicediscovery:ListNamespaces')),
      listServices: calls(SEEN, reads('servicediscovery:ListServices')),
      createService: calls(
        ['create'],
        writes('servicediscovery:CreateService', 'own', 'request'),
        writes('servicediscovery:CreateService', NAMESPACE, 'request'),
        writes('servicediscovery:TagResource', '*', 'none'),
      ),
      updateService: calls(['update'], writes('servicediscovery:UpdateService', 'own', 'resource')),
      deleteService: calls(['delete'], writes('servicediscovery:DeleteService', 'own', 'resource')),
      // Cloud Map's changes go on after the call, and their end is asked for.
      getOperation: calls(['update', 'delete'], reads('servicediscovery:GetOperation')),
      discoverInstances: calls(['observe'], reads('servicediscovery:DiscoverInstances')),
      listInstances: calls([...SEEN, 'delete'], reads('servicediscovery:ListInstances')),
      getInstancesHealthStatus: calls(['observe'], {
        ...reads('servicediscovery:GetInstancesHealthStatus'),
        about: hasHosts,
      }),
      registerInstance: calls(
        ['update'],
        writes('servicediscovery:RegisterInstance', 'own', 'resource', { about: hasHosts }),
        { ...reads('ec2:DescribeInstances'), about: hasHosts },
        // Cloud Map changes the records as whoever calls it, also where an instance is deregistered.
        writes('route53:ChangeResourceRecordSets', HOSTED_ZONE, 'none', {
          condition: {
            'ForAllValues:StringEquals': {
              'route53:ChangeResourceRecordSetsRecordTypes': ['A', 'AAAA', 'SRV'],
            },
          },
          sid: 'ChangeHostRecords',
          about: hasHosts,
        }),
      ),
      updateInstanceCustomHealthStatus: calls(
        ['update'],
        writes('servicediscovery:UpdateInstanceCustomHealthStatus', 'own', 'resource', { about: hasHosts }),
      ),
      deregisterInstance: calls(
        ['update', 'delete'],
        writes('servicediscovery:DeregisterInstance', 'own', 'resource'),
      ),
      listTagsForResource: calls(SEEN, reads('servicediscovery:ListTagsForResource')),
      tagResource: calls(TAGGED, writes('servicediscovery:TagResource', '*', 'none')),
      untagResource: calls(['release'], writes('servicediscovery:UntagResource', '*', 'none')),
    },
    ecs: {
      describeTasks: calls(['update', 'delete'], reads('ecs:DescribeTasks')),
      // Who names it is looked for in what the services of the account run; without the permission it is left out.
      listClusters: calls(SEEN, { ...reads('ecs:ListClusters'), about: hasRecords }),
      listServices: calls(SEEN, { ...reads('ecs:ListServices'), about: hasRecords }),
      describeServices: calls(SEEN, { ...reads('ecs:DescribeServices'), about: hasRecords }),
      describeTaskDefinition: calls(SEEN, { ...reads('ecs:DescribeTaskDefinition'), about: hasRecords }),
    },
    ec2: { describeInstances: calls(['observe'], { ...reads('ec2:DescribeInstances'), about: hasHosts }) },
    // What Route 53 has for a name is shown beside what Cloud Map has; without the permission it is left out.
    route53: {
      listResourceRecordSets: calls(['observe'], {
        ...reads('route53:ListResourceRecordSets'),
        about: hasRecords,
      }),
    },
    tagging: { getResources: calls(SEEN, reads('tag:GetResources')) },
  } satisfies ByOperation<Call>,
};

/** Whether the controller registers in it, of which the policies of others have nothing. */
function hasHosts({ spec }: Desired): boolean {
  return (spec as Partial<DiscoveryServiceSpec>).hosts !== undefined;
}

function hasRecords({ spec }: Desired): boolean {
  return ((spec as Partial<DiscoveryServiceSpec>).dnsRecords ?? []).length > 0;
}

/** The ECS service that registers in a discovery service with these tags, `cluster/service`; undefined where they do not say. */
export function registrantOf(tags: Tags): string | undefined {
  return tags[REGISTRANT_TAG];
}
