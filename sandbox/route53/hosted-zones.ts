import type {
  GetHostedZoneCommandInput,
  GetHostedZoneCommandOutput,
  HostedZone,
  ListHostedZonesByVPCCommandInput,
  ListHostedZonesByVPCCommandOutput,
  ListHostedZonesCommandInput,
  ListHostedZonesCommandOutput,
} from '@aws-sdk/client-route-53';
import type { Answer } from '../answer.ts';
import type { CallContext } from '../call.ts';
import { findVpc } from '../ec2/lookups.ts';
import { AwsError } from '../error.ts';
import type { Namespace } from '../servicediscovery/state.ts';

const MOST_ON_A_PAGE = 100;
/** SOA and NS. */
const OWN_RECORD_SETS = 2;

/** A private zone with its VPCs. Throws NoSuchHostedZone. */
export function getHostedZone(
  { Id = '' }: GetHostedZoneCommandInput,
  context: CallContext,
): Answer<GetHostedZoneCommandOutput> {
  const found = zonesOf(context).find(({ namespace }) => namespace.hostedZoneId === Id);
  if (found === undefined) throw new AwsError('NoSuchHostedZone', `No hosted zone found with ID: ${Id}`, 404);
  return {
    HostedZone: zoneShape(found.namespace),
    VPCs: [{ VPCRegion: found.region as 'us-east-1', VPCId: found.namespace.vpcId }],
  };
}

/** The zones of the account, which all are Cloud Map's here, by their ids. Throws InvalidInput. */
export function listHostedZones(
  { Marker = '', MaxItems = MOST_ON_A_PAGE }: ListHostedZonesCommandInput,
  context: CallContext,
): Answer<ListHostedZonesCommandOutput> {
  const size = readSize(MaxItems);
  const zones = zonesOf(context)
    .map(({ namespace }) => namespace)
    .toSorted((a, b) => (a.hostedZoneId < b.hostedZoneId ? -1 : 1))
    .filter(({ hostedZoneId }) => hostedZoneId >= Marker);
  const next = zones[size];
  return {
    HostedZones: zones.slice(0, size).map(zoneShape),
    Marker: Marker === '' ? undefined : Marker,
    IsTruncated: next !== undefined,
    NextMarker: next?.hostedZoneId,
    MaxItems: size,
  };
}

function zonesOf({
  regions,
}: CallContext): readonly { readonly region: string; readonly namespace: Namespace }[] {
  return [...regions()].flatMap(([region, { servicediscovery }]) =>
    [...servicediscovery.namespaces.values()].map((namespace) => ({ region, namespace })),
  );
}

function zoneShape({ hostedZoneId, name, creatorRequestId }: Namespace): HostedZone {
  return {
    Id: `/hostedzone/${hostedZoneId}`,
    Name: `${name}.`,
    CallerReference: creatorRequestId,
    Config: { Comment: '', PrivateZone: true },
    ResourceRecordSetCount: OWN_RECORD_SETS,
  };
}

function readSize(size: number): number {
  if (size >= 1 && size <= MOST_ON_A_PAGE) return size;
  throw new AwsError('InvalidInput', `MaxItems must be between 1 and ${MOST_ON_A_PAGE}.`);
}

/**
 * The private zones that a VPC asks, which all are Cloud Map's here. Route 53 is of no Region, so the request names the VPC's.
 * Throws InvalidInput, InvalidVPCId, InvalidPaginationToken.
 */
export function listHostedZonesByVPC(
  { VPCId, VPCRegion, MaxItems = MOST_ON_A_PAGE, NextToken }: ListHostedZonesByVPCCommandInput,
  { accountId, regions }: CallContext,
): Answer<ListHostedZonesByVPCCommandOutput> {
  const state = VPCRegion === undefined ? undefined : regions().get(VPCRegion);
  if (state === undefined || VPCId === undefined || findVpc(state.ec2, VPCId) === undefined) {
    throw new AwsError('InvalidVPCId', `The VPC ${VPCId} in region ${VPCRegion} does not exist.`);
  }
  readSize(MaxItems);
  const zones = [...state.servicediscovery.namespaces.values()]
    .filter(({ vpcId }) => vpcId === VPCId)
    .map(({ hostedZoneId, name }) => ({
      HostedZoneId: hostedZoneId,
      Name: `${name}.`,
      Owner: { OwningAccount: accountId },
    }))
    .toSorted((a, b) => (a.HostedZoneId < b.HostedZoneId ? -1 : 1));
  const start =
    NextToken === undefined ? 0 : zones.findIndex(({ HostedZoneId }) => HostedZoneId === NextToken);
  if (start < 0) throw new AwsError('InvalidPaginationToken', `${NextToken} is no token of this list.`);
  const next = zones[start + MaxItems];
  return {
    HostedZoneSummaries: zones.slice(start, start + MaxItems),
    MaxItems,
    ...(next === undefined ? {} : { NextToken: next.HostedZoneId }),
  };
}
