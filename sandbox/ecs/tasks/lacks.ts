import { createHash } from 'node:crypto';
import type { CallContext } from '../../call.ts';
import { AwsError } from '../../error.ts';
import { secretNotFound } from '../../secretsmanager/find.ts';
import type { Obstacle } from '../../unavailable.ts';
import { uuidOf } from '../ids.ts';
import type { TaskRecord } from '../state.ts';
import { objectOf } from '../task-definitions/values.ts';
import { absenceOf } from './absent.ts';
import { imageReference } from './images.ts';
import { needsOf } from './needs.ts';
import type { Need, NeedKind } from './needs.ts';
import type { TaskFailure } from './state.ts';
import { exits, secretsUnreachable, uninitialized, unpullable, whyUnpullable } from './stops.ts';

/** What the texts say of a task. */
interface Asking {
  readonly region: string;
  /** Its execution role, as the task assumes it. */
  readonly principal: string;
  readonly requestId: string;
}

/** `why`: what the service said, where it was asked. */
type Texts = Readonly<Record<Obstacle, (need: Need, asking: Asking, why: Error | undefined) => string>>;

const NOT_RETRIEVED = 'unable to pull secrets or registry auth: execution resource retrieval failed';
const RETRIED = 'service call has been retried 1 time(s)';

/**
 * What AWS says of a task that lacks what it needs, as people quoted it and the ECS Developer Guide has it (stopped task error messages,
 * ResourceInitializationError; amazon-ecs-cli#1083, compose-cli#1490, copilot-cli#5419 and #6066 of EFS and environment files); of registry
 * credentials and S3 Files what it says of secrets and EFS.
 */
const TEXTS: Readonly<Record<Exclude<NeedKind, 'image' | 'router-init-file'>, Texts>> = {
  secret: {
    missing: ({ name }, asking, why = secretNotFound()) =>
      why instanceof AwsError
        ? `${NOT_RETRIEVED}: unable to retrieve secret from asm: ${RETRIED}: failed to fetch secret ${name} from secrets manager: ${refused('Secrets Manager: GetSecretValue', asking)}, ${why.name}: ${why.message}`
        : `${NOT_RETRIEVED}: unable to retrieve secret from asm: ${RETRIED}: ${why.message}`,
    denied: ({ name }, asking) =>
      `${NOT_RETRIEVED}: unable to retrieve secret from asm: ${RETRIED}: failed to fetch secret ${name} from secrets manager: ${refused('Secrets Manager: GetSecretValue', asking)}, ${unauthorised('secretsmanager:GetSecretValue', name, asking)}`,
    unreachable: (_, { region }) => secretsUnreachable(region),
  },
  parameter: {
    missing: ({ name }) =>
      `${NOT_RETRIEVED}: unable to retrieve secrets from ssm: ${RETRIED}: invalid ssm parameters: ${name}`,
    denied: ({ references }, asking) =>
      `${NOT_RETRIEVED}: unable to retrieve secrets from ssm: ${RETRIED}: ${refused('SSM: GetParameters', asking)}, ${unauthorised('ssm:GetParameters', references.find((each) => each.startsWith('arn:')) ?? '', asking)}`,
    unreachable: () =>
      'unable to pull secrets or registry auth: unable to retrieve secrets from ssm: The task cannot pull secrets from AWS Systems Manager. There is a connection issue between the task and AWS Systems Manager Parameter Store. Check your task network configuration. operation error SSM: GetParameters, https response error StatusCode: 0, RequestID: , canceled, context deadline exceeded',
  },
  credentials: {
    missing: ({ name }, asking, why = secretNotFound()) =>
      `${NOT_RETRIEVED}: unable to get registry auth from asm: ${RETRIED}: asm fetching secret from the service for ${name}: ${refused('Secrets Manager: GetSecretValue', asking)}, ${why.name}: ${why.message}`,
    denied: ({ name }, asking) =>
      `${NOT_RETRIEVED}: unable to get registry auth from asm: ${RETRIED}: asm fetching secret from the service for ${name}: ${refused('Secrets Manager: GetSecretValue', asking)}, ${unauthorised('secretsmanager:GetSecretValue', name, asking)}`,
    unreachable: (_, { region }) => secretsUnreachable(region),
  },
  'environment-file': {
    missing: (_, asking) =>
      `failed to download env files: ${RETRIED}: ${refused('S3: HeadObject', asking, 404)}, api error NotFound: Not Found`,
    denied: (_, asking) =>
      `failed to download env files: ${RETRIED}: ${refused('S3: HeadObject', asking, 403)}, api error Forbidden: Forbidden`,
    unreachable: () =>
      'failed to download env files: file download command: non empty error stream: RequestCanceled: request context canceled caused by: context deadline exceeded',
  },
  'router-file': {
    missing: (need) => unreadRouterFile(need, 'NoSuchKey: The specified key does not exist.'),
    denied: (need) => unreadRouterFile(need, 'AccessDenied: Access Denied'),
    unreachable: (need) =>
      unreadRouterFile(
        need,
        'RequestCanceled: request context canceled caused by: context deadline exceeded',
      ),
  },
  'file-system': {
    missing: ({ name }, { region }) =>
      unmounted(
        'EFS',
        `Failed to resolve "${name}.efs.${region}.amazonaws.com" - check that your file system ID is correct, and ensure that the VPC has an EFS mount target for this file system ID. See https://docs.aws.amazon.com/console/efs/mount-dns-name for more detail. Attempting to lookup mount target ip address using botocore. Failed to import necessary dependency botocore, please install botocore first.`,
        1,
      ),
    denied: () => unmounted('EFS', DENIED),
    unreachable: () => unmounted('EFS', TIMED_OUT),
  },
  directory: {
    missing: ({ name }, { region }) =>
      unmounted('EFS', unmountable(name, region, 'No such file or directory')),
    denied: () => unmounted('EFS', DENIED),
    unreachable: () => unmounted('EFS', TIMED_OUT),
  },
  'access-point': {
    missing: () => unmounted('EFS', DENIED),
    denied: () => unmounted('EFS', DENIED),
    unreachable: () => unmounted('EFS', TIMED_OUT),
  },
  's3-file-system': {
    missing: ({ name }, { region }) =>
      unmounted(
        'S3 Files',
        `Failed to resolve "${name.slice(name.lastIndexOf('/') + 1)}.s3files.${region}.amazonaws.com" - check that your file system ID is correct, and ensure that the VPC has a mount target for this file system ID.`,
        1,
      ),
    denied: () => unmounted('S3 Files', DENIED),
    unreachable: () => unmounted('S3 Files', TIMED_OUT),
  },
};

const DENIED = "b'mount.nfs4: access denied by server while mounting 127.0.0.1:/'";
const TIMED_OUT =
  "Mount attempt 1/3 failed due to timeout after 15 sec, wait 0 sec before next attempt. Mount attempt 2/3 failed due to timeout after 15 sec, wait 0 sec before next attempt. b'mount.nfs4: mount system call failed'";

function refused(operation: string, { requestId }: Asking, status = 400): string {
  return `operation error ${operation}, https response error StatusCode: ${status}, RequestID: ${requestId}`;
}

function unauthorised(action: string, resource: string, { principal }: Asking): string {
  return `api error AccessDeniedException: User: ${principal} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`;
}

/** The agent's own words (amazon-ecs-agent, FireLens resource). */
function unreadRouterFile({ name }: Need, why: string): string {
  const { bucket = '', key = '' } = objectOf(name) ?? {};
  return `Unable to download firelens s3 config file: unable to download s3 config ${key} from bucket ${bucket}: ${why}`;
}

function unmounted(what: 'EFS' | 'S3 Files', why: string, code = 32): string {
  return `failed to invoke EFS utils commands to set up ${what} volumes: stderr: ${why} : unsuccessful EFS utils command execution; code: ${code}`;
}

/** `fs-01234567:/data`, on the server that it means. */
function unmountable(directory: string, region: string, why: string): string {
  const [fileSystemId = '', path = ''] = directory.split(':');
  return `b'mount.nfs4: mounting ${fileSystemId}.efs.${region}.amazonaws.com:${path} failed, reason given by server: ${why}'`;
}

/** What keeps a task from starting because it does not get at what it needs; undefined where all is there. */
export function lackOf(
  context: CallContext,
  task: TaskRecord,
): (TaskFailure & { readonly at: 'pending' }) | undefined {
  const { definition } = task.rollout.taskDefinition;
  for (const need of needsOf(definition, context)) {
    if (need.kind === 'router-init-file') continue;
    const obstacle = context.unavailable.obstacleTo(need.references);
    const absence = obstacle === undefined ? absenceOf(context, need) : undefined;
    const because = obstacle ?? (absence === undefined ? undefined : 'missing');
    if (because === undefined) continue;
    if (need.kind === 'image') {
      return unpullable(need.container ?? '', whyUnpullable(imageReference(need.name), because));
    }
    return uninitialized(TEXTS[need.kind][because](need, askingOf(context, task), absence));
  }
  return undefined;
}

/** What ends a task whose log router does not get at the files that it fetches as it starts. */
export function routerFailure(
  context: CallContext,
  task: TaskRecord,
): (TaskFailure & { readonly at: 'exit' }) | undefined {
  const { definition } = task.rollout.taskDefinition;
  const lacking = needsOf(definition, context).find(
    ({ kind, references }) =>
      kind === 'router-init-file' && context.unavailable.obstacleTo(references) !== undefined,
  );
  return lacking === undefined ? undefined : exits(lacking.container ?? '', 1);
}

function askingOf({ region, accountId }: CallContext, { id, overrides, rollout }: TaskRecord): Asking {
  const role = overrides.executionRoleArn ?? rollout.taskDefinition.definition.executionRoleArn ?? '';
  const [, partition = ''] = role.split(':');
  const name = role.slice(role.lastIndexOf('/') + 1);
  return {
    region,
    principal: `arn:${partition}:sts::${accountId}:assumed-role/${name}/${id}`,
    requestId: uuidOf(createHash('sha256').update(id).digest('hex')),
  };
}
