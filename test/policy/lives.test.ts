import { describe, expect, test } from 'vitest';
import { callsTo } from '../support/world/account.ts';
import { DRIFTS } from '../support/drifts/table.ts';
import { guard, policiesFor } from '../support/iam/guard.ts';
import { REGISTRY, makeParameter, makeSecret, pushImage } from '../support/world/fetched.ts';
import { makeGroup, rulesOf } from '../support/world/groups.ts';
import { MANAGED_EXECUTION_POLICY } from '../support/world/other-tools.ts';
import { cluster, daemonService, repository, yamlOf } from '../support/manifests/documents.ts';
import { LIVES, disown, worldBefore } from '../support/simulation/crash.ts';
import { MANIFESTS, createWorld, stepsOf } from '../support/world/world.ts';

const NEVER_HELD = { count: 1000 };

describe('with what `policy` prints, and nothing more,', () => {
  test('the examples come into being in an account that has never used ECS, and go again', async () => {
    const world = createWorld({ newAccount: true, pruneBudget: NEVER_HELD });
    const iam = guard(world);
    iam.grant(policiesFor(MANIFESTS));
    const created = (await world.settle()).at(-1);
    expect({ denied: iam.denied, left: stepsOf(created!.plan) }).toEqual({ denied: [], left: [] });

    world.files.clear();
    world.files.set('other.yaml', yamlOf(cluster({ name: 'other' })));
    await world.clock.advance(200_000);
    iam.grant([...policiesFor(MANIFESTS), ...policiesFor(Object.fromEntries(world.files))]);
    const removed = (await world.settle()).at(-1);
    expect({ denied: iam.denied, left: stepsOf(removed!.plan) }).toEqual({ denied: [], left: [] });
  });

  test.each(['a change of everything', 'its adoption, with a change of everything'])(
    'a daemon lives through %s',
    async (name) => {
      const world = await worldBefore(LIVES[name]!);
      const iam = guard(world);
      iam.grant(policiesFor(Object.fromEntries(world.files)));
      const last = (await world.settle()).at(-1);
      expect({ denied: iam.denied, left: stepsOf(last!.plan) }).toEqual({ denied: [], left: [] });
    },
  );

  test('the rules in the group of a consumer are made, put right and taken away, and nothing else in it may be tagged', async () => {
    const consumers = [{ name: 'app', securityGroup: { name: 'app' }, ingress: 'subnets' as const }];
    const portMappings = [{ containerPort: 2000, protocol: 'udp' as const }];
    const containers = [{ name: 'main', image: 'example.org/daemon:1', portMappings }];
    const files = (some: typeof consumers) =>
      yamlOf(cluster(), daemonService({ containers, consumers: some }));
    const world = createWorld({ files: { 'xray.yaml': files(consumers) }, pruneBudget: NEVER_HELD });
    const app = await makeGroup(world, 'app');
    const iam = guard(world);
    iam.grant(policiesFor(Object.fromEntries(world.files)));
    await world.settle();
    const [, rule] = await rulesOf(world, app);
    await callsTo(world.sandbox)('ec2', 'ModifySecurityGroupRules', {
      GroupId: app,
      SecurityGroupRules: [
        {
          SecurityGroupRuleId: rule?.id,
          SecurityGroupRule: {
            IpProtocol: 'udp',
            FromPort: 1,
            ToPort: 1,
            ReferencedGroupId: rule?.text.split(' ').at(-1),
          },
        },
      ],
    });
    await world.clock.advance(60_000);
    const mended = (await world.settle()).at(-1);
    expect({ denied: iam.denied, left: stepsOf(mended!.plan) }).toEqual({ denied: [], left: [] });
    world.files.set('xray.yaml', files([]));
    iam.grant([
      ...policiesFor({ 'a.yaml': files(consumers) }),
      ...policiesFor(Object.fromEntries(world.files)),
    ]);
    const removed = (await world.settle()).at(-1);
    expect({ denied: iam.denied, left: stepsOf(removed!.plan) }).toEqual({ denied: [], left: [] });
    expect(await rulesOf(world, app)).toHaveLength(1);
  });

  test('a daemon comes into being, changes and goes that the policy for all names that begin alike was printed before', async () => {
    const world = createWorld({ files: { 'xray.yaml': DAEMON }, pruneBudget: NEVER_HELD });
    const iam = guard(world);
    iam.grant(policiesFor(Object.fromEntries(world.files), 'converge', 'team-'));
    await world.settle();
    const spec = { cluster: 'xray-daemon-cluster', taskRole: {}, logs: { retentionInDays: 7 } };
    const discovery = { serviceDiscovery: { namespace: 'services.dockerinaws.org' } };
    const live = async (document: ReturnType<typeof daemonService> | undefined) => {
      if (document === undefined) world.files.delete('added.yaml');
      else world.files.set('added.yaml', yamlOf(document));
      const last = (await world.settle()).at(-1);
      expect({ denied: iam.denied, left: stepsOf(last!.plan) }).toEqual({ denied: [], left: [] });
      await world.clock.advance(MINUTE_MS);
    };
    await live(daemonService({ name: 'team-statsd', ...spec, ...discovery }));
    await live(daemonService({ name: 'team-statsd', ...spec, ...discovery, cpu: 512, memory: 1024 }));
    await live(undefined);
    const [launched] = world.sandbox.control.launchInstances({ cluster: 'xray-daemon-cluster' });
    await live(onEveryHost('team-agent', 'xray-daemon-cluster', discovery));
    await world.loopFor(5 * MINUTE_MS);
    world.sandbox.control.actOnInstance(launched!.containerInstanceArn!, 'terminate');
    await world.loopFor(5 * MINUTE_MS);
    const registered = world.mutations().filter((name) => /(Register|Deregister)Instance$/.test(name));
    expect({ denied: iam.denied, registered: new Set(registered) }).toEqual({
      denied: [],
      registered: new Set(['servicediscovery:RegisterInstance', 'servicediscovery:DeregisterInstance']),
    });

    world.files.set('added.yaml', yamlOf(daemonService({ name: 'statsd', ...spec })));
    await world.pass();
    expect(iam.denied.map((text) => text.split(' ')[0])).toEqual(
      expect.arrayContaining(['iam:CreateRole', 'logs:CreateLogGroup']),
    );
  });

  test('no daemon reads more than it plans with', async () => {
    const world = createWorld();
    const iam = guard(world);
    iam.grant(policiesFor(MANIFESTS));
    await world.settle();
    world.restart();
    iam.grant(policiesFor(MANIFESTS, 'read'));
    iam.used.clear();
    const planned = await world.pass({ dryRun: true });
    expect({ denied: iam.denied, plan: stepsOf(planned.plan) }).toEqual({ denied: [], plan: [] });
    expect(iam.denied).toEqual([]);
  });

  test('a whole life uses every action that is ever allowed, and is refused none', async () => {
    const world = createWorld({ files: { 'xray.yaml': DAEMON }, newAccount: true, pruneBudget: NEVER_HELD });
    const call = callsTo(world.sandbox);
    const iam = guard(world);
    const live = async (changes: Readonly<Record<string, string>> = {}): Promise<void> => {
      for (const [file, text] of Object.entries(changes)) world.files.set(file, text);
      iam.grant(policiesFor(Object.fromEntries(world.files)));
      await world.settle();
      await world.clock.advance(MINUTE_MS);
    };
    await live();

    for (const { meddle } of Object.values(DRIFTS)) {
      await meddle(world);
      await world.clock.advance(MINUTE_MS);
      await world.settle();
      // No correction is contested that the one before is long past.
      await world.clock.advance(3 * 60 * MINUTE_MS);
    }
    for (let image = 1; image <= 7; image += 1) {
      await live({ 'xray.yaml': DAEMON.replace('xray-daemon:3.x', `xray-daemon:3.${image}`) });
    }
    await live({ 'xray.yaml': DAEMON.replace('xray-daemon:3.x', 'xray-daemon:fail-3.x') });
    await world.loopFor(10 * MINUTE_MS);
    // Who did not see it fail asks ECS which revision it was.
    world.restart();
    await world.settle();
    await live({ 'xray.yaml': DAEMON });
    await registerStale(call);
    await world.loopFor(5 * MINUTE_MS);
    expect(iam.denied).toEqual([]);

    await live({ 'xray.yaml': CHANGED });
    await live({ 'agent.yaml': yamlOf(cluster({ name: 'hosts' }), onEveryHost('agent', 'hosts')) });
    const [host] = world.sandbox.control.launchInstances({ cluster: 'hosts' });
    await world.pass();
    world.sandbox.control.actOnInstance(host!.containerInstanceArn!, 'terminate');
    const withAgent = policiesFor(Object.fromEntries(world.files));
    world.files.delete('agent.yaml');
    iam.grant([...withAgent, ...policiesFor(Object.fromEntries(world.files))]);
    await world.settle();
    await live({ 'xray.yaml': annotated(WITH_PORT, 'allow-replace: "true"') });
    await disown(world);
    await live({ 'xray.yaml': annotated(WITH_PORT, 'adoption-policy: adopt-or-create') });
    expect(iam.denied).toEqual([]);

    await live({ 'repository.yaml': yamlOf(REPOSITORY) });
    await live({ 'repository.yaml': yamlOf({ ...REPOSITORY, spec: { encryptionConfiguration: AES } }) });
    await live({ 'repository.yaml': yamlOf(REPOSITORY) });
    await disown(world);
    await live({ 'repository.yaml': yamlOf({ ...REPOSITORY, metadata: adopting }, KEYED) });
    const withRepository = policiesFor(Object.fromEntries(world.files));
    world.files.delete('repository.yaml');
    iam.grant([...withRepository, ...policiesFor(Object.fromEntries(world.files))]);
    await world.settle();
    await live({ 'repository.yaml': yamlOf(REPOSITORY) });
    expect(iam.denied).toEqual([]);

    await pushImage(world, 'agents', '1.0');
    await makeParameter(world, '/agent/token');
    await live({ 'needing.yaml': yamlOf(needing(await makeSecret(world, 'agent'))) });
    await pushImage(world, 'agents', '1.1');
    await live();
    const withNeeds = policiesFor(Object.fromEntries(world.files));
    world.files.delete('needing.yaml');
    iam.grant([...withNeeds, ...policiesFor(Object.fromEntries(world.files))]);
    await world.settle();
    expect(iam.denied).toEqual([]);

    world.files.set('many.yaml', manyDaemons(50));
    iam.grant(policiesFor(Object.fromEntries(world.files), 'read'));
    await world.pass({ dryRun: true });
    world.files.delete('many.yaml');
    await live({ 'xray.yaml': annotated(WITH_PORT, 'deletion-policy: retain') });
    const retaining = policiesFor(Object.fromEntries(world.files));
    world.files.clear();
    world.files.set('other.yaml', yamlOf(cluster({ name: 'other' })));
    iam.grant([...retaining, ...policiesFor(Object.fromEntries(world.files))]);
    await world.settle();
    await world.clock.advance(MINUTE_MS);
    await live({ 'xray.yaml': annotated(WITH_PORT, 'adoption-policy: adopt') });
    expect(iam.denied).toEqual([]);

    await live({ 'xray.yaml': WITH_PORT });
    await call('iam', 'AttachRolePolicy', { RoleName: 'xray-task', PolicyArn: MANAGED_EXECUTION_POLICY });
    const whole = policiesFor(Object.fromEntries(world.files));
    world.files.delete('xray.yaml');
    iam.grant([...whole, ...policiesFor(Object.fromEntries(world.files))]);
    await world.settle();
    expect(iam.denied).toEqual([]);
    expect([...iam.used].toSorted()).toEqual([...iam.granted].toSorted());
  });
});

const MINUTE_MS = 60_000;
const DAEMON = LIVES['its first convergence']!.wanted;
const CHANGED = LIVES['a change of everything']!.wanted.replace(
  'retentionInDays: 30',
  'retentionInDays: 30, deletionPolicy: delete',
).replace(/containerInsights: \w+/, '$&, capacityProviders: [FARGATE]');

const WITH_PORT = CHANGED.replace('dnsRecords: [{ type: A,', 'port: 2000\n    dnsRecords: [{ type: SRV,')
  .replace('retentionInDays: 30, ', '')
  .replace('port: 443, cidr: 0.0.0.0/0', 'port: 443, cidr: 0.0.0.0/0, description: X-Ray');

const AES = { encryptionType: 'AES256' } as const;
/** All that a repository can have but a key of one's own. */
const REPOSITORY = repository({
  imageTagMutability: 'IMMUTABLE',
  imageScanningConfiguration: { scanOnPush: true },
  encryptionConfiguration: AES,
  lifecyclePolicy: {
    rules: [
      {
        rulePriority: 1,
        selection: { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: 9 },
        action: { type: 'expire' },
      },
    ],
  },
  repositoryPolicy: {
    Statement: [{ Effect: 'Allow', Principal: { AWS: '111122223333' }, Action: 'ecr:BatchGetImage' }],
  },
});
const KEYED = repository({
  name: 'keyed',
  encryptionConfiguration: {
    encryptionType: 'KMS',
    kmsKey: 'arn:aws:kms:us-east-1:385605022855:key/1234abcd-12ab-34cd-56ef-1234567890ab',
  },
});
const adopting = {
  name: REPOSITORY.metadata.name,
  annotations: { 'stationkeeper.dev/adoption-policy': 'adopt-or-create' },
};

function annotated(text: string, annotation: string): string {
  return text
    .replaceAll(
      /^metadata: \{ name: (.*) \}$/gm,
      `metadata: { name: $1, annotations: { stationkeeper.dev/${annotation} } }`,
    )
    .replace(
      '  name: xray\n  labels:',
      `  name: xray\n  annotations: { stationkeeper.dev/${annotation} }\n  labels:`,
    );
}

/** A daemon whose image is not there yet. */
function needing(secret: string): ReturnType<typeof daemonService> {
  return daemonService({
    name: 'needing',
    cluster: 'xray-daemon-cluster',
    containers: [
      { name: 'main', image: `${REGISTRY}/agents:1.1`, secrets: { A: secret, B: '/agent/token' } },
    ],
  });
}

function onEveryHost(
  name: string,
  on: string,
  changes: Parameters<typeof daemonService>[0] = {},
): ReturnType<typeof daemonService> {
  return daemonService({
    name,
    cluster: on,
    schedulingStrategy: 'DAEMON',
    networkMode: 'bridge',
    ...changes,
  });
}

function manyDaemons(count: number): string {
  return yamlOf(
    ...Array.from({ length: count }, (_, nth) =>
      daemonService({ name: `daemon-${nth}`, cluster: 'xray-daemon-cluster', desiredCount: 0 }),
    ),
  );
}

async function registerStale(call: ReturnType<typeof callsTo>): Promise<void> {
  const { Services } = await call('servicediscovery', 'ListServices');
  await call('servicediscovery', 'RegisterInstance', {
    ServiceId: (Services as { Id: string }[])[0]!.Id,
    InstanceId: 'gone',
    Attributes: {
      AWS_INSTANCE_IPV4: '172.31.99.1',
      AWS_INSTANCE_PORT: '2000',
      ECS_CLUSTER_NAME: 'xray-daemon-cluster',
      ECS_SERVICE_NAME: 'xray',
    },
  });
}
