import type { TaskHost, TaskOwner, TaskRecord } from '../state.ts';
import { launchTask } from '../tasks/life.ts';
import type { TaskContext } from '../tasks/context.ts';

/** Where a task of a service runs. */
interface Place {
  /** Undefined: by launch type. */
  readonly provider: string | undefined;
  readonly subnetId: string | undefined;
  readonly host: TaskHost | undefined;
}

/** Launches a task of a deployment. */
export function startServiceTask(
  context: TaskContext,
  owner: TaskOwner,
  { provider, subnetId, host }: Place,
): TaskRecord {
  const { service, deployment } = owner;
  return launchTask(context, {
    cluster: service.cluster,
    rollout: deployment.rollout,
    owner,
    group: `service:${service.name}`,
    startedBy: deployment.id,
    overrides: {},
    enableExecuteCommand: service.options.enableExecuteCommand,
    capacityProvider: provider,
    tags: tagsFor(owner),
    subnetId,
    host,
  });
}

function tagsFor({ service, deployment }: TaskOwner): Map<string, string> {
  const { propagateTags, enableECSManagedTags } = service.options;
  const propagated = {
    SERVICE: service.tags,
    TASK_DEFINITION: deployment.rollout.taskDefinition.tags,
    NONE: [],
  };
  const managed = [
    ['aws:ecs:clusterName', service.cluster.name],
    ['aws:ecs:serviceName', service.name],
  ] as const;
  return new Map([...propagated[propagateTags], ...(enableECSManagedTags ? managed : [])]);
}
