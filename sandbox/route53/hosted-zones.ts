import type {
  GetHostedZoneCommandInput,
  GetHostedZoneCommandOutput,
  ListHostedZonesByVPCCommandInput,
  ListHostedZonesByVPCCommandOutput,
} from '@aws-sdk/client-route-53';
import type { Answer } from '../answer.ts';
import type { CallContext } from '../call.ts';
import { findVpc } from '../ec2/lookups.ts';
import { AwsError } from '../error.ts';

const MOST_ON_A_PAGE = 100;
/** SOA and NS. */
const OWN_RECORD_SETS = 2;

/** A private zone with its VPCs. Throws NoSuchHostedZone. */
export function getHostedZone(
  { Id = '' }: GetHostedZoneCommandInput,
  { regions }: CallContext,
): Answer<GetHostedZoneCommandOutput> {
  for (const [region, { servicediscovery }] of regions()) {
    const namespace = [...servicediscovery.namespaces.values()].find(
      ({ hostedZoneId }) => hostedZoneId === Id,
    );
    if (namespace === undefined) continue;
    return {
      HostedZone: {
        Id: `/hostedzone/${Id}`,
        Name: `${namespace.name}.`,
        CallerReference: namespace.creatorRequestId,
        Config: { Comment: '', PrivateZone: true },
        ResourceRecordSetCount: OWN_RECORD_SETS,
      },
      VPCs: [{ VPCRegion: region as 'us-east-1', VPCId: namespace.vpcId }],
    };
  }
  throw new AwsError('NoSuchHostedZone', `No hosted zone found with ID: ${Id}`, 404);
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
  if (MaxItems < 1 || MaxItems > MOST_ON_A_PAGE) {
    throw new AwsError('InvalidInput', `MaxItems must be between 1 and ${MOST_ON_A_PAGE}.`);
  }
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
