import type { ByOperation } from '../../aws/operations.ts';
import { regionalArn } from '../../core/arn.ts';
import { SEEN, TAGGED, calls, reads, writes } from '../../core/authorization.ts';
import type { Authorization, Call, ResourceType } from '../../core/authorization.ts';
import type { KindFacts } from '../../core/facts.ts';
import type { NameRules } from '../../core/name-rules.ts';
import type { Desired } from '../../core/resource.ts';

const HOSTED_ZONE: ResourceType = {
  name: 'hostedzone',
  all: ({ partition }) => [`arn:${partition}:route53:::hostedzone/*`],
};

/** How clients find what is in a namespace: by DNS in a VPC, by DNS everywhere, or by DiscoverInstances alone, as with every type. */
export const NAMESPACE_TYPES = ['private-dns', 'public-dns', 'http'] as const;
export type NamespaceType = (typeof NAMESPACE_TYPES)[number];

/** Partitions in which there are none (Cloud Map API reference, CreatePublicDnsNamespace; GovCloud user guide, Cloud Map). */
export const WITHOUT_PUBLIC_NAMESPACES: ReadonlySet<string> = new Set(['aws-us-gov']);

/** As Cloud Map calls them. */
export const TYPE_BY_CLOUD_MAP: Readonly<Record<string, NamespaceType>> = {
  DNS_PRIVATE: 'private-dns',
  DNS_PUBLIC: 'public-dns',
  HTTP: 'http',
};

export interface NamespaceOutputs {
  readonly id: string;
  readonly arn: string;
  readonly name: string;
  readonly type: NamespaceType;
  /** That Cloud Map keeps its records in; absent of HTTP namespaces. */
  readonly hostedZoneId?: string;
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

/** All that can be updated of a zone is the TTL in its SOA record. */
const CHANGE_SOA = {
  condition: {
    'ForAllValues:StringEquals': { 'route53:ChangeResourceRecordSetsRecordTypes': ['SOA'] },
  },
  sid: 'ChangeSoaRecord',
} as const;

/** A policy has only what is for the types that manifests have. */
function isOfType(type: NamespaceType): (desired: Desired) => boolean {
  return ({ spec }) => ((spec as { readonly type?: NamespaceType }).type ?? 'private-dns') === type;
}

/** Of a desired namespace of one type. */
function ofType(type: NamespaceType, ...actions: readonly Authorization[]): readonly Authorization[] {
  return actions.map((action) => ({ ...action, about: isOfType(type) }));
}

/**
 * What Route 53 asks for is in the Cloud Map API permissions reference. What that asks for health checks is left out: no service that is
 * made here has one (manifest/schema/daemon-service.ts).
 */
export const namespaceFacts: KindFacts<NamespaceOutputs> = {
  name: 'namespace',
  naming: NAMESPACE_NAMING,
  builtOn: [],
  paths: { type: {}, description: {}, soaTtl: {} },
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
        ...ofType(
          'private-dns',
          writes('servicediscovery:CreatePrivateDnsNamespace', '*', 'request'),
          writes('servicediscovery:TagResource', '*', 'none'),
          writes('route53:CreateHostedZone', '*', 'none'),
          reads('route53:GetHostedZone'),
          reads('route53:ListHostedZonesByName'),
          reads('ec2:DescribeVpcs'),
          reads('ec2:DescribeRegions'),
        ),
      ),
      createPublicDnsNamespace: calls(
        ['create'],
        ...ofType(
          'public-dns',
          writes('servicediscovery:CreatePublicDnsNamespace', '*', 'request'),
          writes('servicediscovery:TagResource', '*', 'none'),
          writes('route53:CreateHostedZone', '*', 'none'),
          reads('route53:GetHostedZone'),
          reads('route53:ListHostedZonesByName'),
        ),
      ),
      createHttpNamespace: calls(
        ['create'],
        ...ofType(
          'http',
          writes('servicediscovery:CreateHttpNamespace', '*', 'request'),
          writes('servicediscovery:TagResource', '*', 'none'),
        ),
      ),
      updatePrivateDnsNamespace: calls(
        ['update'],
        ...ofType(
          'private-dns',
          writes('servicediscovery:UpdatePrivateDnsNamespace', 'own', 'resource'),
          writes('route53:ChangeResourceRecordSets', HOSTED_ZONE, 'none', CHANGE_SOA),
        ),
      ),
      updatePublicDnsNamespace: calls(
        ['update'],
        ...ofType(
          'public-dns',
          writes('servicediscovery:UpdatePublicDnsNamespace', 'own', 'resource'),
          writes('route53:ChangeResourceRecordSets', HOSTED_ZONE, 'none', CHANGE_SOA),
        ),
      ),
      updateHttpNamespace: calls(
        ['update'],
        ...ofType('http', writes('servicediscovery:UpdateHttpNamespace', 'own', 'resource')),
      ),
      deleteNamespace: calls(['delete'], writes('servicediscovery:DeleteNamespace', 'own', 'resource')),
      // Cloud Map's changes go on after the call, and their end is asked for.
      getOperation: calls(['create', 'update', 'delete'], reads('servicediscovery:GetOperation')),
      // Of what is to go, or to be made anew.
      listServices: calls(SEEN, reads('servicediscovery:ListServices')),
      listTagsForResource: calls(SEEN, reads('servicediscovery:ListTagsForResource')),
      tagResource: calls(TAGGED, writes('servicediscovery:TagResource', '*', 'none')),
      untagResource: calls(['release'], writes('servicediscovery:UntagResource', '*', 'none')),
    },
    route53: {
      // Of a public namespace for its name servers; else only where Cloud Map leaves open which namespace of a name is the VPC's.
      getHostedZone: calls(['observe'], reads('route53:GetHostedZone')),
      listHostedZonesByName: calls(
        ['create'],
        ...ofType('public-dns', reads('route53:ListHostedZonesByName')),
      ),
    },
    tagging: { getResources: calls(SEEN, reads('tag:GetResources')) },
  } satisfies ByOperation<Call>,
};
