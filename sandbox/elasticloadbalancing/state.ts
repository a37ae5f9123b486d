import type {
  Action,
  Certificate,
  CreateLoadBalancerInput,
  CreateTargetGroupInput,
  LoadBalancerAddress,
  Matcher,
  MutualAuthenticationAttributes,
  ProtocolEnum,
  RuleCondition,
  RuleTransform,
  TargetGroupIpAddressTypeEnum,
  TargetHealthReasonEnum,
  TargetHealthStateEnum,
  TargetTypeEnum,
  IpAddressType,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { SortedMap } from '../sorted-map.ts';

export type Tags = Map<string, string>;

/** One subnet of a load balancer, in which it has an interface. */
export interface LoadBalancerZone {
  readonly zoneName: string;
  readonly subnetId: string;
  readonly addresses: readonly LoadBalancerAddress[];
  readonly networkInterfaceId: string;
}

export interface LoadBalancerRecord {
  readonly arn: string;
  readonly name: string;
  readonly type: 'network' | 'application';
  readonly scheme: 'internet-facing' | 'internal';
  readonly vpcId: string;
  readonly dnsName: string;
  readonly hostedZoneId: string;
  readonly createdTime: Date;
  /** The request that made it, for a repetition of it. */
  readonly creation: CreateLoadBalancerInput;
  state: 'provisioning' | 'active';
  ipAddressType: IpAddressType;
  zones: LoadBalancerZone[];
  securityGroups: string[];
  /** Of network load balancers with security groups. */
  enforcesRulesOnPrivateLink: string | undefined;
  /** Those that were set; the others have their defaults. */
  readonly attributes: Map<string, string>;
  readonly tags: Tags;
  /** By ARN. */
  readonly listeners: SortedMap<ListenerRecord>;
}

export interface ListenerRecord {
  readonly arn: string;
  readonly loadBalancer: LoadBalancerRecord;
  port: number;
  protocol: ProtocolEnum;
  sslPolicy: string | undefined;
  certificates: Certificate[];
  alpnPolicy: string[];
  mutualAuthentication: MutualAuthenticationAttributes | undefined;
  defaultActions: Action[];
  readonly attributes: Map<string, string>;
  readonly tags: Tags;
  /** Without the default rule; by ARN. */
  readonly rules: SortedMap<RuleRecord>;
}

export interface RuleRecord {
  readonly arn: string;
  readonly listener: ListenerRecord;
  priority: number;
  conditions: RuleCondition[];
  actions: Action[];
  transforms: RuleTransform[];
  readonly tags: Tags;
}

export interface HealthCheck {
  readonly enabled: boolean;
  readonly protocol: ProtocolEnum;
  readonly port: string;
  readonly path: string | undefined;
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly healthyThreshold: number;
  readonly unhealthyThreshold: number;
  readonly matcher: Matcher | undefined;
}

export interface TargetRecord {
  readonly id: string;
  readonly port: number;
  readonly availabilityZone: string | undefined;
  /** It never passes a health check. */
  readonly fails: boolean;
  state: TargetHealthStateEnum;
  reason: TargetHealthReasonEnum | undefined;
}

export interface TargetGroupRecord {
  readonly arn: string;
  readonly name: string;
  readonly protocol: ProtocolEnum;
  readonly protocolVersion: string | undefined;
  readonly port: number;
  readonly vpcId: string;
  readonly targetType: TargetTypeEnum;
  readonly ipAddressType: TargetGroupIpAddressTypeEnum;
  /** The request that made it, for a repetition of it. */
  readonly creation: CreateTargetGroupInput;
  healthCheck: HealthCheck;
  readonly attributes: Map<string, string>;
  readonly tags: Tags;
  /** By `<id>:<port>`. */
  readonly targets: SortedMap<TargetRecord>;
}

export interface LoadBalancingState {
  /** By ARN. */
  readonly loadBalancers: SortedMap<LoadBalancerRecord>;
  /** By ARN. */
  readonly targetGroups: SortedMap<TargetGroupRecord>;
}

export function createLoadBalancingState(): LoadBalancingState {
  return { loadBalancers: new SortedMap(), targetGroups: new SortedMap() };
}
