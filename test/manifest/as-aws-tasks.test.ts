import { beforeAll, describe, expect, it } from 'vitest';
import { daemonText } from '../support/manifests/errors.ts';
import { definitionOf } from '../support/manifests/registered.ts';
import {
  BRIDGE,
  EC2,
  FIRELENS,
  HOST,
  PORTS,
  ROUTED,
  S3,
  daemon,
  efs,
  main,
  proxy,
  router,
  specOf,
  two,
  verdict,
  volume,
} from '../support/manifests/tasks.ts';
import type { Row } from '../support/manifests/tasks.ts';
import { judged, said } from '../support/manifests/verdicts.ts';
import { ecsSandbox } from '../support/sandbox/ecs.ts';
import type { EcsSandbox } from '../support/sandbox/ecs.ts';

/** `RegisterTaskDefinition` refuses it too. */
const REFUSED: readonly Row[] = [
  [
    'a network of the host on Fargate',
    daemon('cpu: 1', { networkMode: 'host' }),
    'host',
    'spec.networkMode',
    /^ECS refuses networkMode host with launchType FARGATE; write awsvpc, or write launchType: EC2$/,
  ],
  [
    'what Fargate has not, where the definition is checked for Fargate',
    daemon('privileged: true', { ...EC2, requiresCompatibilities: '[EC2, FARGATE]' }),
    'true',
    'spec.containers[0].privileged',
    /^ECS refuses privileged with requiresCompatibilities FARGATE; remove it, or remove FARGATE from requiresCompatibilities$/,
  ],
  [
    'the processes of the host on Fargate',
    daemon('cpu: 1', { pidMode: 'host' }),
    'host',
    'spec.pidMode',
    /refuses pidMode host .*; write task/,
  ],
  [
    'shared memory on Fargate',
    daemon('cpu: 1', { ipcMode: 'task' }),
    'task',
    'spec.ipcMode',
    /refuses ipcMode task with launchType FARGATE/,
  ],
  [
    'a placement on Fargate',
    daemon('cpu: 1', { placementConstraints: '[{ type: memberOf, expression: "attribute:x == y" }]' }),
    '[{ type',
    'spec.placementConstraints',
    /refuses placementConstraints with launchType FARGATE/,
  ],
  [
    'security options on Fargate',
    daemon('dockerSecurityOptions: [no-new-privileges]'),
    '[no-new',
    'spec.containers[0].dockerSecurityOptions',
    /refuses dockerSecurityOptions/,
  ],
  [
    'a device on Fargate',
    daemon('linuxParameters: { devices: [{ hostPath: /dev/fuse }] }'),
    '[{ host',
    'spec.containers[0].linuxParameters.devices',
    /refuses devices/,
  ],
  [
    'swap on Fargate',
    daemon('linuxParameters: { maxSwap: 0 }'),
    '0 }',
    'spec.containers[0].linuxParameters.maxSwap',
    /refuses maxSwap 0/,
  ],
  [
    'a GPU on Fargate',
    daemon('resourceRequirements: [{ type: GPU, value: "1" }]'),
    'GPU',
    'spec.containers[0].resourceRequirements[0].type',
    /refuses a resource of type GPU with launchType FARGATE/,
  ],
  [
    'a log driver of hosts on Fargate',
    daemon('logConfiguration: { logDriver: json-file }'),
    'json-file',
    'spec.containers[0].logConfiguration.logDriver',
    /refuses logDriver json-file .*; write awslogs, splunk, awsfirelens or none/,
  ],
  [
    'a long stop on Fargate',
    daemon('stopTimeout: 121'),
    '121',
    'spec.containers[0].stopTimeout',
    /refuses stopTimeout 121 .*; write from 2 to 120 seconds/,
  ],
  [
    'a Docker volume on Fargate',
    volume('dockerVolumeConfiguration: { scope: task }'),
    '{ scope',
    'spec.volumes[0].dockerVolumeConfiguration',
    /write host: \{\} or efsVolumeConfiguration/,
  ],
  [
    'a path of the host on Fargate',
    volume('host: { sourcePath: /var }'),
    '/var',
    'spec.volumes[0].host.sourcePath',
    /refuses sourcePath \/var/,
  ],
  [
    'an old Windows on Fargate',
    daemon('cpu: 1', {
      cpu: '1024',
      memory: '2048',
      runtimePlatform: '{ operatingSystemFamily: WINDOWS_SERVER_2016_FULL }',
    }),
    'WINDOWS',
    'spec.runtimePlatform.operatingSystemFamily',
    /write a core or full Windows Server of 2019, 2022 or 2025/,
  ],
  [
    'a small task of Windows on Fargate',
    daemon('cpu: 1', { runtimePlatform: '{ operatingSystemFamily: WINDOWS_SERVER_2022_CORE }' }),
    '256',
    'spec.cpu',
    /no cpu 256 with memory 512 and operatingSystemFamily WINDOWS_SERVER_2022_CORE; the nearest valid pairs .*\(1024, 2048\)/,
  ],
  [
    'more disk on EC2',
    daemon('cpu: 1', { ...EC2, ephemeralStorage: '{ sizeInGiB: 30 }' }),
    '{ sizeInGiB',
    'spec.ephemeralStorage',
    /refuses ephemeralStorage with launchType EC2; remove it, or write launchType: FARGATE/,
  ],
  [
    'less than 128 units on EC2',
    daemon('memory: 64', { ...EC2, cpu: '127' }),
    '127',
    'spec.cpu',
    /refuses cpu 127 .*; write from 128 to 196608 whole units/,
  ],
  [
    'no memory anywhere on EC2',
    daemonText({ ...EC2 }).replace('  memory: 512\n', ''),
    '{ name: main',
    'spec.containers[0].memory',
    /container main needs memory or memoryReservation/,
  ],
  [
    'a network interface outside AWS',
    daemon('cpu: 1', { launchType: 'EXTERNAL' }),
    'spec:',
    'spec.networkMode',
    /refuses networkMode awsvpc with launchType EXTERNAL; write networkMode: bridge, host or none/,
  ],
  [
    'EFS outside AWS',
    volume('efsVolumeConfiguration: { fileSystemId: fs-0a1b2c3d }', {
      launchType: 'EXTERNAL',
      networkMode: 'host',
    }),
    '{ fileSystemId',
    'spec.volumes[0].efsVolumeConfiguration',
    /with launchType EXTERNAL/,
  ],
  [
    'a bridge for Managed Instances',
    daemon('cpu: 1', { ...BRIDGE, requiresCompatibilities: '[EC2, MANAGED_INSTANCES]' }),
    'bridge',
    'spec.networkMode',
    /with requiresCompatibilities MANAGED_INSTANCES; write awsvpc, host or none/,
  ],
  [
    'a host name with awsvpc',
    daemon('hostname: x'),
    'x }',
    'spec.containers[0].hostname',
    /^ECS refuses hostname x with networkMode awsvpc; remove it, or write networkMode: bridge, on EC2$/,
  ],
  [
    'DNS servers with awsvpc',
    daemon('dnsServers: [10.0.0.2]', EC2),
    '[10',
    'spec.containers[0].dnsServers',
    /with networkMode awsvpc; remove it, or write networkMode: bridge$/,
  ],
  [
    'links in the network of the host',
    two('cpu: 1', 'links: [a]', HOST),
    '[a]',
    'spec.containers[1].links',
    /with networkMode host/,
  ],
  [
    'a link to nobody',
    two('cpu: 1', 'links: ["aa:x"]', BRIDGE),
    '"aa:x"',
    'spec.containers[1].links[0]',
    /no other container is called "aa"; did you mean "a"\?/,
  ],
  [
    'ports without a network',
    daemon('portMappings: [{ containerPort: 1 }]', { ...EC2, networkMode: 'none' }),
    '[{ containerPort',
    'spec.containers[0].portMappings',
    /with networkMode none/,
  ],
  [
    'a mapping of no port',
    daemon('portMappings: [{ protocol: udp }]'),
    '{ protocol',
    'spec.containers[0].portMappings[0]',
    /needs containerPort, or containerPortRange/,
  ],
  [
    'a port and a range',
    daemon('portMappings: [{ containerPort: 1, containerPortRange: 1-2 }]'),
    '1-2',
    'spec.containers[0].portMappings[0].containerPortRange',
    /refuses containerPortRange 1-2 with containerPort 1/,
  ],
  [
    'a range backwards',
    daemon('portMappings: [{ containerPortRange: 20-10 }]'),
    '20-10',
    'spec.containers[0].portMappings[0].containerPortRange',
    /20-10 is no range/,
  ],
  [
    'ranges over each other',
    two('portMappings: [{ containerPortRange: 10-30 }]', 'portMappings: [{ containerPort: 20 }]'),
    '20 }',
    'spec.containers[1].portMappings[0].containerPort',
    /tcp 20 is mapped already, by container a/,
  ],
  [
    'a range in the network of the host',
    daemon('portMappings: [{ containerPortRange: 10-20 }]', HOST),
    '10-20',
    'spec.containers[0].portMappings[0].containerPortRange',
    /with networkMode host/,
  ],
  [
    'a protocol of a port without a name',
    daemon('portMappings: [{ containerPort: 1, appProtocol: grpc }]'),
    'grpc',
    'spec.containers[0].portMappings[0].appProtocol',
    /add name, or remove it/,
  ],
  [
    'a kernel parameter of the network of the host',
    daemon('systemControls: [{ namespace: net.core.somaxconn, value: "1" }]', HOST),
    'net.core',
    'spec.containers[0].systemControls[0].namespace',
    /refuses the system control net\.core\.somaxconn with networkMode host/,
  ],
  [
    'a kernel parameter of the host’s shared memory',
    daemon('systemControls: [{ namespace: kernel.shmmax, value: "1" }]', { ...EC2, ipcMode: 'host' }),
    'kernel',
    'spec.containers[0].systemControls[0].namespace',
    /with ipcMode host; remove it, or write ipcMode: task/,
  ],
  [
    'a kernel parameter that containers share',
    daemon('systemControls: [{ namespace: vm.swappiness, value: "1" }]'),
    'vm.',
    'spec.containers[0].systemControls[0].namespace',
    /is not one that containers have of their own/,
  ],
  [
    'faults behind a bridge',
    daemon('cpu: 1', { ...BRIDGE, enableFaultInjection: 'true' }),
    'true',
    'spec.enableFaultInjection',
    /with networkMode bridge/,
  ],
  [
    'a volume that there is not',
    daemon('mountPoints: [{ sourceVolume: dat, containerPath: /x }]', { volumes: '[{ name: data }]' }),
    'dat,',
    'spec.containers[0].mountPoints[0].sourceVolume',
    /no volume is called "dat"; did you mean "data"\?/,
  ],
  [
    'volumes of one name',
    daemonText({ volumes: '[{ name: data }, { name: data }]' }),
    'data }]',
    'spec.volumes[1].name',
    /another volume of this task is called data/,
  ],
  [
    'a volume of two kinds',
    volume('host: {}, efsVolumeConfiguration: { fileSystemId: fs-0a1b2c3d }'),
    '{ fileSystemId',
    'spec.volumes[0].efsVolumeConfiguration',
    /volume data has host already/,
  ],
  [
    'EFS with IAM in the open',
    efs('authorizationConfig: { iam: ENABLED }').replace('spec:', 'spec:\n  taskRole: {}'),
    'efsVolume',
    'spec.volumes[0].efsVolumeConfiguration.transitEncryption',
    /^iam ENABLED needs transitEncryption: ENABLED, not DISABLED, its default; write it$/,
  ],
  [
    'an access point with a root of its own',
    efs(
      'transitEncryption: ENABLED, rootDirectory: /x, authorizationConfig: { accessPointId: fsap-0a1b2c3d }',
    ),
    '/x',
    'spec.volumes[0].efsVolumeConfiguration.rootDirectory',
    /access point fsap-0a1b2c3d has a root directory of its own/,
  ],
  [
    'S3 files for a task without a role',
    volume(`s3filesVolumeConfiguration: { fileSystemArn: "${S3}" }`),
    '{ fileSystemArn',
    'spec.volumes[0].s3filesVolumeConfiguration',
    /with its task role, and has none/,
  ],
  [
    'a volume of a task that is made if need be',
    volume('dockerVolumeConfiguration: { autoprovision: true }', EC2),
    'true',
    'spec.volumes[0].dockerVolumeConfiguration.autoprovision',
    /is for scope shared, and the scope is task/,
  ],
  [
    'volumes from itself',
    daemon('volumesFrom: [{ sourceContainer: main }]'),
    'main }]',
    'spec.containers[0].volumesFrom[0].sourceContainer',
    /takes volumes from itself/,
  ],
  [
    'two log routers',
    daemonText({ containers: `[${main(ROUTED, 'a')}, ${main(FIRELENS, 'b')}, ${main(FIRELENS, 'c')}]` }),
    '{ type: fluentbit } }]',
    'spec.containers[2].firelensConfiguration',
    /container b is the log router of the task already/,
  ],
  [
    'a log router for nobody',
    two('cpu: 1', FIRELENS),
    '{ type',
    'spec.containers[1].firelensConfiguration',
    /no container logs through the log router b/,
  ],
  [
    'a router’s file in S3 on Fargate',
    router('config-file-type: s3, config-file-value: "arn:aws:s3:::b/x.conf"'),
    's3,',
    'spec.containers[1].firelensConfiguration.options.config-file-type',
    /write file, with a path in the image as config-file-value/,
  ],
  [
    'a router’s file from nowhere',
    router('config-file-type: file'),
    'options',
    'spec.containers[1].firelensConfiguration.options.config-file-value',
    /config-file-type file needs config-file-value/,
  ],
  [
    'a proxy without its ports',
    proxy('{ name: IgnoredUID, value: "1" }'),
    '[{ name: IgnoredUID',
    'spec.proxyConfiguration.properties',
    /needs ProxyIngressPort, ProxyEgressPort, AppPorts, EgressIgnoredIPs/,
  ],
  [
    'a proxy without its user',
    proxy(PORTS),
    '[{ name: ProxyIngressPort',
    'spec.proxyConfiguration.properties',
    /needs IgnoredUID/,
  ],
  [
    'GPUs whole and shared',
    two(
      'resourceRequirements: [{ type: GPU, value: "1" }]',
      'resourceRequirements: [{ type: GPU, sharingStrategy: { nvidiaMps: { memory: 1 } } }]',
      EC2,
    ),
    '{ type: GPU, sharing',
    'spec.containers[1].resourceRequirements[0]',
    /container a has whole GPUs, and all of a task have the same: write value here too/,
  ],
  [
    'half a GPU',
    daemon('resourceRequirements: [{ type: GPU, value: "0.5" }]', EC2),
    '"0.5"',
    'spec.containers[0].resourceRequirements[0].value',
    /must be a number of GPUs such as "1", or ALL/,
  ],
  [
    'more than ten files of variables',
    daemon(
      `environmentFiles: [${Array.from({ length: 11 }, () => '{ type: s3, value: "arn:aws:s3:::b/x.env" }').join(', ')}]`,
    ),
    '[{ type: s3',
    'spec.containers[0].environmentFiles',
    /has 11 environment files and ECS allows 10/,
  ],
  [
    'files of variables that nobody reads',
    daemon('environmentFiles: [{ type: s3, value: "arn:aws:s3:::b/x.env" }]', {
      executionRole: '{ omit: true }',
      logs: '{ logDriver: none }',
    }),
    'true',
    'spec.executionRole.omit',
    /reads the environmentFiles of container main with the execution role/,
  ],
  [
    'an option of tmpfs that there is not',
    daemon('linuxParameters: { tmpfs: [{ containerPath: /x, size: 1, mountOptions: [noexe] }] }'),
    'noexe',
    'spec.containers[0].linuxParameters.tmpfs[0].mountOptions[0]',
    /no mount option "noexe"; did you mean "noexec"\?/,
  ],
];

/** Refused by CreateService, or by the language before it asks AWS. */
const REFUSED_OTHERWISE: readonly Row[] = [
  [
    'another port of the host than the container’s in its network',
    daemon('portMappings: [{ containerPort: 80, hostPort: 81 }]', HOST),
    '81',
    'spec.containers[0].portMappings[0].hostPort',
    /must be 80, as containerPort, or left out: host maps no ports/,
  ],
  [
    'a platform version on EC2',
    daemon('cpu: 1', { ...EC2, platformVersion: 'LATEST' }),
    'LATEST',
    'spec.platformVersion',
    /refuses platformVersion LATEST with launchType EC2/,
  ],
  [
    'a platform of Linux with Windows',
    daemon('cpu: 1', {
      cpu: '1024',
      memory: '2048',
      platformVersion: '1.4.0',
      runtimePlatform: '{ operatingSystemFamily: WINDOWS_SERVER_2022_CORE }',
    }),
    '1.4.0',
    'spec.platformVersion',
    /write 1\.0\.0, or remove it/,
  ],
  [
    'a check for all but where the service runs',
    daemon('cpu: 1', { ...EC2, requiresCompatibilities: '[FARGATE]' }),
    '[FARGATE]',
    'spec.requiresCompatibilities',
    /the service runs on EC2: name it/,
  ],
  [
    'a security group without an interface',
    daemon('cpu: 1', { ...BRIDGE, securityGroup: '{}' }),
    '{}',
    'spec.securityGroup',
    /with networkMode bridge; remove it and open the port in the security group of the hosts, or write networkMode: awsvpc/,
  ],
  [
    'A records behind a bridge, of ECS, by default',
    daemon('cpu: 1', { ...BRIDGE, serviceDiscovery: '{ namespace: a.example, registration: ecs }' }),
    '{ namespace',
    'spec.serviceDiscovery',
    /and registration ecs; write registration: controller, or dnsRecords: \[\{ type: SRV \}\], .* or networkMode: awsvpc/,
  ],
  [
    'A records behind a bridge, of ECS',
    daemon('cpu: 1', {
      ...BRIDGE,
      serviceDiscovery: '{ namespace: a.example, registration: ecs, dnsRecords: [{ type: A }] }',
    }),
    'A }]',
    'spec.serviceDiscovery.dnsRecords[0].type',
    /ECS refuses records of type A with networkMode bridge and registration ecs; write registration: controller, or SRV .*, or write networkMode: awsvpc/,
  ],
  [
    'hosts that the controller is to register, of tasks with addresses of their own',
    daemon('cpu: 1', { serviceDiscovery: '{ namespace: a.example, registration: controller }' }),
    'controller',
    'spec.serviceDiscovery.registration',
    /tasks with networkMode awsvpc have addresses of their own; write ecs or remove it, or write networkMode: bridge or host/,
  ],
  [
    'SRV records of the controller, of a port that ECS chooses',
    daemon('cpu: 1', {
      ...BRIDGE,
      containers: '[{ name: a, image: a, memory: 64, portMappings: [{ containerPort: 2000 }] }]',
      serviceDiscovery:
        '{ namespace: a.example, registration: controller, containerName: a, containerPort: 2000, dnsRecords: [{ type: SRV }] }',
    }),
    '2000, dns',
    'spec.serviceDiscovery.containerPort',
    /write hostPort for containerPort 2000, or SRV records alone with registration: ecs/,
  ],
  [
    'service discovery outside AWS',
    daemon('cpu: 1', {
      launchType: 'EXTERNAL',
      networkMode: 'host',
      serviceDiscovery: '{ namespace: a.example }',
    }),
    '{ namespace',
    'spec.serviceDiscovery',
    /with launchType EXTERNAL; remove it: ECS knows no address of such a host/,
  ],
  [
    'a volume that the service would have to describe',
    volume('configuredAtLaunch: true'),
    'true',
    'spec.volumes[0].configuredAtLaunch',
    /nothing configures volume data at launch; add it to volumeConfigurations/,
  ],
  [
    'a secret option in clear text',
    daemon(
      'logConfiguration: { logDriver: splunk, options: { splunk-url: "https://a" }, secretOptions: [{ name: splunk-token, valueFrom: "my token" }] }',
    ),
    '"my token"',
    'spec.containers[0].logConfiguration.secretOptions[0].valueFrom',
    /must say where the secret is/,
  ],
];

let aws: EcsSandbox;
beforeAll(async () => {
  aws = await ecsSandbox();
});

describe('what does not go together in a task definition', () => {
  it.each(REFUSED)('%s is an error', (...row) => {
    expect(judged(row[1]).errors).toEqual([said(verdict(row))]);
  });

  it.each(REFUSED)('%s is refused by AWS, or not for where it is to run', async (_what, text) => {
    const spec = specOf(text);
    const { launchType = 'FARGATE' } = spec;
    const registered = await aws
      .ecs('RegisterTaskDefinition', definitionOf(spec))
      .then(({ taskDefinition }) => taskDefinition?.compatibilities ?? [])
      .catch(() => []);
    expect(registered).not.toContain(launchType);
  });

  it.each(REFUSED_OTHERWISE)('%s is an error of its own', (...row) => {
    expect(judged(row[1]).errors).toEqual([said(verdict(row))]);
  });
});
