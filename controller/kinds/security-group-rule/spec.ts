import type { EnvironmentOutputs, Reference } from '../../core/reference.ts';
import type { GivenGroup } from '../given-security-group/facts.ts';
import type { SecurityGroupOutputs } from '../security-group/facts.ts';

/** A rule between a daemon and one of its consumers: egress in the consumer's group, or ingress in the daemon's. */
export interface SecurityGroupRuleSpec {
  /** Where both are looked up. */
  readonly environment: Reference<EnvironmentOutputs>;
  readonly direction: 'ingress' | 'egress';
  readonly daemon: Reference<SecurityGroupOutputs>;
  readonly consumer: GivenGroup;
  readonly protocol: 'tcp' | 'udp';
  readonly fromPort: number;
  readonly toPort: number;
  /** Who is let out to, or in: the other group, each block of the subnets that it is used in, or one of these blocks. */
  readonly peer: 'group' | 'subnets' | { readonly block: string };
}

export interface SecurityGroupRuleState {
  /** `sgr-…`. */
  readonly id: string;
  /** Of the group that it is in. */
  readonly group: string;
  readonly direction: 'ingress' | 'egress';
  readonly protocol: string;
  readonly fromPort: number | null;
  readonly toPort: number | null;
  readonly peer: string;
}
