import type { Deployment, Service, ServiceRevision, Task as ApiTask } from '@aws-sdk/client-ecs';
import { createdAt } from '../../core/created-at.ts';
import { knownStateOf } from '../../core/fields/table.ts';
import type { Task } from '../../core/resource.ts';
import type { Rollout } from './health.ts';
import { DEPLOYMENT } from './deployment-fields.ts';
import { NETWORK, SERVICE } from './fields.ts';
import type { ServiceState } from './state.ts';

/** The next attempt at a rollout that ECS has given up. */
export interface RolloutRetry {
  readonly attempt: number;
  /** Epoch milliseconds by this host's clock. */
  readonly at: number;
  readonly isDue: boolean;
}

/** What is remembered of a service's rollouts, and ECS does not list. */
export interface RolloutHistory {
  /** ARN of the revision whose deployment failed last; null where none has. */
  readonly failed: string | null;
  /** The next attempt at a rollout that ECS has given up; null where there is none. */
  readonly retry: RolloutRetry | null;
}

export const NO_HISTORY: RolloutHistory = { failed: null, retry: null };

const { monitoring, serviceConnectConfiguration, volumeConfigurations, ...ON_SERVICE } = SERVICE.fields;
/** What ECS tells of a service's deployments alone (reference: ECS service, perpetual diffs). */
const DEPLOYED = { serviceConnectConfiguration, volumeConfigurations };

/** A service as its manifest's fields have it: what ECS tells of the deployment that it is to have is with it. */
export function withDeployed(service: Service): Service & Pick<Deployment, keyof typeof DEPLOYED> {
  const primary = service.deployments?.find(({ status }) => status === 'PRIMARY');
  return primary === undefined
    ? service
    : {
        ...service,
        serviceConnectConfiguration: primary.serviceConnectConfiguration,
        volumeConfigurations: primary.volumeConfigurations,
      };
}

/** A described service in our words (reference: ECS service, perpetual diffs). */
export function fromService(service: Service, { failed, retry }: RolloutHistory): ServiceState {
  const primary = service.deployments?.find(({ status }) => status === 'PRIMARY');
  const network = (service.networkConfiguration ?? primary?.networkConfiguration)?.awsvpcConfiguration;
  const deployment = service.deploymentConfiguration;
  return {
    status: service.status === 'DRAINING' ? 'DRAINING' : 'ACTIVE',
    failedTaskDefinition: failed,
    rolloutRetry: retry?.isDue === true ? retry.attempt : null,
    ...knownStateOf(ON_SERVICE, service),
    ...(primary && knownStateOf(DEPLOYED, primary)),
    ...(deployment && {
      ...knownStateOf(DEPLOYMENT.fields, deployment),
      deploymentConfiguration: deployment,
    }),
    // On Fargate a task always has one: an answer without it has left it out.
    ...(network === undefined && service.launchType === 'FARGATE'
      ? {}
      : { hasOwnNetwork: network !== undefined }),
    ...(network && knownStateOf(NETWORK.fields, network)),
  };
}

/** What ECS tells of a service's revisions alone; nothing where none is known. */
export function fromRevision(revision: ServiceRevision | undefined): Pick<ServiceState, 'monitoring'> {
  return revision === undefined ? {} : knownStateOf({ monitoring }, revision);
}

/** What a described service says about how it fares. */
export function rolloutOf(service: Service, { failed, retry }: RolloutHistory): Rollout {
  return {
    ...(service.schedulingStrategy === 'DAEMON' ? { isOnEveryHost: true } : {}),
    desiredCount: service.desiredCount ?? 0,
    runningCount: service.runningCount ?? 0,
    pendingCount: service.pendingCount ?? 0,
    draining: service.status === 'DRAINING',
    failedTaskDefinition: failed,
    ...(retry === null ? {} : { retryAt: retry.at }),
    deployments: (service.deployments ?? []).map((deployment) => ({
      isPrimary: deployment.status === 'PRIMARY',
      id: deployment.id ?? '',
      taskDefinition: deployment.taskDefinition ?? '',
      ...createdAt(deployment.createdAt),
      rolloutState: deployment.rolloutState,
      rolloutStateReason: deployment.rolloutStateReason ?? '',
      failedTasks: deployment.failedTasks ?? 0,
      runningCount: deployment.runningCount,
    })),
    events: (service.events ?? []).map(({ message }) => message ?? ''),
  };
}

export function fromTask(task: ApiTask): Task {
  const ipv4 = addressOf(task);
  const stopped = task.lastStatus === 'STOPPED' ? stopText(task) : '';
  return {
    id: task.taskArn?.split('/').at(-1) ?? '',
    lastStatus: task.lastStatus ?? 'UNKNOWN',
    healthStatus: task.healthStatus ?? 'UNKNOWN',
    ...(ipv4 === undefined ? {} : { ipv4 }),
    ...(task.containerInstanceArn === undefined ? {} : { host: task.containerInstanceArn }),
    ...createdAt(task.createdAt),
    ...(stopped === '' ? {} : { stoppedReason: stopped }),
  };
}

/** The address of a task: in awsvpc mode that of its own network interface, which containers repeat. */
function addressOf(task: ApiTask): string | undefined {
  const details = (task.attachments ?? []).flatMap((attachment) => attachment.details ?? []);
  return (
    details.find(({ name }) => name === 'privateIPv4Address')?.value ??
    (task.containers ?? [])
      .flatMap((container) => container.networkInterfaces ?? [])
      .find(({ privateIpv4Address }) => privateIpv4Address !== undefined)?.privateIpv4Address
  );
}

/** Why a task stopped: its own reason, unless a container repeats it, then each container's, which is often the only one that tells. */
export function stopText(task: ApiTask): string {
  const endedWell =
    task.stopCode === 'EssentialContainerExited' &&
    (task.containers ?? []).every(({ exitCode = 0, reason = '' }) => exitCode === 0 && reason === '');
  const containers = (task.containers ?? []).flatMap(({ name, reason, exitCode }) => {
    // Beside a container that failed, that others ended well says nothing.
    const isTold = exitCode !== undefined && (exitCode !== 0 || endedWell);
    const exit = isTold ? `exit code ${exitCode}` : '';
    const what = [reason, exit].filter((part) => part !== undefined && part !== '').join(', ');
    return what === '' ? [] : [`container ${name ?? ''}: ${what}`];
  });
  const isRepeated = (task.containers ?? []).some(({ reason }) => reason === task.stoppedReason);
  return [isRepeated ? '' : (task.stoppedReason ?? ''), ...containers]
    .filter((part) => part !== '')
    .join('; ');
}
