import type { ByOperation } from '../../aws/operations.ts';
import { regionalArn } from '../../core/arn.ts';
import { SEEN, TAGGED, calls, reads, writes } from '../../core/authorization.ts';
import type { Call, ResourceType } from '../../core/authorization.ts';
import type { KindFacts } from '../../core/facts.ts';
import type { NameRules } from '../../core/name-rules.ts';

const HOSTED_ZONE: ResourceType = {
  name: 'hostedzone',
  all: ({ partition }) => [`arn:${partition}:route53:::hostedzone/*`],
};

export interface NamespaceOutputs {
  readonly id: string;
  readonly arn: string;
  readonly name: string;
  /** What DiscoverInstances calls it: the name, or a name of its own where others have that too. Undefined where AWS leaves it open. */
  readonly httpName?: string;
}

/** Route 53 takes underscores anywhere in the name of a zone (Route 53 developer guide, domain name format). */
const LABEL = '[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?';

export const NAMESPACE_NAMING: NameRules = {
  service: 'Cloud Map',
  pattern: `^${LABEL}(\\.${LABEL})*$`,
  most: 253,
  says: 'must be a domain name in lower case, such as services.example.org',
};

/**
 * What Route 53 asks for is in the Cloud Map API permissions reference. What that asks for health checks is left out: a private
 * namespace cannot have any (Cloud Map API reference, HealthCheckConfig).
 */
export const namespaceFacts: KindFacts<NamespaceOutputs> = {
  name: 'namespace',
  naming: NAMESPACE_NAMING,
  builtOn: [],
  paths: { description: {}, soaTtl: {} },
  mainOf: 'Namespace',
  resourceType: {
    name: 'namespace',
    all: (place) => [regionalArn(place, 'servicediscovery', 'namespace/*')],
  },
  waitCodes: ['DuplicateRequest', 'NamespaceNotFound', 'ResourceInUse'],
  inventoryType: 'servicediscovery',
  calls: {
    servicediscovery: {
      listNamespaces: calls(SEEN, reads('servicediscovery:ListNamespaces')),
      createPrivateDnsNamespace: calls(
        ['create'],
        writes('servicediscovery:CreatePrivateDnsNamespace', '*', 'request'),
        writes('servicediscovery:TagResource', '*', 'none'),
        writes('route53:CreateHostedZone', '*', 'none'),
        reads('route53:GetHostedZone'),
        reads('route53:ListHostedZonesByName'),
        reads('ec2:DescribeVpcs'),
        reads('ec2:DescribeRegions'),
      ),
      updatePrivateDnsNamespace: calls(
        ['update'],
        writes('servicediscovery:UpdatePrivateDnsNamespace', 'own', 'resource'),
        // All that can be updated of a zone is the TTL in its SOA record.
        writes('route53:ChangeResourceRecordSets', HOSTED_ZONE, 'none', {
          condition: {
            'ForAllValues:StringEquals': { 'route53:ChangeResourceRecordSetsRecordTypes': ['SOA'] },
          },
          sid: 'ChangeSoaRecord',
        }),
      ),
      deleteNamespace: calls(['delete'], writes('servicediscovery:DeleteNamespace', 'own', 'resource')),
      // Cloud Map's changes go on after the call, and their end is asked for.
      getOperation: calls(['create', 'update', 'delete'], reads('servicediscovery:GetOperation')),
      listServices: calls(['leftovers'], reads('servicediscovery:ListServices')),
      listTagsForResource: calls(SEEN, reads('servicediscovery:ListTagsForResource')),
      tagResource: calls(TAGGED, writes('servicediscovery:TagResource', '*', 'none')),
      untagResource: calls(['release'], writes('servicediscovery:UntagResource', '*', 'none')),
    },
    // Only where Cloud Map leaves open which namespace of a name is the VPC's.
    route53: { getHostedZone: calls(['observe'], reads('route53:GetHostedZone')) },
    tagging: { getResources: calls(SEEN, reads('tag:GetResources')) },
  } satisfies ByOperation<Call>,
};
