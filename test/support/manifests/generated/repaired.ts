import { launchTypeOf } from '../../../../controller/manifest/host.ts';
import { sizeInUnits } from '../../../../controller/kinds/task-definition/size.ts';
import type { ManifestDocument } from '../documents.ts';
import type { Existing } from './existing.ts';
import { withHost, withReferences, withScheduling } from './repaired-hosts.ts';
import { withDriverOptions } from './repaired-logs.ts';
import { withCapacity } from './repaired-service.ts';
import { repairedTask } from './repaired-task.ts';
import { withTraffic } from './repaired-traffic.ts';
import { withField } from './with-field.ts';

type DaemonSpec = ManifestDocument<'DaemonService'>['spec'];
export type EnvironmentSpec = ManifestDocument<'Environment'>['spec'];
type Container = DaemonSpec['containers'][number];
type Discovery = NonNullable<DaemonSpec['serviceDiscovery']>;
type SecurityGroup = NonNullable<DaemonSpec['securityGroup']>;
type Rule = NonNullable<SecurityGroup['ingress']>[number];

/** The same daemon service with fields that go together, as far as chance alone would seldom bring them together. */
export function repairedDaemon(spec: DaemonSpec, existing: Existing | undefined): DaemonSpec {
  const repairs = [
    withScheduling,
    withCapacity,
    withHost,
    withTasksWhereHostsAre,
    withScaling,
    repairedTask,
    withReferences,
    withPlatform,
    withRoles,
    withoutExecutionRole,
    withRegistry,
    withRollout,
    withRollout,
  ];
  const repaired = repairs.reduce((before, repair) => repair(before), spec);
  const grouped = withConsumers(withField(repaired, 'securityGroup', withGroup));
  return withTraffic(withLogs(grouped, existing), existing);
}

/** An Environment that looks up what is there. */
export function repairedEnvironment(spec: EnvironmentSpec, existing: Existing | undefined): EnvironmentSpec {
  const { vpc: _vpc, subnets: _subnets, ...rest } = spec;
  if (existing === undefined) return rest;
  const tags = { ...existing.tags };
  const environment = withField(spec, 'vpc', (vpc) => {
    if (typeof vpc === 'object') return { tags };
    return vpc === 'default' ? vpc : existing.vpcId;
  });
  return withField(environment, 'subnets', (subnets) => {
    if (Array.isArray(subnets)) return existing.subnetIds.slice(0, subnets.length);
    return subnets === 'default' ? subnets : { tags };
  });
}

/** No instances are in the worlds that manifests are applied in: a service that waits for one would never come to rest. */
function withTasksWhereHostsAre(spec: DaemonSpec): DaemonSpec {
  if (launchTypeOf(spec) === 'FARGATE' || spec.schedulingStrategy === 'DAEMON') return spec;
  const { scaling: _scaling, ...unscaled } = spec;
  return { ...unscaled, desiredCount: 0 };
}

/** It begins within its bounds. */
function withScaling(spec: DaemonSpec): DaemonSpec {
  const { scaling, desiredCount } = spec;
  if (typeof scaling !== 'object' || desiredCount === undefined) return spec;
  return { ...spec, desiredCount: Math.min(scaling.max, Math.max(scaling.min, desiredCount)) };
}

/** Large tasks, large disks, ARM, capabilities and parts of secrets came with 1.4.0. */
function withPlatform(spec: DaemonSpec): DaemonSpec {
  const needsNew =
    sizeInUnits(spec.cpu ?? 0) >= 8192 ||
    spec.ephemeralStorage !== undefined ||
    spec.volumeConfigurations !== undefined ||
    spec.runtimePlatform?.cpuArchitecture === 'ARM64' ||
    spec.containers.some(
      ({ linuxParameters, secrets = {} }) =>
        linuxParameters?.capabilities?.add !== undefined ||
        Object.values(secrets).some((source) => source.endsWith('::')),
    );
  return withField(spec, 'platformVersion', (version) =>
    needsNew && version === '1.3.0' ? '1.4.0' : version,
  );
}

/** ECS Exec has a role to act with. */
function withRoles(spec: DaemonSpec): DaemonSpec {
  return spec.enableExecuteCommand === true && spec.taskRole === undefined ? { ...spec, taskRole: {} } : spec;
}

/** Without an execution role nothing secret is read, no file, and nothing is logged to CloudWatch. */
function withoutExecutionRole(spec: DaemonSpec): DaemonSpec {
  if (spec.executionRole?.omit !== true) return spec;
  return {
    ...spec,
    logs: { ...spec.logs, logDriver: 'none' },
    containers: spec.containers.map(
      ({ secrets: _secrets, environmentFiles: _files, repositoryCredentials: _credentials, ...container }) =>
        withField(container, 'logConfiguration', ({ secretOptions: _options, ...logs }) =>
          logs.logDriver === 'awslogs' ? { ...logs, logDriver: 'none' as const } : logs,
        ),
    ),
  };
}

/** A log group that is not made has no settings. */
function withLogs(spec: DaemonSpec, existing: Existing | undefined): DaemonSpec {
  const containers = spec.containers.map(
    (container): Container =>
      withField(container, 'logConfiguration', (logs) => withoutUnread(withDriverOptions(logs, existing))),
  );
  return withField({ ...spec, containers }, 'logs', (logs) => {
    const {
      group: _group,
      retentionInDays: _days,
      streamPrefix: _prefix,
      deletionPolicy: _policy,
      ...rest
    } = logs;
    // The names of a container and a task follow in a stream's.
    return logs.logDriver === 'none'
      ? rest
      : withField(logs, 'streamPrefix', (prefix) => prefix.slice(0, 200));
  });
}

/** What does not log is nothing in AWS, and nor is what its options would be read from. */
function withoutUnread({
  secretOptions,
  ...logs
}: NonNullable<Container['logConfiguration']>): typeof logs & { secretOptions?: typeof secretOptions } {
  return logs.logDriver === 'none' || secretOptions === undefined ? logs : { ...logs, secretOptions };
}

/** Each is another group, of a daemon that has one of its own and a port. */
function withConsumers(spec: DaemonSpec): DaemonSpec {
  const { consumers, ...without } = spec;
  const isReached =
    (spec.networkMode ?? 'awsvpc') === 'awsvpc' &&
    spec.securityGroupIds === undefined &&
    spec.containers.some(({ portMappings = [] }) => portMappings.length > 0);
  if (consumers === undefined || !isReached) return without;
  return { ...spec, consumers: consumers.slice(0, 1) };
}

/** EC2 keeps no space at the end of a name. */
function withGroup(before: SecurityGroup): SecurityGroup {
  const group = withField(before, 'name', (name) => name.replace(/ +$/, '.'));
  const ingress = withField(group, 'ingress', (rules) => rules.map(withPorts));
  return withField(ingress, 'egress', (rules) => rules.map(withPorts));
}

/** Ports, a type and a code, or neither, as the protocol has them. */
function withPorts(rule: Rule): Rule {
  const { port, fromPort = port ?? 0, toPort = port ?? 0, ...rest } = rule;
  switch (String(rule.protocol)) {
    case 'tcp':
    case 'udp':
    case '6':
    case '17': {
      if (port !== undefined) return { ...rest, port };
      const [first, last] = [Math.max(fromPort, 0), Math.max(toPort, 0)];
      return { ...rest, fromPort: Math.min(first, last), toPort: Math.max(first, last) };
    }
    case 'icmp':
    case 'icmpv6':
    case '1':
    case '58':
      // Every code, where the type is every type.
      return { ...rest, fromPort: fromPort % 256, toPort: fromPort % 256 === -1 ? -1 : toPort % 256 };
    default:
      return rest;
  }
}

/** Records that Cloud Map has together; an SRV record is of a port that a container maps. */
function withRegistry(spec: DaemonSpec): DaemonSpec {
  return withField(spec, 'serviceDiscovery', (discovery) => {
    const { port, containerName: _name, containerPort, dnsRecords, registration, ...rest } = discovery;
    const { networkMode = 'awsvpc' } = spec;
    if (dnsRecords?.length === 0) return withoutRecords(discovery, networkMode);
    const mapped = spec.containers.flatMap(({ name, portMappings = [] }) =>
      portMappings.flatMap(({ containerPort: mappedPort }) =>
        mappedPort === undefined ? [] : [{ containerName: name, containerPort: mappedPort }],
      ),
    );
    const record = dnsRecords?.find(({ type }) => type === 'SRV');
    const registered = mapped[(port ?? containerPort ?? 0) % mapped.length];
    if (record !== undefined && registered !== undefined) {
      const isByPort = networkMode === 'awsvpc' && (port !== undefined || containerPort === undefined);
      return {
        ...rest,
        // Those of hosts are of a port that the manifest fixes, as few drawn ones are.
        ...(registration === 'ecs' && { registration }),
        dnsRecords: [record],
        ...(isByPort ? { port: registered.containerPort } : registered),
      };
    }
    const addresses = (dnsRecords ?? []).filter(
      ({ type }, nth, all) => type !== 'SRV' && all.findIndex((other) => other.type === type) === nth,
    );
    const registrar = networkMode === 'awsvpc' ? 'ecs' : 'controller';
    return {
      ...rest,
      ...(registration === registrar && { registration }),
      ...(addresses.length > 0 && { dnsRecords: addresses }),
    };
  });
}

/** Found by DiscoverInstances alone: there is nothing to choose among, and no port that ECS would take. */
export function withoutRecords(
  discovery: Discovery,
  networkMode: DaemonSpec['networkMode'] = 'awsvpc',
): Discovery {
  const {
    port: _port,
    containerName: _name,
    containerPort: _its,
    routingPolicy: _policy,
    ...rest
  } = discovery;
  const { registration, ...plain } = rest;
  const registrar = networkMode === 'awsvpc' ? 'ecs' : 'controller';
  return { ...plain, dnsRecords: [], ...(registration === registrar && { registration }) };
}

/** A rollout that can start or stop a task, and goes back only where it can fail. */
function withRollout(spec: DaemonSpec): DaemonSpec {
  if (spec.schedulingStrategy === 'DAEMON') return withRolloutOnHosts(spec);
  const { desiredCount = 1, scaling } = spec;
  const count = typeof scaling === 'object' ? scaling.min : desiredCount;
  return withField(spec, 'deployment', (deployment) => {
    const { minimumHealthyPercent: minimum = 100, maximumPercent: maximum = 200 } = deployment;
    const canStart = Math.floor((count * maximum) / 100) > count;
    const canStop = Math.ceil((count * minimum) / 100) < count;
    const moving = canStart || canStop ? deployment : { ...deployment, minimumHealthyPercent: 0 };
    return withBreaker(moving);
  });
}

/** A task stops before the next one starts. */
function withRolloutOnHosts(spec: DaemonSpec): DaemonSpec {
  return withField(spec, 'deployment', (deployment) =>
    withBreaker(
      withField(
        withField(deployment, 'maximumPercent', () => 100),
        'minimumHealthyPercent',
        (percent) => percent % 100,
      ),
    ),
  );
}

function withBreaker(deployment: NonNullable<DaemonSpec['deployment']>): typeof deployment {
  return withField(deployment, 'circuitBreaker', (breaker) =>
    breaker.enable === false ? withField(breaker, 'rollback', () => false) : breaker,
  );
}
