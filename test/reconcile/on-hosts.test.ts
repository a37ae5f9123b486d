import { describe, expect, test } from 'vitest';
import { cluster, daemonService, yamlOf } from '../support/manifests/documents.ts';
import { callsTo } from '../support/world/account.ts';
import { exportFrom } from '../support/world/export.ts';
import { createWorld, stepsOf } from '../support/world/world.ts';
import type { World } from '../support/world/world.ts';

/** An agent on the network of its hosts, with what only hosts have. */
const AGENT = {
  cluster: 'hosts',
  launchType: 'EC2',
  // The sandbox has no hosts: no task of it would ever start.
  desiredCount: 0,
  networkMode: 'host',
  pidMode: 'host',
  volumes: [{ name: 'proc', host: { sourcePath: '/proc' } }, { name: 'scratch' }],
  placementConstraints: [{ type: 'memberOf', expression: 'attribute:ecs.os-type == linux' }],
  containers: [
    {
      name: 'agent',
      image: 'example.org/agent:1',
      memory: 256,
      privileged: true,
      portMappings: [{ containerPort: 8125, protocol: 'udp' }],
      mountPoints: [
        { sourceVolume: 'proc', containerPath: '/host/proc', readOnly: true },
        { sourceVolume: 'scratch', containerPath: '/scratch' },
      ],
    },
  ],
} as const;

/** Its task has no size: containers take of their host what they need. */
function agentWith(over: object): string {
  const { spec, ...document } = daemonService({ name: 'agent' });
  const { cpu: _cpu, memory: _memory, ...rest } = spec;
  return yamlOf(cluster({ name: 'hosts' }), {
    ...document,
    spec: { ...rest, ...AGENT, ...over },
  });
}

async function converged(over: object = {}): Promise<World> {
  const world = createWorld({ files: { 'agent.yaml': agentWith(over) } });
  await world.settle();
  return world;
}

async function serviceOf({ sandbox }: World): Promise<Readonly<Record<string, unknown>>> {
  const input = { cluster: 'hosts', services: ['agent'] };
  const { services } = await callsTo(sandbox)('ecs', 'DescribeServices', input);
  return (services as Record<string, unknown>[])[0]!;
}

async function definitionOf({ sandbox }: World): Promise<Readonly<Record<string, unknown>>> {
  const answer = await callsTo(sandbox)('ecs', 'DescribeTaskDefinition', { taskDefinition: 'agent' });
  return answer['taskDefinition'] as Record<string, unknown>;
}

describe('a daemon on the network of its hosts', () => {
  test('is made without a security group and a network configuration, and then nothing is left to do', async () => {
    const world = await converged();
    expect(await serviceOf(world)).toMatchObject({ launchType: 'EC2' });
    expect(await serviceOf(world)).not.toHaveProperty('networkConfiguration');
    expect(await definitionOf(world)).toMatchObject({
      networkMode: 'host',
      pidMode: 'host',
      requiresCompatibilities: ['EC2'],
      volumes: [{ name: 'proc', host: { sourcePath: '/proc' } }, { name: 'scratch' }],
    });
    expect(world.mutations()).not.toContain('ec2:CreateSecurityGroup');
    expect(stepsOf((await world.pass()).before)).toEqual([]);
  });

  test('is exported as what was applied', async () => {
    const world = await converged();
    const { code, out, err } = await exportFrom(world);
    expect({ code, err: err.replaceAll(/^note .*\n/gm, '') }).toEqual({ code: 0, err: '' });
    const before = world.mutations().length;
    world.files.set('agent.yaml', out);
    expect(stepsOf((await world.pass()).before)).toEqual([]);
    expect(world.mutations().slice(before)).toEqual([]);
  });

  test('with an interface of its own is exported into the Environment of those beside it, though it has no public address', async () => {
    const world = await converged({ networkMode: 'awsvpc' });
    world.files.set('beside.yaml', yamlOf(daemonService({ name: 'beside', cluster: 'hosts' })));
    await world.settle();
    const { out } = await exportFrom(world);
    expect(out.match(/^kind: Environment$/gm)).toHaveLength(1);
    world.files.delete('beside.yaml');
    world.files.set('agent.yaml', out);
    expect(stepsOf((await world.pass()).before)).toEqual([]);
  });

  test('that is to have a network interface of its own is replaced, where that is allowed', async () => {
    const world = await converged();
    world.files.set('agent.yaml', agentWith({ networkMode: 'awsvpc' }));
    const { before } = await world.pass();
    const service = before.steps.find(({ id }) => id.kind === 'service');
    expect(service).toMatchObject({ type: 'hold' });
    expect(service?.changes).toContainEqual({ path: 'hasOwnNetwork', from: false, to: true, by: 'replace' });
  });
});

test('a daemon behind a bridge has the ports of the host that it names, and others that ECS chooses', async () => {
  const [container] = AGENT.containers;
  const portMappings = [{ containerPort: 8125, hostPort: 9125, protocol: 'udp' }, { containerPort: 8126 }];
  const world = await converged({
    networkMode: 'bridge',
    containers: [{ ...container, portMappings }],
  });
  expect(await definitionOf(world)).toMatchObject({
    containerDefinitions: [
      {
        portMappings: [
          { containerPort: 8125, hostPort: 9125, protocol: 'udp' },
          { containerPort: 8126, hostPort: 0, protocol: 'tcp' },
        ],
      },
    ],
  });
  expect(stepsOf((await world.pass()).before)).toEqual([]);
});
