import type { PortMapping, ServiceConnectConfiguration, ServiceConnectService } from '@aws-sdk/client-ecs';
import type { CallContext } from '../../call.ts';
import { requireNamespaceArn } from '../clusters/service-connect-defaults.ts';
import { invalidParameter } from '../errors.ts';
import type { ClusterRecord, RunsOn, TaskDefinitionRecord } from '../state.ts';

const DISCOVERY_NAME = /^[a-z0-9_-]{1,64}$/;
const DNS_NAME = /^[a-z0-9_.-]{1,127}$/;

interface Tasks {
  readonly taskDefinition: TaskDefinitionRecord;
  readonly cluster: ClusterRecord;
  readonly launchType: RunsOn;
  /** Undefined where Service Connect is not used so far. */
  readonly before: ServiceConnectConfiguration | undefined;
}

/**
 * What was asked for of Service Connect, or what is; undefined where it is not used. It is kept, and nothing listens: a namespace that there
 * is, and ports that the task definition names (API reference, ServiceConnectConfiguration and its parts; the text of the override: change log
 * of Terraform's provider; the others are the sandbox's). Throws NamespaceNotFoundException, InvalidParameterException.
 */
export function readServiceConnect(
  context: CallContext,
  asked: ServiceConnectConfiguration | undefined,
  tasks: Tasks,
): ServiceConnectConfiguration | undefined {
  const configuration = asked ?? tasks.before;
  if (configuration?.enabled !== true) return undefined;
  const { networkMode } = tasks.taskDefinition.definition;
  if (networkMode !== 'awsvpc' && networkMode !== 'bridge') {
    throw invalidParameter(
      `Service Connect is not supported when networkMode '${networkMode}' is specified. Use 'awsvpc' or 'bridge'.`,
    );
  }
  if (tasks.launchType === 'EXTERNAL') {
    throw invalidParameter('Service Connect is not supported with EXTERNAL launch type.');
  }
  checkServices(configuration.services ?? [], tasks.taskDefinition);
  if (asked === undefined) return configuration;
  const namespace = asked.namespace ?? tasks.cluster.serviceConnectDefaults?.namespace;
  if (namespace === undefined) {
    throw invalidParameter(
      'A Service Connect namespace must be specified when the cluster has no default namespace.',
    );
  }
  requireNamespaceArn(context, namespace);
  return { ...asked, namespace };
}

function checkServices(
  services: readonly ServiceConnectService[],
  { definition }: TaskDefinitionRecord,
): void {
  const ports = (definition.containerDefinitions ?? []).flatMap(({ portMappings = [] }) => portMappings);
  const names = services.map(({ discoveryName, portName }) => discoveryName ?? portName);
  if (new Set(names).size < names.length) {
    throw invalidParameter('Service Connect discovery names must be unique within a service.');
  }
  for (const service of services) checkService(service, ports);
}

function checkService(service: ServiceConnectService, ports: readonly PortMapping[]): void {
  const { portName = '', discoveryName, clientAliases = [], ingressPortOverride } = service;
  const port = ports.find(({ name }) => name !== undefined && name === portName);
  if (port === undefined) {
    throw invalidParameter(
      `The portName '${portName}' does not match the name of any port mapping in the task definition.`,
    );
  }
  if (port.protocol === 'udp') {
    throw invalidParameter(
      `The port mapping '${portName}' has protocol udp. Service Connect supports tcp only.`,
    );
  }
  if (discoveryName !== undefined && !DISCOVERY_NAME.test(discoveryName)) {
    throw invalidParameter(`The discoveryName '${discoveryName}' contains invalid characters.`);
  }
  if (clientAliases.length > 1) throw invalidParameter('clientAliases can have at most 1 items.');
  for (const alias of clientAliases) {
    requirePort('clientAliases.port', alias.port);
    if (alias.dnsName !== undefined && !DNS_NAME.test(alias.dnsName)) {
      throw invalidParameter(`The dnsName '${alias.dnsName}' contains invalid characters.`);
    }
  }
  if (ingressPortOverride === undefined) return;
  if (ingressPortOverride <= 1024) throw invalidParameter('IngressPortOverride cannot use ports <= 1024');
  requirePort('ingressPortOverride', ingressPortOverride);
}

function requirePort(what: string, port = 0): void {
  if (port < 1 || port > 65_535) throw invalidParameter(`${what} must be between 1 and 65535.`);
}
