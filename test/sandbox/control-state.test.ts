import { expect, it } from 'vitest';
import { copyState } from '../../sandbox/control/copy-state.ts';
import { plainState } from '../../sandbox/control/plain-state.ts';
import type { Places } from '../../sandbox/places.ts';
import { SortedMap } from '../../sandbox/sorted-map.ts';
import { ecsSandbox, taskDefinitionInput } from '../support/sandbox/ecs.ts';
import { daemonsOn, idOf, launch, onHosts, serviceOnHosts } from '../support/sandbox/hosts.ts';
import { ALLOW_LOGS, TRUST, policy } from '../support/iam/policies.ts';

/** What state is made of beside words, numbers and dates: these hold what is put into them, and nothing of their own. */
const CONTAINERS = [Object.prototype, Array.prototype, Map.prototype, Set.prototype, SortedMap.prototype];

interface Found {
  readonly path: string;
  readonly value: unknown;
}

/** All that can be reached from a value, itself included, everything once. */
function reachable(root: unknown): readonly Found[] {
  const found: Found[] = [{ path: '', value: root }];
  const seen = new Set<unknown>([root]);
  for (const { path, value } of found) {
    for (const [key, part] of partsOf(value)) {
      if (seen.has(part)) continue;
      if (typeof part === 'object') seen.add(part);
      found.push({ path: `${path}/${key}`, value: part });
    }
  }
  return found;
}

function partsOf(value: unknown): readonly (readonly [string, unknown])[] {
  if (typeof value !== 'object' || value === null) return [];
  if (value instanceof Set) return [...value].map((item, index) => [String(index), item]);
  if (value instanceof Map || value instanceof SortedMap) {
    return [...value.entries()].flatMap(([key, item]) => [
      [`key ${String(key)}`, key],
      [String(key), item],
    ]);
  }
  return Object.entries(value);
}

function isData({ value }: Found): boolean {
  if (typeof value !== 'object' || value === null) return !['function', 'symbol'].includes(typeof value);
  return value instanceof Date || CONTAINERS.includes(Object.getPrototypeOf(value) as object);
}

/** Bytes of a secret. */
const BINARY = Buffer.from('open sesame');

/** What every service holds while much goes on: a rollout that fails and one that is well, a run, a session, deletions. */
async function livelyState(): Promise<Places> {
  const aws = await ecsSandbox();
  const { Vpcs = [] } = await aws.call('ec2', 'DescribeVpcs', {});
  const tags = [{ Key: 'team', Value: 'observability' }];
  await aws.call('ec2', 'CreateTags', { Resources: [aws.securityGroup], Tags: tags });
  await aws.call('ec2', 'AuthorizeSecurityGroupIngress', {
    GroupId: aws.securityGroup,
    IpPermissions: [
      { IpProtocol: 'udp', FromPort: 2000, ToPort: 2000, IpRanges: [{ CidrIp: '10.0.0.0/8' }] },
    ],
  });
  await aws.call('logs', 'CreateLogGroup', {
    logGroupName: '/daemons/xray',
    tags: { team: 'observability' },
  });
  await aws.call('iam', 'CreatePolicy', { PolicyName: 'logs', PolicyDocument: policy(ALLOW_LOGS) });
  await aws.call('iam', 'CreateRole', { RoleName: 'ops', AssumeRolePolicyDocument: TRUST });
  await aws.call('sts', 'AssumeRole', {
    RoleArn: 'arn:aws:iam::111122223333:role/ops',
    RoleSessionName: 'session',
  });
  await aws.call('servicediscovery', 'CreatePrivateDnsNamespace', {
    Name: 'services.example.org',
    Vpc: Vpcs[0]?.VpcId,
  });
  await aws.call('ecr', 'CreateRepository', { repositoryName: 'xray', tags });
  aws.sandbox.control.putImage({ repository: 'xray', tags: ['3.x'], architectures: ['amd64', 'arm64'] });
  await aws.call('ssm', 'PutParameter', { Name: '/prod/key', Type: 'SecureString', Value: 'open sesame' });
  await aws.call('secretsmanager', 'CreateSecret', { Name: 'prod/db', SecretString: 'open sesame' });
  await aws.call('secretsmanager', 'CreateSecret', { Name: 'binary', SecretBinary: BINARY });
  await aws.call('servicediscovery', 'CreatePublicDnsNamespace', { Name: 'xray.example.org' });
  await aws.call('servicediscovery', 'CreateHttpNamespace', { Name: 'daemons' });
  const { HostedZone } = await aws.call('route53', 'CreateHostedZone', {
    Name: 'example.org',
    CallerReference: 'by hand',
  });
  await aws.call('route53', 'ChangeTagsForResource', {
    ResourceType: 'hostedzone',
    ResourceId: HostedZone?.Id,
    AddTags: [{ Key: 'team', Value: 'network' }],
  });
  aws.advance(120_000);
  const { Namespaces = [] } = await aws.call('servicediscovery', 'ListNamespaces', {});
  const { Service } = await aws.call('servicediscovery', 'CreateService', {
    Name: 'xray',
    NamespaceId: Namespaces.find(({ Type }) => Type === 'DNS_PRIVATE')?.Id,
    DnsConfig: { DnsRecords: [{ Type: 'A', TTL: 60 }] },
    HealthCheckCustomConfig: {},
  });
  await aws.ecs('CreateService', aws.serviceInput({ serviceRegistries: [{ registryArn: Service?.Arn }] }));
  await aws.steady();
  await aws.ecs('RunTask', {
    cluster: 'daemons',
    taskDefinition: 'xray',
    launchType: 'FARGATE',
    clientToken: 'once',
    networkConfiguration: { awsvpcConfiguration: { subnets: [...aws.subnets] } },
  });
  const [container] = taskDefinitionInput().containerDefinitions!;
  const image = 'public.ecr.aws/xray/aws-xray-daemon:fail-exit';
  const taskDefinition = await aws.register({ containerDefinitions: [{ ...container, image }] });
  await aws.ecs('UpdateService', { cluster: 'daemons', service: 'xray', taskDefinition });
  const [host] = launch(aws, { count: 2, attributes: { stack: 'prod' } });
  const behindBridge = onHosts({
    portMappings: [{ containerPort: 80 }, { containerPort: 81, hostPort: 8081 }],
  });
  await daemonsOn(aws, behindBridge, {
    serviceName: 'daemon',
    placementConstraints: [{ type: 'memberOf', expression: 'attribute:stack == prod' }],
  });
  await serviceOnHosts(aws, onHosts({ memory: 100_000 }), { serviceName: 'waiting' });
  aws.advance(60_000);
  aws.sandbox.control.actOnInstance(idOf(host!), 'terminate');
  await aws.ecs('CreateService', aws.serviceInput({ serviceName: 'leaving', taskDefinition: 'xray:1' }));
  aws.advance(30_000);
  await aws.ecs('DeleteService', { cluster: 'daemons', service: 'leaving', force: true });
  aws.advance(2_000);
  return aws.sandbox.places;
}

it('the state is plain data, in maps and sets: no function, and nothing that has any of its own', async () => {
  const found = reachable(await livelyState());
  expect(found.length).toBeGreaterThan(1000);
  expect(found.filter((one) => !isData(one)).map(({ path }) => path)).toEqual([]);
});

it('a copy of the state is the same, and shares no record with it', async () => {
  const state = await livelyState();
  const copy = copyState(state);
  expect(plainState(copy)).toEqual(plainState(state));
  const originals = new Set(reachable(state).map(({ value }) => value));
  const shared = reachable(copy).filter(({ value }) => typeof value === 'object' && originals.has(value));
  expect(shared.filter(({ value }) => value !== null).map(({ path }) => path)).toEqual([]);
});

it('shows the state without the values of secrets and parameters', async () => {
  const shown = JSON.stringify(plainState(await livelyState()));
  expect(shown).toContain('"value":"(hidden)"');
  expect(shown).not.toContain('open sesame');
  expect(shown).not.toContain(BINARY.toString('base64'));
});

it('shows the zones of namespaces, and those that somebody made, with what is in them', async () => {
  const { accounts, regions } = plainState(await livelyState()) as {
    readonly accounts: Readonly<Record<string, { readonly route53: object }>>;
    readonly regions: Readonly<
      Record<string, { readonly servicediscovery: { readonly namespaces: object } }>
    >;
  };
  const route53 = Object.values(accounts).map((account) => account.route53);
  expect(route53).toContainEqual({
    zones: {
      [zoneIds(route53)[0]!]: expect.objectContaining({ name: 'example.org', callerReference: 'by hand' }),
    },
    tags: { [zoneIds(route53)[0]!]: { team: 'network' } },
    changes: expect.any(Object),
  });
  const namespaces = Object.values(regions).flatMap((region) =>
    Object.values(region.servicediscovery.namespaces),
  ) as readonly { readonly name: string; readonly type: string; readonly zone?: object }[];
  const shown = new Map(namespaces.map(({ name, type, zone }) => [name, { type, zone }]));
  expect(shown.get('services.example.org')).toMatchObject({
    type: 'DNS_PRIVATE',
    zone: { vpcId: expect.stringMatching(/^vpc-/), soaTtl: 15 },
  });
  expect(shown.get('xray.example.org')).toMatchObject({ type: 'DNS_PUBLIC', zone: { soaTtl: 15 } });
  expect(shown.get('daemons')).toEqual({ type: 'HTTP', zone: undefined });
});

function zoneIds(route53: readonly object[]): readonly string[] {
  return route53.flatMap((state) => Object.keys('zones' in state ? (state.zones as object) : {}));
}
