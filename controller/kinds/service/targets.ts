import { StationkeeperError, hasCode } from '../../core/errors.ts';
import type { ServiceSpec } from './spec.ts';

/**
 * How ECS speaks of load balancers and target groups: without a listener (hashicorp/terraform#32908), of another target type
 * (terraform-provider-aws#11723), that it cannot look up (amazon-ecs-cli#21), or that are not there (amazon-ecs-agent#647).
 */
const OF_TARGETS = /target group|targetgroup|load ?balancer/i;

interface Refusal {
  /** ECS's words for it. */
  readonly said: RegExp;
  readonly verb: 'find' | 'take';
  /** Begins with a comma, or is empty. */
  readonly because: string;
  readonly remedy: string;
}

const OTHER = { verb: 'take', because: '', remedy: 'correct it, or loadBalancers' } as const;

const REFUSALS: readonly Refusal[] = [
  {
    // Of what is not there ECS only says that it cannot assume a role, and speaks of permissions.
    said: /unable to (assume role and validate|find)|not (exist|found)/i,
    verb: 'find',
    because: '',
    remedy:
      'create it in this account and Region, with target type ip for awsvpc and with a listener, or correct loadBalancers',
  },
  {
    said: /does not have an associated load balancer/i,
    verb: 'take',
    because: ', to which no load balancer forwards',
    remedy: 'give it a listener',
  },
  {
    said: /has target type/i,
    verb: 'take',
    because: ', whose target type is wrong',
    remedy: 'name another target group, of target type ip with awsvpc, else instance: none changes its type',
  },
];

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
  const { verb, because, remedy } = REFUSALS.find(({ said }) => said.test(error.message)) ?? OTHER;
  return new StationkeeperError({
    code: 'LoadBalancerRefused',
    // A target group may be on its way, or only lack its listener.
    retry: 'backoff',
    message: `ECS does not ${verb} ${named.join(' or ')} of loadBalancers${because}; ${remedy} (${error.message.replace(/\.$/, '')})`,
    cause: error,
  });
}
