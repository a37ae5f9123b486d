import type { ServiceRegistry } from '@aws-sdk/client-ecs';
import type { CallContext } from '../../call.ts';
import { findDiscoveryServiceByArn } from '../../servicediscovery/instances.ts';
import { invalidParameter } from '../errors.ts';
import type { RunsOn, TaskDefinitionRecord } from '../state.ts';
import { checkContainerPort } from './container-ports.ts';

/**
 * Reads at most one registry, which exists and has records that the tasks can have; SRV records need a port, which no other records take
 * from a container. In the host's network and behind a bridge there are only SRV records, of a container's port; without a network, and on
 * instances of one's own, there are none (reference: ECS ↔ Cloud Map). Throws InvalidParameterException.
 */
export function readRegistries(
  context: CallContext,
  registries: readonly ServiceRegistry[],
  taskDefinition: TaskDefinitionRecord,
  launchType: RunsOn,
): ServiceRegistry[] {
  if (registries.length > 1) throw invalidParameter('service registries can have at most 1 items.');
  if (registries.length > 0 && launchType === 'EXTERNAL') {
    throw invalidParameter('Service registries are not supported with EXTERNAL launch type.');
  }
  for (const registry of registries) checkRegistry(context, registry, taskDefinition);
  return registries.map((registry) => ({ ...registry }));
}

function checkRegistry(
  context: CallContext,
  registry: ServiceRegistry,
  taskDefinition: TaskDefinitionRecord,
): void {
  const { registryArn = '', port, containerName, containerPort } = registry;
  const discoveryService = findDiscoveryServiceByArn(context.state.servicediscovery, registryArn);
  if (discoveryService === undefined) {
    throw invalidParameter(`Service registry ${registryArn} was not found.`);
  }
  const which = `Registry: ${registryArn}`;
  checkNetworkMode(taskDefinition, registry);
  const types = discoveryService.dnsRecordTypes;
  if (types.includes('CNAME')) {
    throw invalidParameter(`Service registries with records of type CNAME are not supported. ${which}`);
  }
  if (taskDefinition.definition.networkMode !== 'awsvpc') refuseAddresses(taskDefinition, types, which);
  const takesContainer = containerName !== undefined || containerPort !== undefined;
  if (port !== undefined && takesContainer) {
    throw invalidParameter(
      `Specify a value for either 'port' or the 'containerName' and 'containerPort' combination, but not both. Remove one and retry. ${which}`,
    );
  }
  if (takesContainer && !types.includes('SRV')) {
    throw invalidParameter(
      `The values specified for serviceRegistries do not require a value for '${containerPort === undefined ? 'containerName' : 'containerPort'}'. Remove the value and retry. ${which}`,
    );
  }
  if (types.includes('SRV') && port === undefined && (containerName ?? containerPort) === undefined) {
    throw invalidParameter(
      `When specifying a service registry with SRV records, a value for 'port' or for 'containerName' and 'containerPort' is needed. ${which}`,
    );
  }
  if (port !== undefined && (port < 1 || port > 65_535)) {
    throw invalidParameter(`'port' must be between 1 and 65535. ${which}`);
  }
  if (!takesContainer) return;
  if (containerName === undefined || containerPort === undefined) {
    throw invalidParameter(`'containerName' and 'containerPort' must be specified together. ${which}`);
  }
  checkContainerPort(taskDefinition, containerName, containerPort);
}

/** Addresses of containers that share their host's are no help without the port (developer guide, service discovery); the text is the sandbox's. */
function refuseAddresses(
  { definition: { networkMode } }: TaskDefinitionRecord,
  types: readonly string[],
  which: string,
): void {
  const refused = types.filter((type) => type !== 'SRV');
  if (refused.length === 0) return;
  throw invalidParameter(
    `Service registries with records of type ${refused.join(', ')} are not supported when networkMode '${networkMode}' is specified. ${which}`,
  );
}

/** AWS's text: techservicesillinois/terraform-aws-ecs-service#16. */
function checkNetworkMode(
  { definition: { networkMode } }: TaskDefinitionRecord,
  { containerName, containerPort }: ServiceRegistry,
): void {
  if (networkMode === 'awsvpc') return;
  if (networkMode === 'none') {
    throw invalidParameter("Service registries are not supported when networkMode 'none' is specified.");
  }
  if (containerName !== undefined && containerPort !== undefined) return;
  throw invalidParameter(
    "When specifying 'host' or 'bridge' for networkMode, values for 'containerName' and 'containerPort' must be specified from the task definition.",
  );
}
