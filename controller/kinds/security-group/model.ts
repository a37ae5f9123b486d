import type { ResourceId } from '../../core/resource.ts';

export interface SecurityGroupRule {
  /** `tcp`, `udp`, `icmp`, `icmpv6`, a protocol number, or `-1` for all. */
  readonly protocol: string;
  /** Null where the protocol is `-1`. For ICMP: type and code. */
  readonly fromPort: number | null;
  readonly toPort: number | null;
  /** Canonical CIDR (v4 or v6), `sg-…` or `pl-…`. */
  readonly peer: string;
  readonly description?: string;
}

/** An EC2 security group with all its rules: inside an owned group every rule is ours. Outputs: `id`, `arn`. */
export interface SecurityGroupSpec {
  readonly name: string;
  readonly description: string;
  /** The Environment whose VPC it belongs to. */
  readonly environment: ResourceId;
  readonly ingress: readonly SecurityGroupRule[];
  readonly egress: readonly SecurityGroupRule[];
}
