import { parseManifests } from '../../controller/manifest/parse.ts';

/** Rules between fields, each as something that breaks it: what the reference says of them is what the program says. */

interface Refused {
  /** What is written below `spec:`, a line each. */
  readonly spec: readonly string[];
  /** The part of it that is shown. */
  readonly shown: string;
}

/** The least that a DaemonService needs; a rule's lines replace the field that they begin with. */
const LEAST = [
  'cluster: main',
  'cpu: 256',
  'memory: 512',
  'containers: [{ name: main, image: "example.org/daemon:1" }]',
] as const;

function refused(...spec: readonly string[]): Refused {
  return { spec, shown: spec.join('; ') };
}

function ofContainer(...fields: readonly string[]): Refused {
  const container = `{ name: main, image: "example.org/daemon:1", ${fields.join(', ')} }`;
  return { spec: [`containers: [${container}]`], shown: fields.join(', ') };
}

function ofRule(direction: 'ingress' | 'egress', fields: string): Refused {
  return {
    spec: [`securityGroup: { ${direction}: [{ ${fields} }] }`],
    shown: `${direction}: [{ ${fields} }]`,
  };
}

export const REFUSED: Readonly<Record<string, readonly Refused[]>> = {
  'Size of the task': [
    refused('cpu: 256', 'memory: 4096'),
    refused('cpu: 400', 'memory: 512'),
    refused('cpu: 8192', 'memory: 16384', 'platformVersion: 1.3.0'),
  ],
  Containers: [
    ofContainer('cpu: 512'),
    ofContainer('memory: 1024'),
    ofContainer('memory: 64', 'memoryReservation: 128'),
    ofContainer('essential: false'),
    ofContainer('portMappings: [{ containerPort: 80, hostPort: 8080 }]'),
    ofContainer('portMappings: [{ containerPort: 80 }, { containerPort: 80 }]'),
    ofContainer('healthCheck: { command: [CMD] }'),
    ofContainer('environment: { KEY: a }', 'secrets: { KEY: /a/b }'),
    ofContainer('secrets: { KEY: "not a place" }'),
    ofContainer('dependsOn: [{ containerName: other, condition: START }]'),
  ],
  'Logs and roles': [
    refused('logs: { retentionInDays: 8 }'),
    refused('logs: { logDriver: none, retentionInDays: 7 }'),
    ofContainer('logConfiguration: { logDriver: awslogs, options: { awslogs-group: a, log_key: b } }'),
    ofContainer('logConfiguration: { logDriver: awsfirelens }'),
    refused('taskRole: { arn: "arn:aws:iam::123456789012:role/mine", name: other }'),
    refused('executionRole: { omit: true }'),
    refused('executionRole: { omit: true, name: other }', 'logs: { logDriver: none }'),
    refused('enableExecuteCommand: true'),
    refused('taskRole: { path: teams }'),
    refused('taskRole: { path: /aws-service-role/ecs/ }'),
    refused('taskRole: { managedPolicyArns: [AWSXRayDaemonWriteAccess] }'),
    refused(
      'taskRole: { managedPolicyArns: ["arn:aws:iam::aws:policy/aws-service-role/AmazonECSServiceRolePolicy"] }',
    ),
    refused('taskRole: { permissionsBoundary: "arn:aws:iam::123456789012:role/mine" }'),
    refused('taskRole: { trust: { conditions: { StringEqual: { "aws:SourceAccount": "123456789012" } } } }'),
  ],
  'Security groups': [
    refused('securityGroupIds: [sg-0a1b2c3d]', 'securityGroup: {}'),
    refused('securityGroup: { name: "ends with a space " }'),
    ofRule('ingress', 'protocol: tcp, port: 80, cidr: 0.0.0.0/0'),
    ofRule('ingress', 'protocol: tcp, cidr: 10.0.0.0/8'),
    ofRule('ingress', 'protocol: tcp, port: 80-90, cidr: 10.0.0.0/8'),
    ofRule('ingress', 'protocol: tcp, port: 80'),
    ofRule('egress', 'protocol: all, port: 80, cidr: 10.0.0.0/8'),
  ],
  'Service discovery': [
    refused('serviceDiscovery: { namespace: example.org, dnsRecords: [{ type: A }, { type: A }] }'),
    refused('serviceDiscovery: { namespace: example.org, dnsRecords: [{ type: SRV }] }'),
    refused('serviceDiscovery: { namespace: example.org, port: 2000 }'),
    refused('serviceDiscovery: { namespace: example.org, dnsRecords: [], routingPolicy: WEIGHTED }'),
    refused('serviceDiscovery: { namespace: example.org }', 'desiredCount: 1001'),
  ],
  Scaling: [
    refused('scaling: { min: 5, max: 4 }'),
    refused('scaling: { min: 2, max: 4 }', 'desiredCount: 1'),
    refused('scaling: { min: 1, max: 4, targetTracking: [{ targetValue: 60 }] }'),
  ],
  Rollout: [
    refused('deployment: { minimumHealthyPercent: 100, maximumPercent: 100 }'),
    refused(
      'availabilityZoneRebalancing: ENABLED',
      'deployment: { minimumHealthyPercent: 0, maximumPercent: 100 }',
    ),
    refused('platformVersion: 1.2.0'),
  ],
  Scheduling: [
    refused('schedulingStrategy: DAEMON', 'desiredCount: 3'),
    refused('schedulingStrategy: DAEMON', 'scaling: { min: 1, max: 3 }'),
    refused('schedulingStrategy: DAEMON', 'launchType: FARGATE'),
    refused('schedulingStrategy: DAEMON', 'capacityProviderStrategy: [{ capacityProvider: hosts }]'),
    refused('schedulingStrategy: DAEMON', 'placementStrategy: [{ type: random }]'),
    refused('schedulingStrategy: DAEMON', 'deployment: { maximumPercent: 200 }'),
    refused('schedulingStrategy: DAEMON', 'deployment: { minimumHealthyPercent: 100 }'),
    refused('schedulingStrategy: DAEMON', 'networkMode: host', 'securityGroup: {}'),
    refused(
      'schedulingStrategy: DAEMON',
      'networkMode: host',
      'serviceDiscovery: { namespace: example.org, registration: ecs }',
    ),
  ],
};

/** What AWS takes, and what will yet not work. */
export const WARNED: readonly Refused[] = [
  ofContainer('healthCheck: { command: [/healthcheck] }'),
  ofContainer('healthCheck: { command: [CMD-SHELL, curl, localhost] }'),
  refused('enableExecuteCommand: true', 'taskRole: {}'),
  ofRule('ingress', 'protocol: tcp, port: 80, cidr: 10.1.2.3/8'),
  refused('deployment: { circuitBreaker: { enable: false, rollback: true } }'),
  ofContainer(
    'logConfiguration: { logDriver: awslogs, options: { awslogs-group: a, awslogs-region: us-east-1, awslogs-stream-prefix: b, awslogs-create-group: "true" } }',
  ),
  refused('schedulingStrategy: DAEMON', 'servicePlacementConstraints: [{ type: distinctInstance }]'),
];

/** What the program says to it, as errors and as warnings. Throws where it has nothing to say: then the rule is no more. */
export function answerTo({ spec, shown }: Refused): string {
  const given = new Set(spec.map((line) => line.slice(0, line.indexOf(':'))));
  const rest = LEAST.filter((line) => !given.has(line.slice(0, line.indexOf(':'))));
  const text = [
    'apiVersion: stationkeeper.dev/v1',
    'kind: DaemonService',
    'metadata: { name: daemon }',
    'spec:',
    ...[...rest, ...spec].map((line) => `  ${line}`),
  ].join('\n');
  const { errors, warnings } = parseManifests([{ file: 'daemon.yaml', text }]);
  const said = [...errors, ...warnings];
  if (said.length === 0) throw new Error(`nothing is said against ${shown}`);
  return said.map(({ path, message }) => `${path}: ${message}`).join('; ');
}
