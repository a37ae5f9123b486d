import { AwsError } from '../error.ts';

/** How EC2 names a resource that it does not find, or whose id is none (Error codes for the Amazon EC2 API). */
interface IdKind {
  readonly prefix: string;
  readonly noun: string;
  readonly nouns: string;
  readonly notFound: string;
  readonly malformed: string;
  /** What is said of those that are missing, where it is not `The <noun> '…' does not exist`. */
  readonly missing?: (ids: string) => string;
}

const ID_KINDS = {
  vpc: {
    prefix: 'vpc',
    noun: 'vpc ID',
    nouns: 'vpc IDs',
    notFound: 'InvalidVpcID.NotFound',
    malformed: 'InvalidVpcID.Malformed',
  },
  subnet: {
    prefix: 'subnet',
    noun: 'subnet ID',
    nouns: 'subnet IDs',
    notFound: 'InvalidSubnetID.NotFound',
    malformed: 'InvalidSubnetID.Malformed',
  },
  group: {
    prefix: 'sg',
    noun: 'security group',
    nouns: 'security groups',
    notFound: 'InvalidGroup.NotFound',
    malformed: 'InvalidGroupId.Malformed',
  },
  rule: {
    prefix: 'sgr',
    noun: 'security group rule ID',
    nouns: 'security group rule IDs',
    notFound: 'InvalidSecurityGroupRuleId.NotFound',
    malformed: 'InvalidSecurityGroupRuleId.Malformed',
  },
  interface: {
    prefix: 'eni',
    noun: 'networkInterface ID',
    nouns: 'networkInterface IDs',
    notFound: 'InvalidNetworkInterfaceID.NotFound',
    malformed: 'InvalidNetworkInterfaceId.Malformed',
  },
  instance: {
    prefix: 'i',
    noun: 'instance ID',
    nouns: 'instance IDs',
    notFound: 'InvalidInstanceID.NotFound',
    malformed: 'InvalidInstanceID.Malformed',
  },
  attachment: {
    prefix: 'eni-attach',
    noun: 'networkInterface attachment ID',
    nouns: 'networkInterface attachment IDs',
    notFound: 'InvalidAttachmentID.NotFound',
    malformed: 'InvalidNetworkInterfaceAttachmentId.Malformed',
  },
  serviceAttachment: {
    prefix: 'ela-attach',
    noun: 'networkInterface attachment ID',
    nouns: 'networkInterface attachment IDs',
    notFound: 'InvalidAttachmentID.NotFound',
    malformed: 'InvalidNetworkInterfaceAttachmentId.Malformed',
  },
  prefixList: {
    prefix: 'pl',
    noun: 'prefix list ID',
    nouns: 'prefix list IDs',
    notFound: 'InvalidPrefixListID.NotFound',
    malformed: 'InvalidPrefixListId.Malformed',
  },
  routeTable: {
    prefix: 'rtb',
    noun: 'routeTable ID',
    nouns: 'routeTable IDs',
    notFound: 'InvalidRouteTableID.NotFound',
    malformed: 'InvalidRouteTableId.Malformed',
  },
  networkAcl: {
    prefix: 'acl',
    noun: 'networkAcl ID',
    nouns: 'networkAcl IDs',
    notFound: 'InvalidNetworkAclID.NotFound',
    malformed: 'InvalidNetworkAclId.Malformed',
  },
  internetGateway: {
    prefix: 'igw',
    noun: 'internetGateway ID',
    nouns: 'internetGateway IDs',
    notFound: 'InvalidInternetGatewayID.NotFound',
    malformed: 'InvalidInternetGatewayId.Malformed',
  },
  /** A gateway as routes name it. */
  gateway: {
    prefix: 'igw',
    noun: 'gateway ID',
    nouns: 'gateway IDs',
    notFound: 'InvalidGatewayID.NotFound',
    malformed: 'InvalidGatewayID.Malformed',
  },
  egressOnlyGateway: {
    prefix: 'eigw',
    noun: 'egressOnlyInternetGateway ID',
    nouns: 'egressOnlyInternetGateway IDs',
    notFound: 'InvalidEgressOnlyInternetGatewayId.NotFound',
    malformed: 'InvalidEgressOnlyInternetGatewayId.Malformed',
  },
  natGateway: {
    prefix: 'nat',
    noun: 'NAT gateway',
    nouns: 'NAT gateways',
    notFound: 'NatGatewayNotFound',
    malformed: 'NatGatewayMalformed',
    missing: (ids) => `The Nat gateway ${ids} was not found`,
  },
  /** A NAT gateway as routes name it. */
  routedNatGateway: {
    prefix: 'nat',
    noun: 'natGateway ID',
    nouns: 'natGateway IDs',
    notFound: 'InvalidNatGatewayID.NotFound',
    malformed: 'InvalidNatGatewayID.Malformed',
  },
  peeringConnection: {
    prefix: 'pcx',
    noun: 'vpcPeeringConnection ID',
    nouns: 'vpcPeeringConnection IDs',
    notFound: 'InvalidVpcPeeringConnectionID.NotFound',
    malformed: 'InvalidVpcPeeringConnectionId.Malformed',
  },
  vpcEndpoint: {
    prefix: 'vpce',
    noun: 'Vpc Endpoint Id',
    nouns: 'Vpc Endpoint Ids',
    notFound: 'InvalidVpcEndpointId.NotFound',
    malformed: 'InvalidVpcEndpointId.Malformed',
  },
  allocation: {
    prefix: 'eipalloc',
    noun: 'allocation ID',
    nouns: 'allocation IDs',
    notFound: 'InvalidAllocationID.NotFound',
    malformed: 'InvalidAllocationID.Malformed',
  },
  addressAssociation: {
    prefix: 'eipassoc',
    noun: 'association ID',
    nouns: 'association IDs',
    notFound: 'InvalidAssociationID.NotFound',
    malformed: 'InvalidAssociationID.Malformed',
  },
  tableAssociation: {
    prefix: 'rtbassoc',
    noun: 'association ID',
    nouns: 'association IDs',
    notFound: 'InvalidAssociationID.NotFound',
    malformed: 'InvalidAssociationID.Malformed',
  },
  aclAssociation: {
    prefix: 'aclassoc',
    noun: 'association ID',
    nouns: 'association IDs',
    notFound: 'InvalidAssociationID.NotFound',
    malformed: 'InvalidAssociationID.Malformed',
  },
  dhcpOptions: {
    prefix: 'dopt',
    noun: 'dhcpOption ID',
    nouns: 'dhcpOption IDs',
    notFound: 'InvalidDhcpOptionID.NotFound',
    malformed: 'InvalidDhcpOptionsId.Malformed',
  },
  vpcBlock: {
    prefix: 'vpc-cidr-assoc',
    noun: 'vpc CIDR block association ID',
    nouns: 'vpc CIDR block association IDs',
    notFound: 'InvalidVpcCidrBlockAssociationID.NotFound',
    malformed: 'InvalidVpcCidrBlockAssociationIDError.Malformed',
  },
  subnetBlock: {
    prefix: 'subnet-cidr-assoc',
    noun: 'subnet CIDR block association ID',
    nouns: 'subnet CIDR block association IDs',
    notFound: 'InvalidSubnetCidrBlockAssociationID.NotFound',
    malformed: 'InvalidSubnetCidrBlockAssociationID.Malformed',
  },
} as const satisfies Readonly<Record<string, IdKind>>;

export type IdKindName = keyof typeof ID_KINDS;

/**
 * What the ids name, in their order. Throws the kind's `….Malformed` where one is no id at all, before its
 * `….NotFound` with every id that names nothing.
 */
export function requireByIds<Item>(
  kindName: IdKindName,
  ids: readonly string[],
  find: (id: string) => Item | undefined,
): Item[] {
  const kind: IdKind = ID_KINDS[kindName];
  for (const id of ids) {
    if (!isWellFormed(kind, id)) {
      throw new AwsError(kind.malformed, `Invalid id: "${id}" (expecting "${kind.prefix}-...")`);
    }
  }
  const missing = ids.filter((id) => find(id) === undefined);
  const [first, ...others] = missing;
  if (first === undefined) return ids.flatMap((id) => find(id) ?? []);
  if (kind.missing !== undefined) throw new AwsError(kind.notFound, kind.missing(missing.join(', ')));
  throw new AwsError(
    kind.notFound,
    others.length === 0
      ? `The ${kind.noun} '${first}' does not exist`
      : `The ${kind.nouns} '${missing.join(', ')}' do not exist`,
  );
}

export function requireById<Item>(
  kindName: IdKindName,
  id: string,
  find: (id: string) => Item | undefined,
): Item {
  return requireByIds(kindName, [id], find)[0]!;
}

/** AWS publishes no rule for the number of digits: a short id counts as one that does not exist. */
function isWellFormed(kind: IdKind, id: string): boolean {
  return id.startsWith(`${kind.prefix}-`) && /^[0-9a-f]{1,17}$/.test(id.slice(kind.prefix.length + 1));
}
