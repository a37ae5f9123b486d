import * as fc from 'fast-check';
import { FARGATE_SIZES } from '../../controller/kinds/task-definition/size.ts';
import { RETENTION_DAYS } from '../../controller/manifest/schema/daemon-service.ts';
import { parseManifests } from '../../controller/manifest/parse.ts';
import { cluster, daemonService, namespace, yamlOf } from './manifests.ts';
import type { ManifestDocument } from './manifests.ts';

type Spec = ManifestDocument<'DaemonService'>['spec'];
type Container = Spec['containers'][number];
type Rule = NonNullable<NonNullable<Spec['securityGroup']>['ingress']>[number];

const WORDS = ['alpha', 'Beta', 'a b', 'ünïcode', 'x=y', '"quoted"', 'line\nbreak', '0', 'true', ''] as const;

function optional<Fields extends object>(fields: { [Name in keyof Fields]: fc.Arbitrary<Fields[Name]> }) {
  return fc.record(fields, { requiredKeys: [] }) as fc.Arbitrary<Partial<Fields>>;
}

const word = fc.constantFrom(...WORDS);
const label = fc.constantFrom('team', 'Cost Center', 'a.b/c', 'stage');

const healthCheck = fc
  .record({
    shell: fc.boolean(),
    more: optional({
      interval: fc.integer({ min: 5, max: 60 }),
      timeout: fc.integer({ min: 2, max: 5 }),
      retries: fc.integer({ min: 1, max: 10 }),
      startPeriod: fc.integer({ min: 0, max: 60 }),
    }),
  })
  .map(({ shell, more }) => ({
    command: shell ? ['CMD-SHELL', 'test -f /ok || exit 1'] : ['CMD', '/ok', '-q'],
    ...more,
  }));

/** A container by its place: ports and names are one container's. */
function container(index: number): fc.Arbitrary<Container> {
  const base = 2000 + index * 100;
  return optional<Omit<Container, 'name' | 'image' | 'dependsOn'>>({
    command: fc.array(fc.constantFrom('-o', '--flag=1', 'a b'), { maxLength: 3 }),
    entryPoint: fc.array(fc.constantFrom('/bin/sh', '-c'), { maxLength: 2 }),
    portMappings: fc.uniqueArray(
      fc.record(
        { containerPort: fc.integer({ min: base, max: base + 3 }), protocol: fc.constantFrom('tcp', 'udp') },
        { requiredKeys: ['containerPort'] },
      ),
      { maxLength: 3, selector: ({ containerPort, protocol = 'tcp' }) => `${protocol} ${containerPort}` },
    ),
    environment: fc.dictionary(fc.constantFrom('A', 'LOG_LEVEL', 'API_TOKEN', 'Z_9'), word, { maxKeys: 3 }),
    secrets: fc.dictionary(
      fc.constantFrom('DB_PASSWORD', 'LICENCE'),
      fc.constantFrom('arn:aws:ssm:us-east-1:385605022855:parameter/a/b', 'parameter-name'),
      { maxKeys: 2 },
    ),
    healthCheck,
    cpu: fc.integer({ min: 0, max: 64 }),
    memoryReservation: fc.integer({ min: 6, max: 64 }),
    user: fc.constantFrom('root', '1000:1000', 'nobody'),
    readonlyRootFilesystem: fc.boolean(),
    linuxParameters: optional({
      initProcessEnabled: fc.boolean(),
      capabilities: optional({
        add: fc.constantFrom([], ['SYS_PTRACE'] as ['SYS_PTRACE']),
        drop: fc.subarray(['ALL', 'CHOWN', 'NET_RAW']),
      }),
    }),
    ulimits: fc
      .subarray(['nofile', 'core'] as ['nofile', 'core'])
      .map((names) => names.map((name) => ({ name, softLimit: 1024, hardLimit: 4096 }))),
    stopTimeout: fc.integer({ min: 0, max: 120 }),
    dockerLabels: fc.dictionary(fc.constantFrom('a', 'b.c'), word, { maxKeys: 2 }),
    workingDirectory: fc.constantFrom('/', '/var/run'),
  }).map((fields) => ({ name: `c${index}`, image: `example.org/daemon-${index}:1`, ...fields }));
}

const rule: fc.Arbitrary<Rule> = fc
  .record({
    protocol: fc.constantFrom<Rule['protocol']>('tcp', 'udp', 'icmp', 'all', 50, 6),
    port: fc.integer({ min: 1, max: 65535 }),
    span: fc.integer({ min: 0, max: 10 }),
    cidr: fc.constantFrom('10.0.0.0/8', '172.31.0.0/16', '192.168.1.7/32', '2001:db8::/32', 'fd00::/8'),
    described: fc.boolean(),
  })
  .map(({ protocol, port, span, cidr, described }) => ({
    protocol,
    cidr,
    ...(['tcp', 'udp', 6].includes(protocol) ? { fromPort: port, toPort: Math.min(65535, port + span) } : {}),
    ...(described ? { description: `for ${port}` } : {}),
  }));

const rules = fc.uniqueArray(rule, {
  maxLength: 4,
  selector: ({ protocol, fromPort, toPort, cidr }) =>
    `${protocol === 6 ? 'tcp' : String(protocol)} ${fromPort} ${toPort} ${cidr}`,
});

const statements = fc.array(
  fc.record(
    {
      sid: fc.constantFrom('One'),
      effect: fc.constantFrom('Allow', 'Deny'),
      actions: fc.subarray(['xray:PutTraceSegments', 's3:Get*', 'logs:*'], { minLength: 1 }),
      resources: fc.subarray(['*', 'arn:aws:s3:::bucket/*'], { minLength: 1 }),
      conditions: fc.constantFrom({ StringEquals: { 'aws:RequestedRegion': 'us-east-1' } }),
    },
    { requiredKeys: ['actions', 'resources'] },
  ),
  { maxLength: 1 },
);

const size = fc.constantFrom(
  ...[...FARGATE_SIZES].slice(0, 3).flatMap(([cpu, memories]) => memories.map((memory) => ({ cpu, memory }))),
);

/** A valid daemon service named `daemon`, in the cluster `main` and perhaps in the namespace `services.example.org`. */
export const anyDaemonService: fc.Arbitrary<ManifestDocument<'DaemonService'>> = fc
  .record({
    size,
    containers: fc
      .integer({ min: 1, max: 3 })
      .chain((count) => fc.tuple(...Array.from({ length: count }, (_, index) => container(index)))),
    labels: fc.dictionary(label, fc.constantFrom('platform', 'a b', ''), { maxKeys: 2 }),
    rest: optional<Partial<Spec>>({
      desiredCount: fc.integer({ min: 0, max: 3 }),
      platformVersion: fc.constantFrom('LATEST', '1.4.0'),
      runtimePlatform: optional({ cpuArchitecture: fc.constantFrom('X86_64', 'ARM64') }),
      ephemeralStorage: fc.record({ sizeInGiB: fc.integer({ min: 21, max: 200 }) }),
      logs: optional({
        retentionInDays: fc.constantFrom(...RETENTION_DAYS),
        streamPrefix: fc.constantFrom('docker', 'a-b'),
        group: fc.constantFrom('/daemons/one', 'plain'),
      }),
      taskRole: fc.record({ statements }),
      executionRole: fc.record({ statements }),
      securityGroup: optional({ ingress: rules, egress: rules }),
      serviceDiscovery: fc
        .record({ ttl: fc.constantFrom(0, 10, 3600), described: fc.boolean() })
        .map(({ ttl, described }) => ({
          namespace: 'services.example.org',
          dnsRecords: [{ type: 'A' as const, ttl }],
          ...(described ? { description: 'found by applications' } : {}),
        })),
      deployment: optional({
        minimumHealthyPercent: fc.constantFrom(0, 50, 100),
        maximumPercent: fc.constantFrom(150, 200),
        circuitBreaker: fc.constantFrom({ enable: false }, { enable: true, rollback: false }, {}),
      }),
      enableExecuteCommand: fc.boolean(),
      availabilityZoneRebalancing: fc.constantFrom('ENABLED', 'DISABLED'),
    }),
  })
  .map(({ size, containers, labels, rest }) =>
    daemonService({ name: 'daemon', labels, ...rest, ...size, containers: containers }),
  )
  .filter(isValid);

/** Some combinations are refused that the schema alone allows. */
function isValid(daemon: ManifestDocument): boolean {
  const text = yamlOf(cluster(), namespace(), daemon);
  return parseManifests([{ file: 'all.yaml', text }]).errors.length === 0;
}
