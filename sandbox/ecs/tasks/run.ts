import type {
  CapacityProviderStrategyItem,
  Failure,
  RunTaskCommandInput,
  RunTaskCommandOutput,
  TaskOverride,
  TaskDefinition,
} from '@aws-sdk/client-ecs';
import { isDeepStrictEqual } from 'node:util';
import type { Answer } from '../../answer.ts';
import type { CallContext } from '../../call.ts';
import { AwsError } from '../../error.ts';
import { roleReadiness } from '../../iam/role-store.ts';
import { ensureServiceLinkedRole } from '../../iam/service-linked-roles.ts';
import { nextProvider } from '../clusters/capacity-strategies.ts';
import { requireActiveCluster } from '../clusters/store.ts';
import { clientError, invalidParameter, requireOneOf, serviceLinkedRoleMissing } from '../errors.ts';
import { demandOf } from '../instances/demand.ts';
import { roleArn } from '../names.ts';
import { failureOf } from '../placement/messages.ts';
import { place, settle, subnetOn } from '../placement/place.ts';
import { readNetwork } from '../services/network.ts';
import { readPlacement } from '../services/placement.ts';
import type { Placement } from '../services/placement.ts';
import { taskContext } from '../services/scheduler.ts';
import {
  checkExecuteCommand,
  checkLaunch,
  readCapacity,
  readTaskDefinition,
  runsOn,
} from '../services/settings.ts';
import { readVolumes } from '../services/volumes.ts';
import type { ClusterRecord, Rollout, RunsOn, TaskLaunch, TaskRecord } from '../state.ts';
import { readTags } from '../tags.ts';
import { whyNotThisSize } from '../task-definitions/fargate.ts';
import { readPlatformVersion } from '../task-definitions/platform.ts';
import { readTaskSize } from '../task-definitions/size.ts';
import { launchTask } from './life.ts';
import { emptiestSubnet } from './network.ts';
import { showTask } from './view.ts';

const MOST_TASKS = 10;
const MOST_OVERRIDES = 8192;
/** What the API reference allows, and the space that a client of many years sends. */
const STARTED_BY = /^[a-zA-Z0-9_/ -]{0,128}$/;
/** How many clientTokens are remembered in a cluster; AWS remembers each for up to a day. */
const TOKENS_REMEMBERED = 1000;

/**
 * Starts up to ten tasks that no service keeps running. Repeated with its clientToken it answers with the same tasks.
 * Throws ClusterNotFoundException, ClientException, InvalidParameterException, PlatformUnknownException,
 * PlatformTaskDefinitionIncompatibilityException, ConflictException (a clientToken of another request).
 */
export function runTask(input: RunTaskCommandInput, context: CallContext): Answer<RunTaskCommandOutput> {
  const cluster = requireActiveCluster(context, input.cluster);
  const repeated = repeatedRun(cluster, input);
  if (repeated !== undefined) return { tasks: repeated.map((task) => showTask(task, true)), failures: [] };
  const count = readCount(input.count);
  const { strategy, launchType, placement, ...launch } = readLaunch(context, cluster, input);
  if (ensureServiceLinkedRole(context, 'ecs.amazonaws.com') !== 'ready') throw serviceLinkedRoleMissing();
  const tasks: TaskRecord[] = [];
  const failures: Failure[] = [];
  while (tasks.length < count && failures.length === 0) {
    const capacityProvider = nextProvider(strategy, tasks);
    const tags = new Map(launch.tags);
    const found =
      launchType === 'FARGATE'
        ? { subnetId: emptiestSubnet(launch.rollout.network, tasks), host: undefined }
        : findPlace(context, { ...launch, ...placement, runsOn: launchType, capacityProvider }, tasks);
    if ('failures' in found) failures.push(...found.failures);
    else tasks.push(launchTask(taskContext(context), { ...launch, tags, capacityProvider, ...found }));
  }
  if (input.clientToken !== undefined) rememberRun(cluster, input, tasks);
  return { tasks: tasks.map((task) => showTask(task, true)), failures };
}

interface Wanted extends Placement, Pick<TaskLaunch, 'cluster' | 'rollout' | 'overrides' | 'group'> {
  readonly runsOn: RunsOn;
  readonly capacityProvider: string | undefined;
}

/** An instance for one more task, or why none will do. Throws InvalidParameterException where there is none at all (distributed-cellprofiler#126). */
function findPlace(
  context: CallContext,
  { cluster, rollout, overrides, group, ...wanted }: Wanted,
  started: readonly TaskRecord[],
): Pick<TaskLaunch, 'subnetId' | 'host'> | { readonly failures: readonly Failure[] } {
  const { network, taskDefinition } = rollout;
  const { definition } = taskDefinition;
  const demand = demandOf(definition, overrides);
  const { host, rejections } = place(context, {
    cluster,
    runsOn: wanted.runsOn,
    capacityProvider: wanted.capacityProvider,
    demand,
    network,
    constraints: [...wanted.placementConstraints, ...(definition.placementConstraints ?? [])],
    strategies: wanted.placementStrategy,
    tasksOn: tasksOfGroup(cluster, group),
  });
  if (host === undefined) {
    if (rejections.length === 0 && started.length === 0) {
      const where = wanted.capacityProvider === undefined ? 'cluster' : 'capacity provider';
      throw invalidParameter(`No Container Instances were found in your ${where}.`);
    }
    return { failures: rejections.map((rejection) => failureOf(rejection.host, rejection.misfit)) };
  }
  return {
    subnetId: demand.hasInterface ? subnetOn(context, host, network) : undefined,
    host: settle(host, demand),
  };
}

function tasksOfGroup({ tasks }: ClusterRecord, group: string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { host, desiredStatus, group: own } of tasks.unsorted()) {
    if (host === undefined || own !== group || desiredStatus !== 'RUNNING') continue;
    counts.set(host.id, (counts.get(host.id) ?? 0) + 1);
  }
  return counts;
}

function repeatedRun({ runs }: ClusterRecord, input: RunTaskCommandInput): readonly TaskRecord[] | undefined {
  const { clientToken } = input;
  if (clientToken === undefined) return undefined;
  if (!/^[!-~]{1,64}$/.test(clientToken)) throw invalidParameter('The clientToken is not valid.');
  const earlier = runs.get(clientToken);
  if (earlier === undefined || isDeepStrictEqual(earlier.request, input)) return earlier?.tasks;
  throw new AwsError(
    'ConflictException',
    'The RunTask request could not be processed because the clientToken was used with other parameters.',
    400,
    { resourceIds: earlier.tasks.map(({ arn }) => arn) },
  );
}

function rememberRun(
  { runs }: ClusterRecord,
  request: RunTaskCommandInput,
  tasks: readonly TaskRecord[],
): void {
  runs.set(request.clientToken ?? '', { request, tasks });
  if (runs.size > TOKENS_REMEMBERED) {
    for (const oldest of [...runs.keys()].slice(0, 1)) runs.delete(oldest);
  }
}

function readCount(count = 1): number {
  if (Number.isInteger(count) && count >= 1 && count <= MOST_TASKS) return count;
  throw invalidParameter(`count must be between 1 and ${MOST_TASKS}.`);
}

/** What RunTask and StartTask are told of tasks. Throws as RunTask does. */
export function readLaunch(
  context: CallContext,
  cluster: ClusterRecord,
  input: RunTaskCommandInput,
): Omit<TaskLaunch, 'subnetId' | 'capacityProvider' | 'host'> & {
  readonly strategy: readonly CapacityProviderStrategyItem[];
  readonly launchType: RunsOn;
  readonly placement: Placement;
} {
  const { startedBy, enableExecuteCommand = false } = input;
  if (startedBy !== undefined && !STARTED_BY.test(startedBy)) {
    throw invalidParameter(startedBy.length > 128 ? 'startedBy longer than 128.' : 'Invalid startedBy.');
  }
  checkLaunch(input);
  const strategy = readCapacity(cluster, input);
  const launchType = runsOn(strategy, input.launchType);
  const placement = readPlacement(input, launchType);
  const taskDefinition = readTaskDefinition(context, input.taskDefinition, launchType);
  const platformVersion = readPlatformVersion(taskDefinition, input.platformVersion, launchType);
  const network = readNetwork(context, input.networkConfiguration, taskDefinition, launchType);
  const volumes = readVolumes(taskDefinition, input.volumeConfigurations, launchType);
  const overrides = readOverrides(context, input.overrides, taskDefinition.definition, launchType);
  checkRoles(context, overrides, taskDefinition.definition);
  if (overrides.taskRoleArn === undefined) {
    checkExecuteCommand(enableExecuteCommand, taskDefinition, "task couldn't be run");
  }
  const rollout: Rollout = {
    taskDefinition,
    network,
    platformVersion,
    registries: [],
    loadBalancers: [],
    volumes,
    serviceConnect: undefined,
    monitoring: undefined,
  };
  return {
    cluster,
    rollout,
    owner: undefined,
    group: readGroup(input.group, taskDefinition.family),
    startedBy,
    overrides,
    enableExecuteCommand,
    strategy,
    launchType,
    placement,
    tags: readRunTags(cluster, input, taskDefinition.tags),
  };
}

/** Groups named `service:…` are those of services. */
function readGroup(group: string | undefined, family: string): string {
  if (group === undefined) return `family:${family}`;
  if (group.startsWith('service:')) throw invalidParameter('Invalid namespace for group.');
  return group;
}

function readRunTags(
  cluster: ClusterRecord,
  { propagateTags, tags, enableECSManagedTags }: RunTaskCommandInput,
  ofTaskDefinition: ReadonlyMap<string, string>,
): Map<string, string> {
  if (propagateTags !== undefined) {
    requireOneOf('propagateTags', propagateTags, ['SERVICE', 'TASK_DEFINITION', 'NONE']);
    if (propagateTags === 'SERVICE') {
      throw invalidParameter('Tags can only be propagated from the task definition when a task is run.');
    }
  }
  const managed = enableECSManagedTags === true ? ([['aws:ecs:clusterName', cluster.name]] as const) : [];
  return new Map([
    ...(propagateTags === 'TASK_DEFINITION' ? ofTaskDefinition : []),
    ...readTags(tags),
    ...managed,
  ]);
}

/** Reads overrides: of containers that there are, in sizes that Fargate has, by roles that can be passed. */
function readOverrides(
  context: CallContext,
  overrides: TaskOverride = {},
  { containerDefinitions = [], cpu, memory }: TaskDefinition,
  launchType: RunsOn,
): TaskOverride {
  if (JSON.stringify(overrides).length > MOST_OVERRIDES) {
    throw invalidParameter(`Container Overrides length must be at most ${MOST_OVERRIDES}`);
  }
  for (const { name } of overrides.containerOverrides ?? []) {
    if (!containerDefinitions.some((container) => container.name === name)) {
      throw invalidParameter(
        `Override for container named ${name} is not a container in the TaskDefinition.`,
      );
    }
  }
  const size = readTaskSize({ cpu: overrides.cpu ?? cpu, memory: overrides.memory ?? memory });
  const whyNot = launchType === 'FARGATE' ? whyNotThisSize(size) : undefined;
  if (whyNot !== undefined) throw clientError(whyNot);
  return {
    ...overrides,
    ...(overrides.cpu === undefined ? {} : { cpu: String(size.cpu) }),
    ...(overrides.memory === undefined ? {} : { memory: String(size.memory) }),
    ...roleOf(context, 'executionRoleArn', overrides.executionRoleArn),
    ...roleOf(context, 'taskRoleArn', overrides.taskRoleArn),
  };
}

function roleOf(context: CallContext, name: 'executionRoleArn' | 'taskRoleArn', role: string | undefined) {
  if (role === undefined || role === '') return {};
  return { [name]: role.startsWith('arn:') ? role : roleArn(context, role) };
}

/** What a service tries again later, RunTask refuses (reference: hazards, new roles). */
function checkRoles(context: CallContext, overrides: TaskOverride, definition: TaskDefinition): void {
  const roles = [
    overrides.executionRoleArn ?? definition.executionRoleArn,
    overrides.taskRoleArn ?? definition.taskRoleArn,
  ];
  for (const arn of roles) {
    if (arn === undefined || roleReadiness(context, arn) === 'assumable') continue;
    throw clientError(
      `ECS was unable to assume the role '${arn}' that was provided for this task. Please verify that the role being passed has the proper trust relationship and permissions and that your IAM user has permissions to pass this role.`,
    );
  }
}
