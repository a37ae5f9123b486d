import { describe, expect, test } from 'vitest';
import { callsTo, describeAccount } from '../support/world/account.ts';
import { MANIFESTS, createWorld, stepsOf } from '../support/world/world.ts';

type Call = ReturnType<typeof callsTo>;

async function idOf(call: Call, operation: string, member: string): Promise<string> {
  const found = (await call('servicediscovery', operation))[member] as { Id: string }[];
  return found[0]?.Id ?? '';
}

async function deleteRole(call: Call, RoleName: string): Promise<void> {
  await call('iam', 'DeleteRolePolicy', { RoleName, PolicyName: 'stationkeeper' });
  await call('iam', 'DeleteRole', { RoleName });
}

async function deleteService(call: Call): Promise<void> {
  await call('ecs', 'DeleteService', { cluster: 'xray-daemon-cluster', service: 'xray', force: true });
}

async function deregisterInstances(call: Call): Promise<void> {
  const Id = await idOf(call, 'ListServices', 'Services');
  const instances = (await call('servicediscovery', 'ListInstances', { ServiceId: Id }))['Instances'] as {
    Id: string;
  }[];
  for (const { Id: InstanceId } of instances) {
    await call('servicediscovery', 'DeregisterInstance', { ServiceId: Id, InstanceId });
  }
}

/** A service drains, its network interfaces are detached and a namespace is gone within this. */
const AWS_TIME_MS = 120_000;

/** What people delete, step by step; between the steps AWS is given time. */
const DELETIONS: Readonly<Record<string, readonly ((call: Call) => Promise<unknown>)[]>> = {
  'the execution role': [(call) => deleteRole(call, 'xray-execution')],
  'the task role': [(call) => deleteRole(call, 'xray-task')],
  'the log group': [(call) => call('logs', 'DeleteLogGroup', { logGroupName: '/stationkeeper/xray' })],
  'the task definition': [(call) => call('ecs', 'DeregisterTaskDefinition', { taskDefinition: 'xray:1' })],
  'the service': [deleteService],
  'the service, some time ago': [deleteService, () => Promise.resolve()],
  'the discovery service': [
    deregisterInstances,
    async (call) =>
      call('servicediscovery', 'DeleteService', { Id: await idOf(call, 'ListServices', 'Services') }),
  ],
  'the service and the cluster': [
    deleteService,
    (call) => call('ecs', 'DeleteCluster', { cluster: 'xray-daemon-cluster' }),
  ],
  'the service and the security group': [
    deleteService,
    (call) => call('ec2', 'DeleteSecurityGroup', { GroupName: 'xray' }),
  ],
  'the service and all of Cloud Map': [
    deleteService,
    async (call) =>
      call('servicediscovery', 'DeleteService', { Id: await idOf(call, 'ListServices', 'Services') }),
    async (call) =>
      call('servicediscovery', 'DeleteNamespace', { Id: await idOf(call, 'ListNamespaces', 'Namespaces') }),
    () => Promise.resolve(),
  ],
};

describe('somebody deletes', () => {
  test.each(Object.entries(DELETIONS))('%s, and it is made again, once', async (_what, deletions) => {
    const world = createWorld({ files: { 'xray.yaml': MANIFESTS['xray.yaml'] } });
    const call = callsTo(world.sandbox);
    await world.loopFor(300_000);
    const before = await describeAccount(world.sandbox);
    for (const [index, step] of deletions.entries()) {
      if (index > 0) await world.clock.advance(AWS_TIME_MS);
      await step(call);
    }
    const results = await world.loopFor(300_000);
    expect(stepsOf(results.at(-1)!.plan)).toEqual([]);
    const created = results
      .flatMap(({ outcomes }) => outcomes)
      .filter(
        ({ type, id, result }) => type === 'create' && result === (id.kind === 'role' ? 'started' : 'done'),
      )
      .map(({ id }) => id.kind);
    expect(created.length).toBeGreaterThan(0);
    expect(new Set(created).size).toBe(created.length);
    expect(await describeAccount(world.sandbox)).toEqual(before);
  });

  test('the instances in Cloud Map, and new tasks are started to be found, once', async () => {
    const world = createWorld({ files: { 'xray.yaml': MANIFESTS['xray.yaml'] } });
    await world.loopFor(300_000);
    const before = await describeAccount(world.sandbox);
    await deregisterInstances(callsTo(world.sandbox));
    world.calls.length = 0;
    const results = await world.loopFor(600_000);
    expect(stepsOf(results.at(-1)!.plan)).toEqual([]);
    expect(world.mutations()).toEqual(['ecs:UpdateService']);
    expect(await describeAccount(world.sandbox)).toEqual(before);
  });
});

test('tasks that are never registered are made anew once an hour at most, and it is said', async () => {
  const world = createWorld({ files: { 'xray.yaml': MANIFESTS['xray.yaml'] } });
  world.intercept(async ({ name }, perform) => {
    const answer = await perform();
    if (name === 'servicediscovery:DiscoverInstances') return { ...answer, Instances: [] };
    if (name !== 'servicediscovery:ListServices') return answer;
    const { Services } = answer as { readonly Services: readonly object[] };
    return { ...answer, Services: Services.map((service) => ({ ...service, InstanceCount: 0 })) };
  });
  const hours = 3;
  const results = await world.loopFor(hours * 3_600_000);
  const rollouts = world.calls.filter(({ input }) => input['forceNewDeployment'] === true);
  expect(rollouts.length).toBeGreaterThan(0);
  expect(rollouts.length).toBeLessThanOrEqual(hours);
  expect([...results.at(-1)!.failures.values()]).toMatchObject([
    { error: { code: 'TasksNotRegistered', retry: 'never', message: expect.stringContaining('xray') } },
  ]);
});
