import { RETENTION_DAYS } from '../schema/daemon-service.ts';
import type { DaemonServiceManifestSpec } from '../schema/daemon-service.ts';
import { hostPort, publishable } from '../expand/service.ts';
import { didYouMean } from '../../core/suggest.ts';
import { recordTypesOf, registrarOf } from '../registration.ts';
import { checksOf } from './check.ts';
import type { CheckContext } from './check.ts';
import { capacityChecks } from './capacity.ts';
import { consumerChecks } from './consumers.ts';
import { containerChecks } from './containers.ts';
import { launchTypeChecks, ON_WINDOWS } from './launch-types.ts';
import { monitoringChecks } from './monitoring.ts';
import { networkModeChecks } from './network-modes.ts';
import { HOST_READS, saidIn, withDefaults } from './pairs.ts';
import { proxyChecks } from './proxy.ts';
import { roleChecks } from './roles.ts';
import { scalingChecks } from './scaling.ts';
import { schedulingChecks } from './scheduling.ts';
import { securityGroupChecks } from './security-group.ts';
import { taskChecks } from './task.ts';
import { rolloutChecks } from './rollouts.ts';
import { trafficChecks } from './traffic.ts';
import { volumeConfigurationChecks } from './volume-configurations.ts';
import { volumeChecks } from './volumes.ts';

const check = checksOf<DaemonServiceManifestSpec>();

/** What the id of a task and a dot add before the name of its service, in the host that its SRV record names (Cloud Map API reference, DnsRecord). */
const BEFORE_DOMAIN = 33;
/** Instances that one Cloud Map service can hold (reference: ECS and Cloud Map). */
const MAX_INSTANCES = 1000;

const retention = check(['logs'], ({ logs }, { report }) => {
  const days = logs?.retentionInDays;
  if (days === undefined || RETENTION_DAYS.some((valid) => valid === days)) return;
  const nearest = RETENTION_DAYS.toSorted((a, b) => Math.abs(a - days) - Math.abs(b - days))[0];
  report(
    ['spec', 'logs', 'retentionInDays'],
    `CloudWatch Logs cannot keep events for ${days} days; the nearest is ${nearest}; valid values: ${RETENTION_DAYS.join(', ')}`,
  );
});

const noLogs = check(['logs'], ({ logs }, { report }) => {
  if (logs?.logDriver !== 'none') return;
  for (const other of ['group', 'retentionInDays', 'streamPrefix', 'deletionPolicy'] as const) {
    if (logs[other] === undefined) continue;
    report(['spec', 'logs', other], `logDriver none makes no log group; remove ${other} or logDriver`);
  }
});

const discovery = check(['serviceDiscovery', 'containers', 'networkMode', ...HOST_READS], (spec, context) => {
  const registry = spec.serviceDiscovery;
  const { networkMode, host } = withDefaults(spec);
  // That there is none is told where these are (network-modes.ts, launch-types.ts).
  if (registry === undefined || networkMode === 'none' || host === 'EXTERNAL') return;
  const { name, report } = context;
  const at = ['spec', 'serviceDiscovery'];
  if (networkMode === 'awsvpc' && registry.registration === 'controller') {
    report(
      [...at, 'registration'],
      'the controller registers hosts, and tasks with networkMode awsvpc have addresses of their own; write ecs or remove it, or write networkMode: bridge or host',
    );
  } else if (
    networkMode !== 'awsvpc' &&
    registry.registration === 'ecs' &&
    registry.dnsRecords === undefined
  ) {
    report(
      at,
      `ECS refuses the default, A records, with networkMode ${networkMode} and registration ecs; write registration: controller, or dnsRecords: [{ type: SRV }], which tells applications the address of each host and the port, or networkMode: awsvpc`,
    );
    return;
  }
  const types = recordTypesOf(registry);
  if (types.length === 0) {
    checkWithoutRecords(spec, context);
    return;
  }
  // Cloud Map takes A, AAAA and SRV in any combination, each once (ECS developer guide: service discovery).
  const twice = types.find((type, index) => types.indexOf(type) !== index);
  if (twice !== undefined) {
    report([...at, 'dnsRecords'], `${twice} is listed twice; a service has one record of each type`);
    return;
  }
  const domain = `${registry.name ?? name}.${registry.namespace}`;
  if (domain.length > 253)
    report([...at, 'name'], `${domain} has ${domain.length} characters and DNS allows 253`);
  else if (types.includes('SRV') && domain.length + BEFORE_DOMAIN > 253) {
    context.warn(
      [...at, 'name'],
      `the SRV record of a task names <its id>.${domain}, which has ${domain.length + BEFORE_DOMAIN} characters, and DNS allows 253: no task is registered`,
    );
  }
  if (types.includes('SRV')) checkSrv({ ...spec, serviceDiscovery: registry }, context);
  else checkForSrvOnly(registry, context);
});

function checkForSrvOnly(
  registry: NonNullable<DaemonServiceManifestSpec['serviceDiscovery']>,
  { report }: CheckContext,
): void {
  for (const field of ['port', 'containerName', 'containerPort'] as const) {
    if (registry[field] !== undefined)
      report(['spec', 'serviceDiscovery', field], 'is for SRV records only; remove it');
  }
}

/** ECS wants the port of a container where tasks have the addresses of their hosts, and takes one for SRV records only. */
function checkWithoutRecords(
  {
    networkMode = 'awsvpc',
    serviceDiscovery = { namespace: '' },
  }: Pick<DaemonServiceManifestSpec, 'networkMode' | 'serviceDiscovery'>,
  context: CheckContext,
): void {
  const at = ['spec', 'serviceDiscovery'];
  if (serviceDiscovery.routingPolicy !== undefined) {
    context.report(
      [...at, 'routingPolicy'],
      'chooses among DNS records, and dnsRecords: [] is none; remove it, or write dnsRecords: [{ type: A }]',
    );
  }
  if (networkMode !== 'awsvpc' && serviceDiscovery.registration === 'ecs') {
    context.report(
      [...at, 'dnsRecords'],
      `ECS registers tasks with networkMode ${networkMode} in SRV records only; write dnsRecords: [{ type: SRV }], or registration: controller, or networkMode: awsvpc`,
    );
  }
  checkForSrvOnly(serviceDiscovery, context);
}

function checkSrv(
  spec: Pick<DaemonServiceManifestSpec, 'containers' | 'networkMode'> &
    Required<Pick<DaemonServiceManifestSpec, 'serviceDiscovery'>>,
  { report }: CheckContext,
): void {
  const at = ['spec', 'serviceDiscovery'];
  const { containers, serviceDiscovery: registry } = spec;
  const { port, containerName, containerPort } = registry;
  if (port !== undefined && (containerName !== undefined || containerPort !== undefined)) {
    report([...at, 'port'], 'give either port, or containerName and containerPort, never both');
    return;
  }
  const published = publishable({}, containers);
  if (published.length === 0) {
    report(
      at,
      'an SRV record publishes a port, and no container maps one; add portMappings, or write type: A',
    );
    return;
  }
  const candidates =
    containerName === undefined ? containers : containers.filter(({ name }) => name === containerName);
  if (candidates.length === 0) {
    const names = containers.map(({ name }) => name);
    report(
      [...at, 'containerName'],
      `no container is called ${JSON.stringify(containerName)}; ${didYouMean(containerName ?? '', names, 'the containers are')}`,
    );
    return;
  }
  const mappings = candidates.flatMap(({ portMappings = [] }) => portMappings);
  const ports = mappings.map((mapping) => mapping.containerPort);
  const choices = publishable(registry, containers);
  const [only, another] = choices;
  const wanted = port ?? containerPort ?? (another === undefined ? only?.containerPort : undefined);
  if (wanted === undefined) {
    const all = choices.map((one) => `${one.containerName} ${one.containerPort}`);
    report(
      at,
      `an SRV record publishes one port, and ${all.length} are mapped: ${all.join(', ')}; write containerName and containerPort`,
    );
    return;
  }
  if (ports.includes(wanted)) {
    if (registrarOf(spec) === 'ecs' || hostPort(spec) !== undefined) return;
    report(
      [...at, 'containerPort'],
      `the controller registers one port of every host, and ECS chooses another for each task; write hostPort for containerPort ${wanted}, or SRV records alone with registration: ecs`,
    );
    return;
  }
  const valid = ports.length === 0 ? 'there are none' : `mapped are ${[...new Set(ports)].join(', ')}`;
  report(
    [...at, port === undefined ? 'containerPort' : 'port'],
    `${wanted} is no containerPort of ${containerName ?? 'any container'}'s portMappings; ${valid}`,
  );
}

const instances = check(['serviceDiscovery', 'desiredCount', 'scaling'], (spec, { report }) => {
  if (spec.serviceDiscovery === undefined) return;
  const { desiredCount = 0, scaling } = spec;
  const counts = [
    { at: ['spec', 'desiredCount'], count: desiredCount },
    { at: ['spec', 'scaling', 'max'], count: typeof scaling === 'object' ? scaling.max : 0 },
  ];
  for (const { at, count } of counts) {
    if (count <= MAX_INSTANCES) continue;
    report(at, `a service in service discovery can have at most ${MAX_INSTANCES} tasks`);
  }
});

/** ECS takes none of these any more, by AWS's dates (ECS developer guide, platform version deprecation). */
const RETIRED = /^1\.[0-2]\./;
/** Its last day in any partition was 30 June 2026. */
const RETIRED_LAST = '1.3.0';

/** What Fargate with Windows has beside LATEST (ECS developer guide, Fargate platform versions). */
const WINDOWS_VERSION = '1.0.0';

const platform = check(['platformVersion'], ({ platformVersion = 'LATEST' }, subject) => {
  const { report, warn } = subject;
  const at = ['spec', 'platformVersion'];
  const onWindows = saidIn(subject, ON_WINDOWS);
  if (onWindows !== undefined) {
    if (platformVersion === 'LATEST' || platformVersion === WINDOWS_VERSION) return;
    report(
      at,
      `ECS refuses platform version ${platformVersion} with ${onWindows.as}; write ${WINDOWS_VERSION}, or remove it for the latest`,
    );
  } else if (RETIRED.test(platformVersion)) {
    report(
      at,
      `AWS has retired platform version ${platformVersion}; write 1.4.0, or remove it for the latest`,
    );
  } else if (platformVersion === RETIRED_LAST) {
    warn(
      at,
      `AWS has retired platform version ${platformVersion} and starts no tasks on it; write 1.4.0, or remove it for the latest`,
    );
  }
});

export const daemonServiceChecks = [
  ...taskChecks,
  ...launchTypeChecks,
  ...schedulingChecks,
  ...capacityChecks,
  ...networkModeChecks,
  ...volumeChecks,
  ...volumeConfigurationChecks,
  ...trafficChecks,
  ...rolloutChecks,
  ...monitoringChecks,
  ...proxyChecks,
  ...containerChecks,
  ...securityGroupChecks,
  ...consumerChecks,
  retention,
  ...roleChecks,
  noLogs,
  discovery,
  instances,
  platform,
  ...scalingChecks,
];
