import { beforeAll, describe, expect, it } from 'vitest';
import { MOST } from '../../controller/manifest/check/container-settings.ts';
import * as launchTypes from '../../controller/manifest/check/launch-types.ts';
import * as networkModes from '../../controller/manifest/check/network-modes.ts';
import { ABSOLUTE } from '../../controller/manifest/check/paths.ts';
import { daemonText } from '../support/manifests/errors.ts';
import { documentSchemas } from '../support/manifests/generated/fleet.ts';
import { placesOf } from '../support/manifests/generated/places.ts';
import { definitionOf } from '../support/manifests/registered.ts';
import {
  BRIDGE,
  EC2,
  FIRELENS,
  HOST,
  PORTS,
  ROLE,
  ROUTED,
  S3,
  WINDOWS,
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

const TAKEN: readonly (readonly [what: string, text: string])[] = [
  [
    'what only hosts have, on EC2',
    daemon(
      'privileged: true, stopTimeout: 600, hostname: x, dockerSecurityOptions: [no-new-privileges], linuxParameters: { devices: [{ hostPath: /dev/fuse }], maxSwap: 1, swappiness: 0, sharedMemorySize: 1 }',
      { ...BRIDGE, pidMode: 'host', ipcMode: 'host' },
    ),
  ],
  [
    'no size of a task on EC2',
    daemonText({ ...BRIDGE, containers: `[${main('memoryReservation: 64')}]` }).replace(
      '  cpu: 256\n  memory: 512\n',
      '',
    ),
  ],
  ['a task outside AWS', daemon('memory: 64', { launchType: 'EXTERNAL', networkMode: 'host' })],
  [
    'ports that the host chooses',
    daemon(
      'portMappings: [{ containerPort: 80, hostPort: 0 }, { containerPort: 81 }, { containerPort: 80, hostPort: 8080, protocol: udp }]',
      BRIDGE,
    ),
  ],
  [
    'one port in two containers behind a bridge',
    two('portMappings: [{ containerPort: 80 }]', 'portMappings: [{ containerPort: 80 }]', BRIDGE),
  ],
  ['links behind a bridge', two('cpu: 1', 'links: [a, "a:x"]', BRIDGE)],
  [
    'SRV records of a host',
    daemon('portMappings: [{ containerPort: 80 }]', {
      ...HOST,
      serviceDiscovery:
        '{ namespace: a.example, dnsRecords: [{ type: SRV }], containerName: main, containerPort: 80 }',
    }),
  ],
  [
    'a log router with a file of its image',
    router('enable-ecs-log-metadata: "true", config-file-type: file, config-file-value: /extra.conf'),
  ],
  [
    'a router’s file in S3 on EC2',
    router('config-file-type: s3, config-file-value: "arn:aws:s3:::b/x.conf"', EC2),
  ],
  [
    'awslogs without a prefix on EC2',
    daemon(
      'logConfiguration: { logDriver: awslogs, options: { awslogs-group: /x, awslogs-region: us-east-1 } }',
      { ...EC2, executionRole: '{ statements: [{ actions: ["logs:*"], resources: ["*"] }] }' },
    ),
  ],
  [
    'EFS, encrypted, through an access point',
    efs(
      'transitEncryption: ENABLED, transitEncryptionPort: 2049, rootDirectory: /, authorizationConfig: { accessPointId: fsap-0a1b2c3d }',
    ),
  ],
  ['S3 files with a task role', volume(`s3filesVolumeConfiguration: { fileSystemArn: "${S3}" }`, ROLE)],
  [
    'a tmpfs on Fargate',
    daemon('linuxParameters: { tmpfs: [{ containerPath: /x, size: 1, mountOptions: [noexec, mode=755] }] }'),
  ],
  ['a proxy with what it needs', proxy(`${PORTS}, { name: IgnoredUID, value: "1337" }`)],
  ['faults in a network of one’s own', daemon('cpu: 1', { enableFaultInjection: 'true' })],
  [
    'volumes of another container',
    two('mountPoints: [{ sourceVolume: data, containerPath: /x }]', 'volumesFrom: [{ sourceContainer: a }]', {
      volumes: '[{ name: data }]',
    }),
  ],
  ['Windows on EC2', daemon('cpu: 1', WINDOWS)],
];

const WARNED: readonly Row[] = [
  [
    'one port of the host for two',
    two(
      'portMappings: [{ containerPort: 80, hostPort: 80 }]',
      'portMappings: [{ containerPort: 80, hostPort: 80 }]',
      BRIDGE,
    ),
    '80 }] }]',
    'spec.containers[1].portMappings[0].hostPort',
    /container a has tcp 80 of the host already; write 0/,
  ],
  [
    'the port of SSH',
    daemon('portMappings: [{ containerPort: 80, hostPort: 22 }]', BRIDGE),
    '22',
    'spec.containers[0].portMappings[0].hostPort',
    /is taken by SSH, Docker or the agent/,
  ],
  [
    'a port that Docker gives away',
    daemon('portMappings: [{ containerPort: 80, hostPort: 40000 }]', BRIDGE),
    '40000',
    'spec.containers[0].portMappings[0].hostPort',
    /ports from 32768 on/,
  ],
  [
    'two volumes at one path',
    daemon(
      'mountPoints: [{ sourceVolume: data, containerPath: /x }, { sourceVolume: data, containerPath: /x }]',
      { volumes: '[{ name: data }]' },
    ),
    '/x }] }',
    'spec.containers[0].mountPoints[1].containerPath',
    /is mounted at \/x already/,
  ],
  [
    'a mount at no absolute path',
    daemon('mountPoints: [{ sourceVolume: data, containerPath: x }]', { volumes: '[{ name: data }]' }),
    'x }]',
    'spec.containers[0].mountPoints[0].containerPath',
    /where a volume is mounted begins with \//,
  ],
  [
    'swappiness without swap',
    daemon('linuxParameters: { swappiness: 10 }', EC2),
    '10',
    'spec.containers[0].linuxParameters.swappiness',
    /swappiness 10 without maxSwap/,
  ],
  [
    'a restart policy that restarts nothing',
    daemon('restartPolicy: { enabled: false, restartAttemptPeriod: 60 }'),
    '60',
    'spec.containers[0].restartPolicy.restartAttemptPeriod',
    /nothing is started again with enabled: false/,
  ],
  [
    'a host at no address',
    daemon('extraHosts: [{ hostname: db, ipAddress: db.example }]', BRIDGE),
    'db.example',
    'spec.containers[0].extraHosts[0].ipAddress',
    /"db\.example" is no IP address/,
  ],
  [
    'a log router that may stop',
    two(ROUTED, `essential: false, ${FIRELENS}`),
    'false',
    'spec.containers[1].essential',
    /their logs are lost/,
  ],
  [
    'a log router that logs through itself',
    daemon(`${ROUTED}, ${FIRELENS}`),
    'awsfirelens',
    'spec.containers[0].logConfiguration.logDriver',
    /would wait for itself/,
  ],
  [
    'containers that wait for each other by more than dependsOn',
    two('volumesFrom: [{ sourceContainer: b }]', 'dependsOn: [{ containerName: a, condition: START }]'),
    '{ name: a',
    'spec.containers[0]',
    /the task does not start: .* a → b → a/,
  ],
  [
    'a user on Windows',
    daemon('user: root', WINDOWS),
    'root',
    'spec.containers[0].user',
    /containers of Windows have no such thing/,
  ],
  [
    'FSx for hosts with Linux',
    volume(
      'fsxWindowsFileServerVolumeConfiguration: { fileSystemId: fs-0a1b2c3d, rootDirectory: x, authorizationConfig: { credentialsParameter: x, domain: x } }',
      EC2,
    ),
    '{ fileSystemId',
    'spec.volumes[0].fsxWindowsFileServerVolumeConfiguration',
    /only hosts with Windows mount it/,
  ],
  [
    'an option that FireLens has not',
    router('enable-ecs-log-metdata: "true"'),
    '"true"',
    'spec.containers[1].firelensConfiguration.options.enable-ecs-log-metdata',
    /did you mean "enable-ecs-log-metadata"\?/,
  ],
];

let aws: EcsSandbox;
beforeAll(async () => {
  aws = await ecsSandbox();
});

describe('what goes together in a task definition', () => {
  it.each(TAKEN)('%s is valid, without a word', (_what, text) => {
    expect(judged(text)).toMatchObject({ errors: [], warnings: [] });
  });

  it.each([...TAKEN, ...WARNED.map(([what, text]) => [what, text] as const)])(
    '%s is taken by AWS',
    async (_what, text) => {
      const spec = specOf(text);
      const { taskDefinition } = await aws.ecs('RegisterTaskDefinition', definitionOf(spec));
      expect(taskDefinition?.compatibilities).toContain(spec.launchType ?? 'FARGATE');
    },
  );
});

describe('what goes together in a task definition and will yet not work', () => {
  it.each(WARNED)('%s is valid, with a warning', (...row) => {
    expect(judged(row[1])).toEqual({ errors: [], warnings: [said(verdict(row))], manifests: 1 });
  });
});

describe('the tables of what does not go together', () => {
  const tables = [...Object.values(launchTypes), ...Object.values(networkModes)].filter(Array.isArray).flat();
  const named = [
    ...tables.flatMap((row: unknown) => (row instanceof Object && 'at' in row ? [String(row.at)] : [])),
    ...[...ABSOLUTE, ...MOST].map(([at]) => at),
  ];
  const places = new Set(placesOf(documentSchemas().get('DaemonService')!, 'DaemonService'));

  it('name places that the schema has', () => {
    // Options of a log router are a map.
    const known = named.filter((at) => !at.includes('.options.'));
    expect(known.length).toBeGreaterThan(50);
    expect(known.filter((at) => !places.has(`DaemonService.spec.${at} given`))).toEqual([]);
  });
});
