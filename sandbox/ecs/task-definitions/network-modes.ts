import type {
  ContainerDefinition,
  NetworkMode,
  RegisterTaskDefinitionCommandInput,
} from '@aws-sdk/client-ecs';
import { clientError } from '../errors.ts';
import { isSet, requireWord } from './values.ts';

const NETWORK_MODES = ['awsvpc', 'bridge', 'host', 'none'];

/** Container settings that mean nothing where the task has its own network, and what AWS calls them (cdk-preflight, measured in 2026). */
const REFUSED_IN_AWSVPC = [
  ['disableNetworking', 'Disable Networking is not supported on container when networkMode=awsvpc.'],
  ['dnsSearchDomains', 'DNS search domains are not supported on container when networkMode=awsvpc.'],
  ['dnsServers', 'DNS servers are not supported on container when networkMode=awsvpc.'],
  ['extraHosts', 'Extra hosts are not supported on container when networkMode=awsvpc.'],
  ['hostname', 'hostname is not supported on container when networkMode=awsvpc.'],
] as const satisfies readonly (readonly [keyof ContainerDefinition, string])[];

/**
 * The network mode that a definition means: bridge, or awsvpc where it is for managed instances alone (developer guide, task definition
 * parameters, and the same for Amazon ECS Managed Instances).
 */
export function networkModeOf({
  networkMode,
  requiresCompatibilities = [],
}: RegisterTaskDefinitionCommandInput): NetworkMode {
  if (networkMode !== undefined) return networkMode;
  const isManaged = requiresCompatibilities.some((type) => type === 'MANAGED_INSTANCES');
  return isManaged && requiresCompatibilities.length === 1 ? 'awsvpc' : 'bridge';
}

/** Faults are injected into networks that are a task's own or the host's, of Linux (developer guide, fault injection). Throws ClientException. */
export function checkNetworkMode(definition: RegisterTaskDefinitionCommandInput): void {
  requireWord('Network mode', definition.networkMode, NETWORK_MODES);
  if (definition.enableFaultInjection !== true) return;
  const networkMode = networkModeOf(definition);
  if (networkMode !== 'awsvpc' && networkMode !== 'host') {
    throw clientError(`Fault injection is not supported when networkMode=${networkMode}.`);
  }
  const { operatingSystemFamily = 'LINUX' } = definition.runtimePlatform ?? {};
  if (operatingSystemFamily !== 'LINUX') {
    throw clientError(
      `Fault injection is not supported with operatingSystemFamily ${operatingSystemFamily}.`,
    );
  }
}

/**
 * What a container may say about a network. Links are for bridges and name other containers, as `name` or `name:alias`
 * (API reference, ContainerDefinition). Throws ClientException.
 */
export function checkContainerNetwork(
  container: ContainerDefinition,
  definition: RegisterTaskDefinitionCommandInput,
): void {
  const networkMode = networkModeOf(definition);
  const { name, links = [], extraHosts = [] } = container;
  if (links.length > 0 && networkMode !== 'bridge') {
    throw clientError(`Links are not supported when networkMode=${networkMode}.`);
  }
  for (const link of links) {
    const [linked = ''] = link.split(':');
    const isKnown = definition.containerDefinitions?.some((other) => other.name === linked) === true;
    if (!isKnown || linked === name) {
      throw clientError(`Container '${name}' cannot link to container '${linked}'.`);
    }
  }
  for (const { hostname, ipAddress } of extraHosts) {
    if (!hostname || !ipAddress) {
      throw clientError('HostEntry.hostname and HostEntry.ipAddress should not be null or empty.');
    }
  }
  if (networkMode !== 'awsvpc') return;
  for (const [member, refusal] of REFUSED_IN_AWSVPC) {
    if (isSet(container[member])) throw clientError(refusal);
  }
}
