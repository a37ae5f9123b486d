import type { DeploymentFact, LastDeployment } from './rollout/deployment.ts';
import type { Target } from './rollout/target.ts';
import type { SecretRules } from './secrets.ts';

/** `log-group`. Which kinds there are is said in `kinds/`; elsewhere their names come from their facts. */
export type KindName = string;

export const MANIFEST_KINDS = ['Environment', 'Cluster', 'Namespace', 'Repository', 'DaemonService'] as const;
export type ManifestKind = (typeof MANIFEST_KINDS)[number];

/** The manifest that a resource belongs to; `DaemonService/xray` in tags and reports. */
export interface ManifestRef {
  readonly kind: ManifestKind;
  readonly name: string;
}

/** Which AWS resource: its AWS name, and what that name is unique in. */
export interface ResourceId {
  /** Name of the Environment: one account, region and VPC. */
  readonly environment: string;
  readonly kind: KindName;
  /** The name AWS knows it by: a service name, a family, a group name. */
  readonly name: string;
  /** What the name is unique in, where that is not the account and region: a service's cluster, a discovery service's namespace. */
  readonly scope?: string;
}

/** One string per resource, for maps. Two ids are the same resource exactly when their keys are equal. */
export function resourceKey(id: ResourceId): string {
  return `${id.environment}|${id.kind}|${id.scope ?? ''}|${id.name}`;
}

/** `service/xray`, as people read it in plans and reports; a name that is a path, as of a log group, brings the slash itself. */
export function displayId({ kind, name }: ResourceId): string {
  return name.startsWith('/') ? `${kind}${name}` : `${kind}/${name}`;
}

/** What has a kind and a name, be it an object of an Environment or not. */
interface Named {
  readonly kind: string;
  readonly name: string;
}

export function manifestKey(ref: Named): string {
  return `${ref.kind}/${ref.name}`;
}

/** One string per object, for maps: two Environments may each have one of the same kind and name (contract section 6). */
export function objectKey(environment: string, ref: Named): string {
  return `${environment}|${manifestKey(ref)}`;
}

export type Tags = Readonly<Record<string, string>>;

/** Annotations of a manifest (docs/manifests.md, "Annotations"), parsed; every resource of the manifest carries them. */
export interface ResourcePolicy {
  readonly reconcile: 'enabled' | 'observe' | 'disabled';
  readonly adoption: 'create' | 'adopt' | 'adopt-or-create';
  readonly deletion: 'delete' | 'retain';
  readonly prune: boolean;
  readonly allowReplace: boolean;
  /** Field paths at which differences made in AWS are shown and never corrected. */
  readonly ignoreDrift: readonly string[];
}

/** What is wanted only where nobody else has it: what is somebody else's is used as it is and never changed. */
export interface Yielding {
  /** The Region that its name is of; absent: the Environment's, whichever that is. */
  readonly region?: string;
  /** What other manifests that name it want of it, in the order of their names: one of them all has it. */
  readonly others: readonly Desired[];
}

/** One AWS resource that git wants. `Spec` is the kind's own vocabulary, `kinds/<kind>/model.ts`. */
export interface Desired<Spec = unknown> {
  readonly id: ResourceId;
  readonly manifest: ManifestRef;
  /** `managed`: ours to create and change. `external`: must exist, is used, never changed. */
  readonly management: 'managed' | 'external';
  /** Absent where only ours will do. */
  readonly yields?: Yielding;
  readonly spec: Spec;
  /** Labels of the manifest, which become AWS tags; the planner adds the tags of ownership. */
  readonly labels: Tags;
  readonly policy: ResourcePolicy;
  /** Fields of the spec whose values must not be shown, as paths without the keys of entries. */
  readonly secrets?: readonly string[];
  /** What people add to what reads like a secret. */
  readonly secretRules?: SecretRules;
  /** The ECS service that runs from it or registers in it; absent for what no one service uses. */
  readonly usedBy?: ResourceId;
  /** Digest of what git decides beside the spec, and thereby changes here: what a service's revision holds. */
  readonly basis?: string;
  /** What its definition is to be here, where that goes through a Rollout. */
  readonly target?: Target;
}

export type Owner = 'us' | 'another' | 'nobody';

/** What a resource gives those that use it: an ARN, a group id, a list of subnets. Each kind says in its facts what that is. */
export type Outputs = Readonly<Record<string, string | readonly string[]>>;

/** An ECS task as its service shows it. */
export interface Task {
  /** The task id: the last part of its ARN; also its Cloud Map instance id. */
  readonly id: string;
  /** PROVISIONING, PENDING, ACTIVATING, RUNNING, … */
  readonly lastStatus: string;
  /** Container health: HEALTHY, UNHEALTHY or UNKNOWN. */
  readonly healthStatus: string;
  readonly ipv4?: string;
  /** ARN of the container instance that it is on; absent on Fargate. */
  readonly host?: string;
  /** Epoch milliseconds by AWS's clock; absent where AWS does not tell. */
  readonly createdAt?: number;
  /** Why it stopped, with container reasons and exit codes; only on stopped tasks. */
  readonly stoppedReason?: string;
}

/** A Cloud Map instance as DiscoverInstances returns it. */
export interface Registration {
  readonly id: string;
  readonly ipv4?: string;
  readonly ipv6?: string;
  readonly port?: number;
  /** HEALTHY, UNHEALTHY or UNKNOWN. */
  readonly health: string;
  /** The ECS service whose it is, `cluster/service`; absent where it says none. */
  readonly registeredBy?: string;
  /** The attributes of one that this controller registered for a host, by its mark in them; absent of what ECS or others registered. */
  readonly ours?: Readonly<Record<string, string>>;
}

/** How clients find a service, and what Route 53 has for that. */
export interface Discovery {
  /** The domain name that resolvers are asked for, or `NAMESPACE/SERVICE` as DiscoverInstances is. */
  readonly name: string;
  /** Record types; none where there is DiscoverInstances alone. */
  readonly records: readonly ('A' | 'AAAA' | 'SRV')[];
  /** How Route 53 chooses among instances (Cloud Map API reference, DnsConfig). */
  readonly routingPolicy: 'MULTIVALUE' | 'WEIGHTED';
  /** What Route 53 has; absent where it was not, or may not be, read, and where there are no records. */
  readonly held?: HeldRecords;
}

/** What Route 53 has at a name. */
export interface HeldRecords {
  /** Epoch milliseconds: when it was read, which is done in turns. */
  readonly readAt: number;
  readonly records: readonly HeldRecord[];
  /** In what it has differed from Cloud Map's instances for a while: one line each. */
  readonly differences: readonly string[];
}

export interface HeldRecord {
  readonly type: 'A' | 'AAAA' | 'SRV';
  /** Seconds. */
  readonly ttl: number;
  /** As zone files write it. */
  readonly value: string;
}

/** How a resource fares, apart from whether it is as wanted. */
export interface Health {
  readonly status: 'Healthy' | 'Progressing' | 'Degraded';
  /** `2 of 2 tasks running`; for Degraded what happened and what to do. Empty where there is nothing to say. */
  readonly message: string;
  /** What is wrong, as a condition's reason: `CrashLooping`; absent where the status says all. */
  readonly reason?: string;
  /** In a few words, for lists: `the image or its tag does not exist`; absent where there is nothing to say. */
  readonly cause?: string;
  /** Nothing helps before somebody changes the manifest or what AWS has. */
  readonly needsPeople?: true;
  /** Epoch milliseconds by this host's clock: when the controller tries again what AWS has given up. */
  readonly retryAt?: number;
}

/** The tasks of a workload as numbers, and how its last deployment goes. */
export interface Workload {
  readonly desired: number;
  readonly running: number;
  readonly pending: number;
  /** Of the deployment that is in force; absent where AWS shows none. */
  readonly deployment?: {
    readonly id: string;
    /** `COMPLETED`, `IN_PROGRESS`, `FAILED`; absent where AWS does not tell. */
    readonly state?: string;
    /** What it has come to, by its state or else by the tasks that run; absent where neither tells. */
    readonly outcome?: LastDeployment;
    /** Epoch milliseconds by AWS's clock. */
    readonly startedAt?: number;
  };
  /** Absent where none was looked for, or none was found. */
  readonly stops?: Stops;
  /** Of a daemon that belongs on every host of its cluster; absent of other workloads. */
  readonly coverage?: Coverage;
  /** Since its object has begun its target, oldest first; absent of what goes through no Rollout, or has begun none. */
  readonly deployments?: readonly DeploymentFact[];
  /** Why they could not be read; absent where they could, or nobody asked. */
  readonly deploymentsUnread?: string;
}

/** On how many hosts of its cluster a daemon runs, and on which it does not; or why that is unknown. */
export type Coverage = KnownCoverage | { readonly unknown: string };

export interface KnownCoverage {
  /** Hosts that it belongs on: those on which it runs, those where its task is on its way, and those that lack it. */
  readonly eligible: number;
  readonly running: number;
  readonly placing: number;
  readonly missing: number;
  /** Hosts that its placement constraints, or what it runs on, leave out. */
  readonly notEligible: number;
  /** Hosts of which a placement constraint cannot be decided here, and that lack it. */
  readonly undecided: number;
  /** One for each host that lacks it, the longest first. */
  readonly gaps: readonly Gap[];
}

/** A host that a daemon belongs on, and that lacks it. */
export interface Gap {
  /** Id of the container instance. */
  readonly host: string;
  /** `i-…`, or `mi-…` of one outside of EC2. */
  readonly ec2InstanceId?: string;
  readonly zone?: string;
  /** Epoch milliseconds: since when, as far as that was seen (kinds/service/gap-sightings.ts). */
  readonly since: number;
  /** So long that it is no host that has just joined. */
  readonly isLasting: boolean;
  readonly cause: GapCause;
  /** Why, with numbers, and what to do. */
  readonly message: string;
}

/** Why a host lacks its daemon, in the order in which they are looked for: the first counts. */
export const GAP_CAUSES = [
  'Draining',
  'NotRegistered',
  'AgentDisconnected',
  'AttributeMissing',
  'PortTaken',
  'CpuShort',
  'MemoryShort',
  'GpuShort',
  'NoSubnet',
  'NoInterface',
  'TaskStops',
  'RolloutUnderWay',
  'Unknown',
] as const;
export type GapCause = (typeof GAP_CAUSES)[number];

/** Tasks that stopped without being asked to, as far as AWS still shows them, which is about an hour. */
export interface Stops {
  readonly count: number;
  /** Why the last one did, with container reasons and exit codes. */
  readonly reason: string;
  /** Epoch milliseconds by AWS's clock; absent where AWS does not tell. */
  readonly lastAt?: number;
  /** The last one on each host, by the ARN of the container instance; absent on Fargate. */
  readonly onHosts?: Readonly<Record<string, { readonly reason: string; readonly at?: number }>>;
  /** One by one; absent where only their number is known. */
  readonly tasks?: readonly StoppedTask[];
}

/** A task that stopped without being asked to. */
export interface StoppedTask {
  /** ECS's id, which no other task ever has. */
  readonly id: string;
  /** Why, in one word: `OutOfMemory`; `Other` where that is not known. */
  readonly reason: string;
  /** Epoch milliseconds by AWS's clock; absent where AWS does not tell. */
  readonly at?: number;
}

/** Where the task definition that a service runs names an endpoint. What it says there besides is nobody's to see. */
export interface EndpointUse {
  /** `cluster/service`. */
  readonly service: string;
  readonly container: string;
  /** `environment[AWS_XRAY_DAEMON_ADDRESS]`, `command`. */
  readonly at: string;
}

/** One AWS resource as it was seen. */
export interface Observed<State = unknown> {
  readonly id: ResourceId;
  readonly owner: Owner;
  /** From our tag; absent where we do not own it. */
  readonly manifest?: ManifestRef;
  readonly arn?: string;
  readonly tags: Tags;
  /**
   * In the vocabulary of the kind's Spec. A property that is `undefined` was not returned by the API and is
   * not compared (law 2); `null` means known to be absent.
   */
  readonly state: State;
  /** When AWS says that it was made, in milliseconds of the wall clock; absent where it does not tell. */
  readonly createdAt?: number;
  readonly outputs: Outputs;
  /** What its driver found out for other kinds, as its facts say; absent where it found nothing out. */
  readonly findings?: object;
  readonly health: Health;
  readonly workload?: Workload;
  readonly tasks?: readonly Task[];
  readonly registrations?: readonly Registration[];
  /** How clients find what registers in it; of a discovery service. */
  readonly discovery?: Discovery;
  /** Who names it in what the services of the account run; of a discovery service, absent where that was not looked for. */
  readonly usedBy?: readonly EndpointUse[];
  /** Why it is not known yet who does. */
  readonly usersUnknown?: string;
  /** Names of the servers that answer for a public namespace; absent where Route 53 did not tell them. */
  readonly nameServers?: readonly string[];
}

/** One differing field. Secret values are replaced at the place that compares them: they never enter a change. */
export interface FieldChange {
  /** `desiredCount`, `containers[xray].image`, `ingress[udp 2000 172.31.0.0/16]`, `tags.team`. */
  readonly path: string;
  /** What AWS has; null where it has nothing. */
  readonly from: unknown;
  /** What git wants; null where it wants nothing. */
  readonly to: unknown;
  /** Whether AWS can make the change in place. */
  readonly by: 'update' | 'replace';
  /** Why it is not made although git wants it; absent where it is. */
  readonly held?: string;
}

/**
 * Something about a resource that is put in order although nothing that git says differs: an old revision is deregistered, tasks are
 * registered again.
 */
export interface Upkeep {
  /** What is put in order: `revisions`, `registrations`. */
  readonly what: string;
  /** Which of several: `xray:7`. */
  readonly which?: string;
  /** How it stands, and how it stands afterwards; null is nothing. */
  readonly from: string | number;
  readonly to: string | number | null;
  /** Mere tidying, which waits for all that differs and which nothing that uses the resource waits for. */
  readonly isTidying: boolean;
}

/** What there is to do about a resource that exists. */
export interface Work {
  readonly changes: readonly FieldChange[];
  readonly upkeep: readonly Upkeep[];
}

/** What a mutation came to. */
export type Progress<State = unknown> =
  | { readonly type: 'done'; readonly observed: Observed<State> }
  /** AWS works on it; the next pass sees the result. */
  | { readonly type: 'started'; readonly checkAgainInMs: number; readonly message: string };

/** What a deletion came to. */
export type Removal =
  | { readonly type: 'gone' }
  | { readonly type: 'started'; readonly checkAgainInMs: number; readonly message: string };

/** A part of AWS that could not be read: it is neither absent nor different (law 2). */
export interface UnseenResource {
  readonly id: ResourceId;
  readonly why: string;
}

/** What was looked for and is not there, with more to say of it than that: of what is wanted here it is why it is not made. */
export interface Absent {
  readonly id: ResourceId;
  /** For people, with what helps. */
  readonly why: string;
  /** What it is called, as a condition's reason; absent where `why` says all. */
  readonly called?: 'HostedZoneExists';
}

/** What a driver saw of one kind in one environment. */
export interface Observation<State = unknown> {
  readonly items: readonly Observed<State>[];
  /**
   * Resources that could not be read although the others could. Nothing in the environment is deleted while there are any, unless somebody
   * confirms a deletion that comes after this kind.
   */
  readonly unseen: readonly UnseenResource[];
  readonly absent?: readonly Absent[];
  /** Manifests of what was ours and AWS still shows as gone. */
  readonly gone?: readonly ManifestRef[];
}

export type Seen =
  /** `leftoversUnseen`: why what is no longer desired could not be listed, which keeps deletions as an unseen resource does. */
  | ({ readonly type: 'seen'; readonly leftoversUnseen?: string } & Observation)
  /** The whole kind could not be read in this environment. */
  | { readonly type: 'unseen'; readonly why: string };
