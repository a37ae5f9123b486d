import type {
  CreateSecretCommandInput,
  CreateSecretCommandOutput,
  DeleteSecretCommandInput,
  DeleteSecretCommandOutput,
  RestoreSecretCommandInput,
  RestoreSecretCommandOutput,
  UpdateSecretCommandInput,
  UpdateSecretCommandOutput,
} from '@aws-sdk/client-secrets-manager';
import type { Answer } from '../answer.ts';
import type { CallContext } from '../call.ts';
import { AwsError } from '../error.ts';
import { partitionOf } from '../partition.ts';
import { tagsChanged } from '../tagging/state.ts';
import { checkLength, checkName, invalidParameter, invalidRequest } from './checks.ts';
import { requireLiveSecret, requireSecret } from './find.ts';
import type { Secret } from './state.ts';
import { withTags } from './tag-rules.ts';
import { addVersion, readVersion } from './versions.ts';

const DAY_MS = 24 * 60 * 60_000;
const RECOVERY_DAYS = { least: 7, most: 30 };
/** Secrets of a Region (AWS Secrets Manager quotas). */
const MAX_SECRETS = 500_000;
const ALPHANUMERIC = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** Makes a secret, with a first version where a value is given. Throws ValidationException, InvalidParameterException, InvalidRequestException, ResourceExistsException, LimitExceededException. */
export function createSecret(
  input: CreateSecretCommandInput,
  context: CallContext,
): Answer<CreateSecretCommandOutput> {
  const { accountId, region, world, state } = context;
  const { secrets } = state.secretsManager;
  const name = checkName(input.Name);
  checkLength(input.Description, 'description', { least: 0, most: 2048 });
  if ((input.AddReplicaRegions ?? []).length > 0) {
    throw invalidParameter('The sandbox does not replicate secrets to other Regions.');
  }
  const version = readVersion(input, world);
  const tags = withTags(new Map(), input.Tags);
  const present = secrets.get(name);
  if (present?.deletedAt !== undefined) {
    throw invalidRequest(
      "You can't create this secret because a secret with this name is already scheduled for deletion.",
    );
  }
  const again = version === undefined ? undefined : present?.versions.get(version.id);
  if (present !== undefined && again?.value.hidden === version?.value.hidden && again !== undefined) {
    return { ARN: present.arn, Name: name, VersionId: again.id };
  }
  if (present !== undefined) {
    throw new AwsError(
      'ResourceExistsException',
      `The operation failed because the secret ${name} already exists.`,
    );
  }
  if (secrets.size >= MAX_SECRETS) {
    throw new AwsError('LimitExceededException', `A Region can have at most ${MAX_SECRETS} secrets.`);
  }
  const suffix = world.randomText(6, ALPHANUMERIC);
  const secret: Secret = {
    name,
    arn: `arn:${partitionOf(region)}:secretsmanager:${region}:${accountId}:secret:${name}-${suffix}`,
    createdAt: world.date(),
    tags,
    versions: new Map(),
    description: input.Description,
    kmsKeyId: input.KmsKeyId,
    changedAt: world.date(),
    deletedAt: undefined,
    policy: undefined,
  };
  secrets.set(name, secret);
  tagsChanged(context, secret.arn, tags);
  if (version === undefined) return { ARN: secret.arn, Name: name };
  return { ARN: secret.arn, Name: name, VersionId: addVersion(secret, version, { world }).id };
}

/** Changes what is given; a value makes a version that is current. Throws as CreateSecret does, and ResourceNotFoundException. */
export function updateSecret(
  input: UpdateSecretCommandInput,
  context: CallContext,
): Answer<UpdateSecretCommandOutput> {
  const { world } = context;
  checkLength(input.Description, 'description', { least: 0, most: 2048 });
  const version = readVersion(input, world);
  const secret = requireLiveSecret(context, input.SecretId, 'UpdateSecret');
  secret.description = input.Description ?? secret.description;
  secret.kmsKeyId = input.KmsKeyId ?? secret.kmsKeyId;
  secret.changedAt = world.date();
  const { arn: ARN, name: Name } = secret;
  if (version === undefined) return { ARN, Name };
  return { ARN, Name, VersionId: addVersion(secret, version, { world }).id };
}

/** Deletes a secret after 7 to 30 days in which it can be restored, or at once where that is told. Throws InvalidParameterException, InvalidRequestException, ResourceNotFoundException. */
export function deleteSecret(
  input: DeleteSecretCommandInput,
  context: CallContext,
): Answer<DeleteSecretCommandOutput> {
  const { world } = context;
  const { RecoveryWindowInDays: days, ForceDeleteWithoutRecovery: isForced = false } = input;
  if (days !== undefined && isForced) {
    throw invalidParameter(
      "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.",
    );
  }
  if (days !== undefined && (days < RECOVERY_DAYS.least || days > RECOVERY_DAYS.most)) {
    throw invalidParameter(
      `The RecoveryWindowInDays value must be between ${RECOVERY_DAYS.least} and ${RECOVERY_DAYS.most} days (inclusive).`,
    );
  }
  const secret = requireSecret(context, input.SecretId, 'DeleteSecret');
  const answer = (at: Date) => ({ ARN: secret.arn, Name: secret.name, DeletionDate: at });
  if (isForced) {
    remove(secret, context);
    return answer(world.date());
  }
  if (secret.deletedAt !== undefined) {
    throw invalidRequest("You tried to perform the operation on a secret that's currently marked deleted.");
  }
  const delayMs = (days ?? RECOVERY_DAYS.most) * DAY_MS;
  const deletedAt = new Date(world.now() + delayMs);
  secret.deletedAt = deletedAt;
  world.after(delayMs, () => {
    if (secret.deletedAt === deletedAt) remove(secret, context);
  });
  return answer(deletedAt);
}

/** Throws ResourceNotFoundException. */
export function restoreSecret(
  input: RestoreSecretCommandInput,
  context: CallContext,
): Answer<RestoreSecretCommandOutput> {
  const secret = requireSecret(context, input.SecretId, 'RestoreSecret');
  secret.deletedAt = undefined;
  return { ARN: secret.arn, Name: secret.name };
}

function remove(secret: Secret, context: CallContext): void {
  const { secrets } = context.state.secretsManager;
  if (secrets.get(secret.name) !== secret) return;
  secrets.delete(secret.name);
  tagsChanged(context, secret.arn, undefined);
}
