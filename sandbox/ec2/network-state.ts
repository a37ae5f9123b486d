/** A block of addresses that belongs to a VPC or a subnet. */
export interface CidrAssociation {
  readonly associationId: string;
  readonly cidrBlock: string;
}

/** What a subnet or a VPC uses, and the id of that use. */
export interface TableAssociation {
  readonly associationId: string;
  readonly routeTableId: string;
}

export interface AclAssociation {
  readonly associationId: string;
  readonly networkAclId: string;
}

export interface InternetGateway {
  readonly internetGatewayId: string;
  /** The VPC that it is attached to; a VPC has one at most. */
  vpcId: string | undefined;
  /** The table of what comes in through it (Gateway route tables, Amazon VPC user guide). */
  routeTable: TableAssociation | undefined;
}

export interface EgressOnlyGateway {
  readonly egressOnlyInternetGatewayId: string;
  readonly vpcId: string;
}

export interface ElasticAddress {
  readonly allocationId: string;
  readonly publicIp: string;
  association: AddressAssociation | undefined;
}

export interface AddressAssociation {
  readonly associationId: string;
  readonly networkInterfaceId: string;
}

export interface NatGateway {
  readonly natGatewayId: string;
  readonly vpcId: string;
  readonly subnetId: string;
  readonly connectivityType: 'public' | 'private';
  /** The elastic IP address that it was asked to have. */
  readonly allocationId: string | undefined;
  readonly createTime: Date;
  /** What it has been given; it stays to be seen when the gateway is deleted. */
  readonly address: NatAddress | undefined;
  /** What keeps it from becoming available. */
  readonly failure: { readonly code: string; readonly message: string } | undefined;
  state: 'pending' | 'available' | 'failed' | 'deleting' | 'deleted';
  deleteTime: Date | undefined;
}

export interface NatAddress {
  readonly networkInterfaceId: string;
  readonly privateIp: string;
  readonly publicIp: string | undefined;
  readonly associationId: string | undefined;
}

/** Where a connection between VPCs is in its life (VpcPeeringConnectionStateReason, EC2 API reference). */
export interface PeeringStatus {
  readonly code:
    | 'pending-acceptance'
    | 'provisioning'
    | 'active'
    | 'failed'
    | 'expired'
    | 'rejected'
    | 'deleted';
  readonly message: string;
}

/** Between two VPCs of the account and Region. */
export interface PeeringConnection {
  readonly vpcPeeringConnectionId: string;
  readonly requesterVpcId: string;
  readonly accepterVpcId: string;
  status: PeeringStatus;
  /** While nobody has accepted it. */
  expirationTime: Date | undefined;
}

/** A way from a VPC to a service of AWS that does not lead over the internet. */
export interface VpcEndpoint {
  readonly vpcEndpointId: string;
  readonly vpcId: string;
  /** `com.amazonaws.us-east-1.logs`. */
  readonly serviceName: string;
  readonly type: 'Gateway' | 'Interface';
  readonly creationTimestamp: Date;
  /** JSON. */
  policyDocument: string;
  /** Whether the service's own name leads to it in the VPC; of an interface endpoint. */
  privateDnsEnabled: boolean;
  /** Tables with a route to it; of a gateway endpoint. */
  routeTableIds: readonly string[];
  /** Of an interface endpoint: its interface by subnet. */
  readonly interfaceIds: Map<string, string>;
  /** Of an interface endpoint. */
  securityGroupIds: readonly string[];
  state: 'pending' | 'available' | 'deleting';
}

/** What a route leads to: one member of CreateRoute. */
export interface RouteTarget {
  readonly member:
    | 'GatewayId'
    | 'NatGatewayId'
    | 'EgressOnlyInternetGatewayId'
    | 'NetworkInterfaceId'
    | 'VpcPeeringConnectionId';
  readonly id: string;
}

export interface RouteDestination {
  readonly member: 'DestinationCidrBlock' | 'DestinationIpv6CidrBlock' | 'DestinationPrefixListId';
  readonly value: string;
}

export interface Route {
  readonly destination: RouteDestination;
  target: RouteTarget;
}

/** A table without the routes to the blocks of its VPC itself, which every table has. */
export interface RouteTable {
  readonly routeTableId: string;
  readonly vpcId: string;
  /** By the value of the destination. */
  readonly routes: Map<string, Route>;
}

export interface NetworkAcl {
  readonly networkAclId: string;
  readonly vpcId: string;
  readonly isDefault: boolean;
  /** The customer's; the last one of each direction, which denies the rest, is not among them. By `ingress 100`. */
  readonly entries: Map<string, AclEntry>;
}

export interface AclEntry {
  readonly ruleNumber: number;
  readonly egress: boolean;
  /** A number, or `-1` for all. */
  readonly protocol: string;
  readonly ruleAction: 'allow' | 'deny';
  readonly block: { readonly CidrBlock: string } | { readonly Ipv6CidrBlock: string };
  readonly portRange: { readonly From: number; readonly To: number } | undefined;
  readonly icmpTypeCode: { readonly Type: number; readonly Code: number } | undefined;
}

export interface DhcpOptions {
  readonly dhcpOptionsId: string;
  /** By key: `domain-name-servers`. */
  readonly configurations: ReadonlyMap<string, readonly string[]>;
}
