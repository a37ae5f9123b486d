import type { RegisterTaskDefinitionCommandInput } from '@aws-sdk/client-ecs';
import { describe, expect, test } from 'vitest';
import { ecsSandbox } from '../support/sandbox/ecs.ts';
import type { EcsSandbox } from '../support/sandbox/ecs.ts';
import { container } from '../support/sandbox/task-definition-refusals.ts';

const OWN = '385605022855.dkr.ecr.us-east-1.amazonaws.com';
const BY_IPV6 = '385605022855.dkr-ecr.us-east-1.on.aws';
const OTHER_REGION = '385605022855.dkr.ecr.eu-west-1.amazonaws.com';
const PARAMETER = 'arn:aws:ssm:us-east-1:385605022855:parameter/prod/key';

type Changes = Partial<RegisterTaskDefinitionCommandInput>;

const secret = (valueFrom: string): Changes => container({ secrets: [{ name: 'KEY', valueFrom }] });
const image = (reference: string): Changes => container({ image: reference });

/** Why the first task of a service of this definition stopped; undefined where all of them run. */
async function whyStopped(aws: EcsSandbox, changes: Changes): Promise<string | undefined> {
  const taskDefinition = await aws.register(changes);
  await aws.ecs('CreateService', aws.serviceInput({ taskDefinition, desiredCount: 1 }));
  await aws.until(async () => {
    const stopped = (await aws.stopped()).some(({ lastStatus }) => lastStatus === 'STOPPED');
    return stopped || (await aws.service()).runningCount === 1;
  });
  return (await aws.stopped())[0]?.stoppedReason;
}

async function withRepository(): Promise<EcsSandbox> {
  const aws = await ecsSandbox();
  await aws.call('ecr', 'CreateRepository', { repositoryName: 'daemons/xray' });
  return aws;
}

async function withSecret(SecretString?: string): Promise<readonly [EcsSandbox, string]> {
  const aws = await ecsSandbox();
  const value = SecretString === undefined ? {} : { SecretString };
  const { ARN = '' } = await aws.call('secretsmanager', 'CreateSecret', { Name: 'prod/db', ...value });
  return [aws, ARN];
}

describe("an image in the account's own registry", () => {
  test.each([
    `${OWN}/daemons/xray:3.x`,
    `${OWN}/daemons/other:3.x`,
    `${OTHER_REGION}/daemons/xray:3.x`,
    `${BY_IPV6}/daemons/xray:3.x`,
  ])('%s that is not there keeps a task from starting', async (reference) => {
    const aws = await withRepository();
    expect(await whyStopped(aws, image(reference))).toBe(
      `CannotPullContainerError: pull image manifest has been retried 7 time(s): failed to resolve ref ${reference}: ${reference}: not found`,
    );
  });

  test('is pulled by its tag, or by its digest as long as that is there', async () => {
    const aws = await withRepository();
    const { imageDigest = '' } = aws.sandbox.control.putImage({
      repository: 'daemons/xray',
      tags: ['3.x'],
      architectures: ['amd64'],
    });
    expect(await whyStopped(aws, image(`${OWN}/daemons/xray:3.x`))).toBeUndefined();
    for (const reference of [
      `${OWN}/daemons/xray@${imageDigest}`,
      `${OWN}/daemons/xray:moved@${imageDigest}`,
    ]) {
      const other = await withRepository();
      other.sandbox.control.putImage({
        repository: 'daemons/xray',
        tags: ['3.x'],
        architectures: ['amd64'],
      });
      expect(await whyStopped(other, image(reference))).toBeUndefined();
    }
    const gone = `${OWN}/daemons/xray@sha256:${'0'.repeat(64)}`;
    expect(await whyStopped(await withRepository(), image(gone))).toContain(`${gone}: not found`);
  });

  test.each([
    ["another account's", '111122223333.dkr.ecr.us-east-1.amazonaws.com/xray:3.x'],
    ['a public one', 'public.ecr.aws/xray/aws-xray-daemon:3.x'],
    ["Docker Hub's", 'amazon/aws-xray-daemon:3.x'],
  ])('is asked for, and %s is not', async (_, reference) => {
    expect(await whyStopped(await ecsSandbox(), image(reference))).toBeUndefined();
  });

  test('whose tag begins with fail- fails as that says, whatever stands before it', async () => {
    const aws = await ecsSandbox();
    expect(await whyStopped(aws, image(`${OWN}/none:fail-exit`))).toBeUndefined();
    await aws.until(async () => (await aws.stopped()).length > 0);
    expect((await aws.stopped())[0]?.stoppedReason).toBe('Essential container in task exited');
  });

  test('lets the next tasks start once it is pushed', async () => {
    const aws = await withRepository();
    expect(await whyStopped(aws, image(`${OWN}/daemons/xray:3.x`))).toContain('not found');
    aws.sandbox.control.putImage({ repository: 'daemons/xray', tags: ['3.x'] });
    await aws.steady();
    expect((await aws.service()).runningCount).toBe(1);
  });
});

describe("a parameter of the account's own", () => {
  test.each(['/prod/key', PARAMETER, PARAMETER.replace('us-east-1', 'eu-west-1')])(
    '%s that is not there keeps a task from starting',
    async (valueFrom) => {
      expect(await whyStopped(await ecsSandbox(), secret(valueFrom))).toBe(
        `ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secrets from ssm: service call has been retried 1 time(s): invalid ssm parameters: ${valueFrom}`,
      );
    },
  );

  test.each(['/prod/key', PARAMETER])('%s that is there does not', async (valueFrom) => {
    const aws = await ecsSandbox();
    await aws.call('ssm', 'PutParameter', { Name: '/prod/key', Value: 'open sesame', Type: 'SecureString' });
    expect(await whyStopped(aws, secret(valueFrom))).toBeUndefined();
  });

  test("is asked for, and another account's is not", async () => {
    const valueFrom = PARAMETER.replace('385605022855', '111122223333');
    expect(await whyStopped(await ecsSandbox(), secret(valueFrom))).toBeUndefined();
  });
});

describe("a secret of the account's own", () => {
  const asm =
    'ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secret from asm: service call has been retried 1 time(s): ';

  test.each([
    [
      'of another name',
      (arn: string) => arn.replace('prod/db', 'prod/none'),
      "can't find the specified secret.",
    ],
    ['of a label that no version has', (arn: string) => `${arn}::AWSPENDING:`, 'staging label: AWSPENDING'],
    ['of a version that there is not', (arn: string) => `${arn}:::${'0'.repeat(32)}`, 'VersionId: 0000'],
  ])('%s keeps a task from starting', async (_, valueFrom, why) => {
    const [aws, arn] = await withSecret('{"password":"open sesame"}');
    const reason = (await whyStopped(aws, secret(valueFrom(arn)))) ?? '';
    expect(reason.startsWith(`${asm}failed to fetch secret arn:aws:secretsmanager:`)).toBe(true);
    expect(reason).toMatch(/operation error Secrets Manager: GetSecretValue, .* ResourceNotFoundException: /);
    expect(reason).toContain(why);
  });

  test('without a value, or a JSON key, keeps a task from starting', async () => {
    const [empty, arn] = await withSecret();
    expect(await whyStopped(empty, secret(arn))).toContain(
      "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT",
    );
    const [aws, other] = await withSecret('{"user":"open sesame"}');
    const reason = await whyStopped(aws, secret(`${other}:password::`));
    expect(reason).toBe(`${asm}retrieved secret from Secrets Manager did not contain json key password`);
  });

  test('that is deleted keeps a task from starting, though it can be restored', async () => {
    const [aws, arn] = await withSecret('open sesame');
    await aws.call('secretsmanager', 'DeleteSecret', { SecretId: arn });
    expect(await whyStopped(aws, secret(arn))).toContain(
      "InvalidRequestException: You can't perform this operation on the secret because it was marked for deletion.",
    );
    await aws.call('secretsmanager', 'RestoreSecret', { SecretId: arn });
    await aws.steady();
    expect((await aws.service()).runningCount).toBe(1);
  });

  test.each([(arn: string) => arn, (arn: string) => `${arn}:password:AWSCURRENT:`])(
    'that is there lets it start (%#)',
    async (valueFrom) => {
      const [aws, arn] = await withSecret('{"password":"open sesame"}');
      expect(await whyStopped(aws, secret(valueFrom(arn)))).toBeUndefined();
    },
  );

  test('that holds registry credentials keeps a task from starting where it is not there', async () => {
    const credentialsParameter = 'arn:aws:secretsmanager:us-east-1:385605022855:secret:hub-AbCdEf';
    const reason = await whyStopped(
      await ecsSandbox(),
      container({ repositoryCredentials: { credentialsParameter } }),
    );
    expect(reason).toContain('unable to get registry auth from asm');
    expect(reason).toContain("ResourceNotFoundException: Secrets Manager can't find the specified secret.");
  });

  test("is asked for, and another account's is not", async () => {
    const valueFrom = 'arn:aws:secretsmanager:us-east-1:111122223333:secret:prod/db-AbCdEf';
    expect(await whyStopped(await ecsSandbox(), secret(valueFrom))).toBeUndefined();
  });
});
