import { beforeAll, describe, expect, test } from 'vitest';
import { createWorld, stepsOf } from '../support/world/world.ts';
import type { World } from '../support/world/world.ts';

const ACCOUNTS = ['111111111111', '222222222222'];
const REGIONS = ['us-east-1', 'eu-west-1', 'ap-southeast-2'];
const ENVIRONMENTS = ACCOUNTS.length * REGIONS.length;
const DAEMONS = 2;

function fleet(): string {
  const environments = ACCOUNTS.flatMap((account) =>
    REGIONS.map(
      (region) => `kind: Environment
metadata: { name: e${account}-${region} }
spec: { region: ${region}, account: "${account}", roleArn: "arn:aws:iam::${account}:role/keeper" }`,
    ),
  );
  const daemons = Array.from(
    { length: DAEMONS },
    (_, nth) => `kind: DaemonService
metadata: { name: daemon-${nth} }
spec:
  environments: {}
  cluster: main
  desiredCount: 2
  cpu: 256
  memory: 512
  containers: [{ name: agent, image: public.ecr.aws/xray/aws-xray-daemon:3.x, portMappings: [{ containerPort: 2000, protocol: udp }] }]
  serviceDiscovery: { namespace: services.example.org, dnsRecords: [{ type: A, ttl: 60 }] }`,
  );
  const others = [
    'kind: Cluster\nmetadata: { name: main }\nspec: { environments: {} }',
    'kind: Namespace\nmetadata: { name: services.example.org }\nspec: { environments: {} }',
    'kind: Repository\nmetadata: { name: daemons }\nspec: { environments: {} }',
  ];
  return [...environments, ...others, ...daemons]
    .map((text) => `apiVersion: stationkeeper.dev/v1\n${text}\n`)
    .join('---\n');
}

/** Calls of one pass with nothing to do, by operation. */
async function idleCalls(world: World): Promise<Readonly<Record<string, number>>> {
  world.calls.length = 0;
  const result = await world.pass();
  expect(stepsOf(result.plan)).toEqual([]);
  const counts: Record<string, number> = {};
  for (const { name } of world.calls) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

describe('a pass with nothing to do, over three Regions of two accounts', () => {
  let world: World;
  let counts: Readonly<Record<string, number>>;
  beforeAll(async () => {
    world = createWorld({ files: { 'fleet.yaml': fleet() } });
    await world.settle();
    await world.pass();
    counts = await idleCalls(world);
  }, 120_000);

  test('asks for no more than this', () => {
    const inEach = [
      'ec2:DescribeVpcs',
      'ec2:DescribeSubnets',
      'ec2:DescribeSecurityGroupRules',
      'tagging:GetResources',
      'servicediscovery:ListNamespaces',
      'servicediscovery:ListServices',
      'ecr:DescribeRepositories',
      'ecs:DescribeClusters',
      'ecs:DescribeServices',
      'ecs:ListTasks',
      'ecs:DescribeTasks',
    ];
    expect(counts).toEqual({
      ...Object.fromEntries(inEach.map((name) => [name, ENVIRONMENTS])),
      // In the VPC, and of ours anywhere.
      'ec2:DescribeSecurityGroups': 2 * ENVIRONMENTS,
      // Of few groups each is asked for by its name.
      'logs:DescribeLogGroups': DAEMONS * ENVIRONMENTS,
      'iam:GetAccountAuthorizationDetails': ACCOUNTS.length,
      'ecs:DescribeTaskDefinition': DAEMONS * ENVIRONMENTS,
      'servicediscovery:DiscoverInstances': DAEMONS * ENVIRONMENTS,
    });
  });

  test('sees a role that somebody changed in one of them in the pass after', async () => {
    await world.sandbox.call({
      service: 'iam',
      operation: 'PutRolePolicy',
      input: {
        RoleName: 'daemon-0-e111111111111-eu-west-1-execution',
        PolicyName: 'theirs',
        PolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }],
        }),
      },
      region: 'us-east-1',
      accountId: '111111111111',
    });
    const { before } = await world.pass();
    expect(stepsOf(before)).toEqual(['update role/daemon-0-e111111111111-eu-west-1-execution']);
  });
});
