import type { ResourceId } from '../../core/resource.ts';

/** A role of ours by id, or one that the manifest brings by ARN. */
export type RoleReference = { readonly role: ResourceId } | { readonly arn: string };

/** A container in ECS's own terms and units; lists whose order means nothing are maps. */
export interface ContainerSpec {
  readonly name: string;
  readonly image: string;
  readonly essential: boolean;
  readonly command?: readonly string[];
  readonly entryPoint?: readonly string[];
  readonly portMappings: readonly {
    readonly containerPort: number;
    readonly protocol: 'tcp' | 'udp';
    readonly name?: string;
  }[];
  readonly environment: Readonly<Record<string, string>>;
  /** Name → ARN of a Secrets Manager secret or SSM parameter, or a parameter's name. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly healthCheck?: {
    readonly command: readonly string[];
    /** Seconds. */
    readonly interval: number;
    readonly timeout: number;
    readonly retries: number;
    readonly startPeriod?: number;
  };
  /** CPU units. */
  readonly cpu?: number;
  /** MiB. */
  readonly memory?: number;
  readonly memoryReservation?: number;
  readonly user?: string;
  readonly readonlyRootFilesystem?: boolean;
  readonly linuxParameters?: {
    readonly initProcessEnabled?: boolean;
    readonly capabilities?: { readonly add?: readonly string[]; readonly drop?: readonly string[] };
  };
  readonly ulimits?: readonly {
    readonly name: string;
    readonly softLimit: number;
    readonly hardLimit: number;
  }[];
  readonly dependsOn?: readonly {
    readonly containerName: string;
    readonly condition: 'START' | 'COMPLETE' | 'SUCCESS' | 'HEALTHY';
  }[];
  /** Seconds. */
  readonly stopTimeout?: number;
  readonly dockerLabels?: Readonly<Record<string, string>>;
  readonly workingDirectory?: string;
  /** awslogs; the region is the environment's. */
  readonly logs: { readonly group: string; readonly streamPrefix: string };
}

/** An ECS task definition family on Fargate; every change registers a new revision. Outputs: `arn`, `family`. */
export interface TaskDefinitionSpec {
  readonly family: string;
  /** The Environment, for `awslogs-region`. */
  readonly environment: ResourceId;
  /** CPU units. */
  readonly cpu: number;
  /** MiB. */
  readonly memory: number;
  readonly executionRole: RoleReference;
  /** Null: the task has no role. */
  readonly taskRole: RoleReference | null;
  /** Managed log groups that must exist before a task starts. */
  readonly logGroups: readonly ResourceId[];
  readonly cpuArchitecture?: 'X86_64' | 'ARM64';
  /** GiB, 21 to 200; undefined is Fargate's 20. */
  readonly ephemeralStorage?: number;
  readonly containers: readonly ContainerSpec[];
}
