import type {
  AssumeRoleCommandInput,
  AssumeRoleCommandOutput,
  Credentials,
  GetSessionTokenCommandInput,
  GetSessionTokenCommandOutput,
} from '@aws-sdk/client-sts';
import type { Answer } from '../answer.ts';
import type { CallContext } from '../call.ts';
import { AwsError } from '../error.ts';
import { findRoleByArn, roleIdFrom } from '../iam/role-store.ts';
import { trusts } from '../iam/trust.ts';
import type { Role } from '../iam/state.ts';
import { accessKeyOf } from './access-keys.ts';
import { callerOf, requireCaller, sessionOf } from './caller.ts';
import { checkDuration, checkText } from './checks.ts';
import { checkDevice, checkSession } from './session-checks.ts';
import { addSession, trustAccount } from './state.ts';
import type { Session } from './state.ts';

const LETTERS_AND_DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const ROLE_DURATION = { min: 900, max: 43_200 } as const;
const USER_DURATION = { min: 900, max: 129_600 } as const;
const DEFAULT_ROLE_SECONDS = 3600;
const DEFAULT_USER_SECONDS = 43_200;
/** Most seconds of a session that another assumed role begins, however long the role's own sessions may be. */
const MOST_CHAINED_SECONDS = 3600;
/** A year, longer than any sandbox runs. */
const TASK_ROLE_SECONDS = 31_536_000;

/**
 * Answers credentials for a role, which must be there, have reached STS and trust the caller; nobody's own permissions are asked for. Roles of
 * an account that nobody had called before are taken on trust. Policies and tags of the session are checked and forgotten. Throws what checkSession throws,
 * and ValidationError, AccessDenied, ExpiredToken, InvalidClientTokenId.
 */
export function assumeRole(
  input: AssumeRoleCommandInput,
  context: CallContext,
): Answer<AssumeRoleCommandOutput> {
  const roleArn = checkText(input.RoleArn, 'roleArn', { min: 20, max: 2048, pattern: '[\\s\\S]+' });
  const sessionName = checkText(input.RoleSessionName, 'roleSessionName', {
    min: 2,
    max: 64,
    pattern: '[\\w+=,.@-]*',
  });
  const seconds = checkDuration(input.DurationSeconds ?? DEFAULT_ROLE_SECONDS, ROLE_DURATION);
  const packedSize = checkSession(input, context);
  const match = /^arn:(aws[a-z-]*):iam::(\d{12}):role\/(?:[\u0021-\u007e]*\/)?([\w+=,.@-]{1,64})$/.exec(
    roleArn,
  );
  if (match === null) throw new AwsError('ValidationError', `${roleArn} is invalid`);
  const [, partition = '', accountId = '', roleName = ''] = match;
  requireCaller(context);
  const role = assumableRole(context, { accountId, roleArn, input });
  checkSeconds(seconds, { role, isChained: sessionOf(context)?.isAssumedRole === true });
  const user = {
    AssumedRoleId: `${role?.roleId ?? roleIdFrom(() => context.world.random())}:${sessionName}`,
    Arn: `arn:${partition}:sts::${accountId}:assumed-role/${roleName}/${sessionName}`,
  };
  const caller = { arn: user.Arn, userId: user.AssumedRoleId };
  return {
    Credentials: give(context, accountId, { caller, isAssumedRole: true, seconds }),
    AssumedRoleUser: user,
    ...(packedSize === undefined ? {} : { PackedPolicySize: packedSize }),
    ...(input.SourceIdentity === undefined ? {} : { SourceIdentity: input.SourceIdentity }),
  };
}

/** The caller again, with other credentials. Throws ValidationError, AccessDenied for an assumed role. */
export function getSessionToken(
  input: GetSessionTokenCommandInput,
  context: CallContext,
): Answer<GetSessionTokenCommandOutput> {
  const seconds = checkDuration(input.DurationSeconds ?? DEFAULT_USER_SECONDS, USER_DURATION);
  checkDevice(input);
  requireCaller(context);
  if (sessionOf(context) !== undefined) {
    throw new AwsError('AccessDenied', 'Cannot call GetSessionToken with session credentials', 403);
  }
  const caller = callerOf(context);
  return { Credentials: give(context, context.accountId, { caller, isAssumedRole: false, seconds }) };
}

/**
 * Credentials of a task's role, as the task's containers have them. They do not end while the task runs: what takes them from its environment cannot
 * take new ones, as it would in ECS.
 */
export function giveTaskRole(context: CallContext, roleArn: string, sessionName: string): Credentials {
  const [, partition = '', , , accountId = ''] = roleArn.split(':');
  const roleName = roleArn.slice(roleArn.lastIndexOf('/') + 1);
  const role = findRoleByArn(context.account.iam, roleArn);
  const caller = {
    arn: `arn:${partition}:sts::${accountId}:assumed-role/${roleName}/${sessionName}`,
    userId: `${role?.roleId ?? roleIdFrom(() => context.world.random())}:${sessionName}`,
  };
  return give(context, accountId, { caller, isAssumedRole: true, seconds: TASK_ROLE_SECONDS });
}

/** The role to assume; undefined for one that is taken on trust. */
function assumableRole(
  context: CallContext,
  {
    accountId,
    roleArn,
    input,
  }: { readonly accountId: string; readonly roleArn: string; readonly input: AssumeRoleCommandInput },
): Role | undefined {
  const { account, accounts, world } = context;
  const theirs = accounts.get(accountId);
  if (theirs === undefined) trustAccount(account.sts, accountId);
  const role = theirs === undefined ? undefined : findRoleByArn(theirs.iam, roleArn);
  if (role !== undefined && world.now() >= role.assumableFrom && isTrusted(context, role, input)) return role;
  const isTaken = [...accounts.values()].some(({ sts }) => sts.trustedAccounts.has(accountId));
  if (role === undefined && isTaken) return undefined;
  throw new AwsError(
    'AccessDenied',
    `User: ${callerOf(context).arn} is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`,
    403,
  );
}

/** Whether the role's trust policy lets the caller have such a session. */
function isTrusted(context: CallContext, role: Role, input: AssumeRoleCommandInput): boolean {
  const { arn, userId } = callerOf(context);
  const keys = [
    ['sts:ExternalId', input.ExternalId],
    ['sts:RoleSessionName', input.RoleSessionName],
    ['sts:SourceIdentity', input.SourceIdentity],
    ['aws:PrincipalArn', arn],
    ['aws:PrincipalAccount', context.accountId],
  ] as const;
  return trusts(role, {
    by: { accountId: context.accountId, arn, userId },
    actions: [
      'sts:AssumeRole',
      ...((input.Tags ?? []).length === 0 ? [] : ['sts:TagSession']),
      ...(input.SourceIdentity === undefined ? [] : ['sts:SetSourceIdentity']),
    ],
    keys: new Map(
      keys.flatMap(([key, value]) => (value === undefined ? [] : [[key.toLowerCase(), [value]] as const])),
    ),
  });
}

function checkSeconds(
  seconds: number,
  { role, isChained }: { readonly role: Role | undefined; readonly isChained: boolean },
): void {
  if (seconds > (role?.maxSessionDuration ?? ROLE_DURATION.max)) {
    throw new AwsError(
      'ValidationError',
      'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    );
  }
  if (isChained && seconds > MOST_CHAINED_SECONDS) {
    throw new AwsError(
      'ValidationError',
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
    );
  }
}

function give(
  { account, world }: CallContext,
  accountId: string,
  session: Omit<Session, 'expiresAt'> & { readonly seconds: number },
): Credentials {
  const { caller, isAssumedRole, seconds } = session;
  const AccessKeyId = accessKeyOf(accountId, world.randomText(4, LETTERS_AND_DIGITS));
  const expiresAt = Math.floor(world.clientNow() / 1000) * 1000 + seconds * 1000;
  addSession(account.sts, AccessKeyId, { caller, isAssumedRole, expiresAt });
  return {
    AccessKeyId,
    SecretAccessKey: world.randomText(40, LETTERS_AND_DIGITS),
    SessionToken: world.randomText(64, LETTERS_AND_DIGITS),
    Expiration: new Date(expiresAt),
  };
}
