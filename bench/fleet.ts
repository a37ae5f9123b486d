import type { Sandbox } from '../sandbox/sandbox.ts';

/** Daemons, and what there is before any of them. */
export interface Fleet {
  readonly daemons: number;
  readonly files: readonly { readonly file: string; readonly text: string }[];
  prepare?(sandbox: Sandbox): Promise<void>;
}

/** `count` daemons in one cluster and one namespace, each with everything a daemon can bring. */
export function fleetOnFargate(count: number): Fleet {
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
    text: daemonManifest(`daemon-${index}`),
  }));
  return { daemons: count, files: [{ file: 'shared.yaml', text: shared }, ...daemons] };
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

function daemonManifest(name: string): string {
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
      image: public.ecr.aws/xray/aws-xray-daemon:3.x
      command: ["-o"]
      portMappings:
        - { containerPort: 2000, protocol: udp }
        - { containerPort: 2000, protocol: tcp }
      environment: { AWS_REGION: us-east-1 }
  logs: { retentionInDays: 7, streamPrefix: docker }
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
