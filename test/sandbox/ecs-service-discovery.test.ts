import { expect, test } from 'vitest';
import { ecsSandbox, taskDefinitionInput } from '../support/ecs-sandbox.ts';
import type { EcsSandbox } from '../support/ecs-sandbox.ts';

const [CONTAINER] = taskDefinitionInput().containerDefinitions!;

/** A private namespace with one service of these records. */
async function registry(aws: EcsSandbox, type: 'A' | 'SRV'): Promise<{ id: string; arn: string }> {
  const { Vpcs = [] } = await aws.call('ec2', 'DescribeVpcs', {});
  const { OperationId } = await aws.call('servicediscovery', 'CreatePrivateDnsNamespace', {
    Name: 'services.example.org',
    Vpc: Vpcs[0]?.VpcId,
  });
  await aws.until(async () => {
    const { Operation } = await aws.call('servicediscovery', 'GetOperation', { OperationId });
    return Operation?.Status === 'SUCCESS';
  });
  const { Operation } = await aws.call('servicediscovery', 'GetOperation', { OperationId });
  const { Service } = await aws.call('servicediscovery', 'CreateService', {
    Name: 'xray',
    NamespaceId: Operation?.Targets?.NAMESPACE,
    DnsConfig: { DnsRecords: [{ Type: type, TTL: 60 }] },
    HealthCheckCustomConfig: {},
  });
  return { id: Service!.Id!, arn: Service!.Arn! };
}

async function instances(aws: EcsSandbox, ServiceId: string) {
  const { Instances = [] } = await aws.call('servicediscovery', 'ListInstances', { ServiceId });
  return Instances.map(({ Id = '', Attributes = {} }) => ({ id: Id, attributes: Attributes }));
}

async function healthOf(aws: EcsSandbox, ServiceId: string): Promise<string[]> {
  if ((await instances(aws, ServiceId)).length === 0) return [];
  const { Status = {} } = await aws.call('servicediscovery', 'GetInstancesHealthStatus', { ServiceId });
  return Object.values(Status);
}

test('every task is an instance of its registry, with the attributes that ECS sets', async () => {
  const aws = await ecsSandbox();
  const { id, arn } = await registry(aws, 'A');
  await aws.ecs('CreateService', aws.serviceInput({ serviceRegistries: [{ registryArn: arn }] }));
  await aws.steady();
  const expected = (await aws.tasks()).map(({ taskArn, containers, availabilityZone }) => ({
    id: taskArn?.split('/').at(-1),
    attributes: {
      AWS_INSTANCE_IPV4: containers?.[0]?.networkInterfaces?.[0]?.privateIpv4Address,
      AWS_INSTANCE_PORT: '2000',
      AVAILABILITY_ZONE: availabilityZone,
      REGION: 'us-east-1',
      ECS_SERVICE_NAME: 'xray',
      ECS_CLUSTER_NAME: 'daemons',
      ECS_TASK_DEFINITION_FAMILY: 'xray',
    },
  }));
  expect(await instances(aws, id)).toEqual(expected);
  expect(await healthOf(aws, id)).toEqual(['HEALTHY', 'HEALTHY']);
});

test('a stopped task is no instance any more, and its replacement is one', async () => {
  const aws = await ecsSandbox();
  const { id, arn } = await registry(aws, 'A');
  await aws.ecs('CreateService', aws.serviceInput({ serviceRegistries: [{ registryArn: arn }] }));
  await aws.steady();
  const [victim] = await aws.tasks();
  await aws.ecs('StopTask', { cluster: 'daemons', task: victim?.taskArn });
  expect(await instances(aws, id)).toHaveLength(2);
  await aws.until(async () => (await instances(aws, id)).length === 1);
  await aws.until(async () => (await aws.service()).runningCount === 2);
  const ids = (await instances(aws, id)).map((instance) => instance.id);
  expect(ids).toEqual((await aws.tasks()).map(({ taskArn }) => taskArn?.split('/').at(-1)));
});

test('an instance is UNHEALTHY until the health check of its container has passed, and Cloud Map waits 30 s more', async () => {
  const aws = await ecsSandbox();
  const { id, arn } = await registry(aws, 'A');
  const healthCheck = { command: ['CMD', '/healthcheck'] };
  await aws.register({ containerDefinitions: [{ ...CONTAINER, healthCheck }] });
  const serviceRegistries = [{ registryArn: arn }];
  await aws.ecs('CreateService', aws.serviceInput({ desiredCount: 1, serviceRegistries }));
  await aws.until(async () => (await healthOf(aws, id)).length === 1);
  expect(await healthOf(aws, id)).toEqual(['UNHEALTHY']);
  expect((await aws.service()).deployments?.[0]?.rolloutState).toBe('IN_PROGRESS');
  await aws.steady();
  expect(await healthOf(aws, id)).toEqual(['UNHEALTHY']);
  aws.advance(30_000);
  expect(await healthOf(aws, id)).toEqual(['HEALTHY']);
});

test('a deleted service leaves no instance behind', async () => {
  const aws = await ecsSandbox();
  const { id, arn } = await registry(aws, 'A');
  await aws.ecs('CreateService', aws.serviceInput({ serviceRegistries: [{ registryArn: arn }] }));
  await aws.steady();
  await aws.ecs('DeleteService', { cluster: 'daemons', service: 'xray', force: true });
  await aws.until(async () => (await aws.service()).status === 'INACTIVE');
  expect(await instances(aws, id)).toEqual([]);
});

test('a registry with SRV records needs a port, and its instances carry it', async () => {
  const aws = await ecsSandbox();
  const { id, arn } = await registry(aws, 'SRV');
  const refused = [
    [{ registryArn: arn }],
    [{ registryArn: arn, containerName: 'xray' }],
    [{ registryArn: arn, containerName: 'xray', containerPort: 81 }],
    [{ registryArn: arn, containerName: 'other', containerPort: 2000 }],
    [{ registryArn: arn, port: 2000, containerName: 'xray', containerPort: 2000 }],
    [
      { registryArn: arn, port: 2000 },
      { registryArn: arn, port: 2001 },
    ],
  ];
  for (const serviceRegistries of refused) {
    const refusal = await aws.refusal('CreateService', aws.serviceInput({ serviceRegistries }));
    expect(refusal).toMatch(/^InvalidParameterException: /);
  }
  const serviceRegistries = [{ registryArn: arn, port: 2001 }];
  await aws.ecs('CreateService', aws.serviceInput({ desiredCount: 1, serviceRegistries }));
  await aws.steady();
  expect((await instances(aws, id))[0]?.attributes).toMatchObject({ AWS_INSTANCE_PORT: '2001' });
});

test('another registry is a new deployment, and instances move with their tasks', async () => {
  const aws = await ecsSandbox();
  const { id, arn } = await registry(aws, 'A');
  await aws.ecs('CreateService', aws.serviceInput());
  await aws.steady();
  const serviceRegistries = [{ registryArn: arn }];
  await aws.ecs('UpdateService', { cluster: 'daemons', service: 'xray', serviceRegistries });
  expect(await instances(aws, id)).toEqual([]);
  await aws.steady();
  expect(await instances(aws, id)).toHaveLength(2);
});
