import type { AgentUpdateStatus, VersionInfo } from '@aws-sdk/client-ecs';

/** How much of everything that tasks take. */
export interface HostResources {
  /** CPU units, 1024 of a vCPU. */
  readonly cpu: number;
  readonly memoryMiB: number;
  /** Ids of GPUs. */
  readonly gpus: readonly string[];
  /** Ports that nobody gets, as those of SSH and of the agent. */
  readonly tcpPorts: readonly number[];
  readonly udpPorts: readonly number[];
}

/** What its tasks have taken of a container instance. Kept by `reservations.ts` alone. */
export interface TakenResources {
  cpu: number;
  memoryMiB: number;
  readonly gpus: Set<string>;
  /** Ports that task definitions fix. */
  readonly tcpPorts: Set<number>;
  readonly udpPorts: Set<number>;
  /** Those that ECS chose. */
  readonly chosenTcpPorts: Set<number>;
  readonly chosenUdpPorts: Set<number>;
  /** Network interfaces of tasks. */
  interfaces: number;
}

export type HostStatus =
  | 'REGISTERING'
  | 'REGISTRATION_FAILED'
  | 'ACTIVE'
  | 'DRAINING'
  | 'DEREGISTERING'
  | 'INACTIVE';

/** By name; an attribute can be there without a value. */
export type HostAttributes = ReadonlyMap<string, string | undefined>;

/** A container instance. */
export interface HostRecord {
  /** 32 hexadecimal digits. */
  readonly id: string;
  readonly arn: string;
  /** `i-…`, or `mi-…` of one that is not EC2's. */
  readonly ec2InstanceId: string;
  readonly isExternal: boolean;
  readonly registeredAt: Date;
  readonly capacityProvider: string | undefined;
  /** Where it is; undefined of an external one, and where the agent did not say. */
  readonly availabilityZone: string | undefined;
  readonly subnetId: string | undefined;
  readonly privateIpv4Address: string | undefined;
  /** The interface through which its tasks' own run. */
  trunk: { readonly attachmentId: string; readonly trunkId: string } | undefined;
  /** How many interfaces tasks can have. */
  readonly interfaces: number;
  resources: HostResources;
  readonly taken: TakenResources;
  versionInfo: VersionInfo;
  agentUpdateStatus: AgentUpdateStatus | undefined;
  status: HostStatus;
  statusReason: string | undefined;
  agentConnected: boolean;
  /** When the agent was connected, or was not any more. */
  agentChangedAt: Date;
  /** Counts what happens to it. */
  version: number;
  /** What its agent registered it with, which instances of the same agent share: replaced, never changed. */
  agentAttributes: HostAttributes;
  /** All others. None is in both. */
  readonly attributes: Map<string, string | undefined>;
  readonly tags: Map<string, string>;
  /** Ids of its tasks, in the cluster, that have not stopped yet. */
  readonly taskIds: Set<string>;
}
