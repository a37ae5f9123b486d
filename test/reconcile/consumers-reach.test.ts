import { Compile } from 'typebox/compile';
import { expect, test } from 'vitest';
import { metricsOf } from '../support/reports/metrics.ts';
import { StatusReport } from '../../controller/status/schema.ts';
import { statusDetail } from '../../controller/status/table.ts';
import { guard, policiesFor } from '../support/iam/guard.ts';
import { cluster, daemonService, namespace, yamlOf } from '../support/manifests/documents.ts';
import { startApplication } from '../support/reach/application.ts';
import type { Application } from '../support/reach/application.ts';
import { createReporter, objectIn } from '../support/reports/reporter.ts';
import { createWorld } from '../support/world/world.ts';
import type { World } from '../support/world/world.ts';

/** Whether declared consumers reach their daemon, as the controller tells it from pass to pass. */

const DAEMONS = 40;
/** What is read for paths alone, for all daemons of an Environment together. */
const NETWORK_READS = [
  'ec2:DescribeNetworkAcls',
  'ec2:DescribeRouteTables',
  'ec2:DescribeNatGateways',
  'ec2:DescribeVpcEndpoints',
];

function daemonFor(name: string, group: string): string {
  const portMappings = [{ containerPort: 2000, protocol: 'udp' as const }];
  return yamlOf(
    daemonService({
      name,
      containers: [{ name: 'main', image: 'example.org/daemon:1', portMappings }],
      serviceDiscovery: { namespace: 'services.example.org' },
      consumers: [{ name: 'app', securityGroup: { id: group } }],
    }),
  );
}

/** A converged daemon, declared to be used by an application that runs. */
async function usedDaemon(count = 1): Promise<{ readonly world: World; readonly app: Application }> {
  const world = createWorld({
    files: { 'cluster.yaml': yamlOf(cluster(), namespace({ name: 'services.example.org' })) },
  });
  const app = await startApplication(world);
  for (let nth = 1; nth <= count; nth += 1) {
    const name = nth === 1 ? 'xray' : `xray-${nth}`;
    world.files.set(`${name}.yaml`, daemonFor(name, app.group));
  }
  await world.settle(200);
  // What was looked at while it started is looked at again a minute later.
  await world.clock.advance(120_000);
  return { world, app };
}

async function reported(world: World) {
  const report = createReporter().record(await world.pass());
  const object = objectIn(report, 'xray');
  const condition = object.conditions.find(({ type }) => type === 'ConsumersReachable');
  return { report, object, condition };
}

const DENIED = /^entry 1 of acl-\w+ denies udp 2000 out of subnet-/;

/** Denies UDP out of every subnet of the VPC, or no more. */
async function setAcl({ app }: { readonly app: Application }, operation: 'Create' | 'Delete'): Promise<void> {
  const { NetworkAcls } = await app.call<{ NetworkAcls: { NetworkAclId: string }[] }>(
    'ec2',
    'DescribeNetworkAcls',
    {
      Filters: [{ Name: 'vpc-id', Values: [app.vpc] }],
    },
  );
  await app.call('ec2', `${operation}NetworkAclEntry`, {
    NetworkAclId: NetworkAcls[0]?.NetworkAclId,
    RuleNumber: 1,
    Egress: true,
    ...(operation === 'Create' && {
      RuleAction: 'deny',
      Protocol: '17',
      CidrBlock: '172.31.0.0/16',
      PortRange: { From: 2000, To: 2000 },
    }),
  });
}

test('a consumer that reaches its daemon is Reachable in the status, as a condition, and as a metric', async () => {
  const { world } = await usedDaemon();
  const { report, object, condition } = await reported(world);
  expect(object.consumers).toEqual([{ name: 'app', reach: 'Reachable' }]);
  expect(condition).toMatchObject({
    status: 'True',
    reason: 'Reachable',
    message: '1 of 1 consumer reaches it',
  });
  expect(Compile(StatusReport).Check(report)).toBe(true);
  const metrics = metricsOf();
  metrics.recordReport(report);
  const labels = 'environment="default",name="xray",consumer="app"';
  const text = await metrics.text();
  expect(text).toContain(`stationkeeper_consumer_reachable{${labels},verdict="Reachable"} 1`);
  expect(text).toContain(`stationkeeper_consumer_reachable{${labels},verdict="Blocked"} 0`);
});

test('a broken hop is told within ten minutes and the mended one within two, and Ready says nothing of it', async () => {
  const used = await usedDaemon();
  const { world } = used;
  await reported(world);
  await setAcl(used, 'Create');
  await world.clock.advance(600_000);
  const { object, condition } = await reported(world);
  expect(object.consumers).toEqual([
    {
      name: 'app',
      reach: 'Blocked',
      hop: 'network-acls',
      evidence: expect.stringMatching(DENIED),
      advice: expect.stringMatching(/^allow udp 2000 in acl-/),
    },
  ]);
  expect(condition).toMatchObject({
    status: 'False',
    reason: 'Blocked',
    message: expect.stringMatching(/^app: network-acls: entry 1 of/),
  });
  expect(object.conditions.find(({ type }) => type === 'Ready')).toMatchObject({ status: 'True' });
  expect(statusDetail(object, { colour: false })).toMatch(
    /Consumers:\n {2}NAME +REACH +HOP +WHY\n {2}app +Blocked +network-acls +entry 1/,
  );
  await setAcl(used, 'Delete');
  await world.clock.advance(120_000);
  expect((await reported(world)).object.consumers).toEqual([{ name: 'app', reach: 'Reachable' }]);
});

test('with no more than its policy allows, the controller reads all that a path is judged by', async () => {
  const { world } = await usedDaemon();
  world.restart();
  const permitted = guard(world);
  permitted.grant(policiesFor(Object.fromEntries(world.files)));
  const { object } = await reported(world);
  expect(permitted.denied).toEqual([]);
  expect(object.consumers).toEqual([{ name: 'app', reach: 'Reachable' }]);
});

test('passes that find everything as it was ask nothing for it, and looks are shared by all daemons', async () => {
  const { world } = await usedDaemon(DAEMONS);
  await world.pass();
  await world.clock.advance(60_000);
  const asked = async (): Promise<readonly string[]> => {
    const before = world.calls.length;
    await world.pass();
    return world.calls.slice(before).map(({ name }) => name);
  };
  const idle = await asked();
  expect(idle).not.toContain('ec2:DescribeNetworkAcls');
  await world.clock.advance(600_000);
  const look = await asked();
  const counts = NETWORK_READS.map((read) => look.filter((name) => name === read).length);
  expect(counts).toEqual(NETWORK_READS.map(() => 1));
});
