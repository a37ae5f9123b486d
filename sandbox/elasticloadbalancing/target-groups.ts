import type {
  CreateTargetGroupCommandInput,
  CreateTargetGroupCommandOutput,
  DeleteTargetGroupCommandInput,
  DeleteTargetGroupCommandOutput,
  DescribeTargetGroupAttributesCommandInput,
  DescribeTargetGroupAttributesCommandOutput,
  DescribeTargetGroupsCommandInput,
  DescribeTargetGroupsCommandOutput,
  ModifyTargetGroupAttributesCommandInput,
  ModifyTargetGroupAttributesCommandOutput,
  ModifyTargetGroupCommandInput,
  ModifyTargetGroupCommandOutput,
  TargetGroup,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { isDeepStrictEqual } from 'node:util';
import type { Answer } from '../answer.ts';
import type { CallContext } from '../call.ts';
import { findVpc } from '../ec2/lookups.ts';
import { AwsError } from '../error.ts';
import { SortedMap } from '../sorted-map.ts';
import { tagsChanged } from '../tagging/state.ts';
import { loadBalancersOf } from './actions.ts';
import { setAttributes, showAttributes, targetGroupAttributes } from './attributes.ts';
import { checkName, requireOneOf, requireWithin, validationError } from './errors.ts';
import { readHealthCheck } from './health-checks.ts';
import type { LoadBalancingState, TargetGroupRecord } from './state.ts';
import { elbPage, loadBalancingArn, requireLoadBalancer, requireTargetGroup } from './store.ts';
import { readTags } from './tags.ts';

const PROTOCOLS = ['HTTP', 'HTTPS', 'TCP', 'TLS', 'UDP', 'TCP_UDP'];
const TARGET_TYPES = ['instance', 'ip', 'alb'];

/** The very same request again answers with what it made. Throws ValidationError, DuplicateTargetGroupName and what tags throw. */
export function createTargetGroup(
  input: CreateTargetGroupCommandInput,
  context: CallContext,
): Answer<CreateTargetGroupCommandOutput> {
  const { Name = '', Protocol, Port, VpcId, TargetType = 'instance', IpAddressType = 'ipv4' } = input;
  checkName('Target group', Name);
  requireOneOf('Target type', TargetType, TARGET_TYPES);
  if (Protocol === undefined) throw validationError('A protocol must be specified');
  requireOneOf('Protocol', Protocol, PROTOCOLS);
  if (Port === undefined) throw validationError('A port must be specified');
  requireWithin('Port', Port, 1, 65_535);
  if (VpcId === undefined) throw validationError('A VPC ID must be specified');
  if (findVpc(context.state.ec2, VpcId) === undefined) {
    throw validationError(`The VPC ID '${VpcId}' is not found`);
  }
  const isApplication = Protocol === 'HTTP' || Protocol === 'HTTPS';
  if (input.ProtocolVersion !== undefined && !isApplication) {
    throw validationError(
      `Protocol version is not supported for target groups with the protocol '${Protocol}'`,
    );
  }
  const healthCheck = readHealthCheck(input, { protocol: Protocol });
  const { elasticloadbalancing } = context.state;
  const existing = [...elasticloadbalancing.targetGroups.values()].find(({ name }) => name === Name);
  if (existing !== undefined) return { TargetGroups: [repeated(elasticloadbalancing, existing, input)] };
  const made: TargetGroupRecord = {
    arn: loadBalancingArn(context, `targetgroup/${Name}/${context.world.randomText(16)}`),
    name: Name,
    protocol: Protocol,
    protocolVersion: isApplication ? (input.ProtocolVersion ?? 'HTTP1') : undefined,
    port: Port,
    vpcId: VpcId,
    targetType: TargetType,
    ipAddressType: IpAddressType,
    creation: input,
    healthCheck,
    attributes: new Map(),
    tags: readTags(input.Tags),
    targets: new SortedMap(),
  };
  elasticloadbalancing.targetGroups.set(made.arn, made);
  tagsChanged(context, made.arn, made.tags);
  return { TargetGroups: [showTargetGroup(elasticloadbalancing, made)] };
}

function repeated(
  state: LoadBalancingState,
  existing: TargetGroupRecord,
  input: CreateTargetGroupCommandInput,
): TargetGroup {
  if (isDeepStrictEqual(existing.creation, input)) return showTargetGroup(state, existing);
  throw new AwsError(
    'DuplicateTargetGroupName',
    `A target group with the same name '${existing.name}' exists, but with different settings`,
  );
}

/** Of all, of a load balancer, or by names or ARNs: then all of them are there. Throws TargetGroupNotFound, LoadBalancerNotFound, ValidationError. */
export function describeTargetGroups(
  input: DescribeTargetGroupsCommandInput,
  context: CallContext,
): Answer<DescribeTargetGroupsCommandOutput> {
  const { LoadBalancerArn, TargetGroupArns: arns, Names: names } = input;
  if ([LoadBalancerArn, arns, names].filter((each) => each !== undefined).length > 1) {
    throw validationError(
      'Target group names, target group ARNs, and a load balancer ARN cannot be specified at the same time',
    );
  }
  if (LoadBalancerArn !== undefined) requireLoadBalancer(context, LoadBalancerArn);
  const state = context.state.elasticloadbalancing;
  const all = [...state.targetGroups.entries()];
  const isThere = (name: string) => all.some(([, group]) => group.name === name);
  if (arns?.some((arn) => !state.targetGroups.has(arn)) === true || names?.every(isThere) === false) {
    throw new AwsError('TargetGroupNotFound', 'One or more target groups not found');
  }
  const wanted = all.filter(
    ([arn, { name }]) =>
      (arns?.includes(arn) ?? true) &&
      (names?.includes(name) ?? true) &&
      (LoadBalancerArn === undefined || loadBalancersOf(state, arn).includes(LoadBalancerArn)),
  );
  const { items, NextMarker } = elbPage(wanted, input);
  return { TargetGroups: items.map((group) => showTargetGroup(state, group)), NextMarker };
}

export function modifyTargetGroup(
  input: ModifyTargetGroupCommandInput,
  context: CallContext,
): Answer<ModifyTargetGroupCommandOutput> {
  const group = requireTargetGroup(context, input.TargetGroupArn);
  group.healthCheck = readHealthCheck(input, { protocol: group.protocol, before: group.healthCheck });
  return { TargetGroups: [showTargetGroup(context.state.elasticloadbalancing, group)] };
}

/** One that is not there is deleted already (API reference, DeleteTargetGroup). Throws ResourceInUse. */
export function deleteTargetGroup(
  { TargetGroupArn: arn = '' }: DeleteTargetGroupCommandInput,
  context: CallContext,
): Answer<DeleteTargetGroupCommandOutput> {
  const state = context.state.elasticloadbalancing;
  if (!state.targetGroups.has(arn) && arn.includes(':targetgroup/')) return {};
  requireTargetGroup(context, arn);
  if (loadBalancersOf(state, arn).length > 0) {
    throw new AwsError('ResourceInUse', `Target group '${arn}' is currently in use by a listener or a rule`);
  }
  state.targetGroups.delete(arn);
  tagsChanged(context, arn, undefined);
  return {};
}

export function describeTargetGroupAttributes(
  input: DescribeTargetGroupAttributesCommandInput,
  context: CallContext,
): Answer<DescribeTargetGroupAttributesCommandOutput> {
  const { protocol, targetType, attributes } = requireTargetGroup(context, input.TargetGroupArn);
  return { Attributes: showAttributes(targetGroupAttributes(protocol, targetType), attributes) };
}

export function modifyTargetGroupAttributes(
  input: ModifyTargetGroupAttributesCommandInput,
  context: CallContext,
): Answer<ModifyTargetGroupAttributesCommandOutput> {
  const { protocol, targetType, attributes } = requireTargetGroup(context, input.TargetGroupArn);
  const defaults = targetGroupAttributes(protocol, targetType);
  setAttributes('Target group', defaults, { set: attributes, asked: input.Attributes });
  return { Attributes: showAttributes(defaults, attributes) };
}

function showTargetGroup(state: LoadBalancingState, group: TargetGroupRecord): TargetGroup {
  const { healthCheck } = group;
  return {
    TargetGroupArn: group.arn,
    TargetGroupName: group.name,
    Protocol: group.protocol,
    Port: group.port,
    VpcId: group.vpcId,
    HealthCheckProtocol: healthCheck.protocol,
    HealthCheckPort: healthCheck.port,
    HealthCheckEnabled: healthCheck.enabled,
    HealthCheckIntervalSeconds: healthCheck.intervalSeconds,
    HealthCheckTimeoutSeconds: healthCheck.timeoutSeconds,
    HealthyThresholdCount: healthCheck.healthyThreshold,
    UnhealthyThresholdCount: healthCheck.unhealthyThreshold,
    ...(healthCheck.path === undefined ? {} : { HealthCheckPath: healthCheck.path }),
    ...(healthCheck.matcher === undefined ? {} : { Matcher: healthCheck.matcher }),
    LoadBalancerArns: loadBalancersOf(state, group.arn),
    TargetType: group.targetType,
    ...(group.protocolVersion === undefined ? {} : { ProtocolVersion: group.protocolVersion }),
    IpAddressType: group.ipAddressType,
  };
}
