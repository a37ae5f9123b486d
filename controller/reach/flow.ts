import type { NetworkInterface } from '@aws-sdk/client-ec2';

/** One end of a packet's way: a network interface. */
export interface End {
  readonly interfaceId: string;
  /** IPv4. */
  readonly address: string;
  readonly subnetId: string;
  readonly vpcId: string;
  readonly groupIds: readonly string[];
  /** Absent where it has none. */
  readonly publicAddress?: string;
}

/** Ports from the first to the last. */
export interface Ports {
  readonly first: number;
  readonly last: number;
}

/** What a consumer sends to a daemon. */
export interface Flow {
  readonly protocol: 'tcp' | 'udp';
  readonly port: number;
  readonly from: End;
  readonly to: End;
  /** The ports that it may be sent from, to which an answer goes back. */
  readonly sentFrom: Ports;
}

/** Ports that Linux sends from (ip_local_port_range of its kernel), which is what consumers on ECS are assumed to be. */
export const EPHEMERAL: Ports = { first: 32_768, last: 60_999 };

export function endOf(attached: NetworkInterface): End {
  const publicAddress = attached.Association?.PublicIp;
  return {
    interfaceId: attached.NetworkInterfaceId ?? '',
    address: attached.PrivateIpAddress ?? '',
    subnetId: attached.SubnetId ?? '',
    vpcId: attached.VpcId ?? '',
    groupIds: (attached.Groups ?? []).flatMap(({ GroupId }) => GroupId ?? []),
    ...(publicAddress !== undefined && { publicAddress }),
  };
}

/** `udp 2000`, as rules and people have it. */
export function trafficText({ protocol, port }: Pick<Flow, 'protocol' | 'port'>): string {
  return `${protocol} ${port}`;
}
