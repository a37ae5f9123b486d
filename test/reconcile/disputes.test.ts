import { describe, expect, test } from 'vitest';
import { displayId } from '../../controller/core/resource.ts';
import type { PassResult } from '../../controller/reconcile/pass-result.ts';
import { callsTo } from '../support/world/account.ts';
import { createReporter, objectIn, resourceIn } from '../support/reports/reporter.ts';
import { MANIFESTS, createWorld, stepsOf } from '../support/world/world.ts';
import type { World } from '../support/world/world.ts';

const LOG_GROUP = '/stationkeeper/xray';
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

async function settled(): Promise<World> {
  const world = createWorld({ files: { 'xray.yaml': MANIFESTS['xray.yaml'] } });
  await world.settle();
  await world.loopFor(MINUTE_MS);
  world.calls.length = 0;
  return world;
}

/** Somebody who sets the retention to what git does not want. */
async function setRetention({ sandbox }: World, retentionInDays = 3): Promise<void> {
  await callsTo(sandbox)('logs', 'PutRetentionPolicy', { logGroupName: LOG_GROUP, retentionInDays });
}

function rulesOf(
  { sandbox }: World,
  operation: 'Authorize' | 'Revoke',
  port: number,
  cidr = '172.31.0.0/16',
) {
  return callsTo(sandbox)('ec2', `${operation}SecurityGroupIngress`, {
    GroupName: 'xray',
    IpPermissions: [{ IpProtocol: 'udp', FromPort: port, ToPort: port, IpRanges: [{ CidrIp: cidr }] }],
  });
}

function tries(world: World, name: string): number {
  return world.mutations().filter((mutation) => mutation === name).length;
}

function setbacksOf(result: PassResult | undefined) {
  return [...(result?.failures.values() ?? [])].map(({ id, error }) => `${error.code} ${displayId(id)}`);
}

/** Somebody changes the field back within every minute, for so long. */
async function war(world: World, minutes: number, attack: () => Promise<unknown>): Promise<PassResult[]> {
  const results: PassResult[] = [];
  for (let minute = 0; minute < minutes; minute += 1) {
    await attack();
    results.push(...(await world.loopFor(MINUTE_MS)));
  }
  return results;
}

describe('a field that somebody keeps changing back', () => {
  test('is corrected three times, then left alone for a while and reported as Contested with what to do', async () => {
    const world = await settled();
    await war(world, 3, () => setRetention(world));
    expect(tries(world, 'logs:PutRetentionPolicy')).toBe(3);
    await setRetention(world);
    const result = await world.pass();
    expect(tries(world, 'logs:PutRetentionPolicy')).toBe(3);
    const report = createReporter().record(result);
    const resource = resourceIn(report, `log-group${LOG_GROUP}`);
    expect(resource).toMatchObject({
      state: 'Drifted',
      step: 'hold',
      drift: [{ path: 'retentionInDays', desired: 7, actual: 3 }],
    });
    expect(resource.reason).toMatch(
      /^the controller corrected retentionInDays of .* 3 times.*find the other controller or person.*ignore-drift: retentionInDays$/,
    );
    const [ready, reconciling, stalled] = objectIn(report, 'xray').conditions;
    expect(ready).toMatchObject({ status: 'False', reason: 'Contested' });
    expect(reconciling).toMatchObject({ status: 'False', reason: 'Stalled' });
    expect(stalled).toMatchObject({ status: 'True', reason: 'Contested' });
    expect(ready?.message).toMatch(/Stationkeeper retries at 20\d\d-/);
  });

  test('is corrected again when the pause is over, which is longer each time, up to an hour', async () => {
    const world = await settled();
    const correctedAt: number[] = [];
    world.intercept((call, perform) => {
      if (call.name === 'logs:PutRetentionPolicy') correctedAt.push(world.clock.monotonic());
      return perform();
    });
    await war(world, 150, () => setRetention(world));
    const pauses = correctedAt
      .slice(1)
      .map((at, index) => Math.round((at - correctedAt[index]!) / MINUTE_MS));
    expect(correctedAt.length).toBeGreaterThan(8);
    expect(correctedAt.length).toBeLessThan(13);
    expect(pauses[3]).toBeLessThan(4);
    expect(pauses.at(-1)).toBeGreaterThan(20);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(61);
  });

  test('is no longer contested once it stays as wanted, and somebody who changes it later is corrected at once', async () => {
    const world = await settled();
    await war(world, 20, () => setRetention(world));
    expect(setbacksOf(await world.pass())).toEqual([`Contested log-group${LOG_GROUP}`]);
    const results = await world.loopFor(HOUR_MS);
    expect(stepsOf(results.at(-1)!.plan)).toEqual([]);
    expect(setbacksOf(results.at(-1))).toEqual([]);
    await world.clock.advance(2 * HOUR_MS);
    await world.pass();
    await setRetention(world);
    const healed = await world.pass();
    expect(healed.outcomes).toMatchObject([{ result: 'done', changedBy: 'aws' }]);
    expect(setbacksOf(healed)).toEqual([]);
  });

  test('is corrected at once when git wants another value of it', async () => {
    const world = await settled();
    await war(world, 5, () => setRetention(world));
    expect(setbacksOf(await world.pass())).toHaveLength(1);
    world.files.set('xray.yaml', MANIFESTS['xray.yaml'].replace('retentionInDays: 7', 'retentionInDays: 14'));
    const result = await world.pass();
    expect(result.outcomes).toMatchObject([{ result: 'done', changedBy: 'git' }]);
    expect(setbacksOf(result)).toEqual([]);
  });

  test('is contested whatever values it is changed to, and however often others of the resource change between', async () => {
    const world = await settled();
    let port = 4000;
    const results = await war(world, 10, async () => {
      port += 1;
      await rulesOf(world, 'Revoke', 2000).catch(() => undefined);
      await rulesOf(world, 'Authorize', port);
    });
    expect(new Set(results.flatMap(setbacksOf))).toEqual(new Set(['Contested security-group/xray']));
    expect(tries(world, 'ec2:AuthorizeSecurityGroupIngress')).toBeLessThan(9);
    // The other rules, each of which came once, were all removed, also while the one was left alone.
    expect(tries(world, 'ec2:RevokeSecurityGroupIngress')).toBe(10);
    const contested = results.findLast((result) => result.failures.size > 0);
    const step = contested?.plan.steps.find(({ id }) => id.kind === 'security-group');
    expect(step?.changes.map(({ path }) => path)).toEqual(['ingress[udp 2000 172.31.0.0/16]']);
  });

  test('is not contested by somebody who changes it a few times a day', async () => {
    const world = await settled();
    for (let times = 0; times < 6; times += 1) {
      await setRetention(world);
      await world.pass();
      await world.clock.advance(MINUTE_MS);
      expect(setbacksOf(await world.pass())).toEqual([]);
      await world.clock.advance(4 * HOUR_MS);
      await world.pass();
    }
    expect(tries(world, 'logs:PutRetentionPolicy')).toBe(6);
  });

  test('may be the resource itself, which somebody keeps deleting', async () => {
    const world = await settled();
    const results = await war(world, 12, () =>
      callsTo(world.sandbox)('logs', 'DeleteLogGroup', { logGroupName: LOG_GROUP }).catch(() => undefined),
    );
    expect(setbacksOf(results.at(-1))).toEqual([`Contested log-group${LOG_GROUP}`]);
    expect(tries(world, 'logs:CreateLogGroup')).toBeLessThan(8);
    expect(resourceIn(createReporter().record(results.at(-1)!), `log-group${LOG_GROUP}`)).toMatchObject({
      state: 'Missing',
      reason: expect.stringMatching(/created .* again \d times, and somebody keeps deleting it/),
    });
  });
});

describe('a field that an update does not change', () => {
  function keepRuleOut(world: World): void {
    world.intercept((call, perform) =>
      call.name === 'ec2:AuthorizeSecurityGroupIngress' ? Promise.resolve({ Return: true }) : perform(),
    );
  }

  test('is NotConverging, not Contested, also while others of the resource change', async () => {
    const world = await settled();
    keepRuleOut(world);
    await rulesOf(world, 'Revoke', 2000);
    let port = 4000;
    const results = await war(world, 30, async () => {
      port += 1;
      await rulesOf(world, 'Authorize', port);
    });
    expect(setbacksOf(results.at(-1))).toEqual(['NotConverging security-group/xray']);
    expect(tries(world, 'ec2:AuthorizeSecurityGroupIngress')).toBeLessThan(20);
    expect(tries(world, 'ec2:RevokeSecurityGroupIngress')).toBe(30);
    world.intercept(undefined);
    await world.loopFor(HOUR_MS);
    expect(stepsOf((await world.pass()).plan)).toEqual([]);
  });

  test('is not believed to differ still by a read a moment later, which may be old', async () => {
    const world = await settled();
    let staleUntil = 0;
    let old: object | undefined;
    world.intercept(async (call, perform) => {
      if (call.name === 'ec2:AuthorizeSecurityGroupIngress') staleUntil = world.clock.monotonic() + 2_000;
      const answer = await perform();
      if (call.name !== 'ec2:DescribeSecurityGroupRules') return answer;
      if (world.clock.monotonic() < staleUntil && old !== undefined) return old;
      old = answer;
      return answer;
    });
    await rulesOf(world, 'Revoke', 2000);
    await world.pass();
    const again = await world.pass();
    expect(stepsOf(again.plan)).toEqual([]);
    expect(again.lookAgainInMs).toBe(1_000);
    const results = await world.loopFor(10_000);
    expect(results.flatMap(setbacksOf)).toEqual([]);
    expect(tries(world, 'ec2:AuthorizeSecurityGroupIngress')).toBe(1);
  });
});
