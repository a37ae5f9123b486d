import type {
  DeregisterTargetsCommandInput,
  DeregisterTargetsCommandOutput,
  DescribeTargetHealthCommandInput,
  DescribeTargetHealthCommandOutput,
  RegisterTargetsCommandInput,
  RegisterTargetsCommandOutput,
  TargetDescription,
  TargetHealthDescription,
  TargetHealthReasonEnum,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { isIPv4 } from 'node:net';
import type { Answer } from '../answer.ts';
import type { CallContext } from '../call.ts';
import { AwsError } from '../error.ts';
import { loadBalancersOf } from './actions.ts';
import { requireWithin, validationError } from './errors.ts';
import type { TargetGroupRecord, TargetRecord } from './state.ts';
import { requireTargetGroup } from './store.ts';

/** What people read about a state (API reference, TargetHealth). */
const DESCRIPTIONS: Partial<Readonly<Record<TargetHealthReasonEnum, string>>> = {
  'Elb.RegistrationInProgress': 'Target registration is in progress',
  'Target.DeregistrationInProgress': 'Target deregistration is in progress',
  'Target.FailedHealthChecks': 'Health checks failed',
  'Target.NotInUse': 'Target group is not configured to receive traffic from the load balancer',
  'Target.NotRegistered': 'Target is not registered to the target group',
};

/** Throws ValidationError, InvalidTarget, TargetGroupNotFound; then no target is registered. */
export function registerTargets(
  input: RegisterTargetsCommandInput,
  context: CallContext,
): Answer<RegisterTargetsCommandOutput> {
  const group = requireTargetGroup(context, input.TargetGroupArn);
  const { Targets: asked = [] } = input;
  if (asked.length === 0) throw validationError('Targets must be specified');
  for (const target of asked) checkTarget(group, target);
  for (const { Id = '', Port = group.port, AvailabilityZone } of asked) {
    registerTarget(context, group, { id: Id, port: Port, availabilityZone: AvailabilityZone });
  }
  return {};
}

/** Nobody has instances or application load balancers as targets here: there are none of the former. */
function checkTarget({ targetType }: TargetGroupRecord, { Id = '', Port }: TargetDescription): void {
  if (Port !== undefined) requireWithin('Target port', Port, 1, 65_535);
  if (targetType === 'instance') throw new AwsError('InvalidTarget', `Instance ID '${Id}' is not valid`);
  if (targetType === 'ip' && !isIPv4(Id)) {
    throw validationError(`The IP address '${Id}' is not a valid IPv4 address`);
  }
}

export function deregisterTargets(
  input: DeregisterTargetsCommandInput,
  context: CallContext,
): Answer<DeregisterTargetsCommandOutput> {
  const group = requireTargetGroup(context, input.TargetGroupArn);
  for (const { Id, Port } of input.Targets ?? []) {
    for (const target of group.targets.values()) {
      if (target.id === Id && (Port ?? target.port) === target.port) deregisterTarget(context, group, target);
    }
  }
  return {};
}

/** Of all targets, or of those that are named: also of such as are not registered. */
export function describeTargetHealth(
  input: DescribeTargetHealthCommandInput,
  context: CallContext,
): Answer<DescribeTargetHealthCommandOutput> {
  const group = requireTargetGroup(context, input.TargetGroupArn);
  const all = [...group.targets.values()];
  if (input.Targets === undefined || input.Targets.length === 0) {
    return { TargetHealthDescriptions: all.map((target) => showHealth(group, target)) };
  }
  const described = input.Targets.map(({ Id = '', Port = group.port }) =>
    showHealth(group, group.targets.get(keyOf({ id: Id, port: Port })) ?? unregistered(Id, Port)),
  );
  return { TargetHealthDescriptions: described };
}

function unregistered(id: string, port: number): TargetRecord {
  return {
    id,
    port,
    availabilityZone: undefined,
    state: 'unused',
    reason: 'Target.NotRegistered',
    fails: false,
  };
}

function showHealth(
  { healthCheck }: TargetGroupRecord,
  { id, port, availabilityZone, state, reason }: TargetRecord,
): TargetHealthDescription {
  const description = reason === undefined ? undefined : DESCRIPTIONS[reason];
  return {
    Target: {
      Id: id,
      Port: port,
      ...(availabilityZone === undefined ? {} : { AvailabilityZone: availabilityZone }),
    },
    HealthCheckPort: healthCheck.port === 'traffic-port' ? String(port) : healthCheck.port,
    TargetHealth: {
      State: state,
      ...(reason === undefined ? {} : { Reason: reason }),
      ...(description === undefined ? {} : { Description: description }),
    },
  };
}

export interface NewTarget {
  readonly id: string;
  readonly port: number;
  readonly availabilityZone: string | undefined;
  /** It never passes a health check. */
  readonly fails?: boolean;
}

/**
 * A target that is in use is registered for a while and then healthy at its first check, or unhealthy after as many as the group wants. `changed`
 * hears of it.
 */
export function registerTarget(
  context: CallContext,
  group: TargetGroupRecord,
  { fails = false, ...asked }: NewTarget,
  changed: () => void = () => {},
): TargetRecord {
  const known = group.targets.get(keyOf(asked));
  if (known !== undefined && known.state !== 'draining') return known;
  const target: TargetRecord = { ...asked, fails, state: 'unused', reason: 'Target.NotInUse' };
  group.targets.set(keyOf(target), target);
  if (isInUse(context, group)) beginChecks(context, group, target, changed);
  return target;
}

function beginChecks(
  context: CallContext,
  group: TargetGroupRecord,
  target: TargetRecord,
  changed: () => void = () => {},
): void {
  const { world } = context;
  const { intervalSeconds, unhealthyThreshold } = group.healthCheck;
  const checks = target.fails ? unhealthyThreshold : 1;
  target.state = 'initial';
  target.reason = 'Elb.RegistrationInProgress';
  const until =
    world.pick(world.timing.elasticloadbalancing.targetRegistration) + checks * intervalSeconds * 1000;
  world.after(until, () => {
    if (target.state !== 'initial') return;
    target.state = target.fails ? 'unhealthy' : 'healthy';
    target.reason = target.fails ? 'Target.FailedHealthChecks' : undefined;
    changed();
  });
}

/** Drains for as long as the group says, and is gone then; does nothing where it drains already. */
export function deregisterTarget(
  { world }: CallContext,
  group: TargetGroupRecord,
  target: TargetRecord,
): void {
  if (target.state === 'draining') return;
  target.state = 'draining';
  target.reason = 'Target.DeregistrationInProgress';
  world.after(deregistrationDelayMs(group), () => {
    if (target.state === 'draining' && group.targets.get(keyOf(target)) === target) {
      group.targets.delete(keyOf(target));
    }
  });
}

export function deregistrationDelayMs({ attributes }: TargetGroupRecord): number {
  return Number(attributes.get('deregistration_delay.timeout_seconds') ?? 300) * 1000;
}

/** After every change of what forwards where: targets that come into use are checked, and others are unused. */
export function settleTargets(context: CallContext): void {
  for (const group of context.state.elasticloadbalancing.targetGroups.values()) {
    const inUse = isInUse(context, group);
    for (const target of group.targets.values()) {
      if (target.state === 'draining') continue;
      if (inUse && target.state === 'unused') beginChecks(context, group, target);
      if (inUse || target.state === 'unused') continue;
      target.state = 'unused';
      target.reason = 'Target.NotInUse';
    }
  }
}

function isInUse({ state: { elasticloadbalancing } }: CallContext, { arn }: TargetGroupRecord): boolean {
  return loadBalancersOf(elasticloadbalancing, arn).some(
    (balancer) => elasticloadbalancing.loadBalancers.get(balancer)?.state === 'active',
  );
}

function keyOf({ id, port }: Pick<TargetRecord, 'id' | 'port'>): string {
  return `${id}:${port}`;
}
