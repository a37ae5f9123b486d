import { describe, expect, it } from 'vitest';
import { daemonText, errorsOf, placeIn } from '../support/manifests/errors.ts';

interface Row {
  readonly rule: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly metadata?: string;
  readonly at: string;
  readonly path: string;
  readonly says: RegExp;
}

const container = (fields: string, name = 'main') => `{ name: ${name}, image: "a:1", ${fields} }`;
const containers = (...list: readonly string[]) => `[${list.join(', ')}]`;
const ingress = (...rules: readonly string[]) => `{ ingress: [${rules.join(', ')}] }`;
const discovery = (fields: string) => `{ namespace: a.example, ${fields} }`;
const udp = 'portMappings: [{ containerPort: 2000, protocol: udp }]';

const ROWS: readonly Row[] = [
  {
    rule: '400 CPU units with 600 MiB, naming the nearest pairs',
    fields: { cpu: '400', memory: '600' },
    at: '400',
    path: 'spec.cpu',
    says: /\(256, 512\), \(512, 1024\), \(256, 1024\)/,
  },
  {
    rule: 'memory that does not go with the CPU, naming what does',
    fields: { cpu: '256', memory: '4096' },
    at: '4096',
    path: 'spec.memory',
    says: /\(256, 2048\).*memory must be one of 512, 1024, 2048/,
  },
  {
    rule: 'memory between two steps',
    fields: { cpu: '"8 vCPU"', memory: '"17 GB"' },
    at: '"17 GB"',
    path: 'spec.memory',
    says: /\(8192, 16384\).*from 16384 to 61440 in steps of 4096/,
  },
  {
    rule: 'eight vCPU on an old platform',
    fields: { cpu: '8192', memory: '16384', platformVersion: '1.3.0' },
    at: '1.3.0',
    path: 'spec.platformVersion',
    says: /needs platform version 1\.4\.0/,
  },
  {
    rule: "containers' CPU beyond the task's",
    fields: { containers: containers(container('cpu: 200', 'a'), container('cpu: 57', 'b')) },
    at: '[{ name: a',
    path: 'spec.containers',
    says: /adds up to 257 units, the task has 256/,
  },
  {
    rule: "containers' memory beyond the task's",
    fields: {
      containers: containers(container('memory: 400', 'a'), container('memoryReservation: 113', 'b')),
    },
    at: '[{ name: a',
    path: 'spec.containers',
    says: /adds up to 513 MiB, the task has 512/,
  },
  {
    rule: 'a soft memory limit above the hard one',
    fields: { containers: containers(container('memory: 100, memoryReservation: 101')) },
    at: '101 }',
    path: 'spec.containers[0].memoryReservation',
    says: /must not be more than memory, which is 100 MiB/,
  },
  {
    rule: 'a soft ulimit above the hard one',
    fields: {
      containers: containers(container('ulimits: [{ name: nofile, softLimit: 2048, hardLimit: 1024 }]')),
    },
    at: '2048',
    path: 'spec.containers[0].ulimits[0].softLimit',
    says: /hard limit, 1024/,
  },
  {
    rule: 'two containers with one name',
    fields: { containers: containers(container('cpu: 1'), container('cpu: 2')) },
    at: 'main, image: "a:1", cpu: 2',
    path: 'spec.containers[1].name',
    says: /called main already/,
  },
  {
    rule: 'a task without an essential container',
    fields: { containers: containers(container('essential: false')) },
    at: '[{',
    path: 'spec.containers',
    says: /at least one container must be essential/,
  },
  {
    rule: 'one name of two ports',
    fields: {
      containers: containers(
        container('portMappings: [{ containerPort: 1, name: traces }]', 'a'),
        container('portMappings: [{ containerPort: 2, name: traces  }]', 'b'),
      ),
    },
    at: 'traces  ',
    path: 'spec.containers[1].portMappings[0].name',
    says: /another port of this task is called traces already/,
  },
  {
    rule: 'one port of two containers',
    fields: { containers: containers(container(udp, 'a'), container(udp.replace('{ ', '{  '), 'b')) },
    at: '2000, protocol: udp }] }]',
    path: 'spec.containers[1].portMappings[0].containerPort',
    says: /udp 2000 is mapped already, by container a/,
  },
  {
    rule: 'another port on the host than in the container',
    fields: { containers: containers(container('portMappings: [{ containerPort: 80, hostPort: 8080 }]')) },
    at: '8080',
    path: 'spec.containers[0].portMappings[0].hostPort',
    says: /must be 80/,
  },
  {
    rule: 'a name in environment and in secrets',
    fields: { containers: containers(container('environment: { TOKEN: a }, secrets: { TOKEN: /b }')) },
    at: '/b',
    path: 'spec.containers[0].secrets.TOKEN',
    says: /set in environment too/,
  },
  {
    rule: 'a dependency on a container that is not there',
    fields: { containers: containers(container('dependsOn: [{ containerName: mian, condition: START }]')) },
    at: 'mian',
    path: 'spec.containers[0].dependsOn[0].containerName',
    says: /no container is called "mian"; did you mean "main"\?/,
  },
  {
    rule: 'waiting for the health of what has no health check',
    fields: {
      containers: containers(
        container('cpu: 1', 'a'),
        container('dependsOn: [{ containerName: a, condition: HEALTHY }]', 'b'),
      ),
    },
    at: 'HEALTHY',
    path: 'spec.containers[1].dependsOn[0].condition',
    says: /needs a healthCheck on container a/,
  },
  {
    rule: 'waiting for the end of an essential container',
    fields: {
      containers: containers(
        container('cpu: 1', 'a'),
        container('dependsOn: [{ containerName: a, condition: SUCCESS }]', 'b'),
      ),
    },
    at: 'SUCCESS',
    path: 'spec.containers[1].dependsOn[0].condition',
    says: /essential: false/,
  },
  {
    rule: 'containers that wait for each other',
    fields: {
      containers: containers(
        container('dependsOn: [{ containerName: b, condition: START }]', 'a'),
        container('dependsOn: [{ containerName: a, condition: START }]', 'b'),
      ),
    },
    at: '[{ containerName: b',
    path: 'spec.containers[0].dependsOn',
    says: /a → b → a/,
  },
  {
    rule: 'a reversed CIDR, naming what was meant',
    fields: { securityGroup: ingress('{ protocol: tcp, port: 1, cidr: 16/172.31.0.0 }') },
    at: '16/172',
    path: 'spec.securityGroup.ingress[0].cidr',
    says: /did you mean "172\.31\.0\.0\/16"\?/,
  },
  {
    rule: 'a prefix longer than an address',
    fields: { securityGroup: ingress('{ protocol: tcp, port: 1, cidr: 10.0.0.0/33 }') },
    at: '10.0.0.0/33',
    path: 'spec.securityGroup.ingress[0].cidr',
    says: /not a CIDR block/,
  },
  {
    rule: 'the whole internet coming in',
    fields: { securityGroup: ingress('{ protocol: tcp, port: 1, cidr: 0.0.0.0/0 }') },
    at: '0.0.0.0/0',
    path: 'spec.securityGroup.ingress[0].cidr',
    says: /allowAnywhere: true/,
  },
  {
    rule: 'the whole IPv6 internet coming in',
    fields: { securityGroup: ingress('{ protocol: tcp, port: 1, cidr: "::/0" }') },
    at: '"::/0"',
    path: 'spec.securityGroup.ingress[0].cidr',
    says: /allowAnywhere: true/,
  },
  {
    rule: 'a rule without a peer',
    fields: { securityGroup: ingress('{ protocol: tcp, port: 1 }') },
    at: '{ protocol',
    path: 'spec.securityGroup.ingress[0]',
    says: /exactly one of cidr, self, securityGroupId, securityGroup, prefixListId, not none/,
  },
  {
    rule: 'a rule with two peers',
    fields: {
      securityGroup: ingress('{ protocol: tcp, port: 1, cidr: 10.0.0.0/8, securityGroupId: sg-00000001 }'),
    },
    at: 'sg-00000001',
    path: 'spec.securityGroup.ingress[0].securityGroupId',
    says: /not cidr and securityGroupId/,
  },
  {
    rule: 'a rule for its own group and for another',
    fields: {
      securityGroup: ingress('{ protocol: tcp, port: 1, self: true, securityGroupId: sg-00000001 }'),
    },
    at: 'sg-00000001',
    path: 'spec.securityGroup.ingress[0].securityGroupId',
    says: /not self and securityGroupId/,
  },
  {
    rule: 'a rule that says it is not for its own group',
    fields: { securityGroup: ingress('{ protocol: tcp, port: 1, self: false, cidr: 10.0.0.0/8 }') },
    at: 'false',
    path: 'spec.securityGroup.ingress[0].self',
    says: /must be true/,
  },
  {
    rule: 'a group of another account without the account',
    fields: { securityGroup: ingress('{ protocol: tcp, port: 1, securityGroup: { id: sg-00000001 } }') },
    at: 'securityGroup: { id',
    path: 'spec.securityGroup.ingress[0].securityGroup.userId',
    says: /userId is missing/,
  },
  {
    rule: 'an account id that is a number',
    fields: {
      securityGroup: ingress(
        '{ protocol: tcp, port: 1, securityGroup: { id: sg-00000001, userId: 111122223333 } }',
      ),
    },
    at: '111122223333',
    path: 'spec.securityGroup.ingress[0].securityGroup.userId',
    says: /12 digits, in quotes/,
  },
  {
    rule: 'one group by its id, and with its account',
    fields: {
      securityGroup:
        '{ ingress: [{ protocol: tcp, port: 1, securityGroupId: sg-00000001 }, { protocol: 6, port: 1, securityGroup: { id: sg-00000001, userId: "111122223333" } }] }',
    },
    at: '{ protocol: 6',
    path: 'spec.securityGroup.ingress[1]',
    says: /is the same rule as ingress\[0\]/,
  },
  {
    rule: 'its own group twice',
    fields: {
      securityGroup:
        '{ ingress: [{ protocol: tcp, port: 1, self: true }, { protocol: TCP, fromPort: 1, toPort: 1, self: true }] }',
    },
    at: '{ protocol: TCP',
    path: 'spec.securityGroup.ingress[1]',
    says: /is the same rule as ingress\[0\]/,
  },
  {
    rule: 'a rule without a port',
    fields: { securityGroup: ingress('{ protocol: udp, cidr: 10.0.0.0/8 }') },
    at: '{ protocol',
    path: 'spec.securityGroup.ingress[0]',
    says: /a udp rule needs a port/,
  },
  {
    rule: 'a port and a range',
    fields: { securityGroup: ingress('{ protocol: udp, port: 1, toPort: 2, cidr: 10.0.0.0/8 }') },
    at: '1, toPort',
    path: 'spec.securityGroup.ingress[0].port',
    says: /either port, or fromPort and toPort/,
  },
  {
    rule: 'half a range',
    fields: { securityGroup: ingress('{ protocol: udp, toPort: 2, cidr: 10.0.0.0/8 }') },
    at: '2, cidr',
    path: 'spec.securityGroup.ingress[0].toPort',
    says: /both fromPort and toPort/,
  },
  {
    rule: 'a reversed range',
    fields: { securityGroup: ingress('{ protocol: tcp, fromPort: 90, toPort: 80, cidr: 10.0.0.0/8 }') },
    at: '90',
    path: 'spec.securityGroup.ingress[0].fromPort',
    says: /fromPort: 80 and toPort: 90/,
  },
  {
    rule: 'a port of all protocols',
    fields: { securityGroup: ingress('{ protocol: all, port: 80, cidr: 10.0.0.0/8 }') },
    at: '80, cidr',
    path: 'spec.securityGroup.ingress[0].port',
    says: /protocol all has no ports/,
  },
  {
    rule: 'one rule twice, however written',
    fields: {
      securityGroup: ingress(
        '{ protocol: tcp, port: 80, cidr: 10.0.0.0/8 }',
        '{ protocol: 6, fromPort: 80, toPort: 80, cidr: 10.0.0.0/8, description: again }',
      ),
    },
    at: '{ protocol: 6',
    path: 'spec.securityGroup.ingress[1]',
    says: /same rule as ingress\[0\]/,
  },
  {
    rule: 'a group name like a group id',
    fields: { securityGroup: '{ name: sg-xray }' },
    at: 'sg-xray',
    path: 'spec.securityGroup.name',
    says: /must not start with sg-/,
  },
  {
    rule: "the name of the VPC's own group",
    fields: { securityGroup: '{ name: Default }' },
    at: 'Default',
    path: 'spec.securityGroup.name',
    says: /must not be default/,
  },
  {
    rule: 'a group name that EC2 would keep without the space at its end',
    fields: { securityGroup: '{ name: "xray " }' },
    at: '"xray "',
    path: 'spec.securityGroup.name',
    says: /must not end with a space/,
  },
  {
    rule: 'groups brought and a group made',
    fields: { securityGroup: '{}', securityGroupIds: '[sg-00000001]' },
    at: '[sg-',
    path: 'spec.securityGroupIds',
    says: /remove one of the two/,
  },
  {
    rule: 'a role brought and statements for it',
    fields: { taskRole: '{ arn: "arn:aws:iam::123456789012:role/x", statements: [] }' },
    at: '[]',
    path: 'spec.taskRole.statements',
    says: /the controller never changes; remove statements or arn/,
  },
  {
    rule: 'a role brought and a name for it',
    fields: { executionRole: '{ arn: "arn:aws:iam::123456789012:role/x", name: yonder }' },
    at: 'yonder',
    path: 'spec.executionRole.name',
    says: /remove name or arn/,
  },
  {
    rule: 'a role brought and a policy name for it',
    fields: { taskRole: '{ arn: "arn:aws:iam::123456789012:role/x", policyName: yonder }' },
    at: 'yonder',
    path: 'spec.taskRole.policyName',
    says: /remove policyName or arn/,
  },
  {
    rule: 'no execution role, and one by its ARN',
    fields: {
      executionRole: '{ omit: true, arn: "arn:aws:iam::123456789012:role/x" }',
      logs: '{ logDriver: none }',
    },
    at: '"arn',
    path: 'spec.executionRole.arn',
    says: /remove arn or omit/,
  },
  {
    rule: 'secrets that no execution role could read',
    fields: {
      executionRole: '{ omit: true }',
      logs: '{ logDriver: none }',
      containers: containers(container('secrets: { TOKEN: /xray/token }')),
    },
    at: 'true',
    path: 'spec.executionRole.omit',
    says: /ECS reads the secrets of container main with the execution role/,
  },
  {
    rule: 'logs in CloudWatch that no execution role could write',
    fields: { executionRole: '{ omit: true }' },
    at: 'true',
    path: 'spec.executionRole.omit',
    says: /awslogs, which container main logs with, needs the execution role/,
  },
  {
    rule: 'a log group where there is none',
    fields: { logs: '{ logDriver: none, retentionInDays: 7 }' },
    at: '7',
    path: 'spec.logs.retentionInDays',
    says: /logDriver none makes no log group/,
  },
  {
    rule: 'compatibility with EC2 only',
    fields: { requiresCompatibilities: '[EC2]' },
    at: '[EC2]',
    path: 'spec.requiresCompatibilities',
    says: /the service runs on FARGATE/,
  },
  {
    rule: 'one sid twice',
    fields: {
      taskRole:
        '{ statements: [{ sid: A, actions: ["a:b"], resources: ["*"] }, { sid: A, actions: ["a:c"], resources: ["*"] }] }',
    },
    at: 'A, actions: ["a:c"]',
    path: 'spec.taskRole.statements[1].sid',
    says: /another statement has the sid A/,
  },
  {
    rule: 'one role for both uses',
    fields: { taskRole: '{ name: xray-execution }' },
    at: 'xray-execution',
    path: 'spec.taskRole.name',
    says: /must be two roles/,
  },
  {
    rule: 'a name that makes a derived role name too long',
    fields: {},
    metadata: `name: ${'x'.repeat(55)}`,
    at: 'xxx',
    path: 'metadata.name',
    says: /65 characters and IAM allows 64; set spec\.executionRole\.name/,
  },
  {
    rule: 'ECS Exec without a role that allows it',
    fields: { enableExecuteCommand: 'true' },
    at: 'true',
    path: 'spec.enableExecuteCommand',
    says: /ssmmessages/,
  },
  {
    rule: 'a retention that CloudWatch does not know, naming the nearest',
    fields: { logs: '{ retentionInDays: 8 }' },
    at: '8',
    path: 'spec.logs.retentionInDays',
    says: /the nearest is 7/,
  },
  {
    rule: 'A and SRV records without the port that SRV needs',
    fields: { serviceDiscovery: discovery('dnsRecords: [{ type: A }, { type: SRV }]') },
    at: '{ namespace',
    path: 'spec.serviceDiscovery',
    says: /an SRV record publishes a port, and no container maps one; add portMappings/,
  },
  {
    rule: 'one record type twice',
    fields: { serviceDiscovery: discovery('dnsRecords: [{ type: A }, { type: A }]') },
    at: '[{ type: A }',
    path: 'spec.serviceDiscovery.dnsRecords',
    says: /A is listed twice; a service has one record of each type/,
  },
  {
    rule: 'SRV without a port',
    fields: { serviceDiscovery: discovery('dnsRecords: [{ type: SRV }]') },
    at: '{ namespace',
    path: 'spec.serviceDiscovery',
    says: /publishes a port, and no container maps one/,
  },
  {
    rule: 'SRV of one of several ports',
    fields: {
      containers: containers(container('portMappings: [{ containerPort: 80 }, { containerPort: 81 }]')),
      serviceDiscovery: discovery('dnsRecords: [{ type: SRV }], containerName: main'),
    },
    at: '{ namespace',
    path: 'spec.serviceDiscovery',
    says: /publishes one port, and 2 are mapped: main 80, main 81; write containerName and containerPort/,
  },
  {
    rule: 'SRV with a port given in both ways',
    fields: {
      containers: containers(container(udp)),
      serviceDiscovery: discovery(
        'dnsRecords: [{ type: SRV }], port: 2000, containerName: main, containerPort: 2000',
      ),
    },
    at: '2000, containerName',
    path: 'spec.serviceDiscovery.port',
    says: /never both/,
  },
  {
    rule: 'SRV with a port that no container maps',
    fields: {
      containers: containers(container(udp)),
      serviceDiscovery: discovery('dnsRecords: [{ type: SRV }], containerName: main, containerPort: 2001'),
    },
    at: '2001',
    path: 'spec.serviceDiscovery.containerPort',
    says: /2001 is no containerPort of main's portMappings; mapped are 2000/,
  },
  {
    rule: 'SRV of a container that is not there',
    fields: {
      containers: containers(container(udp)),
      serviceDiscovery: discovery('dnsRecords: [{ type: SRV }], containerName: man, containerPort: 2000'),
    },
    at: 'man,',
    path: 'spec.serviceDiscovery.containerName',
    says: /did you mean "main"\?/,
  },
  {
    rule: 'a port for A records',
    fields: { containers: containers(container(udp)), serviceDiscovery: discovery('port: 2000') },
    at: '2000 }\n',
    path: 'spec.serviceDiscovery.port',
    says: /SRV records only/,
  },
  {
    rule: 'more tasks than service discovery can hold',
    fields: { desiredCount: '1001', serviceDiscovery: discovery('name: x') },
    at: '1001',
    path: 'spec.desiredCount',
    says: /at most 1000/,
  },
  {
    rule: 'a deployment that can neither start nor stop a task',
    fields: { desiredCount: '3', deployment: '{ minimumHealthyPercent: 100, maximumPercent: 100 }' },
    at: '{ minimum',
    path: 'spec.deployment',
    says: /3 tasks neither start nor stop one/,
  },
  {
    rule: 'zone rebalancing without room for one more task',
    fields: {
      availabilityZoneRebalancing: 'ENABLED',
      deployment: '{ minimumHealthyPercent: 0, maximumPercent: 100 }',
    },
    at: 'ENABLED',
    path: 'spec.availabilityZoneRebalancing',
    says: /maximumPercent of more than 100/,
  },
  {
    rule: 'an unknown annotation of ours, with the one that was meant',
    fields: {},
    metadata: 'name: xray, annotations: { stationkeeper.dev/reconcil: enabled }',
    at: 'enabled',
    path: 'metadata.annotations["stationkeeper.dev/reconcil"]',
    says: /did you mean "stationkeeper\.dev\/reconcile"\?/,
  },
  {
    rule: 'an unknown value of an annotation, with the valid ones',
    fields: {},
    metadata: 'name: xray, annotations: { stationkeeper.dev/adoption-policy: steal }',
    at: 'steal',
    path: 'metadata.annotations["stationkeeper.dev/adoption-policy"]',
    says: /valid values: create, adopt, adopt-or-create/,
  },
  {
    rule: 'field paths to ignore that are none',
    fields: {},
    metadata: 'name: xray, annotations: { stationkeeper.dev/ignore-drift: "a,,b" }',
    at: '"a,,b"',
    path: 'metadata.annotations["stationkeeper.dev/ignore-drift"]',
    says: /field paths with commas/,
  },
  {
    rule: "a label in AWS's name",
    fields: {},
    metadata: 'name: xray, labels: { "aws:team": platform }',
    at: 'platform',
    path: 'metadata.labels["aws:team"]',
    says: /aws: are reserved/,
  },
  {
    rule: 'a label in our own name',
    fields: {},
    metadata: 'name: xray, labels: { "stationkeeper:owner": me }',
    at: 'me }',
    path: 'metadata.labels["stationkeeper:owner"]',
    says: /stationkeeper: are reserved/,
  },
  {
    rule: 'a label that is no AWS tag',
    fields: {},
    metadata: 'name: xray, labels: { team: "a;b" }',
    at: '"a;b"',
    path: 'metadata.labels.team',
    says: /as of an AWS tag/,
  },
  {
    rule: 'more than 40 labels',
    fields: {},
    metadata: `name: xray, labels: { ${Array.from({ length: 41 }, (_, n) => `l${n}: a`).join(', ')} }`,
    at: '{ l0',
    path: 'metadata.labels',
    says: /at most 40 labels, not 41/,
  },
];

describe('what a daemon service cannot be', () => {
  it.each(ROWS)('refuses $rule', ({ fields, metadata, at, path, says }) => {
    const text = daemonText(fields, metadata);
    const errors = errorsOf(text);
    expect(errors.map((error) => error.path)).toEqual([path]);
    expect(errors[0]).toMatchObject(placeIn(text, at));
    expect(errors[0]?.message).toMatch(says);
  });

  it.each([
    'it is my secret',
    'arn:aws:s3:::bucket/hunter2',
    'arn:aws:secretsmanager:us-east-1:1:secret:hunter2',
  ])('never shows what stands in secrets, such as %j', (value) => {
    const text = daemonText({ containers: containers(container(`secrets: { TOKEN: "${value}" }`)) });
    const [error] = errorsOf(text);
    expect(error).toMatchObject({ path: 'spec.containers[0].secrets.TOKEN', ...placeIn(text, `"${value}"`) });
    expect(error?.message).toMatch(/must say where the secret is/);
    expect(error?.message).not.toContain(value);
  });
});

describe('what a daemon service can be', () => {
  it.each<[string, Readonly<Record<string, string>>, string?]>([
    ['CPU and memory with units in any case', { cpu: '"0.25 vcpu"', memory: '"0.5 gb"' }],
    ['the largest task', { cpu: '32768', memory: '249856' }],
    [
      'the whole internet, where that is said',
      {
        securityGroup: ingress('{ protocol: tcp, port: 443, cidr: 0.0.0.0/0, allowAnywhere: true }'),
      },
    ],
    [
      'egress to anywhere',
      { securityGroup: '{ egress: [{ protocol: all, cidr: 0.0.0.0/0 }, { protocol: -1, cidr: "::/0" }] }' },
    ],
    [
      'all TCP ports of a peer group',
      {
        securityGroup: ingress('{ protocol: tcp, fromPort: 0, toPort: 65535, securityGroupId: sg-00000001 }'),
      },
    ],
    ['ICMP', { securityGroup: ingress('{ protocol: icmp, fromPort: 8, toPort: -1, cidr: 10.0.0.0/8 }') }],
    [
      'one port over UDP and TCP',
      {
        containers: containers(
          container('portMappings: [{ containerPort: 2000, protocol: udp }, { containerPort: 2000 }]'),
        ),
      },
    ],
    [
      'an SRV record by port',
      {
        containers: containers(container(udp)),
        serviceDiscovery: discovery('dnsRecords: [{ type: SRV, ttl: 0 }], port: 2000'),
      },
    ],
    ...['A', 'AAAA', 'A }, { type: AAAA'].map((types): [string, Record<string, string>] => [
      `SRV records beside ${types.replace(' }, { type:', ' and')}`,
      {
        containers: containers(container(udp)),
        serviceDiscovery: discovery(
          `dnsRecords: [{ type: SRV }, { type: ${types} }], containerName: main, containerPort: 2000`,
        ),
      },
    ]),
    ['A and AAAA records', { serviceDiscovery: discovery('dnsRecords: [{ type: AAAA }, { type: A }]') }],
    [
      'a rollout that stops before it starts',
      { deployment: '{ minimumHealthyPercent: 0, maximumPercent: 100 }' },
    ],
    [
      'a rollout of three that can spare one',
      {
        desiredCount: '3',
        deployment: '{ minimumHealthyPercent: 66, maximumPercent: 100 }',
      },
    ],
    ['no tasks', { desiredCount: '0' }],
    [
      'secrets by ARN and by name',
      {
        containers: containers(
          container(
            'secrets: { A: "arn:aws:secretsmanager:us-east-1:123456789012:secret:a-AbCdEf:key::", B: "arn:aws:ssm:us-east-1:123456789012:parameter/b", C: /c/d }',
          ),
        ),
      },
    ],
    ["other tools' annotations", {}, 'name: xray, annotations: { example.org/owner: me }'],
    [
      'a long name, with a shorter one for the role',
      { executionRole: '{ name: short }' },
      `name: ${'x'.repeat(55)}`,
    ],
  ])('accepts %s', (_, fields, metadata) => {
    expect(errorsOf(daemonText(fields, metadata))).toEqual([]);
  });
});
