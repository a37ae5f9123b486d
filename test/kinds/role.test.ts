import { beforeEach, describe, expect, test } from 'vitest';
import type { Needs } from '../../controller/core/outputs.ts';
import { environmentId } from '../../controller/core/reference.ts';
import type { Observed } from '../../controller/core/resource.ts';
import { roleKind } from '../../controller/kinds/role/index.ts';
import type { RoleState } from '../../controller/kinds/role/model.ts';
import type { RoleSpec } from '../../controller/kinds/role/spec.ts';
import { desiredOf, doneOf, needsIn, tagsFor } from '../support/kinds/desired.ts';
import { sandboxAws } from '../support/sandbox/controller-door.ts';
import type { SandboxAws } from '../support/sandbox/controller-door.ts';
import { nothingFound } from '../support/kinds/known.ts';
import { NO_WORK } from '../../controller/plan/work.ts';

const DESIRED = desiredOf<RoleSpec>(
  { kind: 'role', name: 'xray-task' },
  {
    name: 'xray-task',
    description: 'Task role of xray',
    environment: environmentId('default'),
    trustedService: 'ecs-tasks.amazonaws.com',
    policyName: 'stationkeeper',
    statements: [
      { effect: 'Allow', actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], resources: ['*'] },
      {
        sid: 'Logs',
        effect: 'Allow',
        actions: ['logs:PutLogEvents'],
        resources: [{ logGroup: '/stationkeeper/xray' }],
      },
    ],
  },
);

let world: SandboxAws;
let needs: Needs;
let driver: ReturnType<typeof roleKind.driver>;
beforeEach(async () => {
  world = sandboxAws();
  needs = await needsIn(world);
  driver = roleKind.driver(world.context);
});

async function observe(desired = [DESIRED]): Promise<Observed<RoleState>> {
  const { items } = await world.run(
    driver.observe({ desired, scope: 'all-owned', needs, findings: nothingFound }),
  );
  return items[0]!;
}

function create() {
  return world.run(driver.create(DESIRED, tagsFor(world, DESIRED), needs));
}

function changesOf(observed: Observed<RoleState>) {
  return roleKind.model.diff(DESIRED, observed, needs);
}

describe('a role of ours', () => {
  test('is created in two requests, with its tags, and is as wanted once other services know it', async () => {
    world.resetRequests();
    expect(await create()).toMatchObject({ type: 'started', checkAgainInMs: 3_000 });
    expect(world.mutations()).toEqual(['iam:CreateRole', 'iam:PutRolePolicy']);
    expect(changesOf(await observe())).toEqual([]);
    expect(await observe()).toMatchObject({ owner: 'us', outputs: { name: 'xray-task' } });
  });

  test('whose policy was not written any more is ours, and is repaired by an update', async () => {
    world.failNext('iam:PutRolePolicy', 'AccessDenied', { status: 403 });
    await expect(create()).rejects.toMatchObject({ code: 'AccessDenied' });
    const half = await observe();
    expect(half.owner).toBe('us');
    const update = driver.update(DESIRED, half, { changes: changesOf(half), upkeep: [] }, half.tags, needs);
    expect(changesOf(doneOf(await world.run(update)))).toEqual([]);
    expect(changesOf(await observe())).toEqual([]);
  });

  test('loses an inline policy that somebody added, gets back what was changed, and keeps what was attached', async () => {
    await create();
    const RoleName = 'xray-task';
    const wide = JSON.stringify({
      Version: '2012-10-17',
      Statement: { Effect: 'Allow', Action: '*', Resource: '*' },
    });
    await world.aws.iam.putRolePolicy({ RoleName, PolicyName: 'extra', PolicyDocument: wide });
    await world.aws.iam.putRolePolicy({ RoleName, PolicyName: 'stationkeeper', PolicyDocument: wide });
    await world.sandbox.call({
      service: 'iam',
      operation: 'AttachRolePolicy',
      input: { RoleName, PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' },
      region: 'us-east-1',
    });
    const changed = await observe();
    const update = driver.update(
      DESIRED,
      changed,
      { changes: changesOf(changed), upkeep: [] },
      changed.tags,
      needs,
    );
    const theirs = 'attachedPolicies[arn:aws:iam::aws:policy/AdministratorAccess]';
    expect(changesOf(doneOf(await world.run(update))).map(({ path }) => path)).toEqual([theirs]);
    expect(changesOf(await observe()).map(({ path }) => path)).toEqual([theirs]);
  });

  test('keeps a drift that is ignored', async () => {
    await create();
    const wide = JSON.stringify({
      Version: '2012-10-17',
      Statement: { Effect: 'Allow', Action: '*', Resource: '*' },
    });
    await world.aws.iam.putRolePolicy({ RoleName: 'xray-task', PolicyName: 'extra', PolicyDocument: wide });
    world.resetRequests();
    await world.run(driver.update(DESIRED, await observe(), NO_WORK, {}, needs));
    expect(world.mutations()).toEqual([]);
  });

  test('is deleted with its policies, and deleting it again is safe', async () => {
    await create();
    const observed = await observe();
    expect(await world.run(driver.delete(observed))).toEqual({ type: 'gone' });
    expect(await world.run(driver.delete(observed))).toEqual({ type: 'gone' });
    expect(await observe()).toBeUndefined();
  });

  test('that no manifest wants is seen among what we own', async () => {
    await create();
    expect(await observe([])).toMatchObject({
      owner: 'us',
      manifest: { kind: 'DaemonService', name: 'xray' },
    });
  });
});

describe('a role with as many managed policies as IAM attaches, which are ten', () => {
  const policies = Array.from({ length: 12 }, (_, nth) => `arn:aws:iam::385605022855:policy/p${nth}`);
  const having = (managedPolicyArns: readonly string[]) => ({
    ...DESIRED,
    spec: { ...DESIRED.spec, managedPolicyArns },
  });

  async function exchanged(before: readonly string[], after: readonly string[]) {
    for (const arn of policies) {
      const input = {
        PolicyName: arn.split('/').at(-1),
        PolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' },
        }),
      };
      await world.sandbox.call({ service: 'iam', operation: 'CreatePolicy', input, region: 'us-east-1' });
    }
    await world.run(driver.create(having(before), tagsFor(world, DESIRED), needs));
    const desired = having(after);
    const changed = await observe([desired]);
    const changes = roleKind.model.diff(desired, changed, needs);
    world.resetRequests();
    await world.run(driver.update(desired, changed, { changes, upkeep: [] }, changed.tags, needs));
    expect(roleKind.model.diff(desired, await observe([desired]), needs)).toEqual([]);
    return world.mutations();
  }

  test('has the old ones detached first where there would be more', async () => {
    const calls = await exchanged(policies.slice(0, 10), policies.slice(2, 12));
    expect(calls).toEqual([
      'iam:DetachRolePolicy',
      'iam:DetachRolePolicy',
      'iam:AttachRolePolicy',
      'iam:AttachRolePolicy',
    ]);
  });

  test('gets the new ones first where there are just as many, so that tasks lack nothing meanwhile', async () => {
    const calls = await exchanged(policies.slice(0, 8), policies.slice(2, 10));
    expect(calls).toEqual([
      'iam:AttachRolePolicy',
      'iam:AttachRolePolicy',
      'iam:DetachRolePolicy',
      'iam:DetachRolePolicy',
    ]);
  });
});

test('a role of that name that exists already is looked at again', async () => {
  await create();
  expect(await create()).toMatchObject({ type: 'started' });
});

test('a read that is refused throws and never looks like absence', async () => {
  world.failNext('iam:GetAccountAuthorizationDetails', 'AccessDenied', { status: 403 });
  await expect(observe()).rejects.toMatchObject({ code: 'AccessDenied' });
});

test('roles are read together: a thousand cost one request', async () => {
  await create();
  world.resetRequests();
  await observe();
  expect(world.requests.length).toBe(1);
});
