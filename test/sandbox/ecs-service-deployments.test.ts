import { expect, test } from 'vitest';
import { ecsSandbox, taskDefinitionInput } from '../support/sandbox/ecs.ts';
import type { EcsSandbox } from '../support/sandbox/ecs.ts';

const [CONTAINER] = taskDefinitionInput().containerDefinitions!;
const BROKEN = [{ ...CONTAINER, image: 'public.ecr.aws/xray/aws-xray-daemon:fail-pull' }];
const XRAY = { cluster: 'daemons', service: 'xray' };
const ARN = 'arn:aws:ecs:us-east-1:385605022855';

const withBreaker = (rollback: boolean) => ({
  deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback } },
});

async function running(changes: Parameters<EcsSandbox['serviceInput']>[0] = {}): Promise<EcsSandbox> {
  const aws = await ecsSandbox();
  await aws.ecs('CreateService', aws.serviceInput(changes));
  await aws.steady();
  return aws;
}

async function list(aws: EcsSandbox) {
  return (await aws.ecs('ListServiceDeployments', XRAY)).serviceDeployments ?? [];
}

/** The newest, described. */
async function latest(aws: EcsSandbox) {
  const [newest] = await list(aws);
  const serviceDeploymentArns = [newest!.serviceDeploymentArn!];
  const { serviceDeployments } = await aws.ecs('DescribeServiceDeployments', { serviceDeploymentArns });
  return serviceDeployments![0]!;
}

const hasEnded = async (aws: EcsSandbox) => (await latest(aws)).finishedAt !== undefined;

test('a first service deployment goes from PENDING by IN_PROGRESS to SUCCESSFUL, and has no source', async () => {
  const aws = await ecsSandbox();
  const { service } = await aws.ecs('CreateService', aws.serviceInput());
  const pending = await latest(aws);
  expect(pending).toMatchObject({
    serviceDeploymentArn: expect.stringMatching(
      new RegExp(String.raw`^${ARN}:service-deployment/daemons/xray/[\w-]{21}$`),
    ),
    serviceArn: service?.serviceArn,
    clusterArn: service?.clusterArn,
    status: 'PENDING',
    sourceServiceRevisions: [],
    targetServiceRevision: {
      arn: `${ARN}:service-revision/daemons/xray/${service?.deployments?.[0]?.id?.split('/')[1]}`,
      requestedTaskCount: 2,
      runningTaskCount: 0,
    },
    deploymentConfiguration: { maximumPercent: 200, minimumHealthyPercent: 100 },
    deploymentCircuitBreaker: { status: 'DISABLED' },
  });
  expect(pending.startedAt).toBeUndefined();
  expect(service?.currentServiceDeployment).toBe(pending.serviceDeploymentArn);
  await aws.until(async () => (await latest(aws)).status === 'IN_PROGRESS');
  await aws.steady();
  const done = await latest(aws);
  expect(done).toMatchObject({ status: 'SUCCESSFUL', targetServiceRevision: { runningTaskCount: 2 } });
  expect(Number(done.finishedAt)).toBeGreaterThan(Number(done.startedAt));
  const after = await aws.service();
  expect(after.currentServiceDeployment).toBeUndefined();
  expect(after.currentServiceRevisions).toEqual([done.targetServiceRevision]);
});

test('what is deployed has the former revision as its source, and both count as current meanwhile', async () => {
  const aws = await running();
  const before = await latest(aws);
  const taskDefinition = await aws.register();
  await aws.ecs('UpdateService', { ...XRAY, taskDefinition });
  const during = await latest(aws);
  expect(during.sourceServiceRevisions).toMatchObject([
    { arn: before.targetServiceRevision?.arn, runningTaskCount: 2 },
  ]);
  const current = (await aws.service()).currentServiceRevisions ?? [];
  expect(current.map(({ arn }) => arn)).toEqual([
    during.targetServiceRevision?.arn,
    before.targetServiceRevision?.arn,
  ]);
  const serviceRevisionArns = current.map(({ arn = '' }) => arn);
  const { serviceRevisions } = await aws.ecs('DescribeServiceRevisions', { serviceRevisionArns });
  expect(serviceRevisions).toMatchObject([
    {
      serviceRevisionArn: serviceRevisionArns[0],
      taskDefinition,
      launchType: 'FARGATE',
      platformVersion: '1.4.0',
      platformFamily: 'Linux',
      networkConfiguration: { awsvpcConfiguration: { securityGroups: [aws.securityGroup] } },
      containerImages: [{ containerName: 'xray', image: CONTAINER?.image }],
    },
    { serviceRevisionArn: serviceRevisionArns[1] },
  ]);
});

test('a change that rolls nothing out makes no service deployment', async () => {
  const aws = await running();
  await aws.ecs('UpdateService', { ...XRAY, desiredCount: 3 });
  expect(await list(aws)).toHaveLength(1);
});

test('a newer service deployment stops the one under way', async () => {
  const aws = await running();
  await aws.ecs('UpdateService', { ...XRAY, forceNewDeployment: true });
  await aws.ecs('UpdateService', { ...XRAY, forceNewDeployment: true });
  await aws.steady();
  const entries = await list(aws);
  expect(entries.map(({ status }) => status)).toEqual(['SUCCESSFUL', 'STOPPED', 'SUCCESSFUL']);
});

test('a service deployment has finished once all of it runs and nothing old is meant to, though that still stops', async () => {
  const aws = await running();
  aws.advance(60_000);
  const { service: answered } = await aws.ecs('UpdateService', { ...XRAY, forceNewDeployment: true });
  const { createdAt } = await latest(aws);
  expect(createdAt).toEqual(answered?.deployments?.[0]?.createdAt);
  await aws.until(() => hasEnded(aws));
  const { startedAt, finishedAt, updatedAt } = await latest(aws);
  const { deployments = [] } = await aws.service();
  expect(deployments).toMatchObject([{ rolloutState: 'COMPLETED', updatedAt: finishedAt }]);
  expect((await aws.stopped()).some(({ stoppedAt }) => stoppedAt === undefined)).toBe(true);
  expect([createdAt, startedAt, finishedAt].map(Number)).toEqual(
    [createdAt, startedAt, finishedAt].map(Number).toSorted((a, b) => a - b),
  );
  expect(updatedAt).toEqual(finishedAt);
});

test('a service deployment that a newer one stopped has finished when that began', async () => {
  const aws = await running();
  await aws.ecs('UpdateService', { ...XRAY, forceNewDeployment: true });
  aws.advance(5000);
  await aws.ecs('UpdateService', { ...XRAY, forceNewDeployment: true });
  const [newer, stopped] = await list(aws);
  expect(stopped).toMatchObject({ status: 'STOPPED', finishedAt: newer?.createdAt });
});

test('service deployments are told of for ninety days, and the one under way for longer', async () => {
  const DAY_MS = 24 * 3_600_000;
  const aws = await running();
  const [first] = await list(aws);
  aws.advance(2 * DAY_MS);
  await aws.ecs('UpdateService', { ...XRAY, forceNewDeployment: true });
  await aws.steady();
  aws.advance(87 * DAY_MS);
  expect(await list(aws)).toHaveLength(2);
  aws.advance(2 * DAY_MS);
  const [second, ...none] = await list(aws);
  expect([second?.status, none]).toEqual(['SUCCESSFUL', []]);
  const arns = [first, second].map((one) => one?.serviceDeploymentArn ?? '');
  const described = await aws.ecs('DescribeServiceDeployments', { serviceDeploymentArns: arns });
  expect(described.serviceDeployments).toHaveLength(1);
  expect(described.failures).toEqual([{ arn: arns[0], reason: 'MISSING' }]);
  const deploymentConfiguration = { minimumHealthyPercent: 100, maximumPercent: 149 };
  await aws.ecs('UpdateService', { ...XRAY, deploymentConfiguration, forceNewDeployment: true });
  aws.advance(91 * DAY_MS);
  expect((await list(aws)).map(({ status }) => status)).toEqual(['IN_PROGRESS']);
});

test('the circuit breaker rolls back: ROLLBACK_IN_PROGRESS, then ROLLBACK_SUCCESSFUL, with its reason', async () => {
  const aws = await running(withBreaker(true));
  const before = await latest(aws);
  await aws.ecs('UpdateService', {
    ...XRAY,
    taskDefinition: await aws.register({ containerDefinitions: BROKEN }),
  });
  await aws.until(async () => (await latest(aws)).status === 'IN_PROGRESS');
  expect((await latest(aws)).deploymentCircuitBreaker).toEqual({
    status: 'MONITORING',
    failureCount: 0,
    threshold: 3,
  });
  await aws.until(() => hasEnded(aws));
  const reason = 'Service deployment rolled back because the circuit breaker threshold was exceeded.';
  expect(await latest(aws)).toMatchObject({
    status: 'ROLLBACK_SUCCESSFUL',
    statusReason: reason,
    rollback: { reason, serviceRevisionArn: before.targetServiceRevision?.arn },
    deploymentCircuitBreaker: { status: 'TRIGGERED', failureCount: 3, threshold: 3 },
  });
  expect(await list(aws)).toHaveLength(2);
});

test.each([
  [true, 'ROLLBACK_FAILED', 'No rollback candidate was found to run the rollback.'],
  [false, 'STOPPED', 'Service deployment stopped because the circuit breaker threshold was exceeded.'],
])('a broken first deployment with rollback %s ends as %s', async (rollback, status, statusReason) => {
  const aws = await ecsSandbox();
  await aws.register({ containerDefinitions: BROKEN });
  await aws.ecs('CreateService', aws.serviceInput(withBreaker(rollback)));
  await aws.until(() => hasEnded(aws));
  expect(await latest(aws)).toMatchObject({ status, statusReason });
  expect((await aws.service()).deployments).toMatchObject([{ rolloutState: 'FAILED' }]);
});

test('StopServiceDeployment rolls back without any circuit breaker, and repeating it changes nothing', async () => {
  const aws = await running();
  const before = await aws.service();
  await aws.ecs('UpdateService', {
    ...XRAY,
    taskDefinition: await aws.register({ containerDefinitions: BROKEN }),
  });
  const { serviceDeploymentArn } = await latest(aws);
  await aws.until(async () => (await latest(aws)).status === 'IN_PROGRESS');
  expect(await aws.ecs('StopServiceDeployment', { serviceDeploymentArn })).toEqual({ serviceDeploymentArn });
  expect((await latest(aws)).status).toBe('ROLLBACK_REQUESTED');
  await aws.ecs('StopServiceDeployment', { serviceDeploymentArn, stopType: 'ROLLBACK' });
  await aws.until(() => hasEnded(aws));
  expect((await latest(aws)).status).toBe('ROLLBACK_SUCCESSFUL');
  await aws.steady();
  expect((await aws.service()).taskDefinition).toBe(before.taskDefinition);
  expect(await aws.refusal('StopServiceDeployment', { serviceDeploymentArn })).toMatch(
    /^ConflictException: /,
  );
});

test('what StopServiceDeployment cannot stop is refused', async () => {
  const aws = await running();
  const { serviceDeploymentArn } = await latest(aws);
  expect(await aws.refusal('StopServiceDeployment', { serviceDeploymentArn, stopType: 'ABORT' })).toMatch(
    /^InvalidParameterException: /,
  );
  const unknown = { serviceDeploymentArn: `${serviceDeploymentArn}x` };
  expect(await aws.refusal('StopServiceDeployment', unknown)).toMatch(
    /^ServiceDeploymentNotFoundException: /,
  );
});

test('twenty are described at a time, and what is unknown is a failure of the answer', async () => {
  const aws = await running();
  const missing = `${ARN}:service-deployment/daemons/xray/NCWGC2ZR-taawPAYrIaU5`;
  expect(await aws.ecs('DescribeServiceDeployments', { serviceDeploymentArns: [missing] })).toEqual({
    serviceDeployments: [],
    failures: [{ arn: missing, reason: 'MISSING' }],
  });
  const tooMany = Array.from({ length: 21 }, (_, index) => `${missing}${index}`);
  const refusals = [
    await aws.refusal('DescribeServiceDeployments', { serviceDeploymentArns: tooMany }),
    await aws.refusal('DescribeServiceDeployments', { serviceDeploymentArns: [] }),
    await aws.refusal('DescribeServiceRevisions', { serviceRevisionArns: tooMany }),
    await aws.refusal('ListServiceDeployments', { ...XRAY, maxResults: 101 }),
  ];
  for (const refusal of refusals) expect(refusal).toMatch(/^InvalidParameterException: /);
  expect(await aws.refusal('ListServiceDeployments', { ...XRAY, service: 'other' })).toMatch(
    /^ServiceNotFoundException: /,
  );
});

test('service deployments are listed newest first, twenty to a page, by status and time of creation', async () => {
  const aws = await running();
  for (let index = 0; index < 24; index++) {
    aws.advance(1000);
    await aws.ecs('UpdateService', { ...XRAY, forceNewDeployment: true });
  }
  const first = await aws.ecs('ListServiceDeployments', XRAY);
  const second = await aws.ecs('ListServiceDeployments', { ...XRAY, nextToken: first.nextToken });
  const all = [...(first.serviceDeployments ?? []), ...(second.serviceDeployments ?? [])];
  expect([first.serviceDeployments?.length, all.length, second.nextToken]).toEqual([20, 25, undefined]);
  const times = all.map(({ createdAt }) => Number(createdAt));
  expect(times).toEqual(times.toSorted((a, b) => b - a));
  const successful = await aws.ecs('ListServiceDeployments', { ...XRAY, status: ['SUCCESSFUL'] });
  expect(successful.serviceDeployments).toEqual([all.at(-1)]);
  const createdAt = { after: all[3]!.createdAt!, before: all[0]!.createdAt! };
  const between = await aws.ecs('ListServiceDeployments', { ...XRAY, createdAt });
  expect(between.serviceDeployments).toEqual(all.slice(1, 3));
});

test('the service deployments of a deleted service are forgotten with it', async () => {
  const aws = await running();
  const { serviceDeploymentArn = '' } = await latest(aws);
  await aws.ecs('DeleteService', { ...XRAY, force: true });
  await aws.until(async () => (await aws.service()).status === 'INACTIVE');
  const described = await aws.ecs('DescribeServiceDeployments', {
    serviceDeploymentArns: [serviceDeploymentArn],
  });
  expect(described.failures).toMatchObject([{ reason: 'MISSING' }]);
});
