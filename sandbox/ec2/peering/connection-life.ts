import { newId } from '../state.ts';
import type { Ec2Context, Ec2State, Vpc } from '../state.ts';
import { overlaps, requireIpv4Cidr } from '../addresses.ts';
import type { PeeringConnection, PeeringStatus } from '../network-state.ts';
import { forgetTags, setTags } from '../tag-store.ts';
import { blocksOf } from '../vpc-blocks.ts';

/** A request that nobody accepts or rejects expires after a week (VPC peering connection lifecycle, Amazon VPC peering guide). */
const OPEN_FOR_MS = 7 * 24 * 3_600_000;

const PENDING = { code: 'pending-acceptance', message: 'Pending Acceptance' } as const;
const EXPIRED = { code: 'expired', message: 'Expired' } as const;
const ACTIVE = { code: 'active', message: 'Active' } as const;
const OVERLAPPING = {
  code: 'failed',
  message: 'Failed due to incorrect VPC-ID, Account ID, or overlapping CIDR range',
} as const;

/** How a connection ends: it carries nothing any more, and is to be seen for a while. */
export const ENDS = {
  rejected: { code: 'rejected', message: 'Rejected' },
  deleted: { code: 'deleted', message: 'Deleted' },
} as const satisfies Readonly<Record<string, PeeringStatus>>;

/** A connection that waits for its acceptance, or has failed where the VPCs have addresses in common. */
export function startPeering(
  context: Ec2Context,
  {
    requester,
    accepter,
    tags,
  }: {
    readonly requester: Vpc;
    readonly accepter: Vpc;
    readonly tags: ReadonlyMap<string, string>;
  },
): PeeringConnection {
  const { world, state } = context;
  const vpcPeeringConnectionId = newId(world, 'pcx');
  const isOpen = !haveAddressesInCommon(requester, accepter);
  const connection: PeeringConnection = {
    vpcPeeringConnectionId,
    requesterVpcId: requester.vpcId,
    accepterVpcId: accepter.vpcId,
    expirationTime: isOpen ? new Date(world.now() + OPEN_FOR_MS) : undefined,
    status: isOpen ? PENDING : OVERLAPPING,
  };
  state.ec2.peeringConnections.set(vpcPeeringConnectionId, connection);
  setTags(context, vpcPeeringConnectionId, tags);
  if (!isOpen) forgetLater(context, connection);
  world.after(OPEN_FOR_MS, () => {
    if (connection.status.code === 'pending-acceptance') endPeering(context, connection, EXPIRED);
  });
  return connection;
}

/** It carries something a moment after it is accepted. */
export function acceptPeering({ world }: Ec2Context, connection: PeeringConnection): void {
  connection.status = { code: 'provisioning', message: 'Provisioning' };
  connection.expirationTime = undefined;
  world.after(world.pick(world.timing.ec2.peeringProvisioning), () => {
    if (connection.status.code === 'provisioning') connection.status = ACTIVE;
  });
}

export function endPeering(context: Ec2Context, connection: PeeringConnection, end: PeeringStatus): void {
  connection.status = end;
  connection.expirationTime = undefined;
  forgetLater(context, connection);
}

/** Whether the connection is, or can come to be, of use. */
export function isStanding({ status: { code } }: PeeringConnection): boolean {
  return code === 'pending-acceptance' || code === 'provisioning' || code === 'active';
}

/** The connection that carries something between two VPCs; undefined where there is none. */
export function activePeering(ec2: Ec2State, one: string, other: string): PeeringConnection | undefined {
  return [...ec2.peeringConnections.values()].find(
    (connection) => connection.status.code === 'active' && joins(connection, one, other),
  );
}

export function joins(
  { requesterVpcId, accepterVpcId }: PeeringConnection,
  one: string,
  other: string,
): boolean {
  return (
    (requesterVpcId === one && accepterVpcId === other) || (requesterVpcId === other && accepterVpcId === one)
  );
}

function forgetLater(context: Ec2Context, { vpcPeeringConnectionId }: PeeringConnection): void {
  const { world, state } = context;
  world.after(world.pick(world.timing.ec2.endedPeeringVisible), () => {
    state.ec2.peeringConnections.delete(vpcPeeringConnectionId);
    forgetTags(context, vpcPeeringConnectionId);
  });
}

function haveAddressesInCommon(one: Vpc, other: Vpc): boolean {
  return blocksOf(one).some(({ cidrBlock }) =>
    blocksOf(other).some((block) =>
      overlaps(requireIpv4Cidr(cidrBlock, 'cidrBlock'), requireIpv4Cidr(block.cidrBlock, 'cidrBlock')),
    ),
  );
}
