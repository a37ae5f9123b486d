import { SAYS_WHAT_WAS_APPLIED } from '../support/simulation/crash.ts';
import {
  DescribeLogGroupsCommand,
  PutRetentionPolicyCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import {
  AuthorizeSecurityGroupIngressCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  RevokeSecurityGroupIngressCommand,
} from '@aws-sdk/client-ec2';
import type { IpPermission, SecurityGroup } from '@aws-sdk/client-ec2';
import {
  DescribeClustersCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import type { Service } from '@aws-sdk/client-ecs';
import {
  GetRoleCommand,
  GetRolePolicyCommand,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import {
  GetServiceCommand,
  ListNamespacesCommand,
  ListServicesCommand,
  UpdateServiceCommand as UpdateDiscoveryService,
} from '@aws-sdk/client-servicediscovery';
import { beforeAll, describe, expect, it } from 'vitest';
import { MANIFESTS } from '../support/programs/cli.ts';
import { MOTO_ACCOUNT, READ, useMotoStack } from '../support/aws/moto/stack.ts';

const CLUSTER = 'xray-daemon-cluster';

const moto = useMotoStack();

beforeAll(async () => {
  const { code, stderr } = await moto.stationkeeper('apply', MANIFESTS, '--no-wait');
  if (code !== 0) throw new Error(`apply ended with ${code}: ${stderr}`);
});

async function service(): Promise<Service> {
  const xray = { cluster: CLUSTER, services: ['xray'], include: ['TAGS' as const] };
  const { services } = await moto.aws.ecs.send(new DescribeServicesCommand(xray));
  expect(services).toHaveLength(1);
  return services![0]!;
}

async function securityGroup(): Promise<SecurityGroup> {
  const named = { Filters: [{ Name: 'group-name', Values: ['xray'] }] };
  const { SecurityGroups: groups } = await moto.aws.ec2.send(new DescribeSecurityGroupsCommand(named));
  expect(groups).toHaveLength(1);
  return groups![0]!;
}

async function discoveryService() {
  const { Services: all } = await moto.aws.cloudMap.send(new ListServicesCommand({}));
  const found = all!.filter((one) => one.Name === 'xray');
  expect(found).toHaveLength(1);
  const { Service: service } = await moto.aws.cloudMap.send(new GetServiceCommand({ Id: found[0]!.Id }));
  return service!;
}

function rule(protocol: string, port: number, cidr: string): IpPermission {
  return { IpProtocol: protocol, FromPort: port, ToPort: port, IpRanges: [{ CidrIp: cidr }] };
}

const document = (text: string | undefined): unknown => JSON.parse(decodeURIComponent(text ?? ''));

/** Tags in the spelling of either API, without the digest. */
function tagsOf(
  tags:
    | readonly {
        key?: string | undefined;
        value?: string | undefined;
        Key?: string | undefined;
        Value?: string | undefined;
      }[]
    | undefined,
) {
  const all = (tags ?? []).map(({ key, value, Key, Value }) => [key ?? Key, value ?? Value] as const);
  return Object.fromEntries(all.filter(([key]) => !SAYS_WHAT_WAS_APPLIED.includes(key ?? '')));
}

const XRAY_TAGS = {
  team: 'platform',
  'stationkeeper:owner': 'stationkeeper',
  'stationkeeper:manifest': 'DaemonService/xray',
  'stationkeeper:environment': 'default',
  // Where the manifests are: the repository, or the folder of a checkout without one.
  'stationkeeper:source': expect.stringMatching(/manifests$/) as string,
  'stationkeeper:deletion-policy': 'delete',
  'stationkeeper:prune': 'enabled',
};

const DEPLOYMENT = {
  minimumHealthyPercent: 100,
  maximumPercent: 200,
  deploymentCircuitBreaker: { enable: true, rollback: true },
};

describe('the X-Ray stack, read back from moto', () => {
  it('has its cluster and its private namespace', async () => {
    const { clusters } = await moto.aws.ecs.send(
      new DescribeClustersCommand({ clusters: [CLUSTER], include: ['SETTINGS'] }),
    );
    expect(clusters).toEqual([
      expect.objectContaining({
        clusterName: CLUSTER,
        status: 'ACTIVE',
        settings: [{ name: 'containerInsights', value: 'disabled' }],
      }),
    ]);
    const { Namespaces: namespaces } = await moto.aws.cloudMap.send(new ListNamespacesCommand({}));
    expect(namespaces).toEqual([
      expect.objectContaining({
        Name: 'services.dockerinaws.org',
        Type: 'DNS_PRIVATE',
        Description: 'shared daemons',
        Properties: expect.objectContaining({ DnsProperties: expect.objectContaining({ SOA: { TTL: 60 } }) }),
      }),
    ]);
  });

  it('has a task definition of 256 CPU units and 512 MiB for Fargate, that runs the daemon with -o', async () => {
    const { taskDefinition, tags } = await moto.aws.ecs.send(
      new DescribeTaskDefinitionCommand({ taskDefinition: 'xray', include: ['TAGS'] }),
    );
    expect(taskDefinition).toMatchObject({
      revision: 1,
      cpu: '256',
      memory: '512',
      networkMode: 'awsvpc',
      requiresCompatibilities: ['FARGATE'],
      executionRoleArn: `arn:aws:iam::${MOTO_ACCOUNT}:role/xray-execution`,
      taskRoleArn: `arn:aws:iam::${MOTO_ACCOUNT}:role/xray-task`,
    });
    expect(taskDefinition?.containerDefinitions).toEqual([
      expect.objectContaining({
        name: 'xray',
        image: 'public.ecr.aws/xray/aws-xray-daemon:3.x',
        command: ['-o'],
        essential: true,
        portMappings: [
          { containerPort: 2000, protocol: 'udp' },
          { containerPort: 2000, protocol: 'tcp' },
        ],
        environment: [{ name: 'AWS_REGION', value: 'us-east-1' }],
        logConfiguration: {
          logDriver: 'awslogs',
          options: {
            'awslogs-group': '/stationkeeper/xray',
            'awslogs-region': 'us-east-1',
            'awslogs-stream-prefix': 'docker',
          },
        },
      }),
    ]);
    expect(tagsOf(tags)).toEqual(XRAY_TAGS);
  });

  it('has a service of two tasks in the default subnets, with public addresses, bound to its registry', async () => {
    const [ours, { Subnets: subnets }, group, discovery] = await Promise.all([
      service(),
      moto.aws.ec2.send(
        new DescribeSubnetsCommand({ Filters: [{ Name: 'default-for-az', Values: ['true'] }] }),
      ),
      securityGroup(),
      discoveryService(),
    ]);
    expect(ours).toMatchObject({
      status: 'ACTIVE',
      desiredCount: 2,
      launchType: 'FARGATE',
      platformVersion: 'LATEST',
      schedulingStrategy: 'REPLICA',
      taskDefinition: `arn:aws:ecs:us-east-1:${MOTO_ACCOUNT}:task-definition/xray:1`,
      serviceRegistries: [{ registryArn: discovery.Arn }],
      propagateTags: 'SERVICE',
      networkConfiguration: {
        awsvpcConfiguration: { assignPublicIp: 'ENABLED', securityGroups: [group.GroupId] },
      },
    });
    const used = ours.networkConfiguration!.awsvpcConfiguration!.subnets!;
    expect(used.length).toBeGreaterThanOrEqual(2);
    expect(new Set(used)).toEqual(new Set(subnets!.map((subnet) => subnet.SubnetId)));
    expect(tagsOf(ours.tags)).toEqual(XRAY_TAGS);
  });

  it('was asked for with 100/200 percent, circuit breaker and zone rebalancing', () => {
    const created = moto.proxy.requests
      .filter(({ operation }) => operation.endsWith('ServiceV20141113.CreateService'))
      .map(({ body }) => JSON.parse(body) as Readonly<Record<string, unknown>>)
      .find(({ serviceName }) => serviceName === 'xray');
    expect(created).toMatchObject({
      deploymentConfiguration: DEPLOYMENT,
      availabilityZoneRebalancing: 'ENABLED',
    });
  });

  it('returns 100/200 percent and the circuit breaker', async ({ skip }) => {
    const { deploymentConfiguration } = await service();
    skip(
      deploymentConfiguration === undefined,
      'moto stores none; the test above looks at the request instead',
    );
    expect(deploymentConfiguration).toMatchObject(DEPLOYMENT);
  });

  it('runs two tasks', async ({ skip }) => {
    const { runningCount } = await service();
    skip(runningCount === 0, 'moto runs no tasks of a service; the sandbox shows them run and registered');
    expect(runningCount).toBe(2);
  });

  it('has a log group that keeps seven days', async () => {
    const { logGroups } = await moto.aws.logs.send(
      new DescribeLogGroupsCommand({ logGroupNamePrefix: '/stationkeeper/xray' }),
    );
    expect(logGroups).toEqual([
      expect.objectContaining({ logGroupName: '/stationkeeper/xray', retentionInDays: 7 }),
    ]);
  });

  it.for<readonly [string, readonly object[]]>([
    [
      'xray-task',
      [
        {
          Effect: 'Allow',
          Action: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
          Resource: ['*'],
        },
      ],
    ],
    [
      'xray-execution',
      [
        { Effect: 'Allow', Action: ['ecr:GetAuthorizationToken'], Resource: ['*'] },
        {
          Effect: 'Allow',
          Action: ['ecr:BatchCheckLayerAvailability', 'ecr:GetDownloadUrlForLayer', 'ecr:BatchGetImage'],
          Resource: ['*'],
        },
        {
          Effect: 'Allow',
          Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
          Resource: [`arn:aws:logs:us-east-1:${MOTO_ACCOUNT}:log-group:/stationkeeper/xray:*`],
        },
      ],
    ],
  ])('has the role %s with exactly its statements, for ECS tasks only', async ([name, statements]) => {
    const role = { RoleName: name };
    const { Role: found } = await moto.aws.iam.send(new GetRoleCommand(role));
    expect(document(found?.AssumeRolePolicyDocument)).toEqual({
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Principal: { Service: 'ecs-tasks.amazonaws.com' }, Action: 'sts:AssumeRole' },
      ],
    });
    // IAM has no regions: a role says which one it was made for.
    expect(tagsOf(found?.Tags)).toEqual({ ...XRAY_TAGS, 'stationkeeper:region': 'us-east-1' });
    const { PolicyNames: policies } = await moto.aws.iam.send(new ListRolePoliciesCommand(role));
    expect(policies).toHaveLength(1);
    const policy = await moto.aws.iam.send(new GetRolePolicyCommand({ ...role, PolicyName: policies![0] }));
    expect(document(policy.PolicyDocument)).toEqual({ Version: '2012-10-17', Statement: statements });
    const { AttachedPolicies: attached } = await moto.aws.iam.send(new ListAttachedRolePoliciesCommand(role));
    expect(attached).toEqual([]);
  });

  it('has a security group with exactly its rules, and not the egress rule that AWS adds', async () => {
    const group = await securityGroup();
    const rules = (permissions: readonly IpPermission[] | undefined) =>
      (permissions ?? []).map(({ IpProtocol, FromPort, ToPort, IpRanges }) => ({
        IpProtocol,
        FromPort,
        ToPort,
        IpRanges,
      }));
    expect(rules(group.IpPermissions)).toHaveLength(2);
    expect(rules(group.IpPermissions)).toEqual(
      expect.arrayContaining([rule('udp', 2000, '172.31.0.0/16'), rule('tcp', 2000, '172.31.0.0/16')]),
    );
    expect(rules(group.IpPermissionsEgress)).toHaveLength(3);
    expect(rules(group.IpPermissionsEgress)).toEqual(
      expect.arrayContaining([
        rule('tcp', 80, '0.0.0.0/0'),
        rule('tcp', 443, '0.0.0.0/0'),
        rule('udp', 53, '0.0.0.0/0'),
      ]),
    );
    expect(tagsOf(group.Tags)).toEqual(XRAY_TAGS);
  });

  it('has a discovery service with an A record of 60 seconds and a custom health check', async () => {
    const service = await discoveryService();
    expect(service.DnsConfig).toMatchObject({
      DnsRecords: [{ Type: 'A', TTL: 60 }],
      RoutingPolicy: 'MULTIVALUE',
    });
    expect(service.HealthCheckCustomConfig).toBeDefined();
    expect(service.HealthCheckConfig).toBeUndefined();
  });

  it('is left alone by a second apply, which only reads', async () => {
    moto.proxy.reset();
    const { code, stdout, stderr } = await moto.stationkeeper('apply', MANIFESTS, '--no-wait');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('Plan: no changes; 17 resources are in sync\n');
    const asked = moto.proxy.requests.map(({ operation }) => operation);
    expect(asked).not.toEqual([]);
    expect(asked.filter((operation) => !READ.test(operation))).toEqual([]);
  });
});

describe('what somebody changes in moto', () => {
  const DRIFT = [
    'discovery-service/xray dnsRecords[A].ttl',
    'log-group/stationkeeper/otel-collector tags.team',
    'log-group/stationkeeper/xray retentionInDays',
    'role/xray-task inlinePolicies[stationkeeper].Statement[0].Action',
    'security-group/xray ingress[tcp 22 0.0.0.0/0]',
    'security-group/xray ingress[udp 2000 172.31.0.0/16]',
    'service/xray desiredCount',
  ];

  beforeAll(async () => {
    const { aws } = moto;
    const { GroupId } = await securityGroup();
    const { Id } = await discoveryService();
    await aws.ecs.send(new UpdateServiceCommand({ cluster: CLUSTER, service: 'xray', desiredCount: 5 }));
    await aws.logs.send(
      new PutRetentionPolicyCommand({ logGroupName: '/stationkeeper/xray', retentionInDays: 30 }),
    );
    await aws.logs.send(
      new UntagResourceCommand({
        resourceArn: `arn:aws:logs:us-east-1:${MOTO_ACCOUNT}:log-group:/stationkeeper/otel-collector`,
        tagKeys: ['team'],
      }),
    );
    await aws.ec2.send(
      new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: [rule('tcp', 22, '0.0.0.0/0')] }),
    );
    await aws.ec2.send(
      new RevokeSecurityGroupIngressCommand({ GroupId, IpPermissions: [rule('udp', 2000, '172.31.0.0/16')] }),
    );
    await aws.iam.send(
      new PutRolePolicyCommand({
        RoleName: 'xray-task',
        PolicyName: 'stationkeeper',
        PolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
        }),
      }),
    );
    await aws.cloudMap.send(
      new UpdateDiscoveryService({ Id, Service: { DnsConfig: { DnsRecords: [{ Type: 'A', TTL: 300 }] } } }),
    );
  });

  it('is planned by path, without a change, and exits with 2 where asked to', async () => {
    moto.proxy.reset();
    expect(await moto.changes(MANIFESTS)).toEqual(DRIFT);
    const { code, stdout } = await moto.stationkeeper('plan', MANIFESTS, '--detailed-exitcode');
    expect(code).toBe(2);
    expect(stdout).toMatch(/^ {4}~ service\/xray {2}\(drifted in AWS; .*\)\n {10}~ desiredCount: 5 → 2$/m);
    expect(moto.proxy.requests.filter(({ operation }) => !READ.test(operation))).toEqual([]);
  });

  it('is put right by the next apply; then there is nothing to plan', async () => {
    const healed = await moto.stationkeeper('apply', MANIFESTS, '--no-wait');
    expect(healed).toMatchObject({ code: 0, stderr: '' });
    expect((await service()).desiredCount).toBe(2);
    expect((await securityGroup()).IpPermissions?.map((one) => one.FromPort)).toEqual([2000, 2000]);
    const { code, stdout } = await moto.stationkeeper('plan', MANIFESTS, '--detailed-exitcode');
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: 'Plan: no changes; 17 resources are in sync\n',
    });
  });
});
