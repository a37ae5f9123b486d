import { StationkeeperError, hasCode } from '../../core/errors.ts';
import type { ServiceSpec } from './spec.ts';

/**
 * How ECS speaks of load balancers and target groups: without a listener (hashicorp/terraform#32908), of another target type
 * (terraform-provider-aws#11723), that it cannot look up (amazon-ecs-cli#21), or that are not there (amazon-ecs-agent#647).
 */
const OF_TARGETS = /target group|targetgroup|load ?balancer/i;

/** ECS says in many words that it does not take a target group: which of the manifest's, and what to do about it. */
export function unknownTarget(
  { loadBalancers = [] }: ServiceSpec,
  error: unknown,
): StationkeeperError | undefined {
  const isRefusal = hasCode(error, 'InvalidParameterException');
  if (!isRefusal || !OF_TARGETS.test(error.message) || loadBalancers.length === 0) return undefined;
  const all = loadBalancers.map(
    ({ targetGroupArn, loadBalancerName }) => targetGroupArn ?? loadBalancerName ?? '',
  );
  const told = all.filter((name) => error.message.includes(name));
  const named = told.length > 0 ? told : all;
  return new StationkeeperError({
    code: 'LoadBalancerRefused',
    // A target group may be on its way, or only lack its listener.
    retry: 'backoff',
    message: `ECS does not take ${named.join(' or ')} of loadBalancers: ${error.message} Create it in this account and Region with target type ip for awsvpc, give it a listener, or correct loadBalancers`,
    cause: error,
  });
}
