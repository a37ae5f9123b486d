import type { TaskDefinition } from '@aws-sdk/client-ecs';
import { describe, expect, it } from 'vitest';
import { hostOf, hostedTask } from '../../controller/kinds/service/host.ts';
import { taskNeeds } from '../../controller/kinds/service/task-needs.ts';
import type { TaskNeeds } from '../../controller/kinds/service/task-needs.ts';

describe('what a task needs of a host', () => {
  it.each<[string, TaskDefinition, Partial<TaskNeeds>]>([
    [
      'is what the task asks for as a whole',
      { cpu: '256', memory: '512', containerDefinitions: [{ cpu: 999, memory: 999 }] },
      { cpu: 256, memoryMiB: 512 },
    ],
    [
      'is otherwise what its containers do, of memory what they reserve before their limit',
      { containerDefinitions: [{ cpu: 10, memory: 300, memoryReservation: 100 }, { memory: 50 }] },
      { cpu: 10, memoryMiB: 150 },
    ],
    [
      "in the host's network the ports that it listens at",
      {
        networkMode: 'host',
        containerDefinitions: [
          { portMappings: [{ containerPort: 80 }, { containerPort: 53, protocol: 'udp' }] },
        ],
      },
      {
        ports: [
          { protocol: 'tcp', port: 80 },
          { protocol: 'udp', port: 53 },
        ],
      },
    ],
    [
      'behind a bridge the ports that it fixes',
      {
        containerDefinitions: [
          {
            portMappings: [
              { containerPort: 80, hostPort: 8080 },
              { containerPort: 81 },
              { containerPort: 82, hostPort: 0 },
            ],
          },
        ],
      },
      { ports: [{ protocol: 'tcp', port: 8080 }], hasInterface: false },
    ],
    [
      'an interface and no port of the host with awsvpc',
      {
        networkMode: 'awsvpc',
        containerDefinitions: [{ portMappings: [{ containerPort: 80, hostPort: 80 }] }],
      },
      { ports: [], hasInterface: true },
    ],
    [
      'attributes, with a value where that matters, and what its constraints say',
      {
        family: 'agent',
        revision: 3,
        requiresAttributes: [{ name: 'a' }, { name: 'b', value: 'c' }, { name: 'd', value: '' }],
        placementConstraints: [{ type: 'memberOf', expression: 'attribute:x exists' }],
      },
      {
        revision: 'agent:3',
        attributes: [{ name: 'a' }, { name: 'b', value: 'c' }, { name: 'd' }],
        expressions: ['attribute:x exists'],
      },
    ],
  ])('%s', (_what, definition, needs) => {
    expect(taskNeeds(definition)).toMatchObject(needs);
  });
});

describe('a container instance', () => {
  it('is read with what is left, what is taken, and what expressions ask for', () => {
    const registeredAt = new Date(1_000);
    const host = hostOf(
      {
        containerInstanceArn: 'arn:aws:ecs:eu-west-1:385605022855:container-instance/main/h1',
        ec2InstanceId: 'i-0abc',
        status: 'ACTIVE',
        agentConnected: false,
        registeredAt,
        versionInfo: { agentVersion: '1.89.2' },
        attributes: [
          { name: 'ecs.availability-zone', value: 'eu-west-1a' },
          { name: 'ecs.capability.external' },
        ],
        remainingResources: [
          { name: 'CPU', integerValue: 100 },
          { name: 'PORTS', stringSetValue: ['22', '80'] },
        ],
        healthStatus: {
          details: [{ type: 'AGENT_CONNECTIVITY', status: 'IMPAIRED', lastStatusChange: new Date(2_000) }],
        },
      },
      [{ id: 't', group: 'service:web', ports: [], hasInterface: false }],
    );
    expect(host).toMatchObject({
      id: 'h1',
      zone: 'eu-west-1a',
      isExternal: true,
      hasTrunk: false,
      impairedSince: 2_000,
      cpuLeft: 100,
      memoryLeftMiB: undefined,
      takenPorts: { tcp: new Set([22, 80]), udp: undefined },
      agentVersion: '1.89.2',
      registeredAt: 1_000,
      taskGroups: ['service:web'],
    });
  });

  it('that is no EC2 instance has no such id, which is another thing than one that was not told', () => {
    expect(hostOf({}, []).ec2InstanceId).toBeNull();
  });
});

it('a task on a host is read with the ports of the host that its containers have', () => {
  const task = hostedTask({
    taskArn: 'arn:aws:ecs:eu-west-1:385605022855:task/main/abc',
    group: 'family:batch',
    attachments: [{ type: 'ElasticNetworkInterface' }],
    containers: [{ networkBindings: [{ hostPort: 53, protocol: 'udp' }, { hostPort: 80 }, {}] }],
  });
  expect(task).toEqual({
    id: 'abc',
    group: 'family:batch',
    hasInterface: true,
    ports: [
      { port: 53, protocol: 'udp' },
      { port: 80, protocol: 'tcp' },
    ],
  });
});
