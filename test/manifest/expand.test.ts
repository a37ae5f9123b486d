import { describe, expect, it } from 'vitest';
import { displayId } from '../../controller/core/resource.ts';
import type { Desired, KindName } from '../../controller/core/resource.ts';
import type { LogGroupSpec } from '../../controller/kinds/log-group/model.ts';
import type { RoleSpec } from '../../controller/kinds/role/spec.ts';
import type { SecurityGroupSpec } from '../../controller/kinds/security-group/model.ts';
import type { ServiceSpec } from '../../controller/kinds/service/spec.ts';
import type { TaskDefinitionSpec } from '../../controller/kinds/task-definition/spec.ts';
import { expandManifests } from '../../controller/manifest/expand/index.ts';
import type { RuleManifest } from '../../controller/manifest/schema/security-group.ts';
import { deepFreeze } from '../support/plans/deep-freeze.ts';
import {
  cluster,
  daemonService,
  environment,
  manifestsOf,
  namespace,
} from '../support/manifests/documents.ts';
import type { DocumentOverrides, ManifestDocument } from '../support/manifests/documents.ts';

function expand(...documents: readonly ManifestDocument[]) {
  return expandManifests(deepFreeze(manifestsOf(...documents)));
}

function desiredOf<Spec>(desired: readonly Desired[], kind: KindName, name?: string): Desired<Spec> {
  const found = desired.find(({ id }) => id.kind === kind && (name === undefined || id.name === name));
  if (found === undefined) throw new Error(`no ${kind} ${name ?? ''} is desired`);
  return found as Desired<Spec>;
}

function expandDaemon<Spec>(overrides: DocumentOverrides<'DaemonService'>, kind: KindName, name?: string) {
  return desiredOf<Spec>(expand(daemonService(overrides)).desired, kind, name);
}

const summary = (desired: readonly Desired[]) =>
  desired.map((one) => `${one.management} ${displayId(one.id)}`);

const SPLUNK = { 'splunk-url': 'https://splunk.example:8088', 'splunk-token': 'x' };

describe('what a daemon service becomes', () => {
  it('is the whole bundle, in the order of creation', () => {
    const { desired } = expand(
      cluster(),
      namespace(),
      daemonService({
        taskRole: { statements: [] },
        serviceDiscovery: { namespace: 'services.example.org' },
      }),
    );
    expect(summary(desired)).toEqual([
      'external environment/default',
      'managed role/xray-execution',
      'managed role/xray-task',
      'managed log-group/stationkeeper/xray',
      'managed security-group/xray',
      'managed namespace/services.example.org',
      'managed discovery-service/xray',
      'managed cluster/main',
      'managed task-definition/xray',
      'managed service/xray',
    ]);
  });

  it('has the defaults of the contract', () => {
    const { desired } = expand(daemonService({ serviceDiscovery: { namespace: 'services.example.org' } }));
    expect(desiredOf<ServiceSpec>(desired, 'service').spec).toEqual({
      name: 'xray',
      cluster: { environment: 'default', kind: 'cluster', name: 'main' },
      taskDefinition: { environment: 'default', kind: 'task-definition', name: 'xray' },
      environment: { environment: 'default', kind: 'environment', name: 'default' },
      launchType: 'FARGATE',
      platformVersion: 'LATEST',
      desiredCount: 1,
      assignPublicIp: true,
      securityGroups: { managed: { environment: 'default', kind: 'security-group', name: 'xray' } },
      registry: {
        discoveryService: {
          environment: 'default',
          kind: 'discovery-service',
          name: 'xray',
          scope: 'services.example.org',
        },
      },
      minimumHealthyPercent: 100,
      maximumPercent: 200,
      circuitBreaker: { enable: true, rollback: true },
      enableExecuteCommand: false,
      availabilityZoneRebalancing: 'ENABLED',
    });
    expect(desiredOf(desired, 'discovery-service').spec).toMatchObject({
      dnsRecords: [{ type: 'A', ttl: 60 }],
    });
    expect(desiredOf<SecurityGroupSpec>(desired, 'security-group').spec).toMatchObject({
      ingress: [],
      egress: [
        { protocol: 'tcp', fromPort: 80, toPort: 80, peer: '0.0.0.0/0' },
        { protocol: 'tcp', fromPort: 443, toPort: 443, peer: '0.0.0.0/0' },
        { protocol: 'udp', fromPort: 53, toPort: 53, peer: '0.0.0.0/0' },
      ],
    });
    expect(desiredOf<TaskDefinitionSpec>(desired, 'task-definition').spec).toEqual({
      family: 'xray',
      environment: { environment: 'default', kind: 'environment', name: 'default' },
      cpu: 256,
      memory: 512,
      executionRole: { role: { environment: 'default', kind: 'role', name: 'xray-execution' } },
      taskRole: null,
      logGroups: [{ environment: 'default', kind: 'log-group', name: '/stationkeeper/xray' }],
      containers: [
        {
          name: 'main',
          image: 'example.org/daemon:1',
          essential: true,
          portMappings: [],
          environment: {},
          secrets: {},
          logs: { group: '/stationkeeper/xray', streamPrefix: 'xray' },
        },
      ],
    });
    expect(desiredOf<LogGroupSpec>(desired, 'log-group').spec.retentionInDays).toBeNull();
  });

  it('takes sizes with units as CPU units and MiB', () => {
    const { spec } = expandDaemon<TaskDefinitionSpec>({ cpu: '0.5 vCPU', memory: '1 GB' }, 'task-definition');
    expect(spec).toMatchObject({ cpu: 512, memory: 1024 });
  });

  it('has no egress where the manifest says so', () => {
    const { spec } = expandDaemon<SecurityGroupSpec>({ securityGroup: { egress: [] } }, 'security-group');
    expect(spec.egress).toEqual([]);
  });

  it('keeps rules as EC2 does', () => {
    const ingress: RuleManifest[] = [
      { protocol: 17, fromPort: 1, toPort: 2, cidr: '10.0.0.0/8', description: 'statsd' },
      { protocol: 'all', securityGroupId: 'sg-00000001' },
      { protocol: 'icmp', prefixListId: 'pl-00000001' },
      { protocol: 'tcp', port: 443, cidr: '::/0', allowAnywhere: true },
      { protocol: 'tcp', port: 7946, self: true },
      { protocol: 'tcp', port: 1, securityGroup: { id: 'sg-00000002', userId: '111122223333' } },
    ];
    const { spec } = expandDaemon<SecurityGroupSpec>({ securityGroup: { ingress } }, 'security-group');
    expect(spec.ingress).toEqual([
      { protocol: 'udp', fromPort: 1, toPort: 2, peer: '10.0.0.0/8', description: 'statsd' },
      { protocol: '-1', fromPort: null, toPort: null, peer: 'sg-00000001' },
      { protocol: 'icmp', fromPort: -1, toPort: -1, peer: 'pl-00000001' },
      { protocol: 'tcp', fromPort: 443, toPort: 443, peer: '::/0' },
      { protocol: 'tcp', fromPort: 7946, toPort: 7946, peer: 'self' },
      { protocol: 'tcp', fromPort: 1, toPort: 1, peer: 'sg-00000002', userId: '111122223333' },
    ]);
  });

  it('gives tasks on the network of their hosts neither a security group nor a public address', () => {
    const { desired } = expand(daemonService({ launchType: 'EC2', networkMode: 'bridge' }));
    expect(summary(desired).filter((one) => one.includes('security'))).toEqual([]);
    const { spec } = desiredOf<ServiceSpec>(desired, 'service');
    expect(spec).toMatchObject({ launchType: 'EC2', securityGroups: null, assignPublicIp: false });
    expect(spec).not.toHaveProperty('platformVersion');
    expect(desiredOf<TaskDefinitionSpec>(desired, 'task-definition').spec).toMatchObject({
      networkMode: 'bridge',
      requiresCompatibilities: ['EC2'],
    });
  });

  it('means the same with the network mode written that is the default', () => {
    const plain = expandDaemon<TaskDefinitionSpec>({}, 'task-definition').spec;
    const written = expandDaemon<TaskDefinitionSpec>(
      { networkMode: 'awsvpc', runtimePlatform: { operatingSystemFamily: 'LINUX' } },
      'task-definition',
    ).spec;
    expect(written).toEqual(plain);
  });

  it('turns zone rebalancing off on hosts of one’s own, which are in no zone', () => {
    const { spec } = expandDaemon<ServiceSpec>(
      { launchType: 'EXTERNAL', networkMode: 'host', containers: [{ name: 'a', image: 'a:1', memory: 64 }] },
      'service',
    );
    expect(spec.availabilityZoneRebalancing).toBe('DISABLED');
  });

  it('asks for no circuit breaker with a Classic Load Balancer, unless one is written', () => {
    const classic: DocumentOverrides<'DaemonService'> = {
      launchType: 'EC2',
      networkMode: 'bridge',
      containers: [{ name: 'a', image: 'a:1', memory: 64, portMappings: [{ containerPort: 80 }] }],
      loadBalancers: [{ loadBalancerName: 'lb', containerName: 'a', containerPort: 80 }],
    };
    const breakerOf = (written: DocumentOverrides<'DaemonService'>) =>
      expandDaemon<ServiceSpec>(written, 'service').spec.circuitBreaker;
    expect(breakerOf(classic)).toBeUndefined();
    expect(breakerOf({ ...classic, deployment: { circuitBreaker: { enable: true } } })).toMatchObject({
      enable: true,
    });
    expect(breakerOf({})).toEqual({ enable: true, rollback: true });
  });

  it('turns zone rebalancing off where a rollout has no room for it', () => {
    const deployment = { minimumHealthyPercent: 0, maximumPercent: 100 };
    expect(expandDaemon<ServiceSpec>({ deployment }, 'service').spec.availabilityZoneRebalancing).toBe(
      'DISABLED',
    );
  });

  it('makes nothing of roles and groups that are brought', () => {
    const arn = 'arn:aws:iam::111111111111:role/shared';
    const { desired } = expand(
      daemonService({ taskRole: { arn }, executionRole: { arn }, securityGroupIds: ['sg-00000001'] }),
    );
    expect(summary(desired).filter((one) => /role|security/.test(one))).toEqual([
      `external given-role/${arn}`,
    ]);
    expect(desiredOf<TaskDefinitionSpec>(desired, 'task-definition').spec).toMatchObject({
      taskRole: { arn },
      executionRole: { arn },
    });
    expect(desiredOf<ServiceSpec>(desired, 'service').spec.securityGroups).toEqual({ ids: ['sg-00000001'] });
  });

  it('makes no log group and no execution role where there are to be none, and lets containers log elsewhere', () => {
    const { desired } = expand(
      daemonService({
        logs: { logDriver: 'none' },
        executionRole: { omit: true },
        requiresCompatibilities: [],
        containers: [
          { name: 'quiet', image: 'a:1' },
          { name: 'loud', image: 'a:1', logConfiguration: { logDriver: 'splunk', options: SPLUNK } },
        ],
      }),
    );
    expect(summary(desired).filter((one) => /role|log-group/.test(one))).toEqual([]);
    expect(desiredOf<TaskDefinitionSpec>(desired, 'task-definition').spec).toMatchObject({
      executionRole: null,
      logGroups: [],
      requiresCompatibilities: [],
      containers: [
        { name: 'quiet', logs: null },
        { name: 'loud', logs: { logDriver: 'splunk', options: SPLUNK } },
      ],
    });
  });

  it('lets one container log nowhere, and the others into the log group', () => {
    const logConfiguration = { logDriver: 'none' } as const;
    const { spec } = expandDaemon<TaskDefinitionSpec>(
      {
        containers: [
          { name: 'main', image: 'a:1' },
          { name: 'quiet', image: 'a:1', logConfiguration },
        ],
      },
      'task-definition',
    );
    expect(spec.containers.map(({ logs }) => logs === null)).toEqual([false, true]);
  });

  it('registers an SRV record by container and port', () => {
    const { spec } = expandDaemon<ServiceSpec>(
      {
        containers: [{ name: 'main', image: 'a:1', portMappings: [{ containerPort: 53 }] }],
        serviceDiscovery: {
          namespace: 'a.example',
          dnsRecords: [{ type: 'SRV' }],
          containerName: 'main',
          containerPort: 53,
        },
      },
      'service',
    );
    expect(spec.registry).toMatchObject({ containerName: 'main', containerPort: 53 });
  });

  it.each<[string, object]>([
    ['nothing', {}],
    ['the container', { containerName: 'main' }],
    ['the port', { containerPort: 2000 }],
  ])('registers the one port that is mapped where an SRV record says %s', (_what, said) => {
    const protocols = ['udp', 'tcp'] as const;
    const { spec } = expandDaemon<ServiceSpec>(
      {
        containers: [
          { name: 'side', image: 'b:1' },
          {
            name: 'main',
            image: 'a:1',
            portMappings: protocols.map((protocol) => ({ containerPort: 2000, protocol })),
          },
        ],
        serviceDiscovery: { namespace: 'a.example', dnsRecords: [{ type: 'SRV' }], ...said },
      },
      'service',
    );
    expect(spec.registry).toMatchObject({ containerName: 'main', containerPort: 2000 });
  });

  it('fills the defaults of a health check and of port mappings', () => {
    const containers = [
      {
        name: 'main',
        image: 'a:1',
        portMappings: [{ containerPort: 53 }],
        healthCheck: { command: ['CMD', '/x'], retries: 5 },
      },
    ];
    const { spec } = expandDaemon<TaskDefinitionSpec>({ containers }, 'task-definition');
    expect(spec.containers[0]).toMatchObject({
      portMappings: [{ containerPort: 53, protocol: 'tcp' }],
      healthCheck: { command: ['CMD', '/x'], interval: 30, timeout: 5, retries: 5 },
    });
  });
});

describe('the execution role', () => {
  it('may pull images and write to exactly its log group, and nothing else', () => {
    const { spec } = expandDaemon<RoleSpec>({ logs: { group: '/mine' } }, 'role');
    expect(spec).toMatchObject({ trustedService: 'ecs-tasks.amazonaws.com', policyName: 'stationkeeper' });
    expect(spec.statements).toEqual([
      { effect: 'Allow', actions: ['ecr:GetAuthorizationToken'], resources: ['*'] },
      {
        effect: 'Allow',
        actions: ['ecr:BatchCheckLayerAvailability', 'ecr:GetDownloadUrlForLayer', 'ecr:BatchGetImage'],
        resources: ['*'],
      },
      {
        effect: 'Allow',
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [{ logGroup: '/mine' }],
      },
    ]);
  });

  it('may write to exactly the log groups that containers name too, but for those that a driver makes', () => {
    const named: readonly (readonly [group: string, region: string, more?: Record<string, string>])[] = [
      ['/b', 'us-east-1'],
      ['/a', 'us-east-1'],
      ['/b', 'us-east-1'],
      ['/b', 'eu-west-1'],
      ['/mine', 'us-east-1'],
      ['/made', 'us-east-1', { 'awslogs-create-group': 'true' }],
      ['/no name', 'us-east-1'],
    ];
    const containers = named.map(([group, region, more], index) => ({
      name: `c${index}`,
      image: 'a:1',
      logConfiguration: {
        logDriver: 'awslogs' as const,
        options: { 'awslogs-group': group, 'awslogs-region': region, 'awslogs-stream-prefix': 'x', ...more },
      },
    }));
    const documents = [
      environment({ region: 'us-east-1' }),
      daemonService({ logs: { group: '/mine' }, containers }),
    ];
    const { desired } = expand(...documents);
    expect(desiredOf<RoleSpec>(desired, 'role').spec.statements.slice(2)).toEqual([
      {
        effect: 'Allow',
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [
          { logGroup: '/mine' },
          { logGroup: '/a', region: 'us-east-1' },
          { logGroup: '/b', region: 'eu-west-1' },
          { logGroup: '/b', region: 'us-east-1' },
        ],
      },
    ]);
    expect(desired.filter(({ id }) => id.kind === 'log-group').map(({ id }) => id.name)).toEqual([
      '/a',
      '/b',
      '/mine',
    ]);
  });

  it('may read exactly the secrets that are used', () => {
    const secret = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:a-AbCdEf';
    const parameter = 'arn:aws:ssm:us-east-1:123456789012:parameter/b';
    const secrets = { A: `${secret}:user::`, B: `${secret}:password::`, C: parameter, D: '/c/d' };
    const { spec } = expandDaemon<RoleSpec>(
      { containers: [{ name: 'main', image: 'a:1', secrets }] },
      'role',
    );
    expect(spec.statements.slice(3)).toEqual([
      { effect: 'Allow', actions: ['ssm:GetParameters'], resources: [{ ssmParameter: '/c/d' }, parameter] },
      { effect: 'Allow', actions: ['secretsmanager:GetSecretValue'], resources: [secret] },
    ]);
  });

  it('may read what images, log drivers and files of its containers come from, and no more', () => {
    const token = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:token-AbCdEf';
    const { spec } = expandDaemon<RoleSpec>(
      {
        launchType: 'EC2',
        containers: [
          {
            name: 'main',
            image: 'registry.example/a:1',
            repositoryCredentials: { credentialsParameter: 'pull' },
            environmentFiles: [{ value: 'arn:aws:s3:::files/daemon/main.env', type: 's3' }],
            logConfiguration: {
              logDriver: 'splunk',
              options: { 'splunk-url': 'https://splunk.example:8088' },
              secretOptions: [{ name: 'splunk-token', valueFrom: token }],
            },
          },
          {
            name: 'router',
            image: 'fluent-bit:2',
            firelensConfiguration: {
              type: 'fluentbit',
              options: { 'config-file-type': 's3', 'config-file-value': 'arn:aws:s3:::files/extra.conf' },
            },
          },
          { name: 'app', image: 'a:1', logConfiguration: { logDriver: 'awsfirelens' } },
        ],
      },
      'role',
    );
    expect(spec.statements.slice(3)).toEqual([
      {
        effect: 'Allow',
        actions: ['secretsmanager:GetSecretValue'],
        resources: [token, { secretName: 'pull' }],
      },
      {
        effect: 'Allow',
        actions: ['s3:GetObject'],
        resources: ['arn:aws:s3:::files/daemon/main.env', 'arn:aws:s3:::files/extra.conf'],
      },
      { effect: 'Allow', actions: ['s3:GetBucketLocation'], resources: ['arn:aws:s3:::files'] },
    ]);
  });

  it('has the statements of the manifest besides', () => {
    const statements = [
      { sid: 'Key', actions: ['kms:Decrypt'], resources: ['arn:aws:kms:us-east-1:123456789012:key/x'] },
    ];
    const { spec } = expandDaemon<RoleSpec>({ executionRole: { statements } }, 'role');
    expect(spec.statements.at(-1)).toEqual({ ...statements[0], effect: 'Allow' });
  });
});

describe('policies and labels', () => {
  it('are on every resource of the manifest, and a log group outlives its daemon', () => {
    const annotations = {
      'stationkeeper.dev/reconcile': 'observe',
      'stationkeeper.dev/adoption-policy': 'adopt',
      'stationkeeper.dev/prune': 'disabled',
      'stationkeeper.dev/allow-replace': 'true',
      'stationkeeper.dev/ignore-drift': 'desiredCount, tags.team',
    };
    const labels = { team: 'platform' };
    const { desired, objects } = expand(daemonService({ annotations, labels }));
    const policy = {
      reconcile: 'observe',
      adoption: 'adopt',
      deletion: 'delete',
      prune: false,
      allowReplace: true,
      ignoreDrift: ['desiredCount', 'tags.team'],
    };
    expect(objects[0]?.policy).toEqual(policy);
    const managed = desired.filter(({ management }) => management === 'managed');
    expect(managed).toHaveLength(5);
    for (const one of managed) {
      expect(one).toMatchObject({ labels, manifest: { kind: 'DaemonService', name: 'xray' } });
      expect(one.policy).toEqual({ ...policy, deletion: one.id.kind === 'log-group' ? 'retain' : 'delete' });
    }
  });

  it.each([
    ['delete', 'delete', 'delete'],
    ['delete', 'retain', 'retain'],
    ['retain', 'delete', 'retain'],
  ] as const)(
    'make logs.deletionPolicy %s with deletion-policy %s come to %s',
    (deletionPolicy, annotation, expected) => {
      const annotations = { 'stationkeeper.dev/deletion-policy': annotation };
      expect(expandDaemon({ logs: { deletionPolicy }, annotations }, 'log-group').policy.deletion).toBe(
        expected,
      );
    },
  );
});

describe('objects', () => {
  const discovered = { serviceDiscovery: { namespace: 'a.example', name: 'traces' } };

  it('have the endpoint that applications are told', () => {
    const portMappings = [{ containerPort: 2000, protocol: 'udp' as const }, { containerPort: 9000 }];
    const { objects } = expand(
      daemonService({ ...discovered, containers: [{ name: 'main', image: 'a:1', portMappings }] }),
    );
    expect(objects).toEqual([
      expect.objectContaining({ endpoint: 'traces.a.example:2000', environment: 'default', declared: true }),
    ]);
  });

  it.each([
    ['the port that is published of several', 'host', { containerPort: 9000 }, 9000],
    ['the port of its host behind a bridge', 'bridge', { containerPort: 2000 }, 3000],
    ['no port where ECS chooses one for each task', 'bridge', { containerPort: 9000 }, undefined],
    ['the port that is named alone', 'awsvpc', { port: 9000 }, 9000],
  ] as const)('have the endpoint with %s', (_what, networkMode, published, port) => {
    const portMappings = [
      { containerPort: 2000, ...(networkMode === 'bridge' && { hostPort: 3000 }) },
      { containerPort: 9000 },
    ];
    const serviceDiscovery = {
      ...discovered.serviceDiscovery,
      dnsRecords: [{ type: 'SRV' as const }],
      ...('port' in published ? published : { containerName: 'main', ...published }),
    };
    const { objects } = expand(
      daemonService({
        ...(networkMode !== 'awsvpc' && { schedulingStrategy: 'DAEMON' as const }),
        networkMode,
        serviceDiscovery,
        containers: [{ name: 'main', image: 'a:1', portMappings }],
      }),
    );
    expect(objects[0]?.endpoint).toBe(`traces.a.example${port === undefined ? '' : `:${port}`}`);
  });

  it('have an endpoint without a port where none is mapped, and none outside service discovery', () => {
    expect(expand(daemonService(discovered)).objects[0]?.endpoint).toBe('traces.a.example');
    expect(expand(daemonService()).objects[0]).not.toHaveProperty('endpoint');
  });
});

describe('clusters and namespaces that no manifest declares', () => {
  it('are external, once, and belong to the first daemon service by name', () => {
    const serviceDiscovery = { namespace: 'a.example' };
    const { desired } = expand(
      daemonService({ name: 'b', serviceDiscovery }),
      daemonService({ name: 'a', serviceDiscovery, labels: { team: 'x' } }),
    );
    const external = desired.filter(({ id }) => id.kind === 'cluster' || id.kind === 'namespace');
    expect(
      external.map(({ id, management, manifest, labels }) => [
        displayId(id),
        management,
        manifest.name,
        labels,
      ]),
    ).toEqual([
      ['namespace/a.example', 'external', 'a', {}],
      ['cluster/main', 'external', 'a', {}],
    ]);
  });

  it('are external where another environment declares them', () => {
    const { desired } = expand(
      environment({ name: 'eu' }),
      environment({ name: 'us' }),
      cluster({ environment: 'eu' }),
      daemonService({ environment: 'us' }),
    );
    const clusters = desired.filter(({ id }) => id.kind === 'cluster');
    expect(clusters.map(({ id, management }) => [id.environment, management])).toEqual([
      ['eu', 'managed'],
      ['us', 'external'],
    ]);
  });
});

describe('environments', () => {
  it('are the implicit default where none is declared', () => {
    const { environments, desired } = expand(daemonService());
    expect(environments).toEqual([{ name: 'default' }]);
    expect(desired[0]).toMatchObject({
      management: 'external',
      spec: { vpc: 'default', subnets: 'default' },
    });
  });

  it.each([
    ['us-east-1', 'keeper', 'arn:aws:iam::385605022855:role/keeper'],
    ['cn-north-1', 'teams/platform/keeper', 'arn:aws-cn:iam::385605022855:role/teams/platform/keeper'],
  ])(
    'are acted in as the role of their own account that they name, in %s as %s',
    (region, roleName, roleArn) => {
      const where = { region, account: '385605022855', externalId: 'company:1' };
      const named = expand(environment({ ...where, roleName }));
      expect(named.environments).toEqual([{ name: 'default', ...where, roleArn }]);
      expect(named).toEqual(expand(environment({ ...where, roleArn })));
    },
  );

  it('are the declared ones, by name', () => {
    const roleArn = 'arn:aws:iam::385605022855:role/stationkeeper';
    const { environments, desired, objects } = expand(
      environment({
        name: 'us',
        region: 'us-east-1',
        account: '385605022855',
        vpc: 'vpc-f8233a80',
        subnets: ['subnet-a5d3ecee'],
        roleArn,
      }),
      environment({ name: 'eu', vpc: { tags: { Name: 'main' } }, subnets: { tags: { Tier: 'public' } } }),
    );
    expect(environments).toEqual([
      { name: 'eu' },
      { name: 'us', region: 'us-east-1', account: '385605022855', roleArn },
    ]);
    expect(desired.map(({ spec }) => spec)).toEqual([
      { vpc: { tags: { Name: 'main' } }, subnets: { tags: { Tier: 'public' } } },
      {
        region: 'us-east-1',
        account: '385605022855',
        vpc: { id: 'vpc-f8233a80' },
        subnets: { ids: ['subnet-a5d3ecee'] },
      },
    ]);
    expect(objects.map(({ manifest }) => manifest.name)).toEqual(['eu', 'us']);
  });

  it.each([
    ['default subnets', {}, true],
    ['named subnets', { subnets: ['subnet-a5d3ecee'] }, false],
    ['named subnets and a word', { subnets: ['subnet-a5d3ecee'], assignPublicIp: true }, true],
    ['default subnets and a word', { assignPublicIp: false }, false],
  ])('give tasks a public address as they should: %s', (_, overrides, expected) => {
    const { desired } = expand(environment(overrides), daemonService());
    expect(desiredOf<ServiceSpec>(desired, 'service').spec.assignPublicIp).toBe(expected);
  });
});
