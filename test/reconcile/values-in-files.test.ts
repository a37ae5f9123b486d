import { expect, test } from 'vitest';
import { planToText } from '../../controller/plan/render.ts';
import { cluster, yamlOf } from '../support/manifests/documents.ts';
import { daemonText } from '../support/manifests/errors.ts';
import { callsTo } from '../support/world/account.ts';
import { createWorld, stepsOf } from '../support/world/world.ts';
import type { World } from '../support/world/world.ts';

const OTEL = 'receivers:\n  otlp:\n    endpoint: localhost:4317\nexporters:\n  debug: {}\n';
const OPENED = OTEL.replace('localhost', '0.0.0.0');

/** A daemon whose configuration stands in a file, another, and their cluster. */
async function settled(config = OTEL): Promise<World> {
  const world = createWorld({
    files: {
      'cluster.yaml': yamlOf(cluster()),
      'live/xray.yaml': daemonText({
        containers:
          '[{ name: main, image: "example.org/daemon:1", environment: { CONFIG: { fromFile: ../config/otel.yaml } } }]',
      }),
      'live/other.yaml': daemonText({}, 'name: other'),
      'config/otel.yaml': config,
    },
  });
  await world.settle();
  world.calls.length = 0;
  return world;
}

/** What the last revisions that were asked for say. */
function registered({ calls }: World): readonly unknown[] {
  return calls
    .filter(({ name }) => name === 'ecs:RegisterTaskDefinition')
    .flatMap(({ input }) => input['containerDefinitions'])
    .map((container) => (container as { environment?: unknown }).environment);
}

test('a change of the file alone becomes a new revision, shown as the lines that differ, and nothing else', async () => {
  const world = await settled();
  expect((await world.pass()).plan.summary).toMatchObject({ update: 0, hold: 0 });
  world.files.set('config/otel.yaml', OPENED);
  const { plan } = await world.pass({ dryRun: true });
  expect(planToText(plan)).toContain(
    [
      '    ~ task-definition/xray',
      '          ~ containers[main].environment[CONFIG]: 1 line added, 1 removed',
      '              @@ -1,5 +1,5 @@',
      '                receivers:',
      '                  otlp:',
      '              -     endpoint: localhost:4317',
      '              +     endpoint: 0.0.0.0:4317',
      '                exporters:',
      '                  debug: {}',
      '',
    ].join('\n'),
  );
  const last = (await world.settle()).at(-1)!;
  expect(registered(world)).toEqual([[{ name: 'CONFIG', value: OPENED }]]);
  expect(world.mutations().filter((name) => name.startsWith('ecs:Update'))).toEqual(['ecs:UpdateService']);
  expect(stepsOf(last.plan)).toEqual([]);
});

test('a file and the same text in the manifest are no change of the daemon', async () => {
  const world = await settled();
  world.files.set(
    'live/xray.yaml',
    daemonText({
      containers: `[{ name: main, image: "example.org/daemon:1", environment: ${JSON.stringify({ CONFIG: OTEL })} }]`,
    }),
  );
  world.files.delete('config/otel.yaml');
  const last = (await world.settle()).at(-1)!;
  expect(world.mutations()).toEqual([]);
  expect(last.plan.summary).toMatchObject({ create: 0, update: 0, hold: 0 });
});

test('a file that is missing leaves its daemon as it is, others go on, and nothing is deleted', async () => {
  const world = await settled();
  world.files.delete('config/otel.yaml');
  world.files.delete('live/other.yaml');
  world.files.set('live/third.yaml', daemonText({}, 'name: third'));
  const last = (await world.settle()).at(-1)!;
  expect(last.wanted.errors).toMatchObject([
    {
      file: 'live/xray.yaml',
      path: 'spec.containers[0].environment.CONFIG.fromFile',
      message: 'config/otel.yaml does not exist',
      objects: [{ manifest: { kind: 'DaemonService', name: 'xray' } }],
    },
  ]);
  expect(last.wanted.frozen).toMatch(/1 document is invalid/);
  expect(world.mutations()).toContain('ecs:CreateService');
  expect(world.mutations().filter((name) => /Delete|Update|Deregister/.test(name))).toEqual([]);
  world.files.set('config/otel.yaml', OTEL);
  await world.settle();
  expect(world.mutations()).toContain('ecs:DeleteService');
});

test('what somebody changed in AWS is shown as lines too, and put back', async () => {
  const world = await settled();
  const call = callsTo(world.sandbox);
  const { taskDefinition } = await call('ecs', 'DescribeTaskDefinition', { taskDefinition: 'xray' });
  const { containerDefinitions, ...before } = taskDefinition as { containerDefinitions: readonly object[] };
  await call('ecs', 'RegisterTaskDefinition', {
    ...before,
    containerDefinitions: containerDefinitions.map((container) => ({
      ...container,
      environment: [{ name: 'CONFIG', value: OPENED }],
    })),
    tags: (await call('ecs', 'DescribeTaskDefinition', { taskDefinition: 'xray', include: ['TAGS'] }))[
      'tags'
    ],
  });
  await call('ecs', 'UpdateService', { cluster: 'main', service: 'xray', taskDefinition: 'xray' });
  const shown = planToText((await world.pass({ dryRun: true })).plan);
  expect(shown).toContain('              -     endpoint: 0.0.0.0:4317\n');
  expect(shown).toContain('              +     endpoint: localhost:4317\n');
  await world.settle();
  expect(registered(world)).toEqual([[{ name: 'CONFIG', value: OTEL }]]);
});

test('no plan shows a line of a file that says a secret', async () => {
  const secret = 'exporters:\n  kafka:\n    password: hunter2-or-so\n    topic: a\n';
  const world = await settled(secret);
  world.files.set('config/otel.yaml', secret.replace('topic: a', 'topic: b').replace('or-so', 'or-not'));
  const { plan } = await world.pass({ dryRun: true });
  const text = planToText(plan);
  expect(text).toContain('~ containers[main].environment[CONFIG]: "(sensitive)" → "(sensitive)"');
  expect(text).not.toMatch(/hunter2|topic/);
});
