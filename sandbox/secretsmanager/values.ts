import type {
  GetSecretValueCommandInput,
  GetSecretValueCommandOutput,
  PutSecretValueCommandInput,
  PutSecretValueCommandOutput,
  UpdateSecretVersionStageCommandInput,
  UpdateSecretVersionStageCommandOutput,
} from '@aws-sdk/client-secrets-manager';
import type { Answer } from '../answer.ts';
import type { CallContext } from '../call.ts';
import { invalidRequest } from './checks.ts';
import { refuseDeleted, requireLiveSecret } from './find.ts';
import type { Secret } from './state.ts';
import { addVersion, changeStage, readVersion, versionOf } from './versions.ts';
import type { WantedVersion } from './versions.ts';

/** Throws ResourceNotFoundException, InvalidRequestException. */
export function getSecretValue(
  input: GetSecretValueCommandInput,
  context: CallContext,
): Answer<GetSecretValueCommandOutput> {
  const secret = requireLiveSecret(context, input.SecretId, 'GetSecretValue');
  const version = versionOf(secret, input);
  const { hidden } = version.value;
  return {
    ARN: secret.arn,
    Name: secret.name,
    VersionId: version.id,
    ...(version.isBinary ? { SecretBinary: Buffer.from(hidden, 'base64') } : { SecretString: hidden }),
    VersionStages: [...version.stages],
    CreatedDate: version.createdAt,
  };
}

/** What a task gets of a secret. Throws ResourceNotFoundException, InvalidRequestException. */
export function valueFor(secret: Secret, wanted: WantedVersion): string {
  refuseDeleted(secret);
  return versionOf(secret, wanted).value.hidden;
}

/** Throws ResourceNotFoundException, InvalidRequestException, InvalidParameterException, ResourceExistsException. */
export function putSecretValue(
  input: PutSecretValueCommandInput,
  context: CallContext,
): Answer<PutSecretValueCommandOutput> {
  const { world } = context;
  const version = readVersion(input, world);
  const secret = requireLiveSecret(context, input.SecretId, 'PutSecretValue');
  if (version === undefined) throw invalidRequest('You must provide either SecretString or SecretBinary.');
  const { id, stages } = addVersion(secret, version, { stages: input.VersionStages, world });
  return { ARN: secret.arn, Name: secret.name, VersionId: id, VersionStages: [...stages] };
}

/** Throws ResourceNotFoundException, InvalidRequestException, InvalidParameterException. */
export function updateSecretVersionStage(
  input: UpdateSecretVersionStageCommandInput,
  context: CallContext,
): Answer<UpdateSecretVersionStageCommandOutput> {
  const secret = requireLiveSecret(context, input.SecretId, 'UpdateSecretVersionStage');
  changeStage(secret, input);
  secret.changedAt = context.world.date();
  return { ARN: secret.arn, Name: secret.name };
}
