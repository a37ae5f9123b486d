import { describe, expect, test } from 'vitest';
import { displayId } from '../../controller/core/resource.ts';
import type { PassResult } from '../../controller/reconcile/pass-result.ts';
import { reportInputOf } from '../../controller/status/pass-report.ts';
import { callsTo, countsOf, describeAccount } from '../support/world/account.ts';
import type { Account } from '../support/world/account.ts';
import { MANIFESTS, createWorld, stepsOf } from '../support/world/world.ts';
import type { World } from '../support/world/world.ts';

/** A namespace takes AWS up to a minute and a half, and the tasks of a service more than one. */
const MOST_PASSES = 16;

const SHIPPED_COUNTS = {
  roles: 4,
  logGroups: 2,
  securityGroups: 2,
  namespaces: 1,
  discoveryServices: 2,
  repositories: 0,
  securityGroupRules: 0,
  clusters: 1,
  taskDefinitions: 2,
  services: 2,
  scalableTargets: 0,
};

async function converged(options: Parameters<typeof createWorld>[0] = {}): Promise<World> {
  const world = createWorld(options);
  await world.settle();
  await world.clock.advance(300_000);
  await world.settle();
  world.calls.length = 0;
  return world;
}

/** `create role/xray-task`, as it was done. */
function doneIn(results: readonly PassResult[]): readonly string[] {
  return results.flatMap(({ outcomes }) =>
    outcomes.filter(({ result }) => result === 'done').map(({ type, id }) => `${type} ${displayId(id)}`),
  );
}

describe('the X-Ray daemon and the collector', () => {
  test('converge from an empty account in a few passes, and run', async () => {
    const world = createWorld();
    const results = await world.settle(MOST_PASSES);
    const last = results.at(-1)!;
    expect(stepsOf(last.plan)).toEqual([]);
    expect(countsOf(await describeAccount(world.sandbox))).toEqual(SHIPPED_COUNTS);
    const health = last.plan.steps
      .filter(({ id }) => id.kind === 'service')
      .map((step) => 'observed' in step && step.observed?.health);
    expect(health).toEqual([
      { status: 'Healthy', message: '2 of 2 tasks running' },
      { status: 'Healthy', message: '2 of 2 tasks running' },
    ]);
  });

  test('are kept by a pass that only reads, and little', async () => {
    const world = await converged();
    const result = await world.pass();
    expect(stepsOf(result.plan)).toEqual([]);
    expect(world.mutations()).toEqual([]);
    expect(result).toMatchObject({ changes: 0, outcomes: [], lookAgainInMs: undefined });
    expect(result.awsRequests).toBeLessThan(20);
  });

  test('are made in the order of what they need', async () => {
    const world = createWorld();
    await world.settle();
    const created = (operation: string, member: string, value: unknown): number =>
      world.calls.findIndex(({ name, input }) => name === operation && input[member] === value);
    for (const name of ['xray', 'otel-collector']) {
      const service = created('ecs:CreateService', 'serviceName', name);
      const definition = created('ecs:RegisterTaskDefinition', 'family', name);
      const discovery = created('servicediscovery:CreateService', 'Name', name);
      const namespace = created(
        'servicediscovery:CreatePrivateDnsNamespace',
        'Name',
        'services.dockerinaws.org',
      );
      expect(definition).toBeGreaterThan(created('iam:CreateRole', 'RoleName', `${name}-execution`));
      expect(definition).toBeGreaterThan(created('iam:PutRolePolicy', 'RoleName', `${name}-execution`));
      expect(definition).toBeGreaterThan(created('iam:CreateRole', 'RoleName', `${name}-task`));
      expect(definition).toBeGreaterThan(
        created('logs:CreateLogGroup', 'logGroupName', `/stationkeeper/${name}`),
      );
      expect(discovery).toBeGreaterThan(namespace);
      expect(service).toBeGreaterThan(created('ecs:CreateCluster', 'clusterName', 'xray-daemon-cluster'));
      expect(service).toBeGreaterThan(created('ec2:CreateSecurityGroup', 'GroupName', name));
      expect(service).toBeGreaterThan(definition);
      expect(service).toBeGreaterThan(discovery);
      expect(namespace).toBeGreaterThan(-1);
    }
  });

  test('are only planned by a dry run, with the plan that a pass then follows', async () => {
    const world = createWorld();
    const dry = await world.pass({ dryRun: true });
    expect(world.mutations()).toEqual([]);
    const real = await world.pass();
    expect(real.before.hash).toBe(dry.plan.hash);
  });
});

describe('a change in git', () => {
  test('of the image registers one revision and updates the service once', async () => {
    const world = await converged();
    world.files.set('xray.yaml', MANIFESTS['xray.yaml'].replace('xray-daemon:3.x', 'xray-daemon:3.3'));
    const results = await world.settle();
    expect(doneIn(results)).toEqual(['update task-definition/xray', 'update service/xray']);
    expect(world.mutations()).toEqual([
      'ecs:RegisterTaskDefinition',
      'ecs:UpdateService',
      // What was applied is noted in a tag.
      'ecs:TagResource',
    ]);
  });

  test("of the image is git's doing in the service too, and another revision by hand is not", async () => {
    const world = await converged();
    const causes = (results: readonly PassResult[]) =>
      results
        .flatMap(({ outcomes }) => outcomes)
        .flatMap(({ id, changedBy }) => (id.kind === 'service' ? [changedBy] : []));
    world.files.set('xray.yaml', MANIFESTS['xray.yaml'].replace('xray-daemon:3.x', 'xray-daemon:3.3'));
    expect(causes(await world.settle())).toEqual(['git']);
    await callsTo(world.sandbox)('ecs', 'UpdateService', {
      cluster: 'xray-daemon-cluster',
      service: 'xray',
      taskDefinition: 'xray:1',
    });
    expect(causes(await world.settle())).toEqual(['aws']);
  });

  test('from no task at all to two starts two, and no more for having had none registered', async () => {
    const none = MANIFESTS['xray.yaml'].replace('desiredCount: 2', 'desiredCount: 0');
    const world = await converged({ files: { 'xray.yaml': none } });
    world.files.set('xray.yaml', MANIFESTS['xray.yaml']);
    await world.settle();
    await world.clock.advance(300_000);
    await world.settle();
    const updates = world.calls.filter(({ name }) => name === 'ecs:UpdateService');
    expect(updates.map(({ input }) => input['desiredCount'])).toEqual([2]);
    expect(updates.map(({ input }) => input['forceNewDeployment'])).toEqual([undefined]);
  });

  test('that removes a manifest removes all of it in order, and releases the log group', async () => {
    const world = await converged();
    world.files.delete('otel-collector.yaml');
    const results = await world.settle();
    const done = doneIn(results);
    expect(done.toSorted()).toEqual(
      [
        'delete task-definition/otel-collector',
        'delete discovery-service/otel-collector',
        'delete security-group/otel-collector',
        'delete log-group/stationkeeper/otel-collector',
        'delete role/otel-collector-task',
        'delete role/otel-collector-execution',
      ].toSorted(),
    );
    const at = (operation: string): number => world.mutations().indexOf(operation);
    expect(at('ecs:DeleteService')).toBe(0);
    expect(at('ec2:DeleteSecurityGroup')).toBeGreaterThan(at('ecs:DeregisterTaskDefinition'));
    expect(at('servicediscovery:DeleteService')).toBeGreaterThan(at('ecs:DeleteService'));
    expect(at('iam:DeleteRole')).toBeGreaterThan(at('ecs:DeregisterTaskDefinition'));
    const account = await describeAccount(world.sandbox);
    expect(countsOf(account)).toEqual({
      ...SHIPPED_COUNTS,
      roles: 2,
      securityGroups: 1,
      discoveryServices: 1,
      taskDefinitions: 1,
      services: 1,
    });
    expect(account.logGroups).toContainEqual({
      logGroupName: '/stationkeeper/otel-collector',
      retentionInDays: 7,
      tags: {
        team: 'platform',
        'stationkeeper:released-from': 'stationkeeper/default/DaemonService/otel-collector',
      },
    });
    await world.clock.advance(300_000);
    expect(stepsOf((await world.pass()).plan)).toEqual([]);
  });

  test('that removes everything of ours leaves only the log groups', async () => {
    const world = await converged();
    world.files.clear();
    world.files.set(
      'other.yaml',
      'apiVersion: stationkeeper.dev/v1\nkind: Cluster\nmetadata: { name: other }\nspec: {}\n',
    );
    const results = [await world.pass()];
    expect(stepsOf(results[0]!.plan)).toContain('hold budget service/xray');
    expect(world.mutations()).toEqual(['ecs:CreateCluster']);
    const held = results[0]!.plan.steps.filter((step) => step.type === 'hold' && step.why === 'budget');
    const confirmed = new Set(held.map(({ id }) => `default|${id.kind}|${id.scope ?? ''}|${id.name}`));
    for (let passes = 0; passes < 30; passes += 1) {
      const result = await world.pass({ confirmed });
      if (result.lookAgainInMs === undefined) break;
      await world.clock.advance(10_000);
    }
    expect(countsOf(await describeAccount(world.sandbox))).toEqual({
      roles: 0,
      logGroups: 2,
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
});

describe('a document that is invalid', () => {
  const BROKEN = MANIFESTS['otel-collector.yaml'].replace('cpu: 512', 'cpu: 511');

  function ofCollector(account: Account): readonly object[] {
    return Object.values(account)
      .flat()
      .filter((object) => JSON.stringify(object).includes('otel-collector'));
  }

  test('leaves its daemon as it is, deletes nothing, and holds nobody else', async () => {
    const world = await converged();
    const before = await describeAccount(world.sandbox);
    world.files.set('otel-collector.yaml', BROKEN);
    world.files.set('xray.yaml', MANIFESTS['xray.yaml'].replace('desiredCount: 2', 'desiredCount: 3'));
    const results = await world.settle();
    expect(doneIn(results)).toEqual(['update service/xray']);
    expect(results.at(-1)?.wanted.errors).toMatchObject([{ file: 'otel-collector.yaml', path: 'spec.cpu' }]);
    const held = stepsOf(results.at(-1)!.plan);
    expect(held).toContain('hold policy service/otel-collector');
    expect(held.every((step) => step.startsWith('hold policy') && step.includes('otel-collector'))).toBe(
      true,
    );
    expect(ofCollector(await describeAccount(world.sandbox))).toEqual(ofCollector(before));
  });

  test('that is an Environment sends nothing anywhere else', async () => {
    const environment = (region: string): string =>
      `apiVersion: stationkeeper.dev/v1\nkind: Environment\nmetadata: { name: default }\nspec: { region: ${region} }\n`;
    const world = await converged({ files: { ...MANIFESTS, 'environment.yaml': environment('eu-west-1') } });
    const before = await describeAccount(world.sandbox, { region: 'eu-west-1' });
    world.files.set('environment.yaml', environment('[eu-west-1]'));
    const result = await world.pass();
    expect(world.mutations()).toEqual([]);
    expect(result.wanted.errors.length).toBeGreaterThan(0);
    expect(await describeAccount(world.sandbox, { region: 'eu-west-1' })).toEqual(before);
  });
});

test('a document with a warning is applied, and freezes nothing', async () => {
  const world = createWorld({
    files: {
      'otel-collector.yaml': MANIFESTS['otel-collector.yaml'],
      'xray.yaml': MANIFESTS['xray.yaml'].replace(
        '      portMappings:',
        '      healthCheck: { command: ["/xray"] }\n      portMappings:',
      ),
    },
  });
  await world.settle();
  world.files.delete('otel-collector.yaml');
  await world.clock.advance(300_000);
  const results = await world.settle();
  const { errors, warnings, frozen } = results.at(-1)!.wanted;
  expect({ errors, frozen }).toEqual({ errors: [], frozen: undefined });
  expect(warnings).toMatchObject([
    {
      file: 'xray.yaml',
      path: 'spec.containers[0].healthCheck.command[0]',
      objects: [{ manifest: { name: 'xray' } }],
    },
  ]);
  const tried = results.flatMap(({ outcomes }) => outcomes.map(({ type, id }) => `${type} ${displayId(id)}`));
  expect(tried).toContain('delete service/otel-collector');
  const facts = {
    number: 1,
    controller: { version: '0', owner: 'stationkeeper', startedAt: '' },
    source: { type: 'git', url: 'https://example.org/daemons' },
  } as const;
  const { source } = reportInputOf(results.at(-1)!, facts);
  expect(source.warnings).toMatchObject([{ file: 'xray.yaml', message: warnings[0]?.message }]);
});

describe.each(['SourceInvalid', 'SourceUnreachable'] as const)('a source that is stale (%s)', (code) => {
  test('deletes nothing, and drift is still repaired from what was read last', async () => {
    const world = await converged();
    const before = await describeAccount(world.sandbox);
    world.sourceFails(code);
    await world.sandbox.call({
      service: 'logs',
      operation: 'DeleteLogGroup',
      input: { logGroupName: '/stationkeeper/xray' },
      region: 'us-east-1',
    });
    const results = await world.settle();
    expect(doneIn(results)).toEqual(['create log-group/stationkeeper/xray']);
    expect(results[0]?.wanted.frozen).toContain(code);
    expect(await describeAccount(world.sandbox)).toEqual(before);
  });

  test('that never was read leaves everything alone', async () => {
    const world = await converged();
    world.sourceFails(code);
    world.restart();
    const { plan } = await world.pass();
    expect(world.mutations()).toEqual([]);
    expect(stepsOf(plan)).toContain('hold policy service/xray');
    expect(stepsOf(plan).every((step) => step.startsWith('hold policy'))).toBe(true);
  });
});

test('the prune budget holds what is too much, and a confirmation lets it go', async () => {
  const world = await converged({ pruneBudget: { count: 0 } });
  world.files.delete('otel-collector.yaml');
  const held = await world.pass();
  expect(world.mutations()).toEqual([]);
  expect(stepsOf(held.plan)).toContain('hold budget service/otel-collector');
  const keys = held.plan.steps.flatMap((step) =>
    step.type === 'hold' && step.why === 'budget'
      ? [`default|${step.id.kind}|${step.id.scope ?? ''}|${step.id.name}`]
      : [],
  );
  await world.pass({ confirmed: new Set(keys) });
  expect(world.mutations()).toContain('ecs:DeleteService');
});
