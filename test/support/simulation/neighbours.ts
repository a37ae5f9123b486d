import type { World } from '../world/world.ts';
import { callsTo } from '../world/account.ts';
import type { Chance } from './chance.ts';
import { daemonsOf, regionsOf } from './commit.ts';
import type { Commit } from './commit.ts';
import { whereIs } from './regions.ts';

type Tags = Readonly<Record<string, string>>;

/** Whose the neighbours' resources are: nobody's, another controller's, or another environment's of our own owner. */
const STRANGERS: readonly [Tags, ...Tags[]] = [
  {},
  { Name: 'somebody' },
  {
    'stationkeeper:owner': 'another-team',
    'stationkeeper:manifest': 'DaemonService/theirs',
    'stationkeeper:environment': 'default',
    'stationkeeper:deletion-policy': 'delete',
    'stationkeeper:prune': 'enabled',
  },
  {
    'stationkeeper:owner': 'stationkeeper',
    'stationkeeper:manifest': 'DaemonService/theirs',
    'stationkeeper:environment': 'elsewhere',
    'stationkeeper:region': 'us-east-1',
    'stationkeeper:deletion-policy': 'delete',
    'stationkeeper:prune': 'enabled',
  },
];

/** Tags of one of the strangers, as Cloud Map takes them. */
export function whoseByChance(chance: Chance): object {
  return upper(chance.one(STRANGERS));
}

/** The longest that AWS takes to make a namespace. */
const NAMESPACE_MS = 100_000;

const POLICY = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Principal: { Service: 'ecs-tasks.amazonaws.com' }, Action: 'sts:AssumeRole' },
  ],
});
const ALLOWED = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }],
});

/**
 * Fills the account with what is not ours, much of it under our names: in other VPCs, clusters and namespaces, and here and there
 * where ours would go. In every region that the commit is about.
 */
export async function moveInNeighbours(world: World, commit: Commit, chance: Chance): Promise<void> {
  const names = [...daemonsOf(commit).map(({ metadata }) => metadata.name), 'fluent'];
  for (const { region } of regionsOf(commit)) {
    await moveIn(world, region, [...names, 'theirs'], chance);
  }
  // Roles are of the account and not of a region.
  const taken = chance.any(names);
  if (taken !== undefined && chance.happens(0.2))
    await roleOf(world, 'us-east-1', `${taken}-execution`, chance.one(STRANGERS));
}

async function moveIn(world: World, region: string, names: readonly string[], chance: Chance): Promise<void> {
  const call = callsTo(world.sandbox, whereIs(region));
  const whose = (): Tags => chance.one(STRANGERS);
  const { Vpc } = await call('ec2', 'CreateVpc', { CidrBlock: '10.9.0.0/16' });
  const { VpcId } = Vpc as { readonly VpcId: string };
  const { Subnet } = await call('ec2', 'CreateSubnet', { VpcId, CidrBlock: '10.9.1.0/24' });
  const { SubnetId } = Subnet as { readonly SubnetId: string };
  const { cluster } = await call('ecs', 'CreateCluster', { clusterName: 'theirs', tags: lower(whose()) });
  const { clusterName } = cluster as { readonly clusterName: string };
  const role = await roleOf(world, region, `theirs-${whereIs(region).region}`, whose());
  const namespaceId = await namespaceIn(world, region, {
    Name: 'theirs.example.org',
    Vpc: VpcId,
    ...upper(whose()),
  });

  for (const name of names) {
    const group = await call('ec2', 'CreateSecurityGroup', {
      GroupName: name,
      Description: 'theirs',
      VpcId,
      ...tagSpecification(whose()),
    });
    await call('ec2', 'AuthorizeSecurityGroupIngress', {
      GroupId: group['GroupId'],
      IpPermissions: [{ IpProtocol: 'tcp', FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: '10.0.0.0/8' }] }],
    });
    await call('logs', 'CreateLogGroup', {
      logGroupName: `/stationkeeper/${name}-theirs`,
      ...plain(whose()),
    });
    const discovery = await call('servicediscovery', 'CreateService', {
      Name: name,
      NamespaceId: namespaceId,
      DnsConfig: { RoutingPolicy: 'MULTIVALUE', DnsRecords: [{ Type: 'A', TTL: 60 }] },
      HealthCheckCustomConfig: { FailureThreshold: 1 },
      ...upper(whose()),
    });
    const { Id } = discovery['Service'] as { readonly Id: string };
    await call('servicediscovery', 'RegisterInstance', {
      ServiceId: Id,
      InstanceId: `${name}-theirs`,
      Attributes: { AWS_INSTANCE_IPV4: '10.9.1.77' },
    });
    const { taskDefinition } = await call('ecs', 'RegisterTaskDefinition', {
      family: `${name}-theirs`,
      networkMode: 'awsvpc',
      requiresCompatibilities: ['FARGATE'],
      cpu: '256',
      memory: '512',
      executionRoleArn: role,
      containerDefinitions: [{ name: 'main', image: 'example.org/theirs:1' }],
      tags: lower(whose()),
    });
    const { taskDefinitionArn } = taskDefinition as { readonly taskDefinitionArn: string };
    await call('ecs', 'CreateService', {
      cluster: clusterName,
      serviceName: name,
      taskDefinition: taskDefinitionArn,
      desiredCount: 1,
      launchType: 'FARGATE',
      networkConfiguration: {
        awsvpcConfiguration: { subnets: [SubnetId], securityGroups: [group['GroupId']] },
      },
      tags: lower(whose()),
    });
  }
  // Where ours would go: such a daemon is held, and what stands there stays as it is.
  const taken = chance.any(names.filter((name) => name !== 'theirs'));
  if (taken === undefined || chance.happens(0.5)) return;
  await chance.one<() => Promise<unknown>>([
    () => call('logs', 'CreateLogGroup', { logGroupName: `/stationkeeper/${taken}`, ...plain(whose()) }),
    () =>
      call('ec2', 'CreateSecurityGroup', {
        GroupName: taken,
        Description: 'theirs',
        ...tagSpecification(whose()),
      }),
    () => call('ecs', 'CreateCluster', { clusterName: 'side', tags: lower(whose()) }),
  ])();
}

async function namespaceIn(world: World, region: string, input: object): Promise<unknown> {
  const call = callsTo(world.sandbox, whereIs(region));
  const { OperationId } = await call('servicediscovery', 'CreatePrivateDnsNamespace', input);
  await world.clock.advance(NAMESPACE_MS);
  const { Operation } = await call('servicediscovery', 'GetOperation', { OperationId });
  return (Operation as { readonly Targets: { readonly NAMESPACE: string } }).Targets.NAMESPACE;
}

async function roleOf(world: World, region: string, name: string, tags: Tags): Promise<unknown> {
  const call = callsTo(world.sandbox, whereIs(region));
  const made = await call('iam', 'CreateRole', {
    RoleName: name,
    AssumeRolePolicyDocument: POLICY,
    ...upper(tags),
  });
  await call('iam', 'PutRolePolicy', { RoleName: name, PolicyName: 'theirs', PolicyDocument: ALLOWED });
  return (made['Role'] as { readonly Arn: string }).Arn;
}

function lower(tags: Tags): { key: string; value: string }[] {
  return Object.entries(tags).map(([key, value]) => ({ key, value }));
}

function plain(tags: Tags): { readonly tags?: Tags } {
  return Object.keys(tags).length === 0 ? {} : { tags };
}

function upper(tags: Tags): { Tags?: { Key: string; Value: string }[] } {
  const list = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  return list.length === 0 ? {} : { Tags: list };
}

function tagSpecification(tags: Tags): object {
  const { Tags: list } = upper(tags);
  return list === undefined ? {} : { TagSpecifications: [{ ResourceType: 'security-group', Tags: list }] };
}
