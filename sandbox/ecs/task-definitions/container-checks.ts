import type { ContainerDefinition, RegisterTaskDefinitionCommandInput } from '@aws-sdk/client-ecs';
import { clientError } from '../errors.ts';
import { ECS_NAME } from '../names.ts';
import { checkRouter } from './firelens.ts';
import { checkLifetime } from './lifetimes.ts';
import { checkLinuxParameters } from './linux-parameters.ts';
import { checkLogs } from './log-options.ts';
import { checkContainerNetwork } from './network-modes.ts';
import { checkPorts } from './ports.ts';
import type { TaskSize } from './size.ts';
import { checkSystemControls } from './system-controls.ts';
import { requireWord } from './values.ts';
import { checkVariables } from './variables.ts';
import { checkMounts } from './volumes.ts';

/** What Docker needs at least (API reference, ContainerDefinition). */
const LEAST_MEMORY_MIB = 6;
const MOST_IN_IMAGE = 255;
const IMAGE = /^[A-Za-z0-9._:/#-]+$/;
/** API reference, Ulimit. */
const ULIMITS: readonly string[] =
  'core cpu data fsize locks memlock msgqueue nice nofile nproc rss rtprio rttime sigpending stack'.split(
    ' ',
  );
/** API reference, ContainerDefinition, dockerSecurityOptions and credentialSpecs. */
const SECURITY_OPTION = /^(no-new-privileges|(apparmor|label|credentialspec):.+)$/;
const CREDENTIAL_SPEC = /^credentialspec(domainless)?:arn:[a-z-]+:(s3|ssm):.+$/;

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
  checkSize(container, size, setting);
  checkVariables(container, input.executionRoleArn, setting);
  checkSecurity(container, setting);
  checkMounts(container, input);
  checkPorts(container, input);
  checkLinuxParameters(container, setting);
  checkSystemControls(container, input, setting);
  checkLifetime(container, setting);
  checkLogs(container, input.executionRoleArn);
  checkRouter(container, setting);
  checkContainerNetwork(container, input);
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
  // Equal is taken, whatever the API reference says (awsdocs/amazon-ecs-developer-guide#242; AWS's text: cdk-preflight).
  if (memory !== undefined && memoryReservation !== undefined && memory < memoryReservation) {
    throw clientError(`${setting} 'memory' must be greater than or equal to 'memoryReservation'.`);
  }
  if (size.memory !== undefined && (memory ?? 0) > size.memory) {
    // AWS's text (pulumi-awsx#1220).
    throw clientError(`The 'memory' setting for container '${container.name}' is greater than for the task.`);
  }
}

/** Limits, security options and credential specs, and whether tags of images stay (API reference, ContainerDefinition). */
function checkSecurity(container: ContainerDefinition, setting: string): void {
  const { ulimits = [], dockerSecurityOptions = [], credentialSpecs = [], versionConsistency } = container;
  for (const { name } of ulimits) {
    // AWS's text (Shippable/support#3699).
    if (name === undefined || !ULIMITS.includes(name)) throw clientError(`Unrecognized ulimit name ${name}`);
  }
  for (const option of dockerSecurityOptions) {
    if (!SECURITY_OPTION.test(option)) {
      throw clientError(`${setting} The security option ${option} is not supported.`);
    }
  }
  if (credentialSpecs.length > 1) throw clientError(`${setting} 'credentialSpecs' can have at most 1 items.`);
  for (const spec of credentialSpecs) {
    if (!CREDENTIAL_SPEC.test(spec))
      throw clientError(`${setting} The credential spec ${spec} is not valid.`);
  }
  requireWord(`${setting} 'versionConsistency'`, versionConsistency, ['enabled', 'disabled']);
}
