import { describe, expect, test } from 'vitest';
import { ecsSandbox, taskDefinitionInput } from '../support/sandbox/ecs.ts';
import {
  AWSLOGS,
  awslogs,
  beside,
  container,
  refusals,
} from '../support/sandbox/task-definition-refusals.ts';
import type { TaskDefinitionChanges } from '../support/sandbox/task-definition-refusals.ts';

/** Reference: Fargate validity. */
const OFFERED: Readonly<Record<string, readonly number[]>> = {
  '256': [512, 1024, 2048],
  '512': [1024, 2048, 3072, 4096],
  '1024': Array.from({ length: 7 }, (_, index) => 2048 + index * 1024),
  '2048': Array.from({ length: 13 }, (_, index) => 4096 + index * 1024),
  '4096': Array.from({ length: 23 }, (_, index) => 8192 + index * 1024),
  '8192': Array.from({ length: 12 }, (_, index) => 16_384 + index * 4096),
  '16384': Array.from({ length: 12 }, (_, index) => 32_768 + index * 8192),
  '32768': [61_440, 122_880, 249_856],
};

describe('sizes on Fargate', () => {
  test.each(Object.entries(OFFERED))(
    'with %s CPU units, exactly the documented memory',
    async (cpu, sizes) => {
      const aws = await ecsSandbox();
      const least = sizes[0]!;
      const most = sizes.at(-1)!;
      const others = [least / 2, least + 1, most + 1024].filter((memory) => !sizes.includes(memory));
      for (const memory of sizes) await aws.register({ cpu, memory: String(memory) });
      for (const memory of others) {
        const input = taskDefinitionInput({ cpu, memory: String(memory) });
        expect(await aws.refusal('RegisterTaskDefinition', input)).toBe(
          'ClientException: No Fargate configuration exists for given values.',
        );
      }
    },
  );

  test.each([
    ['1 vCPU', '2 GB', '1024', '2048'],
    ['.25vcpu', '0.5GB', '256', '512'],
    ['0.5 vCPU', '1GB', '512', '1024'],
  ])('%s and %s are taken for %s units and %s MiB', async (cpu, memory, units, mebibytes) => {
    const aws = await ecsSandbox();
    const { taskDefinition } = await aws.ecs('RegisterTaskDefinition', taskDefinitionInput({ cpu, memory }));
    expect(taskDefinition).toMatchObject({ cpu: units, memory: mebibytes });
  });

  refusals([
    ['400 CPU units with 600 MiB', { cpu: '400', memory: '600' }, "Invalid 'cpu' setting for task."],
    ['a CPU size in words', { cpu: 'one' }, "Invalid 'cpu' setting for task."],
    ['an empty memory', { memory: '' }, "Invalid 'memory' setting for task."],
    ['no CPU', { cpu: undefined }, "Fargate requires that 'cpu' be defined at the task level."],
    [
      'no memory',
      { memory: undefined, ...container({ memory: 512 }) },
      "Fargate requires that 'memory' be defined at the task level.",
    ],
    [
      'Windows with a quarter of a vCPU',
      { runtimePlatform: { operatingSystemFamily: 'WINDOWS_SERVER_2022_CORE' } },
      'No Fargate configuration exists for given values.',
    ],
    [
      '20 GiB of storage',
      { ephemeralStorage: { sizeInGiB: 20 } },
      'EphemeralStorage size should be at least 21.',
    ],
    [
      '201 GiB of storage',
      { ephemeralStorage: { sizeInGiB: 201 } },
      'EphemeralStorage size should be at most 200.',
    ],
  ]);

  test.each([21, 200])('%i GiB of storage are taken', async (sizeInGiB) => {
    const aws = await ecsSandbox();
    expect(await aws.register({ ephemeralStorage: { sizeInGiB } })).toMatch(/:2$/);
  });
});

describe('what Fargate does not know', () => {
  const unsupported = (what: string) => `Fargate compatible task definitions do not support ${what}.`;
  refusals([
    ['another network mode', { networkMode: 'bridge' }, 'Fargate only supports network mode ‘awsvpc’.'],
    ['no network mode', { networkMode: undefined }, 'Fargate only supports network mode ‘awsvpc’.'],
    ['ipcMode', { ipcMode: 'task' }, unsupported('ipcMode')],
    [
      'the host pidMode',
      { pidMode: 'host' },
      "Tasks using the Fargate launch type do not support pidMode 'host'. The supported value for pidMode is 'task'.",
    ],
    [
      'placement constraints',
      { placementConstraints: [{ type: 'memberOf', expression: 'attribute:a == b' }] },
      unsupported('constraints'),
    ],
    [
      'a host volume',
      { volumes: [{ name: 'data', host: { sourcePath: '/data' } }] },
      unsupported('sourcePath'),
    ],
    [
      'a Docker volume',
      { volumes: [{ name: 'data', dockerVolumeConfiguration: {} }] },
      unsupported('dockerVolumeConfiguration'),
    ],
    [
      'a privileged container',
      container({ privileged: true }),
      'Fargate requires that the ‘privileged’ setting be ‘false’ at the container level.',
    ],
    [
      'a GPU',
      container({ resourceRequirements: [{ type: 'GPU', value: '1' }] }),
      'Tasks using the Fargate launch type do not support GPU resource requirements.',
    ],
    [
      'security options',
      container({ dockerSecurityOptions: ['no-new-privileges'] }),
      unsupported('dockerSecurityOptions'),
    ],
    ['maxSwap', container({ linuxParameters: { maxSwap: 0 } }), unsupported('maxSwap')],
    ['swappiness', container({ linuxParameters: { swappiness: 60 } }), unsupported('swappiness')],
    [
      'another capability than SYS_PTRACE',
      container({ linuxParameters: { capabilities: { add: ['SYS_PTRACE', 'NET_ADMIN'] } } }),
      'NET_ADMIN is not allowed on Fargate.',
    ],
    [
      'a stop timeout over two minutes',
      container({ stopTimeout: 121 }),
      'Tasks using the Fargate launch type must have a container stop timeout of less than 120 seconds.',
    ],
    [
      'another log driver',
      container({ logConfiguration: { logDriver: 'syslog' } }),
      'syslog is not a valid log driver. Must be one of [awslogs,splunk,awsfirelens]',
    ],
    [
      'Windows on ARM',
      {
        cpu: '1024',
        memory: '2048',
        runtimePlatform: { cpuArchitecture: 'ARM64', operatingSystemFamily: 'WINDOWS_SERVER_2022_CORE' },
      },
      unsupported('cpuArchitecture ARM64 with Windows'),
    ],
  ]);

  test.each<[string, TaskDefinitionChanges]>([
    ['the pidMode task', { pidMode: 'task' }],
    ['SYS_PTRACE', container({ linuxParameters: { capabilities: { add: ['SYS_PTRACE'] } } })],
    ['a stop timeout of two minutes', container({ stopTimeout: 120 })],
    ['ARM', { runtimePlatform: { cpuArchitecture: 'ARM64', operatingSystemFamily: 'LINUX' } }],
    ['a range of ports', container({ portMappings: [{ containerPortRange: '4000-4010' }] })],
    ['awslogs with all its options', awslogs(AWSLOGS)],
  ])('%s is known to it', async (_, changes) => {
    const aws = await ecsSandbox();
    expect(await aws.register(changes)).toMatch(/:2$/);
  });

  test('may still be registered for EC2, and no service of Fargate takes it', async () => {
    const aws = await ecsSandbox();
    await aws.register({
      family: 'privileged',
      requiresCompatibilities: ['EC2'],
      ...container({ privileged: true }),
    });
    const { taskDefinition } = await aws.ecs('DescribeTaskDefinition', { taskDefinition: 'privileged' });
    expect(taskDefinition?.compatibilities).toEqual(['EC2', 'MANAGED_INSTANCES']);
    const input = aws.serviceInput({ taskDefinition: 'privileged' });
    expect(await aws.refusal('CreateService', input)).toBe(
      'InvalidParameterException: Task definition does not support launch_type FARGATE.',
    );
  });
});

describe('containers with a network of their own', () => {
  const inAwsvpc = 'is not supported on container when networkMode=awsvpc.';
  refusals([
    ['a hostname', container({ hostname: 'xray' }), `hostname ${inAwsvpc}`],
    ['no networking', container({ disableNetworking: true }), `Disable Networking ${inAwsvpc}`],
    ['a link', container({ links: ['other'] }), 'Links are not supported when networkMode=awsvpc.'],
    [
      'a name server',
      container({ dnsServers: ['10.0.0.2'] }),
      'DNS servers are not supported on container when networkMode=awsvpc.',
    ],
    [
      'a search domain',
      container({ dnsSearchDomains: ['xray.local'] }),
      'DNS search domains are not supported on container when networkMode=awsvpc.',
    ],
    [
      'an extra host',
      container({ extraHosts: [{ hostname: 'a', ipAddress: '10.0.0.3' }] }),
      'Extra hosts are not supported on container when networkMode=awsvpc.',
    ],
    [
      'another host port',
      container({ portMappings: [{ containerPort: 2000, hostPort: 80 }] }),
      'When networkMode=awsvpc, the host ports and container ports in port mappings must match.',
    ],
    [
      'one port in two containers',
      beside({ name: 'other', portMappings: [{ containerPort: 2000, protocol: 'udp' }] }),
      "UDP container port '2000' is used multiple times in task when networkMode=awsvpc.",
    ],
  ]);

  test('one port is taken for both protocols', async () => {
    const aws = await ecsSandbox();
    const portMappings = (['tcp', 'udp'] as const).map((protocol) => ({ containerPort: 2000, protocol }));
    expect(await aws.register(container({ portMappings }))).toMatch(/:2$/);
  });
});
