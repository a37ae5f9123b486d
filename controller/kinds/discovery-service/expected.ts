import { HEALTHY } from '../../core/kind.ts';
import type { Findings } from '../../core/outputs.ts';
import type { Reference } from '../../core/reference.ts';
import type { Desired, Health, Registration } from '../../core/resource.ts';
import type { ServiceFindings } from '../service/facts.ts';
import { healthOfHosts } from './host-observer.ts';
import type { CompareHosts } from './host-observer.ts';
import type { HostsCompared } from './hosts.ts';
import { mismatch } from './registrations.ts';
import type { TaskIds } from './registrations.ts';
import type { DiscoveryServiceSpec } from './spec.ts';
import { NO_HOST_WORK } from './state.ts';
import type { HostWork } from './state.ts';

/** The tasks that ECS is to have registered: none where the controller registers their hosts. */
export function tasksOf(
  { spec, usedBy }: Desired<DiscoveryServiceSpec>,
  findings: Findings,
): TaskIds | undefined {
  const tasks = tasksOfService(usedBy, findings);
  return tasks === undefined || spec.hosts === undefined ? tasks : { ...tasks, running: [] };
}

/** Whether nothing is to be done about what is registered, which then need not be read in every pass. */
export function isAsWanted(
  tasks: TaskIds | undefined,
  compare: CompareHosts,
): (registrations: readonly Registration[]) => boolean {
  return (registrations) => {
    const { stale, missing } =
      tasks === undefined ? { stale: [], missing: [] } : mismatch(registrations, tasks);
    const { register = [], leave = [], report = [] } = compare(registrations) ?? {};
    return [stale, missing, register, leave, report].every(({ length }) => length === 0);
  };
}

/** The instances that something is to be done about. */
export function worked(
  stale: readonly string[],
  { register, leave, report }: HostWork = NO_HOST_WORK,
): Set<string> {
  return new Set([...stale, ...leave, ...[...register, ...report].map(({ id }) => id)]);
}

/** The tasks of a registrant; undefined where they could not be read, or are not ours. */
export function tasksOfService(
  usedBy: Reference<unknown, ServiceFindings> | undefined,
  findings: Findings,
): TaskIds | undefined {
  const found = usedBy && findings(usedBy);
  if (usedBy === undefined || found === undefined) return undefined;
  return {
    service: `${usedBy.scope ?? ''}/${usedBy.name}`,
    live: new Set(found.tasks),
    running: found.running,
  };
}

/** The health of a discovery service: a task or host that is not registered is not found, however well it fares. */
export function healthOf(
  registrations: readonly Registration[],
  tasks: TaskIds | undefined,
  compared: HostsCompared | undefined,
): Health {
  const ofHosts = compared && healthOfHosts(compared);
  if (ofHosts !== undefined) return ofHosts;
  return tasks === undefined ? HEALTHY : healthOfTasks(registrations, tasks);
}

function healthOfTasks(registrations: readonly Registration[], tasks: TaskIds): Health {
  const running = tasks.running.length;
  const missing = mismatch(registrations, tasks).missing.length;
  if (missing === 0) return HEALTHY;
  const what =
    missing === running
      ? `none of the ${running} running tasks is in Cloud Map, so that no client finds the daemon`
      : `${missing} of the ${running} running tasks are not in Cloud Map yet`;
  return {
    status: 'Progressing',
    cause: 'running tasks are missing from Cloud Map',
    message: `${what}; if that stays, a new deployment registers them`,
  };
}

export function unreadable(why: string): Health {
  return { status: 'Degraded', message: `its instances cannot be read: ${why}` };
}
