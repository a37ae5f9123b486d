import type {
  AvailabilityZoneRebalancing,
  CapacityProviderStrategyItem,
  ClusterConfiguration,
  ClusterServiceConnectDefaults,
  ClusterSetting,
  CreateServiceCommandInput,
  DeploymentConfiguration,
  DeploymentRolloutState,
  LoadBalancer,
  MonitoringConfiguration,
  PropagateTags,
  RunTaskCommandInput,
  SchedulingStrategy,
  ServiceDeploymentStatus,
  ServiceEvent,
  PlacementConstraint,
  PlacementStrategy,
  ServiceConnectConfiguration,
  ServiceRegistry,
  ServiceVolumeConfiguration,
  Task,
  TaskDefinition,
  TaskOverride,
} from '@aws-sdk/client-ecs';
import { SortedMap } from '../sorted-map.ts';
import type { CapacityProviderRecord, ClusterAttachment } from './clusters/state.ts';
import type { Reservation } from './instances/reservations.ts';
import type { HostRecord } from './instances/state.ts';
import type { ContainerRecord } from './containers/state.ts';
import type { Descent, TaskFailure, TaskInterface, TaskStatus, TaskStop, TaskTarget } from './tasks/state.ts';

export type Tags = Map<string, string>;

export interface ClusterRecord {
  readonly arn: string;
  readonly name: string;
  status: 'ACTIVE' | 'INACTIVE';
  settings: ClusterSetting[];
  configuration: ClusterConfiguration | undefined;
  serviceConnectDefaults: ClusterServiceConnectDefaults | undefined;
  capacityProviders: string[];
  defaultCapacityProviderStrategy: CapacityProviderStrategyItem[];
  /** By name of the capacity provider: what ECS makes in the Auto Scaling groups of the cluster's providers. */
  readonly attachments: Map<string, ClusterAttachment>;
  /** Undefined where the cluster has never had a provider that is attached to it. */
  attachmentsStatus: 'UPDATE_IN_PROGRESS' | 'UPDATE_COMPLETE' | undefined;
  readonly tags: Tags;
  /** How many of its services are ACTIVE. */
  activeServices: number;
  /** By name, INACTIVE ones included. */
  readonly services: SortedMap<ServiceRecord>;
  /** By id, stopped ones included while they are remembered. */
  readonly tasks: SortedMap<TaskRecord>;
  /** Oldest first. */
  readonly stoppedTasks: TaskRecord[];
  /** Its container instances by id, INACTIVE ones included while they are remembered. */
  readonly hosts: SortedMap<HostRecord>;
  /** Ids of those that are INACTIVE, longest first. */
  readonly inactiveHosts: string[];
  /** Services with tasks that have no place on any instance. */
  readonly waiting: Set<ServiceRecord>;
  /** What RunTask was asked for with a clientToken, by that; the oldest are forgotten. */
  readonly runs: Map<string, TaskRun>;
}

export interface TaskRun {
  readonly request: RunTaskCommandInput;
  readonly tasks: readonly TaskRecord[];
}

export interface TaskDefinitionRecord {
  readonly arn: string;
  readonly family: string;
  readonly revision: number;
  /** As AWS answers it; replaced whole when its status changes. */
  definition: TaskDefinition;
  /** Epoch milliseconds from which an INACTIVE revision is refused to new users. */
  refusedFrom: number;
  readonly tags: Tags;
}

/** Of tasks with a network of their own; without subnets where they have none. */
export interface Network {
  readonly subnets: readonly string[];
  readonly securityGroups: readonly string[];
  readonly assignPublicIp: 'ENABLED' | 'DISABLED';
}

/** What a deployment rolls out: change any of it and there is a new deployment. */
export interface Rollout {
  readonly taskDefinition: TaskDefinitionRecord;
  readonly network: Network;
  /** As asked for: `LATEST` or a number. Undefined on instances, which have none. */
  readonly platformVersion: string | undefined;
  readonly registries: readonly ServiceRegistry[];
  readonly loadBalancers: readonly LoadBalancer[];
  /** What the volumes are that the task definition leaves to be configured at launch. */
  readonly volumes: readonly ServiceVolumeConfiguration[];
  /** Undefined where it is not used. */
  readonly serviceConnect: ServiceConnectConfiguration | undefined;
  /** Undefined where AWS's own resolution holds. Revisions show it, services do not. */
  readonly monitoring: MonitoringConfiguration | undefined;
}

/** What tasks can be launched on without a capacity provider. */
export type RunsOn = 'FARGATE' | 'EC2' | 'EXTERNAL';

/** How one deployment of a service went: what DescribeServiceDeployments shows. */
export interface ServiceDeploymentRecord {
  /** 21 letters, digits, hyphens and underscores. */
  readonly id: string;
  /** Counts the service's deployments. */
  readonly number: number;
  /** What ran before. */
  readonly sources: readonly DeploymentRecord[];
  readonly target: DeploymentRecord;
  readonly configuration: DeploymentConfiguration;
  readonly createdAt: Date;
  startedAt: Date | undefined;
  finishedAt: Date | undefined;
  stoppedAt: Date | undefined;
  updatedAt: Date;
  status: ServiceDeploymentStatus;
  statusReason: string | undefined;
  /** The circuit breaker has opened. */
  broken: boolean;
  /** Alarms that were in ALARM at its start: then none is watched. */
  readonly alarmsAtStart: readonly string[];
  /** Alarms that have failed it. */
  triggeredAlarms: readonly string[];
  /** Epoch milliseconds; undefined until every task runs, or where it does not bake. */
  bakesUntil: number | undefined;
  rollback: { readonly to: DeploymentRecord; readonly reason: string; readonly startedAt: Date } | undefined;
}

/** A deployment, which is a service revision too: its digits are the end of the revision's ARN. */
export interface DeploymentRecord {
  /** `ecs-svc/` and 19 digits. */
  readonly id: string;
  readonly rollout: Rollout;
  /** Empty: by launch type. */
  readonly capacityProviderStrategy: readonly CapacityProviderStrategyItem[];
  readonly createdAt: Date;
  updatedAt: Date;
  rolloutState: DeploymentRolloutState;
  rolloutStateReason: string;
  /** Tasks in a row that did not reach RUNNING or failed their health checks. */
  failedTasks: number;
  /** Rounds of failed launches, for the backoff. */
  failedRounds: number;
  /** Epoch milliseconds before which nothing is launched again. */
  retryAt: number;
  /** The circuit breaker has opened and there was nothing to roll back to: nothing is launched any more. */
  stalled: boolean;
  /** Not yet STOPPED. */
  readonly tasks: Set<TaskRecord>;
}

export interface ServiceOptions {
  /** Of DAEMON the number of instances that are to have one, as the scheduler last saw it. */
  desiredCount: number;
  /** With every default in place. */
  deploymentConfiguration: DeploymentConfiguration & {
    readonly minimumHealthyPercent: number;
    readonly maximumPercent: number;
  };
  availabilityZoneRebalancing: AvailabilityZoneRebalancing;
  propagateTags: PropagateTags;
  enableExecuteCommand: boolean;
  enableECSManagedTags: boolean;
  /** Undefined where nobody set it. */
  healthCheckGracePeriodSeconds: number | undefined;
  /** Empty: by launch type. */
  capacityProviderStrategy: CapacityProviderStrategyItem[];
  placementConstraints: PlacementConstraint[];
  placementStrategy: PlacementStrategy[];
}

export interface ServiceRecord {
  readonly arn: string;
  readonly name: string;
  readonly cluster: ClusterRecord;
  readonly schedulingStrategy: SchedulingStrategy;
  /** What its tasks run on unless a capacity provider strategy says otherwise. */
  readonly launchType: RunsOn;
  /** The request that made it, for a repetition with the same clientToken. */
  readonly creation: CreateServiceCommandInput;
  readonly createdAt: Date;
  /** ARN of the caller. */
  readonly createdBy: string;
  readonly options: ServiceOptions;
  readonly tags: Tags;
  status: 'ACTIVE' | 'DRAINING' | 'INACTIVE';
  /** The primary deployment's; stays when an INACTIVE service has no deployment any more. */
  rollout: Rollout;
  /** PRIMARY first, then those it replaces. */
  deployments: DeploymentRecord[];
  /** What a rollback goes back to. */
  lastCompleted: DeploymentRecord | undefined;
  /** Oldest first. */
  readonly history: ServiceDeploymentRecord[];
  /** Newest first. */
  readonly events: ServiceEvent[];
  /** Not yet STOPPED. */
  readonly tasks: Set<TaskRecord>;
  /** Epoch milliseconds of the last "steady state" event, undefined once something has moved since. */
  steadySince: number | undefined;
  /** Epoch milliseconds of the scheduler's next look, undefined where none is planned. */
  wakesAt: number | undefined;
}

/** Whose a service's task is. */
export interface TaskOwner {
  readonly service: ServiceRecord;
  readonly deployment: DeploymentRecord;
}

/** The container instance that a task was put on, as it was then, and what the task has of it. */
export interface TaskHost
  extends Pick<
    HostRecord,
    'id' | 'arn' | 'ec2InstanceId' | 'isExternal' | 'availabilityZone' | 'privateIpv4Address'
  > {
  readonly cpuArchitecture: string;
  readonly reservation: Reservation;
}

/** What a task is started with. */
export interface TaskLaunch {
  readonly cluster: ClusterRecord;
  readonly rollout: Rollout;
  /** Undefined where RunTask started it. */
  readonly owner: TaskOwner | undefined;
  /** `service:xray`, `family:xray`, or as RunTask was told. */
  readonly group: string;
  /** The deployment, or as RunTask was told. */
  readonly startedBy: string | undefined;
  readonly overrides: TaskOverride;
  readonly enableExecuteCommand: boolean;
  /** Undefined: by launch type. */
  readonly capacityProvider: string | undefined;
  readonly tags: Tags;
  /** Of its network interface; undefined where it has none of its own. */
  readonly subnetId: string | undefined;
  /** Undefined on Fargate. */
  readonly host: TaskHost | undefined;
}

export interface TaskRecord extends TaskLaunch {
  readonly id: string;
  readonly arn: string;
  readonly attachmentId: string;
  /** What its images make it meet. */
  readonly failure: TaskFailure | undefined;
  lastStatus: TaskStatus;
  desiredStatus: 'RUNNING' | 'STOPPED';
  health: 'UNKNOWN' | 'HEALTHY' | 'UNHEALTHY';
  /** Without a health check: it has been RUNNING long enough to count as healthy. */
  outlivedStart: boolean;
  version: number;
  times: Pick<
    Task,
    | 'createdAt'
    | 'connectivityAt'
    | 'pullStartedAt'
    | 'pullStoppedAt'
    | 'startedAt'
    | 'stoppingAt'
    | 'executionStoppedAt'
    | 'stoppedAt'
  >;
  networkInterface: TaskInterface | undefined;
  readonly targets: TaskTarget[];
  /** Id of the Cloud Map service in which the task is an instance. */
  registeredIn: string | undefined;
  stop: TaskStop | undefined;
  /** Those that are run for real, by name; in a task of which none is, there are none. */
  readonly containers: ReadonlyMap<string, ContainerRecord>;
  /** What is yet to come of its way down, while that waits for containers to end. */
  descent: Descent | undefined;
}

export interface Family {
  readonly name: string;
  /** Numbers are never used again, even after deletion. */
  lastRevision: number;
  /** Oldest first, by `revisionKey`. */
  readonly revisions: SortedMap<TaskDefinitionRecord>;
}

export interface EcsState {
  /** By name. */
  readonly clusters: SortedMap<ClusterRecord>;
  /** By name, INACTIVE ones included. */
  readonly capacityProviders: SortedMap<CapacityProviderRecord>;
  /** By name. */
  readonly families: SortedMap<Family>;
  /** INACTIVE revisions, longest first. */
  inactiveRevisions: TaskDefinitionRecord[];
  /** Services that were deleted and can still be described, longest first. */
  readonly deletedServices: ServiceRecord[];
  /** Clusters that were deleted and can still be described, longest first. */
  readonly deletedClusters: ClusterRecord[];
  /** Account settings that somebody set, by `<principal's ARN> <name>`. */
  readonly accountSettings: Map<string, string>;
}

export function createEcsState(): EcsState {
  return {
    clusters: new SortedMap(),
    capacityProviders: new SortedMap(),
    families: new SortedMap(),
    inactiveRevisions: [],
    deletedServices: [],
    deletedClusters: [],
    accountSettings: new Map(),
  };
}

/** Sorts as the numbers do. */
export function revisionKey(revision: number): string {
  return String(revision).padStart(10, '0');
}

export function primaryOf(service: ServiceRecord): DeploymentRecord | undefined {
  return service.deployments[0];
}
