import { describeAccount, revisionCounts } from '../world/account.ts';
import type { Account } from '../world/account.ts';
import { MANIFESTS, createWorld, isRead } from '../world/world.ts';
import type { World } from '../world/world.ts';
import { liveIn, placesOf } from './live.ts';
import { retag } from './meddler.ts';

const DAEMON = MANIFESTS['xray.yaml'];
const CHANGED = DAEMON.replace('xray-daemon:3.x', 'xray-daemon:3.4')
  .replace('retentionInDays: 7', 'retentionInDays: 30')
  .replace('soaTtl: 60', 'soaTtl: 30')
  .replace('ttl: 60', 'ttl: 10')
  .replaceAll('cidr: 172.31.0.0/16', 'cidr: 10.0.0.0/8')
  .replace('containerInsights: disabled', 'containerInsights: enabled')
  .replace('xray:PutTelemetryRecords', 'xray:GetSamplingRules')
  .replace('team: platform', 'team: observability');
const ADOPTING = annotated(CHANGED, 'stationkeeper.dev/adoption-policy: adopt-or-create');
const RETAINED = annotated(DAEMON, 'stationkeeper.dev/deletion-policy: retain');
const OTHER = 'apiVersion: stationkeeper.dev/v1\nkind: Cluster\nmetadata: { name: other }\nspec: {}\n';

/** Writes the same annotation on every document. */
function annotated(text: string, annotation: string): string {
  return text
    .replaceAll(/^metadata: \{ name: (.*) \}$/gm, `metadata: { name: $1, annotations: { ${annotation} } }`)
    .replace('  name: xray\n  labels:', `  name: xray\n  annotations: { ${annotation} }\n  labels:`);
}

/** A part of a daemon's life: what it begins from, and what is then wanted. */
export interface Life {
  readonly before?: string;
  readonly wanted: string;
  /** What happens in AWS between the two. */
  readonly meanwhile?: (world: World) => Promise<void>;
}

export const LIVES: Readonly<Record<string, Life>> = {
  'its first convergence': { wanted: DAEMON },
  'a change of everything': { before: DAEMON, wanted: CHANGED },
  'its adoption, with a change of everything': { before: DAEMON, wanted: ADOPTING, meanwhile: disown },
  'its removal': { before: DAEMON, wanted: OTHER },
  'its release': { before: RETAINED, wanted: OTHER },
};

/** Takes our tags from everything, as if others had made it. */
export async function disown(world: World): Promise<void> {
  const all = liveIn(placesOf(world.sandbox.places));
  for (const one of all) {
    const ours = [...one.tags.keys()].filter((key) => key.startsWith('stationkeeper:'));
    if (ours.length > 0) await retag(world, one, {}, ours);
  }
  world.restart();
  // GetResources shows it after seconds.
  await world.clock.advance(20_000);
}

export async function worldBefore({ before, wanted, meanwhile }: Life): Promise<World> {
  const world = createWorld({ files: { 'xray.yaml': before ?? wanted } });
  if (before !== undefined) await world.settle();
  await meanwhile?.(world);
  world.files.set('xray.yaml', wanted);
  world.calls.length = 0;
  return world;
}

/** What is there once everything has come to rest, and AWS has forgotten what was deleted. */
export async function endOf(world: World): Promise<Account> {
  await world.settle();
  await world.clock.advance(300_000);
  await world.settle();
  return withoutDigestTags(await describeAccount(world.sandbox));
}

/** Tags that only say what was applied. */
export const SAYS_WHAT_WAS_APPLIED: readonly string[] = ['stationkeeper:spec', 'stationkeeper:revision'];

/**
 * A digest that was not written before the death stays the former, or away: it tells who made a difference, and is never a reason to
 * write (core/ownership).
 */
function withoutDigestTags(account: Account): Account {
  return JSON.parse(JSON.stringify(account), (key, value: unknown) => {
    if (SAYS_WHAT_WAS_APPLIED.includes(key)) return undefined;
    if (!Array.isArray(value)) return value;
    return (value as unknown[]).filter(
      (item) => typeof item !== 'string' || !SAYS_WHAT_WAS_APPLIED.some((tag) => item.includes(`"${tag}"`)),
    );
  }) as Account;
}

export async function countRevisions({ sandbox }: World): Promise<number> {
  return Object.values(await revisionCounts(sandbox)).reduce((sum, count) => sum + count, 0);
}

/** Which calls a death is counted by. */
export type Counted = 'every call' | 'mutations';

export function countedCalls({ calls }: World, counted: Counted): number {
  return calls.filter(({ name }) => counted === 'every call' || !isRead(name)).length;
}

/** Lets the controller die instead of its n-th call, counted from 0, or when that has been performed and not yet answered. */
export async function dieAt(
  world: World,
  n: number,
  counted: Counted,
  when: 'before' | 'after',
): Promise<void> {
  const death = new AbortController();
  world.intercept((_call, perform) => {
    if (death.signal.aborted) return never();
    if (countedCalls(world, counted) <= n) return perform();
    if (when === 'after') perform().catch(() => undefined);
    death.abort();
    return never();
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
