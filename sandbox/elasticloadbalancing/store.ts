import type { CallContext } from '../call.ts';
import { AwsError } from '../error.ts';
import { partitionOf } from '../partition.ts';
import { startOf, takePage } from '../paging.ts';
import { validationError } from './errors.ts';
import type {
  ListenerRecord,
  LoadBalancerRecord,
  LoadBalancingState,
  RuleRecord,
  TargetGroupRecord,
} from './state.ts';

const MOST_ON_PAGE = 400;

/** `arn:aws:elasticloadbalancing:us-east-1:385605022855:targetgroup/gateway/73e2d6bc24d8a067` for what follows the account. */
export function loadBalancingArn({ region, accountId }: CallContext, resource: string): string {
  return `arn:${partitionOf(region)}:elasticloadbalancing:${region}:${accountId}:${resource}`;
}

/** Throws ValidationError, LoadBalancerNotFound. */
export function requireLoadBalancer({ state }: CallContext, arn = ''): LoadBalancerRecord {
  const found = state.elasticloadbalancing.loadBalancers.get(arn);
  if (found !== undefined) return found;
  if (!arn.includes(':loadbalancer/')) throw validationError(`'${arn}' is not a valid load balancer ARN`);
  throw new AwsError('LoadBalancerNotFound', `Load balancer '${arn}' not found`);
}

export function findTargetGroup(state: LoadBalancingState, arn: string): TargetGroupRecord | undefined {
  return state.targetGroups.get(arn);
}

/** Throws ValidationError, TargetGroupNotFound. */
export function requireTargetGroup({ state }: CallContext, arn = ''): TargetGroupRecord {
  const found = findTargetGroup(state.elasticloadbalancing, arn);
  if (found !== undefined) return found;
  if (!arn.includes(':targetgroup/')) throw validationError(`'${arn}' is not a valid target group ARN`);
  throw new AwsError('TargetGroupNotFound', 'One or more target groups not found');
}

export function* listenersOf({ loadBalancers }: LoadBalancingState): Generator<ListenerRecord> {
  for (const { listeners } of loadBalancers.values()) yield* listeners.values();
}

/** Throws ValidationError, ListenerNotFound. */
export function requireListener({ state }: CallContext, arn = ''): ListenerRecord {
  for (const listener of listenersOf(state.elasticloadbalancing)) if (listener.arn === arn) return listener;
  if (!arn.includes(':listener/')) throw validationError(`'${arn}' is not a valid listener ARN`);
  throw new AwsError('ListenerNotFound', 'One or more listeners not found');
}

/** Throws ValidationError, RuleNotFound. */
export function requireRule({ state }: CallContext, arn = ''): RuleRecord {
  for (const { rules } of listenersOf(state.elasticloadbalancing)) {
    const found = rules.get(arn);
    if (found !== undefined) return found;
  }
  if (!arn.includes(':listener-rule/')) throw validationError(`'${arn}' is not a valid listener rule ARN`);
  throw new AwsError('RuleNotFound', 'One or more rules not found');
}

interface PageRequest {
  readonly Marker?: string | undefined;
  readonly PageSize?: number | undefined;
}

/** One page, in order of the keys. Throws ValidationError. */
export function elbPage<Item>(
  entries: Iterable<readonly [string, Item]>,
  { Marker, PageSize = MOST_ON_PAGE }: PageRequest,
): { readonly items: readonly Item[]; readonly NextMarker: string | undefined } {
  if (PageSize < 1 || PageSize > MOST_ON_PAGE) {
    throw validationError(`Page size '${PageSize}' must be between '1' and '${MOST_ON_PAGE}' inclusive`);
  }
  const start = startOf(Marker);
  if (start === undefined) throw validationError(`The marker '${Marker}' is not valid`);
  const { items, nextToken } = takePage(entriesFrom(entries, start), PageSize);
  return { items, NextMarker: nextToken };
}

function* entriesFrom<Item>(
  entries: Iterable<readonly [string, Item]>,
  start: string,
): Generator<readonly [string, Item]> {
  for (const entry of entries) if (entry[0] >= start) yield entry;
}
