import { askedStateOf, rulesOf } from '../../core/fields/table.ts';
import { isArn, isSameNamespace, withNamespaceArn } from '../../core/connect-namespace.ts';
import type { KindModel } from '../../core/kind.ts';
import type { Findings, Needs } from '../../core/outputs.ts';
import type { Reference } from '../../core/reference.ts';
import type { Desired, FieldChange, Observed, Upkeep } from '../../core/resource.ts';
import { compareFields } from '../../plan/compare.ts';
import type { SecurityGroupOutputs } from '../security-group/facts.ts';
import { serviceFacts } from './facts.ts';
import { SERVICE_FIELDS } from './fields.ts';
import type { RegistryState } from './fields.ts';
import { serviceStartNeeds } from './start-needs.ts';
import { NOT_AGAIN, revisionName } from './health.ts';
import { REGISTRATIONS, ROLLOUT, outlookOf, startsAnew } from './outlook.ts';
import type { ServiceSpec } from './spec.ts';
import type { ServiceState } from './state.ts';
import { targetGroupsOf, unfitTargetGroup } from './target-groups.ts';

/** ECS takes no network of tasks back from a service, and gives none to one that has none. */
const RULES = { ...rulesOf(SERVICE_FIELDS), replace: [...rulesOf(SERVICE_FIELDS).replace, 'hasOwnNetwork'] };

const NAMESPACE = 'serviceConnectConfiguration.namespace';

export const serviceModel: KindModel<ServiceSpec, ServiceState> = {
  facts: serviceFacts,
  updateChangesOutputs: false,
  replaceInterrupts:
    'the daemon: all its tasks stop before new ones start; a DaemonService of another name beside it interrupts nothing',
  needs({ spec }) {
    return [
      spec.environment,
      ...managedGroup(spec),
      ...(spec.connectNamespace === undefined ? [] : [spec.connectNamespace]),
      ...(spec.registry === null ? [] : [spec.registry.discoveryService]),
      ...targetGroupsOf(spec),
      spec.cluster,
      spec.taskDefinition,
    ];
  },
  startNeeds: ({ spec }) => serviceStartNeeds(spec),
  unfit({ spec }, needs) {
    const why = unfitTargetGroup(spec, needs);
    return why === undefined ? undefined : { path: 'loadBalancers', why };
  },
  says: ({ spec, basis }) => ({ ...spec, taskDefinition: basis }),
  takesUp: ({ spec }, { kind }) => {
    if (kind === spec.taskDefinition.kind) return 'taskDefinition';
    if (kind === spec.registry?.discoveryService.kind) return 'registry';
    if (kind === spec.connectNamespace?.kind) return NAMESPACE;
    return managedGroup(spec).some((group) => group.kind === kind) ? 'securityGroups' : undefined;
  },
  diff(desired, observed, needs) {
    const { state } = observed;
    // ECS neither updates a draining service nor creates another of its name; it ends by itself.
    if (state.status === 'DRAINING') return [IS_DRAINING];
    const wanted = wantedOf(desired, needs);
    const { desiredCount, ...settings } = askedStateOf(SERVICE_FIELDS, wanted);
    const isScaled = desired.spec.scaledBy !== undefined;
    const asked = {
      ...settings,
      ...(isScaled ? {} : { desiredCount }),
      hasOwnNetwork: wanted.hasOwnNetwork,
    };
    const differing = compareFields(asked, state, RULES).filter(
      (change) => change.path !== NAMESPACE || !isSameNamespace(change, desired.spec.connectNamespace),
    );
    const fields = [...differing, ...notByDefault(desired.spec, state)];
    // Rolling out again what the circuit breaker has just rolled back would go on for ever.
    return wanted.taskDefinition === state.failedTaskDefinition ? fields.map(notRolledOutAgain) : fields;
  },
  /** Its revision is not among them: what git says of that is the service's `basis`. */
  parts(desired, needs) {
    const { subnets, securityGroups, registry } = wantedOf(desired, needs);
    const { connectNamespace } = desired.spec;
    const namespace = connectNamespace === undefined ? {} : { namespace: needs(connectNamespace)?.arn };
    return { subnets, securityGroups, registry: registry?.arn, ...namespace };
  },
  upkeep(desired, observed, findings) {
    const { state } = observed;
    if (state.status === 'DRAINING') return [];
    return [
      ...(state.rolloutRetry === null ? [] : [rolledOutAgain(state.rolloutRetry)]),
      ...registeredAgain(desired, observed, findings),
    ];
  },
  startsTasks: ({ spec }, path) => startsAnew(spec, path),
  restart: ({ spec }, observed, paths) => outlookOf(spec, observed, paths),
  uses: ({ state: { registry, securityGroups, serviceConnectConfiguration, taskDefinition } }) => [
    ...(registry?.arn === undefined ? [] : [registry.arn]),
    ...(securityGroups ?? []),
    ...[serviceConnectConfiguration?.namespace].filter(isArn),
    ...(taskDefinition === undefined || taskDefinition === null ? [] : [taskDefinition]),
  ],
  /** Without a group of its own a task gets the VPC's default group (ECS API reference, AwsVpcConfiguration). */
  letGo({ state }, used) {
    if (state.status === 'DRAINING') return [];
    if (used.id.kind === 'discovery-service') {
      return [{ path: 'registry', from: state.registry ?? null, to: null, by: 'update' }];
    }
    if (used.id.kind !== 'security-group') return [];
    const securityGroups = state.securityGroups ?? [];
    const others = securityGroups.filter((id) => id !== used.outputs['id']);
    return [{ path: 'securityGroups', from: securityGroups, to: others, by: 'update' }];
  },
};

/**
 * Which strategy was the cluster's when the service was made ECS does not tell. It leaves no service on Fargate or outside by its launch
 * type, and is nothing that UpdateService goes back to (eagletmt/hako#92).
 */
function notByDefault(
  { capacityProviderStrategy }: ServiceSpec,
  state: ServiceState,
): readonly FieldChange[] {
  const { launchType: from } = state;
  if (capacityProviderStrategy?.length !== 0 || from === undefined || from === null || from === 'EC2')
    return [];
  const isByStrategy = Object.keys(state.capacityProviderStrategy ?? {}).length > 0;
  return isByStrategy ? [] : [{ path: 'launchType', from, to: null, by: 'replace' }];
}

function notRolledOutAgain(change: FieldChange): FieldChange {
  if (change.path !== 'taskDefinition') return change;
  const [current, failed] = [change.from, change.to].map((arn) => revisionName(String(arn)));
  const held = `the deployment of ${failed}, which git wants, failed, and ECS runs ${current} again; ${NOT_AGAIN}`;
  return { ...change, held };
}

function rolledOutAgain(attempt: number): Upkeep {
  return { what: ROLLOUT, from: 'FAILED', to: `attempt ${attempt}`, isTidying: false };
}

const IS_DRAINING: FieldChange = { path: 'status', from: 'DRAINING', to: 'ACTIVE', by: 'update' };

/**
 * ECS registers a task when it starts, and never again: where its discovery service was deleted and made anew, or its
 * instances were taken out, only new tasks are found (reference: ECS and Cloud Map, orphans).
 */
function registeredAgain(
  { spec }: Desired<ServiceSpec>,
  { tasks = [], health }: Observed<ServiceState>,
  findings: Findings,
): readonly Upkeep[] {
  if (spec.registry === null || health.status !== 'Healthy') return [];
  const running = tasks.filter(({ lastStatus }) => lastStatus === 'RUNNING');
  const unregistered = findings(spec.registry.discoveryService)?.unregistered ?? [];
  const missing = running.filter(({ id }) => unregistered.includes(id)).length;
  if (missing === 0) return [];
  const { length } = running;
  return [{ what: REGISTRATIONS, from: length - missing, to: length, isTidying: false }];
}

/** What git wants, with what the service is made of; undefined is what is not known yet. */
export type Wanted = Omit<
  ServiceSpec,
  | 'taskDefinition'
  | 'securityGroups'
  | 'connectNamespace'
  | 'registry'
  | 'assignPublicIp'
  | 'capacityProviderStrategy'
> & {
  readonly capacityProviderStrategy: ServiceSpec['capacityProviderStrategy'];
  readonly hasOwnNetwork: boolean;
  readonly assignPublicIp?: boolean;
  readonly taskDefinition: string | undefined;
  readonly subnets: readonly string[] | undefined;
  readonly securityGroups: readonly string[] | undefined;
  readonly registry: RegistryState | null | undefined;
};

export function wantedOf({ spec }: Desired<ServiceSpec>, needs: Needs): Wanted {
  const { assignPublicIp, securityGroups, connectNamespace, serviceConnectConfiguration, ...rest } = spec;
  const network =
    securityGroups === null
      ? { subnets: undefined, securityGroups: undefined }
      : {
          assignPublicIp,
          subnets: needs(spec.environment)?.subnetIds,
          securityGroups: securityGroupIds(securityGroups, needs),
        };
  return {
    ...rest,
    ...network,
    ...(serviceConnectConfiguration === undefined
      ? {}
      : {
          serviceConnectConfiguration: withNamespaceArn(serviceConnectConfiguration, connectNamespace, needs),
        }),
    capacityProviderStrategy: strategyOf(spec),
    hasOwnNetwork: securityGroups !== null,
    taskDefinition: needs(spec.taskDefinition)?.arn,
    registry: wantedRegistry(spec.registry, needs),
  };
}

/** None where tasks run by launch type; that of the cluster is left to ECS. */
function strategyOf({ launchType, capacityProviderStrategy = [] }: ServiceSpec) {
  return launchType === undefined && capacityProviderStrategy.length === 0
    ? undefined
    : capacityProviderStrategy;
}

function managedGroup({ securityGroups }: ServiceSpec): readonly Reference<SecurityGroupOutputs>[] {
  return securityGroups !== null && 'managed' in securityGroups ? [securityGroups.managed] : [];
}

function securityGroupIds(
  groups: NonNullable<ServiceSpec['securityGroups']>,
  needs: Needs,
): readonly string[] | undefined {
  if ('ids' in groups) return groups.ids;
  const id = needs(groups.managed)?.id;
  return id === undefined ? undefined : [id];
}

function wantedRegistry(registry: ServiceSpec['registry'], needs: Needs): RegistryState | null | undefined {
  if (registry === null) return null;
  const arn = needs(registry.discoveryService)?.arn;
  if (arn === undefined) return undefined;
  const { port = null, containerName = null, containerPort = null } = registry;
  return { arn, port, containerName, containerPort };
}
