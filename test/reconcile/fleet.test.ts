import { describe, expect, test } from 'vitest';
import { cluster, daemonService, yamlOf } from '../support/manifests/documents.ts';
import type { DocumentOverrides } from '../support/manifests/documents.ts';
import { placed } from '../support/manifests/environments.ts';
import type { FleetPlace } from '../support/manifests/environments.ts';
import { describeAccount } from '../support/world/account.ts';
import { createWorld, isRead, stepsOf } from '../support/world/world.ts';
import type { World } from '../support/world/world.ts';

const ELSEWHERE = '210987654321';
const IN: Readonly<Record<string, string>> = { fleet: 'in', stage: 'prod' };
const OUT: Readonly<Record<string, string>> = { fleet: 'out', stage: 'prod' };
/** Three Regions of one account. */
const EU: FleetPlace = { name: 'eu', region: 'eu-west-1', labels: IN };
const US: FleetPlace = { name: 'us', region: 'us-east-1', labels: IN };
const AP: FleetPlace = { name: 'ap', region: 'ap-southeast-2', labels: IN };
const OTHER: FleetPlace = { name: 'other', region: 'us-east-1', account: ELSEWHERE, labels: IN };

type Spec = DocumentOverrides<'DaemonService'>;

const STATEMENTS = [{ actions: ['xray:PutTraceSegments'], resources: ['*'] }];
const SELECTED = { matchLabels: { fleet: 'in' } };

function xray(spec: Spec = {}): Spec {
  return { desiredCount: 0, taskRole: { statements: STATEMENTS }, environments: SELECTED, ...spec };
}

function filesOf(places: readonly FleetPlace[], definitions: readonly Spec[] = [xray()]) {
  return new Map([
    ['environments.yaml', yamlOf(...places.map(placed))],
    ['cluster.yaml', yamlOf(cluster({ environments: {} }))],
    ['daemons.yaml', yamlOf(...definitions.map((spec) => daemonService(spec)))],
  ]);
}

/** Everything as git wants it in these places. */
async function converged(places: readonly FleetPlace[], definitions?: readonly Spec[]): Promise<World> {
  const world = createWorld({ files: Object.fromEntries(filesOf(places, definitions)) });
  await world.settle();
  expect(stepsOf((await world.pass()).plan)).toEqual([]);
  world.calls.length = 0;
  return world;
}

function commit(world: World, files: ReadonlyMap<string, string>): void {
  for (const [file, text] of files) world.files.set(file, text);
}

/** Environments, by name, of what the passes changed: `delete eu service/xray`. */
function changesOf(results: Awaited<ReturnType<World['settle']>>): readonly string[] {
  return results
    .flatMap(({ outcomes }) =>
      outcomes.map(({ type, id }) => `${type} ${id.environment} ${id.kind}/${id.name}`),
    )
    .toSorted();
}

async function rolesIn(world: World, accountId?: string): Promise<readonly string[]> {
  const { roles } = await describeAccount(world.sandbox, accountId === undefined ? {} : { accountId });
  return roles.map((role) => (role as { RoleName: string }).RoleName).toSorted();
}

async function servicesIn(world: World, { region, account }: FleetPlace): Promise<readonly object[]> {
  const place = { region, ...(account === undefined ? {} : { accountId: account }) };
  return (await describeAccount(world.sandbox, place)).services;
}

function rolesOf(...names: readonly string[]): readonly string[] {
  return names.flatMap((name) => [`xray-${name}-execution`, `xray-${name}-task`]).toSorted();
}

describe('a definition in three Regions of one account', () => {
  test('has roles of its own in each, as IAM has no Regions', async () => {
    const world = await converged([EU, US, AP]);
    expect(await rolesIn(world)).toEqual(rolesOf('eu', 'us', 'ap'));
  });

  test('takes its own roles with it where a label drops it, and no others', async () => {
    const world = await converged([EU, US, AP]);
    commit(world, filesOf([{ ...EU, labels: OUT }, US, AP]));
    const changes = changesOf(await world.settle());
    expect(changes.filter((change) => !change.startsWith('delete eu '))).toEqual([]);
    expect(await rolesIn(world)).toEqual(rolesOf('us', 'ap'));
    expect(await servicesIn(world, EU)).toEqual([]);
    expect(await servicesIn(world, US)).toHaveLength(1);
  });

  test('stays as it is where its Environment is declared no more, whatever the definition says', async () => {
    const world = await converged([EU, US, AP]);
    commit(world, filesOf([US, AP], [xray({ desiredCount: 2 })]));
    const results = await world.settle();
    expect(new Set(changesOf(results))).toEqual(
      new Set(['update ap service/xray', 'update us service/xray']),
    );
    expect(await rolesIn(world)).toEqual(rolesOf('eu', 'us', 'ap'));
    expect(await servicesIn(world, EU)).toHaveLength(1);
  });

  test('goes nowhere with its document and the document of one of its Environments', async () => {
    const world = await converged([EU, US, AP]);
    commit(world, filesOf([US, AP], []));
    await world.settle();
    expect(await rolesIn(world)).toEqual(rolesOf('eu'));
    expect(await servicesIn(world, EU)).toHaveLength(1);
  });
});

test('an account that is added converges by itself, and nothing is changed in the others', async () => {
  const world = await converged([EU, US]);
  commit(world, filesOf([EU, US, OTHER]));
  await world.settle();
  const writes = world.calls.filter(({ name }) => !isRead(name));
  expect(writes.filter(({ accountId }) => accountId !== ELSEWHERE)).toEqual([]);
  expect(await servicesIn(world, OTHER)).toHaveLength(1);
  expect(await rolesIn(world, ELSEWHERE)).toEqual(rolesOf('other'));
});

describe('an override that is invalid in one Environment', () => {
  const broken = {
    environments: { matchLabels: { name: 'eu' } },
    spec: { cpu: 257 },
  };

  test('leaves that one as it is, and the others go on', async () => {
    const world = await converged([EU, US, AP]);
    const before = await servicesIn(world, EU);
    commit(world, filesOf([EU, US, AP], [xray({ desiredCount: 2, overrides: [broken] })]));
    const results = await world.settle();
    expect(new Set(changesOf(results))).toEqual(
      new Set(['update ap service/xray', 'update us service/xray']),
    );
    expect(await servicesIn(world, EU)).toEqual(before);
    expect(results.at(-1)!.wanted.errors).toMatchObject([{ objects: [{ environment: 'eu' }] }]);
  });

  test('deletes nothing anywhere, until it is valid again', async () => {
    const world = await converged([EU, US, AP], [xray(), xray({ name: 'statsd' })]);
    commit(world, filesOf([EU, US, AP], [xray({ overrides: [broken] })]));
    expect(changesOf(await world.settle())).toEqual([]);
    commit(world, filesOf([EU, US, AP], [xray()]));
    const changes = changesOf(await world.settle());
    expect(changes.length).toBeGreaterThan(3 * 4);
    expect(changes.filter((change) => !change.startsWith('delete '))).toEqual([]);
    expect(await rolesIn(world)).toEqual(rolesOf('eu', 'us', 'ap'));
  });
});

test('a selector of a label that no Environment has changes nothing', async () => {
  const world = await converged([EU, US]);
  commit(
    world,
    filesOf([EU, US], [xray({ desiredCount: 2, environments: { matchLabels: { fleets: 'in' } } })]),
  );
  expect(changesOf(await world.settle())).toEqual([]);
});

describe('two definitions of one name, of which each has some Environments', () => {
  const ofStage = (stage: string, image: string): Spec =>
    xray({ environments: { matchLabels: { stage } }, containers: [{ name: 'main', image }] });
  const both = [ofStage('prod', 'example.org/daemon:1'), ofStage('dev', 'example.org/daemon:2')];
  const dev = { ...US, labels: { ...IN, stage: 'dev' } };

  test('pass an Environment on by its label: what is there is changed, and nothing is deleted', async () => {
    const world = await converged([EU, dev], both);
    commit(world, filesOf([EU, { ...dev, labels: IN }], both));
    const changes = changesOf(await world.settle());
    expect(changes).toEqual(['update us service/xray', 'update us task-definition/xray']);
    expect(await rolesIn(world)).toEqual(rolesOf('eu', 'us'));
  });

  test('swap all of theirs', async () => {
    const world = await converged([EU, dev], both);
    commit(
      world,
      filesOf(
        [
          { ...EU, labels: dev.labels },
          { ...dev, labels: IN },
        ],
        both,
      ),
    );
    const changes = changesOf(await world.settle());
    expect(changes).toEqual(
      ['eu', 'us'].flatMap((name) => [`update ${name} service/xray`, `update ${name} task-definition/xray`]),
    );
  });

  test('that both claim one are refused there, which stays as it is, and nothing is deleted', async () => {
    const world = await converged([EU, dev], both);
    const overlapping = [both[0]!, { ...both[1]!, environments: {} }];
    commit(world, filesOf([EU, dev], overlapping));
    expect(changesOf(await world.settle())).toEqual([]);
  });
});

describe('one document for each Environment', () => {
  const named = {
    taskRole: { name: 'xray-ROLE-task', statements: STATEMENTS },
    executionRole: { name: 'xray-ROLE-execution' },
  };
  const single = (of: string): Spec => {
    const { environments: _selector, ...spec } = xray(named);
    return JSON.parse(JSON.stringify({ ...spec, environment: of }).replaceAll('ROLE', of)) as Spec;
  };
  const whole = JSON.parse(JSON.stringify(xray(named)).replaceAll('ROLE', '${environment.name}')) as Spec;
  const singles = ['eu', 'us', 'ap'].map(single);

  test.each([
    ['becomes one definition of all', singles, [whole]],
    ['becomes of a definition', [whole], singles],
  ])('%s without a step', async (_what, before, after) => {
    const world = await converged([EU, US, AP], before);
    commit(world, filesOf([EU, US, AP], after));
    const results = await world.settle();
    expect(stepsOf(results.at(-1)!.plan)).toEqual([]);
    expect(world.mutations()).toEqual([]);
  });

  test('becomes one definition with a difference, which alone is made', async () => {
    const world = await converged([EU, US, AP], singles);
    const overrides = [{ environments: { matchLabels: { name: 'ap' } }, spec: { desiredCount: 3 } }];
    commit(world, filesOf([EU, US, AP], [{ ...whole, overrides }]));
    expect(changesOf(await world.settle())).toEqual(['update ap service/xray']);
  });
});
