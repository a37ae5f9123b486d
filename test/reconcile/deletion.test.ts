import { describe, expect, test } from 'vitest';
import type { PassResult } from '../../controller/reconcile/pass-result.ts';
import { callsTo, countsOf, describeAccount } from '../support/world/account.ts';
import type { Account } from '../support/world/account.ts';
import { createReporter, objectIn, resourceIn } from '../support/reports/reporter.ts';
import { MANIFESTS, createWorld, refusal, stepsOf } from '../support/world/world.ts';
import type { World } from '../support/world/world.ts';

const XRAY = MANIFESTS['xray.yaml'];
const HOUR_MS = 3_600_000;
const [CLUSTER_MANIFEST = '', NAMESPACE_MANIFEST = '', DAEMON_MANIFEST = ''] = XRAY.split('---\n');
const OTHER = 'apiVersion: stationkeeper.dev/v1\nkind: Cluster\nmetadata: { name: other }\nspec: {}\n';
const READ_ONLY = 'arn:aws:iam::aws:policy/ReadOnlyAccess';

async function converged(text = XRAY): Promise<World> {
  const world = createWorld({ files: { 'xray.yaml': text } });
  await world.settle();
  await world.clock.advance(300_000);
  await world.settle();
  world.calls.length = 0;
  return world;
}

function withAnnotation(annotation: string): string {
  return XRAY.replace(
    '  labels: { team: platform }',
    `  labels: { team: platform }\n  annotations: { ${annotation} }`,
  );
}

function reasonsOf(results: readonly PassResult[]): readonly string[] {
  return results.flatMap(({ plan }) => plan.steps.map(({ id, reason }) => `${id.kind}: ${reason}`));
}

function atRest(results: readonly PassResult[]): readonly string[] {
  expect([...results.at(-1)!.failures]).toEqual([]);
  return stepsOf(results.at(-1)!.plan);
}

async function runningCount(world: World, cluster: string): Promise<number> {
  const { services } = await callsTo(world.sandbox)('ecs', 'DescribeServices', {
    cluster,
    services: ['xray'],
  });
  return (services as { runningCount: number }[])[0]?.runningCount ?? 0;
}

/** All that the daemon had is there without an owner, and runs on; cluster and namespace are still wanted. */
async function expectLeft(world: World, before: Account): Promise<void> {
  const after = await describeAccount(world.sandbox);
  expect(countsOf(after)).toEqual(countsOf(before));
  const { clusters: _kept, namespaces: _too, ...released } = after;
  expect(JSON.stringify(released).includes('stationkeeper:owner')).toBe(false);
  expect(await runningCount(world, 'xray-daemon-cluster')).toBe(2);
}

describe('what no manifest names any more', () => {
  test('goes in the order that AWS demands, and each wait is told', async () => {
    const world = await converged();
    world.files.set('xray.yaml', OTHER);
    const results = await world.loopFor(HOUR_MS);
    expect(atRest(results)).toEqual([]);
    const reasons = reasonsOf(results);
    const untold = [
      'service: its tasks stop first',
      'discovery-service: waits for the end of service/xray',
      'namespace: waits for the end of discovery-service/xray',
      'security-group: waits for the end of',
      'role: waits for the end of',
      'cluster: waits for the end of service/xray',
    ].filter((told) => !reasons.some((reason) => reason.startsWith(told)));
    expect(untold).toEqual([]);
    expect(reasons.some((reason) => /security-group: sg-\S+ is still used by eni-/.test(reason))).toBe(true);
    expect(countsOf(await describeAccount(world.sandbox))).toEqual({
      roles: 0,
      logGroups: 1,
      securityGroups: 0,
      namespaces: 0,
      discoveryServices: 0,
      repositories: 0,
      securityGroupRules: 0,
      clusters: 1,
      taskDefinitions: 0,
      services: 0,
      scalableTargets: 0,
    });
  });

  test('is untagged and left with deletion-policy retain, and runs on', async () => {
    const world = await converged(withAnnotation('stationkeeper.dev/deletion-policy: retain'));
    const before = await describeAccount(world.sandbox);
    world.files.set('xray.yaml', [CLUSTER_MANIFEST, NAMESPACE_MANIFEST].join('---\n'));
    expect(atRest(await world.loopFor(HOUR_MS))).toEqual([]);
    await expectLeft(world, before);
    expect(world.mutations().every((name) => /[Tt]ag/.test(name))).toBe(true);
  });

  test('is left as a whole where retain could be written on some of it only, and a release is taken up again', async () => {
    const world = await converged();
    let isRefused = true;
    world.intercept(({ name, input }, perform) =>
      isRefused && /^ec2:(Create|Delete)Tags$/.test(name) && JSON.stringify(input).includes('"sg-')
        ? Promise.reject(refusal('UnauthorizedOperation', { status: 403 }))
        : perform(),
    );
    world.files.set('xray.yaml', withAnnotation('stationkeeper.dev/deletion-policy: retain'));
    await world.loopFor(HOUR_MS);
    const before = await describeAccount(world.sandbox);
    world.files.set('xray.yaml', [CLUSTER_MANIFEST, NAMESPACE_MANIFEST].join('---\n'));
    const results = await world.loopFor(HOUR_MS);
    expect(stepsOf(results.at(-1)!.plan)).toContain('hold waiting service/xray');
    isRefused = false;
    world.restart();
    expect(atRest(await world.loopFor(HOUR_MS))).toEqual([]);
    await expectLeft(world, before);
  });

  test('leaves what holds a service that was released, and does not ask AWS in vain', async () => {
    const world = createWorld({
      files: { 'xray.yaml': withAnnotation('stationkeeper.dev/deletion-policy: retain') },
    });
    await world.loopFor(HOUR_MS);
    world.files.set('xray.yaml', OTHER);
    await world.loopFor(300_000);
    world.calls.length = 0;
    const results = await world.loopFor(HOUR_MS);
    const held = results.at(-1)!.plan.steps.filter(({ type }) => type === 'hold');
    expect(held.map(({ id, reason }) => `${id.kind} ${reason}`)).toEqual([
      'cluster waits until it is empty: it has 1 service, 2 tasks',
      'namespace waits until its services are gone, which are not ours: xray',
    ]);
    expect(world.mutations()).toEqual([]);
  });

  test('waits where another source has services in it, and does not ask AWS in vain', async () => {
    const world = await converged();
    const call = callsTo(world.sandbox);
    const namespaces = await call('servicediscovery', 'ListNamespaces');
    const NamespaceId = (namespaces['Namespaces'] as { Id: string }[])[0]!.Id;
    const tags = {
      'stationkeeper:owner': 'stationkeeper',
      'stationkeeper:environment': 'default',
      'stationkeeper:manifest': 'DaemonService/theirs',
      'stationkeeper:source': 'git.example.org/others',
      'stationkeeper:deletion-policy': 'delete',
      'stationkeeper:prune': 'enabled',
    };
    await call('servicediscovery', 'CreateService', {
      Name: 'theirs',
      NamespaceId,
      DnsConfig: { DnsRecords: [{ Type: 'A', TTL: 60 }] },
      Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
    });
    world.files.set('xray.yaml', OTHER);
    await world.loopFor(HOUR_MS);
    world.calls.length = 0;
    const results = await world.loopFor(HOUR_MS);
    expect(results.at(-1)!.plan.steps.find(({ id }) => id.kind === 'namespace')?.reason).toBe(
      'waits until its services are gone, which are not ours: theirs',
    );
    expect(world.mutations()).toEqual([]);
  });

  test('waits where others use it, without failing', async () => {
    const world = await converged();
    const call = callsTo(world.sandbox);
    const namespaces = await call('servicediscovery', 'ListNamespaces');
    const NamespaceId = (namespaces['Namespaces'] as { Id: string }[])[0]!.Id;
    await call('servicediscovery', 'CreateService', {
      Name: 'theirs',
      NamespaceId,
      DnsConfig: { DnsRecords: [{ Type: 'A', TTL: 60 }] },
    });
    world.files.set('xray.yaml', OTHER);
    const results = await world.loopFor(HOUR_MS);
    expect(atRest(results)).toEqual(['hold waiting namespace/services.dockerinaws.org']);
    expect(results.at(-1)!.plan.steps.find(({ id }) => id.kind === 'namespace')?.reason).toBe(
      'waits until its services are gone, which are not ours: theirs',
    );
    expect(world.mutations()).not.toContain('servicediscovery:DeleteNamespace');
  });
});

describe('a managed policy that somebody attached to a role of ours', () => {
  async function attached(): Promise<World> {
    const world = await converged();
    await callsTo(world.sandbox)('iam', 'AttachRolePolicy', { RoleName: 'xray-task', PolicyArn: READ_ONLY });
    return world;
  }

  test('is theirs, and stays, and is told of with how it goes', async () => {
    const world = await attached();
    const results = await world.loopFor(300_000);
    expect(atRest(results)).toEqual(['hold policy role/xray-task']);
    expect(world.mutations()).toEqual([]);
    const report = createReporter().record(results.at(-1)!);
    expect(resourceIn(report, 'role/xray-task')).toMatchObject({
      state: 'Drifted',
      step: 'hold',
      reason: expect.stringContaining(`detach-role-policy --role-name xray-task --policy-arn ${READ_ONLY}`),
      drift: [{ path: `attachedPolicies[${READ_ONLY}]`, desired: null, actual: 'attached' }],
    });
    expect(objectIn(report, 'xray')).toMatchObject({ sync: 'OutOfSync', health: 'Healthy' });
  });

  test('holds up no other drift of the role', async () => {
    const world = await attached();
    await callsTo(world.sandbox)('iam', 'DeleteRolePolicy', {
      RoleName: 'xray-task',
      PolicyName: 'stationkeeper',
    });
    expect(atRest(await world.loopFor(300_000))).toEqual(['hold policy role/xray-task']);
    expect(world.mutations()).toEqual(['iam:PutRolePolicy']);
  });

  test('is let be where the manifest says so', async () => {
    const world = await attached();
    world.files.set('xray.yaml', withAnnotation('stationkeeper.dev/ignore-drift: attachedPolicies'));
    const results = await world.loopFor(300_000);
    expect(atRest(results)).toEqual([]);
    expect(objectIn(createReporter().record(results.at(-1)!), 'xray').sync).toBe('Synced');
  });

  test('is detached where the role is deleted, which IAM demands', async () => {
    const world = await attached();
    world.files.set('xray.yaml', OTHER);
    expect(atRest(await world.loopFor(HOUR_MS))).toEqual([]);
    expect(world.mutations().filter((name) => name === 'iam:DetachRolePolicy')).toHaveLength(1);
  });
});

describe('what a manifest named otherwise before', () => {
  test('a service in another cluster runs until the one that takes its place is well', async () => {
    const world = await converged(
      [CLUSTER_MANIFEST, NAMESPACE_MANIFEST, OTHER, DAEMON_MANIFEST].join('---\n'),
    );
    const moved = DAEMON_MANIFEST.replace('cluster: xray-daemon-cluster', 'cluster: other');
    world.files.set('xray.yaml', [CLUSTER_MANIFEST, NAMESPACE_MANIFEST, OTHER, moved].join('---\n'));
    let fewest = Infinity;
    world.intercept(async (_call, perform) => {
      const answer = await perform();
      const running =
        (await runningCount(world, 'xray-daemon-cluster')) + (await runningCount(world, 'other'));
      fewest = Math.min(fewest, running);
      return answer;
    });
    expect(atRest(await world.loopFor(HOUR_MS))).toEqual([]);
    expect(fewest).toBeGreaterThanOrEqual(2);
    expect(await runningCount(world, 'xray-daemon-cluster')).toBe(0);
    expect(await runningCount(world, 'other')).toBe(2);
  });

  test('a role stays until no task acts with it any more', async () => {
    const world = await converged();
    world.files.set('xray.yaml', XRAY.replace('  taskRole:\n', '  taskRole:\n    name: tracer\n'));
    const roleOfTasks: boolean[] = [];
    world.intercept(async ({ name, input }, perform) => {
      if (name === 'iam:DeleteRole' && input['RoleName'] === 'xray-task') {
        const { services } = await callsTo(world.sandbox)('ecs', 'DescribeServices', {
          cluster: 'xray-daemon-cluster',
          services: ['xray'],
        });
        const { deployments } = (services as { deployments: { taskDefinition: string }[] }[])[0]!;
        roleOfTasks.push(deployments.every(({ taskDefinition }) => taskDefinition.endsWith(':2')));
      }
      return perform();
    });
    expect(atRest(await world.loopFor(HOUR_MS))).toEqual([]);
    expect(roleOfTasks).toEqual([true]);
  });

  test.each(['observe', 'disabled'])('stays while its manifest says %s', async (mode) => {
    const world = await converged();
    const text = withAnnotation(`stationkeeper.dev/reconcile: ${mode}`);
    world.files.set('xray.yaml', text.replace('  taskRole:\n', '  taskRole:\n    name: tracer\n'));
    const results = await world.loopFor(HOUR_MS);
    expect(stepsOf(results.at(-1)!.plan)).toContain('hold policy role/xray-task');
    expect(world.mutations()).toEqual([]);
  });
});
