import type { ContainerDefinition, RegisterTaskDefinitionCommandInput } from '@aws-sdk/client-ecs';
import { clientError } from '../errors.ts';
import { ECS_NAME } from '../names.ts';
import { checkContainer } from './container-checks.ts';
import type { TaskSize } from './size.ts';

const MOST_CONTAINERS = 10;
/** Quota "Task definition size limit", 64 KiB. */
const MOST_BYTES = 65_536;
const NETWORK_MODES = ['awsvpc', 'bridge', 'host', 'none'];
const COMPATIBILITIES = ['EC2', 'FARGATE', 'EXTERNAL', 'MANAGED_INSTANCES'];

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
  checkPortsTogether(containers, input.networkMode);
  checkRouter(containers);
}

function checkTaskSettings(input: RegisterTaskDefinitionCommandInput): void {
  const { networkMode = 'bridge', requiresCompatibilities = [], volumes = [] } = input;
  if (!NETWORK_MODES.includes(networkMode)) {
    throw clientError(`Network mode should be one of [${NETWORK_MODES.join(',')}]`);
  }
  for (const compatibility of requiresCompatibilities) {
    if (!COMPATIBILITIES.includes(compatibility)) {
      throw clientError(`Compatibility should be one of [${COMPATIBILITIES.join(',')}]`);
    }
  }
  if ((input.inferenceAccelerators ?? []).length > 0) {
    throw clientError("Unsupported field 'inferenceAccelerators'.");
  }
  refuseRepeated(
    volumes.map(({ name }) => name),
    'Volume names must be unique within a task definition.',
  );
}

function refuseRepeated(names: readonly (string | undefined)[], refusal: string): void {
  const given = names.filter((name) => name !== undefined);
  if (new Set(given).size < given.length) throw clientError(refusal);
}

function checkDependencies(containers: readonly ContainerDefinition[]): void {
  const byName = new Map(containers.map((container) => [container.name, container]));
  for (const { name, dependsOn = [] } of containers) {
    for (const { containerName, condition } of dependsOn) {
      const other = byName.get(containerName);
      if (other === undefined) {
        throw clientError(`Cannot depend on container ${containerName} because it does not exist.`);
      }
      if (containerName === name) throw clientError(`Container ${name} cannot depend on itself.`);
      if (condition === 'HEALTHY' && other.healthCheck === undefined) {
        throw clientError('A dependency container with HEALTHY condition must have health check configured.');
      }
      if ((condition === 'COMPLETE' || condition === 'SUCCESS') && (other.essential ?? true)) {
        throw clientError(
          'A dependency container with SUCCESS or COMPLETE condition cannot be an essential container.',
        );
      }
    }
  }
  refuseCycles(containers);
}

/** Takes away containers that wait for nobody left, until none or a cycle remains. */
function refuseCycles(containers: readonly ContainerDefinition[]): void {
  let waiting = containers;
  for (;;) {
    const names = new Set(waiting.map(({ name }) => name));
    const stillWaiting = waiting.filter(({ dependsOn = [] }) =>
      dependsOn.some(({ containerName }) => names.has(containerName)),
    );
    if (stillWaiting.length === 0) return;
    if (stillWaiting.length === waiting.length) throw clientError('Container dependencies form a cycle.');
    waiting = stillWaiting;
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

/** Containers of a task share its ports, except behind a bridge. */
function checkPortsTogether(containers: readonly ContainerDefinition[], networkMode = 'bridge'): void {
  const mappings = containers.flatMap(({ portMappings = [] }) => portMappings);
  refuseRepeated(
    mappings.map(({ name }) => name),
    'The port mapping name is already used.',
  );
  if (networkMode === 'bridge') return;
  refuseRepeated(
    mappings.map(
      ({ containerPort, containerPortRange, protocol = 'tcp' }) =>
        `${containerPort ?? containerPortRange}/${protocol}`,
    ),
    'The container port is used multiple times in task.',
  );
}

function checkRouter(containers: readonly ContainerDefinition[]): void {
  const routers = containers.filter(({ firelensConfiguration }) => firelensConfiguration !== undefined);
  if (routers.length > 1) throw clientError('Only one container can have a firelensConfiguration.');
  const usesRouter = containers.some(({ logConfiguration }) => logConfiguration?.logDriver === 'awsfirelens');
  if (usesRouter && routers.length === 0) {
    throw clientError(
      'When awsfirelens log driver is specified in log configuration, a firelensConfiguration must be specified for one container.',
    );
  }
}
