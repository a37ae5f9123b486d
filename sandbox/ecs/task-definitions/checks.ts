import type { ContainerDefinition, RegisterTaskDefinitionCommandInput } from '@aws-sdk/client-ecs';
import { clientError } from '../errors.ts';
import { whyNoExpression } from '../instances/expressions.ts';
import { ECS_NAME } from '../names.ts';
import { checkContainer } from './container-checks.ts';
import { checkDependencies } from './dependencies.ts';
import { checkRouters } from './firelens.ts';
import { checkNetworkMode, networkModeOf } from './network-modes.ts';
import { checkPortsTogether } from './ports.ts';
import { checkProxy } from './proxy.ts';
import { checkResources } from './resources.ts';
import type { TaskSize } from './size.ts';
import { refuseRepeated, requireWord } from './values.ts';
import { checkVolumes } from './volumes.ts';

const MOST_CONTAINERS = 10;
/** Quota "Task definition size limit", 64 KiB. */
const MOST_BYTES = 65_536;
const COMPATIBILITIES = ['EC2', 'FARGATE', 'EXTERNAL', 'MANAGED_INSTANCES'];
/** API reference, RegisterTaskDefinition. */
const MOST_PLACEMENT_CONSTRAINTS = 10;
/** API reference, RuntimePlatform. */
const OPERATING_SYSTEM =
  /^(LINUX|WINDOWS_SERVER_(2016_FULL|2004_CORE|20H2_CORE|(2019|2022|2025)_(CORE|FULL)))$/;

/** What every launch type asks of a definition. Throws ClientException. */
export function checkTaskDefinition(input: RegisterTaskDefinitionCommandInput, size: TaskSize): void {
  if (!input.family) throw clientError('Family should not be null or empty.');
  if (!ECS_NAME.test(input.family)) throw clientError('Family contains invalid characters.');
  const bytes = Buffer.byteLength(JSON.stringify(input));
  if (bytes > MOST_BYTES) {
    throw clientError(`Actual length: '${bytes}'. Max allowed length is '${MOST_BYTES}' bytes.`);
  }
  checkTaskSettings(input);
  const containers = input.containerDefinitions ?? [];
  if (containers.length === 0) throw clientError('Container list cannot be empty.');
  if (containers.length > MOST_CONTAINERS) throw clientError('Too many containers.');
  for (const container of containers) checkContainer(container, input, size);
  refuseRepeated(
    containers.map(({ name }) => name),
    'Container names must be unique within a task definition.',
  );
  if (!containers.some(({ essential }) => essential ?? true)) {
    throw clientError("Task definition doesn't have any essential container.");
  }
  checkDependencies(containers);
  checkSums(containers, size);
  checkPortsTogether(input);
  checkRouters(containers);
  checkResources(containers);
  checkProxy(input);
}

function checkTaskSettings(input: RegisterTaskDefinitionCommandInput): void {
  checkNetworkMode(input);
  for (const compatibility of input.requiresCompatibilities ?? []) {
    requireWord('Compatibility', compatibility, COMPATIBILITIES);
  }
  requireWord('PID mode', input.pidMode, ['host', 'task']);
  requireWord('IPC mode', input.ipcMode, ['host', 'task', 'none']);
  const { cpuArchitecture = 'X86_64', operatingSystemFamily = 'LINUX' } = input.runtimePlatform ?? {};
  if (cpuArchitecture !== 'X86_64' && cpuArchitecture !== 'ARM64') {
    throw clientError(`CPU architecture ${cpuArchitecture as string} is not valid.`);
  }
  if (!OPERATING_SYSTEM.test(operatingSystemFamily)) {
    throw clientError(`Operating system family ${operatingSystemFamily} is not valid.`);
  }
  checkStorage(input);
  if ((input.inferenceAccelerators ?? []).length > 0) {
    throw clientError("Unsupported field 'inferenceAccelerators'.");
  }
  checkVolumes(input);
  checkPlacement(input);
}

/**
 * Storage is given to what is for Fargate, whatever else it is for, or can be (AWS's texts: cdk-preflight, measured in September 2026 of a
 * definition for EC2 behind a bridge).
 */
function checkStorage(input: RegisterTaskDefinitionCommandInput): void {
  const { ephemeralStorage, requiresCompatibilities = [] } = input;
  if (ephemeralStorage === undefined) return;
  const [launchType = 'EC2'] = requiresCompatibilities;
  const isForFargate =
    requiresCompatibilities.length === 0
      ? networkModeOf(input) === 'awsvpc'
      : requiresCompatibilities.includes('FARGATE');
  if (!isForFargate) {
    throw clientError(`Tasks using the ${launchType} launch type do not support EphemeralStorage.`);
  }
  const { sizeInGiB = 0 } = ephemeralStorage;
  if (sizeInGiB < 21) throw clientError('EphemeralStorage size should be at least 21.');
  if (sizeInGiB > 200) throw clientError('EphemeralStorage size should be at most 200.');
}

/** Constraints are expressions of the cluster query language; what they are true of is seen where tasks are placed. */
function checkPlacement({ placementConstraints = [] }: RegisterTaskDefinitionCommandInput): void {
  if (placementConstraints.length > MOST_PLACEMENT_CONSTRAINTS) {
    throw clientError(`placementConstraints can have at most ${MOST_PLACEMENT_CONSTRAINTS} items.`);
  }
  for (const { type, expression } of placementConstraints) {
    requireWord('Placement constraint type', type ?? '', ['memberOf']);
    if (!expression) throw clientError('constraint.expression should not be null or empty.');
    const why = whyNoExpression(expression);
    if (why !== undefined) throw clientError(why);
  }
}

/** What is reserved counts, not hard limits. AWS's texts: aws-cdk#1553, dreamkast-infra#4766. */
function checkSums(containers: readonly ContainerDefinition[], size: TaskSize): void {
  const cpu = containers.reduce((sum, container) => sum + (container.cpu ?? 0), 0);
  if (size.cpu !== undefined && cpu > size.cpu) {
    throw clientError(
      "The sum of all container 'cpu' values cannot be greater than the value of the task 'cpu'.",
    );
  }
  const memory = containers.reduce((sum, { memory, memoryReservation }) => {
    return sum + (memoryReservation ?? memory ?? 0);
  }, 0);
  if (size.memory !== undefined && memory > size.memory) {
    throw clientError(
      "The sum of all container 'memoryReservation' values cannot be greater than the value of the task 'memory'.",
    );
  }
}
