import type { RestartOutlook } from '../../core/kind.ts';
import type { Observed } from '../../core/resource.ts';
import type { ServiceSpec } from './spec.ts';
import type { ServiceState } from './state.ts';

/** What new tasks put in order, whatever else stays as it is. */
export const REGISTRATIONS = 'registrations';
export const ROLLOUT = 'rollout';

/**
 * Changes after which ECS starts all tasks anew (ECS API reference, UpdateService: "This parameter triggers a new service deployment"), and
 * what a new deployment is forced for (request.ts).
 */
const STARTS_ANEW: ReadonlySet<string> = new Set([
  REGISTRATIONS,
  ROLLOUT,
  'taskDefinition',
  'subnets',
  'securityGroups',
  'assignPublicIp',
  'platformVersion',
  'loadBalancers',
  'registry',
  'serviceConnectConfiguration',
  'volumeConfigurations',
  'capacityProviderStrategy',
]);

/**
 * What a rollout does where no task may start before another has stopped. ECS rounds the tasks that have to stay up to whole ones, and the
 * tasks that there may be down (ECS API reference, DeploymentConfiguration). Undefined where nothing stops for it, or nothing is known.
 */
export function outlookOf(
  spec: ServiceSpec,
  { state, tasks, workload }: Observed<ServiceState>,
  paths: readonly string[],
): RestartOutlook | undefined {
  if (!paths.some((path) => startsAnew(spec, path))) return undefined;
  const isDaemon = spec.schedulingStrategy === 'DAEMON';
  const { minimumHealthyPercent: minimum, maximumPercent: maximum } = spec;
  const count =
    (isDaemon || spec.scaledBy !== undefined ? undefined : spec.desiredCount) ?? state.desiredCount;
  if (count === undefined || count === null || count === 0 || Math.floor((count * maximum) / 100) > count) {
    return undefined;
  }
  const atOnce = count - Math.ceil((count * minimum) / 100);
  if (atOnce > 0) return { says: saysOf(isDaemon, count, atOnce) };
  const isWell = ({ lastStatus, healthStatus }: NonNullable<typeof tasks>[number]) =>
    lastStatus === 'RUNNING' && healthStatus !== 'UNHEALTHY';
  const running = tasks?.filter(isWell).length ?? workload?.running ?? 0;
  // Where none runs, none has to stop.
  if (!isDaemon || running === 0) return undefined;
  const possible = Math.floor(((count - 1) * 100) / count);
  const hosts = count === 1 ? 'its one host' : `${count} hosts`;
  return {
    says: '',
    cannot: `its rollout cannot proceed: on ${hosts} a task stops before the next starts, and minimumHealthyPercent ${minimum} lets none stop; write deployment: { minimumHealthyPercent: ${possible} }`,
  };
}

/** Whether ECS starts all tasks anew for it. With DAEMON the tasks that are placed already are placed anew, for ECS to reserve what they need (ECS developer guide, daemon scheduling strategy). */
export function startsAnew({ schedulingStrategy }: ServiceSpec, path: string): boolean {
  const [field = ''] = path.split(/[.[]/);
  return (
    STARTS_ANEW.has(field) || (field === 'servicePlacementConstraints' && schedulingStrategy === 'DAEMON')
  );
}

function saysOf(isDaemon: boolean, count: number, atOnce: number): string {
  if (count === 1) {
    return isDaemon
      ? 'its rollout stops the task of its one host, which has none until the next one runs'
      : 'its rollout stops its one task before the next one starts';
  }
  const some = atOnce === count ? 'all at once' : `at most ${atOnce} at a time`;
  return isDaemon
    ? `its rollout stops the task of each of ${count} hosts, ${some}, and a host has none until the next one runs`
    : `its rollout stops ${count} tasks, ${some}, each before the next one starts`;
}
