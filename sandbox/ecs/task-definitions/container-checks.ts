import type {
  ContainerDefinition,
  HealthCheck,
  PortMapping,
  RegisterTaskDefinitionCommandInput,
} from '@aws-sdk/client-ecs';
import { clientError } from '../errors.ts';
import { ECS_NAME } from '../names.ts';
import { checkLogOptions } from './log-options.ts';
import type { TaskSize } from './size.ts';

/** What Docker needs at least (API reference, ContainerDefinition). */
const LEAST_MEMORY_MIB = 6;
const MOST_PORTS = 100;
const MOST_ENVIRONMENT_FILES = 10;
const MOST_IN_IMAGE = 255;
const IMAGE = /^[A-Za-z0-9._:/#-]+$/;
/** API reference, Ulimit. */
const ULIMITS: readonly string[] =
  'core cpu data fsize locks memlock msgqueue nice nofile nproc rss rtprio rttime sigpending stack'.split(
    ' ',
  );
/** Container settings that mean nothing where the task has its own network, and what AWS calls them. */
const REFUSED_IN_AWSVPC = [
  ['disableNetworking', 'Disable Networking is not supported on container when networkMode=awsvpc.'],
  ['dnsSearchDomains', 'DNS search domains are not supported on container when networkMode=awsvpc.'],
  ['dnsServers', 'DNS servers are not supported on container when networkMode=awsvpc.'],
  ['extraHosts', 'Extra hosts are not supported on container when networkMode=awsvpc.'],
  ['hostname', 'hostname is not supported on container when networkMode=awsvpc.'],
  ['links', 'Links are not supported when networkMode=awsvpc.'],
] as const satisfies readonly (readonly [keyof ContainerDefinition, string])[];

/** Whether a member says something: it is true, or not empty. */
export function isSet(value: unknown): boolean {
  return value === true || ((typeof value === 'string' || Array.isArray(value)) && value.length > 0);
}

/** What every launch type asks of one container. Throws ClientException. */
export function checkContainer(
  container: ContainerDefinition,
  input: RegisterTaskDefinitionCommandInput,
  size: TaskSize,
): void {
  if (!container.name) throw clientError('Container.name should not be null or empty.');
  if (!ECS_NAME.test(container.name)) throw clientError('Container.name contains invalid characters.');
  checkImage(container.image);
  const setting = `Invalid setting for container '${container.name}'.`;
  checkWords(container, setting);
  checkSize(container, size, setting);
  checkVariables(container, input.executionRoleArn, setting);
  for (const { name } of container.ulimits ?? []) {
    // AWS's text (Shippable/support#3699).
    if (name === undefined || !ULIMITS.includes(name)) throw clientError(`Unrecognized ulimit name ${name}`);
  }
  if ((container.environmentFiles ?? []).length > MOST_ENVIRONMENT_FILES) {
    throw clientError(
      'The maximum number of environment files was exceeded. Specify ten or less and try again.',
    );
  }
  const volumes = new Set((input.volumes ?? []).map(({ name }) => name));
  for (const { sourceVolume } of container.mountPoints ?? []) {
    if (!volumes.has(sourceVolume)) throw clientError(`Unknown volume '${sourceVolume}'.`);
  }
  const { portMappings = [], healthCheck } = container;
  if (portMappings.length > MOST_PORTS) throw clientError(`${setting} Too many port mappings.`);
  for (const mapping of portMappings) checkPort(mapping, input.networkMode, container, setting);
  if (healthCheck !== undefined) checkHealthCheck(healthCheck, setting);
  checkLogOptions(container);
  if (input.networkMode !== 'awsvpc') return;
  for (const [name, refusal] of REFUSED_IN_AWSVPC) {
    if (isSet(container[name])) throw clientError(refusal);
  }
}

/** Settings that are one of a few words (API reference, ContainerDefinition). */
function checkWords(container: ContainerDefinition, setting: string): void {
  const { versionConsistency, firelensConfiguration, resourceRequirements = [] } = container;
  for (const [name, value, known] of [
    ['versionConsistency', versionConsistency, ['enabled', 'disabled']],
    ['firelensConfiguration.type', firelensConfiguration?.type, ['fluentd', 'fluentbit']],
    ...resourceRequirements.map(
      ({ type }) => ['resourceRequirements.type', type, ['GPU', 'InferenceAccelerator']] as const,
    ),
  ] as const) {
    if (value !== undefined && !(known as readonly string[]).includes(value)) {
      throw clientError(`${setting} '${name}' should be one of [${known.join(',')}]`);
    }
  }
}

/**
 * The limit is for what stands before a digest (API reference, ContainerDefinition). AWS's texts: terraform-provider-aws#22629,
 * amazon-ecs-cli#196, amazon-ecs-deploy-task-definition#584.
 */
function checkImage(image: string | undefined): void {
  if (!image) throw clientError('Container.image should not be null or empty.');
  const [named = '', ...digests] = image.split('@');
  const what = digests.length === 0 ? 'Container.image' : 'Container.image repository';
  if (named === '') throw clientError(`${what} should not be null or empty.`);
  if (named.length > MOST_IN_IMAGE)
    throw clientError(`${what} should be ${MOST_IN_IMAGE} characters or less`);
  if (!IMAGE.test(named) || digests.length > 1) throw clientError(`${what} contains invalid characters.`);
}

function checkSize(container: ContainerDefinition, size: TaskSize, setting: string): void {
  const { cpu = 0, memory, memoryReservation } = container;
  if (cpu < 0) throw clientError(`${setting} 'cpu' must not be negative.`);
  if (memory === undefined && memoryReservation === undefined && size.memory === undefined) {
    throw clientError(`${setting} At least one of 'memory' or 'memoryReservation' must be specified.`);
  }
  for (const [name, value] of [
    ['memory', memory],
    ['memoryReservation', memoryReservation],
  ] as const) {
    if (value !== undefined && value < LEAST_MEMORY_MIB) {
      throw clientError(`${setting} '${name}' must be at least ${LEAST_MEMORY_MIB}.`);
    }
  }
  // Equal is taken, whatever the API reference says (awsdocs/amazon-ecs-developer-guide#242).
  if (memory !== undefined && memoryReservation !== undefined && memory < memoryReservation) {
    throw clientError(`${setting} The 'memory' setting must be greater than 'memoryReservation'.`);
  }
  if (size.memory !== undefined && (memory ?? 0) > size.memory) {
    // AWS's text (pulumi-awsx#1220).
    throw clientError(`The 'memory' setting for container '${container.name}' is greater than for the task.`);
  }
  for (const name of ['startTimeout', 'stopTimeout'] as const) {
    if ((container[name] ?? 0) < 0) throw clientError(`${setting} '${name}' must not be negative.`);
  }
}

/** What ECS takes for a parameter's name, as all is that is no ARN of a secret or parameter. */
const PARAMETER_NAME = /^[A-Za-z0-9_.\-/]{1,2048}$/;
const SECRET_ARN =
  /^arn:[a-z-]+:(?:secretsmanager:[a-z0-9-]+:\d{12}:secret:.+|ssm:[a-z0-9-]+:\d{12}:parameter\/[A-Za-z0-9_.\-/]+)$/;

function checkVariables(
  { secrets = [], environment = [], repositoryCredentials }: ContainerDefinition,
  executionRoleArn: string | undefined,
  setting: string,
): void {
  for (const { name } of environment) {
    if (!name) throw clientError(`${setting} Environment variable names should not be null or empty.`);
  }
  const named = new Set(environment.map(({ name }) => name));
  for (const { name, valueFrom } of secrets) {
    if (!name || !valueFrom) {
      throw clientError('Secret.name and Secret.valueFrom should not be null or empty.');
    }
    // AWS's texts: dagster#11622, containers-roadmap#859.
    if (named.has(name)) {
      throw clientError(
        `The secret name must be unique and not shared with any new or existing environment variables set on the container, such as '${name}'.`,
      );
    }
    if (!SECRET_ARN.test(valueFrom) && !PARAMETER_NAME.test(valueFrom)) {
      throw clientError(
        `The Systems Manager parameter name specified for secret ${name} is invalid. The parameter name can be up to 2048 characters and include the following letters and symbols: a-zA-Z0-9_.-`,
      );
    }
    named.add(name);
  }
  if (executionRoleArn !== undefined) return;
  const needed = "you must also specify a value for 'executionRoleArn'.";
  if (secrets.length > 0) throw clientError(`When you are specifying container secrets, ${needed}`);
  if (repositoryCredentials !== undefined) {
    throw clientError(`When you are specifying repository credentials, ${needed}`);
  }
}

function checkPort(
  mapping: PortMapping,
  networkMode: string | undefined,
  container: ContainerDefinition,
  setting: string,
): void {
  const { containerPort, hostPort, protocol = 'tcp', appProtocol, name, containerPortRange } = mapping;
  if (protocol !== 'tcp' && protocol !== 'udp') {
    throw clientError(`${setting} 'protocol' must be tcp or udp.`);
  }
  if (appProtocol !== undefined && name === undefined) {
    throw clientError(`${setting} A port mapping with 'appProtocol' must have a 'name'.`);
  }
  if (containerPortRange !== undefined) {
    if (containerPort !== undefined || hostPort !== undefined) {
      throw clientError(`${setting} You cannot specify both single port and port range.`);
    }
    const [, first = '', last = ''] = /^(\d{1,5})-(\d{1,5})$/.exec(containerPortRange) ?? [];
    if (!isPort(Number(first)) || !isPort(Number(last)) || Number(first) >= Number(last)) {
      throw clientError(`${setting} Invalid 'containerPortRange' setting.`);
    }
    return;
  }
  if (containerPort === undefined || !isPort(containerPort)) {
    // AWS's text (aws-cli#7288, aws-cdk#8762).
    throw clientError(`Invalid 'containerPort' setting for container '${container.name}'.`);
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

function isPort(port: number): boolean {
  return Number.isInteger(port) && port >= 1 && port <= 65_535;
}

/** Bounds: API reference, HealthCheck. A command that begins with neither CMD nor CMD-SHELL is taken (aws-cdk#34389). */
function checkHealthCheck(check: HealthCheck, setting: string): void {
  const [type, ...command] = check.command ?? [];
  if (type === undefined || ((type === 'CMD' || type === 'CMD-SHELL') && command.length === 0)) {
    throw clientError(`${setting} The health check command should not be empty.`);
  }
  for (const [name, value, least, most] of [
    ['interval', check.interval, 5, 300],
    ['timeout', check.timeout, 2, 60],
    ['retries', check.retries, 1, 10],
    ['startPeriod', check.startPeriod, 0, 300],
  ] as const) {
    if (value !== undefined && (value < least || value > most)) {
      throw clientError(`${setting} The health check '${name}' must be between ${least} and ${most}.`);
    }
  }
}
