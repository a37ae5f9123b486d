import type { ContainerDefinition, RegisterTaskDefinitionCommandInput, Task } from '@aws-sdk/client-ecs';
import { describe, expect, test } from 'vitest';
import { needsOf } from '../../sandbox/ecs/tasks/needs.ts';
import { ecsSandbox, taskDefinitionInput } from '../support/sandbox/ecs.ts';
import type { EcsSandbox } from '../support/sandbox/ecs.ts';
import { container } from '../support/sandbox/task-definition-refusals.ts';

const ACCOUNT = '385605022855';
const SECRET = `arn:aws:secretsmanager:us-east-1:${ACCOUNT}:secret:prod/db-AbCdEf`;
const PARAMETER = `arn:aws:ssm:us-east-1:${ACCOUNT}:parameter/prod/key`;
const FILE = 'arn:aws:s3:::configs/xray.env';
const FILE_SYSTEM = 'fs-0123456789abcdef0';
const ACCESS_POINT = 'fsap-0123456789abcdef0';
const S3_FILE_SYSTEM = `arn:aws:s3files:us-east-1:${ACCOUNT}:file-system/${FILE_SYSTEM}`;
const IMAGE = 'public.ecr.aws/xray/aws-xray-daemon:3.x';

const TASK_ROLE_SESSION = new RegExp(`arn:aws:sts::${ACCOUNT}:assumed-role/xray-execution/[0-9a-f]{32}`);

const secrets = (valueFrom: string) => container({ secrets: [{ name: 'KEY', valueFrom }] });
const credentials = container({ repositoryCredentials: { credentialsParameter: SECRET } });
const files = container({ environmentFiles: [{ type: 's3', value: FILE }] });
const efs = (more: object = {}): Partial<RegisterTaskDefinitionCommandInput> => ({
  volumes: [{ name: 'data', efsVolumeConfiguration: { fileSystemId: FILE_SYSTEM, ...more } }],
});
const accessPoint = efs({
  transitEncryption: 'ENABLED',
  authorizationConfig: { accessPointId: ACCESS_POINT },
});
const s3files: Partial<RegisterTaskDefinitionCommandInput> = {
  volumes: [{ name: 'data', s3filesVolumeConfiguration: { fileSystemArn: S3_FILE_SYSTEM } }],
};

async function serviceOf(changes: Partial<RegisterTaskDefinitionCommandInput>): Promise<EcsSandbox> {
  const aws = await ecsSandbox();
  await aws.register(changes);
  return aws;
}

async function firstStopped(aws: EcsSandbox): Promise<Task> {
  await aws.until(async () => (await aws.stopped()).some(({ lastStatus }) => lastStatus === 'STOPPED'));
  return (await aws.stopped()).find(({ lastStatus }) => lastStatus === 'STOPPED')!;
}

describe('what a task does not get at keeps it from starting, and AWS says what that is', () => {
  const asm =
    'unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secret from asm';
  const ssm =
    'unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secrets from ssm';
  const mount = 'failed to invoke EFS utils commands to set up EFS volumes: stderr';
  test.each<
    [
      string,
      Partial<RegisterTaskDefinitionCommandInput>,
      string,
      'missing' | 'denied' | 'unreachable',
      RegExp,
    ]
  >([
    [
      'a secret',
      secrets(SECRET),
      SECRET,
      'missing',
      new RegExp(`${asm}: .*${SECRET}.*can't find the specified secret\\.$`),
    ],
    [
      'a JSON key of a secret',
      secrets(`${SECRET}:password::`),
      SECRET,
      'missing',
      new RegExp(`fetch secret ${SECRET} from`),
    ],
    ['a secret', secrets(SECRET), SECRET, 'denied', TASK_ROLE_SESSION],
    [
      'a secret',
      secrets(SECRET),
      SECRET,
      'unreachable',
      /There is a connection issue between the task and AWS Secrets Manager/,
    ],
    [
      'a parameter by its name',
      secrets('/prod/key'),
      '/prod/key',
      'missing',
      new RegExp(`${ssm}: .*invalid ssm parameters: /prod/key$`),
    ],
    [
      'a parameter by its ARN',
      secrets('/prod/key'),
      PARAMETER,
      'missing',
      /invalid ssm parameters: \/prod\/key$/,
    ],
    [
      'the parameter of an ARN by its name',
      secrets(PARAMETER),
      '/prod/key',
      'missing',
      new RegExp(`invalid ssm parameters: ${PARAMETER}$`),
    ],
    [
      'a parameter',
      secrets('/prod/key'),
      '/prod/key',
      'denied',
      new RegExp(`not authorized to perform: ssm:GetParameters on resource: ${PARAMETER} `),
    ],
    [
      'a parameter',
      secrets('/prod/key'),
      '/prod/key',
      'unreachable',
      /connection issue between the task and AWS Systems Manager Parameter Store/,
    ],
    [
      'registry credentials',
      credentials,
      SECRET,
      'missing',
      /unable to get registry auth from asm: .*can't find the specified secret\.$/,
    ],
    [
      'registry credentials',
      credentials,
      SECRET,
      'denied',
      /unable to get registry auth from asm: .*AccessDeniedException/,
    ],
    [
      'an environment file',
      files,
      FILE,
      'missing',
      /^failed to download env files: .*S3: HeadObject, .*StatusCode: 404.*NotFound: Not Found$/,
    ],
    [
      'an environment file',
      files,
      FILE,
      'denied',
      /^failed to download env files: .*StatusCode: 403.*api error Forbidden: Forbidden$/,
    ],
    [
      'an environment file',
      files,
      FILE,
      'unreachable',
      /^failed to download env files: file download command: .*context deadline exceeded$/,
    ],
    [
      'a file system',
      efs(),
      FILE_SYSTEM,
      'missing',
      new RegExp(`${mount}: Failed to resolve "${FILE_SYSTEM}.efs.us-east-1.amazonaws.com" - .*code: 1$`),
    ],
    [
      'a file system',
      efs(),
      FILE_SYSTEM,
      'denied',
      new RegExp(`${mount}: b'mount.nfs4: access denied by server .*code: 32$`),
    ],
    [
      'a file system',
      efs(),
      FILE_SYSTEM,
      'unreachable',
      new RegExp(`${mount}: Mount attempt 1/3 failed due to timeout after 15 sec`),
    ],
    [
      'a directory',
      efs({ rootDirectory: '/data' }),
      `${FILE_SYSTEM}:/data`,
      'missing',
      /amazonaws.com:\/data failed, reason given by server: No such file or directory/,
    ],
    ['an access point', accessPoint, ACCESS_POINT, 'missing', /access denied by server while mounting/],
    [
      'a file system of S3 Files',
      s3files,
      S3_FILE_SYSTEM,
      'missing',
      /set up S3 Files volumes: stderr: Failed to resolve/,
    ],
  ])('%s that is unavailable (%#)', async (_what, changes, reference, because, reason) => {
    const aws = await serviceOf(changes);
    aws.sandbox.control.makeUnavailable(reference, because);
    await aws.ecs('CreateService', aws.serviceInput({ desiredCount: 1 }));
    const { stopCode, stoppedReason = '', containers = [], startedAt } = await firstStopped(aws);
    expect(stopCode).toBe('TaskFailedToStart');
    const [error, said = ''] = stoppedReason.split(/: (.*)/s);
    expect(error).toBe('ResourceInitializationError');
    expect(said).toMatch(reason);
    expect(containers[0]?.reason).toBeUndefined();
    expect(startedAt).toBeUndefined();
    expect((await aws.service()).deployments).toMatchObject([{ failedTasks: 1 }]);
  });

  test.each([
    ['missing', /failed to resolve ref .*aws-xray-daemon:3\.x: .*not found$/],
    ['denied', /pull access denied, repository does not exist or may require authorization/],
    ['unreachable', /dial tcp .*: i\/o timeout$/],
  ] as const)('an image that is %s', async (because, reason) => {
    const aws = await serviceOf({});
    aws.sandbox.control.makeUnavailable(IMAGE, because);
    await aws.ecs('CreateService', aws.serviceInput({ desiredCount: 1 }));
    const task = await firstStopped(aws);
    expect(task.stoppedReason).toMatch(/^CannotPullContainerError: /);
    expect(task.stoppedReason).toMatch(reason);
    expect(task.containers?.[0]?.reason).toBe(task.stoppedReason);
  });

  test('a secret of a log driver', async () => {
    const options = { 'splunk-url': 'https://a.example' };
    const secretOptions = [{ name: 'splunk-token', valueFrom: SECRET }];
    const aws = await serviceOf(
      container({ logConfiguration: { logDriver: 'splunk', options, secretOptions } }),
    );
    aws.sandbox.control.makeUnavailable(SECRET);
    await aws.ecs('CreateService', aws.serviceInput({ desiredCount: 1 }));
    expect((await firstStopped(aws)).stoppedReason).toContain(`failed to fetch secret ${SECRET}`);
  });
});

test('what is available again lets the next tasks start', async () => {
  const theirs = SECRET.replace(ACCOUNT, '111122223333');
  const aws = await serviceOf(secrets(theirs));
  aws.sandbox.control.makeUnavailable(theirs);
  await aws.ecs('CreateService', aws.serviceInput({ desiredCount: 1 }));
  await firstStopped(aws);
  expect(aws.sandbox.control.makeAvailable(theirs)).toBe(true);
  await aws.steady();
  expect((await aws.service()).runningCount).toBe(1);
});

test('tasks that run already do not feel what becomes unavailable', async () => {
  const aws = await serviceOf(efs());
  await aws.ecs('CreateService', aws.serviceInput({ desiredCount: 1 }));
  await aws.steady();
  aws.sandbox.control.makeUnavailable(FILE_SYSTEM);
  aws.advance(60 * 60_000);
  expect(await aws.stopped()).toEqual([]);
  await aws.ecs('UpdateService', { cluster: 'daemons', service: 'xray', desiredCount: 2 });
  expect((await firstStopped(aws)).stoppedReason).toContain(FILE_SYSTEM);
});

describe('log routers', () => {
  const init = (essential: boolean): ContainerDefinition => ({
    name: 'router',
    image: 'public.ecr.aws/aws-observability/aws-for-fluent-bit:init-latest',
    essential,
    firelensConfiguration: { type: 'fluentbit' },
    environment: [{ name: 'aws_fluent_bit_init_s3_1', value: 'arn:aws:s3:::configs/router.conf' }],
  });
  const routed = (router: ContainerDefinition): Partial<RegisterTaskDefinitionCommandInput> => ({
    containerDefinitions: [
      {
        ...taskDefinitionInput().containerDefinitions![0]!,
        logConfiguration: { logDriver: 'awsfirelens', options: { Name: 'firehose' } },
      },
      router,
    ],
  });

  test('a router whose file in S3 is not there exits, and its task with it', async () => {
    const aws = await serviceOf(routed(init(true)));
    aws.sandbox.control.makeUnavailable('arn:aws:s3:::configs/router.conf');
    await aws.ecs('CreateService', aws.serviceInput({ desiredCount: 1 }));
    const task = await firstStopped(aws);
    expect(task).toMatchObject({
      stopCode: 'EssentialContainerExited',
      stoppedReason: 'Essential container in task exited',
    });
    expect(task.containers?.find(({ name }) => name === 'router')?.exitCode).toBe(1);
  });

  test('a router that is not essential leaves its task running', async () => {
    const aws = await serviceOf(routed(init(false)));
    aws.sandbox.control.makeUnavailable('arn:aws:s3:::configs/router.conf');
    await aws.ecs('CreateService', aws.serviceInput({ desiredCount: 1 }));
    await aws.steady();
    expect(await aws.stopped()).toEqual([]);
  });

  test.each([
    ['fail-pull', 'TaskFailedToStart', /^CannotPullContainerError: /],
    ['fail-exit-3', 'EssentialContainerExited', /^Essential container in task exited$/],
  ])('a router with the image tag %s ends its task', async (tag, stopCode, reason) => {
    const aws = await serviceOf(routed({ ...init(true), image: `public.ecr.aws/a/fluent-bit:${tag}` }));
    await aws.ecs('CreateService', aws.serviceInput({ desiredCount: 1 }));
    const task = await firstStopped(aws);
    expect(task.stopCode).toBe(stopCode);
    expect(task.stoppedReason).toMatch(reason);
  });

  test('a router of an instance needs its file in S3 before it starts', () => {
    const options = { 'config-file-type': 's3', 'config-file-value': 'arn:aws:s3:::configs/router.conf' };
    const needs = needsOf(
      {
        containerDefinitions: [
          { name: 'router', image: 'a', firelensConfiguration: { type: 'fluentd', options } },
        ],
      },
      { region: 'us-east-1', accountId: ACCOUNT },
    );
    expect(needs.map(({ kind, name }) => [kind, name])).toEqual([
      ['router-file', 'arn:aws:s3:::configs/router.conf'],
      ['image', 'a'],
    ]);
  });
});
