import { expect, test } from 'vitest';
import { ecsSandbox, taskDefinitionInput } from '../support/sandbox/ecs.ts';
import type { EcsSandbox } from '../support/sandbox/ecs.ts';
import { daemonsOn, launch, onHosts } from '../support/sandbox/hosts.ts';

const [CONTAINER] = taskDefinitionInput().containerDefinitions!;

/** A private namespace with one service of these records. */
async function registry(
  aws: EcsSandbox,
  type: 'A' | 'SRV' | 'A and SRV',
  custom = true,
): Promise<{ id: string; arn: string }> {
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
    DnsConfig: {
      DnsRecords: type.split(' and ').map((Type) => ({ Type: Type as 'A' | 'SRV', TTL: 60 })),
    },
    ...(custom ? { HealthCheckCustomConfig: {} } : {}),
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
      AWS_INIT_HEALTH_STATUS: 'HEALTHY',
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

test('a registry with A and SRV records has each task as one instance, with its address and the port of its container', async () => {
  const aws = await ecsSandbox();
  const { id, arn } = await registry(aws, 'A and SRV');
  const serviceRegistries = [{ registryArn: arn, containerName: 'xray', containerPort: 2000 }];
  await aws.ecs('CreateService', aws.serviceInput({ serviceRegistries }));
  await aws.steady();
  const { Instances = [] } = await aws.call('servicediscovery', 'DiscoverInstances', {
    NamespaceName: 'services.example.org',
    ServiceName: 'xray',
  });
  const found = Instances.map(({ InstanceId, Attributes = {} }) => ({
    id: InstanceId,
    address: Attributes['AWS_INSTANCE_IPV4'],
    port: Attributes['AWS_INSTANCE_PORT'],
  }));
  const expected = (await aws.tasks()).map(({ taskArn, containers }) => ({
    id: taskArn?.split('/').at(-1),
    address: containers?.[0]?.networkInterfaces?.[0]?.privateIpv4Address,
    port: '2000',
  }));
  expect(new Set(found)).toEqual(new Set(expected));
  expect(await instances(aws, id)).toHaveLength(2);
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

const TIMEOUT = 'Timeout waiting for service discovery instance provisioning to complete.';

async function firstStop(aws: EcsSandbox) {
  await aws.until(async () => (await aws.stopped()).length > 0);
  const [{ stopCode, stoppedReason } = {}] = await aws.stopped();
  return { stopCode, stoppedReason };
}

test('a task is an instance before it is RUNNING, and HEALTHY at once where no health check says otherwise', async () => {
  const aws = await ecsSandbox();
  const { id, arn } = await registry(aws, 'A');
  const serviceRegistries = [{ registryArn: arn }];
  await aws.ecs('CreateService', aws.serviceInput({ desiredCount: 1, serviceRegistries }));
  await aws.until(async () => (await instances(aws, id)).length === 1);
  expect((await aws.tasks())[0]?.lastStatus).toBe('ACTIVATING');
  expect(await healthOf(aws, id)).toEqual(['HEALTHY']);
});

test('a task whose health check fails is no instance any more, while it still runs', async () => {
  const aws = await ecsSandbox();
  const { id, arn } = await registry(aws, 'A');
  const healthCheck = { command: ['CMD', '/healthcheck'] };
  const image = 'public.ecr.aws/xray/aws-xray-daemon:fail-health';
  await aws.register({ containerDefinitions: [{ ...CONTAINER, image, healthCheck }] });
  const serviceRegistries = [{ registryArn: arn }];
  await aws.ecs('CreateService', aws.serviceInput({ desiredCount: 1, serviceRegistries }));
  const sickOne = async () => (await aws.tasks()).find(({ healthStatus }) => healthStatus === 'UNHEALTHY');
  await aws.until(async () => (await sickOne()) !== undefined);
  const taskId = (await sickOne())?.taskArn?.split('/').at(-1);
  expect((await instances(aws, id)).map((instance) => instance.id)).toContain(taskId);
  aws.advance(6000);
  expect((await instances(aws, id)).map((instance) => instance.id)).not.toContain(taskId);
  expect((await sickOne())?.lastStatus).toBe('RUNNING');
});

test('tasks of a registry that is gone wait three minutes and stop', async () => {
  const aws = await ecsSandbox();
  const { id, arn } = await registry(aws, 'A');
  const serviceRegistries = [{ registryArn: arn }];
  await aws.ecs('CreateService', aws.serviceInput({ desiredCount: 1, serviceRegistries }));
  await aws.call('servicediscovery', 'DeleteService', { Id: id });
  expect(await firstStop(aws)).toEqual({ stopCode: 'TaskFailedToStart', stoppedReason: TIMEOUT });
  const [task] = await aws.stopped();
  expect(Number(task?.stoppingAt) - Number(task?.pullStoppedAt)).toBeGreaterThanOrEqual(180_000);
  expect(task?.startedAt).toBeUndefined();
});

test('a registry without custom health check never lets a task become RUNNING', async () => {
  const aws = await ecsSandbox();
  const { arn } = await registry(aws, 'A', false);
  const serviceRegistries = [{ registryArn: arn }];
  await aws.ecs('CreateService', aws.serviceInput({ desiredCount: 1, serviceRegistries }));
  expect(await firstStop(aws)).toEqual({ stopCode: 'TaskFailedToStart', stoppedReason: TIMEOUT });
});

test.each([
  ['a public DNS namespace', 'CreatePublicDnsNamespace', { DnsRecords: [{ Type: 'A' as const, TTL: 60 }] }],
  ['an HTTP namespace', 'CreateHttpNamespace', undefined],
] as const)(
  'a registry in %s lets tasks become RUNNING without a custom health check, and has them as instances',
  async (_what, operation, DnsConfig) => {
    const aws = await ecsSandbox();
    await aws.call('servicediscovery', operation, { Name: 'services.example.org' });
    aws.advance(2 * 60_000);
    const { Namespaces = [] } = await aws.call('servicediscovery', 'ListNamespaces', {});
    const { Service } = await aws.call('servicediscovery', 'CreateService', {
      Name: 'xray',
      NamespaceId: Namespaces[0]?.Id,
      ...(DnsConfig === undefined ? {} : { DnsConfig: { DnsRecords: [...DnsConfig.DnsRecords] } }),
    });
    const serviceRegistries = [{ registryArn: Service?.Arn }];
    await aws.ecs('CreateService', aws.serviceInput({ serviceRegistries }));
    await aws.steady();
    const names = { NamespaceName: 'services.example.org', ServiceName: 'xray' };
    const { Instances = [] } = await aws.call('servicediscovery', 'DiscoverInstances', names);
    expect(Instances.map(({ InstanceId = '' }) => InstanceId).toSorted()).toEqual(
      (await aws.tasks()).map(({ taskArn }) => taskArn?.split('/').at(-1) ?? '').toSorted(),
    );
    expect(Instances).toHaveLength(2);
  },
);

test('a recreated registry gets no instance of tasks that run already, until a new deployment', async () => {
  const aws = await ecsSandbox();
  const { id, arn } = await registry(aws, 'A');
  const service = aws.serviceInput({ serviceRegistries: [{ registryArn: arn }] });
  await aws.ecs('CreateService', service);
  await aws.steady();
  const { Service: before } = await aws.call('servicediscovery', 'GetService', { Id: id });
  for (const instance of await instances(aws, id)) {
    await aws.call('servicediscovery', 'DeregisterInstance', { ServiceId: id, InstanceId: instance.id });
  }
  aws.advance(6000);
  await aws.call('servicediscovery', 'DeleteService', { Id: id });
  const { Service: after } = await aws.call('servicediscovery', 'CreateService', {
    Name: 'xray',
    NamespaceId: before?.NamespaceId,
    DnsConfig: { DnsRecords: [{ Type: 'A', TTL: 60 }] },
    HealthCheckCustomConfig: {},
  });
  expect(after?.Id).toBe(id);
  aws.advance(10 * 60_000);
  expect((await aws.service()).runningCount).toBe(2);
  expect(await instances(aws, id)).toEqual([]);
  await aws.ecs('UpdateService', { cluster: 'daemons', service: 'xray', forceNewDeployment: true });
  await aws.steady();
  expect(await instances(aws, id)).toHaveLength(2);
});

test('without its registry a service keeps the instances of its old tasks until these are replaced', async () => {
  const aws = await ecsSandbox();
  const { id, arn } = await registry(aws, 'A');
  await aws.ecs('CreateService', aws.serviceInput({ serviceRegistries: [{ registryArn: arn }] }));
  await aws.steady();
  await aws.ecs('UpdateService', { cluster: 'daemons', service: 'xray', serviceRegistries: [] });
  expect(await instances(aws, id)).toHaveLength(2);
  await expect(aws.call('servicediscovery', 'DeleteService', { Id: id })).rejects.toMatchObject({
    name: 'ResourceInUse',
  });
  await aws.steady();
  aws.advance(6000);
  expect(await instances(aws, id)).toEqual([]);
});

test('a deregistration that fails leaves an orphan, in the way of deleting the registry', async () => {
  const aws = await ecsSandbox();
  const { id, arn } = await registry(aws, 'A');
  const image = 'public.ecr.aws/xray/aws-xray-daemon:fail-deregister';
  await aws.register({ containerDefinitions: [{ ...CONTAINER, image }] });
  const serviceRegistries = [{ registryArn: arn }];
  await aws.ecs('CreateService', aws.serviceInput({ desiredCount: 1, serviceRegistries }));
  await aws.steady();
  await aws.ecs('DeleteService', { cluster: 'daemons', service: 'xray', force: true });
  await aws.until(async () => (await aws.service()).status === 'INACTIVE');
  aws.advance(60_000);
  const [orphan] = await instances(aws, id);
  expect(orphan?.attributes).toMatchObject({ ECS_SERVICE_NAME: 'xray', ECS_CLUSTER_NAME: 'daemons' });
  await expect(aws.call('servicediscovery', 'DeleteService', { Id: id })).rejects.toMatchObject({
    name: 'ResourceInUse',
  });
});

test.each([
  ['host', 2000],
  ['bridge', 32_768],
] as const)(
  'a daemon in the network mode %s is an instance with the address of its host and the port that is bound there',
  async (networkMode, port) => {
    const aws = await ecsSandbox();
    const { id, arn } = await registry(aws, 'SRV');
    const hosts = launch(aws, { count: 2 });
    const portMappings = [{ containerPort: 2000, protocol: 'udp' as const }];
    await daemonsOn(aws, onHosts({ portMappings }, { networkMode }), {
      serviceRegistries: [{ registryArn: arn, containerName: 'xray', containerPort: 2000 }],
    });
    await aws.until(async () => (await aws.service()).runningCount === 2);
    await aws.steady();
    const { NetworkInterfaces = [] } = await aws.call('ec2', 'DescribeNetworkInterfaces', {
      Filters: [
        { Name: 'attachment.instance-id', Values: hosts.map(({ ec2InstanceId = '' }) => ec2InstanceId) },
      ],
    });
    const addressOf = (instanceId: string | undefined) =>
      NetworkInterfaces.find(({ Attachment }) => Attachment?.InstanceId === instanceId)?.PrivateIpAddress;
    const registered = (await instances(aws, id)).map(({ attributes }) => attributes);
    expect(registered).toHaveLength(2);
    for (const { ec2InstanceId } of hosts) {
      expect(registered).toContainEqual(
        expect.objectContaining({
          AWS_INSTANCE_IPV4: addressOf(ec2InstanceId),
          AWS_INSTANCE_PORT: String(port),
          EC2_INSTANCE_ID: ec2InstanceId,
          ECS_SERVICE_NAME: 'xray',
        }),
      );
    }
  },
);

test.each([
  ['A', undefined, /values for 'containerName' and 'containerPort' must be specified/],
  ['A', 'xray', /records of type A are not supported when networkMode 'bridge'/],
  ['A and SRV', 'xray', /records of type A are not supported when networkMode 'bridge'/],
] as const)(
  'a registry with records %s is refused behind a bridge, with the container %s',
  async (type, containerName, refusal) => {
    const aws = await ecsSandbox();
    const { arn: registryArn } = await registry(aws, type);
    const definition = onHosts({ portMappings: [{ containerPort: 2000, protocol: 'udp' }] });
    const container = containerName === undefined ? {} : { containerName, containerPort: 2000 };
    const created = daemonsOn(aws, definition, { serviceRegistries: [{ registryArn, ...container }] });
    await expect(created).rejects.toThrow(refusal);
  },
);
