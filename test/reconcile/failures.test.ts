import { describe, expect, test } from 'vitest';
import { displayId } from '../../controller/core/resource.ts';
import type { PassResult } from '../../controller/reconcile/pass-result.ts';
import { callsTo, countsOf, describeAccount, revisionCounts } from '../support/world/account.ts';
import { onlyObject, reportOf } from '../support/reports/reports.ts';
import { createReporter } from '../support/reports/reporter.ts';
import { MANIFESTS, createWorld, refusal, stepsOf } from '../support/world/world.ts';
import type { World, WorldCall } from '../support/world/world.ts';

const HOUR_MS = 3_600_000;
const XRAY_ONLY = { 'xray.yaml': MANIFESTS['xray.yaml'] };

function outcomeOf({ outcomes }: PassResult, id: string) {
  return outcomes.find((outcome) => displayId(outcome.id) === id);
}

function stepOf({ plan }: PassResult, id: string) {
  return plan.steps.find((step) => displayId(step.id) === id);
}

function healthOf(result: PassResult, id: string) {
  const step = stepOf(result, id);
  return step !== undefined && 'observed' in step ? step.observed?.health : undefined;
}

/** The call is about a resource of this name. */
function isAbout({ input }: WorldCall, name: string): boolean {
  return Object.values(input).includes(name);
}

describe('one refused call', () => {
  const isRefused = (call: WorldCall): boolean =>
    call.name === 'iam:CreateRole' && isAbout(call, 'otel-collector-task');

  function deny(world: World): void {
    world.intercept((call, perform) =>
      isRefused(call)
        ? Promise.reject(
            refusal('AccessDenied', { message: 'not authorized to perform: iam:CreateRole', status: 403 }),
          )
        : perform(),
    );
  }

  test('holds its own daemon only, and says operation, code and what to allow', async () => {
    const world = createWorld();
    deny(world);
    const results = await world.loopFor(300_000);
    const last = results.at(-1)!;
    expect(healthOf(last, 'service/xray')?.status).toBe('Healthy');
    expect(stepsOf(last.plan)).toContain('hold failed role/otel-collector-task');
    expect(stepsOf(last.plan).every((step) => step.includes('otel-collector'))).toBe(true);
    const { error } = outcomeOf(results[0]!, 'role/otel-collector-task')!;
    expect(error).toMatchObject({ code: 'AccessDenied', operation: 'iam:CreateRole' });
    expect(error?.message).toContain('add {"Effect":"Allow","Action":"iam:CreateRole","Resource":"*"}');
    expect([...last.failures.values()].map(({ id }) => displayId(id))).toEqual(['role/otel-collector-task']);
  });

  test("is tried again ever later, and within a minute of the refusal's end", async () => {
    const world = createWorld();
    deny(world);
    const tries = (): number => world.calls.filter(isRefused).length;
    await world.loopFor(600_000);
    expect(tries()).toBeLessThan(25);
    world.intercept(undefined);
    const before = tries();
    await world.loopFor(60_000);
    expect(tries()).toBe(before + 1);
    await world.settle();
    expect(countsOf(await describeAccount(world.sandbox))).toMatchObject({ roles: 4, services: 2 });
  });
});

describe('a call that can never succeed', () => {
  function refuseRetention(world: World): void {
    world.intercept((call, perform) =>
      call.name === 'logs:PutRetentionPolicy'
        ? Promise.reject(refusal('InvalidParameterException', { message: 'not this one' }))
        : perform(),
    );
  }
  const tries = (world: World): number =>
    world.mutations().filter((name) => name === 'logs:PutRetentionPolicy').length;

  test('is not repeated with every pass, but as soon as the manifest changes', async () => {
    const world = createWorld({ files: XRAY_ONLY });
    await world.settle();
    refuseRetention(world);
    world.calls.length = 0;
    world.files.set('xray.yaml', MANIFESTS['xray.yaml'].replace('retentionInDays: 7', 'retentionInDays: 14'));
    const results = await world.loopFor(500_000);
    expect(tries(world)).toBe(1);
    expect(stepOf(results.at(-1)!, 'log-group/stationkeeper/xray')).toMatchObject({
      type: 'hold',
      why: 'failed',
      reason: expect.stringContaining('InvalidParameterException'),
    });
    world.files.set('xray.yaml', MANIFESTS['xray.yaml'].replace('retentionInDays: 7', 'retentionInDays: 30'));
    await world.pass();
    expect(tries(world)).toBe(2);
  });

  test('is repeated when the world changes, and now and then in case it has', async () => {
    const world = createWorld({ files: XRAY_ONLY });
    await world.settle();
    refuseRetention(world);
    world.calls.length = 0;
    world.files.set('xray.yaml', MANIFESTS['xray.yaml'].replace('retentionInDays: 7', 'retentionInDays: 14'));
    await world.loopFor(100_000);
    const input = { logGroupName: '/stationkeeper/xray', retentionInDays: 3 };
    await world.sandbox.call({
      service: 'logs',
      operation: 'PutRetentionPolicy',
      input,
      region: 'us-east-1',
    });
    await world.pass();
    expect(tries(world)).toBe(2);
    await world.loopFor(700_000);
    expect(tries(world)).toBe(3);
  });

  test('is not repeated because it could not be seen for a while', async () => {
    const world = createWorld({ files: XRAY_ONLY });
    await world.settle();
    refuseRetention(world);
    world.calls.length = 0;
    world.files.set('xray.yaml', MANIFESTS['xray.yaml'].replace('retentionInDays: 7', 'retentionInDays: 14'));
    await world.pass();
    world.intercept((call, perform) =>
      call.name === 'logs:DescribeLogGroups' ? Promise.reject(refusal('AccessDeniedException')) : perform(),
    );
    await world.pass();
    refuseRetention(world);
    await world.pass();
    expect(tries(world)).toBe(1);
  });
});

test('roles that ECS does not know yet are waited for, tried again soon, and are no failure', async () => {
  const world = createWorld({ files: XRAY_ONLY });
  const startedAt = world.clock.now();
  let refusals = 2;
  world.intercept((call, perform) => {
    if (call.name !== 'ecs:RegisterTaskDefinition' || refusals === 0) return perform();
    refusals -= 1;
    return Promise.reject(refusal('ClientException', { message: 'Role is not valid' }));
  });
  const results: PassResult[] = [];
  do results.push(...(await world.loopFor(1_000)));
  while (stepOf(results.at(-1)!, 'task-definition/xray')?.type !== 'keep');
  expect(world.clock.now() - startedAt).toBeLessThan(15_000);
  expect(refusals).toBe(0);
  expect(results.flatMap(({ outcomes }) => outcomes.filter(({ result }) => result === 'failed'))).toEqual([]);
  const waits = results.flatMap((result) => outcomeOf(result, 'task-definition/xray') ?? []);
  expect(waits[0]).toMatchObject({
    result: 'started',
    message: expect.stringMatching(
      /ECS does not accept arn:\S+role\/xray-execution and arn:\S+role\/xray-task yet: .*Role is not valid/,
    ) as string,
  });
});

describe('a role that a manifest brings by its ARN', () => {
  const bringing = (arn: string) => ({
    'xray.yaml': MANIFESTS['xray.yaml'].replace(
      '  taskRole:\n',
      `  executionRole: { arn: "${arn}" }\n  taskRole:\n`,
    ),
  });

  test.each([
    [
      'that is not there',
      'arn:aws:iam::385605022855:role/ops/nobody',
      'account 385605022855 has no such role; create it, or correct the manifest',
    ],
    [
      'of another account',
      'arn:aws:iam::123456789012:role/theirs',
      'ECS takes roles of its own account only, which is 385605022855; bring one from there',
    ],
  ])(
    'and %s is named by the first plan, as what people have to mend, and ECS is not tried',
    async (_what, arn, why) => {
      const world = createWorld({ files: bringing(arn) });
      const { plan } = await world.pass({ dryRun: true });
      const held = plan.steps.find(({ id }) => id.kind === 'task-definition');
      expect(held).toMatchObject({ type: 'hold', why: 'missing', intent: 'create' });
      expect(held?.reason).toContain(`given-role/${arn}: ${why}`);
      await world.settle();
      expect(world.mutations()).not.toContain('ecs:RegisterTaskDefinition');
      const [daemon] = createReporter()
        .record(await world.pass())
        .objects.filter(({ kind }) => kind === 'DaemonService');
      expect(daemon?.conditions.find(({ type }) => type === 'Stalled')).toMatchObject({
        status: 'True',
        reason: 'DependencyMissing',
        message: expect.stringContaining(arn),
      });
    },
  );
});

test('what the world is never ready for is tried again ever seldomer', async () => {
  const world = createWorld({ files: XRAY_ONLY });
  world.intercept((call, perform) =>
    call.name === 'ecs:RegisterTaskDefinition'
      ? Promise.reject(refusal('ClusterNotFoundException'))
      : perform(),
  );
  await world.loopFor(3_600_000);
  const tries = world.mutations().filter((name) => name === 'ecs:RegisterTaskDefinition').length;
  expect(tries).toBeGreaterThan(50);
  expect(tries).toBeLessThan(250);
});

test('tasks that cannot be listed hold no rollout, and the daemon is not called healthy', async () => {
  const world = createWorld({ files: XRAY_ONLY });
  await world.settle();
  world.intercept((call, perform) =>
    call.name === 'ecs:ListTasks'
      ? Promise.reject(refusal('AccessDeniedException', { status: 403 }))
      : perform(),
  );
  world.files.set('xray.yaml', MANIFESTS['xray.yaml'].replace('xray-daemon:3.x', 'xray-daemon:3.4'));
  const results = await world.loopFor(300_000);
  expect(stepsOf(results.at(-1)!.plan)).toEqual([]);
  expect(world.mutations().filter((name) => name === 'ecs:UpdateService')).toHaveLength(1);
  expect(healthOf(results.at(-1)!, 'service/xray')).toMatchObject({
    status: 'Degraded',
    message: expect.stringContaining('"Action":"ecs:ListTasks"'),
  });
});

test('throttled calls are repeated, counted, and end well', async () => {
  const world = createWorld();
  const seen = new Map<string, number>();
  world.intercept((call, perform) => {
    const count = (seen.get(call.name) ?? 0) + 1;
    seen.set(call.name, count);
    return count % 5 === 0
      ? perform()
      : Promise.reject(refusal('ThrottlingException', { message: 'Rate exceeded' }));
  });
  const results = await world.settle();
  expect(results.reduce((sum, { awsRequests }) => sum + awsRequests, 0)).toBe(world.calls.length);
  expect(countsOf(await describeAccount(world.sandbox))).toMatchObject({ roles: 4, services: 2 });
});

describe('an update that does not remove its difference', () => {
  test('is reported as NotConverging and not repeated at once', async () => {
    const world = createWorld({ files: XRAY_ONLY });
    await world.settle();
    world.intercept((call, perform) =>
      call.name === 'logs:PutRetentionPolicy' ? Promise.resolve({}) : perform(),
    );
    world.calls.length = 0;
    world.files.set('xray.yaml', MANIFESTS['xray.yaml'].replace('retentionInDays: 7', 'retentionInDays: 14'));
    const results = await world.loopFor(300_000);
    const tries = world.mutations().filter((name) => name === 'logs:PutRetentionPolicy').length;
    expect(tries).toBeLessThan(15);
    expect(stepOf(results.at(-1)!, 'log-group/stationkeeper/xray')).toMatchObject({
      type: 'hold',
      why: 'failed',
    });
    expect([...results.at(-1)!.failures.values()]).toMatchObject([
      { error: { code: 'NotConverging', message: expect.stringContaining('retentionInDays') } },
    ]);
    world.intercept(undefined);
    await world.loopFor(300_000);
    expect(stepsOf((await world.pass()).plan)).toEqual([]);
  });

  test('does not make revision after revision of a field that AWS fills in, nor roll the daemon out with each', async () => {
    const world = createWorld({ files: XRAY_ONLY });
    await world.settle();
    world.intercept(async (call, perform) => {
      const answer = await perform();
      if (!/:(Describe|Register)TaskDefinition$/.test(call.name)) return answer;
      const { taskDefinition } = answer as { taskDefinition: object };
      return { ...answer, taskDefinition: { ...taskDefinition, pidMode: 'task' } };
    });
    world.restart();
    world.calls.length = 0;
    await world.loopFor(3 * 3_600_000);
    expect(world.mutations().filter((name) => name === 'ecs:RegisterTaskDefinition').length).toBeLessThan(18);
    expect(stepOf(await world.pass(), 'task-definition/xray')).toMatchObject({ type: 'hold', why: 'failed' });
  });

  test('is no such thing where somebody makes the same change time and again', async () => {
    const world = createWorld({ files: XRAY_ONLY });
    await world.settle();
    for (let times = 0; times < 3; times += 1) {
      const input = { logGroupName: '/stationkeeper/xray', retentionInDays: 3 };
      await world.sandbox.call({
        service: 'logs',
        operation: 'PutRetentionPolicy',
        input,
        region: 'us-east-1',
      });
      const results = await world.loopFor(120_000);
      expect(outcomeOf(results[0]!, 'log-group/stationkeeper/xray')).toMatchObject({
        result: 'done',
        changedBy: 'aws',
      });
      expect(results.at(-1)!.failures.size).toBe(0);
    }
  });
});

describe('a rollout that the circuit breaker rolls back', () => {
  test('is Degraded with its reason, is not tried with every pass, and is mended by another image', async () => {
    const world = createWorld({ files: XRAY_ONLY });
    await world.settle();
    world.calls.length = 0;
    world.files.set('xray.yaml', MANIFESTS['xray.yaml'].replace('xray-daemon:3.x', 'xray-daemon:fail-3.x'));
    const results = await world.loopFor(300_000);
    const health = healthOf(results.at(-1)!, 'service/xray');
    expect(health?.status).toBe('Degraded');
    expect(health?.message).toMatch(
      /xray:2 failed and was rolled back to xray:1.*CannotPullContainerError.*check the image/,
    );
    expect(world.mutations()).toEqual(['ecs:RegisterTaskDefinition', 'ecs:UpdateService', 'ecs:TagResource']);
    const step = results.at(-1)!.plan.steps.find(({ id }) => id.kind === 'service')!;
    expect(step).toMatchObject({
      type: 'hold',
      why: 'policy',
      intent: 'update',
      changes: [
        { path: 'taskDefinition', from: expect.stringMatching(/:1$/), to: expect.stringMatching(/:2$/) },
      ],
    });
    expect(onlyObject(reportOf({ steps: [step] }))).toMatchObject({
      sync: 'OutOfSync',
      health: 'Degraded',
    });
    world.files.set('xray.yaml', MANIFESTS['xray.yaml'].replace('xray-daemon:3.x', 'xray-daemon:3.4'));
    const mended = await world.settle();
    expect(healthOf(mended.at(-1)!, 'service/xray')).toEqual({
      status: 'Healthy',
      message: '2 of 2 tasks running',
    });
    expect(await revisionCounts(world.sandbox)).toEqual({ xray: 3 });
  });

  test('is tried again ever later where rolling back is off, though the tasks of before still run', async () => {
    const off = MANIFESTS['xray.yaml'].replace('rollback: true', 'rollback: false');
    expect(off).not.toBe(MANIFESTS['xray.yaml']);
    const world = createWorld({ files: { 'xray.yaml': off } });
    await world.settle();
    world.calls.length = 0;
    world.files.set('xray.yaml', off.replace('xray-daemon:3.x', 'xray-daemon:fail-pull-rate'));
    const results = await world.loopFor(1.5 * HOUR_MS);
    expect(healthOf(results.at(-1)!, 'service/xray')).toMatchObject({
      status: 'Degraded',
      reason: 'ImagePullLimited',
      retryAt: expect.any(Number) as number,
      message: expect.stringContaining('0 of 2 new tasks running, and 2 of the former deployment') as string,
    });
    const tries = world.calls.filter(({ input }) => input['forceNewDeployment'] === true).length;
    expect(tries).toBeGreaterThanOrEqual(3);
    expect(tries).toBeLessThanOrEqual(5);
  });

  test('on a first deployment is mended by another image too', async () => {
    const world = createWorld({
      files: { 'xray.yaml': MANIFESTS['xray.yaml'].replace('xray-daemon:3.x', 'xray-daemon:fail-3.x') },
    });
    const results = await world.loopFor(300_000);
    expect(healthOf(results.at(-1)!, 'service/xray')).toMatchObject({ status: 'Degraded' });
    expect(world.mutations().filter((name) => name === 'ecs:UpdateService')).toEqual([]);
    world.files.set('xray.yaml', MANIFESTS['xray.yaml']);
    const mended = await world.settle();
    expect(healthOf(mended.at(-1)!, 'service/xray')?.status).toBe('Healthy');
  });

  test('on a first deployment is tried again ever later, and found well once its cause is mended outside of git', async () => {
    const logging =
      '      logConfiguration: { logDriver: awslogs, options: { awslogs-group: theirs, awslogs-region: us-east-1, awslogs-stream-prefix: xray } }\n';
    const world = createWorld({
      files: {
        'xray.yaml': MANIFESTS['xray.yaml'].replace(
          '      environment: { AWS_REGION',
          `${logging}      environment: { AWS_REGION`,
        ),
      },
    });
    // Nobody may make it but those who have it.
    world.intercept((call, perform) =>
      call.name === 'logs:CreateLogGroup' && isAbout(call, 'theirs')
        ? Promise.reject(refusal('AccessDeniedException', { status: 403 }))
        : perform(),
    );
    const results = await world.loopFor(3 * HOUR_MS);
    expect(healthOf(results.at(-1)!, 'service/xray')).toEqual({
      status: 'Degraded',
      reason: 'LogGroupMissing',
      cause: expect.stringContaining('the log group is missing') as string,
      retryAt: expect.any(Number) as number,
      message: expect.stringMatching(/0 of 2 tasks running.*log group.*Stationkeeper retries at/),
    });
    const tries = world.calls.filter(({ input }) => input['forceNewDeployment'] === true).length;
    expect(tries).toBeGreaterThanOrEqual(3);
    expect(tries).toBeLessThanOrEqual(6);
    expect([...results.at(-1)!.failures.keys()]).toEqual(['default|log-group||theirs']);
    await callsTo(world.sandbox)('logs', 'CreateLogGroup', { logGroupName: 'theirs' });
    const mended = await world.loopFor(1.5 * HOUR_MS);
    expect(healthOf(mended.at(-1)!, 'service/xray')).toEqual({
      status: 'Healthy',
      message: '2 of 2 tasks running',
    });
    expect(stepsOf(mended.at(-1)!.plan)).toEqual([]);
  });
});
