import type { KindModel, Needs } from '../../core/kind.ts';
import { textOutput } from '../../core/outputs.ts';
import type { FieldChange, ResourceId } from '../../core/resource.ts';
import { compareCollection, compareFields } from '../../plan/compare.ts';
import { wantedContainers, wantedFields } from './wanted.ts';

/** From so many unknown families on, all families are listed, 100 a page, instead of asking for each. */
export const LISTED_FROM = 50;

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
  /** Null: ECS keeps nothing of what it prints. */
  readonly logs: ContainerLogs | null;
}

/** awslogs into a group, in the environment's region; or a driver with its own options. */
export type ContainerLogs =
  | { readonly group: string; readonly streamPrefix: string }
  | { readonly logDriver: string; readonly options: Readonly<Record<string, string>> };

/** An ECS task definition family on Fargate; every change registers a new revision. Outputs: `arn`, `family`. */
export interface TaskDefinitionSpec {
  readonly family: string;
  /** The Environment, for `awslogs-region`. */
  readonly environment: ResourceId;
  /** CPU units. */
  readonly cpu: number;
  /** MiB. */
  readonly memory: number;
  /** Undefined: FARGATE. Empty: ECS checks it for none. */
  readonly requiresCompatibilities?: readonly string[];
  /** Null: ECS starts the task with none. */
  readonly executionRole: RoleReference | null;
  /** Null: the task has no role. */
  readonly taskRole: RoleReference | null;
  /** Managed log groups that must exist before a task starts. */
  readonly logGroups: readonly ResourceId[];
  readonly cpuArchitecture?: 'X86_64' | 'ARM64';
  /** GiB, 21 to 200; undefined is Fargate's 20. */
  readonly ephemeralStorage?: number;
  readonly containers: readonly ContainerSpec[];
}

/**
 * A container as ECS carries it, with every default filled in and every list whose order means nothing made a
 * map: the same for what git wants and for what AWS has, so that equal meaning compares equal.
 */
export interface ContainerState {
  readonly image: string;
  readonly essential: boolean;
  readonly command: readonly string[] | null;
  readonly entryPoint: readonly string[] | null;
  /** `2000/udp` → `open`, with the mapping's name where it has one. */
  readonly portMappings: Readonly<Record<string, string>>;
  readonly environment: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, string>>;
  readonly healthCheck: {
    readonly command: readonly string[];
    readonly interval: number;
    readonly timeout: number;
    readonly retries: number;
    readonly startPeriod: number;
  } | null;
  readonly cpu: number;
  readonly memory: number | null;
  readonly memoryReservation: number | null;
  readonly user: string | null;
  readonly readonlyRootFilesystem: boolean;
  readonly linuxParameters: {
    readonly initProcessEnabled: boolean;
    readonly capabilities: { readonly add: readonly string[]; readonly drop: readonly string[] };
  };
  /** Name → `soft:hard`. */
  readonly ulimits: Readonly<Record<string, string>>;
  /** Container → condition. */
  readonly dependsOn: Readonly<Record<string, string>>;
  readonly stopTimeout: number | null;
  readonly dockerLabels: Readonly<Record<string, string>>;
  readonly workingDirectory: string | null;
  readonly logConfiguration: {
    readonly logDriver: string;
    readonly options: Readonly<Record<string, string>>;
  } | null;
  /** Whatever else ECS carries and we never set, by its ECS name; empty in a revision that we registered. */
  readonly other: Readonly<Record<string, unknown>>;
}

/** The fields of a revision beside its containers, defaults filled in. */
export interface DefinitionFields {
  readonly cpu: number | null;
  readonly memory: number | null;
  readonly networkMode: string;
  readonly requiresCompatibilities: readonly string[];
  readonly executionRoleArn: string | null;
  readonly taskRoleArn: string | null;
  readonly cpuArchitecture: string;
  readonly operatingSystemFamily: string;
  /** GiB. */
  readonly ephemeralStorage: number;
}

/** A revision as AWS has it. */
export interface TaskDefinitionState {
  readonly revision: number;
  readonly fields: DefinitionFields;
  readonly containers: Readonly<Record<string, ContainerState>>;
  readonly other: Readonly<Record<string, unknown>>;
  /** ARNs of all our active revisions of the family; only where no manifest wants the family any more. */
  readonly ownRevisions?: readonly string[];
  /** ARNs of old active revisions of ours that nothing uses, as many as may be deregistered now; oldest first. */
  readonly superseded?: readonly string[];
}

export const taskDefinitionModel: KindModel<TaskDefinitionSpec, TaskDefinitionState> = {
  name: 'task-definition',
  updateChangesOutputs: true,
  needs({ spec }) {
    const roles = [spec.executionRole, spec.taskRole];
    return [
      spec.environment,
      ...roles.flatMap((reference) => (reference !== null && 'role' in reference ? [reference.role] : [])),
      ...spec.logGroups,
    ];
  },
  /** A revision is ours as a whole: what it carries and the manifest does not name differs too. */
  diff({ spec }, { state }, needs) {
    const changes = revisionChanges(spec, state, needs);
    // A revision that is about to be registered is what matters; the old ones can wait.
    return changes.length > 0 ? changes : deregistrations(state.superseded);
  },
  isAside: isDeregistration,
  uses: ({ state: { fields } }) =>
    [fields.executionRoleArn, fields.taskRoleArn].filter((arn) => arn !== null),
  removal: ({ state }) => ({ changes: deregistrations(state.ownRevisions) }),
};

/** Path of the changes that deregister revisions. */
const REVISIONS = 'revisions';

export function isDeregistration({ path }: FieldChange): boolean {
  return path.startsWith(`${REVISIONS}[`);
}

/** `revisions[xray:7]`, for each. */
function deregistrations(arns: readonly string[] = []): readonly FieldChange[] {
  return arns.map((arn) => ({
    path: `${REVISIONS}[${arn.split('/').at(-1) ?? arn}]`,
    from: 'ACTIVE',
    to: null,
    by: 'update',
  }));
}

function revisionChanges(
  spec: TaskDefinitionSpec,
  state: TaskDefinitionState,
  needs: Needs,
): readonly FieldChange[] {
  const region = textOutput(needs(spec.environment), 'region');
  const wanted = wantedFields(spec, {
    executionRole: roleArn(spec.executionRole, needs),
    taskRole: roleArn(spec.taskRole, needs),
  });
  return [
    ...compareFields(
      { ...wanted, ...allNull(state.other) },
      { ...state.fields, ...state.other },
      { sets: ['requiresCompatibilities'] },
    ),
    ...compareCollection(
      'containers',
      mapValues(wantedContainers(spec, region), (container, name) => ({
        ...container,
        ...allNull(state.containers[name]?.other ?? {}),
      })),
      mapValues(state.containers, ({ other, ...container }) => ({
        ...(region === undefined ? withoutLogRegion(container) : container),
        ...other,
      })),
      {
        sets: ['containers.linuxParameters.capabilities.add', 'containers.linuxParameters.capabilities.drop'],
        collections: [
          'containers.portMappings',
          'containers.environment',
          'containers.secrets',
          'containers.ulimits',
          'containers.dependsOn',
          'containers.dockerLabels',
          'containers.logConfiguration.options',
        ],
      },
    ),
  ];
}

/** Undefined while a role of ours does not exist. */
function roleArn(reference: RoleReference | null, needs: Needs): string | null | undefined {
  if (reference === null) return null;
  return 'arn' in reference ? reference.arn : textOutput(needs(reference.role), 'arn');
}

function withoutLogRegion(container: Omit<ContainerState, 'other'>): Omit<ContainerState, 'other'> {
  if (container.logConfiguration === null) return container;
  const { 'awslogs-region': _unknown, ...options } = container.logConfiguration.options;
  return { ...container, logConfiguration: { ...container.logConfiguration, options } };
}

function allNull(record: Readonly<Record<string, unknown>>): Readonly<Record<string, null>> {
  return mapValues(record, () => null);
}

function mapValues<From, To>(
  record: Readonly<Record<string, From>>,
  convert: (value: From, name: string) => To,
): Readonly<Record<string, To>> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, convert(value, name)]));
}
