import { describe, expect, test } from 'vitest';
import { displayId } from '../../controller/core/resource.ts';
import type { PassResult } from '../../controller/reconcile/pass-result.ts';
import { createReporter, objectIn } from '../support/reports/reporter.ts';
import { callsTo } from '../support/world/account.ts';
import { MANIFESTS, createWorld } from '../support/world/world.ts';

const WITHOUT_DAEMON = MANIFESTS['xray.yaml'].split('---\n').slice(0, 2).join('---\n');

/** A daemon that runs, and an application's group whose egress names the daemon's. */
async function usedByAnApplication() {
  const world = createWorld({ files: { 'xray.yaml': MANIFESTS['xray.yaml'] } });
  await world.settle();
  await world.clock.advance(300_000);
  const results = await world.settle();
  const daemon = observed(results.at(-1)!, 'security-group/xray');
  const { id: daemonGroup, vpcId } = daemon.state as { readonly id: string; readonly vpcId: string };
  const call = callsTo(world.sandbox);
  const made = await call('ec2', 'CreateSecurityGroup', {
    GroupName: 'app',
    Description: 'app',
    VpcId: vpcId,
  });
  const appGroup = String(made['GroupId']);
  await world.clock.advance(60_000);
  const rule = {
    GroupId: appGroup,
    IpPermissions: [
      { IpProtocol: 'udp', FromPort: 2000, ToPort: 2000, UserIdGroupPairs: [{ GroupId: daemonGroup }] },
    ],
  };
  await call('ec2', 'AuthorizeSecurityGroupEgress', rule);
  const forget = () => call('ec2', 'RevokeSecurityGroupEgress', rule);
  return { world, daemonGroup, appGroup, forget };
}

function stepOf({ plan }: PassResult, id: string) {
  return plan.steps.find((step) => displayId(step.id) === id);
}

function observed(result: PassResult, id: string) {
  const step = stepOf(result, id);
  if (step === undefined || !('observed' in step) || step.observed === undefined) throw new Error(`no ${id}`);
  return step.observed;
}

describe("a security group that another's rule names", () => {
  test('is told with that group and rule at once, while its own tasks still stop', async () => {
    const { world, daemonGroup, appGroup } = await usedByAnApplication();
    world.files.set('xray.yaml', WITHOUT_DAEMON);
    const step = stepOf(await world.pass(), 'security-group/xray');
    expect(step).toMatchObject({ type: 'hold', why: 'policy', intent: 'delete' });
    expect(step?.reason).toContain(
      `security group app (${appGroup}) names it in its rule egress[udp 2000 ${daemonGroup}]`,
    );
    expect(step?.reason).toMatch(/take that out of the other group/);
  });

  test('holds nothing else up, and goes once nobody names it', async () => {
    const { world, forget } = await usedByAnApplication();
    const reporter = createReporter();
    world.files.set('xray.yaml', WITHOUT_DAEMON);
    const results = await world.loopFor(300_000);
    for (const result of results) reporter.record(result);
    const left = results.at(-1)!.plan.steps.filter(({ manifest }) => manifest.kind === 'DaemonService');
    expect(left.map(({ id }) => displayId(id))).toEqual(['security-group/xray']);
    const object = objectIn(reporter.store.report(), 'xray');
    expect(object.conditions[0]).toMatchObject({ status: 'False', reason: 'DeletionHeld' });
    await forget();
    const after = await world.loopFor(120_000);
    expect(stepOf(after.at(-1)!, 'security-group/xray')).toBeUndefined();
  });
});

test('network interfaces that AWS has not removed yet hold up the group alone', async () => {
  const world = createWorld({ files: { 'xray.yaml': MANIFESTS['xray.yaml'] } });
  await world.settle();
  await world.clock.advance(300_000);
  await world.settle();
  world.files.set('xray.yaml', WITHOUT_DAEMON);
  world.intercept((call, perform) =>
    call.name === 'ec2:DescribeNetworkInterfaces'
      ? Promise.resolve({ NetworkInterfaces: [{ NetworkInterfaceId: 'eni-0stays' }] })
      : perform(),
  );
  const results = await world.loopFor(300_000);
  const left = results.at(-1)!.plan.steps.filter(({ manifest }) => manifest.kind === 'DaemonService');
  expect(left.map(({ id }) => displayId(id))).toEqual(['security-group/xray']);
});
