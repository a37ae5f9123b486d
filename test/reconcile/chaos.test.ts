import { expect, test } from 'vitest';
import { seededRandom } from '../../sandbox/seeded-random.ts';
import { describeAccount, withoutDigests } from '../support/world/account.ts';
import type { Account } from '../support/world/account.ts';
import { MANIFESTS, createWorld, isRead, refusal, stepsOf } from '../support/world/world.ts';
import type { Interceptor } from '../support/world/world.ts';

const DAEMON = MANIFESTS['xray.yaml'].replace(
  'streamPrefix: docker',
  'streamPrefix: docker, deletionPolicy: delete',
);
const CHANGED = DAEMON.replace('xray-daemon:3.x', 'xray-daemon:3.4')
  .replace('soaTtl: 60', 'soaTtl: 30')
  .replace('ttl: 60', 'ttl: 10')
  .replaceAll('cidr: 172.31.0.0/16', 'cidr: 10.0.0.0/8')
  .replace('team: platform', 'team: observability');
const BROKEN_IMAGE = DAEMON.replace('xray-daemon:3.x', 'xray-daemon:fail-3.x');
const NO_DAEMON = DAEMON.slice(0, DAEMON.indexOf('---'));
const REVISIONS = [DAEMON, CHANGED, BROKEN_IMAGE, NO_DAEMON];

const REFUSALS = [
  refusal('ThrottlingException'),
  refusal('AccessDeniedException', { status: 403 }),
  refusal('InternalFailure', { status: 500 }),
  refusal('InvalidParameterException'),
];

/** Calls are refused, their answers lost or older than they should be, each time with some chance. */
function faults(random: () => number): Interceptor {
  const [refused, lost, outdated] = [random() * 0.3, random() * 0.2, random() * 0.3];
  const before = new Map<string, object>();
  return async ({ name, input }, perform) => {
    if (random() < refused) throw REFUSALS[Math.floor(random() * REFUSALS.length)]!;
    const call = `${name} ${JSON.stringify(input)}`;
    const former = before.get(call);
    if (isRead(name) && former !== undefined && random() < outdated) return structuredClone(former);
    const answer = await perform();
    before.set(call, structuredClone(answer));
    if (!isRead(name) && random() < lost)
      throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
    return answer;
  };
}

async function undisturbed(manifests: string): Promise<Account> {
  const world = createWorld({ files: { 'xray.yaml': DAEMON } });
  await world.settle();
  world.files.set('xray.yaml', manifests);
  await world.loopFor(900_000);
  return describeAccount(world.sandbox);
}

test.each([1, 2, 3, 4, 5, 6])(
  'whatever went wrong before, it ends as if nothing had, and rests (%i)',
  async (seed) => {
    const random = seededRandom(seed);
    const world = createWorld({ files: { 'xray.yaml': DAEMON }, pruneBudget: { count: 10 } });
    world.intercept(faults(random));
    for (let rounds = 0; rounds < 12; rounds += 1) {
      if (random() < 0.4) world.files.set('xray.yaml', REVISIONS[Math.floor(random() * REVISIONS.length)]!);
      if (random() < 0.2) world.restart();
      await world.loopFor(random() * 20_000);
    }
    const wanted = [DAEMON, CHANGED, NO_DAEMON][seed % 3]!;
    world.files.set('xray.yaml', wanted);
    world.intercept(undefined);
    await world.loopFor(900_000);
    world.calls.length = 0;
    expect(stepsOf((await world.pass()).plan)).toEqual([]);
    expect(world.mutations()).toEqual([]);
    expect(withoutDigests(await describeAccount(world.sandbox))).toEqual(
      withoutDigests(await undisturbed(wanted)),
    );
  },
);
