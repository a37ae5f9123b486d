import type { Action, ProtocolEnum } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { CallContext } from '../call.ts';
import { AwsError } from '../error.ts';
import { validationError } from './errors.ts';
import type { LoadBalancerRecord, LoadBalancingState } from './state.ts';
import { listenersOf, requireTargetGroup } from './store.ts';

/** Which target groups' protocols a listener's goes with (API reference, CreateListener). */
const GOES_WITH: Readonly<Record<string, readonly string[]>> = {
  HTTP: ['HTTP', 'HTTPS'],
  HTTPS: ['HTTP', 'HTTPS'],
  TCP: ['TCP', 'TCP_UDP'],
  TLS: ['TCP', 'TLS'],
  UDP: ['UDP', 'TCP_UDP'],
  TCP_UDP: ['TCP_UDP'],
};
const OTHERS = ['redirect', 'fixed-response', 'authenticate-oidc', 'authenticate-cognito', 'jwt-validation'];

/** The groups that actions forward to, each once. */
function forwardedTo(actions: readonly Action[]): string[] {
  const all = actions.flatMap(({ TargetGroupArn, ForwardConfig }) => [
    TargetGroupArn,
    ...(ForwardConfig?.TargetGroups ?? []).map((group) => group.TargetGroupArn),
  ]);
  return [...new Set(all.filter((arn) => arn !== undefined))];
}

/** ARNs of the balancers whose listeners and rules forward to a group. */
export function loadBalancersOf(state: LoadBalancingState, targetGroupArn: string): string[] {
  const found = new Set<string>();
  for (const { defaultActions, rules, loadBalancer } of listenersOf(state)) {
    const all = [...defaultActions, ...[...rules.values()].flatMap(({ actions }) => actions)];
    if (forwardedTo(all).includes(targetGroupArn)) found.add(loadBalancer.arn);
  }
  return [...found];
}

/**
 * Actions as they are given back: what forwards to one group names it in both places. Throws ValidationError, TargetGroupNotFound,
 * IncompatibleProtocols, TargetGroupAssociationLimit.
 */
export function readActions(
  context: CallContext,
  actions: readonly Action[] | undefined,
  { protocol, loadBalancer }: { readonly protocol: ProtocolEnum; readonly loadBalancer: LoadBalancerRecord },
): Action[] {
  if (actions === undefined || actions.length === 0) throw validationError('Actions must be specified');
  for (const { Type } of actions) {
    if (Type === 'forward' || (loadBalancer.type === 'application' && OTHERS.includes(Type ?? ''))) continue;
    throw validationError(
      `Action type '${Type}' is not supported for load balancers of type '${loadBalancer.type}'`,
    );
  }
  for (const arn of forwardedTo(actions)) checkForward(context, arn, { protocol, loadBalancer });
  const isAlone = actions.length === 1;
  return actions.map((action, index) => wholeAction(action, isAlone ? undefined : index + 1));
}

function checkForward(
  context: CallContext,
  arn: string,
  { protocol, loadBalancer }: { readonly protocol: ProtocolEnum; readonly loadBalancer: LoadBalancerRecord },
): void {
  const group = requireTargetGroup(context, arn);
  if (GOES_WITH[protocol]?.includes(group.protocol) !== true) {
    throw new AwsError(
      'IncompatibleProtocols',
      `The listener and its associated target group '${arn}' have incompatible protocols: '${protocol}' and '${group.protocol}'`,
    );
  }
  if (group.vpcId !== loadBalancer.vpcId) {
    throw new AwsError(
      'InvalidConfigurationRequest',
      `The load balancer '${loadBalancer.arn}' and the target group '${arn}' must be in the same VPC`,
    );
  }
  const others = loadBalancersOf(context.state.elasticloadbalancing, arn).filter(
    (other) => other !== loadBalancer.arn,
  );
  if (others.length > 0) {
    throw new AwsError(
      'TargetGroupAssociationLimit',
      `The following target groups cannot be associated with more than one load balancer: ${arn}`,
    );
  }
}

function wholeAction(action: Action, order: number | undefined): Action {
  const Order = action.Order ?? order;
  const whole = { ...action, ...(Order === undefined ? {} : { Order }) };
  if (action.Type !== 'forward') return whole;
  const targets = action.ForwardConfig?.TargetGroups ?? [{ TargetGroupArn: action.TargetGroupArn }];
  const [first] = targets;
  if (first?.TargetGroupArn === undefined) throw validationError('A target group ARN must be specified');
  return {
    ...whole,
    ...(targets.length === 1 ? { TargetGroupArn: first.TargetGroupArn } : {}),
    ForwardConfig: {
      ...action.ForwardConfig,
      TargetGroups: targets.map((target) => ({ ...target, Weight: target.Weight ?? 1 })),
      TargetGroupStickinessConfig: action.ForwardConfig?.TargetGroupStickinessConfig ?? { Enabled: false },
    },
  };
}
