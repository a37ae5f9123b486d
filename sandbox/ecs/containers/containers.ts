import type {
  ContainerCondition,
  ContainerDefinition,
  PortMapping,
  TaskDefinition,
} from '@aws-sdk/client-ecs';
import type { CallContext } from '../../call.ts';
import type { TaskRecord } from '../state.ts';
import type { TaskStop } from '../tasks/state.ts';
import { environmentOf } from './environment.ts';
import { checkHealth } from './health-checks.ts';
import { openLog } from './output.ts';
import type { ContainerPort, ContainerRuntime } from './runtime.ts';
import type { ContainerRecord } from './state.ts';

/** ECS Developer Guide, container timeouts. */
const DEFAULT_STOP_TIMEOUT_S = 30;

/** The containers of a task that the runtime runs, none of them started. */
export function containersFor(
  runtime: ContainerRuntime,
  taskId: string,
  { containerDefinitions = [] }: TaskDefinition,
): ReadonlyMap<string, ContainerRecord> {
  return new Map(
    containerDefinitions
      .filter(({ image = '' }) => runtime.runs(image))
      .map(({ name = '' }) => [
        name,
        {
          name,
          id: `${taskId}/${name}`,
          status: 'PENDING',
          health: 'UNKNOWN',
          failedChecks: 0,
          exitCode: undefined,
          reason: undefined,
          neverStarts: undefined,
          isStopping: false,
          startedAt: undefined,
        },
      ]),
  );
}

/** Starts every container whose dependencies are as it asks; `changed` is called after whatever then happens to one. */
export function startReady(context: CallContext, task: TaskRecord, changed: () => void): void {
  for (const [definition, container] of ours(task)) {
    if (container.status !== 'PENDING') continue;
    const { dependsOn = [] } = definition;
    if (dependsOn.every((dependency) => metBy(task, dependency) === 'met'))
      start(context, task, [definition, container], changed);
  }
}

/** Whether none is left to be started. */
export function allStarted({ containers }: TaskRecord): boolean {
  return [...containers.values()].every(({ status }) => status === 'RUNNING' || status === 'STOPPED');
}

/** Whether none runs any more, or will. */
export function allEnded({ containers }: TaskRecord): boolean {
  return [...containers.values()].every(hasEnded);
}

/** HEALTHY once every essential container with a check of its own is; those that run as nothing are. */
export function healthOf(task: TaskRecord): ContainerRecord['health'] {
  const checked = ours(task).flatMap(([{ essential, healthCheck }, { health }]) =>
    essential !== false && healthCheck !== undefined ? [health] : [],
  );
  if (checked.includes('UNHEALTHY')) return 'UNHEALTHY';
  return checked.every((health) => health === 'HEALTHY') ? 'HEALTHY' : 'UNKNOWN';
}

/** What ends a task: an essential container that could not start or has ended, or any that never will start. */
export function endOf(task: TaskRecord): TaskStop | undefined {
  for (const [{ essential, dependsOn = [] }, container] of ours(task)) {
    const { name, status, exitCode } = container;
    const never = dependsOn.find((dependency) => metBy(task, dependency) === 'never');
    const waitsInVain = status === 'PENDING' && never !== undefined;
    if (waitsInVain) container.neverStarts ??= neverStarts(name, never, 'it will not be any more');
    const reason = container.neverStarts ?? (essential === false ? undefined : container.reason);
    if (reason !== undefined) {
      return { code: 'TaskFailedToStart', reason, containerReason: reason, container: name };
    }
    if (status !== 'STOPPED' || essential === false) continue;
    return {
      code: 'EssentialContainerExited',
      reason: 'Essential container in task exited',
      container: name,
      ...(exitCode === undefined ? {} : { exitCode }),
    };
  }
  return undefined;
}

/** Tells those to stop that no other container needs that still runs, and kills them once their stop timeout is over. */
export function stopReady({ world, runtime }: CallContext, task: TaskRecord): void {
  const needed = new Set(
    ours(task).flatMap(([{ dependsOn = [] }, container]) =>
      hasEnded(container) ? [] : dependsOn.map(({ containerName }) => containerName),
    ),
  );
  for (const [{ stopTimeout = DEFAULT_STOP_TIMEOUT_S }, container] of ours(task)) {
    if (hasEnded(container) || container.isStopping || needed.has(container.name)) continue;
    container.isStopping = true;
    runtime.signal(container.id, 'SIGTERM');
    world.after(stopTimeout * 1000, () => runtime.signal(container.id, 'SIGKILL'));
  }
}

/** Ends all at once, as their host is gone. */
export function killContainers({ runtime }: CallContext, { containers }: TaskRecord): void {
  for (const container of containers.values()) {
    if (!hasEnded(container)) runtime.signal(container.id, 'SIGKILL');
  }
}

function start(
  context: CallContext,
  task: TaskRecord,
  [definition, container]: Ours,
  changed: () => void,
): void {
  const { world, runtime } = context;
  const { overrides, group, networkInterface, host } = task;
  const { image = '', portMappings = [], entryPoint = [], workingDirectory } = definition;
  const override = overrides.containerOverrides?.find(({ name }) => name === container.name);
  const write = openLog(context, task, definition);
  container.status = 'STARTING';
  runtime.start(
    {
      id: container.id,
      name: container.name,
      image,
      taskId: task.id,
      group,
      accountId: context.accountId,
      region: context.region,
      address: networkInterface?.privateIpv4Address ?? host?.privateIpv4Address,
      hasOwnInterface: networkInterface !== undefined,
      ports: portMappings.flatMap(portsOf),
      entryPoint,
      command: override?.command ?? definition.command ?? [],
      workingDirectory,
      environment: environmentOf(context, task, definition),
    },
    {
      started: () =>
        world.happen(() => {
          container.status = 'RUNNING';
          container.startedAt = world.now();
          checkHealth(context, definition, container, changed);
          giveUpLater(context, task, definition, changed);
          task.version += 1;
          changed();
        }),
      failed: (reason) =>
        world.happen(() => {
          container.status = 'STOPPED';
          container.reason = reason;
          task.version += 1;
          changed();
        }),
      exited: (exitCode) =>
        world.happen(() => {
          container.status = 'STOPPED';
          container.exitCode = exitCode;
          task.version += 1;
          changed();
        }),
      wrote: (lines) => world.happen(() => write(lines)),
    },
  );
}

/** Over TCP unless it says otherwise; one port, or each of a range (ECS API reference, PortMapping). */
function portsOf({
  containerPort,
  containerPortRange,
  protocol = 'tcp',
}: PortMapping): readonly ContainerPort[] {
  const [first, last = first] = containerPortRange?.split('-').map(Number) ?? [containerPort];
  if (first === undefined || last === undefined) return [];
  return Array.from({ length: last - first + 1 }, (_, at) => ({ protocol, port: first + at }));
}

/** A container that is not as others need it within its start timeout keeps those from starting. */
function giveUpLater(
  { world }: CallContext,
  task: TaskRecord,
  { name = '', startTimeout }: ContainerDefinition,
  changed: () => void,
): void {
  if (startTimeout === undefined) return;
  world.after(startTimeout * 1000, () => {
    for (const [{ dependsOn = [] }, container] of ours(task)) {
      const missed = dependsOn.find((dependency) => dependency.containerName === name);
      if (container.status !== 'PENDING' || missed === undefined || metBy(task, missed) === 'met') continue;
      container.neverStarts = neverStarts(container.name, missed, `it was not within ${startTimeout} s`);
      changed();
    }
  });
}

/** The rule is that of ECS (API reference, ContainerDependency); the words are the sandbox's. */
function neverStarts(name: string, { containerName, condition }: Dependency, why: string): string {
  return `Container ${name} cannot start: it waits for container ${containerName} to be ${condition}, and ${why}.`;
}

interface Dependency {
  readonly containerName: string | undefined;
  readonly condition: ContainerCondition | undefined;
}

/** Nobody waits for a container that runs as nothing. */
function metBy(
  { containers }: TaskRecord,
  { containerName = '', condition }: Dependency,
): 'met' | 'not yet' | 'never' {
  const container = containers.get(containerName);
  if (container === undefined) return 'met';
  const { status, health, exitCode } = container;
  const ended = status === 'STOPPED';
  if (ended && container.startedAt === undefined) return 'never';
  switch (condition) {
    case 'COMPLETE':
      return ended ? 'met' : 'not yet';
    case 'SUCCESS':
      if (ended) return exitCode === 0 ? 'met' : 'never';
      return 'not yet';
    case 'HEALTHY':
      if (health === 'HEALTHY' && !ended) return 'met';
      return ended || health === 'UNHEALTHY' ? 'never' : 'not yet';
    case 'START':
    case undefined:
      return status === 'RUNNING' || ended ? 'met' : 'not yet';
  }
}

function hasEnded({ status }: ContainerRecord): boolean {
  return status === 'STOPPED' || status === 'PENDING';
}

type Ours = readonly [ContainerDefinition, ContainerRecord];

function ours({ containers, rollout }: TaskRecord): readonly Ours[] {
  const { containerDefinitions = [] } = rollout.taskDefinition.definition;
  return containerDefinitions.flatMap((definition): readonly Ours[] => {
    const container = containers.get(definition.name ?? '');
    return container === undefined ? [] : [[definition, container]];
  });
}
