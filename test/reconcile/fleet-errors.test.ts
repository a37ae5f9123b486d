import { describe, expect, test } from 'vitest';
import type { PassResult } from '../../controller/reconcile/pass-result.ts';
import type { Source } from '../../controller/source/source.ts';
import { reportInputOf } from '../../controller/status/pass-report.ts';
import { createStatusStore } from '../../controller/status/store.ts';
import { createWorld, stepsOf } from '../support/world/world.ts';
import type { World } from '../support/world/world.ts';

const ACCOUNT = '385605022855';
const MISTYPED = ACCOUNT.slice(1);
const OF_SET = ['shop-eu-west-1', 'shop-us-east-1'];

/** One account in two Regions, beside an Environment that is written, each with a cluster. */
function files(account: string): Record<string, string> {
  return {
    'set.yaml': `apiVersion: stationkeeper.dev/v1
kind: EnvironmentSet
metadata: { name: company }
spec:
  accounts: [{ id: "${account}", name: shop }]
  regions: [us-east-1, eu-west-1]
  template: { name: "\${account.name}-\${region}" }
`,
    'more.yaml': `apiVersion: stationkeeper.dev/v1
kind: Environment
metadata: { name: other }
spec: { region: us-west-2 }
---
apiVersion: stationkeeper.dev/v1
kind: Cluster
metadata: { name: main }
spec: { environments: {} }
`,
  };
}

function change(world: World, account: string): void {
  world.calls.length = 0;
  for (const [name, text] of Object.entries(files(account))) world.files.set(name, text);
}

/** What status tells after each of these passes. */
function toldOf(...results: readonly PassResult[]) {
  const controller = { version: '0', owner: 'stationkeeper', startedAt: new Date(0).toISOString() };
  const source = { type: 'git', url: 'https://git.example.org/daemons.git' } as Source;
  const store = createStatusStore(controller, { type: 'git', url: source.url, errors: [], ignored: [] });
  const report = results
    .map((result) => store.record(reportInputOf(result, { number: 1, controller, source })))
    .at(-1)!;
  return report.objects.map(
    ({ environment, kind, name, sync, health, conditions }) =>
      `${environment} ${kind}/${name} ${sync} ${health} ${conditions[0]?.reason}`,
  );
}

describe('a mistake in an account of a set', () => {
  test('leaves what is there as it is, the others wanted, and status with what it last knew', async () => {
    const world = createWorld({ files: files(ACCOUNT) });
    const good = (await world.settle()).at(-1)!;
    expect(stepsOf(good.plan)).toEqual([]);
    change(world, MISTYPED);
    const bad = (await world.loopFor(600_000)).at(-1)!;
    expect(world.mutations()).toEqual([]);
    expect(
      bad.plan.steps.flatMap((step) =>
        OF_SET.includes(step.id.environment) && step.type === 'hold' ? [step.reason] : [],
      ),
    ).toEqual(
      OF_SET.map(
        (name) =>
          `nothing is deleted: the manifest of the environment "${name}" is invalid, so the controller changes nothing in it; correct it first`,
      ),
    );
    expect(toldOf(good, bad)).toEqual([
      'other Environment/other Synced Healthy ReconcileSuccess',
      ...OF_SET.map((name) => `${name} Environment/${name} Unknown Healthy SourceInvalid`),
      'other Cluster/main Synced Healthy ReconcileSuccess',
      ...OF_SET.map((name) => `${name} Cluster/main Unknown Healthy SourceInvalid`),
    ]);
  });

  test('changes nothing once it is corrected', async () => {
    const world = createWorld({ files: files(ACCOUNT) });
    await world.settle();
    change(world, MISTYPED);
    await world.loopFor(120_000);
    change(world, ACCOUNT);
    const results = await world.loopFor(600_000);
    expect(stepsOf(results.at(-1)!.plan)).toEqual([]);
    expect(world.mutations()).toEqual([]);
  });
});

test('a definition that cannot be told of any Environment is told of in each that has something of it', async () => {
  const world = createWorld({ files: files(ACCOUNT) });
  const good = (await world.settle()).at(-1)!;
  world.calls.length = 0;
  world.files.set('more.yaml', files(ACCOUNT)['more.yaml']!.replace('environments: {}', 'environments: all'));
  const bad = (await world.loopFor(600_000)).at(-1)!;
  expect(world.mutations()).toEqual([]);
  expect(toldOf(good, bad).filter((line) => line.includes('Cluster/main'))).toEqual(
    ['other', ...OF_SET].map((name) => `${name} Cluster/main Unknown Healthy SourceInvalid`),
  );
});
