import type {
  AssumeRoleCommandInput,
  AssumeRoleCommandOutput,
  GetCallerIdentityCommandInput,
  GetCallerIdentityCommandOutput,
} from '@aws-sdk/client-sts';
import type { Answer } from '../answer.ts';
import { AwsError } from '../error.ts';
import { partitionOf } from '../partition.ts';
import type { CallContext } from '../sandbox.ts';
import { accessKeyOf } from './access-keys.ts';

const LETTERS_AND_DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const DEFAULT_SESSION_SECONDS = 3600;

/** Every caller is the account's one user: the sandbox takes any credentials. */
export function getCallerIdentity(
  _input: GetCallerIdentityCommandInput,
  { accountId, region }: CallContext,
): Answer<GetCallerIdentityCommandOutput> {
  return {
    Account: accountId,
    Arn: `arn:${partitionOf(region)}:iam::${accountId}:user/sandbox`,
    UserId: `AIDASANDBOX${accountId.slice(-10)}`,
  };
}

/** Gives credentials for any role of any account, whether or not it exists: the sandbox authorises nobody. */
export function assumeRole(
  input: AssumeRoleCommandInput,
  { world }: CallContext,
): Answer<AssumeRoleCommandOutput> {
  const { RoleArn: roleArn = '', RoleSessionName: sessionName = '' } = input;
  const match = /^arn:(aws[a-z-]*):iam::(\d{12}):role\/(?:.*\/)?([\w+=,.@-]{1,64})$/.exec(roleArn);
  if (match === null) throw new AwsError('ValidationError', `${roleArn} is invalid`);
  const [, partition, accountId = '', roleName] = match;
  if (!/^[\w+=,.@-]{2,64}$/.test(sessionName)) {
    throw new AwsError(
      'ValidationError',
      `1 validation error detected: Value '${sessionName}' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*`,
    );
  }
  const seconds = input.DurationSeconds ?? DEFAULT_SESSION_SECONDS;
  if (seconds < 900 || seconds > 43_200) {
    throw new AwsError(
      'ValidationError',
      `1 validation error detected: Value '${seconds}' at 'durationSeconds' failed to satisfy constraint: Member must have value between 900 and 43200`,
    );
  }
  return {
    Credentials: {
      AccessKeyId: accessKeyOf(accountId, world.randomText(4, LETTERS_AND_DIGITS)),
      SecretAccessKey: world.randomText(40, LETTERS_AND_DIGITS),
      SessionToken: world.randomText(64, LETTERS_AND_DIGITS),
      Expiration: new Date(world.now() + seconds * 1000),
    },
    AssumedRoleUser: {
      AssumedRoleId: `AROA${world.randomText(17, LETTERS_AND_DIGITS)}:${sessionName}`,
      Arn: `arn:${partition}:sts::${accountId}:assumed-role/${roleName}/${sessionName}`,
    },
  };
}
