import type { Coverage, Stops, Workload } from '../../core/resource.ts';
import type { MemberFacts } from '../../core/rollout/facts.ts';
import type { Rollout } from './health.ts';

/** The deployments of a service since it began a target, or why they are not known; neither where the endpoint tells of none. */
export type DeploymentsSince = Pick<Workload, 'deployments' | 'deploymentsUnread'>;

type LastDeployment = NonNullable<MemberFacts['lastDeployment']>;

/** What was found out of a workload beside its numbers. */
interface BesideNumbers {
  readonly stops?: Stops | undefined;
  readonly coverage?: Coverage | undefined;
  /** Of one that goes through a Rollout. */
  readonly since?: DeploymentsSince | undefined;
}

/** The numbers of a service, for the report, and the facts that a rollout is decided on. */
export function workloadOf(rollout: Rollout, { stops, coverage, since }: BesideNumbers): Workload {
  const { desiredCount: desired, runningCount: running, pendingCount: pending } = rollout;
  return {
    desired,
    running,
    pending,
    ...deploymentIn(rollout),
    ...since,
    ...(stops === undefined ? {} : { stops }),
    ...(coverage === undefined ? {} : { coverage }),
  };
}

function deploymentIn(rollout: Rollout): Pick<Workload, 'deployment'> {
  const primary = rollout.deployments.find(({ isPrimary }) => isPrimary);
  const outcome = lastDeploymentOf(rollout);
  if (primary === undefined || outcome === undefined) return {};
  const { id, rolloutState, createdAt } = primary;
  return {
    deployment: {
      id,
      outcome,
      ...(rolloutState === undefined ? {} : { state: rolloutState }),
      ...(createdAt === undefined ? {} : { startedAt: createdAt }),
    },
  };
}

/**
 * How the last deployment of a service goes; undefined where there is none. Where no state of it is told, as by some endpoints, and by ECS
 * of a service behind a Classic Load Balancer, the counts say whether it is over.
 */
export function lastDeploymentOf({
  desiredCount,
  runningCount,
  pendingCount,
  deployments,
}: Rollout): LastDeployment | undefined {
  const primary = deployments.find(({ isPrimary }) => isPrimary);
  if (primary === undefined) return undefined;
  const { rolloutState } = primary;
  if (rolloutState === 'FAILED') return 'failed';
  const isOver =
    rolloutState === undefined
      ? deployments.length === 1 && runningCount === desiredCount && pendingCount === 0
      : rolloutState === 'COMPLETED';
  return isOver ? 'completed' : 'inProgress';
}
