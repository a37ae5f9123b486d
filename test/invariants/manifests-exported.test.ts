import * as fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { readAccount } from '../../controller/aws/account.ts';
import { exportAccount } from '../../controller/export/export.ts';
import { exportedFiles } from '../../controller/export/text.ts';
import type { Existing } from '../support/manifests/generated/existing.ts';
import { anyValidFleet, textOf } from '../support/manifests/generated/fleet.ts';
import type { Fleet } from '../support/manifests/generated/fleet.ts';
import { meaningOf } from '../support/manifests/generated/meaning.ts';
import { doorTo, settleWithImages, worldBesideAnother } from '../support/manifests/generated/world.ts';
import type { World } from '../support/world/world.ts';

/** Generated fleets, each applied to an account of its own. */
const RUNS = 30;

let existing: Existing;
beforeAll(async () => {
  ({ existing } = await worldBesideAnother());
});

/**
 * What the applied manifests are, as far as AWS can tell. Not what they look up, who owns what, which labels and policies it
 * has, and not a namespace in which nothing is found.
 */
function asAwsTells(text: string): Readonly<Record<string, unknown>> {
  const meaning = meaningOf(text);
  const isUsed = (key: string) =>
    !key.startsWith('namespace/') ||
    [...meaning.keys()].some((other) => other.startsWith('discovery-service/'));
  return Object.fromEntries(
    [...meaning]
      .filter(([key]) => !key.startsWith('environment/') && isUsed(key))
      .map(([key, spec]) => [key, inNamespace(spec as Connected, meaning)]),
  );
}

interface Connected {
  readonly cluster?: { readonly name: string };
  readonly serviceConnectConfiguration?: { readonly namespace?: string };
}

/** ECS shows a service in the namespace that its cluster gives it. */
function inNamespace(spec: Connected, meaning: ReadonlyMap<string, unknown>): unknown {
  const { cluster, serviceConnectConfiguration: connect } = spec;
  if (connect === undefined || connect.namespace !== undefined) return spec;
  const { serviceConnectDefaults } = meaning.get(`cluster/${cluster?.name}`) as {
    readonly serviceConnectDefaults?: { readonly namespace?: string };
  };
  return { ...spec, serviceConnectConfiguration: { ...connect, ...serviceConnectDefaults } };
}

/** The text with the names of namespaces instead of the ARNs that ECS shows. */
async function withNamesIn(world: World, text: string): Promise<string> {
  const { Namespaces = [] } = await world.clock.run(doorTo(world).servicediscovery.listNamespaces({}));
  return Namespaces.reduce((named, { Arn = '', Name = '' }) => named.replaceAll(Arn, Name), text);
}

/** A log group that nothing logs into is nobody's in AWS, nor is the right to log there. */
function logsWhereItSays(fleet: Fleet): boolean {
  return fleet.every(
    ({ spec }) =>
      !('containers' in spec) ||
      spec.logs?.logDriver === 'none' ||
      spec.containers.some(({ logConfiguration }) => logConfiguration === undefined),
  );
}

async function exportedAfterApply(fleet: Fleet): Promise<string> {
  const { world } = await worldBesideAnother(fleet);
  await settleWithImages(world);
  const account = await world.clock.run(readAccount(doorTo(world)));
  const exported = exportAccount(account, {
    names: [],
    refused: new Map(),
    misplaced: new Set(),
    lacking: new Map(),
    owner: 'stationkeeper',
  });
  expect(exported.services.flatMap(({ leftOut }) => leftOut)).toEqual([]);
  const texts = exportedFiles(exported, 'inline').map(({ text }) => text);
  return withNamesIn(world, texts.join('---\n'));
}

test('what was applied is exported as manifests that mean the same', async () => {
  await fc.assert(
    fc.asyncProperty(anyValidFleet({ existing }).filter(logsWhereItSays), async (fleet) => {
      expect(asAwsTells(await exportedAfterApply(fleet))).toEqual(asAwsTells(textOf(fleet)));
    }),
    { numRuns: RUNS, seed: 1 },
  );
}, 300_000);
