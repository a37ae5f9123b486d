import type {
  Change,
  ChangeResourceRecordSetsCommandInput,
  ChangeResourceRecordSetsCommandOutput,
  ResourceRecordSet,
} from '@aws-sdk/client-route-53';
import { isDeepStrictEqual } from 'node:util';
import type { Answer } from '../answer.ts';
import type { CallContext } from '../call.ts';
import { isIn } from '../dns/zone.ts';
import { AwsError } from '../error.ts';
import { isDomainName } from '../servicediscovery/instance-checks.ts';
import { startChange } from './changes.ts';
import { readName, shownName } from './names.ts';
import { recordKey } from './record-sets.ts';
import type { OwnZone } from './state.ts';
import { RECORD_TYPES, parseRecord } from './zone-file.ts';
import type { OwnRecordType } from './zone-file.ts';
import { requireOwnZone } from './zones.ts';

const MOST_CHANGES = 1000;
const MAX_TTL = 2_147_483_647;
/** What of a record set is kept here: the others are refused, so that nobody takes them for kept. */
const KEPT: readonly string[] = [
  'Name',
  'Type',
  'TTL',
  'ResourceRecords',
  'SetIdentifier',
  'Weight',
  'MultiValueAnswer',
] satisfies readonly (keyof ResourceRecordSet)[];

/**
 * Changes the records of a zone of one's own, all of the batch or nothing. The texts are those that people saw. Throws NoSuchHostedZone,
 * AccessDenied for Cloud Map's, InvalidInput, InvalidChangeBatch.
 */
export function changeResourceRecordSets(
  { HostedZoneId, ChangeBatch }: ChangeResourceRecordSetsCommandInput,
  context: CallContext,
): Answer<ChangeResourceRecordSetsCommandOutput> {
  const zone = requireOwnZone(context, HostedZoneId);
  const changes = ChangeBatch?.Changes ?? [];
  if (changes.length === 0 || changes.length > MOST_CHANGES) {
    throw new AwsError('InvalidInput', `A batch has 1 to ${MOST_CHANGES} changes.`);
  }
  const after = new Map(zone.recordSets);
  const wrong = changes.flatMap((change) => {
    const refusal = apply(zone, after, change);
    return refusal === undefined ? [] : [refusal];
  });
  if (wrong.length > 0) {
    throw new AwsError('InvalidChangeBatch', `[${wrong.join(', ')}]`, 400, { messages: wrong });
  }
  zone.recordSets.clear();
  for (const [key, set] of after) zone.recordSets.set(key, set);
  return { ChangeInfo: startChange(context, ChangeBatch?.Comment) };
}

/** Changes `sets`, or says why not. */
function apply(zone: OwnZone, sets: Map<string, ResourceRecordSet>, change: Change): string | undefined {
  const { Action: action, ResourceRecordSet: asked } = change;
  if (asked === undefined) throw new AwsError('InvalidInput', 'A change must have a ResourceRecordSet.');
  const name = readName(asked.Name ?? '');
  const set = { ...asked, Name: shownName(name) };
  const key = recordKey(set);
  const which = `[name='${set.Name}', type='${set.Type}'${set.SetIdentifier === undefined ? '' : `, set-identifier='${set.SetIdentifier}'`}]`;
  if (action === 'DELETE') {
    const isAuthority = name === zone.name && (set.Type === 'SOA' || set.Type === 'NS');
    if (isAuthority) return `A HostedZone must contain at least one ${set.Type} record for the zone itself.`;
    const before = sets.get(key);
    if (before === undefined) return `Tried to delete resource record set ${which} but it was not found`;
    if (!isSame(before, set)) {
      return `Tried to delete resource record set ${which} but the values provided do not match the current values`;
    }
    sets.delete(key);
    return undefined;
  }
  if (action !== 'CREATE' && action !== 'UPSERT') {
    throw new AwsError('InvalidInput', `${String(action)} is not an action.`);
  }
  if (action === 'CREATE' && sets.has(key)) {
    return `Tried to create resource record set ${which} but it already exists`;
  }
  const refusal = wrongSet(zone, name, set) ?? wrongBeside(zone, sets, set);
  if (refusal === undefined) sets.set(key, set);
  return refusal;
}

function wrongSet(zone: OwnZone, name: string, set: ResourceRecordSet): string | undefined {
  const { Type: type, TTL: ttl, ResourceRecords: records = [], Weight: weight, MultiValueAnswer } = set;
  const other = Object.entries(set).find(([member, value]) => value !== undefined && !KEPT.includes(member));
  if (other !== undefined) return `The sandbox keeps no record sets with ${other[0]}`;
  if (!isDomainName(name) || !isIn(name, zone.name)) {
    return `RRSet with DNS name ${set.Name} is not permitted in zone ${shownName(zone.name)}`;
  }
  if (!RECORD_TYPES.some((each) => each === type)) return `The sandbox keeps no records of the type ${type}`;
  if (ttl === undefined || !Number.isInteger(ttl) || ttl < 0 || ttl > MAX_TTL || records.length === 0) {
    return `Invalid request: Missing field 'TTL' or 'ResourceRecords' in Change with ${set.Name} ${type}`;
  }
  const isRouted = weight !== undefined || MultiValueAnswer === true;
  if (isRouted !== (set.SetIdentifier !== undefined) || (weight !== undefined && MultiValueAnswer === true)) {
    return `Invalid request: a SetIdentifier goes with one of Weight and MultiValueAnswer in Change with ${set.Name} ${type}`;
  }
  if (weight !== undefined && !(Number.isInteger(weight) && weight >= 0 && weight <= 255)) {
    return `Invalid request: Weight must be from 0 to 255 in Change with ${set.Name} ${type}`;
  }
  if (name === zone.name && type === 'CNAME') {
    return `RRSet of type CNAME with DNS name ${set.Name} is not permitted at apex in zone ${shownName(zone.name)}`;
  }
  const bad = records.find(
    ({ Value = '' }) => parseRecord(type as OwnRecordType, Value, { name, ttl }) === undefined,
  );
  return bad === undefined
    ? undefined
    : `Invalid Resource Record: FATAL problem: ${type} record value is not valid encountered with '${bad.Value}'`;
}

/** A name has a CNAME record alone, and of a type either a simple set or several with identifiers. */
function wrongBeside(
  zone: OwnZone,
  sets: ReadonlyMap<string, ResourceRecordSet>,
  set: ResourceRecordSet,
): string | undefined {
  for (const other of sets.values()) {
    if (other.Name !== set.Name) continue;
    if ((other.Type === 'CNAME') !== (set.Type === 'CNAME')) {
      return `RRSet of type ${set.Type} with DNS name ${set.Name} is not permitted because a conflicting RRSet of type ${other.Type} with the same DNS name already exists in zone ${shownName(zone.name)}`;
    }
    if (other.Type === set.Type && routingOf(other) !== routingOf(set)) {
      return `RRSet with DNS name ${set.Name}, type ${set.Type} cannot be created because another RRSet of the same name and type has another routing policy`;
    }
  }
  return undefined;
}

function routingOf({ SetIdentifier, Weight }: ResourceRecordSet): string {
  if (SetIdentifier === undefined) return 'simple';
  return Weight === undefined ? 'multivalue' : 'weighted';
}

function isSame(before: ResourceRecordSet, given: ResourceRecordSet): boolean {
  const plain = (set: ResourceRecordSet) => ({
    ttl: set.TTL,
    weight: set.Weight,
    multi: set.MultiValueAnswer === true,
    values: (set.ResourceRecords ?? []).map(({ Value = '' }) => Value).toSorted(),
  });
  return isDeepStrictEqual(plain(before), plain(given));
}
