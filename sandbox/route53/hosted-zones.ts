import type {
  GetHostedZoneCommandInput,
  GetHostedZoneCommandOutput,
  ListHostedZonesByNameCommandInput,
  ListHostedZonesByNameCommandOutput,
  ListHostedZonesByVPCCommandInput,
  ListHostedZonesByVPCCommandOutput,
  ListHostedZonesCommandInput,
  ListHostedZonesCommandOutput,
  ListResourceRecordSetsCommandInput,
  ListResourceRecordSetsCommandOutput,
  ListTagsForResourceCommandInput,
  ListTagsForResourceCommandOutput,
} from '@aws-sdk/client-route-53';
import type { Answer } from '../answer.ts';
import type { CallContext } from '../call.ts';
import { findVpc } from '../ec2/lookups.ts';
import { AwsError } from '../error.ts';
import { recordKey, recordSetsOf, reversedLabels } from './record-sets.ts';
import { readSize, requireZone, zoneShape, zonesOf } from './zones.ts';

const MOST_ZONES = 100;
const MOST_RECORD_SETS = 300;

/** A private zone with its VPCs. Throws NoSuchHostedZone. */
export function getHostedZone(
  { Id = '' }: GetHostedZoneCommandInput,
  context: CallContext,
): Answer<GetHostedZoneCommandOutput> {
  const zone = requireZone(context, Id);
  return {
    HostedZone: zoneShape(zone),
    VPCs: [{ VPCRegion: zone.region as 'us-east-1', VPCId: zone.namespace.vpcId }],
  };
}

/** The zones of the account, which all are Cloud Map's here, by their ids. Throws InvalidInput. */
export function listHostedZones(
  { Marker = '', MaxItems }: ListHostedZonesCommandInput,
  context: CallContext,
): Answer<ListHostedZonesCommandOutput> {
  const size = readSize(MaxItems, MOST_ZONES);
  const zones = zonesOf(context)
    .toSorted((a, b) => (a.namespace.hostedZoneId < b.namespace.hostedZoneId ? -1 : 1))
    .filter(({ namespace }) => namespace.hostedZoneId >= Marker);
  const next = zones[size];
  return {
    HostedZones: zones.slice(0, size).map(zoneShape),
    Marker: Marker === '' ? undefined : Marker,
    IsTruncated: next !== undefined,
    NextMarker: next?.namespace.hostedZoneId,
    MaxItems: size,
  };
}

/** The zones of the account by their names, labels reversed; from a name on, and of that name from an id on. Throws InvalidInput. */
export function listHostedZonesByName(
  { DNSName, HostedZoneId, MaxItems }: ListHostedZonesByNameCommandInput,
  context: CallContext,
): Answer<ListHostedZonesByNameCommandOutput> {
  const size = readSize(MaxItems, MOST_ZONES);
  if (HostedZoneId !== undefined && DNSName === undefined) {
    throw new AwsError('InvalidInput', 'A hosted zone ID needs the DNS name that it belongs to.');
  }
  const keyOf = (name: string, id: string) => `${reversedLabels(name)}\t${id}`;
  const start = DNSName === undefined ? '' : keyOf(DNSName, HostedZoneId ?? '');
  const zones = zonesOf(context)
    .map((zone) => [keyOf(zone.namespace.name, zone.namespace.hostedZoneId), zone] as const)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .filter(([key]) => key >= start)
    .map(([, zone]) => zone);
  const next = zones[size]?.namespace;
  return {
    HostedZones: zones.slice(0, size).map(zoneShape),
    DNSName,
    HostedZoneId,
    IsTruncated: next !== undefined,
    ...(next === undefined ? {} : { NextDNSName: `${next.name}.`, NextHostedZoneId: next.hostedZoneId }),
    MaxItems: size,
  };
}

/** Throws NoSuchHostedZone, InvalidInput. */
export function listResourceRecordSets(
  input: ListResourceRecordSetsCommandInput,
  context: CallContext,
): Answer<ListResourceRecordSetsCommandOutput> {
  const { StartRecordName: Name, StartRecordType: Type, StartRecordIdentifier: SetIdentifier } = input;
  const size = readSize(input.MaxItems, MOST_RECORD_SETS);
  const zone = requireZone(context, input.HostedZoneId ?? '');
  if (Name === undefined && Type !== undefined) {
    throw new AwsError('InvalidInput', 'The request names a record type to begin with, and no record name.');
  }
  const start = Name === undefined ? '' : recordKey({ Name, Type, SetIdentifier });
  const sets = recordSetsOf(zone).filter((set) => recordKey(set) >= start);
  const next = sets[size];
  return {
    ResourceRecordSets: sets.slice(0, size),
    IsTruncated: next !== undefined,
    NextRecordName: next?.Name,
    NextRecordType: next?.Type,
    NextRecordIdentifier: next?.SetIdentifier,
    MaxItems: size,
  };
}

/** A zone that Cloud Map made has no tags. Throws NoSuchHostedZone, NoSuchHealthCheck. */
export function listTagsForResource(
  { ResourceType, ResourceId = '' }: ListTagsForResourceCommandInput,
  context: CallContext,
): Answer<ListTagsForResourceCommandOutput> {
  if (ResourceType === 'healthcheck') {
    throw new AwsError('NoSuchHealthCheck', `No health check exists with ID: ${ResourceId}`, 404);
  }
  requireZone(context, ResourceId);
  return { ResourceTagSet: { ResourceType, ResourceId, Tags: [] } };
}

/**
 * The private zones that a VPC asks, which all are Cloud Map's here. Route 53 is of no Region, so the request names the VPC's.
 * Throws InvalidInput, InvalidVPCId, InvalidPaginationToken.
 */
export function listHostedZonesByVPC(
  { VPCId, VPCRegion, MaxItems, NextToken }: ListHostedZonesByVPCCommandInput,
  { accountId, regions }: CallContext,
): Answer<ListHostedZonesByVPCCommandOutput> {
  const state = VPCRegion === undefined ? undefined : regions().get(VPCRegion);
  if (state === undefined || VPCId === undefined || findVpc(state.ec2, VPCId) === undefined) {
    throw new AwsError('InvalidVPCId', `The VPC ${VPCId} in region ${VPCRegion} does not exist.`);
  }
  const size = readSize(MaxItems, MOST_ZONES);
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
  const next = zones[start + size];
  return {
    HostedZoneSummaries: zones.slice(start, start + size),
    MaxItems: size,
    ...(next === undefined ? {} : { NextToken: next.HostedZoneId }),
  };
}
