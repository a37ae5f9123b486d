import { beforeEach, describe, expect, test } from 'vitest';
import type { AwsRequest } from '../../controller/aws/door.ts';
import type { Transport } from '../../controller/aws/transport.ts';
import { KINDS } from '../../controller/kinds/index.ts';
import { wavesOf } from '../../controller/kinds/waves.ts';
import type { EnvironmentTarget } from '../../controller/manifest/expand/environment.ts';
import { createEnvironments } from '../../controller/reconcile/environments.ts';
import type { Environments, EnvironmentRuntime } from '../../controller/reconcile/environments.ts';
import { VirtualClock } from '../../sandbox/virtual-clock.ts';
import { createSandbox } from '../../sandbox/sandbox.ts';
import { nothingFound, nothingNeeded } from '../support/kinds/known.ts';
import { refusal } from '../support/world/world.ts';

const TARGET: EnvironmentTarget = { name: 'eu', region: 'eu-west-1' };

let clock: VirtualClock;
let requests: AwsRequest[];
/** Where clients were made for, one after the other. */
let places: unknown[];
/** Operations that are not answered. */
let silent: Set<string>;
/** Operations whose next call AWS throttles. */
let throttled: Set<string>;
let calledAt: { readonly operation: string; readonly at: number }[];
let stop: AbortController;
let environments: Environments;

beforeEach(() => {
  clock = new VirtualClock();
  requests = [];
  places = [];
  silent = new Set();
  throttled = new Set();
  calledAt = [];
  stop = new AbortController();
  const sandbox = createSandbox({ clock, seed: 1, newAccount: false });
  environments = createEnvironments({
    kinds: KINDS,
    owner: 'stationkeeper',
    clock,
    awsClock: clock,
    random: () => 0.5,
    signal: stop.signal,
    onRequest: (request) => requests.push(request),
    transport: (place): Transport => {
      places.push(place);
      return ({ service, operation, input }) => {
        calledAt.push({ operation, at: clock.monotonic() });
        if (silent.has(operation)) return new Promise(() => undefined);
        if (throttled.delete(operation)) return Promise.reject(refusal('ThrottlingException'));
        return sandbox.call({ service, operation, input, region: 'eu-west-1' });
      };
    },
  });
});

/** Reads all clusters. */
function read(runtime: EnvironmentRuntime): Promise<unknown> {
  runtime.inventory.startPass();
  return runtime.drivers
    .get('cluster')!
    .observe({ desired: [], scope: 'all-owned', needs: nothingNeeded, findings: nothingFound });
}

describe('the runtime of an environment', () => {
  test('has a driver for every kind, which are read in waves', () => {
    const runtime = environments.runtimeOf(TARGET);
    const waves = wavesOf(KINDS.map(({ model }) => model.facts));
    expect(runtime).toMatchObject({ name: 'eu', waves });
    const names = waves.flat().map(({ name }) => name);
    expect([...runtime.drivers.keys()].toSorted()).toEqual(names.toSorted());
  });

  test('stays for as long as its target stays the same', () => {
    const first = environments.runtimeOf(TARGET);
    expect(environments.runtimeOf({ ...TARGET })).toBe(first);
    expect(environments.runtimeOf({ ...TARGET, name: 'us' })).not.toBe(first);
    expect(environments.runtimeOf(TARGET)).toBe(first);
  });

  test.each<readonly [string, EnvironmentTarget]>([
    ['Region', { name: 'eu', region: 'eu-north-1' }],
    ['role', { ...TARGET, roleArn: 'arn:aws:iam::111111111111:role/x' }],
    ['account', { ...TARGET, account: '111111111111' }],
  ])('is made anew for another %s, and that one stays', (_what, target) => {
    const first = environments.runtimeOf(TARGET);
    const second = environments.runtimeOf(target);
    expect(second).not.toBe(first);
    expect(environments.runtimeOf(target)).toBe(second);
  });

  test('has clients of its Region and role, as far as they are said', () => {
    const roleArn = 'arn:aws:iam::111111111111:role/x';
    environments.runtimeOf({ name: 'none', account: '111111111111' });
    environments.runtimeOf({ name: 'both', region: 'eu-west-1', roleArn });
    environments.runtimeOf({ name: 'asked', roleArn, externalId: 'company:1' });
    const sessionName = expect.any(Function) as unknown;
    expect(places).toEqual([
      {},
      { region: 'eu-west-1', roleArn, sessionName },
      { roleArn, externalId: 'company:1', sessionName },
    ]);
  });

  test('acts in sessions that are named by the commit that it last acted for', () => {
    const roleArn = 'arn:aws:iam::111111111111:role/x';
    const [one, other] = ['one', 'other'].map((name) => environments.runtimeOf({ name, roleArn }));
    const names = () =>
      places.map((place) => (place as { readonly sessionName: () => string }).sessionName());
    expect(names()).toEqual(['stationkeeper', 'stationkeeper']);
    one!.actFor({ revision: 'a'.repeat(40) });
    expect(names()).toEqual(['stationkeeper-aaaaaaaaaaaa', 'stationkeeper']);
    other!.actFor({ revision: 'b'.repeat(40) });
    one!.actFor({ revision: undefined });
    expect(names()).toEqual(['stationkeeper', 'stationkeeper-bbbbbbbbbbbb']);
  });

  test('counts the requests of its own calls, and tells each', async () => {
    const [eu, us] = [environments.runtimeOf(TARGET), environments.runtimeOf({ name: 'us' })];
    await clock.run(read(eu));
    expect(eu.requestCount()).toBe(requests.length);
    expect(requests.length).toBeGreaterThan(0);
    expect(us.requestCount()).toBe(0);
  });
});

describe('Environments', () => {
  const ROLE = 'arn:aws:iam::111111111111:role/x';

  type Read = 'cluster' | 'role';
  const OPERATIONS = { cluster: 'ListClusters', role: 'GetAccountAuthorizationDetails' } as const;

  /** How long a read of an Environment waits, right after AWS has throttled one in another. */
  async function waitedMs(
    throttledIn: EnvironmentTarget,
    then: EnvironmentTarget,
    kind: Read,
  ): Promise<number> {
    const readIn = (target: EnvironmentTarget) => {
      const runtime = environments.runtimeOf(target);
      runtime.inventory.startPass();
      const asked = {
        desired: [],
        scope: 'all-owned',
        needs: nothingNeeded,
        findings: nothingFound,
      } as const;
      return clock.run(runtime.drivers.get(kind)!.observe(asked));
    };
    throttled.add(OPERATIONS[kind]);
    await readIn(throttledIn);
    calledAt.length = 0;
    const before = clock.monotonic();
    await readIn(then);
    const [call] = calledAt.filter(({ operation }) => operation === OPERATIONS[kind]);
    return call!.at - before;
  }

  test.each<readonly [string, EnvironmentTarget, EnvironmentTarget]>([
    ['by one role', { ...TARGET, roleArn: ROLE }, { ...TARGET, name: 'us', roleArn: ROLE }],
    [
      'by two roles',
      { ...TARGET, roleArn: ROLE },
      { ...TARGET, name: 'us', roleArn: 'arn:aws:iam::111111111111:role/y' },
    ],
    [
      'one of them without a role',
      { ...TARGET, roleArn: ROLE },
      { ...TARGET, name: 'us', account: '111111111111' },
    ],
  ])('in one account and Region wait for what AWS throttles in one of them, %s', async (_how, one, other) => {
    expect(await waitedMs(one, other, 'cluster')).toBeGreaterThan(0);
  });

  test.each<readonly [string, EnvironmentTarget]>([
    ['Region', { name: 'us', region: 'us-east-1', roleArn: ROLE }],
    ['account', { ...TARGET, name: 'us', roleArn: 'arn:aws:iam::222222222222:role/x' }],
  ])('in another %s do not wait for what AWS throttles here', async (_what, other) => {
    expect(await waitedMs({ ...TARGET, roleArn: ROLE }, other, 'cluster')).toBe(0);
  });

  test('in two Regions of one account wait for what IAM throttles, which has none', async () => {
    const other = { name: 'us', region: 'us-east-1', roleArn: ROLE };
    expect(await waitedMs({ ...TARGET, roleArn: ROLE }, other, 'role')).toBeGreaterThan(0);
  });
});

describe('AWS', () => {
  test('is not silent while nothing is asked, nor while it answers', async () => {
    const runtime = environments.runtimeOf(TARGET);
    expect(runtime.silence()).toBeUndefined();
    await clock.run(read(runtime));
    await clock.advance(600_000);
    expect(runtime.silence()).toBeUndefined();
  });

  test('is silent once what it is asked has not been answered for fifteen seconds, since it was asked', async () => {
    silent.add('GetResources');
    const runtime = environments.runtimeOf(TARGET);
    await clock.advance(100_500);
    read(runtime).catch(() => undefined);
    await clock.advance(14_999);
    expect(runtime.silence()).toBeUndefined();
    await clock.advance(1);
    const silence = { operation: 'tagging:GetResources', since: '2026-11-22T09:01:40Z' };
    expect(runtime.silence()).toEqual(silence);
    await clock.advance(10_000);
    expect(runtime.silence()).toEqual(silence);
    stop.abort();
    await clock.advance(60_000);
  });

  test('is not silent where it has answered something else since', async () => {
    silent.add('GetResources');
    const runtime = environments.runtimeOf(TARGET);
    read(runtime).catch(() => undefined);
    await clock.advance(14_000);
    silent.clear();
    const place = { desired: [], scope: 'all-owned', needs: nothingNeeded, findings: nothingFound } as const;
    await runtime.drivers.get('role')!.observe(place);
    silent.add('GetResources');
    await clock.advance(5_000);
    expect(runtime.silence()).toBeUndefined();
    stop.abort();
    await clock.advance(60_000);
  });
});
