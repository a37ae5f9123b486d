import type {
  ContainerDefinition,
  PortMapping,
  RegisterTaskDefinitionCommandInput,
} from '@aws-sdk/client-ecs';
import { clientError } from '../errors.ts';
import { networkModeOf } from './network-modes.ts';
import { isPort, refuseRepeated, requireWord } from './values.ts';

/** Of mappings and of ranges (API reference, PortMapping). */
const MOST_PORTS = 100;
const NAME = /^[a-z0-9_][a-z0-9_-]{0,63}$/;

interface Ports {
  readonly first: number;
  readonly last: number;
  readonly protocol: string;
}

/**
 * What every launch type asks of a container's port mappings (API reference, PortMapping). AWS's texts: aws-cli#7288, aws-cdk#8762, and
 * those of ranges and names as cdk-preflight measured them in September 2026. Throws ClientException.
 */
export function checkPorts(
  { name = '', portMappings = [] }: ContainerDefinition,
  definition: RegisterTaskDefinitionCommandInput,
): void {
  const networkMode = networkModeOf(definition);
  if (portMappings.length > MOST_PORTS) {
    throw clientError(`Invalid setting for container '${name}'. Too many port mappings.`);
  }
  if (portMappings.length > 0 && networkMode === 'none') {
    throw clientError('Port mappings are not supported when networkMode=none.');
  }
  for (const mapping of portMappings) checkMapping(mapping, networkMode, name);
  const ranges = portMappings.filter(({ containerPortRange }) => containerPortRange !== undefined);
  for (const range of ranges) {
    const overlapping = portMappings.some(
      (other) => other !== range && firstShared(range, other) !== undefined,
    );
    if (overlapping && networkMode === 'bridge') throw badRange(name);
  }
}

function badRange(name: string): Error {
  return clientError(`Invalid 'containerPortRange' setting for container '${name}'.`);
}

function checkMapping(mapping: PortMapping, networkMode: string, container: string): void {
  const { containerPort, hostPort, protocol = 'tcp', appProtocol, name, containerPortRange } = mapping;
  const setting = `Invalid setting for container '${container}'.`;
  if (protocol !== 'tcp' && protocol !== 'udp') {
    throw clientError(`${setting} 'protocol' must be tcp or udp.`);
  }
  requireWord(`${setting} 'appProtocol'`, appProtocol, ['http', 'http2', 'grpc']);
  if (appProtocol !== undefined && name === undefined) {
    throw clientError(`${setting} A port mapping with 'appProtocol' must have a 'name'.`);
  }
  if (name !== undefined && !NAME.test(name)) {
    throw clientError(`${setting} The name of a port mapping contains invalid characters: ${name}.`);
  }
  if (containerPortRange !== undefined) {
    if (containerPort !== undefined || hostPort !== undefined) {
      throw clientError(
        `Invalid port mapping for container '${container}', cannot specify both single port and port range.`,
      );
    }
    const { first, last } = portsOf(mapping);
    if (!isPort(first) || !isPort(last) || first >= last || networkMode === 'host') throw badRange(container);
    return;
  }
  if (containerPort === undefined || !isPort(containerPort)) {
    throw clientError(`Invalid 'containerPort' setting for container '${container}'.`);
  }
  if (hostPort !== undefined && hostPort !== 0 && !isPort(hostPort)) {
    throw clientError(`${setting} 'hostPort' must be between 0 and 65535.`);
  }
  const isShared = networkMode === 'awsvpc' || networkMode === 'host';
  if (isShared && hostPort !== undefined && hostPort !== containerPort) {
    throw clientError(
      `When networkMode=${networkMode}, the host ports and container ports in port mappings must match.`,
    );
  }
}

/** NaN where a range is no range. */
function portsOf({ containerPort, containerPortRange, protocol = 'tcp' }: PortMapping): Ports {
  if (containerPortRange === undefined) {
    return { first: containerPort ?? Number.NaN, last: containerPort ?? Number.NaN, protocol };
  }
  const [, first = '', last = ''] = /^(\d{1,5})-(\d{1,5})$/.exec(containerPortRange) ?? [];
  return { first: Number(first || Number.NaN), last: Number(last || Number.NaN), protocol };
}

/** The first port that both mappings take; undefined where they share none. */
function firstShared(one: PortMapping, other: PortMapping): number | undefined {
  const [a, b] = [portsOf(one), portsOf(other)];
  if (a.protocol !== b.protocol || a.last < b.first || b.last < a.first) return undefined;
  return Math.max(a.first, b.first);
}

/** Containers of a task share its ports, except behind a bridge. Throws ClientException. */
export function checkPortsTogether(definition: RegisterTaskDefinitionCommandInput): void {
  const networkMode = networkModeOf(definition);
  const mappings = (definition.containerDefinitions ?? []).flatMap(({ portMappings = [] }) => portMappings);
  refuseRepeated(
    mappings.map(({ name }) => name),
    `When networkMode=${networkMode}, port mapping name is already used`,
  );
  if (networkMode === 'bridge') return;
  for (const [index, mapping] of mappings.entries()) {
    for (const other of mappings.slice(0, index)) {
      const port = firstShared(mapping, other);
      if (port === undefined) continue;
      throw clientError(
        `${portsOf(mapping).protocol.toUpperCase()} container port '${port}' is used multiple times in task when networkMode=${networkMode}.`,
      );
    }
  }
}
