import type { DeploymentFact, Held } from '../../core/rollout/facts.ts';

/** So long ECS lists a deployment (ECS developer guide, Viewing Amazon ECS service deployments). */
const LISTED_MS = 90 * 24 * 3_600_000;

/** What the soak of one Environment runs from: the later of its beginning and the end of the last deployment that succeeded. */
export function soakStart(held: Held, deployments: readonly DeploymentFact[]): number {
  return Math.max(held.since, ...deployments.map(succeededAt).filter((at) => at !== undefined));
}

/**
 * Whether it has once run undisturbed for as long as the soak, between a deployment that succeeded and the next. A later deployment, as of
 * a drift that was corrected, does not call that in question.
 */
export function hasSoakedBefore({
  held,
  deployments,
  soakMs,
  now,
}: {
  readonly held: Held;
  readonly deployments: readonly DeploymentFact[];
  readonly soakMs: number;
  readonly now: number;
}): boolean {
  const [first] = deployments;
  // The deployment that git caused may be one that ECS does not list any more.
  if (first !== undefined && now - held.since > LISTED_MS && first.createdAt - held.since >= soakMs)
    return true;
  return deployments.some((deployment, index) => {
    const from = succeededAt(deployment);
    const to = deployments[index + 1]?.createdAt ?? now;
    return from !== undefined && to - Math.max(held.since, from) >= soakMs;
  });
}

function succeededAt({ state, finishedAt }: DeploymentFact): number | undefined {
  return state === 'succeeded' ? finishedAt : undefined;
}
