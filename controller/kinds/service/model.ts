import type { KindModel, Needs } from '../../core/kind.ts';
import { listOutput, textOutput } from '../../core/outputs.ts';
import type { Desired, FieldChange, Observed, ResourceId } from '../../core/resource.ts';
import { compareFields } from '../../plan/compare.ts';

/**
 * An ECS service on Fargate. Outputs: `arn`, `name`; where its tasks could be read also `tasks` (ids of those that are meant to
 * run), `running` (of those among them that run and are not unhealthy) and `revisions` (ARNs of the task definition
 * revisions that it, or a task in its cluster, runs from).
 */
export interface ServiceSpec {
  readonly name: string;
  readonly cluster: ResourceId;
  readonly taskDefinition: ResourceId;
  readonly launchType: 'FARGATE';
  readonly platformVersion: string;
  readonly desiredCount: number;
  /** The Environment, for its subnets. */
  readonly environment: ResourceId;
  readonly assignPublicIp: boolean;
  /** A group of ours by id, or groups that the manifest brings. */
  readonly securityGroups: { readonly managed: ResourceId } | { readonly ids: readonly string[] };
  /** Null: not in service discovery. */
  readonly registry: {
    readonly discoveryService: ResourceId;
    /** For SRV records: a port, or a container and its port; never both. */
    readonly port?: number;
    readonly containerName?: string;
    readonly containerPort?: number;
  } | null;
  readonly minimumHealthyPercent: number;
  readonly maximumPercent: number;
  readonly circuitBreaker: { readonly enable: boolean; readonly rollback: boolean };
  readonly enableExecuteCommand: boolean;
  readonly availabilityZoneRebalancing: 'ENABLED' | 'DISABLED';
}

export interface RegistryState {
  readonly arn: string;
  readonly port: number | null;
  readonly containerName: string | null;
  readonly containerPort: number | null;
}

/** What is compared; a member that the API did not return is undefined, one whose need is not known too. */
export interface ServiceFields {
  /** ARN of the revision. */
  readonly taskDefinition: string | undefined;
  readonly desiredCount: number | undefined;
  readonly launchType: string | undefined;
  readonly schedulingStrategy: string | undefined;
  readonly platformVersion: string | undefined;
  readonly subnets: readonly string[] | undefined;
  readonly securityGroups: readonly string[] | undefined;
  readonly assignPublicIp: boolean | undefined;
  readonly registry: RegistryState | null | undefined;
  readonly minimumHealthyPercent: number | undefined;
  readonly maximumPercent: number | undefined;
  readonly circuitBreaker: { readonly enable: boolean; readonly rollback: boolean } | undefined;
  readonly enableExecuteCommand: boolean | undefined;
  readonly availabilityZoneRebalancing: string | undefined;
}

export interface ServiceState extends ServiceFields {
  readonly status: 'ACTIVE' | 'DRAINING';
  /** ARN of the revision whose deployment failed last and was given up; null where none has. */
  readonly failedTaskDefinition: string | null;
  /** The attempt that is due of a rollout that ECS has given up; null where none is. */
  readonly rolloutRetry: number | null;
}

export const serviceModel: KindModel<ServiceSpec, ServiceState> = {
  name: 'service',
  updateChangesOutputs: false,
  replaceInterrupts: 'the daemon: all its tasks stop before new ones start',
  needs({ spec }) {
    return [
      spec.environment,
      ...('managed' in spec.securityGroups ? [spec.securityGroups.managed] : []),
      ...(spec.registry === null ? [] : [spec.registry.discoveryService]),
      spec.cluster,
      spec.taskDefinition,
    ];
  },
  diff(desired, observed, needs) {
    const { state } = observed;
    // ECS neither updates a draining service nor creates another of its name; it ends by itself.
    if (state.status === 'DRAINING') return [IS_DRAINING];
    const wanted = wantedFields(desired, needs);
    const fields = compareFields(wanted, state, {
      sets: ['subnets', 'securityGroups'],
      replace: ['launchType', 'schedulingStrategy'],
    });
    return [
      // Rolling out again what the circuit breaker has just rolled back would go on for ever.
      ...(wanted.taskDefinition === state.failedTaskDefinition ? fields.map(notRolledOutAgain) : fields),
      ...(state.rolloutRetry === null ? [] : [rolledOutAgain(state.rolloutRetry)]),
      ...registrationChanges(desired, observed, needs),
    ];
  },
  uses: ({ state: { registry, securityGroups = [], taskDefinition } }) => [
    ...(registry?.arn === undefined ? [] : [registry.arn]),
    ...securityGroups,
    ...(taskDefinition === undefined ? [] : [taskDefinition]),
  ],
  /** Without a group of its own a task gets the VPC's default group (ECS API reference, AwsVpcConfiguration). */
  letGo({ state }, used) {
    if (state.status === 'DRAINING') return [];
    if (used.id.kind === 'discovery-service') {
      return [{ path: 'registry', from: state.registry ?? null, to: null, by: 'update' }];
    }
    if (used.id.kind !== 'security-group') return [];
    const { securityGroups = [] } = state;
    const others = securityGroups.filter((id) => id !== textOutput(used.outputs, 'id'));
    return [{ path: 'securityGroups', from: securityGroups, to: others, by: 'update' }];
  },
};

function notRolledOutAgain(change: FieldChange): FieldChange {
  if (change.path !== 'taskDefinition') return change;
  const held =
    'the deployment of the revision that git wants failed and was given up; it is not tried again: change the manifest to roll out another revision';
  return { ...change, held };
}

/** Paths of the changes that new tasks make, whatever else stays as it is. */
export const REGISTRATIONS = 'registrations';
export const ROLLOUT = 'rollout';

/** Each attempt is another value, so that it is not taken for a field that somebody changes back. */
function rolledOutAgain(attempt: number): FieldChange {
  return { path: ROLLOUT, from: 'FAILED', to: `attempt ${attempt}`, by: 'update' };
}

const IS_DRAINING: FieldChange = { path: 'status', from: 'DRAINING', to: 'ACTIVE', by: 'update' };

/**
 * ECS registers a task when it starts, and never again: where its discovery service was deleted and made anew, or its
 * instances were taken out, only new tasks are found (reference: ECS and Cloud Map, orphans).
 */
function registrationChanges(
  { spec }: Desired<ServiceSpec>,
  { tasks = [], health }: Observed<ServiceState>,
  needs: Needs,
): readonly FieldChange[] {
  if (spec.registry === null || health.status !== 'Healthy') return [];
  const running = tasks.filter(({ lastStatus }) => lastStatus === 'RUNNING');
  const unregistered = listOutput(needs(spec.registry.discoveryService), 'unregistered') ?? [];
  const missing = running.filter(({ id }) => unregistered.includes(id)).length;
  if (missing === 0) return [];
  return [{ path: REGISTRATIONS, from: running.length - missing, to: running.length, by: 'update' }];
}

/** What git wants, with what it needs filled in as far as it is known. */
export function wantedFields({ spec }: Desired<ServiceSpec>, needs: Needs): ServiceFields {
  const environment = needs(spec.environment);
  return {
    taskDefinition: textOutput(needs(spec.taskDefinition), 'arn'),
    desiredCount: spec.desiredCount,
    launchType: spec.launchType,
    schedulingStrategy: 'REPLICA',
    platformVersion: spec.platformVersion,
    subnets: listOutput(environment, 'subnetIds'),
    securityGroups: securityGroupIds(spec.securityGroups, needs),
    assignPublicIp: spec.assignPublicIp,
    registry: wantedRegistry(spec.registry, needs),
    minimumHealthyPercent: spec.minimumHealthyPercent,
    maximumPercent: spec.maximumPercent,
    circuitBreaker: spec.circuitBreaker,
    enableExecuteCommand: spec.enableExecuteCommand,
    availabilityZoneRebalancing: spec.availabilityZoneRebalancing,
  };
}

function securityGroupIds(
  groups: ServiceSpec['securityGroups'],
  needs: Needs,
): readonly string[] | undefined {
  if ('ids' in groups) return groups.ids;
  const id = textOutput(needs(groups.managed), 'id');
  return id === undefined ? undefined : [id];
}

function wantedRegistry(registry: ServiceSpec['registry'], needs: Needs): RegistryState | null | undefined {
  if (registry === null) return null;
  const arn = textOutput(needs(registry.discoveryService), 'arn');
  if (arn === undefined) return undefined;
  const { port = null, containerName = null, containerPort = null } = registry;
  return { arn, port, containerName, containerPort };
}
