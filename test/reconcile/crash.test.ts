import { beforeAll, describe, expect, test } from 'vitest';
import { describeAccount, revisionCounts, withoutDigests } from '../support/account.ts';
import type { Account } from '../support/account.ts';
import { MANIFESTS, createWorld, isRead } from '../support/world.ts';
import type { World } from '../support/world.ts';

const FILES = { 'xray.yaml': MANIFESTS['xray.yaml'] };
const CHANGED = MANIFESTS['xray.yaml']
  .replace('xray-daemon:3.x', 'xray-daemon:3.4')
  .replace('retentionInDays: 7', 'retentionInDays: 30')
  .replace('soaTtl: 60', 'soaTtl: 30')
  .replace('ttl: 60', 'ttl: 10')
  .replaceAll('cidr: 172.31.0.0/16', 'cidr: 10.0.0.0/8')
  .replace('containerInsights: disabled', 'containerInsights: enabled')
  .replace('xray:PutTelemetryRecords', 'xray:GetSamplingRules')
  .replace('team: platform', 'team: observability');

/** What each part of a daemon's life begins from, and what is then wanted. */
const LIVES = {
  'its first convergence': { before: undefined, wanted: FILES['xray.yaml'] },
  'a change of everything': { before: FILES['xray.yaml'], wanted: CHANGED },
  'its removal': {
    before: FILES['xray.yaml'],
    wanted: 'apiVersion: stationkeeper.dev/v1\nkind: Cluster\nmetadata: { name: other }\nspec: {}\n',
  },
} as const;

async function worldBefore({ before, wanted }: (typeof LIVES)[keyof typeof LIVES]): Promise<World> {
  const world = createWorld({ files: { 'xray.yaml': before ?? wanted } });
  if (before !== undefined) await world.settle();
  world.files.set('xray.yaml', wanted);
  world.calls.length = 0;
  return world;
}

/** What is there once everything has come to rest, and AWS has forgotten what was deleted. */
async function endOf(world: World): Promise<Account> {
  await world.settle();
  await world.clock.advance(300_000);
  await world.settle();
  return withoutDigests(await describeAccount(world.sandbox));
}

/**
 * Lets the controller die instead of making its n-th mutation, counted from 0. That is also its death after the
 * mutation before: nothing changes in between.
 */
async function dieBefore(world: World, mutation: number): Promise<void> {
  const death = new AbortController();
  world.intercept((_call, perform) => {
    if (world.mutations().length > mutation) death.abort();
    return death.signal.aborted ? never() : perform();
  });
  const died = new Promise<void>((resolve) => {
    death.signal.addEventListener('abort', () => resolve());
  });
  await world.clock.run(Promise.race([died, world.settle()]));
  world.restart();
  world.intercept(undefined);
}

function never(): Promise<never> {
  return new Promise(() => undefined);
}

describe.each(Object.entries(LIVES))('during %s', (_name, life) => {
  let faultFree: Account;
  let revisions: number;
  let mutations: number;

  beforeAll(async () => {
    const world = await worldBefore(life);
    await world.settle();
    mutations = world.mutations().length;
    faultFree = await endOf(world);
    revisions = await countRevisions(world);
  });

  test('a controller that dies at any call, and starts again with empty memory, ends as if nothing had been', async () => {
    expect(mutations).toBeGreaterThan(8);
    for (let mutation = 0; mutation < mutations; mutation += 1) {
      const world = await worldBefore(life);
      await dieBefore(world, mutation);
      expect({ mutation, end: await endOf(world) }).toEqual({ mutation, end: faultFree });
      expect(await countRevisions(world)).toBeLessThanOrEqual(revisions + 1);
    }
  });

  test('answers that are lost after the call was performed make nothing twice', async () => {
    const world = await worldBefore(life);
    const lost = new Set<string>();
    world.intercept(async ({ name, input }, perform) => {
      const answer = await perform();
      const call = `${name} ${JSON.stringify(input)}`;
      if (isRead(name) || lost.has(call)) return answer;
      lost.add(call);
      throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
    });
    expect(await endOf(world)).toEqual(faultFree);
    expect(lost.size).toBeGreaterThan(8);
    expect(await countRevisions(world)).toBeLessThanOrEqual(revisions + 1);
  });
});

async function countRevisions({ sandbox }: World): Promise<number> {
  return Object.values(await revisionCounts(sandbox)).reduce((sum, count) => sum + count, 0);
}
