import { beforeEach, describe, expect, test } from 'vitest';
import type { Needs } from '../../controller/core/outputs.ts';
import type { Desired, Observed } from '../../controller/core/resource.ts';
import { serviceKind } from '../../controller/kinds/service/index.ts';
import type { ServiceSpec } from '../../controller/kinds/service/spec.ts';
import type { ServiceState } from '../../controller/kinds/service/state.ts';
import { doneOf, tagsFor } from '../support/kinds/desired.ts';
import type { SandboxAws } from '../support/sandbox/controller-door.ts';
import { desiredService } from '../support/kinds/services.ts';
import { BAD_IMAGE, GOOD_IMAGE, xrayAccount } from '../support/kinds/xray-account.ts';
import type { XrayAccount } from '../support/kinds/xray-account.ts';
import { needsByKind, nothingFound } from '../support/kinds/known.ts';
import { NO_WORK } from '../../controller/plan/work.ts';

const DESIRED = desiredService();

let world: SandboxAws;
let outputs: Record<string, Readonly<Record<string, string | readonly string[]>>>;
let register: XrayAccount['register'];
let driver: ReturnType<typeof serviceKind.driver>;
const needs: Needs = (id) => needsByKind(outputs)(id);

beforeEach(async () => {
  ({ world, outputs, register } = await xrayAccount());
  driver = serviceKind.driver(world.context);
});

function observeAll(desired: readonly Desired<ServiceSpec>[], scope: 'these' | 'all-owned' = 'these') {
  world.context.inventory.startPass();
  return world.run(driver.observe({ desired, scope, needs, findings: nothingFound }));
}

async function observe(desired = DESIRED) {
  return (await observeAll([desired])).items[0] as Observed<ServiceState>;
}

function create(desired = DESIRED) {
  return world.run(driver.create(desired, tagsFor(world, desired), needs));
}

function changesOf(observed: Observed<ServiceState>, desired = DESIRED) {
  return serviceKind.model.diff(desired, observed, needs);
}

async function update(desired = DESIRED) {
  const before = await observe(desired);
  return world.run(
    driver.update(desired, before, { changes: changesOf(before, desired), upkeep: [] }, before.tags, needs),
  );
}

/** Lets simulated time pass until the service is seen so. */
async function until(isSo: (observed: Observed<ServiceState> | undefined) => boolean, desired = DESIRED) {
  for (let seconds = 0; seconds < 3600; seconds += 1) {
    const seen = await observe(desired);
    if (isSo(seen)) return seen;
    await world.clock.advance(1000);
  }
  throw new Error('It never came to be so.');
}

const isHealthy = (seen: Observed<ServiceState> | undefined) => seen?.health.status === 'Healthy';
const isDegraded = (seen: Observed<ServiceState> | undefined) => seen?.health.status === 'Degraded';

async function changeByHand(input: {
  readonly desiredCount?: number;
  readonly enableExecuteCommand?: boolean;
}) {
  await world.aws.ecs.updateService({ cluster: 'daemons', service: 'xray', ...input });
}

describe('a new service', () => {
  test('takes one request, and is as wanted at once', async () => {
    world.resetRequests();
    const made = doneOf(await create());
    expect(world.mutations()).toEqual(['ecs:CreateService']);
    expect(changesOf(made)).toEqual([]);
    expect(changesOf(await observe())).toEqual([]);
  });

  test('comes up: its tasks run with addresses of its subnets, and it is Healthy', async () => {
    await create();
    expect((await observe()).health).toEqual({ status: 'Progressing', message: '0 of 2 tasks running' });
    const seen = await until(isHealthy);
    expect(seen).toMatchObject({ owner: 'us', health: { message: '2 of 2 tasks running' } });
    expect(seen.tasks?.map(({ lastStatus }) => lastStatus)).toEqual(['RUNNING', 'RUNNING']);
    for (const { ipv4 } of seen.tasks ?? []) expect(ipv4).toMatch(/^172\.31\./);
  });

  test('whose answer was lost is not made twice', async () => {
    await create();
    expect(await create()).toMatchObject({ type: 'started' });
    expect((await world.aws.ecs.listServices({ cluster: 'daemons' })).serviceArns?.length).toBe(1);
  });

  test('gets the service-linked role made where ECS has none', async () => {
    const message =
      'Unable to assume the service linked role. Please verify that the ECS service linked role exists.';
    world.failNext('ecs:CreateService', 'InvalidParameterException', { message, times: 2 });
    world.resetRequests();
    expect(await create()).toMatchObject({ type: 'started' });
    expect(await create()).toMatchObject({ type: 'started' });
    expect(world.mutations().filter((call) => call === 'iam:CreateServiceLinkedRole').length).toBe(1);
    doneOf(await create());
  });

  test('waits for a cluster that is not known everywhere yet', async () => {
    world.failNext('ecs:CreateService', 'ClusterNotFoundException');
    expect(await create()).toMatchObject({
      type: 'started',
      message: expect.stringContaining('its cluster'),
    });
    doneOf(await create());
  });

  test('waits for a security group that ECS does not know yet, and after two minutes believes it', async () => {
    const message =
      "Error retrieving security group information for [sg-1]: The security group 'sg-1' does not exist (ErrorCode: InvalidGroup.NotFound)";
    world.failNext('ecs:CreateService', 'InvalidParameterException', { message, times: 3 });
    const waiting = { type: 'started', message: expect.stringContaining('its security group') as string };
    expect(await create()).toMatchObject(waiting);
    await world.clock.advance(110_000);
    expect(await create()).toMatchObject(waiting);
    await world.clock.advance(20_000);
    await expect(create()).rejects.toMatchObject({ code: 'InvalidParameterException', retry: 'never' });
  });

  test('refused for what it asks is not tried again', async () => {
    world.failNext('ecs:CreateService', 'InvalidParameterException', { message: 'No subnets.' });
    await expect(create()).rejects.toMatchObject({ retry: 'never' });
  });
});

describe('a change', () => {
  beforeEach(async () => {
    await create();
    await until(isHealthy);
  });

  test('made by hand is undone with that field alone', async () => {
    await changeByHand({ desiredCount: 1 });
    expect(changesOf(await observe())).toEqual([{ path: 'desiredCount', from: 1, to: 2, by: 'update' }]);
    expect(changesOf(doneOf(await update()))).toEqual([]);
    expect((await until(isHealthy)).health.message).toBe('2 of 2 tasks running');
  });

  test('of the revision is rolled out', async () => {
    outputs['task-definition'] = { arn: await register(GOOD_IMAGE) };
    expect(changesOf(doneOf(await update()))).toEqual([]);
    expect((await observe()).health.status).toBe('Progressing');
    expect((await until(isHealthy)).state.taskDefinition).toMatch(/xray:2$/);
  });

  test('of subnets leaves what is ignored of the network as it is', async () => {
    const [first = ''] = outputs['environment']!['subnetIds'] as readonly string[];
    outputs['environment'] = { ...outputs['environment'], subnetIds: [first] };
    const desired = desiredService({ assignPublicIp: false });
    const before = await observe();
    const subnetsOnly = changesOf(before, desired).filter(({ path }) => path === 'subnets');
    await world.run(driver.update(desired, before, { changes: subnetsOnly, upkeep: [] }, before.tags, needs));
    expect((await observe()).state).toMatchObject({ subnets: [first], assignPublicIp: true });
  });

  test.each<[string, Partial<ServiceSpec>]>([
    [
      'deployment settings',
      { minimumHealthyPercent: 50, maximumPercent: 150, circuitBreaker: { enable: false, rollback: false } },
    ],
    [
      'execute command and rebalancing',
      { enableExecuteCommand: true, availabilityZoneRebalancing: 'DISABLED' },
    ],
  ])('of %s converges', async (_case, spec) => {
    const desired = desiredService(spec);
    expect(changesOf(await observe(desired), desired)).not.toEqual([]);
    expect(changesOf(doneOf(await update(desired)), desired)).toEqual([]);
    expect(changesOf(await observe(desired), desired)).toEqual([]);
  });

  test('of tags alone asks nothing of the service', async () => {
    world.resetRequests();
    const before = await observe();
    await world.run(driver.update(DESIRED, before, NO_WORK, {}, needs));
    const tagged = await world.run(driver.tag(before, { team: 'a' }, []));
    expect(world.mutations()).toEqual(['ecs:TagResource']);
    expect(tagged.tags['team']).toBe('a');
    expect((await observe()).tags['team']).toBe('a');
  });
});

describe('service discovery', () => {
  const discoveryService = {
    environment: 'default',
    kind: 'discovery-service',
    name: 'xray',
    scope: 'local',
  } as const;

  beforeEach(async () => {
    const { servicediscovery } = world.aws;
    const { OperationId } = await servicediscovery.createPrivateDnsNamespace({
      Name: 'local',
      Vpc: outputs['environment']!['vpcId'] as string,
    });
    await world.clock.advance(300_000);
    const { Operation } = await servicediscovery.getOperation({ OperationId });
    const { Service } = await servicediscovery.createService({
      Name: 'xray',
      NamespaceId: Operation?.Targets?.NAMESPACE,
      DnsConfig: { DnsRecords: [{ Type: 'A', TTL: 60 }] },
      HealthCheckCustomConfig: {},
    });
    outputs['discovery-service'] = { arn: Service?.Arn ?? '' };
  });

  test('is part of a new service', async () => {
    const desired = desiredService({ registry: { discoveryService } });
    expect(changesOf(doneOf(await create(desired)), desired)).toEqual([]);
    expect(changesOf(await until(isHealthy, desired), desired)).toEqual([]);
  });

  test('is added to a service and taken from it', async () => {
    await create();
    await until(isHealthy);
    for (const registry of [{ discoveryService }, null]) {
      const desired = desiredService({ registry });
      expect(changesOf(await observe(desired), desired).map(({ path }) => path)).toEqual(['registry']);
      expect(changesOf(doneOf(await update(desired)), desired)).toEqual([]);
      expect(changesOf(await until(isHealthy, desired), desired)).toEqual([]);
    }
  });
});

describe('a revision whose tasks cannot start', () => {
  test('is rolled back, explained, and not tried again until there is another', async () => {
    await create();
    await until(isHealthy);
    outputs['task-definition'] = { arn: await register(BAD_IMAGE) };
    await update();
    const failed = await until(isDegraded);
    expect(failed.health.message).toContain('xray:2 failed and was rolled back to xray:1');
    expect(failed.health.message).toContain('the image or its tag does not exist');
    await world.clock.advance(60_000);
    const later = await observe();
    expect(later.health.status).toBe('Degraded');
    expect(changesOf(later)).toMatchObject([{ path: 'taskDefinition', held: expect.any(String) }]);

    outputs['task-definition'] = { arn: await register(GOOD_IMAGE) };
    expect(changesOf(later).map(({ path }) => path)).toEqual(['taskDefinition']);
    await update();
    expect((await until(isHealthy)).state.taskDefinition).toMatch(/xray:3$/);
  });

  test('and has nothing to be rolled back to is Degraded, and mended by another', async () => {
    outputs['task-definition'] = { arn: await register(BAD_IMAGE) };
    await create();
    const failed = await until(isDegraded);
    expect(failed.health.message).toContain('the deployment of xray:2 failed (0 of 2 tasks running)');
    outputs['task-definition'] = { arn: await register(GOOD_IMAGE) };
    await update();
    expect((await until(isHealthy)).health.message).toBe('2 of 2 tasks running');
  });
});

describe('deleting a service', () => {
  test('drains it; it is gone when AWS says so, and deleting it again is safe', async () => {
    await create();
    const seen = await until(isHealthy);
    expect(await world.run(driver.delete(seen))).toMatchObject({ type: 'started' });
    const { items } = await observeAll([], 'all-owned');
    expect(items).toMatchObject([{ state: { status: 'DRAINING' }, health: { status: 'Progressing' } }]);
    world.resetRequests();
    expect(await world.run(driver.delete(items[0]!))).toMatchObject({ type: 'started' });
    expect(world.mutations()).toEqual([]);
    await world.clock.advance(60_000);
    expect((await observeAll([], 'all-owned')).items).toEqual([]);
    expect(await world.run(driver.delete(seen))).toEqual({ type: 'gone' });
  });

  test('that is wanted again waits until it is gone, and creates it anew', async () => {
    await create();
    await world.run(driver.delete(await until(isHealthy)));
    const draining = await observe();
    expect(changesOf(draining).map(({ path }) => path)).toEqual(['status']);
    expect(await update()).toMatchObject({
      type: 'started',
      message: expect.stringContaining('the former service ends first') as string,
    });
    expect(await create()).toMatchObject({
      type: 'started',
      message: expect.stringContaining('the former service ends first') as string,
    });
    await until((seen) => seen === undefined);
    doneOf(await create());
    expect((await until(isHealthy)).state.status).toBe('ACTIVE');
  });
});

describe('reading services', () => {
  test('takes ten to a request, and the tasks of a cluster a hundred to a request', async () => {
    const desired = Array.from({ length: 25 }, (_, index) =>
      desiredService({ name: `daemon-${index}`, desiredCount: 1 }),
    );
    for (const one of desired) await create(one);
    await world.clock.advance(120_000);
    world.resetRequests();
    const { items } = await observeAll(desired);
    expect(items.every(isHealthy)).toBe(true);
    expect(world.requests.map(({ operation }) => operation).toSorted()).toEqual([
      'DescribeServices',
      'DescribeServices',
      'DescribeServices',
      'DescribeTasks',
      'ListTasks',
    ]);
  });

  test('in a cluster that does not exist finds nothing', async () => {
    const elsewhere = desiredService({ cluster: { environment: 'default', kind: 'cluster', name: 'none' } });
    expect(await observeAll([elsewhere])).toMatchObject({ items: [], unseen: [] });
  });

  test('leaves unseen what one of several requests did not bring', async () => {
    const elsewhere = desiredService({
      name: 'otel',
      cluster: { environment: 'default', kind: 'cluster', name: 'none' },
    });
    await create();
    world.failNext('ecs:DescribeServices', 'InvalidParameterException');
    const { items, unseen } = await observeAll([elsewhere, DESIRED]);
    expect(unseen.map(({ id }) => id.name)).toEqual(['otel']);
    expect(items.map(({ id }) => id.name)).toEqual(['xray']);
  });

  test('throws where nothing could be read', async () => {
    world.failNext('ecs:DescribeServices', 'AccessDeniedException');
    await expect(observe()).rejects.toMatchObject({ code: 'AccessDeniedException' });
  });

  test('explains a few of many that have yet to come up', async () => {
    const desired = Array.from({ length: 8 }, (_, index) => desiredService({ name: `daemon-${index}` }));
    for (const one of desired) await create(one);
    await world.clock.advance(5_000);
    world.resetRequests();
    await observeAll(desired);
    expect(world.requests.filter(({ operation }) => operation === 'ListTasks').length).toBe(1 + 5);
  });

  test('explains at once all that fail, describing the tasks of a cluster together, and remembers what ECS forgets after an hour', async () => {
    outputs['task-definition'] = { arn: await register(BAD_IMAGE) };
    const desired = Array.from({ length: 17 }, (_, index) => desiredService({ name: `daemon-${index}` }));
    for (const one of desired) await create(one);
    await world.clock.advance(300_000);
    const explainedNow = async () =>
      (await observeAll(desired)).items.filter(({ health }) =>
        health.message.includes('CannotPullContainer'),
      );
    world.resetRequests();
    expect(await explainedNow()).toHaveLength(17);
    const described = world.requests.filter(({ operation }) => operation === 'DescribeTasks');
    expect(described.length).toBeLessThanOrEqual(3);
    await world.clock.advance(2 * 60 * 60_000);
    expect(await explainedNow()).toHaveLength(17);
  });

  test('asks no more than now and then why they fail where ECS has forgotten it', async () => {
    outputs['task-definition'] = { arn: await register(BAD_IMAGE) };
    const desired = Array.from({ length: 17 }, (_, index) => desiredService({ name: `daemon-${index}` }));
    for (const one of desired) await create(one);
    await world.clock.advance(2 * 60 * 60_000);
    const looks: number[] = [];
    for (let passes = 0; passes < 4; passes += 1) {
      world.resetRequests();
      await observeAll(desired);
      looks.push(world.requests.filter(({ operation }) => operation === 'ListTasks').length - 1);
    }
    expect(looks).toEqual([17, 17, 5, 5]);
  });

  test('looks no more at what ECS has given up, once that is explained', async () => {
    outputs['task-definition'] = { arn: await register(BAD_IMAGE) };
    const desired = Array.from({ length: 3 }, (_, index) => desiredService({ name: `daemon-${index}` }));
    for (const one of desired) await create(one);
    await world.clock.advance(600_000);
    await observeAll(desired);
    world.resetRequests();
    const { items } = await observeAll(desired);
    expect(items.every(({ health }) => health.message.includes('CannotPullContainer'))).toBe(true);
    expect(world.requests.filter(({ operation }) => operation === 'ListTasks')).toHaveLength(1);
  });

  test('does not explain a new revision by what befell the former one', async () => {
    outputs['task-definition'] = { arn: await register(BAD_IMAGE) };
    await create();
    expect((await until(isDegraded)).health.message).toContain('CannotPullContainer');
    outputs['task-definition'] = { arn: await register(GOOD_IMAGE) };
    await update();
    expect((await observe()).health.message).toBe('0 of 2 tasks running');
  });
});
