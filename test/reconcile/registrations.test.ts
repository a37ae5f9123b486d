import { describe, expect, test } from 'vitest';
import type { PassResult } from '../../controller/reconcile/pass-result.ts';
import { callsTo } from '../support/world/account.ts';
import { MANIFESTS, createWorld, stepsOf } from '../support/world/world.ts';
import type { World } from '../support/world/world.ts';
import { listed } from '../../controller/plan/work.ts';

const MINUTE_MS = 60_000;
const OURS = { ECS_CLUSTER_NAME: 'xray-daemon-cluster', ECS_SERVICE_NAME: 'xray' };

async function converged(): Promise<World> {
  const world = createWorld({ files: { 'xray.yaml': MANIFESTS['xray.yaml'] } });
  await world.settle();
  await world.clock.advance(5 * MINUTE_MS);
  await world.settle();
  world.calls.length = 0;
  return world;
}

async function discoveryId(world: World): Promise<string> {
  const { Services } = await callsTo(world.sandbox)('servicediscovery', 'ListServices');
  return (Services as { Id: string }[])[0]!.Id;
}

/** An instance that somebody, or ECS at its worst, leaves behind. */
async function register(world: World, InstanceId: string, attributes: object): Promise<void> {
  await callsTo(world.sandbox)('servicediscovery', 'RegisterInstance', {
    ServiceId: await discoveryId(world),
    InstanceId,
    Attributes: { AWS_INSTANCE_IPV4: '172.31.99.1', AWS_INSTANCE_PORT: '2000', ...attributes },
  });
  await world.clock.advance(MINUTE_MS);
}

async function instances(world: World): Promise<readonly string[]> {
  const answer = await callsTo(world.sandbox)('servicediscovery', 'ListInstances', {
    ServiceId: await discoveryId(world),
  });
  return (answer['Instances'] as { Id: string }[]).map(({ Id }) => Id);
}

function changesOf({ before }: PassResult, kind: string): readonly string[] {
  return before.steps
    .filter(({ id }) => id.kind === kind)
    .flatMap((step) => listed(step).map(({ path }) => path));
}

describe('an instance that ECS registered for the daemon and whose task is no more', () => {
  test('is named in the plan and deregistered, once it has been seen for two minutes', async () => {
    const world = await converged();
    await register(world, 'gone', OURS);
    const first = await world.pass();
    expect(changesOf(first, 'discovery-service')).toEqual([]);
    await world.clock.advance(MINUTE_MS);
    expect(changesOf(await world.pass(), 'discovery-service')).toEqual([]);
    await world.clock.advance(MINUTE_MS);
    const planned = await world.pass({ dryRun: true });
    expect(changesOf(planned, 'discovery-service')).toEqual(['instances[gone]']);
    expect(stepsOf(planned.plan)).toEqual(['update discovery-service/xray']);
    expect(world.mutations()).toEqual([]);
    const results = await world.loopFor(5 * MINUTE_MS);
    expect(world.mutations()).toEqual(['servicediscovery:DeregisterInstance']);
    expect(await instances(world)).toHaveLength(2);
    expect(stepsOf(results.at(-1)!.plan)).toEqual([]);
  });

  test('is counted anew by a controller that starts', async () => {
    const world = await converged();
    await register(world, 'gone', OURS);
    await world.pass();
    await world.clock.advance(10 * MINUTE_MS);
    world.restart();
    await world.pass();
    expect(world.mutations()).toEqual([]);
    await world.loopFor(5 * MINUTE_MS);
    expect(world.mutations()).toEqual(['servicediscovery:DeregisterInstance']);
  });

  test('stays where ECS says right before that its task runs', async () => {
    const world = await converged();
    const [live] = await instances(world);
    // A list that lacks a task: it is not believed alone.
    world.intercept(async ({ name, input }, perform) => {
      const answer = await perform();
      if (name !== 'ecs:ListTasks' || input['family'] !== undefined) return answer;
      const { taskArns } = answer as { readonly taskArns: readonly string[] };
      return { ...answer, taskArns: taskArns.filter((arn) => !arn.endsWith(live!)) };
    });
    await world.loopFor(10 * MINUTE_MS);
    expect(await instances(world)).toContain(live);
    expect(world.mutations()).not.toContain('servicediscovery:DeregisterInstance');
  });

  test('stays while the tasks cannot be read', async () => {
    const world = await converged();
    await register(world, 'gone', OURS);
    world.intercept(async ({ name }, perform) => {
      if (name === 'ecs:ListTasks') throw Object.assign(new Error('no'), { name: 'AccessDeniedException' });
      return perform();
    });
    await world.loopFor(10 * MINUTE_MS);
    expect(world.mutations()).toEqual([]);
  });
});

describe.each([
  ['by hand', {}],
  ['by ECS for another service', { ...OURS, ECS_SERVICE_NAME: 'other' }],
  ['by ECS for a service of this name in another cluster', { ...OURS, ECS_CLUSTER_NAME: 'other' }],
])('an instance that was registered %s', (_how, attributes) => {
  test('is left alone', async () => {
    const world = await converged();
    await register(world, 'foreign', attributes);
    const results = await world.loopFor(15 * MINUTE_MS);
    expect(world.mutations()).toEqual([]);
    expect(stepsOf(results.at(-1)!.plan)).toEqual([]);
    expect(await instances(world)).toContain('foreign');
  });

  test('keeps the discovery service where its manifest has gone, with the reason, and nothing else of it', async () => {
    const world = await converged();
    await register(world, 'foreign', attributes);
    world.files.set('xray.yaml', withoutDaemon());
    const results = await world.loopFor(30 * MINUTE_MS);
    expect(stepsOf(results.at(-1)!.plan)).toEqual(['hold policy discovery-service/xray']);
    expect(results.at(-1)!.plan.steps.find(({ id }) => id.kind === 'discovery-service')?.reason).toContain(
      'foreign; deregister what is not needed',
    );
    expect(world.mutations()).not.toContain('servicediscovery:DeleteService');
    expect(world.mutations()).not.toContain('servicediscovery:DeregisterInstance');

    await callsTo(world.sandbox)('servicediscovery', 'DeregisterInstance', {
      ServiceId: await discoveryId(world),
      InstanceId: 'foreign',
    });
    expect(stepsOf((await world.loopFor(5 * MINUTE_MS)).at(-1)!.plan)).toEqual([]);
    expect(world.mutations()).toContain('servicediscovery:DeleteService');
  });
});

test('an instance that is left behind goes with the discovery service whose manifest has gone', async () => {
  const world = await converged();
  await register(world, 'gone', OURS);
  world.files.set('xray.yaml', withoutDaemon());
  const results = await world.loopFor(30 * MINUTE_MS);
  expect(stepsOf(results.at(-1)!.plan)).toEqual([]);
  const done = world.mutations().filter((name) => name.startsWith('servicediscovery:'));
  expect(done).toEqual(['servicediscovery:DeregisterInstance', 'servicediscovery:DeleteService']);
  expect(results.flatMap((result) => changesOf(result, 'discovery-service'))).toContain('instances[gone]');
});

test('a running task that is not registered is told, and mended by new tasks, once', async () => {
  const world = await converged();
  const [lost] = await instances(world);
  await callsTo(world.sandbox)('servicediscovery', 'DeregisterInstance', {
    ServiceId: await discoveryId(world),
    InstanceId: lost,
  });
  const results = await world.loopFor(15 * MINUTE_MS);
  expect(results.flatMap((result) => changesOf(result, 'service'))).toContain('registrations');
  expect(world.mutations()).toEqual(['ecs:UpdateService']);
  expect(world.calls.filter(({ input }) => input['forceNewDeployment'] === true)).toHaveLength(1);
  expect(await instances(world)).toHaveLength(2);
  expect(stepsOf(results.at(-1)!.plan)).toEqual([]);
});

test('a daemon that nobody finds is not called healthy, and new tasks are started within a minute', async () => {
  const world = await converged();
  for (const InstanceId of await instances(world)) {
    const ServiceId = await discoveryId(world);
    await callsTo(world.sandbox)('servicediscovery', 'DeregisterInstance', { ServiceId, InstanceId });
  }
  await world.clock.advance(MINUTE_MS / 6);
  const { plan } = await world.pass();
  expect(plan.steps.find(({ id }) => id.kind === 'discovery-service')).toMatchObject({
    observed: {
      health: {
        status: 'Progressing',
        message:
          'none of the 2 running tasks is in Cloud Map, so that no client finds the daemon; if that stays, a new deployment registers them',
      },
    },
  });
  await world.loopFor(MINUTE_MS);
  expect(world.mutations()).toEqual(['ecs:UpdateService']);
});

function withoutDaemon(): string {
  return MANIFESTS['xray.yaml'].split('---').slice(0, 2).join('---');
}
