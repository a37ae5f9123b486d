import { mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { exportFrom } from '../support/world/export.ts';
import { otherTool } from '../support/world/other-tools.ts';
import { MANIFESTS, createWorld, stepsOf } from '../support/world/world.ts';
import type { World } from '../support/world/world.ts';

const XRAY = MANIFESTS['xray.yaml'];
const COLLECTOR = MANIFESTS['otel-collector.yaml'];

async function applied(files: Readonly<Record<string, string>>): Promise<World> {
  const world = createWorld({ files });
  await world.settle();
  await world.clock.advance(300_000);
  await world.settle();
  return world;
}

/** What a controller that starts with nothing but these files makes of it. */
async function startedWith(world: World, files: Readonly<Record<string, string>>) {
  world.files.clear();
  for (const [file, text] of Object.entries(files)) world.files.set(file, text);
  world.restart();
  world.calls.length = 0;
  const results = await world.loopFor(600_000);
  return { steps: stepsOf(results.at(-1)!.plan), mutations: world.mutations() };
}

function filesIn(folder: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(folder).map((file) => [file, readFileSync(join(folder, file), 'utf8')]),
  );
}

function newFolder(): string {
  return mkdtempSync(join(tmpdir(), 'stationkeeper-export-'));
}

/** Somebody gives the daemon what no manifest can say. */
async function withInvalidLimit(world: World): Promise<void> {
  const { call } = otherTool(world);
  const { taskDefinition } = await call<{ taskDefinition: Record<string, unknown> }>(
    'ecs',
    'DescribeTaskDefinition',
    { taskDefinition: 'xray' },
  );
  const { family, networkMode, requiresCompatibilities, executionRoleArn, taskRoleArn, cpu, memory } =
    taskDefinition;
  const containers = taskDefinition['containerDefinitions'] as readonly object[];
  await call('ecs', 'RegisterTaskDefinition', {
    family,
    networkMode,
    requiresCompatibilities,
    executionRoleArn,
    taskRoleArn,
    cpu,
    memory,
    containerDefinitions: containers.map((container) => ({
      ...container,
      ulimits: [{ name: 'nofile', softLimit: 2, hardLimit: 1 }],
    })),
  });
  await call('ecs', 'UpdateService', {
    cluster: 'xray-daemon-cluster',
    service: 'xray',
    taskDefinition: 'xray',
  });
  await world.clock.advance(300_000);
}

describe('what is applied already', () => {
  test.each<[string, string]>([
    ['as it stands in the repository', XRAY],
    [
      'with a container that names a log group of its own',
      XRAY.replace(
        '  containers:\n',
        `  containers:
    - name: audit
      image: example.org/audit:1
      essential: false
      logConfiguration:
        logDriver: awslogs
        options: { awslogs-group: /audit/xray, awslogs-region: us-east-1, awslogs-stream-prefix: a, mode: blocking }
`,
      ),
    ],
    [
      'under other names than its manifest has',
      XRAY.replace('cluster: xray', 'serviceName: tracer\n  family: tracing\n  cluster: xray'),
    ],
    [
      'in a cluster and a namespace that AWS calls otherwise',
      XRAY.replace('spec: { containerInsights', 'spec: { name: daemons-prod, containerInsights').replace(
        'spec: { type: private-dns',
        'spec: { name: prod.dockerinaws.org, type: private-dns',
      ),
    ],
    [
      'in an Environment of another name',
      `apiVersion: stationkeeper.dev/v1\nkind: Environment\nmetadata: { name: prod }\nspec: { region: us-east-1 }\n---\n${XRAY}`,
    ],
    [
      'to be retained, or not to be pruned',
      XRAY.replace(
        '  labels: { team: platform }',
        '  annotations: { stationkeeper.dev/deletion-policy: retain, stationkeeper.dev/prune: disabled }',
      ),
    ],
  ])('is exported as it was applied, and nothing is left to do: %s', async (_what, text) => {
    const world = await applied({ 'xray.yaml': text });
    const { code, out, err } = await exportFrom(world);
    expect({ code, err: err.replaceAll(/^note .*\n/gm, '') }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^kind: DaemonService\nmetadata:\n {2}name: xray$/m);
    const { steps, mutations } = await startedWith(world, { 'exported.yaml': out });
    expect({ steps, mutations: mutations.filter((name) => !/[Tt]ag/.test(name)) }).toEqual({
      steps: [],
      mutations: [],
    });
    const policies = ['deletion-policy: retain', 'prune: disabled'];
    expect(policies.filter((policy) => out.includes(policy))).toEqual(
      policies.filter((policy) => text.includes(policy)),
    );
  });

  test('and cannot be said any more keeps its place: nothing of it is changed or deleted', async () => {
    const world = await applied({ 'xray.yaml': XRAY });
    await withInvalidLimit(world);
    const out = newFolder();
    const { code, err } = await exportFrom(world, { out });
    expect(code).toBe(0);
    expect(err).toMatch(
      /^warning left out: service xray .* the soft limit of nofile must not be more than its hard limit, 1$/m,
    );
    expect(err).not.toContain('would remove');
    const files = filesIn(out);
    expect(files['xray.yaml']).toContain('stationkeeper.dev/reconcile: disabled');
    expect(files['xray.yaml']).toMatch(
      /^# .*the soft limit of nofile must not be more than its hard limit, 1$/m,
    );
    const { mutations } = await startedWith(world, files);
    expect(mutations).toEqual([]);
  });

  test('and stands in the folder already is not overwritten with less', async () => {
    const world = await applied({ 'xray.yaml': XRAY });
    const folder = newFolder();
    writeFileSync(join(folder, 'mine.yaml'), XRAY.split('---\n').at(-1)!);
    await withInvalidLimit(world);
    const { code, out } = await exportFrom(world, { out: folder });
    expect(code).toBe(0);
    expect(out).toContain(`kept ${folder}/mine.yaml: DaemonService/xray\n`);
    expect(readdirSync(folder)).toEqual(['environment.yaml', 'mine.yaml']);
  });

  test('and is not asked for is told, where applying the folder would remove it', async () => {
    const world = await applied({ 'xray.yaml': XRAY, 'otel-collector.yaml': COLLECTOR });
    const all = newFolder();
    expect((await exportFrom(world, { out: all })).err).not.toContain('would remove');
    const before = filesIn(all);
    const some = newFolder();
    const { err } = await exportFrom(world, { out: some, names: ['xray'] });
    expect(err).toContain(
      `warning applying ${some} would remove what is applied and has no manifest there: DaemonService/otel-collector; export without names, or put their manifests beside these\n`,
    );
    const again = await exportFrom(world, { out: all, names: ['xray'], force: true });
    expect(again.err).not.toContain('would remove');
    expect(Object.keys(filesIn(all))).toEqual(Object.keys(before));
    const { steps, mutations } = await startedWith(world, filesIn(all));
    expect({ steps, mutations: mutations.filter((name) => !/[Tt]ag/.test(name)) }).toEqual({
      steps: [],
      mutations: [],
    });
  });
});
