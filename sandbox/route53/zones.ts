import type { HostedZone } from '@aws-sdk/client-route-53';
import type { CallContext } from '../call.ts';
import type { Zone } from '../dns/zone.ts';
import { AwsError } from '../error.ts';
import { recordSetsOf } from './record-sets.ts';

/** A hosted zone, which here always is a namespace's of Cloud Map, and the Region of its VPC. */
export interface RegionalZone extends Zone {
  readonly region: string;
}

/** Those of the account in all Regions. */
export function zonesOf({ regions }: CallContext): readonly RegionalZone[] {
  return [...regions()].flatMap(([region, { servicediscovery: state }]) =>
    [...state.namespaces.values()].map((namespace) => ({ region, namespace, state })),
  );
}

/** Throws NoSuchHostedZone. */
export function requireZone(context: CallContext, id: string): RegionalZone {
  const found = zonesOf(context).find(({ namespace }) => namespace.hostedZoneId === id);
  if (found === undefined) throw new AwsError('NoSuchHostedZone', `No hosted zone found with ID: ${id}`, 404);
  return found;
}

export function zoneShape(zone: Zone): HostedZone {
  const { hostedZoneId, name, creatorRequestId, arn } = zone.namespace;
  return {
    Id: `/hostedzone/${hostedZoneId}`,
    Name: `${name}.`,
    CallerReference: creatorRequestId,
    Config: { Comment: '', PrivateZone: true },
    ResourceRecordSetCount: recordSetsOf(zone).length,
    LinkedService: { ServicePrincipal: 'servicediscovery.amazonaws.com', Description: arn },
  };
}

/** Throws InvalidInput. */
export function readSize(size: number | undefined, most: number): number {
  if (size === undefined) return most;
  if (size >= 1 && size <= most) return size;
  throw new AwsError('InvalidInput', `MaxItems must be between 1 and ${most}.`);
}
