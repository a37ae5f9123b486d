import { SortedMap } from '../sorted-map.ts';

/** Where the instances of a namespace are found besides DiscoverInstances: nowhere, in a VPC, or in the public DNS. */
export type NamespaceType = 'HTTP' | 'DNS_PRIVATE' | 'DNS_PUBLIC';

export interface Namespace {
  readonly id: string;
  readonly arn: string;
  readonly type: NamespaceType;
  readonly name: string;
  /** What DiscoverInstances calls it: the name, with a hash where another namespace has the name. */
  readonly httpName: string;
  /** Its zone in Route 53; none of an HTTP namespace. */
  readonly zone: NamespaceZone | undefined;
  readonly creatorRequestId: string;
  readonly createDate: Date;
  description: string | undefined;
  readonly tags: Map<string, string>;
  /** Service ids by their names, in lower case where DNS has them. */
  readonly services: Map<string, string>;
  /** Of all its services, with those being registered. */
  instanceCount: number;
}

export interface NamespaceZone {
  readonly hostedZoneId: string;
  /** Whose resolvers answer from it; undefined of a public zone. */
  readonly vpcId: string | undefined;
  /** Seconds. */
  soaTtl: number;
}

export type DnsRecordType = 'A' | 'AAAA' | 'SRV' | 'CNAME';

export interface DnsRecord {
  readonly type: DnsRecordType;
  /** Seconds. */
  readonly ttl: number;
}

export interface DiscoveryService {
  readonly id: string;
  readonly arn: string;
  readonly name: string;
  readonly namespaceId: string;
  readonly namespaceType: NamespaceType;
  /** `HTTP`: found by API calls only, though its namespace may have DNS. */
  readonly type: 'DNS_HTTP' | 'HTTP';
  readonly creatorRequestId: string;
  readonly createDate: Date;
  readonly routingPolicy: 'MULTIVALUE' | 'WEIGHTED';
  /** Tells from outside whether the instance is well, instead of Route 53. */
  readonly customHealthCheck: boolean;
  /** How Route 53 finds out whether an instance is well. */
  healthCheck: HealthCheck | undefined;
  description: string | undefined;
  /** Empty: found by API calls only. */
  dnsRecords: readonly DnsRecord[];
  /** The types of `dnsRecords`. */
  dnsRecordTypes: readonly DnsRecordType[];
  readonly tags: Map<string, string>;
  /** Of the service itself, as UpdateServiceAttributes sets them. */
  readonly attributes: Map<string, string>;
  /** By id. */
  readonly instances: SortedMap<Instance>;
  /** Ids of new instances whose registration is under way. */
  readonly registering: Set<string>;
  /** Grows with every registration and deregistration; a change of health leaves it. */
  instancesRevision: number;
}

export interface HealthCheck {
  readonly type: 'HTTP' | 'HTTPS' | 'TCP';
  /** Of HTTP and HTTPS. */
  readonly resourcePath: string | undefined;
  readonly failureThreshold: number;
}

export interface Instance {
  readonly id: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly creatorRequestId: string | undefined;
  health: InstanceHealth;
  /** The health it will have when the interval of a custom health report has passed. */
  reportedHealth: InstanceHealth;
}

export type InstanceHealth = 'HEALTHY' | 'UNHEALTHY';

export type OperationType =
  | 'CREATE_NAMESPACE'
  | 'DELETE_NAMESPACE'
  | 'UPDATE_NAMESPACE'
  | 'UPDATE_SERVICE'
  | 'REGISTER_INSTANCE'
  | 'DEREGISTER_INSTANCE';

export interface CloudMapOperation {
  readonly id: string;
  readonly type: OperationType;
  readonly targets: Readonly<Partial<Record<'NAMESPACE' | 'SERVICE' | 'INSTANCE', string>>>;
  readonly createDate: Date;
  updateDate: Date;
  status: 'SUBMITTED' | 'PENDING' | 'SUCCESS' | 'FAIL';
  error: { readonly code: string; readonly message: string } | undefined;
}

/** An operation that a request started, and what a repeated request is recognised by. */
interface RememberedRequest {
  readonly operationId: string;
  readonly request: string | undefined;
}

export interface CloudMapState {
  readonly namespaces: SortedMap<Namespace>;
  readonly services: SortedMap<DiscoveryService>;
  /** By id, oldest first; the oldest that have ended are forgotten. */
  readonly operations: Map<string, CloudMapOperation>;
  /** Operations under way, by what they change. */
  readonly busy: Map<string, RememberedRequest>;
  /** Creations of namespaces by CreatorRequestId, as long as the namespace lives. */
  readonly creations: Map<string, RememberedRequest>;
  /** `<namespace id>/<key of the name>` → id: a service created again under its name gets its old id. The oldest go. */
  readonly formerServiceIds: Map<string, string>;
}

export function createCloudMapState(): CloudMapState {
  return {
    namespaces: new SortedMap(),
    services: new SortedMap(),
    operations: new Map(),
    busy: new Map(),
    creations: new Map(),
    formerServiceIds: new Map(),
  };
}
