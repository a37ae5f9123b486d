import type {
  CreateHostedZoneCommandInput,
  CreateHostedZoneCommandOutput,
  DeleteHostedZoneCommandInput,
  DeleteHostedZoneCommandOutput,
  UpdateHostedZoneCommentCommandInput,
  UpdateHostedZoneCommentCommandOutput,
  VPC,
} from '@aws-sdk/client-route-53';
import type { Answer } from '../answer.ts';
import type { CallContext } from '../call.ts';
import { authoritySets, nameServersOf } from '../dns/authority.ts';
import { findVpc } from '../ec2/lookups.ts';
import { AwsError } from '../error.ts';
import { isDomainName } from '../servicediscovery/instance-checks.ts';
import { startChange } from './changes.ts';
import { readName } from './names.ts';
import { newSoa } from './own-zone.ts';
import { recordKey, shapesOf } from './record-sets.ts';
import type { OwnZone, ZoneVpc } from './state.ts';
import { requireOwnZone, requireZone, vpcShape, zoneShape, zonesOf } from './zones.ts';

/** Of an account, before any increase (Amazon Route 53 quotas). */
const MOST_ZONES = 500;
const LONGEST_REFERENCE = 128;
const LONGEST_COMMENT = 256;
export const ZONE_ID_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

/**
 * A zone of one's own: private where the request names a VPC. Public ones of one name stand beside each other, each with its own name
 * servers. Throws InvalidInput, InvalidDomainName, InvalidVPCId, HostedZoneAlreadyExists for a CallerReference used before,
 * ConflictingDomainExists, TooManyHostedZones.
 */
export function createHostedZone(
  input: CreateHostedZoneCommandInput,
  context: CallContext,
): Answer<CreateHostedZoneCommandOutput> {
  const { world, account } = context;
  const name = checkName(input.Name);
  const callerReference = checkReference(input.CallerReference);
  const comment = checkComment(input.HostedZoneConfig?.Comment);
  if (input.DelegationSetId !== undefined) {
    throw new AwsError(
      'NoSuchDelegationSet',
      `A delegation set with the ID ${input.DelegationSetId} does not exist.`,
    );
  }
  const vpc = readVpc(context, input.VPC, input.HostedZoneConfig?.PrivateZone === true);
  const zones = zonesOf(context);
  if (zones.some((each) => each.callerReference === callerReference)) {
    throw new AwsError(
      'HostedZoneAlreadyExists',
      `A hosted zone has already been created with the specified caller reference ${callerReference}.`,
      409,
    );
  }
  const conflict = vpc === undefined ? undefined : conflictingZone(context, vpc, name);
  if (conflict !== undefined) throw new AwsError('ConflictingDomainExists', conflict);
  if (zones.length >= MOST_ZONES) {
    throw new AwsError('TooManyHostedZones', `Limits Exceeded: MAX_HOSTED_ZONES_BY_OWNER=${MOST_ZONES}`);
  }
  const id = `Z${world.randomText(20, ZONE_ID_ALPHABET)}`;
  const zone: OwnZone = {
    id,
    name,
    callerReference,
    createDate: world.date(),
    comment,
    vpcs: vpc === undefined ? undefined : [vpc],
    recordSets: authorityOf({ id, name, isPrivate: vpc !== undefined }),
  };
  account.route53.zones.set(id, zone);
  const made = requireZone(context, id);
  return {
    HostedZone: zoneShape(made),
    ChangeInfo: startChange(context, undefined),
    ...(vpc === undefined
      ? { DelegationSet: { NameServers: [...nameServersOf(made)] } }
      : { DelegationSet: undefined, VPC: vpcShape(vpc) }),
    Location: `https://route53.amazonaws.com/2013-04-01/hostedzone/${id}`,
  };
}

/** Throws NoSuchHostedZone, AccessDenied for Cloud Map's, HostedZoneNotEmpty while it holds more than its own NS and SOA records. */
export function deleteHostedZone(
  { Id }: DeleteHostedZoneCommandInput,
  context: CallContext,
): Answer<DeleteHostedZoneCommandOutput> {
  const zone = requireOwnZone(context, Id);
  if (zone.recordSets.size > 2) {
    throw new AwsError(
      'HostedZoneNotEmpty',
      'The specified hosted zone contains non-required resource record sets  and so cannot be deleted.',
    );
  }
  context.account.route53.zones.delete(zone.id);
  context.account.route53.tags.delete(zone.id);
  return { ChangeInfo: startChange(context, undefined) };
}

/** Throws NoSuchHostedZone, AccessDenied for Cloud Map's, InvalidInput. */
export function updateHostedZoneComment(
  { Id, Comment }: UpdateHostedZoneCommentCommandInput,
  context: CallContext,
): Answer<UpdateHostedZoneCommentCommandOutput> {
  const zone = requireOwnZone(context, Id);
  zone.comment = checkComment(Comment);
  return { HostedZone: zoneShape(requireZone(context, zone.id)) };
}

/** Why a VPC can have no private zone of a name: it has one, whoever made it. */
export function conflictingZone(
  context: CallContext,
  { vpcId, region }: ZoneVpc,
  name: string,
): string | undefined {
  const other = zonesOf(context).find(
    (zone) =>
      readName(zone.name) === readName(name) &&
      zone.vpcs.some((vpc) => vpc.vpcId === vpcId && vpc.region === region),
  );
  return other === undefined
    ? undefined
    : `The VPC ${vpcId} in region ${region} has already been associated with the hosted zone ${other.id} with the same domain name.`;
}

function authorityOf(zone: { readonly id: string; readonly name: string; readonly isPrivate: boolean }) {
  const sets = authoritySets({ ...zone, soa: newSoa(zone) }, zone.name);
  return new Map(
    sets.flatMap((set) => shapesOf(set, zone.name)).map((set) => [recordKey(set), set] as const),
  );
}

function checkName(name: string | undefined): string {
  const read = readName(name ?? '');
  if (isDomainName(read)) return read;
  throw new AwsError('InvalidDomainName', `The domain name '${name}' is not a valid domain name.`);
}

function checkReference(reference: string | undefined): string {
  if (reference !== undefined && reference !== '' && reference.length <= LONGEST_REFERENCE) return reference;
  throw new AwsError('InvalidInput', `CallerReference must have 1 to ${LONGEST_REFERENCE} characters.`);
}

function checkComment(comment = ''): string {
  if (comment.length <= LONGEST_COMMENT) return comment;
  throw new AwsError('InvalidInput', `Comment must have at most ${LONGEST_COMMENT} characters.`);
}

function readVpc(context: CallContext, vpc: VPC | undefined, isPrivate: boolean): ZoneVpc | undefined {
  if (vpc === undefined) {
    if (!isPrivate) return undefined;
    throw new AwsError('InvalidInput', 'When you are creating a private hosted zone, a VPC is required.');
  }
  const { VPCId: vpcId = '', VPCRegion: region = '' } = vpc;
  const state = context.regions().get(region);
  if (state === undefined || findVpc(state.ec2, vpcId) === undefined) {
    throw new AwsError('InvalidVPCId', `The VPC ${vpcId} in region ${region} does not exist.`);
  }
  return { vpcId, region };
}
