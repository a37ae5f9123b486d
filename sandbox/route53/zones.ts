import type { HostedZone as HostedZoneShape, ResourceRecordSet, VPC } from '@aws-sdk/client-route-53';
import type { CallContext } from '../call.ts';
import { zonesOfNamespaces } from '../dns/namespace-zone.ts';
import type { ZoneOfNamespace } from '../dns/namespace-zone.ts';
import type { Zone } from '../dns/zone.ts';
import { AwsError } from '../error.ts';
import type { Places } from '../places.ts';
import type { RegionState } from '../state.ts';
import { aliasSetsOf } from './alias-sets.ts';
import { shownName } from './names.ts';
import { zoneOfOwn } from './own-zone.ts';
import { shapesOf, sorted } from './record-sets.ts';
import type { OwnZone, ZoneVpc } from './state.ts';

/** A zone of Route 53, whoever made it. */
export interface HostedZone extends Zone {
  readonly id: string;
  readonly callerReference: string;
  readonly comment: string;
  /** Whose resolvers ask a private zone; none of a public one. */
  readonly vpcs: readonly ZoneVpc[];
  /** The ARN of the namespace that it is of, whose service alone changes it. */
  readonly namespaceArn: string | undefined;
  /** In Route 53's order. */
  readonly recordSets: () => readonly ResourceRecordSet[];
}

/** Those of the account: of its namespaces in all Regions, and its own. */
export function zonesOf({ regions, account }: CallContext): readonly HostedZone[] {
  return [
    ...[...regions().values()].flatMap((state) =>
      zonesOfNamespaces(state.servicediscovery).map((zone) => hostedZoneOfNamespace(zone, state)),
    ),
    ...[...account.route53.zones.values()].map(ownHostedZone),
  ];
}

/** What names resolve from: the zones of all accounts and Regions. */
export function allZones({ regions, accounts }: Places): readonly Zone[] {
  return [
    ...[...regions.values()].flatMap((state) => zonesOfNamespaces(state.servicediscovery)),
    ...[...accounts.values()].flatMap((account) => [...account.route53.zones.values()].map(zoneOfOwn)),
  ];
}

function hostedZoneOfNamespace(zone: ZoneOfNamespace, state: RegionState): HostedZone {
  const { namespace, vpcId } = zone;
  const region = namespace.arn.split(':')[3] ?? '';
  return {
    ...zone,
    callerReference: namespace.creatorRequestId,
    comment: '',
    vpcs: vpcId === undefined ? [] : [{ vpcId, region }],
    namespaceArn: namespace.arn,
    recordSets: () =>
      sorted([
        ...zone.names().flatMap((name) => (zone.setsAt(name) ?? []).flatMap((set) => shapesOf(set, name))),
        ...aliasSetsOf(zone, state),
      ]),
  };
}

function ownHostedZone(zone: OwnZone): HostedZone {
  return {
    ...zoneOfOwn(zone),
    id: zone.id,
    callerReference: zone.callerReference,
    comment: zone.comment,
    vpcs: zone.vpcs ?? [],
    namespaceArn: undefined,
    recordSets: () => sorted([...zone.recordSets.values()]),
  };
}

/** The id of a zone as clients give it, which may have the path before it. */
export function zoneIdOf(id: string | undefined): string {
  return (id ?? '').replace(/^\/?hostedzone\//, '');
}

/** Throws NoSuchHostedZone. */
export function requireZone(context: CallContext, id: string | undefined): HostedZone {
  const wanted = zoneIdOf(id);
  const found = zonesOf(context).find((zone) => zone.id === wanted);
  if (found === undefined) {
    throw new AwsError('NoSuchHostedZone', `No hosted zone found with ID: ${wanted}`, 404);
  }
  return found;
}

/**
 * A zone that its account may change. Throws NoSuchHostedZone, and AccessDenied for one that Cloud Map made (AWS's text:
 * aws/aws-sdk-java-v2#6754).
 */
export function requireOwnZone(context: CallContext, id: string | undefined): OwnZone {
  const { id: zoneId, namespaceArn } = requireZone(context, id);
  const own = context.account.route53.zones.get(zoneId);
  if (own !== undefined) return own;
  throw new AwsError(
    'AccessDenied',
    `The resource hostedzone/${zoneId} can only be managed through AWS Cloud Map (${namespaceArn})`,
    403,
  );
}

export function zoneShape(zone: HostedZone): HostedZoneShape {
  return {
    Id: `/hostedzone/${zone.id}`,
    Name: shownName(zone.name),
    CallerReference: zone.callerReference,
    Config: { Comment: zone.comment, PrivateZone: zone.isPrivate },
    ResourceRecordSetCount: zone.recordSets().length,
    ...(zone.namespaceArn === undefined
      ? {}
      : {
          LinkedService: {
            ServicePrincipal: 'servicediscovery.amazonaws.com',
            Description: zone.namespaceArn,
          },
        }),
  };
}

export function vpcShape({ vpcId, region }: ZoneVpc): VPC {
  return { VPCId: vpcId, VPCRegion: region as NonNullable<VPC['VPCRegion']> };
}

/** Throws InvalidInput. */
export function readSize(size: number | undefined, most: number): number {
  if (size === undefined) return most;
  if (size >= 1 && size <= most) return size;
  throw new AwsError('InvalidInput', `MaxItems must be between 1 and ${most}.`);
}
