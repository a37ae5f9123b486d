/** Manifests of `count` daemons, in one cluster and one namespace, each with everything a daemon can bring. */
export function fleetManifests(count: number): readonly { readonly file: string; readonly text: string }[] {
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
  return [{ file: 'shared.yaml', text: shared }, ...daemons];
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
