import type { Failure, StartTaskCommandInput, StartTaskCommandOutput } from '@aws-sdk/client-ecs';
import type { Answer } from '../../answer.ts';
import type { CallContext } from '../../call.ts';
import { requireActiveCluster } from '../clusters/store.ts';
import { requireBatch } from '../errors.ts';
import { demandOf } from '../instances/demand.ts';
import { findHost, hostArn } from '../instances/store.ts';
import { failureOf } from '../placement/messages.ts';
import { misfitsOn, settle, subnetOn } from '../placement/place.ts';
import { taskContext } from '../services/scheduler.ts';
import type { TaskRecord } from '../state.ts';
import { launchTask } from './life.ts';
import { readLaunch } from './run.ts';
import { showTask } from './view.ts';

const MOST_INSTANCES = 10;

/**
 * Starts a task on each of up to ten instances, whatever constraints there are; one that is full or gone is a failure. Throws as RunTask does.
 */
export function startTask(
  input: StartTaskCommandInput,
  context: CallContext,
): Answer<StartTaskCommandOutput> {
  const cluster = requireActiveCluster(context, input.cluster);
  requireBatch('containerInstances', input.containerInstances, MOST_INSTANCES);
  const references = [...new Set(input.containerInstances)];
  const hosts = references.map((reference) => findHost(context, cluster, reference));
  const isExternal = hosts.find((host) => host !== undefined)?.isExternal === true;
  const launch = readLaunch(context, cluster, { ...input, launchType: isExternal ? 'EXTERNAL' : 'EC2' });
  const { network, taskDefinition } = launch.rollout;
  const demand = demandOf(taskDefinition.definition, launch.overrides);
  const tasks: TaskRecord[] = [];
  const failures: Failure[] = [];
  for (const [index, host] of hosts.entries()) {
    const reference = references[index] ?? '';
    if (host === undefined) {
      const arn = reference.startsWith('arn:') ? reference : hostArn(context, cluster.name, reference);
      failures.push({ arn, reason: 'MISSING' });
      continue;
    }
    const [misfit] = host.status === 'INACTIVE' ? [] : misfitsOn(context, host, demand, network);
    if (host.status === 'INACTIVE') failures.push({ arn: host.arn, reason: 'INACTIVE' });
    else if (misfit !== undefined) failures.push(failureOf(host, misfit));
    else {
      const started = launchTask(taskContext(context), {
        ...launch,
        tags: new Map(launch.tags),
        subnetId: demand.hasInterface ? subnetOn(context, host, network) : undefined,
        capacityProvider: undefined,
        host: settle(host, demand),
      });
      tasks.push(started);
    }
  }
  return { tasks: tasks.map((task) => showTask(task, true)), failures };
}
