import { rulesOf } from '../../core/fields/table.ts';
import { digest } from '../../core/ownership.ts';
import { environmentId } from '../../core/reference.ts';
import type { Reference } from '../../core/reference.ts';
import type { Desired, ResourceId } from '../../core/resource.ts';
import type { KindFacts } from '../../core/facts.ts';
import { discoveryServiceFacts } from '../../kinds/discovery-service/facts.ts';
import type { DiscoveryServiceSpec } from '../../kinds/discovery-service/spec.ts';
import { deletionOfLogGroup, logGroupFacts } from '../../kinds/log-group/facts.ts';
import type { LogGroupSpec } from '../../kinds/log-group/model.ts';
import type { RepositoryOutputs } from '../../kinds/repository/facts.ts';
import { roleFacts } from '../../kinds/role/facts.ts';
import type { RoleSpec } from '../../kinds/role/spec.ts';
import { scalableTargetFacts } from '../../kinds/scalable-target/facts.ts';
import type { ScalableTargetSpec } from '../../kinds/scalable-target/spec.ts';
import { securityGroupFacts } from '../../kinds/security-group/facts.ts';
import type { SecurityGroupSpec } from '../../kinds/security-group/model.ts';
import { serviceFacts } from '../../kinds/service/facts.ts';
import type { ServiceSpec } from '../../kinds/service/spec.ts';
import { CONTAINER } from '../../kinds/task-definition/container-fields.ts';
import { taskDefinitionFacts } from '../../kinds/task-definition/facts.ts';
import { repositoriesOf } from '../../kinds/task-definition/images.ts';
import type { RoleReference, TaskDefinitionSpec } from '../../kinds/task-definition/spec.ts';
import { hostOf } from '../host.ts';
import { refOf } from '../manifest.ts';
import type { ManifestOf } from '../manifest.ts';
import { groupsNamed } from '../named-groups.ts';
import { recordsOf, registrarOf } from '../registration.ts';
import { awsNames } from '../names.ts';
import type { RoleManifest } from '../schema/role.ts';
import { clusterId } from './cluster.ts';
import { NOTHING_DECLARED } from './declared.ts';
import type { Declared } from './declared.ts';
import { consumerRules } from './consumers.ts';
import type { EnvironmentExpansion } from './environment.ts';
import { connectNamespace, namespaceId } from './namespace.ts';
import { policyOf } from './policy.ts';
import { canShareExecutionRole, roleReference, roleSpec, sharedRole } from './roles.ts';
import { containerLogsOf } from './container-logs.ts';
import type { ContainerLog } from './container-logs.ts';
import { reachedBy } from './reached.ts';
import type { Reached } from './reached.ts';
import { securityGroupSpec } from './security-group.ts';
import {
  discoveryServiceSpec,
  endpointOf,
  hostRegistration,
  registryOf,
  scaledBy,
  scalingSettings,
  serviceSettings,
} from './service.ts';
import { executionStatements, expandStatement } from './statements.ts';
import { taskDefinitionSpec } from './task-definition.ts';

/** Paths of the secret fields in a task definition's spec. */
const SECRETS = rulesOf(CONTAINER.fields, 'containers').hidden;

export interface DaemonServiceExpansion {
  /** `xray.services.example.org:2000`: what applications are told. Undefined where no DNS name is. */
  readonly endpoint: string | undefined;
  /** What is the daemon service's own. Roles and groups brought by ARN or id are not among it. */
  readonly desired: readonly Desired[];
  /** Log groups that its containers name, which are its own where nobody else has them. */
  readonly yielding: readonly Desired[];
  readonly cluster: ResourceId;
  /** Undefined outside service discovery. */
  readonly namespace: ResourceId | undefined;
  readonly reached: Reached;
  readonly logs: readonly ContainerLog[];
  /** Those that images of its containers are in. */
  readonly repositories: readonly Reference<RepositoryOutputs>[];
  /** Its tasks are started with the execution role of the Environment. */
  readonly sharesExecutionRole: boolean;
}

/** One daemon service as AWS resources, named, defaulted and linked. */
export function expandDaemonService(
  manifest: ManifestOf<'DaemonService'>,
  environment: string,
  { assignPublicIp, iam, desired: itself }: Omit<EnvironmentExpansion, 'target'>,
  declared: Declared = NOTHING_DECLARED,
): DaemonServiceExpansion {
  const { spec, metadata } = manifest;
  const { name, labels } = metadata;
  const names = awsNames(name, spec);
  const policy = policyOf(manifest);
  const own = { manifest: refOf(manifest), management: 'managed', labels, policy } as const;
  const idOf = ({ name: kind }: KindFacts, awsName: string): ResourceId => ({
    environment,
    kind,
    name: awsName,
  });
  const where = environmentId(environment);
  const cluster = clusterId(environment, declared.clusters.get(spec.cluster) ?? spec.cluster);

  const hasLogGroup = spec.logs?.logDriver !== 'none';
  const logGroup: Desired<LogGroupSpec> = {
    ...own,
    id: idOf(logGroupFacts, names.logGroup),
    spec: { name: names.logGroup, retentionInDays: spec.logs?.retentionInDays ?? null },
    policy: { ...policy, deletion: deletionOfLogGroup(policy, spec.logs?.deletionPolicy) },
  };

  const ownGroup = hasLogGroup ? names.logGroup : undefined;
  const { region } = itself.spec;
  const yielding = groupsNamed(spec.containers, ownGroup)
    .filter((group) => (group.region ?? region) === (region ?? group.region))
    .map(
      (group): Desired<LogGroupSpec> => ({
        ...logGroup,
        id: idOf(logGroupFacts, group.logGroup),
        yields: { ...(group.region !== undefined && { region: group.region }), others: [] },
        spec: { ...logGroup.spec, name: group.logGroup },
      }),
    );

  const roleOf = (
    role: RoleManifest,
    made: Pick<RoleSpec, 'name' | 'description' | 'statements'>,
  ): { readonly reference: RoleReference; readonly desired: readonly Desired<RoleSpec>[] } => {
    if (role.arn !== undefined) return { reference: { arn: role.arn }, desired: [] };
    const desired = {
      ...own,
      id: idOf(roleFacts, made.name),
      spec: roleSpec(role, made, environment, iam),
    };
    return { reference: roleReference(desired), desired: [desired] };
  };
  const sharesExecutionRole = iam.executionRole === 'shared' && canShareExecutionRole(spec, ownGroup, region);
  const executionRole =
    spec.executionRole?.omit === true
      ? undefined
      : sharesExecutionRole
        ? { reference: roleReference(sharedRole(itself, iam)), desired: [] }
        : roleOf(spec.executionRole ?? {}, {
            name: names.executionRole,
            description: `ECS starts the tasks of daemon service ${name} with it`,
            statements: [
              ...executionStatements(spec.containers, ownGroup),
              ...(spec.executionRole?.statements ?? []).map(expandStatement),
            ],
          });
  const taskRole =
    spec.taskRole === undefined
      ? undefined
      : roleOf(spec.taskRole, {
          name: names.taskRole,
          description: `The containers of daemon service ${name} act with it`,
          statements: (spec.taskRole.statements ?? []).map(expandStatement),
        });

  const securityGroupId = idOf(securityGroupFacts, names.securityGroup);
  const derived = { name: names.securityGroup, environment: where };
  // Tasks without a network interface of their own have the groups of their host.
  const hasOwnNetwork = (spec.networkMode ?? 'awsvpc') === 'awsvpc';
  const securityGroups: readonly Desired<SecurityGroupSpec>[] =
    hasOwnNetwork && spec.securityGroupIds === undefined
      ? [{ ...own, id: securityGroupId, spec: securityGroupSpec(spec.securityGroup, derived) }]
      : [];

  const serviceId: ResourceId = { ...idOf(serviceFacts, names.serviceName), scope: cluster.name };
  const discovery = discoveryOf();

  const taskDefinition: Desired<TaskDefinitionSpec> = {
    ...own,
    secrets: SECRETS,
    usedBy: serviceId,
    id: idOf(taskDefinitionFacts, names.family),
    spec: taskDefinitionSpec(spec, {
      family: names.family,
      environment: where,
      executionRole: executionRole?.reference ?? null,
      taskRole: taskRole?.reference ?? null,
      logGroups: hasLogGroup ? [logGroup.id] : [],
      logs: hasLogGroup ? { group: names.logGroup, streamPrefix: spec.logs?.streamPrefix ?? name } : null,
      repositories: declared.repositories,
    }),
  };

  const settings = serviceSettings(spec);
  const { serviceConnectConfiguration: connect } = spec;
  const service: Desired<ServiceSpec> = {
    ...own,
    id: serviceId,
    basis: digest(taskDefinition.spec),
    spec: {
      name: names.serviceName,
      cluster,
      taskDefinition: taskDefinition.id,
      environment: where,
      // ECS gives public addresses on Fargate alone (ECS developer guide, task networking on EC2).
      assignPublicIp: assignPublicIp && hostOf(spec) === 'FARGATE',
      securityGroups: hasOwnNetwork ? groupsOf(spec.securityGroupIds, securityGroupId) : null,
      registry: discovery?.registry ?? null,
      ...(registrarOf(spec) === 'controller' && { registersHosts: true }),
      ...settings,
      ...scaledBy(spec),
      ...(connect?.enabled === true ? connectNamespace(environment, connect, declared) : {}),
    },
  };

  const scalableTargets: readonly Desired<ScalableTargetSpec>[] =
    typeof spec.scaling === 'object'
      ? [
          {
            ...own,
            id: { ...idOf(scalableTargetFacts, names.serviceName), scope: cluster.name },
            spec: { service: serviceId, ...scalingSettings(spec.scaling) },
          },
        ]
      : [];

  function discoveryOf() {
    const { serviceDiscovery } = spec;
    if (serviceDiscovery === undefined) return undefined;
    const { namespaceId: awsId } = serviceDiscovery;
    const called = serviceDiscovery.namespace;
    const found = declared.namespaces.get(called);
    // One whose id is said is no manifest's.
    const namespace = namespaceId(environment, awsId === undefined ? (found?.name ?? called) : called, awsId);
    const hosts = hostRegistration(spec);
    const records = recordsOf(serviceDiscovery, found?.type);
    const id = { ...idOf(discoveryServiceFacts, names.discoveryService), scope: awsId ?? namespace.name };
    const desired: Desired<DiscoveryServiceSpec> = {
      ...own,
      usedBy: serviceId,
      id,
      spec: discoveryServiceSpec(serviceDiscovery, names.discoveryService, { namespace, records, hosts }),
    };
    const domain = `${names.discoveryService}.${namespace.name}`;
    // What no resolver knows has no host; what DiscoverInstances is asked then is told by what AWS has.
    const endpoint = records.length === 0 ? undefined : endpointOf(domain, spec);
    const registry = hosts === undefined ? registryOf(serviceDiscovery, spec.containers, id) : null;
    return { namespace, desired, registry, endpoint };
  }

  return {
    endpoint: discovery?.endpoint,
    desired: [
      ...(executionRole?.desired ?? []),
      ...(taskRole?.desired ?? []),
      ...(hasLogGroup ? [logGroup] : []),
      ...securityGroups,
      ...(discovery === undefined ? [] : [discovery.desired]),
      taskDefinition,
      service,
      ...scalableTargets,
      ...consumerRules(spec, { ...own, environment: where, daemon: securityGroupId }),
    ],
    yielding,
    cluster,
    namespace: discovery?.namespace,
    reached: reachedBy(spec, {
      service: serviceId,
      ...(discovery !== undefined && {
        discovery: { discoveryService: discovery.desired.id, namespace: discovery.namespace },
      }),
    }),
    logs: containerLogsOf(taskDefinition.spec),
    repositories: repositoriesOf(taskDefinition.spec),
    sharesExecutionRole,
  };
}

function groupsOf(ids: string[] | undefined, managed: ResourceId): ServiceSpec['securityGroups'] {
  return ids === undefined ? { managed } : { ids };
}
