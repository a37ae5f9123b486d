import type {
  CapacityProviderStrategyItem,
  CreateServiceCommandInput,
  LaunchType,
  PropagateTags,
  RunTaskCommandInput,
  UpdateServiceCommandInput,
} from '@aws-sdk/client-ecs';
import type { CallContext } from '../../call.ts';
import { isFargate, readStrategy } from '../clusters/capacity-strategies.ts';
import { clientError, invalidParameter, requireOneOf } from '../errors.ts';
import type { ClusterRecord, RunsOn, ServiceRecord, TaskDefinitionRecord } from '../state.ts';
import { findTaskDefinition, isUsable } from '../task-definitions/store.ts';
import { checkDaemonLaunch, checkDaemonSettings, refuseProviders } from './daemon-settings.ts';

/** Quota "Tasks per service". */
const MOST_TASKS = 5000;
const MOST_GRACE_PERIOD_S = 2_147_483_647;
const LAUNCH_TYPES = ['EC2', 'FARGATE', 'EXTERNAL', 'MANAGED_INSTANCES'];
const CONTROLLERS = ['ECS', 'CODE_DEPLOY', 'EXTERNAL'];

type CapacityInput = Pick<RunTaskCommandInput, 'launchType' | 'capacityProviderStrategy'>;
type ServiceInput = CreateServiceCommandInput | UpdateServiceCommandInput;

function refuse(what: string): never {
  throw invalidParameter(`${what} The sandbox does not have it.`);
}

/** What this sandbox does not run, said plainly instead of accepted and ignored. Throws InvalidParameterException. */
export function refuseUnserved(input: ServiceInput): void {
  const controller = input.deploymentController?.type ?? 'ECS';
  requireOneOf('Deployment controller', controller, CONTROLLERS);
  if (controller !== 'ECS') refuse(`The deployment controller ${controller} is not available.`);
  if ((input.vpcLatticeConfigurations ?? []).length > 0) refuse('There is no VPC Lattice.');
  if ((input.gatewayConnectors ?? []).length > 0) refuse('There are no gateways.');
  const { strategy = 'ROLLING' } = input.deploymentConfiguration ?? {};
  if (strategy !== 'ROLLING') refuse(`The deployment strategy ${strategy} is not available.`);
}

/** What only a creation says: how tasks are scheduled and launched. Throws InvalidParameterException. */
export function checkScheduling(cluster: ClusterRecord, input: CreateServiceCommandInput): void {
  const { schedulingStrategy = 'REPLICA', launchType } = input;
  requireOneOf('Scheduling strategy', schedulingStrategy, ['REPLICA', 'DAEMON']);
  if (launchType !== undefined) requireOneOf('launch type', launchType, LAUNCH_TYPES);
  // An empty one is none: Ansible sends it.
  if (input.role !== undefined && input.role !== '') {
    throw invalidParameter('You cannot specify an IAM role for services that require a service linked role.');
  }
  if (schedulingStrategy === 'DAEMON') {
    checkDaemonLaunch(cluster, input);
    checkDaemonSettings(input);
  }
  checkLaunch(input);
}

/** Checks that tasks are launched by launch type or by capacity provider strategy, not both. Throws InvalidParameterException. */
export function checkLaunch({ launchType, capacityProviderStrategy = [] }: CapacityInput): void {
  if (launchType !== undefined) requireOneOf('launch type', launchType, LAUNCH_TYPES);
  if (launchType === 'MANAGED_INSTANCES') refuse(`The launch type ${launchType} is not available.`);
  if (launchType !== undefined && capacityProviderStrategy.length > 0) {
    throw invalidParameter(
      'Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again.',
    );
  }
}

/** What tasks run on: where there is a strategy, on what its providers are, and no launch type means EC2 (API reference, CreateService). */
export function runsOn(
  strategy: readonly CapacityProviderStrategyItem[],
  launchType: LaunchType | undefined,
): RunsOn {
  if (strategy.length > 0) return strategy.every(isFargate) ? 'FARGATE' : 'EC2';
  if (launchType === 'FARGATE') return 'FARGATE';
  return launchType === 'EXTERNAL' ? 'EXTERNAL' : 'EC2';
}

/** A strategy of the cluster's own providers; none for a launch type. */
export function readCapacity(cluster: ClusterRecord, input: CapacityInput): CapacityProviderStrategyItem[] {
  if (input.launchType !== undefined) return [];
  const asked = input.capacityProviderStrategy ?? [];
  const strategy = asked.length > 0 ? asked : cluster.defaultCapacityProviderStrategy;
  return readStrategy(strategy, cluster.capacityProviders);
}

/** An empty strategy goes back to the launch type. */
export function readUpdatedCapacity(
  { cluster, options, schedulingStrategy }: ServiceRecord,
  { capacityProviderStrategy: asked }: UpdateServiceCommandInput,
): CapacityProviderStrategyItem[] {
  if (asked === undefined) return options.capacityProviderStrategy;
  if (schedulingStrategy === 'DAEMON') refuseProviders(asked);
  return readStrategy(asked, cluster.capacityProviders);
}

/** A revision that may be used and can run there. Throws ClientException, InvalidParameterException. */
export function readTaskDefinition(
  context: CallContext,
  reference: string | undefined,
  launchType: RunsOn,
): TaskDefinitionRecord {
  const found = reference === undefined ? undefined : findTaskDefinition(context, reference);
  if (found === undefined) throw clientError('TaskDefinition not found.');
  if (!isUsable(context, found)) throw clientError('TaskDefinition is inactive');
  requireCompatible(found, launchType);
  return found;
}

/** AWS's text: aws-cli#3983. Throws InvalidParameterException. */
export function requireCompatible({ definition }: TaskDefinitionRecord, launchType: RunsOn): void {
  if (definition.compatibilities?.includes(launchType) === true) return;
  throw invalidParameter(`Task definition does not support launch_type ${launchType}.`);
}

export function readDesiredCount(desiredCount: number | undefined): number {
  if (desiredCount === undefined) throw invalidParameter('DesiredCount is missing');
  if (!Number.isInteger(desiredCount) || desiredCount < 0) {
    throw invalidParameter('DesiredCount can not be lesser than 0');
  }
  if (desiredCount > MOST_TASKS) throw invalidParameter(`DesiredCount can not be greater than ${MOST_TASKS}`);
  return desiredCount;
}

export function readPropagateTags(propagateTags: PropagateTags | undefined): PropagateTags {
  const value = propagateTags ?? 'NONE';
  requireOneOf('propagateTags', value, ['SERVICE', 'TASK_DEFINITION', 'NONE']);
  return value;
}

export function readGracePeriod(seconds: number | undefined): number | undefined {
  if (seconds !== undefined && (seconds < 0 || seconds > MOST_GRACE_PERIOD_S)) {
    throw invalidParameter(`healthCheckGracePeriodSeconds must be between 0 and ${MOST_GRACE_PERIOD_S}`);
  }
  return seconds;
}

/** Commands are executed with the task's role. Throws InvalidParameterException. */
export function checkExecuteCommand(
  isEnabled: boolean,
  taskDefinition: TaskDefinitionRecord,
  what: "service couldn't be created" | "service couldn't be updated" | "task couldn't be run",
): void {
  if (!isEnabled || taskDefinition.definition.taskRoleArn !== undefined) return;
  throw invalidParameter(
    `The ${what} because a valid taskRoleArn is not being used. Specify a valid task role in your task definition and try again.`,
  );
}
