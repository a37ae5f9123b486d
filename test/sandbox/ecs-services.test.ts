import { expect, test } from 'vitest';
import { ecsSandbox } from '../support/sandbox/ecs.ts';
import type { EcsSandbox } from '../support/sandbox/ecs.ts';

const INVALID = 'InvalidParameterException: ';
const XRAY = { cluster: 'daemons', service: 'xray' };

test('a service comes back with the defaults that AWS gives it', async () => {
  const aws = await ecsSandbox();
  await aws.ecs('CreateService', aws.serviceInput());
  expect(await aws.service()).toMatchObject({
    serviceArn: 'arn:aws:ecs:us-east-1:385605022855:service/daemons/xray',
    clusterArn: 'arn:aws:ecs:us-east-1:385605022855:cluster/daemons',
    taskDefinition: 'arn:aws:ecs:us-east-1:385605022855:task-definition/xray:1',
    launchType: 'FARGATE',
    platformVersion: 'LATEST',
    schedulingStrategy: 'REPLICA',
    deploymentController: { type: 'ECS' },
    deploymentConfiguration: {
      minimumHealthyPercent: 100,
      maximumPercent: 200,
      deploymentCircuitBreaker: { enable: false, rollback: false },
    },
    availabilityZoneRebalancing: 'ENABLED',
    propagateTags: 'NONE',
    enableExecuteCommand: false,
    enableECSManagedTags: false,
    loadBalancers: [],
    serviceRegistries: [],
    networkConfiguration: { awsvpcConfiguration: { assignPublicIp: 'DISABLED' } },
  });
  expect((await aws.service()).deployments?.[0]?.platformVersion).toBe('1.4.0');
  expect(await aws.service()).not.toHaveProperty('tags');
});

test('rebalancing is DISABLED by default where maximumPercent is 100', async () => {
  const aws = await ecsSandbox();
  const deploymentConfiguration = { minimumHealthyPercent: 50, maximumPercent: 100 };
  await aws.ecs('CreateService', aws.serviceInput({ deploymentConfiguration }));
  expect((await aws.service()).availabilityZoneRebalancing).toBe('DISABLED');
  const asked = aws.serviceInput({
    serviceName: 'other',
    deploymentConfiguration,
    availabilityZoneRebalancing: 'ENABLED',
  });
  expect(await aws.refusal('CreateService', asked)).toContain('does not support maximumPercent <= 100');
});

test('a creation is repeated by its clientToken, and refused without', async () => {
  const aws = await ecsSandbox();
  const input = aws.serviceInput({ clientToken: 'first' });
  const { service } = await aws.ecs('CreateService', input);
  const again = await aws.ecs('CreateService', input);
  expect(again.service?.deployments?.[0]?.id).toBe(service?.deployments?.[0]?.id);
  for (const other of [
    aws.serviceInput(),
    { ...input, desiredCount: 3 },
    { ...input, clientToken: 'second' },
  ]) {
    expect(await aws.refusal('CreateService', other)).toBe(
      `${INVALID}Creation of service was not idempotent.`,
    );
  }
});

test.each<[string, (aws: EcsSandbox) => Promise<object> | object, boolean]>([
  ['a new revision', async (aws) => ({ taskDefinition: await aws.register() }), true],
  ['the same revision', () => ({ taskDefinition: 'xray:1' }), false],
  ['a forced deployment', () => ({ forceNewDeployment: true }), true],
  ['another platform version', () => ({ platformVersion: '1.4.0' }), true],
  [
    'another network',
    ({ subnets }) => ({ networkConfiguration: { awsvpcConfiguration: { subnets: [subnets[0]] } } }),
    true,
  ],
  ['another desired count', () => ({ desiredCount: 3 }), false],
  ['another deployment configuration', () => ({ deploymentConfiguration: { maximumPercent: 150 } }), false],
  ['other tag rules', () => ({ propagateTags: 'SERVICE', enableECSManagedTags: true }), false],
  ['another rebalancing', () => ({ availabilityZoneRebalancing: 'DISABLED' }), false],
  ['another grace period', () => ({ healthCheckGracePeriodSeconds: 30 }), false],
  ['commands executed', () => ({ enableExecuteCommand: true }), false],
  ['the same network', (aws) => ({ networkConfiguration: aws.serviceInput().networkConfiguration }), false],
  ['no registries, as before', () => ({ serviceRegistries: [] }), false],
])('%s: a new deployment follows or not', async (_, changes, deploys) => {
  const aws = await ecsSandbox();
  await aws.ecs('CreateService', aws.serviceInput());
  await aws.steady();
  const { service } = await aws.ecs('UpdateService', { ...XRAY, ...(await changes(aws)) });
  expect(service?.deployments).toHaveLength(deploys ? 2 : 1);
});

test('an update keeps what it does not name', async () => {
  const aws = await ecsSandbox();
  const deploymentCircuitBreaker = { enable: true, rollback: true };
  await aws.ecs('CreateService', aws.serviceInput({ deploymentConfiguration: { deploymentCircuitBreaker } }));
  const before = await aws.service();
  const { service } = await aws.ecs('UpdateService', {
    ...XRAY,
    deploymentConfiguration: { minimumHealthyPercent: 50 },
  });
  expect(service).toMatchObject({
    deploymentConfiguration: { ...before.deploymentConfiguration, minimumHealthyPercent: 50 },
    networkConfiguration: before.networkConfiguration,
    desiredCount: 2,
  });
});

test('a deleted service drains, then is INACTIVE and can still be described', async () => {
  const aws = await ecsSandbox();
  await aws.ecs('CreateService', aws.serviceInput());
  await aws.steady();
  expect(await aws.refusal('DeleteService', XRAY)).toBe(
    `${INVALID}The service cannot be stopped while it is scaled above 0.`,
  );
  const { service } = await aws.ecs('DeleteService', { ...XRAY, force: true });
  expect(service).toMatchObject({ status: 'DRAINING', desiredCount: 0 });
  expect(await aws.refusal('CreateService', aws.serviceInput())).toBe(
    `${INVALID}Unable to Start a service that is still Draining.`,
  );
  expect(await aws.refusal('UpdateService', { ...XRAY, desiredCount: 1 })).toBe(
    'ServiceNotActiveException: Service was not ACTIVE.',
  );
  expect(await aws.refusal('DeleteCluster', { cluster: 'daemons' })).toBe(
    'ClusterContainsServicesException: The Cluster cannot be deleted while Services are active.',
  );
  await aws.until(async () => (await aws.service()).status === 'INACTIVE');
  expect(await aws.service()).toMatchObject({ runningCount: 0, deployments: [] });
  expect((await aws.ecs('ListServices', { cluster: 'daemons' })).serviceArns).toEqual([]);
  expect(await aws.refusal('DeleteService', XRAY)).toBe('ServiceNotFoundException: Service not found.');
  await aws.ecs('CreateService', aws.serviceInput());
  await aws.steady();
});

test('a service scaled to 0 is deleted without force', async () => {
  const aws = await ecsSandbox();
  await aws.ecs('CreateService', aws.serviceInput({ desiredCount: 0 }));
  await aws.steady();
  const { service } = await aws.ecs('DeleteService', XRAY);
  expect(service?.status).toBe('DRAINING');
  await aws.until(async () => (await aws.service()).status === 'INACTIVE');
});

test('a service that does not exist is a failure of the answer, not of the call', async () => {
  const aws = await ecsSandbox();
  await aws.ecs('CreateService', aws.serviceInput());
  const { services, failures } = await aws.ecs('DescribeServices', {
    cluster: 'daemons',
    services: ['xray', 'other'],
  });
  expect(services?.map(({ serviceName }) => serviceName)).toEqual(['xray']);
  expect(failures).toEqual([
    { arn: 'arn:aws:ecs:us-east-1:385605022855:service/daemons/other', reason: 'MISSING' },
  ]);
  const eleven = Array.from({ length: 11 }, (_, index) => `service-${index}`);
  expect(await aws.refusal('DescribeServices', { cluster: 'daemons', services: eleven })).toContain(INVALID);
});

test('services are listed ten to a page, and no page repeats or forgets one', async () => {
  const aws = await ecsSandbox();
  for (let index = 0; index < 23; index++) {
    await aws.ecs('CreateService', aws.serviceInput({ serviceName: `daemon-${index}`, desiredCount: 0 }));
  }
  const pages: number[] = [];
  const seen: string[] = [];
  let nextToken: string | undefined;
  do {
    const page = await aws.ecs('ListServices', { cluster: 'daemons', nextToken });
    pages.push(page.serviceArns?.length ?? 0);
    seen.push(...(page.serviceArns ?? []));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  expect(pages).toEqual([10, 10, 3]);
  expect(new Set(seen).size).toBe(23);
  expect(await aws.refusal('ListServices', { cluster: 'daemons', nextToken: 'other' })).toBe(
    `${INVALID}Invalid token.`,
  );
  expect(await aws.refusal('ListServices', { cluster: 'daemons', maxResults: 101 })).toContain(INVALID);
});

test('a thousand services converge without anybody looking at all of them at once', async () => {
  const aws = await ecsSandbox();
  for (let index = 0; index < 1000; index++) {
    await aws.ecs('CreateService', aws.serviceInput({ serviceName: `daemon-${index}`, desiredCount: 1 }));
  }
  aws.advance(90_000);
  const { clusters } = await aws.ecs('DescribeClusters', { clusters: ['daemons'] });
  expect(clusters?.[0]).toMatchObject({ runningTasksCount: 1000, activeServicesCount: 1000 });
});

test('a service of another cluster is refused, one of an unknown name is MISSING', async () => {
  const aws = await ecsSandbox();
  const services = ['arn:aws:ecs:us-east-1:385605022855:service/other/xray'];
  expect(await aws.refusal('DescribeServices', { cluster: 'daemons', services })).toBe(
    `${INVALID}Invalid identifier: Identifier is for cluster other. Your cluster is daemons`,
  );
  expect(await aws.refusal('DescribeServices', { cluster: 'daemons', services: [] })).toBe(
    `${INVALID}Services cannot be empty.`,
  );
});

test('the caller is named as the one who made it, as GetCallerIdentity names them', async () => {
  const aws = await ecsSandbox();
  const { Arn } = await aws.call('sts', 'GetCallerIdentity', {});
  const { service } = await aws.ecs('CreateService', aws.serviceInput());
  expect(service?.createdBy).toBe(Arn);
});

test('listed by launch type and scheduling strategy', async () => {
  const aws = await ecsSandbox();
  await aws.ecs('CreateService', aws.serviceInput());
  const count = async (filter: object) =>
    (await aws.ecs('ListServices', { cluster: 'daemons', ...filter })).serviceArns?.length;
  expect(await count({ launchType: 'FARGATE', schedulingStrategy: 'REPLICA' })).toBe(1);
  expect(await count({ launchType: 'EC2' })).toBe(0);
  expect(await count({ schedulingStrategy: 'DAEMON' })).toBe(0);
  expect(await aws.refusal('ListServices', { cluster: 'daemons', launchType: 'LAMBDA' as 'EC2' })).toContain(
    INVALID,
  );
});

test('services of Service Connect are listed by namespace: there are none', async () => {
  const aws = await ecsSandbox();
  expect(await aws.refusal('ListServicesByNamespace', { namespace: 'xray.local' })).toBe(
    'NamespaceNotFoundException: The specified namespace was not found.',
  );
  const { Vpcs = [] } = await aws.call('ec2', 'DescribeVpcs', {});
  await aws.call('servicediscovery', 'CreatePrivateDnsNamespace', {
    Name: 'xray.local',
    Vpc: Vpcs[0]?.VpcId,
  });
  aws.advance(2 * 60_000);
  expect(await aws.ecs('ListServicesByNamespace', { namespace: 'xray.local' })).toEqual({ serviceArns: [] });
});

test('the oldest of many deleted services are forgotten', async () => {
  const aws = await ecsSandbox();
  const names = Array.from({ length: 1001 }, (_, index) => `daemon-${index}`);
  for (const serviceName of names) {
    await aws.ecs('CreateService', aws.serviceInput({ serviceName, desiredCount: 0 }));
  }
  for (const service of names) {
    await aws.ecs('DeleteService', { cluster: 'daemons', service });
    aws.advance(5000);
  }
  const { services, failures } = await aws.ecs('DescribeServices', {
    cluster: 'daemons',
    services: ['daemon-0', 'daemon-1', 'daemon-1000'],
  });
  expect(services?.map(({ serviceName, status }) => [serviceName, status])).toEqual([
    ['daemon-1', 'INACTIVE'],
    ['daemon-1000', 'INACTIVE'],
  ]);
  expect(failures).toMatchObject([{ reason: 'MISSING' }]);
});

test('task sets belong to services with another deployment controller', async () => {
  const aws = await ecsSandbox();
  await aws.ecs('CreateService', aws.serviceInput());
  expect(await aws.refusal('DescribeTaskSets', XRAY)).toBe(
    `${INVALID}Amazon ECS only supports task set management on services configured to use external deployment controllers.`,
  );
});

test.each([
  ['another region', 'arn:aws:ecs:eu-west-1:385605022855:service/daemons/xray', 'Invalid Region in ARN'],
  ['another account', 'arn:aws:ecs:us-east-1:111122223333:service/daemons/xray', 'AccountIDs mismatch'],
  ['a cluster', 'arn:aws:ecs:us-east-1:385605022855:cluster/daemons', 'Service Identifier is invalid'],
])('the ARN of %s is refused as a service', async (_, service, message) => {
  const aws = await ecsSandbox();
  const refusal = `${INVALID}${message}`;
  expect(await aws.refusal('DescribeServices', { cluster: 'daemons', services: [service] })).toBe(refusal);
  expect(await aws.refusal('UpdateService', { cluster: 'daemons', service })).toBe(refusal);
  expect(await aws.refusal('DeleteService', { cluster: 'daemons', service })).toBe(refusal);
});

test('a service takes an empty role for none, as Ansible sends it', async () => {
  const aws = await ecsSandbox();
  expect(
    (await aws.ecs('CreateService', aws.serviceInput({ role: '', clientToken: '' }))).service,
  ).toMatchObject({
    status: 'ACTIVE',
  });
});
