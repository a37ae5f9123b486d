import { canonicalValue, recordValue } from '../core/instance-records.ts';
import type { Discovery, Registration, Task } from '../core/resource.ts';
import type { Instance } from './schema.ts';

/** What is known of a service's tasks and registrations; undefined where it was not read or does not apply. */
export interface InstanceFacts {
  readonly tasks: readonly Task[] | undefined;
  readonly registrations: readonly Registration[] | undefined;
  /** How clients find them; absent outside service discovery. */
  readonly discovery?: Discovery | undefined;
}

/**
 * ECS tasks and Cloud Map instances, joined by id, or by the host that the controller registered; tasks in their order, then registrations that
 * have no task.
 * A task that has stopped is listed only while it is still registered. Without service discovery the health is
 * that of the task's containers.
 */
export function joinInstances({ tasks = [], registrations, discovery }: InstanceFacts): Instance[] {
  const recordsOf = heldRecords(discovery);
  const registered = new Map((registrations ?? []).map((registration) => [registration.id, registration]));
  const ofTask = (task: Task): Registration | undefined => {
    const host = registered.get(task.host?.split('/').at(-1) ?? '');
    return registered.get(task.id) ?? (host?.ours === undefined || hasStopped(task) ? undefined : host);
  };
  const present = tasks.filter((task) => registered.has(task.id) || !hasStopped(task));
  const known = new Set(present.map((task) => ofTask(task)?.id));
  const orphans = (registrations ?? []).filter(({ id }) => !known.has(id));
  return [
    ...present.map((task) => {
      const registration = ofTask(task);
      const health = registrations === undefined ? task.healthStatus : 'UNREGISTERED';
      return {
        ...instance(task.id, registration, task.ipv4, registration?.health ?? health, task.lastStatus),
        ...recordsOf(registration),
      };
    }),
    ...orphans.map((orphan) => ({
      ...instance(orphan.id, orphan, undefined, orphan.health, 'UNKNOWN'),
      ...recordsOf(orphan),
    })),
  ];
}

/** What Route 53 has of each instance; nothing where that is not known. */
function heldRecords(
  discovery: Discovery | undefined,
): (registration: Registration | undefined) => Pick<Instance, 'records'> {
  const { name = '', records = [], held } = discovery ?? {};
  if (held === undefined) return () => ({});
  const there = new Set(held.records.map(({ type, value }) => `${type} ${canonicalValue(value)}`));
  return (registration) => ({
    records: records.flatMap((type) => {
      const value = registration && recordValue(type, registration, name);
      const isThere = value !== undefined && there.has(`${type} ${canonicalValue(value)}`);
      return isThere ? [`${type} ${value}`] : [];
    }),
  });
}

function hasStopped(task: Task): boolean {
  return task.lastStatus === 'STOPPED' || task.lastStatus === 'DELETED';
}

function instance(
  id: string,
  registration: Registration | undefined,
  taskIpv4: string | undefined,
  health: string,
  task: string,
): Instance {
  const ipv4 = registration?.ipv4 ?? taskIpv4;
  const port = registration?.port;
  return {
    id,
    ...(registration?.ours === undefined ? {} : { host: registration.id }),
    ...(ipv4 === undefined ? {} : { ipv4 }),
    ...(port === undefined ? {} : { port }),
    health,
    task,
  };
}
