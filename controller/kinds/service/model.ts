import type { KindModel, Needs } from '../../core/kind.ts';
import { listOutput, textOutput } from '../../core/outputs.ts';
import type { Desired, FieldChange, Observed, ResourceId } from '../../core/resource.ts';
import { compareFields } from '../../plan/compare.ts';

/** An ECS service on Fargate. Outputs: `arn`, `name`. */
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
    const fields = compareFields(
      // Rolling out again what the circuit breaker has just rolled back would go on for ever.
      wanted.taskDefinition === state.failedTaskDefinition
        ? { ...wanted, taskDefinition: undefined }
        : wanted,
      state,
      { sets: ['subnets', 'securityGroups'], replace: ['launchType', 'schedulingStrategy'] },
    );
    return [...fields, ...registrationChanges(desired, observed, needs)];
  },
};

/** Path of the change that new tasks make, whatever else stays as it is. */
export const REGISTRATIONS = 'registrations';

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
  const running = tasks.filter(({ lastStatus }) => lastStatus === 'RUNNING').length;
  const registered = textOutput(needs(spec.registry.discoveryService), 'registered');
  return running > 0 && registered === 'none'
    ? [{ path: REGISTRATIONS, from: 0, to: running, by: 'update' }]
    : [];
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
