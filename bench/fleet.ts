import type { Sandbox } from '../sandbox/sandbox.ts';

/** Daemons, and what there is before any of them. */
export interface Fleet {
  readonly daemons: number;
  /** What an idle pass reads and judges, for each daemon: resources that are its own, tasks, and instances. */
  readonly readEach: number;
  /** Passes with nothing to do that are measured, and how long apart they are, in virtual time. */
  readonly idle: { readonly passes: number; readonly everyMs: number };
  readonly files: readonly { readonly file: string; readonly text: string }[];
  prepare?(sandbox: Sandbox): Promise<void>;
}

/** Of what is looked at again by time, nothing is due. */
const AT_ONCE = { passes: 5, everyMs: 0 };
/** Two roles, a log group, a security group, a discovery service, a task definition and a service; and two tasks. */
const ON_FARGATE_EACH = 9;
const ACCOUNT = '385605022855';
const TRUST = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Principal: { Service: 'ecs-tasks.amazonaws.com' }, Action: 'sts:AssumeRole' },
  ],
});

/** `count` daemons in one cluster and one namespace, each with everything a daemon can bring. */
export function fleetOnFargate(count: number): Fleet {
  return {
    daemons: count,
    readEach: ON_FARGATE_EACH,
    idle: AT_ONCE,
    files: daemonFiles(count, () => ({ image: 'public.ecr.aws/xray/aws-xray-daemon:3.x', more: '' })),
  };
}

/**
 * As many, each with an image in a repository of its own, a secret, a parameter and a role that is brought, watched so seldom that
 * all of them are due again in every pass.
 */
export function fleetWithPreflight(count: number): Fleet {
  const nameOf = (nth: number): string => `fetched/${nth}`;
  const secrets = new Map<number, string>();
  return {
    daemons: count,
    readEach: ON_FARGATE_EACH + 3,
    idle: { passes: 5, everyMs: 600_000 },
    get files() {
      return daemonFiles(count, (nth) => ({
        image: `${ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com/${nameOf(nth)}:1`,
        more: `      secrets: { TOKEN: "${secrets.get(nth)}", KEY: /${nameOf(nth)} }\n`,
        role: `  executionRole: { arn: "arn:aws:iam::${ACCOUNT}:role/${nameOf(nth).replace('/', '-')}" }\n`,
      }));
    },
    async prepare(sandbox) {
      const call = (service: string, operation: string, input: object): Promise<unknown> =>
        sandbox.call({ service, operation, input, region: 'us-east-1' });
      for (let nth = 0; nth < count; nth += 1) {
        const Name = nameOf(nth);
        await call('ecr', 'CreateRepository', { repositoryName: Name });
        sandbox.control.putImage({ repository: Name, tags: ['1'] });
        const made = await call('secretsmanager', 'CreateSecret', { Name, SecretString: 'x' });
        secrets.set(nth, (made as { readonly ARN: string }).ARN);
        await call('ssm', 'PutParameter', { Name: `/${Name}`, Value: 'x', Type: 'SecureString' });
        await call('iam', 'CreateRole', {
          RoleName: Name.replace('/', '-'),
          AssumeRolePolicyDocument: TRUST,
        });
      }
    },
  };
}

/** As many services of others as daemons, in a cluster of their own, each of which names the endpoint of one. */
export function fleetBesideOthers(count: number): Fleet {
  return {
    ...fleetOnFargate(count),
    // A minute apart, as the loop's passes are: what is looked for by time is due in each.
    idle: { passes: 5, everyMs: 60_000 },
    async prepare(sandbox) {
      const call = (operation: string, input: object): Promise<unknown> =>
        sandbox.call({ service: 'ecs', operation, input, region: 'us-east-1' });
      await call('CreateCluster', { clusterName: 'others' });
      for (let nth = 0; nth < count; nth += 1) {
        const value = `daemon-${nth}.services.example.org:2000`;
        const family = `web-${nth}`;
        const container = { name: 'web', image: 'example.org/web:1', memory: 64 };
        await call('RegisterTaskDefinition', {
          family,
          networkMode: 'bridge',
          containerDefinitions: [{ ...container, environment: [{ name: 'DAEMON_ADDRESS', value }] }],
        });
        await call('CreateService', {
          cluster: 'others',
          serviceName: family,
          taskDefinition: family,
          desiredCount: 1,
          launchType: 'EC2',
        });
      }
    },
  };
}

/** Three Regions of 40 accounts. */
export const MANY_ENVIRONMENTS = 120;
const REGIONS = ['us-east-1', 'eu-west-1', 'ap-southeast-2'];
const DAEMONS_OF_ENVIRONMENT = 6;
/** Besides its daemons, an Environment has a cluster, a namespace and a repository. */
export const OBJECTS_OF_ENVIRONMENT = DAEMONS_OF_ENVIRONMENT + 3;

/** Nine definitions, each of which stands in all Environments, whose roles are assumed. */
export function fleetInEnvironments(environments: number): Fleet {
  const accounts = Array.from({ length: environments / REGIONS.length }, (_, index) => 100000000000 + index);
  const places = accounts.flatMap((account) =>
    REGIONS.map(
      (region) => `apiVersion: stationkeeper.dev/v1
kind: Environment
metadata: { name: ${account}-${region}, labels: { team: platform } }
spec: { region: ${region}, account: "${account}", roleArn: "arn:aws:iam::${account}:role/stationkeeper" }
`,
    ),
  );
  const repository = `apiVersion: stationkeeper.dev/v1
kind: Repository
metadata: { name: daemons }
spec: { imageTagMutability: IMMUTABLE }
`;
  const definitions = daemonFiles(DAEMONS_OF_ENVIRONMENT, () => ({
    image: 'public.ecr.aws/xray/aws-xray-daemon:3.x',
    more: '',
  }));
  return {
    daemons: environments * DAEMONS_OF_ENVIRONMENT,
    readEach: ON_FARGATE_EACH,
    // What is looked at by time has had its turn in ten minutes.
    idle: { passes: 10, everyMs: 60_000 },
    files: [
      { file: 'environments.yaml', text: places.join('---\n') },
      ...[...definitions, { file: 'repository.yaml', text: repository }].map(({ file, text }) => ({
        file,
        text: text.replaceAll(/^spec: ?(?<inline>\{)?/gm, (_all, inline) =>
          inline === undefined ? 'spec:\n  environments: {}' : 'spec: { environments: {},',
        ),
      })),
    ],
  };
}

/** A daemon's part of its manifest that fleets differ in, as YAML. */
interface DaemonParts {
  readonly image: string;
  /** Lines of its container. */
  readonly more: string;
  /** Lines of its spec. */
  readonly role?: string;
}

function daemonFiles(count: number, partsOf: (nth: number) => DaemonParts): Fleet['files'] {
  const shared = `apiVersion: stationkeeper.dev/v1
kind: Cluster
metadata: { name: fleet }
spec: { containerInsights: disabled }
---
apiVersion: stationkeeper.dev/v1
kind: Namespace
metadata: { name: services.example.org }
spec: { type: private-dns, description: shared daemons, soaTtl: 60 }
`;
  const daemons = Array.from({ length: count }, (_, index) => ({
    file: `daemon-${index}.yaml`,
    text: daemonManifest(`daemon-${index}`, partsOf(index)),
  }));
  return [{ file: 'shared.yaml', text: shared }, ...daemons];
}

const CLUSTERS = 10;
const HOSTS_IN_RACK = 5;
const RACKS = 100;
export const HOSTS = CLUSTERS * RACKS * HOSTS_IN_RACK;

/** A thousand daemons on clusters of 500 instances that are there already: each on every host of one rack. */
export function fleetOnHosts(): Fleet {
  const clusters = Array.from({ length: CLUSTERS }, (_, index) => `hosts-${index}`);
  const racks = Array.from({ length: RACKS }, (_, index) => `r${index}`);
  return {
    daemons: CLUSTERS * RACKS,
    // An execution role, a log group, a task definition and a service; and on each host of its rack a task.
    readEach: 4 + 2 * HOSTS_IN_RACK,
    idle: AT_ONCE,
    files: clusters.flatMap((cluster) =>
      racks.map((rack) => ({
        file: `${cluster}-${rack}.yaml`,
        text: hostDaemonManifest(`${cluster}-${rack}`, cluster, rack),
      })),
    ),
    async prepare(sandbox) {
      for (const cluster of clusters) {
        const input = { clusterName: cluster };
        await sandbox.call({ service: 'ecs', operation: 'CreateCluster', input, region: 'us-east-1' });
        for (const rack of racks) {
          sandbox.control.launchInstances({ cluster, count: HOSTS_IN_RACK, attributes: { rack } });
        }
      }
    },
  };
}

function hostDaemonManifest(name: string, cluster: string, rack: string): string {
  return `apiVersion: stationkeeper.dev/v1
kind: DaemonService
metadata: { name: ${name} }
spec:
  cluster: ${cluster}
  launchType: EC2
  schedulingStrategy: DAEMON
  networkMode: host
  cpu: 128
  memory: 128
  servicePlacementConstraints: [{ type: memberOf, expression: attribute:rack == ${rack} }]
  containers:
    - name: agent
      image: public.ecr.aws/xray/aws-xray-daemon:3.x
      portMappings: [{ containerPort: 2000, protocol: udp }]
`;
}

function daemonManifest(name: string, { image, more, role = '' }: DaemonParts): string {
  return `apiVersion: stationkeeper.dev/v1
kind: DaemonService
metadata: { name: ${name}, labels: { team: platform } }
spec:
  cluster: fleet
  desiredCount: 2
  cpu: 256
  memory: 512
  containers:
    - name: ${name}
      image: ${image}
      command: ["-o"]
      portMappings:
        - { containerPort: 2000, protocol: udp }
        - { containerPort: 2000, protocol: tcp }
      environment: { AWS_REGION: us-east-1 }
${more}${role}  logs: { retentionInDays: 7, streamPrefix: docker }
  taskRole:
    statements:
      - actions: [xray:PutTraceSegments, xray:PutTelemetryRecords]
        resources: ["*"]
  securityGroup:
    ingress:
      - { protocol: udp, port: 2000, cidr: 172.31.0.0/16 }
      - { protocol: tcp, port: 2000, cidr: 172.31.0.0/16 }
  serviceDiscovery:
    namespace: services.example.org
    dnsRecords: [{ type: A, ttl: 60 }]
`;
}
