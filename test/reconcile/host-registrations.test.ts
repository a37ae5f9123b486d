import type { Instance, Reservation, Subnet, Vpc } from '@aws-sdk/client-ec2';
import type { ContainerInstance } from '@aws-sdk/client-ecs';
import { describe, expect, test } from 'vitest';
import type { PassResult } from '../../controller/reconcile/pass-result.ts';
import { listed } from '../../controller/plan/work.ts';
import { allZones } from '../../sandbox/route53/zones.ts';
import { resolve } from '../../sandbox/dns/resolve.ts';
import { seededRandom } from '../../sandbox/seeded-random.ts';
import { cluster, daemonService, namespace, yamlOf } from '../support/manifests/documents.ts';
import type { DocumentOverrides } from '../support/manifests/documents.ts';
import { callsTo } from '../support/world/account.ts';
import { exportFrom } from '../support/world/export.ts';
import { createWorld, refusal, stepsOf } from '../support/world/world.ts';
import type { World } from '../support/world/world.ts';

const MINUTE_MS = 60_000;
const NAME = 'agent.services.example.org';

/** An agent behind a bridge on every host, under an A record. */
function agent(changes: DocumentOverrides<'DaemonService'> = {}): string {
  const { spec, ...document } = daemonService({ name: 'agent' });
  const { cpu: _cpu, memory: _memory, ...rest } = spec;
  const container = {
    name: 'agent',
    image: 'example.org/agent:1',
    cpu: 32,
    memory: 64,
    portMappings: [{ containerPort: 8125, hostPort: 9125, protocol: 'udp' as const }],
  };
  return yamlOf(cluster({ name: 'hosts' }), namespace(), {
    ...document,
    spec: {
      ...rest,
      cluster: 'hosts',
      schedulingStrategy: 'DAEMON',
      networkMode: 'bridge',
      containers: [container],
      serviceDiscovery: { namespace: 'services.example.org' },
      ...changes,
    },
  });
}

interface Fleet {
  readonly world: World;
  readonly hosts: readonly ContainerInstance[];
}

/** The agent on so many hosts, registered and at rest. */
async function fleet(
  count = 3,
  changes: DocumentOverrides<'DaemonService'> = {},
  subnetOf: (world: World) => Promise<{ readonly subnetId?: string }> = () => Promise.resolve({}),
): Promise<Fleet> {
  const world = createWorld({ files: { 'agent.yaml': agent(changes) } });
  await world.settle();
  const hosts = world.sandbox.control.launchInstances({
    cluster: 'hosts',
    count,
    ...(await subnetOf(world)),
  });
  await world.loopFor(6 * MINUTE_MS);
  world.calls.length = 0;
  return { world, hosts };
}

function idOf({ containerInstanceArn = '' }: ContainerInstance): string {
  return containerInstanceArn.split('/').at(-1)!;
}

function idsOf(hosts: readonly ContainerInstance[]): readonly string[] {
  return hosts.map(idOf).toSorted();
}

async function machinesOf(
  { sandbox }: World,
  hosts: readonly ContainerInstance[],
): Promise<readonly Instance[]> {
  const { Reservations } = await callsTo(sandbox)('ec2', 'DescribeInstances', {
    InstanceIds: hosts.map(({ ec2InstanceId }) => ec2InstanceId),
  });
  return (Reservations as readonly Reservation[]).flatMap(({ Instances = [] }) => Instances);
}

async function addressesOf(
  world: World,
  hosts: readonly ContainerInstance[],
  version: 'PrivateIpAddress' | 'Ipv6Address' = 'PrivateIpAddress',
): Promise<readonly string[]> {
  return (await machinesOf(world, hosts)).map((machine) => machine[version] ?? '').toSorted();
}

/** What DNS answers for a type, now. */
function found({ sandbox }: World, type: 'A' | 'AAAA' | 'SRV' = 'A'): readonly unknown[] {
  sandbox.world.settle();
  const { answers } = resolve({ name: NAME, type }, allZones(sandbox.places), seededRandom(1));
  return answers.map(({ data }) => data as unknown).toSorted((a, b) => (String(a) < String(b) ? -1 : 1));
}

async function discoveryId({ sandbox }: World): Promise<string> {
  const { Services } = await callsTo(sandbox)('servicediscovery', 'ListServices');
  return (Services as { Id: string }[])[0]?.Id ?? '';
}

interface Registered {
  readonly Id: string;
  readonly Attributes: Readonly<Record<string, string>>;
}

async function instances(world: World): Promise<readonly Registered[]> {
  const ServiceId = await discoveryId(world);
  const { Instances } = await callsTo(world.sandbox)('servicediscovery', 'ListInstances', { ServiceId });
  return (Instances as Registered[]).toSorted((a, b) => (a.Id < b.Id ? -1 : 1));
}

async function registerForeign(world: World, InstanceId: string, attributes: object = {}): Promise<void> {
  await callsTo(world.sandbox)('servicediscovery', 'RegisterInstance', {
    ServiceId: await discoveryId(world),
    InstanceId,
    Attributes: { AWS_INSTANCE_IPV4: '10.9.9.9', ...attributes },
  });
  await world.clock.advance(MINUTE_MS / 6);
}

function changesOf({ before }: PassResult): readonly string[] {
  return before.steps
    .filter(({ id }) => id.kind === 'discovery-service')
    .flatMap((step) => listed(step).map(({ path }) => path));
}

function healthOf({ plan }: PassResult) {
  const step = plan.steps.find(({ id }) => id.kind === 'discovery-service');
  return step !== undefined && 'observed' in step ? step.observed?.health : undefined;
}

describe('a daemon behind a bridge with an A record', () => {
  test('is found by DNS at the addresses of its hosts, and no ECS registry is there', async () => {
    const { world, hosts } = await fleet();
    expect(found(world)).toEqual(await addressesOf(world, hosts));
    const { services } = await callsTo(world.sandbox)('ecs', 'DescribeServices', {
      cluster: 'hosts',
      services: ['agent'],
    });
    expect((services as { serviceRegistries: unknown }[])[0]!.serviceRegistries).toEqual([]);
    expect(stepsOf((await world.pass()).before)).toEqual([]);
  });

  test('has one instance a host, whose attributes say whose it is', async () => {
    const { world, hosts } = await fleet(1);
    const [host] = hosts;
    const [address] = await addressesOf(world, hosts);
    expect(await instances(world)).toEqual([
      {
        Id: idOf(host!),
        Attributes: {
          AWS_INSTANCE_IPV4: address,
          AWS_INSTANCE_PORT: '9125',
          AWS_INIT_HEALTH_STATUS: 'HEALTHY',
          ECS_CLUSTER_NAME: 'hosts',
          ECS_SERVICE_NAME: 'agent',
          EC2_INSTANCE_ID: host!.ec2InstanceId,
          'stationkeeper:owner': 'stationkeeper',
          'stationkeeper:environment': 'default',
          'stationkeeper:manifest': 'DaemonService/agent',
        },
      },
    ]);
  });

  test('is registered on a host that comes later, in the pass that sees its task run', async () => {
    const { world, hosts } = await fleet();
    const more = world.sandbox.control.launchInstances({ cluster: 'hosts' });
    await world.loopFor(3 * MINUTE_MS);
    expect(world.mutations()).toEqual(['servicediscovery:RegisterInstance']);
    expect(idsOf([...hosts, ...more])).toEqual((await instances(world)).map(({ Id }) => Id));
  });

  test('has SRV records of the port that hosts have, where these are asked for of the controller', async () => {
    const { world, hosts } = await fleet(2, {
      serviceDiscovery: {
        namespace: 'services.example.org',
        registration: 'controller',
        dnsRecords: [{ type: 'SRV' }],
      },
    });
    expect(found(world, 'SRV')).toMatchObject(hosts.map(() => ({ port: 9125 })));
    expect(found(world, 'SRV')).toHaveLength(2);
  });

  test('is registered with the port that its tasks have, until a rollout that is held up brings another', async () => {
    const { world, hosts } = await fleet(2);
    const ports = async () =>
      (await instances(world)).map(({ Attributes }) => Attributes['AWS_INSTANCE_PORT']);
    const file = world.files.get('agent.yaml')!;
    world.files.set('agent.yaml', file.replace('hostPort: 9125', 'hostPort: 9200'));
    world.intercept(({ name }, perform) =>
      name === 'ecs:RegisterTaskDefinition'
        ? Promise.reject(refusal('AccessDeniedException', { status: 403 }))
        : perform(),
    );
    const more = world.sandbox.control.launchInstances({ cluster: 'hosts' });
    await world.loopFor(3 * MINUTE_MS);
    expect((await instances(world)).map(({ Id }) => Id)).toEqual(idsOf([...hosts, ...more]));
    expect(await ports()).toEqual(['9125', '9125', '9125']);

    world.intercept(undefined);
    await world.loopFor(15 * MINUTE_MS);
    expect(await ports()).toEqual(['9200', '9200', '9200']);
  });

  test('costs no call of Cloud Map but listing, and none of EC2, once all is as wanted', async () => {
    const { world } = await fleet();
    await world.pass();
    const asked = world.calls.map(({ name }) => name).filter((name) => /^(ec2:DescribeInst|serv)/.test(name));
    expect(asked.toSorted()).toEqual([
      'servicediscovery:GetInstancesHealthStatus',
      'servicediscovery:ListInstances',
      'servicediscovery:ListNamespaces',
      'servicediscovery:ListServices',
    ]);
  });
});

const WITH_IPV6: DocumentOverrides<'DaemonService'> = {
  serviceDiscovery: { namespace: 'services.example.org', dnsRecords: [{ type: 'A' }, { type: 'AAAA' }] },
};

/** A subnet of the default VPC with a block of IPv6, of which instances have an address from the beginning if `onCreation`. */
async function subnetWithIpv6({ sandbox }: World, onCreation: boolean): Promise<{ subnetId: string }> {
  const call = callsTo(sandbox);
  const { Vpcs } = await call('ec2', 'DescribeVpcs', {});
  const VpcId = (Vpcs as readonly Vpc[])[0]!.VpcId!;
  await call('ec2', 'AssociateVpcCidrBlock', { VpcId, AmazonProvidedIpv6CidrBlock: true });
  const described = await call('ec2', 'DescribeVpcs', { VpcIds: [VpcId] });
  const [block] = (described['Vpcs'] as readonly Vpc[])[0]!.Ipv6CidrBlockAssociationSet!;
  const Ipv6CidrBlock = block!.Ipv6CidrBlock!.replace('00::/56', '01::/64');
  const { Subnet: made } = await call('ec2', 'CreateSubnet', {
    VpcId,
    CidrBlock: '172.31.240.0/24',
    Ipv6CidrBlock,
  });
  const { SubnetId = '' } = made as Subnet;
  if (onCreation) {
    await call('ec2', 'ModifySubnetAttribute', { SubnetId, AssignIpv6AddressOnCreation: { Value: true } });
  }
  return { subnetId: SubnetId };
}

async function interfaceOf(world: World, host: ContainerInstance): Promise<string> {
  return (await machinesOf(world, [host]))[0]!.NetworkInterfaces![0]!.NetworkInterfaceId!;
}

describe('with AAAA records', () => {
  test('hosts are found at both of their addresses', async () => {
    const { world, hosts } = await fleet(2, WITH_IPV6, (there) => subnetWithIpv6(there, true));
    expect(found(world, 'A')).toEqual(await addressesOf(world, hosts));
    const ipv6 = await addressesOf(world, hosts, 'Ipv6Address');
    expect(found(world, 'AAAA')).toEqual(ipv6);
    expect(new Set(ipv6).size).toBe(2);
  });

  test('a host without an IPv6 address is told, and registered once it has one', async () => {
    const { world, hosts } = await fleet(1, WITH_IPV6, (there) => subnetWithIpv6(there, false));
    const [host] = hosts;
    expect(healthOf(await world.pass())).toMatchObject({
      status: 'Degraded',
      message: expect.stringContaining(`(${host!.ec2InstanceId} has no IPv6 address)`) as string,
    });
    expect(await instances(world)).toEqual([]);
    await callsTo(world.sandbox)('ec2', 'AssignIpv6Addresses', {
      NetworkInterfaceId: await interfaceOf(world, host!),
      Ipv6AddressCount: 1,
    });
    await world.loopFor(MINUTE_MS);
    expect(world.mutations()).toEqual(['servicediscovery:RegisterInstance']);
    expect(found(world, 'AAAA')).toEqual(await addressesOf(world, hosts, 'Ipv6Address'));
  });

  test('a host whose address is another is registered anew within ten minutes, under the same id', async () => {
    const { world, hosts } = await fleet(2, WITH_IPV6, (there) => subnetWithIpv6(there, true));
    const before = await instances(world);
    const [changed] = hosts;
    const NetworkInterfaceId = await interfaceOf(world, changed!);
    const call = callsTo(world.sandbox);
    const Ipv6Addresses = await addressesOf(world, [changed!], 'Ipv6Address');
    await call('ec2', 'UnassignIpv6Addresses', { NetworkInterfaceId, Ipv6Addresses });
    await call('ec2', 'AssignIpv6Addresses', { NetworkInterfaceId, Ipv6AddressCount: 1 });
    expect(found(world, 'AAAA')).not.toEqual(await addressesOf(world, hosts, 'Ipv6Address'));
    await world.loopFor(11 * MINUTE_MS);
    expect(world.mutations()).toEqual(['servicediscovery:RegisterInstance']);
    expect(found(world, 'AAAA')).toEqual(await addressesOf(world, hosts, 'Ipv6Address'));
    expect((await instances(world)).map(({ Id }) => Id)).toEqual(before.map(({ Id }) => Id));
  });
});

describe('a host on which no task runs any more', () => {
  test('leaves Cloud Map once it has been seen so twice', async () => {
    const { world, hosts } = await fleet();
    world.sandbox.control.actOnInstance(idOf(hosts[0]!), 'drain');
    await world.clock.advance(MINUTE_MS);
    expect(changesOf(await world.pass())).toEqual([]);
    await world.clock.advance(MINUTE_MS);
    const planned = await world.pass({ dryRun: true });
    expect(changesOf(planned)).toEqual([`instances[${idOf(hosts[0]!)}]`]);
    await world.loopFor(MINUTE_MS);
    expect(world.mutations()).toEqual(['servicediscovery:DeregisterInstance']);
    expect((await instances(world)).map(({ Id }) => Id)).toEqual(idsOf(hosts.slice(1)));
    expect(found(world)).toEqual(await addressesOf(world, hosts.slice(1)));
  });

  test('leaves Cloud Map when its machine is terminated, and nothing is registered of it again', async () => {
    const { world, hosts } = await fleet();
    world.sandbox.control.actOnInstance(idOf(hosts[0]!), 'terminate');
    await world.loopFor(5 * MINUTE_MS);
    expect(world.mutations()).toEqual(['servicediscovery:DeregisterInstance']);
    expect(found(world)).toEqual(await addressesOf(world, hosts.slice(1)));
  });

  test('is seen anew twice by a controller that starts', async () => {
    const { world, hosts } = await fleet();
    world.sandbox.control.actOnInstance(idOf(hosts[0]!), 'drain');
    await world.clock.advance(MINUTE_MS);
    await world.pass();
    world.restart();
    await world.clock.advance(MINUTE_MS);
    await world.pass();
    expect(world.mutations()).toEqual([]);
    await world.loopFor(2 * MINUTE_MS);
    expect(world.mutations()).toEqual(['servicediscovery:DeregisterInstance']);
  });

  test('stays while the tasks cannot be read', async () => {
    const { world, hosts } = await fleet();
    world.sandbox.control.actOnInstance(idOf(hosts[0]!), 'drain');
    world.intercept(async ({ name }, perform) => {
      if (name === 'ecs:ListTasks') throw Object.assign(new Error('no'), { name: 'AccessDeniedException' });
      return perform();
    });
    await world.loopFor(10 * MINUTE_MS);
    expect(world.mutations()).toEqual([]);
    expect(await instances(world)).toHaveLength(3);
  });

  test('stays where a list lacks its task, and ECS counts one more', async () => {
    const { world } = await fleet();
    world.intercept(async ({ name, input }, perform) => {
      const answer = await perform();
      if (name !== 'ecs:ListTasks' || input['family'] !== undefined) return answer;
      return { ...answer, taskArns: (answer as { readonly taskArns: readonly string[] }).taskArns.slice(1) };
    });
    await world.loopFor(10 * MINUTE_MS);
    expect(await instances(world)).toHaveLength(3);
    expect(world.mutations()).not.toContain('servicediscovery:DeregisterInstance');
  });
});

test('hosts that cannot be read are not registered, nor is one taken out, until they can be', async () => {
  const { world } = await fleet(2);
  world.intercept(async ({ name }, perform) => {
    if (name === 'ecs:DescribeContainerInstances') {
      throw Object.assign(new Error('no'), { name: 'AccessDeniedException' });
    }
    return perform();
  });
  world.sandbox.control.launchInstances({ cluster: 'hosts' });
  const results = await world.loopFor(5 * MINUTE_MS);
  expect(world.mutations()).toEqual([]);
  expect(healthOf(results.at(-1)!)).toMatchObject({
    status: 'Degraded',
    message: expect.stringMatching(/^1 of the 3 hosts that run the daemon cannot be registered: /) as string,
  });
  world.intercept(undefined);
  await world.loopFor(2 * MINUTE_MS);
  expect(world.mutations()).toEqual(['servicediscovery:RegisterInstance']);
});

describe('an instance that others registered', () => {
  test('stays, whatever becomes of hosts, and holds the discovery service when that is to go', async () => {
    const { world, hosts } = await fleet(2);
    await registerForeign(world, 'foreign');
    world.sandbox.control.actOnInstance(idOf(hosts[0]!), 'drain');
    await world.loopFor(5 * MINUTE_MS);
    expect((await instances(world)).map(({ Id }) => Id)).toEqual([idOf(hosts[1]!), 'foreign'].toSorted());
    world.files.set('agent.yaml', yamlOf(cluster({ name: 'hosts' }), namespace()));
    const results = await world.loopFor(15 * MINUTE_MS);
    expect(stepsOf(results.at(-1)!.plan)).toEqual(['hold policy discovery-service/agent']);
    expect((await instances(world)).map(({ Id }) => Id)).toContain('foreign');
  });

  test('under the id of a host is never overwritten, and told', async () => {
    const { world, hosts } = await fleet(1);
    const ServiceId = await discoveryId(world);
    const InstanceId = idOf(hosts[0]!);
    await callsTo(world.sandbox)('servicediscovery', 'DeregisterInstance', { ServiceId, InstanceId });
    await world.clock.advance(MINUTE_MS / 6);
    await registerForeign(world, InstanceId);
    const results = await world.loopFor(5 * MINUTE_MS);
    expect(world.mutations()).toEqual([]);
    expect(healthOf(results.at(-1)!)).toMatchObject({
      status: 'Degraded',
      message: `1 of the 1 hosts that run the daemon cannot be registered: ${InstanceId} (somebody else has registered an instance with its id: deregister that one)`,
    });
  });

  test('by ECS holds new registrations beside it, with the reason', async () => {
    const { world } = await fleet(1);
    await registerForeign(world, 'a-task', { ECS_CLUSTER_NAME: 'other', ECS_SERVICE_NAME: 'web' });
    world.sandbox.control.launchInstances({ cluster: 'hosts' });
    const results = await world.loopFor(5 * MINUTE_MS);
    expect(world.mutations()).toEqual([]);
    const step = results.at(-1)!.plan.steps.find(({ id }) => id.kind === 'discovery-service');
    expect(step).toMatchObject({
      type: 'hold',
      why: 'policy',
      reason: expect.stringContaining('ECS has registered 1 task of other/web in it') as string,
    });
  });
});

describe('what somebody changes in Cloud Map', () => {
  test('is put right: an instance that was taken out, and one with another address', async () => {
    const { world, hosts } = await fleet(2);
    const before = await instances(world);
    const ServiceId = await discoveryId(world);
    await callsTo(world.sandbox)('servicediscovery', 'DeregisterInstance', {
      ServiceId,
      InstanceId: idOf(hosts[0]!),
    });
    const { Attributes } = before.find(({ Id }) => Id === idOf(hosts[1]!))!;
    await callsTo(world.sandbox)('servicediscovery', 'RegisterInstance', {
      ServiceId,
      InstanceId: idOf(hosts[1]!),
      Attributes: { ...Attributes, AWS_INSTANCE_IPV4: '10.9.9.9' },
    });
    await world.loopFor(3 * MINUTE_MS);
    expect(await instances(world)).toEqual(before);
    expect(world.mutations()).toEqual(Array(2).fill('servicediscovery:RegisterInstance'));
  });
});

describe('the health of its tasks', () => {
  const checked = (image: string): DocumentOverrides<'DaemonService'> => ({
    containers: [
      {
        name: 'agent',
        image,
        cpu: 32,
        memory: 64,
        portMappings: [{ containerPort: 8125, hostPort: 9125, protocol: 'udp' }],
        healthCheck: { command: ['CMD', 'true'] },
      },
    ],
  });

  test('is waited for before a host is registered', async () => {
    const world = createWorld({ files: { 'agent.yaml': agent(checked('example.org/agent:1')) } });
    await world.settle();
    world.sandbox.control.launchInstances({ cluster: 'hosts' });
    const statuses: string[] = [];
    world.intercept(async ({ name }, perform) => {
      if (name === 'servicediscovery:RegisterInstance') {
        const { taskArns } = await callsTo(world.sandbox)('ecs', 'ListTasks', { cluster: 'hosts' });
        const { tasks } = await callsTo(world.sandbox)('ecs', 'DescribeTasks', {
          cluster: 'hosts',
          tasks: taskArns,
        });
        statuses.push(...(tasks as { healthStatus: string }[]).map(({ healthStatus }) => healthStatus));
      }
      return perform();
    });
    await world.loopFor(6 * MINUTE_MS);
    expect(statuses).toEqual(['HEALTHY']);
  });

  test('is told to Cloud Map at once, and DNS answers with the hosts that are well', async () => {
    const { world, hosts } = await fleet(2, checked('example.org/agent:1'));
    const [ill] = hosts;
    let isIll = true;
    world.intercept(async ({ name }, perform) => {
      const answer = await perform();
      if (name !== 'ecs:DescribeTasks' || !isIll) return answer;
      const { tasks } = answer as { readonly tasks: readonly Record<string, unknown>[] };
      return {
        ...answer,
        tasks: tasks.map((task) =>
          task['containerInstanceArn'] === ill!.containerInstanceArn
            ? { ...task, healthStatus: 'UNHEALTHY' }
            : task,
        ),
      };
    });
    await world.pass();
    expect(world.mutations()).toEqual(['servicediscovery:UpdateInstanceCustomHealthStatus']);
    await world.clock.advance(MINUTE_MS);
    expect(found(world)).toEqual(await addressesOf(world, hosts.slice(1)));
    isIll = false;
    await world.pass();
    await world.clock.advance(MINUTE_MS);
    expect(found(world)).toEqual(await addressesOf(world, hosts));
    expect(await instances(world)).toHaveLength(2);
  });
});

describe('a manifest that goes', () => {
  test('takes its registrations with it, before its discovery service', async () => {
    const { world } = await fleet(2);
    world.files.set('agent.yaml', yamlOf(cluster({ name: 'hosts' }), namespace()));
    const results = await world.loopFor(15 * MINUTE_MS);
    expect(stepsOf(results.at(-1)!.plan)).toEqual([]);
    expect(world.mutations().filter((name) => name.startsWith('servicediscovery:'))).toEqual([
      'servicediscovery:DeregisterInstance',
      'servicediscovery:DeregisterInstance',
      'servicediscovery:DeleteService',
    ]);
    expect(found(world)).toEqual([]);
  });

  test('leaves service discovery in the same way', async () => {
    const { world } = await fleet(1);
    world.files.set('agent.yaml', agent({ serviceDiscovery: undefined as never }));
    const results = await world.loopFor(15 * MINUTE_MS);
    expect(stepsOf(results.at(-1)!.plan)).toEqual([]);
    expect(await discoveryId(world)).toBe('');
  });
});

test('a controller that dies while hosts are registered leaves it to the next, which registers each once', async () => {
  const world = createWorld({ files: { 'agent.yaml': agent() } });
  await world.settle();
  const hosts = world.sandbox.control.launchInstances({ cluster: 'hosts', count: 3 });
  let asked = 0;
  world.intercept(async ({ name }, perform) => {
    const answer = await perform();
    if (name !== 'servicediscovery:RegisterInstance') return answer;
    asked += 1;
    if (asked === 2) world.restart();
    return answer;
  });
  for (let minute = 0; minute < 6; minute += 1) {
    await Promise.race([world.pass(), world.clock.advance(MINUTE_MS)]);
    await world.clock.advance(MINUTE_MS / 2);
  }
  await world.loopFor(6 * MINUTE_MS);
  expect(asked).toBeGreaterThan(2);
  expect((await instances(world)).map(({ Id }) => Id)).toEqual(idsOf(hosts));
  expect(stepsOf((await world.pass()).before)).toEqual([]);
});

describe('a daemon whose hosts are registered', () => {
  const twoPorts = [8125, 8126].map((containerPort) => ({
    containerPort,
    hostPort: containerPort + 1000,
    protocol: 'udp' as const,
  }));
  const withPort = (hosts: object = {}): DocumentOverrides<'DaemonService'> => ({
    containers: [
      {
        name: 'other',
        image: 'example.org/other:1',
        memory: 64,
        portMappings: [{ containerPort: 80, hostPort: 80 }],
      },
      { name: 'agent', image: 'example.org/agent:1', memory: 64, portMappings: twoPorts },
    ],
    serviceDiscovery: {
      namespace: 'services.example.org',
      registration: 'controller',
      dnsRecords: [{ type: 'SRV' }],
      containerName: 'agent',
      containerPort: 8126,
      ...hosts,
    },
  });

  test.each<[string, DocumentOverrides<'DaemonService'>]>([
    ['an A record', {}],
    ['an SRV record of one of several ports', withPort()],
    ['A and SRV records of one of several ports', withPort({ dnsRecords: [{ type: 'A' }, { type: 'SRV' }] })],
  ])('is exported as what was applied, with %s', async (_what, changes) => {
    const { world, hosts } = await fleet(1, changes);
    const { code, out, err } = await exportFrom(world);
    expect({ code, err }).toEqual({ code: 0, err: expect.not.stringContaining('left out') as string });
    world.files.set('agent.yaml', out);
    expect(stepsOf((await world.pass()).before)).toEqual([]);
    expect((await instances(world)).map(({ Id }) => Id)).toEqual(idsOf(hosts));
  });

  test('is left out of what is exported where no host tells which of its ports the SRV records are of', async () => {
    const { world } = await fleet(0, withPort());
    const { out, err } = await exportFrom(world);
    expect(err).toContain('no registered host tells which of its ports they mean');
    expect(out).toContain('KEPT IN ITS PLACE');
  });
});
