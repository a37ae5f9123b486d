import type {
  DiscoverPollEndpointCommandInput,
  DiscoverPollEndpointCommandOutput,
  SubmitAttachmentStateChangesCommandInput,
  SubmitAttachmentStateChangesCommandOutput,
  SubmitContainerStateChangeCommandInput,
  SubmitContainerStateChangeCommandOutput,
  SubmitTaskStateChangeCommandInput,
  SubmitTaskStateChangeCommandOutput,
  UpdateContainerAgentCommandInput,
  UpdateContainerAgentCommandOutput,
  VersionInfo,
} from '@aws-sdk/client-ecs';
import type { Answer } from '../../answer.ts';
import type { CallContext } from '../../call.ts';
import { AwsError } from '../../error.ts';
import { hostSuffixOf } from '../../partition.ts';
import { requireActiveCluster } from '../clusters/store.ts';
import { clientError, invalidParameter } from '../errors.ts';
import { taskContext } from '../services/scheduler.ts';
import type { ClusterRecord, TaskRecord } from '../state.ts';
import { stopTask } from '../tasks/ending.ts';
import { findTask } from '../tasks/store.ts';
import { changeHost, connectAgent } from './lifecycle.ts';
import type { HostRecord } from './state.ts';
import { requireHost } from './store.ts';
import { showHost } from './view.ts';

/** The agent of Amazon's newest images, as far as the sandbox goes. */
export const NEWEST_AGENT: VersionInfo = {
  agentVersion: '1.99.0',
  agentHash: '3f1a9c2e',
  dockerVersion: 'DockerVersion: 25.0.8',
};

const ACKNOWLEDGED = { acknowledgment: 'ACK' } as const;

/**
 * Where an agent would hold its connection open. Nothing of the sandbox listens there: an agent that asks is connected, until somebody says
 * otherwise.
 */
export function discoverPollEndpoint(
  input: DiscoverPollEndpointCommandInput,
  context: CallContext,
): Answer<DiscoverPollEndpointCommandOutput> {
  const cluster = requireActiveCluster(context, input.cluster);
  if (input.containerInstance !== undefined) {
    const host = requireHost(context, cluster, input.containerInstance);
    connectAgent(taskContext(context), cluster, host, true);
  }
  const domain = `${context.region}.${hostSuffixOf(context.region)}/`;
  return {
    endpoint: `https://ecs-a-1.${domain}`,
    telemetryEndpoint: `https://ecs-t-1.${domain}`,
    serviceConnectEndpoint: `https://ecs-sc.${domain}`,
  };
}

/** An agent says that a task has stopped, which ends it here; the sandbox moves tasks up by itself, and needs to hear no more of that. */
export function submitTaskStateChange(
  input: SubmitTaskStateChangeCommandInput,
  context: CallContext,
): Answer<SubmitTaskStateChangeCommandOutput> {
  const cluster = requireActiveCluster(context, input.cluster);
  const task = requireTask(context, cluster, input.task);
  const [failed] = (input.containers ?? []).filter(
    ({ exitCode }) => exitCode !== undefined && exitCode !== 0,
  );
  if (input.status === 'STOPPED') {
    stopTask(taskContext(context), task, {
      code: 'EssentialContainerExited',
      reason: input.reason ?? 'Essential container in task exited',
      exitCode: failed?.exitCode ?? 0,
      ...(failed?.containerName === undefined ? {} : { container: failed.containerName }),
      ...(failed?.reason === undefined ? {} : { containerReason: failed.reason }),
    });
  }
  return ACKNOWLEDGED;
}

/** The same of a container: its end is that of its task, where it is essential. */
export function submitContainerStateChange(
  input: SubmitContainerStateChangeCommandInput,
  context: CallContext,
): Answer<SubmitContainerStateChangeCommandOutput> {
  const cluster = requireActiveCluster(context, input.cluster);
  const task = requireTask(context, cluster, input.task);
  const { containerDefinitions = [] } = task.rollout.taskDefinition.definition;
  const container = containerDefinitions.find(({ name }) => name === input.containerName);
  if (container === undefined) throw invalidParameter('The referenced container was not found.');
  if (input.status === 'STOPPED' && container.essential !== false) {
    stopTask(taskContext(context), task, {
      code: 'EssentialContainerExited',
      reason: 'Essential container in task exited',
      exitCode: input.exitCode ?? 0,
      container: container.name ?? '',
      ...(input.reason === undefined ? {} : { containerReason: input.reason }),
    });
  }
  return ACKNOWLEDGED;
}

/** Network interfaces are attached here by themselves. */
export function submitAttachmentStateChanges(
  input: SubmitAttachmentStateChangesCommandInput,
  context: CallContext,
): Answer<SubmitAttachmentStateChangesCommandOutput> {
  requireActiveCluster(context, input.cluster);
  if ((input.attachments ?? []).length === 0) throw invalidParameter('Attachments cannot be empty.');
  return ACKNOWLEDGED;
}

function requireTask(
  context: CallContext,
  cluster: ClusterRecord,
  reference: string | undefined,
): TaskRecord {
  const task = findTask(context, cluster, reference);
  if (task === undefined) throw invalidParameter('The referenced task was not found.');
  return task;
}

/**
 * Brings an agent of EC2 to the newest version, which takes a while. Throws ClientException (an agent that is not connected),
 * InvalidParameterException, NoUpdateAvailableException, UpdateInProgressException.
 */
export function updateContainerAgent(
  input: UpdateContainerAgentCommandInput,
  context: CallContext,
): Answer<UpdateContainerAgentCommandOutput> {
  const cluster = requireActiveCluster(context, input.cluster);
  const host = requireHost(context, cluster, input.containerInstance);
  refuseUpdate(host);
  const tasks = taskContext(context);
  const { world } = context;
  changeHost(tasks, cluster, host, { agentUpdateStatus: 'PENDING' });
  world.after(world.pick(world.timing.ecs.agentUpdate), () => {
    if (host.status === 'INACTIVE') return;
    const done = { agentUpdateStatus: 'UPDATED', versionInfo: NEWEST_AGENT } as const;
    changeHost(tasks, cluster, host, host.agentConnected ? done : { agentUpdateStatus: 'FAILED' });
  });
  return { containerInstance: showHost(cluster, host, ['TAGS']) };
}

function refuseUpdate({ isExternal, agentConnected, agentUpdateStatus, versionInfo }: HostRecord): void {
  if (isExternal)
    throw invalidParameter('The agent of an external instance cannot be updated through Amazon ECS.');
  if (!agentConnected) throw clientError('The container agent is not connected.');
  if (agentUpdateStatus === 'PENDING') {
    throw new AwsError('UpdateInProgressException', 'There is already an update in progress.');
  }
  if (versionInfo.agentVersion === NEWEST_AGENT.agentVersion) {
    throw new AwsError(
      'NoUpdateAvailableException',
      'There is no update available for your container agent.',
    );
  }
}
