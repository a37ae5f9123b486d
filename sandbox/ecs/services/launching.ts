import { roleReadiness } from '../../iam/role-store.ts';
import { nextProvider } from '../clusters/capacity-strategies.ts';
import { demandOf } from '../instances/demand.ts';
import { misfitEvent, noHostsEvent } from '../placement/messages.ts';
import { closest, place, settle, subnetOn } from '../placement/place.ts';
import type { Rejection } from '../placement/place.ts';
import { BEST_SPREAD } from '../placement/strategies.ts';
import type { DeploymentRecord, ServiceRecord, TaskRecord } from '../state.ts';
import type { TaskContext } from '../tasks/context.ts';
import { emptiestSubnet } from '../tasks/network.ts';
import { complainOnce, tellTasks } from './events.ts';
import { startServiceTask } from './tasks.ts';

/** AWS's text where Fargate has no room (developer guide, service event messages). */
const NO_CAPACITY =
  'was unable to place a task. Reason: Capacity is unavailable at this time. Please try again later or in a different availability zone. For more information, see the Troubleshooting section of the Amazon ECS Developer Guide.';

/** Launches tasks of a deployment, as many as find a place. */
export function launch(
  context: TaskContext,
  service: ServiceRecord,
  deployment: DeploymentRecord,
  amount: number,
): void {
  if (amount === 0 || !mayLaunch(context, service, deployment)) return;
  const started =
    deployment.rollout.platformVersion === undefined
      ? launchOnHosts(context, service, deployment, amount)
      : launchOnFargate(context, service, deployment, amount);
  tellTasks(context.world, service, 'has started', started);
}

/** Without a role that can be assumed nothing is launched, and tried again later (reference: hazards). */
export function mayLaunch(
  context: TaskContext,
  service: ServiceRecord,
  deployment: DeploymentRecord,
): boolean {
  const { taskRoleArn, executionRoleArn } = deployment.rollout.taskDefinition.definition;
  const role = [executionRoleArn, taskRoleArn].find(
    (arn) => arn !== undefined && arn !== '' && roleReadiness(context, arn) !== 'assumable',
  );
  if (role === undefined) return true;
  tryLater(
    context,
    service,
    deployment,
    `failed to launch a task with (error ECS was unable to assume the role '${role}' that was provided for this task. Please verify that the role being passed has the proper trust relationship and permissions and that your IAM user has permissions to pass this role.).`,
  );
  return false;
}

function tryLater(
  context: TaskContext,
  service: ServiceRecord,
  deployment: DeploymentRecord,
  complaint: string,
): void {
  const { world } = context;
  complainOnce(world, service, complaint);
  deployment.retryAt = Math.max(deployment.retryAt, world.now() + world.pick(world.timing.ecs.launchBlocked));
  context.wake(service, deployment.retryAt - world.now());
}

function launchOnFargate(
  context: TaskContext,
  service: ServiceRecord,
  deployment: DeploymentRecord,
  amount: number,
): readonly TaskRecord[] {
  const started: TaskRecord[] = [];
  while (started.length < amount) {
    const provider = nextProvider(deployment.capacityProviderStrategy, [...deployment.tasks].filter(isLive));
    if (provider !== undefined && context.unavailable.obstacleTo([provider]) !== undefined) {
      tryLater(context, service, deployment, NO_CAPACITY);
      break;
    }
    const subnetId = emptiestSubnet(deployment.rollout.network, service.tasks);
    started.push(startServiceTask(context, { service, deployment }, { provider, subnetId, host: undefined }));
  }
  return started;
}

function launchOnHosts(
  context: TaskContext,
  service: ServiceRecord,
  deployment: DeploymentRecord,
  amount: number,
): readonly TaskRecord[] {
  const { cluster, options } = service;
  const { taskDefinition, network } = deployment.rollout;
  const { definition } = taskDefinition;
  const demand = demandOf(definition);
  const tasksOn = new Map<string, number>();
  for (const { host, desiredStatus } of service.tasks) {
    if (host !== undefined && desiredStatus === 'RUNNING') count(tasksOn, host.id);
  }
  const started: TaskRecord[] = [];
  while (started.length < amount) {
    const provider = nextProvider(deployment.capacityProviderStrategy, [...deployment.tasks].filter(isLive));
    const { host, rejections } = place(context, {
      cluster,
      runsOn: service.launchType === 'EXTERNAL' ? 'EXTERNAL' : 'EC2',
      capacityProvider: provider,
      demand,
      network,
      constraints: [...options.placementConstraints, ...(definition.placementConstraints ?? [])],
      strategies: options.placementStrategy.length > 0 ? options.placementStrategy : BEST_SPREAD,
      tasksOn,
    });
    if (host === undefined) {
      tellUnplaced(context, service, rejections, provider);
      break;
    }
    const subnetId = demand.hasInterface ? subnetOn(context, host, network) : undefined;
    const where = { provider, subnetId, host: settle(host, demand) };
    started.push(startServiceTask(context, { service, deployment }, where));
    count(tasksOn, host.id);
  }
  return started;
}

function count(tasksOn: Map<string, number>, hostId: string): void {
  tasksOn.set(hostId, (tasksOn.get(hostId) ?? 0) + 1);
}

/** Says why there is no place, and waits for one: until an instance changes, or a task gives its place up. */
export function tellUnplaced(
  context: TaskContext,
  service: ServiceRecord,
  rejections: readonly Rejection[],
  provider: string | undefined,
): void {
  const best = closest(rejections);
  service.cluster.waiting.add(service);
  complainOnce(
    context.world,
    service,
    best === undefined ? noHostsEvent(provider) : misfitEvent(best.host, best.misfit),
  );
}

function isLive(task: TaskRecord): boolean {
  return task.desiredStatus === 'RUNNING';
}
