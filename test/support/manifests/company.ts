const REGIONS = ['eu-west-1', 'us-east-1', 'ap-southeast-2'];
const DAEMONS = ['xray', 'otel', 'statsd', 'logs', 'traces', 'audit'];

export interface CompanyOptions {
  /** Default: 40. */
  readonly accounts?: number;
}

/**
 * A company as one person writes it down by hand: an Environment for each of its accounts in each of its three Regions, and in each of them
 * nine objects: a cluster, a namespace, a repository and six daemon services.
 */
export function companyText({ accounts = 40 }: CompanyOptions = {}): string {
  return [environmentSet(accounts), ...around(), ...DAEMONS.map(daemon)].join('---\n');
}

/** Account ids of twelve digits, of which every fourth is a test account. */
function environmentSet(accounts: number): string {
  const lines = Array.from({ length: accounts }, (_, nth) => {
    const id = String(100_000_000_000 + nth);
    const stage = nth % 4 === 0 ? 'test' : 'prod';
    return `    - { id: "${id}", name: team-${nth}, labels: { stage: ${stage} } }`;
  });
  return `apiVersion: stationkeeper.dev/v1
kind: EnvironmentSet
metadata: { name: company }
spec:
  accounts:
${lines.join('\n')}
  regions: [${REGIONS.join(', ')}]
  template:
    name: "\${account.name}-\${region}"
    labels: { tier: web }
    spec:
      roleName: stationkeeper
      vpc: { tags: { Name: main } }
      subnets: { tags: { Tier: private } }
`;
}

const ALL = 'environments: { matchLabels: { tier: web } }';

function around(): readonly string[] {
  return [
    `kind: Cluster\nmetadata: { name: daemons }\nspec: { ${ALL} }\n`,
    `kind: Namespace\nmetadata: { name: services.example.org }\nspec: { ${ALL} }\n`,
    `kind: Repository\nmetadata: { name: tools }\nspec: { ${ALL}, imageTagMutability: IMMUTABLE }\n`,
  ].map((text) => `apiVersion: stationkeeper.dev/v1\n${text}`);
}

function daemon(name: string): string {
  return `apiVersion: stationkeeper.dev/v1
kind: DaemonService
metadata: { name: ${name}, labels: { team: platform } }
spec:
  ${ALL}
  cluster: daemons
  desiredCount: 2
  cpu: 256
  memory: 512
  containers:
    - name: ${name}
      image: { repository: tools, tag: ${name}-1 }
      environment: { AWS_REGION: "\${environment.region}", STAGE: "\${environment.labels.stage}" }
      portMappings: [{ containerPort: 2000, protocol: udp }]
  taskRole: { statements: [{ actions: [xray:PutTraceSegments], resources: ["*"] }] }
  serviceDiscovery: { namespace: services.example.org }
  overrides:
    - environments: { matchLabels: { stage: test } }
      spec: { desiredCount: 1 }
`;
}
