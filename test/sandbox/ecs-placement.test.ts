import type { CreateServiceCommandInput, RegisterTaskDefinitionCommandInput } from '@aws-sdk/client-ecs';
import { describe, expect, test } from 'vitest';
import { ecsSandbox } from '../support/sandbox/ecs.ts';
import type { EcsSandbox } from '../support/sandbox/ecs.ts';
import {
  cluster,
  describedHost,
  eventsOf,
  hostsOf,
  idOf,
  launch,
  onHosts,
  remainingOf,
  serviceOnHosts,
  withProvider,
} from '../support/sandbox/hosts.ts';

const UNPLACED = 'was unable to place a task because no container instance met all of its requirements.';
const MORE = 'For more information, see the Troubleshooting section of the Amazon ECS Developer Guide.';

type Definition = Partial<RegisterTaskDefinitionCommandInput>;
type Changes = Partial<CreateServiceCommandInput>;

async function awsvpc(aws: EcsSandbox): Promise<Changes> {
  const { networkConfiguration } = aws.serviceInput();
  return Promise.resolve({ networkConfiguration });
}

const OWN_NETWORK = onHosts({}, { networkMode: 'awsvpc' });

describe('a task on a container instance', () => {
  test('takes its share of it, says where it is, and gives it back when it has stopped', async () => {
    const aws = await ecsSandbox();
    const [host] = launch(aws, { instanceType: 'm5.large' });
    const container = { portMappings: [{ containerPort: 2000, hostPort: 2000, protocol: 'udp' as const }] };
    await serviceOnHosts(aws, onHosts(container), { desiredCount: 1 });
    await aws.steady();
    const [task] = await aws.tasks();
    expect(task).toMatchObject({
      containerInstanceArn: host!.containerInstanceArn,
      launchType: 'EC2',
      attachments: [],
      cpu: '128',
      memory: '256',
      availabilityZone: 'us-east-1a',
      connectivity: 'CONNECTED',
    });
    expect(task?.containers?.[0]?.networkBindings).toEqual([
      { bindIP: '0.0.0.0', containerPort: 2000, hostPort: 2000, protocol: 'udp' },
    ]);
    for (const member of ['platformVersion', 'platformFamily', 'ephemeralStorage']) {
      expect(task).not.toHaveProperty(member);
    }
    const busy = await describedHost(aws, host!);
    expect(busy).toMatchObject({ runningTasksCount: 1, pendingTasksCount: 0 });
    expect(remainingOf(busy, 'CPU')).toBe(2048 - 128);
    expect(remainingOf(busy, 'MEMORY')).toBe(7782 - 256);
    expect(remainingOf(busy, 'PORTS_UDP')).toEqual(['2000']);
    const listed = await aws.ecs('ListTasks', { cluster, containerInstance: idOf(host!), launchType: 'EC2' });
    expect(listed.taskArns).toEqual([task?.taskArn]);
    await aws.ecs('UpdateService', { cluster, service: 'xray', desiredCount: 0 });
    await aws.steady();
    await aws.until(async () => (await describedHost(aws, host!)).runningTasksCount === 0);
    await aws.until(async () => remainingOf(await describedHost(aws, host!), 'CPU') === 2048);
    expect(remainingOf(await describedHost(aws, host!), 'PORTS_UDP')).toEqual([]);
  });

  test('is never PROVISIONING without a network of its own', async () => {
    const aws = await ecsSandbox();
    launch(aws);
    await serviceOnHosts(aws, onHosts(), { desiredCount: 1 });
    await aws.until(async () => (await aws.tasks()).length === 1);
    expect((await aws.tasks())[0]?.lastStatus).toBe('PENDING');
  });

  test('gets ports that ECS chooses, each its own', async () => {
    const aws = await ecsSandbox();
    launch(aws);
    const portMappings = [{ containerPort: 80 }, { containerPortRange: '9000-9002' }];
    await serviceOnHosts(aws, onHosts({ portMappings }));
    await aws.steady();
    const bindings = (await aws.tasks()).map(({ containers }) => containers?.[0]?.networkBindings);
    const common = { bindIP: '0.0.0.0', protocol: 'tcp' };
    expect(bindings).toContainEqual([
      { ...common, containerPort: 80, hostPort: 32_768 },
      { ...common, containerPortRange: '9000-9002', hostPortRange: '32769-32771' },
    ]);
    expect(bindings).toContainEqual([
      { ...common, containerPort: 80, hostPort: 32_772 },
      { ...common, containerPortRange: '9000-9002', hostPortRange: '32773-32775' },
    ]);
  });

  test('has in the host’s network the port that it listens at', async () => {
    const aws = await ecsSandbox();
    const [host] = launch(aws);
    const definition = onHosts({ portMappings: [{ containerPort: 4317 }] }, { networkMode: 'host' });
    await serviceOnHosts(aws, definition, { desiredCount: 1 });
    await aws.steady();
    expect((await aws.tasks())[0]?.containers?.[0]?.networkBindings).toMatchObject([{ hostPort: 4317 }]);
    expect(remainingOf(await describedHost(aws, host!), 'PORTS')).toContain('4317');
  });

  test('with a network of its own has its interface in the zone of its instance', async () => {
    const aws = await ecsSandbox();
    launch(aws, { availabilityZone: 'us-east-1b' });
    await serviceOnHosts(aws, OWN_NETWORK, { desiredCount: 1, ...(await awsvpc(aws)) });
    await aws.steady();
    const [task] = await aws.tasks();
    expect(task).toMatchObject({ availabilityZone: 'us-east-1b', launchType: 'EC2' });
    expect(task?.attachments).toMatchObject([{ type: 'ElasticNetworkInterface', status: 'ATTACHED' }]);
    expect(task?.containers?.[0]?.networkBindings).toEqual([]);
  });

  test('ends with its instance', async () => {
    const aws = await ecsSandbox();
    const [host, other] = launch(aws, { count: 2 });
    await serviceOnHosts(aws, onHosts(), { placementConstraints: [{ type: 'distinctInstance' }] });
    await aws.steady();
    aws.sandbox.control.actOnInstance(idOf(host!), 'terminate');
    expect(await aws.stopped()).toMatchObject([
      {
        lastStatus: 'STOPPED',
        stopCode: 'TerminationNotice',
        stoppedReason: `Host EC2 (instance ${host!.ec2InstanceId}) terminated.`,
      },
    ]);
    expect(await hostsOf(aws)).toEqual([idOf(other!)]);
    const found = await aws.call('ec2', 'DescribeNetworkInterfaces', {
      Filters: [{ Name: 'attachment.instance-id', Values: [host!.ec2InstanceId!] }],
    });
    expect(found.NetworkInterfaces).toEqual([]);
  });

  test('keeps its instance from being deregistered, unless that is forced', async () => {
    const aws = await ecsSandbox();
    const [host] = launch(aws);
    await serviceOnHosts(aws, onHosts(), { desiredCount: 1 });
    await aws.steady();
    const containerInstance = idOf(host!);
    expect(await aws.refusal('DeregisterContainerInstance', { cluster, containerInstance })).toBe(
      'InvalidParameterException: Found running tasks on the instance.',
    );
    await aws.ecs('DeregisterContainerInstance', { cluster, containerInstance, force: true });
    expect(await aws.stopped()).toMatchObject([{ lastStatus: 'STOPPED', stopCode: 'UserInitiated' }]);
  });

  test('ends when its agent says so', async () => {
    const aws = await ecsSandbox();
    launch(aws);
    await serviceOnHosts(aws, onHosts(), { desiredCount: 1 });
    await aws.steady();
    const [{ taskArn: task } = {}] = await aws.tasks();
    const containers = [{ containerName: 'xray', exitCode: 137, reason: 'OutOfMemoryError' }];
    const report = { cluster, task, status: 'STOPPED', containers };
    expect(await aws.ecs('SubmitTaskStateChange', report)).toEqual({ acknowledgment: 'ACK' });
    expect(await aws.stopped()).toMatchObject([{ stopCode: 'EssentialContainerExited' }]);
    await aws.steady();
    const [{ taskArn: next } = {}] = await aws.tasks();
    const ofContainer = { cluster, task: next, containerName: 'xray', status: 'STOPPED', exitCode: 1 };
    await aws.ecs('SubmitContainerStateChange', ofContainer);
    expect((await aws.stopped()).map(({ taskArn }) => taskArn)).toContain(next);
  });
});

describe('a service whose tasks have no place', () => {
  test.each<[what: string, instanceType: string, definition: Definition, plight: string]>([
    ['too little CPU', 't3.medium', onHosts({ cpu: 4096 }), 'has insufficient CPU units available'],
    ['too little memory', 't3.micro', onHosts({ memory: 2048 }), 'has insufficient memory available'],
    [
      'a port that the agent has',
      't3.medium',
      onHosts({ portMappings: [{ containerPort: 80, hostPort: 51_678 }] }),
      'is already using a port required by your task',
    ],
    [
      'a log driver that the agent does not have',
      't3.medium',
      onHosts({
        logConfiguration: { logDriver: 'gelf', options: { 'gelf-address': 'udp://127.0.0.1:12201' } },
      }),
      'is missing an attribute required by your task',
    ],
    [
      'another processor',
      't4g.medium',
      onHosts({}, { runtimePlatform: { cpuArchitecture: 'X86_64' } }),
      'is missing an attribute required by your task',
    ],
    [
      'no GPU',
      't3.medium',
      onHosts({ resourceRequirements: [{ type: 'GPU', value: '1' }] }),
      'encountered error "RESOURCE:GPU"',
    ],
    [
      'a constraint of the definition',
      't3.medium',
      onHosts({}, { placementConstraints: [{ type: 'memberOf', expression: 'attribute:stack == prod' }] }),
      'encountered error "MemberOf placement constraint unsatisfied."',
    ],
  ])('for %s says so', async (_what, instanceType, definition, plight) => {
    const aws = await ecsSandbox();
    const [host] = launch(aws, { instanceType });
    await serviceOnHosts(aws, definition);
    aws.advance(60_000);
    expect(await eventsOf(aws)).toEqual([
      `(service xray) ${UNPLACED} The closest matching (container-instance ${idOf(host!)}) ${plight}. ${MORE}`,
    ]);
    expect(await aws.service()).toMatchObject({ runningCount: 0, pendingCount: 0 });
  });

  test('for an agent that is not heard of waits for it', async () => {
    const aws = await ecsSandbox();
    const [host] = launch(aws);
    aws.sandbox.control.actOnInstance(idOf(host!), 'disconnect');
    await serviceOnHosts(aws);
    aws.advance(60_000);
    expect((await eventsOf(aws))[0]).toContain('encountered error "AGENT"');
    aws.sandbox.control.actOnInstance(idOf(host!), 'connect');
    await aws.steady();
    expect(await hostsOf(aws)).toEqual([idOf(host!), idOf(host!)]);
  });

  test('for a port waits until the task that has it has stopped', async () => {
    const aws = await ecsSandbox();
    launch(aws);
    const definition = onHosts({ portMappings: [{ containerPort: 80, hostPort: 8080 }] });
    await serviceOnHosts(aws, definition, { serviceName: 'first', desiredCount: 1 });
    await aws.steady('first');
    await serviceOnHosts(aws, definition, { desiredCount: 1 });
    aws.advance(60_000);
    expect((await eventsOf(aws))[0]).toContain('is already using a port required by your task');
    await aws.ecs('UpdateService', { cluster, service: 'first', desiredCount: 0 });
    await aws.steady();
    expect(await aws.service()).toMatchObject({ runningCount: 1 });
  });

  test('for interfaces takes as many as the type has, or as its trunk carries', async () => {
    const aws = await ecsSandbox();
    launch(aws, { instanceType: 'c5.large', availabilityZone: 'us-east-1a' });
    await serviceOnHosts(aws, OWN_NETWORK, { desiredCount: 4, ...(await awsvpc(aws)) });
    aws.advance(5 * 60_000);
    expect(await aws.service()).toMatchObject({ runningCount: 2, pendingCount: 0 });
    expect((await eventsOf(aws)).join()).toContain('encountered error "RESOURCE:ENI"');
    await aws.ecs('PutAccountSettingDefault', { name: 'awsvpcTrunking', value: 'enabled' });
    launch(aws, { instanceType: 'c5.large', availabilityZone: 'us-east-1a' });
    await aws.steady();
    expect(await aws.service()).toMatchObject({ runningCount: 4 });
  });

  test('for a network in other zones is missing an attribute', async () => {
    const aws = await ecsSandbox();
    launch(aws, { availabilityZone: 'us-east-1a' });
    const { Subnets = [] } = await aws.call('ec2', 'DescribeSubnets', {
      Filters: [{ Name: 'availability-zone', Values: ['us-east-1b'] }],
    });
    const subnets = Subnets.map(({ SubnetId = '' }) => SubnetId);
    const networkConfiguration = { awsvpcConfiguration: { subnets } };
    await serviceOnHosts(aws, OWN_NETWORK, { networkConfiguration });
    aws.advance(60_000);
    expect((await eventsOf(aws))[0]).toContain('is missing an attribute required by your task');
  });

  test('tells of the instance that came closest', async () => {
    const aws = await ecsSandbox();
    launch(aws, { instanceType: 't4g.small' });
    const [close] = launch(aws, { instanceType: 't3.small' });
    await serviceOnHosts(aws, onHosts({ memory: 4000 }, { runtimePlatform: { cpuArchitecture: 'X86_64' } }));
    aws.advance(60_000);
    expect((await eventsOf(aws))[0]).toContain(
      `(container-instance ${idOf(close!)}) has insufficient memory`,
    );
  });
});

describe('strategies and constraints', () => {
  test('spread over the zones, where nobody says how', async () => {
    const aws = await ecsSandbox();
    launch(aws, { count: 6 });
    await serviceOnHosts(aws, onHosts(), { desiredCount: 6 });
    await aws.steady();
    const zones = (await aws.tasks()).map(({ availabilityZone = '' }) => availabilityZone).toSorted();
    expect(zones).toEqual(['a', 'a', 'b', 'b', 'c', 'c'].map((zone) => `us-east-1${zone}`));
    expect(new Set(await hostsOf(aws)).size).toBe(6);
  });

  test('pack tasks on as few instances as they fit on', async () => {
    const aws = await ecsSandbox();
    launch(aws, { count: 3 });
    await serviceOnHosts(aws, onHosts(), {
      desiredCount: 6,
      placementStrategy: [{ type: 'binpack', field: 'memory' }],
    });
    await aws.steady();
    expect(new Set(await hostsOf(aws)).size).toBe(1);
  });

  test('spread over a custom attribute before all else', async () => {
    const aws = await ecsSandbox();
    launch(aws, { attributes: { rack: '1' }, count: 3 });
    const [lone] = launch(aws, { attributes: { rack: '2' } });
    await serviceOnHosts(aws, onHosts(), {
      desiredCount: 4,
      placementStrategy: [{ type: 'spread', field: 'attribute:rack' }],
    });
    await aws.steady();
    expect((await hostsOf(aws)).filter((id) => id === idOf(lone!))).toHaveLength(2);
  });

  test('place at random, from the seed', async () => {
    const aws = await ecsSandbox();
    launch(aws, { count: 3 });
    await serviceOnHosts(aws, onHosts(), { desiredCount: 20, placementStrategy: [{ type: 'random' }] });
    await aws.steady();
    expect(new Set(await hostsOf(aws)).size).toBe(3);
  });

  test('let one task on each instance', async () => {
    const aws = await ecsSandbox();
    launch(aws, { count: 2 });
    await serviceOnHosts(aws, onHosts(), {
      desiredCount: 3,
      placementConstraints: [{ type: 'distinctInstance' }],
    });
    aws.advance(5 * 60_000);
    expect(await aws.service()).toMatchObject({ runningCount: 2, pendingCount: 0 });
    expect((await eventsOf(aws)).join()).toContain('DistinctInstance placement constraint unsatisfied.');
    launch(aws);
    await aws.steady();
    expect(new Set(await hostsOf(aws)).size).toBe(3);
  });

  test('choose instances by expression', async () => {
    const aws = await ecsSandbox();
    launch(aws, { count: 2 });
    const [big] = launch(aws, { instanceType: 'm5.large' });
    await serviceOnHosts(aws, onHosts(), {
      placementConstraints: [{ type: 'memberOf', expression: 'attribute:ecs.instance-type =~ m5.*' }],
    });
    await aws.steady();
    expect(new Set(await hostsOf(aws))).toEqual(new Set([idOf(big!)]));
  });

  test('that are no expressions are refused, of services and of definitions', async () => {
    const aws = await ecsSandbox();
    const placementConstraints = [{ type: 'memberOf' as const, expression: 'stack == prod' }];
    const text = "Invalid expression 'stack == prod': unknown subject stack at column 1.";
    const taskDefinition = await aws.register(onHosts());
    const input = aws.serviceInput({ launchType: 'EC2', networkConfiguration: undefined, taskDefinition });
    expect(await aws.refusal('CreateService', { ...input, placementConstraints })).toBe(
      `InvalidParameterException: ${text}`,
    );
    await expect(aws.register(onHosts({}, { placementConstraints }))).rejects.toThrow(text);
  });
});

test('tasks of an instance that drains are started elsewhere before they stop', async () => {
  const aws = await ecsSandbox();
  const [host] = launch(aws);
  await serviceOnHosts(aws);
  await aws.steady();
  const [other] = launch(aws);
  aws.sandbox.control.actOnInstance(idOf(host!), 'drain');
  let fewest = 2;
  await aws.until(async () => {
    fewest = Math.min(fewest, (await aws.service()).runningCount ?? 0);
    return (await hostsOf(aws)).every((id) => id === idOf(other!));
  });
  expect(fewest).toBe(2);
  await aws.until(async () => (await describedHost(aws, host!)).runningTasksCount === 0);
});

test('EXTERNAL services run on instances of one’s own alone, and EC2’s never do', async () => {
  const aws = await ecsSandbox();
  const [own] = launch(aws, { external: true });
  await serviceOnHosts(aws, onHosts({}, { requiresCompatibilities: ['EXTERNAL'] }), {
    launchType: 'EXTERNAL',
  });
  await aws.steady();
  expect(new Set(await hostsOf(aws))).toEqual(new Set([idOf(own!)]));
  expect((await aws.tasks())[0]).toMatchObject({ launchType: 'EXTERNAL' });
  await serviceOnHosts(aws, onHosts(), { serviceName: 'ec2' });
  aws.advance(60_000);
  expect((await eventsOf(aws, 'ec2'))[0]).toContain('No Container Instances were found in your cluster.');
});

test('a capacity provider’s tasks run on its own instances', async () => {
  const aws = await ecsSandbox();
  await withProvider(aws);
  launch(aws, { count: 2 });
  await serviceOnHosts(aws, onHosts(), {
    launchType: undefined,
    capacityProviderStrategy: [{ capacityProvider: 'hosts', weight: 1 }],
  });
  aws.advance(60_000);
  expect((await eventsOf(aws))[0]).toContain('No Container Instances were found in your capacity provider.');
  const [its] = launch(aws, { capacityProvider: 'hosts' });
  expect(its?.capacityProviderName).toBe('hosts');
  await aws.steady();
  expect(new Set(await hostsOf(aws))).toEqual(new Set([idOf(its!)]));
  expect((await aws.tasks())[0]).toMatchObject({ capacityProviderName: 'hosts' });
});

describe('tasks of no service', () => {
  test('are placed by RunTask, which tells of each instance why it will not do', async () => {
    const aws = await ecsSandbox();
    const [host] = launch(aws, { instanceType: 't3.small' });
    const taskDefinition = await aws.register(onHosts({ memory: 1024 }));
    const { tasks, failures } = await aws.ecs('RunTask', {
      cluster,
      taskDefinition,
      count: 2,
      launchType: 'EC2',
    });
    expect(tasks).toMatchObject([
      { containerInstanceArn: host!.containerInstanceArn, lastStatus: 'PENDING' },
    ]);
    expect(failures).toEqual([{ arn: host!.containerInstanceArn, reason: 'RESOURCE:MEMORY' }]);
  });

  test('are started by StartTask on the instances that it names, whatever constraints there are', async () => {
    const aws = await ecsSandbox();
    const [one, other, full] = launch(aws, { count: 3 });
    const taskDefinition = await aws.register(
      onHosts({ portMappings: [{ containerPort: 1, hostPort: 8080 }] }),
    );
    await aws.ecs('StartTask', { cluster, taskDefinition, containerInstances: [idOf(full!)] });
    const { tasks, failures } = await aws.ecs('StartTask', {
      cluster,
      taskDefinition,
      containerInstances: [idOf(one!), other!.containerInstanceArn!, idOf(full!), 'b7d1e1a2'],
    });
    expect(tasks?.map(({ containerInstanceArn }) => containerInstanceArn)).toEqual([
      one!.containerInstanceArn,
      other!.containerInstanceArn,
    ]);
    expect(failures?.map(({ reason }) => reason)).toEqual(['RESOURCE:PORTS', 'MISSING']);
  });
});
