import { AwsError } from '../error.ts';
import { uuid } from '../ecs/ids.ts';
import type { World } from '../world.ts';
import { checkLength, checkToken, invalidParameter, invalidRequest } from './checks.ts';
import type { Secret, SecretVersion } from './state.ts';

const CURRENT = 'AWSCURRENT';
const PREVIOUS = 'AWSPREVIOUS';
/** Versions of a secret, and staging labels of one (AWS Secrets Manager quotas). */
const MAX_VERSIONS = 100;
const MAX_STAGES = 20;
const MOST_BYTES = 65_536;

/** A value that a request gives. */
interface Given {
  readonly SecretString?: string | undefined;
  readonly SecretBinary?: Uint8Array | undefined;
  readonly ClientRequestToken?: string | undefined;
}

export type NewVersion = Pick<SecretVersion, 'id' | 'value' | 'isBinary'>;

/** The version that a request gives a value for; undefined where it gives none. Throws InvalidParameterException, InvalidRequestException, ValidationException. */
export function readVersion(
  { SecretString: text, SecretBinary: binary, ClientRequestToken }: Given,
  world: World,
): NewVersion | undefined {
  const token = checkToken(ClientRequestToken);
  if (text !== undefined && binary !== undefined) {
    throw invalidRequest(
      "You can't specify both a binary secret value and a string secret value in the same secret.",
    );
  }
  checkLength(text, 'secretString', { least: 1, most: MOST_BYTES });
  checkLength(binary, 'secretBinary', { least: 1, most: MOST_BYTES });
  if (text === undefined && binary === undefined) return undefined;
  return {
    id: token ?? uuid(world),
    value: { hidden: text ?? Buffer.from(binary ?? []).toString('base64') },
    isBinary: binary !== undefined,
  };
}

/**
 * Adds a version with these staging labels, which leave the versions that had them; the first is current in any case. One that is there already
 * with this value stays as it is. Throws ResourceExistsException for another value.
 */
export function addVersion(
  secret: Secret,
  version: NewVersion,
  { stages = [CURRENT], world }: { readonly stages?: readonly string[] | undefined; readonly world: World },
): SecretVersion {
  checkLength(stages, 'versionStages', { least: 1, most: MAX_STAGES });
  const { versions } = secret;
  const present = versions.get(version.id);
  if (present !== undefined) {
    if (present.value.hidden === version.value.hidden && present.isBinary === version.isBinary)
      return present;
    throw new AwsError(
      'ResourceExistsException',
      `A version of the secret with the id ${version.id} already exists with another value.`,
    );
  }
  const added: SecretVersion = { ...version, createdAt: world.date(), stages: new Set() };
  const labels = versions.size === 0 ? new Set([CURRENT, ...stages]) : new Set(stages);
  versions.set(added.id, added);
  for (const stage of labels) moveStage(secret, stage, added);
  forgetOldest(secret);
  secret.changedAt = world.date();
  return added;
}

/** Gives a label to a version alone; what was current becomes the previous one. */
function moveStage({ versions }: Secret, stage: string, to: SecretVersion | undefined): void {
  const from = [...versions.values()].find(({ stages }) => stages.has(stage));
  from?.stages.delete(stage);
  to?.stages.add(stage);
  if (stage !== CURRENT || from === undefined || from === to) return;
  for (const each of versions.values()) each.stages.delete(PREVIOUS);
  from.stages.add(PREVIOUS);
}

/** Versions without a label are deprecated, and go where there are too many. */
function forgetOldest({ versions }: Secret): void {
  for (const { id, stages } of versions.values()) {
    if (versions.size <= MAX_VERSIONS) return;
    if (stages.size === 0) versions.delete(id);
  }
}

export interface StageChange {
  readonly VersionStage?: string | undefined;
  readonly RemoveFromVersionId?: string | undefined;
  readonly MoveToVersionId?: string | undefined;
}

/** Throws InvalidParameterException where a label is not where the request has it, or AWSCURRENT would be nowhere. */
export function changeStage(secret: Secret, change: StageChange): void {
  const { VersionStage: stage = '', RemoveFromVersionId: fromId, MoveToVersionId: toId } = change;
  checkLength(stage, 'versionStage', { least: 1, most: 256 });
  const owner = [...secret.versions.values()].find(({ stages }) => stages.has(stage));
  const to = toId === undefined ? undefined : requireVersionId(secret, toId);
  if (fromId !== undefined && requireVersionId(secret, fromId) !== owner) {
    throw invalidParameter(`Staging label ${stage} is not attached to version ${fromId}.`);
  }
  if (owner !== undefined && owner !== to && fromId === undefined) {
    throw invalidParameter(
      `The parameter RemoveFromVersionId can't be empty. Staging label ${stage} is currently attached to version ${owner.id}, so you must explicitly reference that version in RemoveFromVersionId.`,
    );
  }
  if (to === undefined && stage === CURRENT) {
    throw invalidParameter(
      `You can only move staging label ${CURRENT} to a different secret version. It can't be completely removed.`,
    );
  }
  moveStage(secret, stage, to);
}

function requireVersionId({ versions }: Secret, id: string): SecretVersion {
  const version = versions.get(id);
  if (version === undefined) throw invalidParameter(`Not a valid version: ${id}`);
  return version;
}

/** What a read says of the version that it wants. */
export interface WantedVersion {
  readonly VersionId?: string | undefined;
  readonly VersionStage?: string | undefined;
}

/** The version that a read means: by id, by label, or the current one. Throws ResourceNotFoundException, InvalidRequestException. */
export function versionOf(
  { versions }: Secret,
  { VersionId: id, VersionStage: stage }: WantedVersion,
): SecretVersion {
  const label = stage ?? CURRENT;
  const found =
    id === undefined ? [...versions.values()].find(({ stages }) => stages.has(label)) : versions.get(id);
  if (found === undefined) {
    const what = id === undefined ? `staging label: ${label}` : `VersionId: ${id}`;
    throw new AwsError(
      'ResourceNotFoundException',
      `Secrets Manager can't find the specified secret value for ${what}`,
    );
  }
  if (stage !== undefined && !found.stages.has(stage)) {
    throw invalidRequest('You provided a VersionStage that is not associated to the provided VersionId.');
  }
  return found;
}
