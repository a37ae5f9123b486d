import type {
  AcceptVpcPeeringConnectionCommandInput,
  AcceptVpcPeeringConnectionCommandOutput,
  CreateVpcPeeringConnectionCommandInput,
  CreateVpcPeeringConnectionCommandOutput,
  DeleteVpcPeeringConnectionCommandInput,
  DeleteVpcPeeringConnectionCommandOutput,
  DescribeVpcPeeringConnectionsCommandInput,
  DescribeVpcPeeringConnectionsCommandOutput,
  RejectVpcPeeringConnectionCommandInput,
  RejectVpcPeeringConnectionCommandOutput,
  VpcPeeringConnection as PeeringConnectionShape,
  VpcPeeringConnectionVpcInfo,
} from '@aws-sdk/client-ec2';
import type { Answer } from '../../answer.ts';
import type { CallContext } from '../../call.ts';
import { AwsError } from '../../error.ts';
import { describedPage } from '../describe.ts';
import type { FilterTable } from '../filters.ts';
import { findVpc, requirePeeringConnection, requireVpc } from '../lookups.ts';
import type { PeeringConnection } from '../network-state.ts';
import type { Ec2State } from '../state.ts';
import { shownTags, specifiedTags } from '../tags.ts';
import { blocksOf } from '../vpc-blocks.ts';
import { ENDS, acceptPeering, endPeering, isStanding, joins, startPeering } from './connection-life.ts';

/** Most connections of a VPC that stand, before any increase (Amazon VPC quotas). */
const MAX_OF_VPC = 50;

/**
 * Asks for a connection between two VPCs of this account and Region: the sandbox's accounts and Regions do not meet. A second request
 * between the same VPCs answers with the first one's connection.
 */
export function createVpcPeeringConnection(
  input: CreateVpcPeeringConnectionCommandInput,
  context: CallContext,
): Answer<CreateVpcPeeringConnectionCommandOutput> {
  const { ec2 } = context.state;
  refuseNotServed(input, context);
  const requester = requireVpc(ec2, input.VpcId ?? '');
  const accepter = requireVpc(ec2, input.PeerVpcId ?? '');
  if (requester.vpcId === accepter.vpcId) {
    throw new AwsError(
      'InvalidParameterValue',
      `The vpc ID '${requester.vpcId}' cannot be peered with itself`,
    );
  }
  const tags = specifiedTags(input.TagSpecifications, 'vpc-peering-connection');
  const standing = [...ec2.peeringConnections.values()].filter(isStanding);
  const there = standing.find((connection) => joins(connection, requester.vpcId, accepter.vpcId));
  if (there !== undefined) return { VpcPeeringConnection: connectionShape(ec2, there) };
  for (const { vpcId } of [requester, accepter]) {
    const count = standing.filter(
      (each) => each.requesterVpcId === vpcId || each.accepterVpcId === vpcId,
    ).length;
    if (count >= MAX_OF_VPC) {
      throw new AwsError(
        'VpcPeeringConnectionLimitExceeded',
        `The maximum number of VPC peering connections of ${vpcId} has been reached.`,
      );
    }
  }
  const connection = startPeering(context, { requester, accepter, tags });
  return { VpcPeeringConnection: connectionShape(ec2, connection) };
}

function refuseNotServed(
  { PeerOwnerId: owner, PeerRegion: region }: CreateVpcPeeringConnectionCommandInput,
  context: CallContext,
): void {
  const elsewhere =
    (owner ?? context.accountId) === context.accountId
      ? (region ?? context.region) !== context.region && `VPCs of ${region}`
      : `VPCs of account ${owner}`;
  if (elsewhere !== false) {
    throw new AwsError('Unsupported', `The sandbox does not serve peering with ${elsewhere}.`);
  }
}

export function acceptVpcPeeringConnection(
  input: AcceptVpcPeeringConnectionCommandInput,
  context: CallContext,
): Answer<AcceptVpcPeeringConnectionCommandOutput> {
  const { ec2 } = context.state;
  const connection = requirePeeringConnection(ec2, input.VpcPeeringConnectionId ?? '');
  requirePending(connection, 'active');
  acceptPeering(context, connection);
  return { VpcPeeringConnection: connectionShape(ec2, connection) };
}

export function rejectVpcPeeringConnection(
  input: RejectVpcPeeringConnectionCommandInput,
  context: CallContext,
): Answer<RejectVpcPeeringConnectionCommandOutput> {
  const connection = requirePeeringConnection(context.state.ec2, input.VpcPeeringConnectionId ?? '');
  requirePending(connection, 'rejected');
  endPeering(context, connection, ENDS.rejected);
  return { Return: true };
}

/** Either side may end a connection that waits or is active; it is to be seen for some hours after. */
export function deleteVpcPeeringConnection(
  input: DeleteVpcPeeringConnectionCommandInput,
  context: CallContext,
): Answer<DeleteVpcPeeringConnectionCommandOutput> {
  const connection = requirePeeringConnection(context.state.ec2, input.VpcPeeringConnectionId ?? '');
  if (!isStanding(connection)) throw wrongState(connection, 'deleted');
  endPeering(context, connection, ENDS.deleted);
  return { Return: true };
}

export function describeVpcPeeringConnections(
  input: DescribeVpcPeeringConnectionsCommandInput,
  { state: { ec2 } }: CallContext,
): Answer<DescribeVpcPeeringConnectionsCommandOutput> {
  const page = describedPage(
    ec2,
    { ...input, ids: input.VpcPeeringConnectionIds, Filters: input.Filters },
    {
      kind: 'peeringConnection',
      items: ec2.peeringConnections,
      idOf: (connection) => connection.vpcPeeringConnectionId,
      filters: filterTable(ec2),
    },
  );
  return {
    VpcPeeringConnections: page.items.map((connection) => connectionShape(ec2, connection)),
    NextToken: page.nextToken,
  };
}

function filterTable(ec2: Ec2State): FilterTable<PeeringConnection> {
  return {
    'accepter-vpc-info.cidr-block': ({ accepterVpcId }) => [findVpc(ec2, accepterVpcId)?.cidrBlock],
    'accepter-vpc-info.owner-id': () => [ec2.place.accountId],
    'accepter-vpc-info.vpc-id': ({ accepterVpcId }) => [accepterVpcId],
    'expiration-time': ({ expirationTime }) => [expirationTime?.toISOString()],
    'requester-vpc-info.cidr-block': ({ requesterVpcId }) => [findVpc(ec2, requesterVpcId)?.cidrBlock],
    'requester-vpc-info.owner-id': () => [ec2.place.accountId],
    'requester-vpc-info.vpc-id': ({ requesterVpcId }) => [requesterVpcId],
    'status-code': ({ status }) => [status.code],
    'status-message': ({ status }) => [status.message],
    'vpc-peering-connection-id': ({ vpcPeeringConnectionId }) => [vpcPeeringConnectionId],
  };
}

function requirePending(connection: PeeringConnection, wanted: string): void {
  if (connection.status.code !== 'pending-acceptance') throw wrongState(connection, wanted);
}

function wrongState({ vpcPeeringConnectionId, status }: PeeringConnection, wanted: string): AwsError {
  return new AwsError(
    'InvalidStateTransition',
    `Invalid state transition for ${vpcPeeringConnectionId}, attempted to transition from ${status.code} to ${wanted}`,
  );
}

function connectionShape(ec2: Ec2State, connection: PeeringConnection): PeeringConnectionShape {
  const { vpcPeeringConnectionId, status, expirationTime } = connection;
  return {
    VpcPeeringConnectionId: vpcPeeringConnectionId,
    RequesterVpcInfo: vpcInfo(ec2, connection.requesterVpcId, status.code === 'active'),
    AccepterVpcInfo: vpcInfo(ec2, connection.accepterVpcId, status.code === 'active'),
    ...(expirationTime === undefined ? {} : { ExpirationTime: expirationTime }),
    Status: { Code: status.code, Message: status.message },
    Tags: shownTags(ec2, vpcPeeringConnectionId) ?? [],
  };
}

/** The options of a side are shown while the connection is active. */
function vpcInfo(ec2: Ec2State, vpcId: string, isActive: boolean): VpcPeeringConnectionVpcInfo {
  const vpc = findVpc(ec2, vpcId);
  return {
    VpcId: vpcId,
    OwnerId: ec2.place.accountId,
    Region: ec2.place.region,
    ...(vpc === undefined
      ? {}
      : {
          CidrBlock: vpc.cidrBlock,
          CidrBlockSet: blocksOf(vpc).map(({ cidrBlock }) => ({ CidrBlock: cidrBlock })),
          ...(vpc.ipv6 === undefined ? {} : { Ipv6CidrBlockSet: [{ Ipv6CidrBlock: vpc.ipv6.cidrBlock }] }),
        }),
    ...(isActive
      ? {
          PeeringOptions: {
            AllowDnsResolutionFromRemoteVpc: false,
            AllowEgressFromLocalClassicLinkToRemoteVpc: false,
            AllowEgressFromLocalVpcToRemoteClassicLink: false,
          },
        }
      : {}),
  };
}
