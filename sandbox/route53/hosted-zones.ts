import type {
  GetHostedZoneCommandInput,
  GetHostedZoneCommandOutput,
  GetHostedZoneCountCommandInput,
  GetHostedZoneCountCommandOutput,
  ListHostedZonesByNameCommandInput,
  ListHostedZonesByNameCommandOutput,
  ListHostedZonesByVPCCommandInput,
  ListHostedZonesByVPCCommandOutput,
  ListHostedZonesCommandInput,
  ListHostedZonesCommandOutput,
  ListResourceRecordSetsCommandInput,
  ListResourceRecordSetsCommandOutput,
} from '@aws-sdk/client-route-53';
import type { Answer } from '../answer.ts';
import type { CallContext } from '../call.ts';
import { nameServersOf } from '../dns/authority.ts';
import { findVpc } from '../ec2/lookups.ts';
import { AwsError } from '../error.ts';
import { reversedLabels, shownName } from './names.ts';
import { recordKey } from './record-sets.ts';
import { readSize, requireZone, vpcShape, zoneShape, zonesOf } from './zones.ts';

const MOST_ZONES = 100;
const MOST_RECORD_SETS = 300;

/** A private zone with its VPCs, a public one with its name servers. Throws NoSuchHostedZone. */
export function getHostedZone(
  { Id }: GetHostedZoneCommandInput,
  context: CallContext,
): Answer<GetHostedZoneCommandOutput> {
  const zone = requireZone(context, Id);
  return {
    HostedZone: zoneShape(zone),
    ...(zone.isPrivate
      ? { VPCs: zone.vpcs.map(vpcShape) }
      : { DelegationSet: { NameServers: [...nameServersOf(zone)] } }),
  };
}

export function getHostedZoneCount(
  _input: GetHostedZoneCountCommandInput,
  context: CallContext,
): Answer<GetHostedZoneCountCommandOutput> {
  return { HostedZoneCount: zonesOf(context).length };
}

/** The zones of the account by their ids. Throws InvalidInput. */
export function listHostedZones(
  { Marker = '', MaxItems, HostedZoneType, DelegationSetId }: ListHostedZonesCommandInput,
  context: CallContext,
): Answer<ListHostedZonesCommandOutput> {
  const size = readSize(MaxItems, MOST_ZONES);
  if (DelegationSetId !== undefined) {
    throw new AwsError(
      'NoSuchDelegationSet',
      `A delegation set with the ID ${DelegationSetId} does not exist.`,
    );
  }
  if (HostedZoneType !== undefined && HostedZoneType !== 'PrivateHostedZone') {
    throw new AwsError('InvalidInput', `${String(HostedZoneType)} is not a type of hosted zones.`);
  }
  const zones = zonesOf(context)
    .filter(({ isPrivate }) => HostedZoneType === undefined || isPrivate)
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    .filter(({ id }) => id >= Marker);
  const next = zones[size];
  return {
    HostedZones: zones.slice(0, size).map(zoneShape),
    Marker: Marker === '' ? undefined : Marker,
    IsTruncated: next !== undefined,
    NextMarker: next?.id,
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
    .map((zone) => [keyOf(zone.name, zone.id), zone] as const)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .filter(([key]) => key >= start)
    .map(([, zone]) => zone);
  const next = zones[size];
  return {
    HostedZones: zones.slice(0, size).map(zoneShape),
    DNSName,
    HostedZoneId,
    IsTruncated: next !== undefined,
    ...(next === undefined ? {} : { NextDNSName: shownName(next.name), NextHostedZoneId: next.id }),
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
  const zone = requireZone(context, input.HostedZoneId);
  if (Name === undefined && Type !== undefined) {
    throw new AwsError('InvalidInput', 'The request names a record type to begin with, and no record name.');
  }
  if (Type === undefined && SetIdentifier !== undefined) {
    throw new AwsError(
      'InvalidInput',
      'The request names a set identifier to begin with, and no record type.',
    );
  }
  const start = Name === undefined ? '' : recordKey({ Name, Type, SetIdentifier });
  const sets = zone.recordSets().filter((set) => recordKey(set) >= start);
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

/**
 * The private zones that a VPC asks. Route 53 is of no Region, so the request names the VPC's. Throws InvalidInput, InvalidVPCId,
 * InvalidPaginationToken.
 */
export function listHostedZonesByVPC(
  { VPCId, VPCRegion, MaxItems, NextToken }: ListHostedZonesByVPCCommandInput,
  context: CallContext,
): Answer<ListHostedZonesByVPCCommandOutput> {
  const state = VPCRegion === undefined ? undefined : context.regions().get(VPCRegion);
  if (state === undefined || VPCId === undefined || findVpc(state.ec2, VPCId) === undefined) {
    throw new AwsError('InvalidVPCId', `The VPC ${VPCId} in region ${VPCRegion} does not exist.`);
  }
  const size = readSize(MaxItems, MOST_ZONES);
  const zones = zonesOf(context)
    .filter(({ vpcs }) => vpcs.some(({ vpcId, region }) => vpcId === VPCId && region === VPCRegion))
    .map(({ id, name }) => ({
      HostedZoneId: id,
      Name: shownName(name),
      Owner: { OwningAccount: context.accountId },
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
