import type { ContainerInstance } from '@aws-sdk/client-ecs';
import { describe, expect, test } from 'vitest';
import { ecsSandbox } from '../support/sandbox/ecs.ts';
import type { EcsSandbox } from '../support/sandbox/ecs.ts';

const ID = 'b7d1e1a2c3d4e5f60718293a4b5c6d7e';
const cluster = 'daemons';

/** What an agent on a machine of EC2 sends. */
function registration(changes: { readonly instanceId?: string } = {}) {
  const { instanceId = 'i-0123456789abcdef0' } = changes;
  return {
    cluster,
    instanceIdentityDocument: JSON.stringify({
      instanceId,
      instanceType: 'm5.large',
      availabilityZone: 'us-east-1b',
      imageId: 'ami-0123456789abcdef0',
      privateIp: '10.0.0.7',
      region: 'us-east-1',
      accountId: '385605022855',
    }),
    totalResources: [
      { name: 'CPU', type: 'INTEGER', integerValue: 2048 },
      { name: 'MEMORY', type: 'INTEGER', integerValue: 7680 },
      { name: 'PORTS', type: 'STRINGSET', stringSetValue: ['22', '51678'] },
      { name: 'PORTS_UDP', type: 'STRINGSET', stringSetValue: ['123'] },
    ],
    versionInfo: { agentVersion: '1.80.0', agentHash: 'abcd', dockerVersion: 'DockerVersion: 25.0.3' },
    attributes: [{ name: 'ecs.os-type', value: 'linux' }, { name: 'ecs.capability.task-eni' }],
  };
}

async function register(aws: EcsSandbox, changes = {}): Promise<ContainerInstance> {
  return (await aws.ecs('RegisterContainerInstance', { ...registration(), ...changes })).containerInstance!;
}

async function described(
  aws: EcsSandbox,
  { containerInstanceArn = '' }: ContainerInstance,
): Promise<ContainerInstance> {
  const { containerInstances = [] } = await aws.ecs('DescribeContainerInstances', {
    cluster,
    containerInstances: [containerInstanceArn],
    include: ['TAGS', 'CONTAINER_INSTANCE_HEALTH'],
  });
  return containerInstances[0]!;
}

async function listed(aws: EcsSandbox, filter?: string): Promise<number | undefined> {
  return (await aws.ecs('ListContainerInstances', { cluster, filter })).containerInstanceArns?.length;
}

const idOf = ({ containerInstanceArn = '' }: ContainerInstance) => containerInstanceArn.split('/').at(-1)!;
const attribute = ({ attributes = [] }: ContainerInstance, name: string) =>
  attributes.find((each) => each.name === name);
const resource = (resources: ContainerInstance['registeredResources'], name: string) =>
  resources?.find((each) => each.name === name);

describe('a cluster without container instances', () => {
  test('lists none, and calls those that are asked for MISSING', async () => {
    const aws = await ecsSandbox();
    expect(await aws.ecs('ListContainerInstances', { cluster })).toEqual({ containerInstanceArns: [] });
    expect(await aws.ecs('DescribeContainerInstances', { cluster, containerInstances: [ID] })).toEqual({
      containerInstances: [],
      failures: [
        { arn: `arn:aws:ecs:us-east-1:385605022855:container-instance/daemons/${ID}`, reason: 'MISSING' },
      ],
    });
  });
});

describe('an agent', () => {
  test('registers its instance with what it counts and what the identity document says', async () => {
    const aws = await ecsSandbox();
    const made = await register(aws);
    expect(made.containerInstanceArn).toMatch(
      /^arn:aws:ecs:us-east-1:385605022855:container-instance\/daemons\/[0-9a-f]{32}$/,
    );
    const host = await described(aws, made);
    expect(host).toMatchObject({
      ec2InstanceId: 'i-0123456789abcdef0',
      status: 'ACTIVE',
      agentConnected: true,
      runningTasksCount: 0,
      pendingTasksCount: 0,
      versionInfo: { agentVersion: '1.80.0' },
      healthStatus: { overallStatus: 'OK' },
      attachments: [],
      tags: [],
    });
    expect(resource(host.registeredResources, 'CPU')).toMatchObject({ type: 'INTEGER', integerValue: 2048 });
    expect(resource(host.remainingResources, 'MEMORY')).toMatchObject({ integerValue: 7680 });
    expect(resource(host.remainingResources, 'PORTS')?.stringSetValue).toEqual(['22', '51678']);
    expect(resource(host.remainingResources, 'PORTS_UDP')?.stringSetValue).toEqual(['123']);
    expect(attribute(host, 'ecs.availability-zone')).toEqual({
      name: 'ecs.availability-zone',
      value: 'us-east-1b',
    });
    expect(attribute(host, 'ecs.instance-type')?.value).toBe('m5.large');
    expect(attribute(host, 'ecs.ami-id')?.value).toBe('ami-0123456789abcdef0');
    expect(attribute(host, 'ecs.capability.task-eni')).toEqual({ name: 'ecs.capability.task-eni' });
  });

  test('that restarts registers the same instance again by its ARN', async () => {
    const aws = await ecsSandbox();
    const { containerInstanceArn, version = 0 } = await register(aws);
    const again = await register(aws, {
      containerInstanceArn,
      versionInfo: { agentVersion: '1.81.0' },
      attributes: [{ name: 'stack', value: 'prod' }],
    });
    expect(again).toMatchObject({ containerInstanceArn, versionInfo: { agentVersion: '1.81.0' } });
    expect(again.version).toBeGreaterThan(version);
    expect(attribute(again, 'stack')?.value).toBe('prod');
    expect(attribute(again, 'ecs.instance-type')?.value).toBe('m5.large');
    expect(await listed(aws)).toBe(1);
  });

  test('that has lost its data registers anew, and what it was is not heard of any more', async () => {
    const aws = await ecsSandbox();
    const before = await register(aws);
    const after = await register(aws);
    expect(after.containerInstanceArn).not.toBe(before.containerInstanceArn);
    expect(await described(aws, before)).toMatchObject({
      status: 'ACTIVE',
      agentConnected: false,
      healthStatus: { overallStatus: 'IMPAIRED' },
    });
  });

  test('outside of EC2 has no identity document', async () => {
    const aws = await ecsSandbox();
    const made = await register(aws, {
      instanceIdentityDocument: '',
      attributes: [{ name: 'ecs.capability.external' }],
    });
    expect(made.ec2InstanceId).toMatch(/^mi-/);
    expect(attribute(made, 'ecs.availability-zone')).toBeUndefined();
  });

  test('is told where to poll, and so is connected', async () => {
    const aws = await ecsSandbox();
    const made = await register(aws);
    aws.sandbox.control.actOnInstance(idOf(made), 'disconnect');
    const answer = await aws.ecs('DiscoverPollEndpoint', { cluster, containerInstance: idOf(made) });
    expect(answer.endpoint).toBe('https://ecs-a-1.us-east-1.amazonaws.com/');
    expect(await described(aws, made)).toMatchObject({ agentConnected: true });
  });

  test('is brought to the newest version, once', async () => {
    const aws = await ecsSandbox();
    const made = await register(aws);
    const update = { cluster, containerInstance: idOf(made) };
    expect((await aws.ecs('UpdateContainerAgent', update)).containerInstance).toMatchObject({
      agentUpdateStatus: 'PENDING',
    });
    expect(await aws.refusal('UpdateContainerAgent', update)).toMatch(/^UpdateInProgressException: /);
    aws.advance(2 * 60_000);
    expect((await described(aws, made)).agentUpdateStatus).toBe('UPDATED');
    expect(await aws.refusal('UpdateContainerAgent', update)).toMatch(/^NoUpdateAvailableException: /);
  });

  test('says of attachments what nobody waits for', async () => {
    const aws = await ecsSandbox();
    const attachments = [
      { attachmentArn: 'arn:aws:ecs:us-east-1:385605022855:attachment/1', status: 'ATTACHED' },
    ];
    expect(await aws.ecs('SubmitAttachmentStateChanges', { cluster, attachments })).toEqual({
      acknowledgment: 'ACK',
    });
  });
});

describe('container instances that people make', () => {
  test('are spread over the zones, in sizes of their type, with all that an agent can do', async () => {
    const aws = await ecsSandbox();
    const made = aws.sandbox.control.launchInstances({ cluster, count: 4, instanceType: 'm5.large' });
    const zones = made.map((host) => attribute(host, 'ecs.availability-zone')?.value);
    expect(zones).toEqual(['us-east-1a', 'us-east-1b', 'us-east-1c', 'us-east-1a']);
    expect(resource(made[0]?.registeredResources, 'CPU')?.integerValue).toBe(2048);
    expect(resource(made[0]?.registeredResources, 'MEMORY')?.integerValue).toBe(7782);
    expect(resource(made[0]?.remainingResources, 'PORTS')?.stringSetValue).toContain('22');
    expect(attribute(made[0]!, 'com.amazonaws.ecs.capability.logging-driver.awslogs')).toBeDefined();
    expect(attribute(made[0]!, 'ecs.cpu-architecture')?.value).toBe('x86_64');
    const { NetworkInterfaces = [] } = await aws.call('ec2', 'DescribeNetworkInterfaces', {
      Filters: [{ Name: 'attachment.instance-id', Values: [made[0]!.ec2InstanceId!] }],
    });
    expect(NetworkInterfaces).toMatchObject([
      { RequesterManaged: false, Attachment: { DeviceIndex: 0, DeleteOnTermination: true } },
    ]);
  });

  test('are counted by their cluster, which cannot be deleted while there are any', async () => {
    const aws = await ecsSandbox();
    const [host] = aws.sandbox.control.launchInstances({ cluster });
    const { clusters } = await aws.ecs('DescribeClusters', { clusters: [cluster] });
    expect(clusters?.[0]?.registeredContainerInstancesCount).toBe(1);
    expect(await aws.refusal('DeleteCluster', { cluster })).toMatch(
      /^ClusterContainsContainerInstancesException: /,
    );
    aws.sandbox.control.actOnInstance(host!.containerInstanceArn!, 'terminate');
    expect(await aws.refusal('DeleteCluster', { cluster })).toBe('accepted');
  });

  test('have GPUs, other processors and no place at all, by what is asked for', async () => {
    const aws = await ecsSandbox();
    const [gpu] = aws.sandbox.control.launchInstances({ cluster, instanceType: 'g4dn.xlarge' });
    expect(resource(gpu?.remainingResources, 'GPU')?.stringSetValue).toHaveLength(1);
    const [arm] = aws.sandbox.control.launchInstances({ cluster, instanceType: 't4g.medium' });
    expect(attribute(arm!, 'ecs.cpu-architecture')?.value).toBe('arm64');
    const [own] = aws.sandbox.control.launchInstances({ cluster, external: true });
    expect(own?.ec2InstanceId).toMatch(/^mi-/);
    expect(attribute(own!, 'ecs.capability.external')).toBeDefined();
    expect(attribute(own!, 'ecs.subnet-id')).toBeUndefined();
  });

  test('get a trunk where the account is set so, and are REGISTERING until then', async () => {
    const aws = await ecsSandbox();
    await aws.ecs('PutAccountSettingDefault', { name: 'awsvpcTrunking', value: 'enabled' });
    const [host] = aws.sandbox.control.launchInstances({ cluster, instanceType: 'c5.large' });
    expect(host?.status).toBe('REGISTERING');
    expect(
      await aws.refusal('UpdateContainerInstancesState', {
        cluster,
        containerInstances: [idOf(host!)],
        status: 'DRAINING',
      }),
    ).toMatch(/^ClientException: /);
    aws.advance(60_000);
    const later = await described(aws, host!);
    expect(later.status).toBe('ACTIVE');
    expect(attribute(later, 'ecs.awsvpc-trunk-id')).toBeDefined();
    expect(later.attachments).toHaveLength(1);
  });

  test.each([
    [{ instanceType: 'z9.huge' }, /does not know the instance type z9.huge/],
    [{ availabilityZone: 'us-east-1z' }, /no default subnet in us-east-1z/],
    [{ subnetId: 'subnet-0' }, /'subnet-0' does not exist/],
    [{ capacityProvider: 'asg' }, /asg is no capacity provider/],
    [{ attributes: { 'a b': 'c' } }, /attribute name 'a b' is invalid/],
    [{ cluster: 'nowhere' }, /no cluster nowhere/],
  ])('are refused with %j', async (launch, refusal) => {
    const aws = await ecsSandbox();
    expect(() => aws.sandbox.control.launchInstances({ cluster, ...launch })).toThrow(refusal);
    expect(await listed(aws)).toBe(0);
  });
});

describe('the state of container instances', () => {
  test('is set to DRAINING and back, ten at a time', async () => {
    const aws = await ecsSandbox();
    const [host] = aws.sandbox.control.launchInstances({ cluster });
    const update = { cluster, containerInstances: [host!.containerInstanceArn!, ID] };
    const answer = await aws.ecs('UpdateContainerInstancesState', { ...update, status: 'DRAINING' });
    expect(answer).toMatchObject({
      containerInstances: [{ status: 'DRAINING' }],
      failures: [{ reason: 'MISSING' }],
    });
    const draining = await aws.ecs('ListContainerInstances', { cluster, status: 'DRAINING' });
    expect(draining.containerInstanceArns).toHaveLength(1);
    await aws.ecs('UpdateContainerInstancesState', { ...update, status: 'ACTIVE' });
    expect((await described(aws, host!)).status).toBe('ACTIVE');
  });

  test('is INACTIVE once it is deregistered, and nothing lists it', async () => {
    const aws = await ecsSandbox();
    const [host] = aws.sandbox.control.launchInstances({ cluster });
    await aws.ecs('DeregisterContainerInstance', { cluster, containerInstance: idOf(host!) });
    expect(await described(aws, host!)).toMatchObject({ status: 'INACTIVE', agentConnected: false });
    expect(await listed(aws)).toBe(0);
    expect(
      await aws.refusal('DeregisterContainerInstance', { cluster, containerInstance: idOf(host!) }),
    ).toMatch(/^InvalidParameterException: /);
  });

  test('is listed by a hundred', async () => {
    const aws = await ecsSandbox();
    aws.sandbox.control.launchInstances({ cluster, count: 101 });
    const first = await aws.ecs('ListContainerInstances', { cluster });
    const { nextToken } = first;
    const second = await aws.ecs('ListContainerInstances', { cluster, nextToken });
    expect([first.containerInstanceArns?.length, second.containerInstanceArns?.length]).toEqual([100, 1]);
  });
});

describe('attributes of container instances', () => {
  test('are put, listed, filtered by and deleted', async () => {
    const aws = await ecsSandbox();
    const [one, other] = aws.sandbox.control.launchInstances({ cluster, count: 2 });
    const targetId = one!.containerInstanceArn!;
    const put = { name: 'stack', value: 'prod', targetId };
    expect(await aws.ecs('PutAttributes', { cluster, attributes: [put] })).toEqual({ attributes: [put] });
    await aws.ecs('PutAttributes', {
      cluster,
      attributes: [
        { name: 'stack', value: 'test', targetType: 'container-instance', targetId: idOf(other!) },
      ],
    });
    const filter = { cluster, targetType: 'container-instance', attributeName: 'stack' } as const;
    const { attributes } = await aws.ecs('ListAttributes', { ...filter, attributeValue: 'prod' });
    expect(attributes).toEqual([put]);
    expect(await listed(aws, 'attribute:stack == prod')).toBe(1);
    expect(await listed(aws, 'attribute:stack exists')).toBe(2);
    await aws.ecs('DeleteAttributes', { cluster, attributes: [{ name: 'stack', targetId }] });
    expect(await listed(aws, 'attribute:stack exists')).toBe(1);
    expect(
      await aws.refusal('DeleteAttributes', { cluster, attributes: [{ name: 'stack', targetId }] }),
    ).toMatch(/^TargetNotFoundException: /);
  });
});

test('tags of container instances are shown by every door', async () => {
  const aws = await ecsSandbox();
  const made = await register(aws, { tags: [{ key: 'team', value: 'a' }] });
  const resourceArn = made.containerInstanceArn!;
  await aws.ecs('TagResource', { resourceArn, tags: [{ key: 'tier', value: 'b' }] });
  expect((await described(aws, made)).tags).toHaveLength(2);
  aws.advance(60_000);
  const { ResourceTagMappingList = [] } = await aws.call('tagging', 'GetResources', {
    ResourceTypeFilters: ['ecs:container-instance'],
  });
  expect(ResourceTagMappingList.map(({ ResourceARN }) => ResourceARN)).toEqual([resourceArn]);
});

test.each([
  ['ListContainerInstances', { cluster: 'other' }, /^ClusterNotFoundException: /],
  ['ListContainerInstances', { cluster, status: 'GONE' as 'ACTIVE' }, /^InvalidParameterException: /],
  ['ListContainerInstances', { cluster, maxResults: 101 }, /^InvalidParameterException: /],
  ['ListContainerInstances', { cluster, filter: 'attribute:a ==' }, /a value is missing at column 15/],
  [
    'DescribeContainerInstances',
    { cluster: 'other', containerInstances: [ID] },
    /^ClusterNotFoundException: /,
  ],
  ['DescribeContainerInstances', { cluster, containerInstances: [] }, /^InvalidParameterException: /],
  [
    'UpdateContainerInstancesState',
    { cluster, containerInstances: [ID], status: 'INACTIVE' as 'ACTIVE' },
    /should be one of \[ACTIVE,DRAINING\]/,
  ],
  [
    'UpdateContainerInstancesState',
    { cluster, containerInstances: Array.from({ length: 11 }, () => ID), status: 'ACTIVE' },
    /^InvalidParameterException: containerInstances can have at most 10 items/,
  ],
  [
    'PutAttributes',
    { cluster, attributes: [{ name: 'a', targetId: ID, targetType: 'container-instance' }] },
    /^TargetNotFoundException: /,
  ],
  ['PutAttributes', { cluster, attributes: [{ name: 'a', targetId: ID }] }, /targetType is required/],
  ['ListAttributes', { cluster, targetType: 'container-instance', attributeValue: 'x' }, /attributeName/],
  ['RegisterContainerInstance', { cluster }, /identity document is missing/],
  [
    'RegisterContainerInstance',
    { ...registration(), totalResources: [], instanceIdentityDocument: '{"instanceId":"i-1"}' },
    /must tell the CPU/,
  ],
  [
    'DeregisterContainerInstance',
    { cluster, containerInstance: ID },
    /Referenced container instance not found/,
  ],
  ['SubmitTaskStateChange', { cluster, task: ID, status: 'STOPPED' }, /referenced task was not found/],
] as const)('%s refuses %j', async (operation, input, refusal) => {
  const aws = await ecsSandbox();
  expect(await aws.refusal(operation, input as never)).toMatch(refusal);
});
